//! `/model/runs`: the workspace's trainings, in any order; one of them; some of them side by side.

pub(crate) mod compare;
pub(crate) mod one;

use std::cmp::Ordering;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use limpide_explain::format::number;
use limpide_model::Lang;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api::off_thread;
use crate::asked::Asked;
use crate::auth::Studying;
use crate::error::Error;
use crate::figures::facts::{self, shown};
use crate::figures::words;
use crate::language::Language;
use crate::pages::client::moment;
use crate::pages::ordered::{self, Head, Holds, Leaf, Sortable, Sorted};
use crate::pages::{Frame, Place, encoded, html};
use crate::router::AppState;
use crate::runs::{FoundRun, Run, Status, WorkspaceRuns};
use crate::texts::Texts;

/// Runs shown at once.
const MOST_SHOWN: usize = 25;
/// Columns to sort by, their words, and what they hold.
const COLUMNS: [Sortable; 8] = [
    ("start", "runs-run", Holds::Words),
    ("kind", "runs-kind", Holds::Words),
    ("candidate", "runs-candidate", Holds::Words),
    ("clients", "runs-clients", Holds::Numbers),
    ("features", "runs-features", Holds::Numbers),
    ("auc", "runs-auc", Holds::Numbers),
    ("cost", "runs-cost", Holds::SmallNumbers),
    ("brier", "runs-brier", Holds::SmallNumbers),
];

#[derive(Template)]
#[template(path = "analyst/runs/list.html")]
struct RunsPage {
    frame: Frame,
    /// Whether runs are at hand at all.
    at_hand: bool,
    heads: Vec<Head>,
    rows: Vec<Row>,
    leaf: Leaf,
}

struct Row {
    id: String,
    address: String,
    start: String,
    who: String,
    in_force: bool,
    failed: bool,
    /// Why it cannot be read; empty where it can.
    fault: String,
    kind: String,
    candidate: String,
    /// Clients, features and metrics.
    numbers: [String; 5],
}

/// Order and page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: String,
}

/// Shows the runs.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let at_hand = state.service.shared.runs.is_some();
    let mut runs = match at_hand {
        true => read(&state, |runs| runs.runs()).await?,
        false => Vec::new(),
    };
    let sorted = Sorted::read(&wanted.sort, &COLUMNS, "-start");
    // The sort is stable: equals stand as they are read, the latest first.
    runs.sort_by(|a, b| order(sorted, a, b));
    let path = "/model/runs";
    let (rows, leaf) = Leaf::of(runs.len(), MOST_SHOWN, &wanted.page, texts, |page| {
        let asked = [("sort", &*wanted.sort), ("page", &page.to_string())];
        ordered::address(path, &asked)
    });
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path,
        query: &ordered::query(&[("sort", &wanted.sort), ("page", &wanted.page)]),
    };
    let heads = sorted.heads(&COLUMNS, texts, |sort| {
        ordered::address(path, &[("sort", sort)])
    });
    html(&RunsPage {
        frame: Frame::new(&place, &texts.get("runs")),
        at_hand,
        heads,
        rows: runs[rows]
            .iter()
            .map(|found| Row::new(found, &state.service.model, lang))
            .collect(),
        leaf,
    })
}

/// Asks the workspace, off the threads that wait for requests.
async fn read<T: Send + 'static>(
    state: &AppState,
    ask: impl FnOnce(&dyn WorkspaceRuns) -> Result<T, crate::service::RowsError> + Send + 'static,
) -> Result<T, Error> {
    let runs = state.service.shared.runs.as_ref().map(Arc::clone);
    let runs = runs.ok_or(Error::NotFound)?;
    Ok(off_thread("runs", move || ask(runs.as_ref())).await??)
}

