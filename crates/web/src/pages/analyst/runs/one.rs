//! `/model/runs/{id}`: what one training was asked, what it read, what it found and what it left.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use limpide_explain::format::number;
use limpide_model::{Bundle, Lang};
use serde_json::{Map, Value};

use super::{address, auc_of, is_in_force, kind, kind_words, moment, none, read};
use crate::api::off_thread;
use crate::auth::Studying;
use crate::error::Error;
use crate::figures::Figure;
use crate::figures::facts::shown;
use crate::figures::of_bundle::{reliability, roc};
use crate::figures::words;
use crate::language::Language;
use crate::pages::{Frame, Place, html};
use crate::router::AppState;
use crate::runs::{FoundRun, Outcome, Run, Status};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "analyst/runs/one.html")]
struct RunPage {
    frame: Frame,
    id: String,
    in_force: bool,
    /// Why it cannot be read; empty where it can.
    fault: String,
    /// What stopped it; empty where nothing did.
    error: String,
    synthetic: bool,
    /// The address that compares it with the run in force; empty where that is itself, or none is.
    compare: String,
    /// Two columns of lists.
    lists: [Vec<List>; 2],
    metrics: Vec<[String; 3]>,
    candidates: Vec<Candidate>,
    curves: Vec<Figure>,
    files: Vec<String>,
}

/// Lines under a heading.
struct List {
    id: &'static str,
    name: String,
    lines: Vec<(String, String)>,
}

/// One line of the leaderboard.
struct Candidate {
    name: String,
    /// AUC with its interval, distance to the champion's, cost, Brier score, calibration error, seconds.
    cells: [String; 6],
    seen_all: bool,
}

/// Shows one run.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let runs = read(&state, move |runs| Ok((runs.run(&id)?, runs.runs()?))).await?;
    let (Some(FoundRun { id, run }), all) = runs else {
        return Err(Error::NotFound);
    };
    let model = &state.service.model;
    let title = match &run {
        Ok(run) => texts.with("runs-title", &[("when", &moment(&run.start, lang))]),
        Err(_) => texts.with("runs-title", &[("when", &id)]),
    };
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: &address(&id),
        query: "",
    };
    let mut page = RunPage {
        frame: Frame::new(&place, &title),
        in_force: false,
        fault: String::new(),
        error: String::new(),
        synthetic: false,
        compare: String::new(),
        lists: Default::default(),
        metrics: Vec::new(),
        candidates: Vec::new(),
        curves: Vec::new(),
        files: Vec::new(),
        id,
    };
    match run {
        Err(reason) => page.fault = reason,
        Ok(run) => {
            let mut decided = all.iter().filter_map(|found| found.run.as_ref().ok());
            let decides = decided.find(|one| is_in_force(one, model) && one.id != run.id);
            page.in_force = is_in_force(&run, model);
            if let (Some(other), Some(_)) = (decides, &run.result) {
                page.compare = super::compare::address(&[&other.id, &page.id]);
            }
            if let Some(bundle) = bundle(&state, &run).await {
                page.curves = [roc(&bundle, lang), reliability(&bundle, lang)]
                    .into_iter()
                    .flatten()
                    .collect();
            }
            page.tell(run, texts);
        }
    }
    html(&page)
}

/// The model that it made; `None` where it is not kept any more, or cannot be read.
async fn bundle(state: &AppState, run: &Run) -> Option<Arc<Bundle>> {
    let hash = run.result.as_ref()?.bundle.clone();
    if *hash == *state.service.model {
        return Some(Arc::clone(&state.service.bundle));
    }
    let past = Arc::clone(state.service.shared.past.as_ref()?);
    let read = off_thread("the model of a run", move || past.bundle(&hash)).await;
    match read.ok()? {
        Ok(found) => found.map(Arc::new),
        Err(error) => {
            tracing::warn!(%error, "the model of a run");
            None
        }
    }
}

impl RunPage {
    fn tell(&mut self, run: Run, texts: Texts) {
        let lang = texts.lang;
        self.error = run.error.clone().unwrap_or_default();
        self.synthetic = run.data.synthetic;
        let mut lists = vec![done(&run, texts), data(&run, texts)];
        lists.push(List {
            id: "parameters",
            name: texts.get("runs-parameters"),
            lines: parameters(&run, texts),
        });
        let mut list = |id, name, entries: &Map<String, Value>| {
            if !entries.is_empty() {
                lists.push(List {
                    id,
                    name: texts.get(name),
                    lines: lines(entries, lang),
                });
            }
        };
        if let Some(result) = &run.result {
            list("policy", "runs-policy", &result.policy);
            if let Value::Object(chosen) = &result.hyperparameters {
                list("settings", "runs-hyperparameters", chosen);
            }
            self.metrics = metrics(result, lang);
            let lines = result.leaderboard.iter();
            self.candidates = lines.map(|line| Candidate::new(line, lang)).collect();
        }
        self.lists = columns(lists);
        self.files = run.artefacts;
        self.files.insert(0, "run.json".to_owned());
    }
}

