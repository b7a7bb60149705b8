//! What is known of the workspace's features, for people: a page of documents and the terminal.

pub mod page;
pub mod terminal;
mod words;

use std::path::{Path, PathBuf};

use limpide_features::{Catalogue, FeatureSet};
use limpide_model::Lang;
use limpide_portfolio::portfolio::write_aside;

/// The file of the page in a language, beside the matrix.
pub fn page_path(folder: &Path, lang: Lang) -> PathBuf {
    folder.join(match lang {
        Lang::Fr => "catalogue.fr.html",
        Lang::En => "catalogue.en.html",
    })
}

/// Writes the page in both languages beside the matrix.
pub fn write_pages(set: &FeatureSet, folder: &Path) -> anyhow::Result<()> {
    let catalogue = Catalogue::open(folder)?;
    for lang in [Lang::Fr, Lang::En] {
        let page = page::page(set, &catalogue, lang)?;
        write_aside(&page_path(folder, lang), page.as_bytes())?;
    }
    Ok(())
}