/// What cannot be read or tells nothing of the column stands last, whatever the order.
fn order(sorted: Sorted<'_>, a: &FoundRun, b: &FoundRun) -> Ordering {
    let (Ok(one), Ok(other)) = (&a.run, &b.run) else {
        return a.run.is_err().cmp(&b.run.is_err());
    };
    let turned = |order: Ordering| match sorted.falling {
        true => order.reverse(),
        false => order,
    };
    let words = |read: fn(&Run) -> &str| turned(read(one).cmp(read(other)));
    let numbers = |read: fn(&Run) -> Option<f64>| match (read(one), read(other)) {
        (Some(a), Some(b)) => turned(a.total_cmp(&b)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    match sorted.column {
        "kind" => words(kind),
        "candidate" => words(candidate),
        "clients" => numbers(|run| Some(run.data.clients as f64)),
        "features" => numbers(|run| Some(run.result.as_ref()?.features as f64)),
        "auc" => numbers(|run| metric(run, "auc")),
        "cost" => numbers(|run| metric(run, "cost_per_client")),
        "brier" => numbers(|run| metric(run, "brier")),
        _ => words(|run| &run.start),
    }
}

/// How thoroughly it searched.
fn kind(run: &Run) -> &str {
    let effort = run.parameters.get("effort");
    effort.and_then(Value::as_str).unwrap_or_default()
}

fn candidate(run: &Run) -> &str {
    run.result
        .as_ref()
        .map_or("", |result| result.champion.as_str())
}

/// A metric of its champion.
fn metric(run: &Run, name: &str) -> Option<f64> {
    run.result.as_ref()?.metrics.get(name)?.as_f64()
}

/// Whether its model is the one that is served.
fn is_in_force(run: &Run, model: &str) -> bool {
    let result = run.result.as_ref();
    result.is_some_and(|result| result.bundle == model)
}

/// `2026-11-22T23:59:00Z` in words; as it stands where it is no moment.
fn moment(when: &str, lang: Lang) -> String {
    moment::reworded(when, |at| moment::written(at, lang))
}

fn address(id: &str) -> String {
    format!("/model/runs/{}", encoded(id))
}

/// A kind of training in words; one that has none keeps its name.
fn kind_words(kind: &str, texts: Texts) -> String {
    match kind {
        "quick" => texts.get("runs-quick"),
        "standard" => texts.get("runs-standard"),
        "thorough" => texts.get("runs-thorough"),
        other => other.to_owned(),
    }
}

impl Row {
    fn new(found: &FoundRun, model: &str, lang: Lang) -> Self {
        let mut row = Self {
            id: found.id.clone(),
            address: address(&found.id),
            start: found.id.clone(),
            who: String::new(),
            in_force: false,
            failed: false,
            fault: String::new(),
            kind: String::new(),
            candidate: String::new(),
            numbers: Default::default(),
        };
        match &found.run {
            Ok(run) => row.tell(run, model, lang),
            Err(reason) => row.fault.clone_from(reason),
        }
        row
    }

    fn tell(&mut self, run: &Run, model: &str, lang: Lang) {
        let count = |count: usize| number(count as f64, 0, lang);
        let metrics = run.result.as_ref().map(|result| &result.metrics);
        let told = |name: &str| {
            let value = metrics.and_then(|metrics| metrics.get(name));
            value.map_or_else(none, |value| shown(value, lang))
        };
        self.start = moment(&run.start, lang);
        self.who.clone_from(&run.who);
        self.in_force = is_in_force(run, model);
        self.failed = run.status == Status::Failed;
        self.kind = kind_words(kind(run), Texts::new(lang));
        self.candidate = match candidate(run) {
            "" => none(),
            name => words::candidate(name, lang).0.to_owned(),
        };
        self.numbers = [
            count(run.data.clients),
            run.result
                .as_ref()
                .map_or_else(none, |result| count(result.features)),
            metrics.map_or_else(none, |metrics| auc_of(metrics, lang)),
            told("cost_per_client"),
            told("brier"),
        ];
    }
}

/// The AUC of these metrics, with its interval where they hold one.
fn auc_of(metrics: &Map<String, Value>, lang: Lang) -> String {
    let end = |place: usize| metrics.get("auc_interval")?.get(place)?.as_f64();
    let auc = metrics.get("auc").and_then(Value::as_f64);
    match (auc, end(0), end(1)) {
        (Some(auc), Some(low), Some(high)) => facts::interval_of(auc, [low, high], lang),
        (Some(auc), ..) => number(auc, 3, lang),
        _ => none(),
    }
}

fn none() -> String {
    "–".to_owned()
}
