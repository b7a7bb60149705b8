//! What is known of the workspace's features, for people: a page of documents and the terminal.

pub mod page;
pub mod terminal;
mod words;

use std::path::{Path, PathBuf};

use limpide_features::{Catalogue, FeatureSet};
use limpide_model::Lang;

/// The file of the page in a language, beside the matrix.
pub fn page_path(folder: &Path, lang: Lang) -> PathBuf {
    folder.join(page_name(lang))
}

fn page_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "catalogue.fr.html",
        Lang::En => "catalogue.en.html",
    }
}

/// The page in both languages, each with its file's name.
pub fn pages(
    set: &FeatureSet,
    catalogue: &Catalogue,
) -> Result<Vec<(&'static str, String)>, String> {
    let languages = [Lang::Fr, Lang::En].into_iter();
    let pages =
        languages.map(|lang| anyhow::Ok((page_name(lang), page::page(set, catalogue, lang)?)));
    let pages: anyhow::Result<Vec<_>> = pages.collect();
    pages.map_err(|error| error.to_string())
}
