//! The principal reasons against and in favour, as sentences, each with the data behind it.

use askama::Template;
use limpide_explain::{Explanation, Reason, format};

use super::detail::{self, Detail};
use super::view::View;
use crate::error::Error;
use crate::letters::reasons::strongest_first;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "client/reasons.html")]
pub(in crate::pages) struct Reasons {
    texts: Texts,
    against: Vec<Row>,
    in_favour: Vec<Row>,
}

struct Row {
    concept: String,
    points: String,
    sentence: String,
    /// Address of this page with the data behind the reason; empty where none are kept.
    address: String,
    /// The data behind it, where they are asked for.
    detail: Option<Detail>,
}

impl Reasons {
    pub(super) async fn load(view: &View<'_>, explanation: &Explanation) -> Result<Self, Error> {
        Ok(Self {
            texts: view.texts,
            against: rows(view, explanation, &explanation.reasons).await?,
            in_favour: rows(view, explanation, &explanation.strengths).await?,
        })
    }

    /// The reasons alone, of rows that are not kept.
    pub(in crate::pages) fn alone(texts: Texts, explanation: &Explanation) -> Self {
        let rows = |reasons: &[Reason]| -> Vec<Row> {
            ordered(reasons)
                .into_iter()
                .map(|reason| Row::of(reason, texts))
                .collect()
        };
        Self {
            against: rows(&explanation.reasons),
            in_favour: rows(&explanation.strengths),
            texts,
        }
    }
}

impl Row {
    fn of(reason: &Reason, texts: Texts) -> Self {
        let points = format::points(reason.points, texts.lang);
        Self {
            concept: reason.concept.clone(),
            points: texts.with("points", &[("points", &points)]),
            sentence: reason.sentence.clone(),
            address: String::new(),
            detail: None,
        }
    }
}

fn ordered(reasons: &[Reason]) -> Vec<&Reason> {
    let mut ordered: Vec<&Reason> = reasons.iter().collect();
    strongest_first(&mut ordered, |reason| reason.points);
    ordered
}

async fn rows(
    view: &View<'_>,
    explanation: &Explanation,
    reasons: &[Reason],
) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::with_capacity(reasons.len());
    for reason in ordered(reasons) {
        let concept = reason.concept.clone();
        let detail = match view.wanted.get("reason") == concept {
            true => Some(detail::load(view, explanation, &concept).await?),
            false => None,
        };
        rows.push(Row {
            address: view.address(
                &[("reason", &concept), ("rows", "")],
                &format!("reason-{concept}"),
            ),
            detail,
            ..Row::of(reason, view.texts)
        });
    }
    Ok(rows)
}
