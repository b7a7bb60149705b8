//! Ways to a yes: the smallest changes of the request that it would be granted with. They are
//! looked for when asked, for that takes longer than a page should.

use askama::Template;
use limpide_explain::format;
use limpide_explain::ways::Way;
use limpide_model::Decision;

use super::view::{TRIED, View};
use crate::api::{compute, known_row, ways};
use crate::error::Error;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "client/ways.html")]
pub(super) struct WaysPart {
    texts: Texts,
    /// Address of this page with the ways.
    address: String,
    /// What may change, each with its value as it is, for whoever has not asked yet.
    changes: Vec<[String; 2]>,
    found: Option<Found>,
}

struct Found {
    summary: String,
    note: String,
    ways: Vec<Row>,
}

/// One way.
struct Row {
    sentence: String,
    /// Address of this page with the way's numbers tried.
    address: String,
}

impl WaysPart {
    /// The ways for whoever may try; `None` for others, where nothing can be computed, and for who
    /// is granted as it is.
    pub(super) async fn load(
        view: &View<'_>,
        changes: Vec<[String; 2]>,
    ) -> Result<Option<Self>, Error> {
        let (client, service) = (view.client, &view.state.service);
        if view.caller.check_tries(client).is_err() || service.compute.is_none() {
            return Ok(None);
        }
        let row = known_row(view.state, client)?;
        if service.score(&row)?.decision == Decision::Granted {
            return Ok(None);
        }
        let found = match view.wanted.get("ways") {
            "" => None,
            _ => Some(found(view).await?),
        };
        Ok(Some(Self {
            texts: view.texts,
            address: view.address(&[("ways", "1")], "ways"),
            changes,
            found,
        }))
    }
}

async fn found(view: &View<'_>) -> Result<Found, Error> {
    let (client, lang) = (view.client, view.texts.lang);
    let asked = ways::asked(Vec::new(), None, lang);
    let found = compute(view.state, move |rows| rows.ways(client, &asked)).await?;
    let found = found.ok_or(Error::UnknownClient { client })?;
    let row = |way: &Way| {
        let changes = way.changes.iter();
        let set = changes.map(|one| {
            (
                format!("{TRIED}{}", one.field),
                format::plain(one.after, lang),
            )
        });
        let set: Vec<(String, String)> = set.collect();
        let set: Vec<(&str, &str)> = set.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        Row {
            sentence: way.sentence.clone(),
            address: view.address(&set, "what-if"),
        }
    };
    Ok(Found {
        ways: found.ways.iter().map(row).collect(),
        summary: found.summary,
        note: found.note,
    })
}
