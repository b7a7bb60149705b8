//! The clients most like this one, and how it went with them.

use askama::Template;
use limpide_explain::comparing::{Among, SIMILAR};
use limpide_explain::format;

use super::comparison::fault;
use super::view::View;
use crate::api::client_similar::{self, SimilarClients};
use crate::error::Error;
use crate::pages::Tone;
use crate::texts::Texts;

/// Similar clients that are named, the most similar first.
const NAMED: usize = 8;
/// Squares of a row of the drawing.
const ACROSS: usize = 20;

#[derive(Template)]
#[template(path = "client/similar.html")]
pub(super) struct Similar {
    texts: Texts,
    own: bool,
    shown: Option<Shown>,
    /// Why nothing is shown; empty where something is.
    fault: String,
}

struct Shown {
    sentence: String,
    caveat: String,
    /// A square a client; empty for those who may not see others.
    squares: Vec<Square>,
    height: usize,
    /// How many did not repay, repaid, and are not known, in words.
    counts: [String; 3],
    decisions: String,
    rows: Vec<Row>,
}

struct Square {
    x: usize,
    y: usize,
    kind: &'static str,
}

/// One similar client.
struct Row {
    client: i64,
    alike: String,
    risk: String,
    outcome: String,
    tone: Tone,
}

impl Similar {
    pub(super) async fn load(view: &View<'_>) -> Result<Self, Error> {
        let among = Among {
            similar: Some(SIMILAR),
            ..Among::default()
        };
        let lang = view.texts.lang;
        let asked = client_similar::tell(view.state, view.client, view.sees_others, among, lang);
        let (shown, fault) = match asked.await {
            Ok(found) => (Some(shown(view, found)?), String::new()),
            Err(error) => (None, fault(error, view.texts)?),
        };
        Ok(Self {
            texts: view.texts,
            own: view.own,
            shown,
            fault,
        })
    }
}

fn shown(view: &View<'_>, found: SimilarClients) -> Result<Shown, Error> {
    let (texts, lang) = (view.texts, view.texts.lang);
    let count = |n: usize| format::number(n as f64, 0, lang);
    let similar = found.similar.unwrap_or_default();
    // Those who did not repay first: how many of a hundred is seen at a glance.
    let mut outcomes: Vec<Option<u8>> = similar.iter().map(|one| one.outcome).collect();
    outcomes.sort_by_key(|outcome| match outcome {
        Some(1) => 0,
        Some(_) => 1,
        None => 2,
    });
    let of = |wanted: fn(&Option<u8>) -> bool| outcomes.iter().filter(|one| wanted(one)).count();
    let defaults = of(|one| *one == Some(1));
    let unknown = of(|one| one.is_none());
    let repaid = outcomes.len() - defaults - unknown;
    let square = |(at, outcome): (usize, &Option<u8>)| Square {
        x: at % ACROSS * 15,
        y: at / ACROSS * 15,
        kind: kind(*outcome),
    };
    let decided = &found.decisions;
    let mut rows = Vec::with_capacity(NAMED);
    for one in similar.iter().take(NAMED) {
        let Some(values) = view.state.service.clients.row(one.client)? else {
            continue;
        };
        let score = view.state.service.score(&values)?;
        rows.push(Row {
            client: one.client,
            alike: format::percent_whole(one.proximity, lang),
            risk: format::percent(score.probability, lang),
            outcome: outcome(one.outcome, texts),
            tone: tone(one.outcome),
        });
    }
    Ok(Shown {
        sentence: found.sentence,
        caveat: found.caveat,
        squares: outcomes.iter().enumerate().map(square).collect(),
        height: (outcomes.len().div_ceil(ACROSS) * 15).saturating_sub(3),
        counts: [
            texts.plural("similar-defaults", defaults, &count(defaults)),
            texts.plural("similar-repaid", repaid, &count(repaid)),
            match unknown {
                0 => String::new(),
                unknown => texts.plural("similar-unknown", unknown, &count(unknown)),
            },
        ],
        decisions: texts.with(
            "similar-decisions",
            &[
                ("granted", &count(decided.granted)),
                ("refused", &count(decided.refused)),
                ("review", &count(decided.review)),
            ],
        ),
        rows,
    })
}

fn kind(outcome: Option<u8>) -> &'static str {
    match outcome {
        Some(1) => "square-default",
        Some(_) => "square-repaid",
        None => "square-unknown",
    }
}

fn outcome(outcome: Option<u8>, texts: Texts) -> String {
    match outcome {
        Some(1) => texts.get("outcome-default"),
        Some(_) => texts.get("outcome-repaid"),
        None => texts.get("outcome-unknown"),
    }
}

fn tone(outcome: Option<u8>) -> Tone {
    let (tint, icon) = match outcome {
        Some(1) => ("against-tint", "warning"),
        Some(_) => ("favour-tint", "check"),
        None => ("neutral-tint", "unknown"),
    };
    Tone { tint, icon }
}
