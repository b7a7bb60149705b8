//! `/model/runs/compare`: some trainings side by side: what they were asked, what they read, what they found.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use limpide_explain::format::number;
use limpide_model::Lang;
use serde_json::{Map, Value};

use super::{auc_of, candidate, is_in_force, kind, kind_words, moment, none, read};
use crate::asked::Asked;
use crate::auth::Studying;
use crate::error::Error;
use crate::figures::facts::shown;
use crate::figures::words::{self, Better};
use crate::language::Language;
use crate::pages::{Frame, Place, html, ordered};
use crate::router::AppState;
use crate::runs::{FoundRun, Run};
use crate::texts::Texts;

/// Runs side by side at most.
pub(super) const MOST: usize = 4;
const PATH: &str = "/model/runs/compare";

#[derive(Template)]
#[template(path = "analyst/runs/compare.html")]
struct ComparePage {
    frame: Frame,
    /// Why nothing is compared; empty where something is.
    fault: String,
    /// Runs that cannot be read, and why.
    unread: Vec<[String; 2]>,
    /// Whether the runs were not judged on the same clients.
    uneven: bool,
    heads: Vec<Side>,
    parts: Vec<Part>,
    /// Whether only what differs is shown, and the address of the other way.
    only: bool,
    other: String,
}

/// One run's head.
struct Side {
    address: String,
    start: String,
    in_force: bool,
}

/// Lines under a heading.
struct Part {
    id: &'static str,
    name: String,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    cells: Vec<Cell>,
    differs: bool,
}

struct Cell {
    words: String,
    is_best: bool,
}

/// The address that compares these runs.
pub(super) fn address(ids: &[&String]) -> String {
    let asked: Vec<(&str, &str)> = ids.iter().map(|id| ("run", id.as_str())).collect();
    ordered::address(PATH, &asked)
}

/// Shows the runs that are asked for, side by side.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Asked(asked): Asked<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let only = asked.iter().any(|(name, _)| name == "only");
    let mut ids: Vec<String> = Vec::new();
    for (name, id) in asked {
        if name == "run" && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let wanted = ids.clone();
    let few = !(2..=MOST).contains(&ids.len());
    let found = read(&state, move |runs| {
        let wanted = wanted.iter().take(MOST);
        wanted.map(|id| runs.run(id)).collect::<Result<Vec<_>, _>>()
    });
    let found = found.await?.into_iter().collect::<Option<Vec<_>>>();
    let found: Vec<FoundRun> = found.ok_or(Error::NotFound)?;
    let (mut runs, mut unread) = (Vec::new(), Vec::new());
    for FoundRun { id, run } in found {
        match run {
            Ok(run) => runs.push(run),
            Err(reason) => unread.push([id, reason]),
        }
    }
    let most = number(MOST as f64, 0, lang);
    let fault = match (few, runs.len() < 2) {
        (true, _) => texts.with("runs-choose", &[("most", &most)]),
        (false, true) => texts.get("runs-too-few"),
        (false, false) => String::new(),
    };
    if !fault.is_empty() {
        runs.clear();
    }
    let mut query: Vec<(&str, &str)> = ids.iter().map(|id| ("run", id.as_str())).collect();
    let whole = ordered::query(&query);
    query.push(("only", "differences"));
    let narrow = ordered::query(&query);
    let place = Place {
        state: &state,
        lang,
        person: Some(&person),
        path: PATH,
        query: if only { &narrow } else { &whole },
    };
    let mut parts = parts(&runs, texts);
    if only {
        for part in &mut parts {
            part.lines.retain(|line| line.differs);
        }
    }
    let other = if only { &whole } else { &narrow };
    let refused = !fault.is_empty();
    let judged_on = |run: &Run| {
        let seed = run.parameters.get("seed").map(ToString::to_string);
        let folds = run.data.folds.clone().or(seed);
        (run.data.portfolio.clone(), folds)
    };
    let judged: BTreeSet<_> = runs.iter().map(judged_on).collect();
    let mut page = html(&ComparePage {
        frame: Frame::new(&place, &texts.get("runs-compare")),
        fault,
        unread,
        uneven: judged.len() > 1,
        heads: runs
            .iter()
            .map(|run| Side {
                address: super::address(&run.id),
                start: moment(&run.start, lang),
                in_force: is_in_force(run, &state.service.model),
            })
            .collect(),
        parts,
        only,
        other: format!("{PATH}?{other}"),
    })?;
    if refused {
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(page)
}

/// What stands side by side, part by part.
fn parts(runs: &[Run], texts: Texts) -> Vec<Part> {
    if runs.is_empty() {
        return Vec::new();
    }
    let lang = texts.lang;
    let part = |id: &'static str, name: &str, lines: Vec<Line>| Part {
        id,
        name: texts.get(name),
        lines,
    };
    vec![
        part("metrics", "runs-metrics", metrics(runs, lang)),
        part("candidates", "runs-candidates", candidates(runs, lang)),
        part("parameters", "runs-parameters", parameters(runs, texts)),
        part(
            "settings",
            "runs-hyperparameters",
            entries(runs, lang, |run| {
                run.result.as_ref()?.hyperparameters.as_object()
            }),
        ),
        part(
            "policy",
            "runs-policy",
            entries(runs, lang, |run| Some(&run.result.as_ref()?.policy)),
        ),
        part("data", "runs-data", data(runs, texts)),
    ]
}

impl Line {
    /// A line of words, which differ or not.
    fn new(name: String, cells: Vec<String>) -> Self {
        Self {
            name,
            differs: cells.iter().any(|cell| *cell != cells[0]),
            cells: cells
                .into_iter()
                .map(|words| Cell {
                    words,
                    is_best: false,
                })
                .collect(),
        }
    }

