//! The principal reasons against and in favour, as sentences, each with the data behind it.

use askama::Template;
use limpide_explain::{Explanation, Reason, format};

use super::detail::{self, Detail};
use super::view::View;
use crate::error::Error;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "client/reasons.html")]
pub(super) struct Reasons {
    texts: Texts,
    against: Vec<Row>,
    in_favour: Vec<Row>,
}

struct Row {
    concept: String,
    points: String,
    sentence: String,
    /// Address of this page with the data behind the reason.
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
}

async fn rows(
    view: &View<'_>,
    explanation: &Explanation,
    reasons: &[Reason],
) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::with_capacity(reasons.len());
    for reason in reasons {
        let concept = reason.concept.clone();
        let detail = match view.wanted.get("reason") == concept {
            true => Some(detail::load(view, explanation, &concept).await?),
            false => None,
        };
        let points = format::points(reason.points, view.texts.lang);
        rows.push(Row {
            points: view.texts.with("points", &[("points", &points)]),
            sentence: reason.sentence.clone(),
            address: view.address(
                &[("reason", &concept), ("rows", "")],
                &format!("reason-{concept}"),
            ),
            detail,
            concept,
        });
    }
    Ok(rows)
}