/// Lists in two columns, each under the shorter one.
fn columns(lists: Vec<List>) -> [Vec<List>; 2] {
    let mut columns: [Vec<List>; 2] = Default::default();
    let mut heights = [0, 0];
    for list in lists {
        let shorter = usize::from(heights[1] < heights[0]);
        // A heading and the card's edges are as high as three lines.
        heights[shorter] += list.lines.len() + 3;
        columns[shorter].push(list);
    }
    columns
}

impl Candidate {
    fn new(line: &Map<String, Value>, lang: Lang) -> Self {
        let name = line.get("candidate").and_then(Value::as_str);
        let told = |key: &str| line.get(key).map_or_else(none, |value| shown(value, lang));
        let paired = line.get("paired").and_then(Value::as_object);
        let apart = paired.and_then(|paired| {
            let difference = paired.get("auc_difference")?.as_f64()?;
            let error = paired.get("corrected_standard_error")?.as_f64()?;
            let written = |value: f64| number(value, 4, lang);
            Some(format!("{}\u{a0}± {}", written(difference), written(error)))
        });
        Self {
            name: words::candidate(name.unwrap_or_default(), lang)
                .0
                .to_owned(),
            cells: [
                auc_of(line, lang),
                apart.unwrap_or_else(none),
                told("cost_per_client"),
                told("brier"),
                told("calibration_error"),
                match line.get("seconds").and_then(Value::as_f64) {
                    Some(seconds) => number(seconds, 1, lang),
                    None => none(),
                },
            ],
            seen_all: line.get("seen_all").and_then(Value::as_bool) == Some(true),
        }
    }
}

/// What was done, by whom and when.
fn done(run: &Run, texts: Texts) -> List {
    let status = match run.status {
        Status::Finished => "runs-finished",
        Status::Failed => "runs-failed",
    };
    let line = |key: &str, words: String| (texts.get(key), words);
    let mut lines = vec![
        line("runs-status", texts.get(status)),
        line("runs-who", run.who.clone()),
        line("runs-start", moment(&run.start, texts.lang)),
        line("runs-end", moment(&run.end, texts.lang)),
        line("runs-seconds", number(run.seconds, 1, texts.lang)),
    ];
    if let Some(result) = &run.result {
        let name = words::candidate(&result.champion, texts.lang).0;
        let features = number(result.features as f64, 0, texts.lang);
        lines.push(line("runs-candidate", name.to_owned()));
        lines.push(line("runs-read", features));
        lines.push(line("runs-bundle", result.bundle.clone()));
    }
    List {
        id: "done",
        name: texts.get("runs-done"),
        lines,
    }
}

/// What it learned from.
fn data(run: &Run, texts: Texts) -> List {
    let lang = texts.lang;
    let count = |count: usize| number(count as f64, 0, lang);
    let data = &run.data;
    let folds = data.folds.clone();
    let line = |key: &str, words: String| (texts.get(key), words);
    List {
        id: "data",
        name: texts.get("runs-data"),
        lines: vec![
            line("runs-clients", count(data.clients)),
            line("runs-defaults", count(data.defaults)),
            line("runs-features", count(data.features)),
            line("runs-recipe", data.recipe.clone()),
            line("runs-recipe-hash", data.recipe_hash.clone()),
            line("runs-portfolio", data.portfolio.clone()),
            line("runs-matrix", data.matrix.clone()),
            line(
                "runs-folds",
                folds.unwrap_or_else(|| texts.get("runs-from-seed")),
            ),
        ],
    }
}

/// What it was asked.
pub(super) fn parameters(run: &Run, texts: Texts) -> Vec<(String, String)> {
    let parameters = run.parameters.iter().map(|(key, value)| {
        let words = match key.as_str() {
            "effort" => kind_words(kind(run), texts),
            _ => shown(value, texts.lang),
        };
        (words::entry(key, texts.lang).to_owned(), words)
    });
    parameters.collect()
}

fn lines(entries: &Map<String, Value>, lang: Lang) -> Vec<(String, String)> {
    let lines = entries.iter().map(|(key, value)| {
        let name = words::entry(key, lang).to_owned();
        (name, shown(value, lang))
    });
    lines.collect()
}

/// Each metric, its value, and how it is read.
fn metrics(result: &Outcome, lang: Lang) -> Vec<[String; 3]> {
    let metrics = result.metrics.iter().map(|(key, value)| {
        let read = match key.as_str() {
            "cost_with_reviews" => "",
            key if words::better(key).is_some() => words::metric(key, lang).1,
            _ => "",
        };
        [
            words::entry(key, lang).to_owned(),
            shown(value, lang),
            read.to_owned(),
        ]
    });
    metrics.collect()
}