    /// A line of numbers, the best of which are said to be so where they differ.
    fn judged(name: String, words: Vec<String>, values: &[Option<f64>], better: Better) -> Self {
        let mut line = Self::new(name, words);
        let known = values.iter().flatten().copied();
        let best = match better {
            Better::Larger => known.max_by(f64::total_cmp),
            Better::Smaller => known.min_by(f64::total_cmp),
        };
        for (cell, value) in line.cells.iter_mut().zip(values) {
            cell.is_best = line.differs && value.is_some() && *value == best;
        }
        line
    }
}

/// The keys that any of the runs has, in the order in which they are met.
fn keys<'a>(maps: impl Iterator<Item = &'a Map<String, Value>>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = Vec::new();
    for key in maps.flat_map(Map::keys) {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    keys
}

/// A line an entry that any of the runs has.
fn entries(
    runs: &[Run],
    lang: Lang,
    of: impl Fn(&Run) -> Option<&Map<String, Value>>,
) -> Vec<Line> {
    let keys = keys(runs.iter().filter_map(&of));
    let line = |key: &str| {
        let cells = runs.iter().map(|run| told(of(run), key, lang));
        Line::new(words::entry(key, lang).to_owned(), cells.collect())
    };
    keys.into_iter().map(line).collect()
}

fn told(map: Option<&Map<String, Value>>, key: &str, lang: Lang) -> String {
    let value = map.and_then(|map| map.get(key));
    match value.map(|value| shown(value, lang)) {
        Some(words) if !words.is_empty() => words,
        _ => none(),
    }
}

fn metrics(runs: &[Run], lang: Lang) -> Vec<Line> {
    let of = |run: &'_ Run| run.result.as_ref().map(|result| result.metrics.clone());
    let metrics: Vec<Option<Map<String, Value>>> = runs.iter().map(of).collect();
    let keys = keys(metrics.iter().flatten());
    let line = |key: &str| {
        let words = metrics.iter().map(|map| told(map.as_ref(), key, lang));
        let words = words.collect();
        let name = words::entry(key, lang).to_owned();
        match words::better(key) {
            None => Line::new(name, words),
            Some(better) => {
                let values = metrics.iter().map(|map| map.as_ref()?.get(key)?.as_f64());
                Line::judged(name, words, &values.collect::<Vec<_>>(), better)
            }
        }
    };
    keys.into_iter().map(line).collect()
}

/// The AUC of every candidate that any of the runs tried.
fn candidates(runs: &[Run], lang: Lang) -> Vec<Line> {
    let name = |line: &Map<String, Value>| {
        let name = line.get("candidate").and_then(Value::as_str);
        name.unwrap_or_default().to_owned()
    };
    let board = |run: &Run| match &run.result {
        Some(result) => result.leaderboard.clone(),
        None => Vec::new(),
    };
    let boards: Vec<Vec<Map<String, Value>>> = runs.iter().map(board).collect();
    let mut names: Vec<String> = Vec::new();
    for found in boards.iter().flatten().map(name) {
        if !names.contains(&found) {
            names.push(found);
        }
    }
    let line = |wanted: String| {
        let lines = boards
            .iter()
            .map(|board| board.iter().find(|line| name(line) == wanted));
        let lines: Vec<Option<&Map<String, Value>>> = lines.collect();
        let words = lines
            .iter()
            .map(|line| line.map_or_else(none, |line| auc_of(line, lang)));
        let values = lines.iter().map(|line| line.as_ref()?.get("auc")?.as_f64());
        Line::judged(
            format!("AUC, {}", words::candidate(&wanted, lang).0),
            words.collect(),
            &values.collect::<Vec<_>>(),
            Better::Larger,
        )
    };
    names.into_iter().map(line).collect()
}

fn parameters(runs: &[Run], texts: Texts) -> Vec<Line> {
    let keys: BTreeSet<&str> = runs
        .iter()
        .flat_map(|run| run.parameters.keys().map(String::as_str))
        .collect();
    let cell = |run: &Run, key: &str| match (key, run.parameters.get(key)) {
        ("effort", Some(_)) => kind_words(kind(run), texts),
        (_, Some(value)) => shown(value, texts.lang),
        (_, None) => none(),
    };
    let line = |key: &str| {
        let cells = runs.iter().map(|run| cell(run, key)).collect();
        Line::new(words::entry(key, texts.lang).to_owned(), cells)
    };
    keys.into_iter().map(line).collect()
}

fn data(runs: &[Run], texts: Texts) -> Vec<Line> {
    let lang = texts.lang;
    let count = |count: usize| number(count as f64, 0, lang);
    let line = |key: &str, cell: &dyn Fn(&Run) -> String| {
        Line::new(texts.get(key), runs.iter().map(cell).collect())
    };
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    vec![
        line("runs-candidate", &|run| match candidate(run) {
            "" => none(),
            name => words::candidate(name, lang).0.to_owned(),
        }),
        line("runs-read", &|run| match &run.result {
            Some(result) => count(result.features),
            None => none(),
        }),
        line("runs-clients", &|run| count(run.data.clients)),
        line("runs-defaults", &|run| count(run.data.defaults)),
        line("runs-features", &|run| count(run.data.features)),
        line("runs-recipe", &|run| run.data.recipe.clone()),
        line("runs-recipe-hash", &|run| short(&run.data.recipe_hash)),
        line("runs-portfolio", &|run| short(&run.data.portfolio)),
        line("runs-matrix", &|run| short(&run.data.matrix)),
        line("runs-folds", &|run| match &run.data.folds {
            Some(folds) => short(folds),
            None => texts.get("runs-from-seed"),
        }),
        line("runs-who", &|run| run.who.clone()),
        line("runs-seconds", &|run| number(run.seconds, 1, lang)),
    ]
}
