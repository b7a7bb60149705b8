//! The documents of a model: how it was made, and its card. Of a bundle and nothing else, so that they say what the
//! bundle with that hash does; the report on selected features is told where the registry has it.
//!
//! A document stands alone: one file, no script, fit for paper. The prose stands in the templates, a language a file;
//! numbers reach it as words ([`facts`]), tables ([`tables`]) and plots ([`limpide_web::figures`]).

pub mod facts;
pub mod tables;

use askama::Template;
use clap::ValueEnum;
use limpide_model::{Bundle, Lang};
use limpide_train::Selection;
use limpide_web::figures::of_bundle::Figures;
use limpide_web::figures::plot;

use facts::Facts;
use tables::Tables;

/// The documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// How the model was made, judged and set, what it rests on, and where it ends.
    Methodology,
    /// What the model is for and how well it does, on a page or two.
    ModelCard,
}

/// What a document tells of.
pub struct Subject<'a> {
    /// The model.
    pub bundle: &'a Bundle,
    /// Its hash.
    pub hash: &'a str,
    /// Whether it is the one that decides.
    pub published: bool,
    /// Why each feature stayed or went, if that was asked.
    pub selection: Option<&'a Selection>,
    /// Who answers for it.
    pub contact: Option<&'a str>,
}

impl Document {
    /// The document in a language.
    pub fn render(self, subject: &Subject<'_>, lang: Lang) -> anyhow::Result<String> {
        let content = Content {
            lang,
            style: plot::STYLE,
            facts: Facts::new(subject, lang),
            tables: Tables::new(subject, lang),
            figures: Figures::new(subject.bundle, lang),
        };
        let content = &content;
        let page = match (self, lang) {
            (Self::Methodology, Lang::Fr) => MethodologyInFrench { d: content }.render(),
            (Self::Methodology, Lang::En) => MethodologyInEnglish { d: content }.render(),
            (Self::ModelCard, Lang::Fr) => ModelCardInFrench { d: content }.render(),
            (Self::ModelCard, Lang::En) => ModelCardInEnglish { d: content }.render(),
        };
        Ok(page?)
    }
}

/// What the templates show.
struct Content<'a> {
    lang: Lang,
    style: &'static str,
    facts: Facts<'a>,
    tables: Tables,
    figures: Figures,
}

#[derive(Template)]
#[template(path = "report/methodology.fr.html")]
struct MethodologyInFrench<'a> {
    d: &'a Content<'a>,
}

#[derive(Template)]
#[template(path = "report/methodology.en.html")]
struct MethodologyInEnglish<'a> {
    d: &'a Content<'a>,
}

#[derive(Template)]
#[template(path = "report/model_card.fr.html")]
struct ModelCardInFrench<'a> {
    d: &'a Content<'a>,
}

#[derive(Template)]
#[template(path = "report/model_card.en.html")]
struct ModelCardInEnglish<'a> {
    d: &'a Content<'a>,
}
