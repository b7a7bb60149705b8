//! The pages of runs: one that lists all, one a run. Each stands alone: no script, nothing from
//! elsewhere, fit to print.

use askama::Template;
use limpide_explain::format::number;
use limpide_model::{Bundle, Lang};
use serde_json::{Map, Value};

use super::record::{Run, Status, columns};
use super::words::{Words, words};
use super::{Artefact, Found};
use limpide_web::figures::facts::shown;
use limpide_web::figures::of_bundle as figures;
use limpide_web::figures::words::entry;
use limpide_web::figures::{Figure, plot};

/// Letters of a hash or id, enough to tell them apart.
const SHORT: usize = 12;

#[derive(Template)]
#[template(path = "runs.html")]
struct Index<'a> {
    words: &'static Words,
    style: &'static str,
    other_page: &'static str,
    page: &'static str,
    lines: Vec<Line<'a>>,
}

struct Line<'a> {
    id: &'a str,
    start: String,
    is_readable: bool,
    is_published: bool,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "run.html")]
struct Page<'a> {
    words: &'static Words,
    style: &'static str,
    page: &'static str,
    other_page: &'static str,
    id: &'a str,
    synthetic: bool,
    error: Option<&'a str>,
    champion: Option<&'a str>,
    leaderboard: Table<'a>,
    lists: Vec<List<'a>>,
    plots: Vec<Drawn>,
    files: &'a [String],
}

struct Table<'a> {
    heads: Vec<&'a str>,
    rows: Vec<Vec<String>>,
}

struct List<'a> {
    id: &'static str,
    name: &'static str,
    rows: Vec<(&'a str, String)>,
}

struct Drawn {
    file: &'static str,
    figure: Figure,
}

/// The file of a page in a language; the French one is found first.
pub fn file_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "index.html",
        Lang::En => "index.en.html",
    }
}

fn other(lang: Lang) -> Lang {
    match lang {
        Lang::Fr => Lang::En,
        Lang::En => Lang::Fr,
    }
}

/// The page that lists all runs.
pub fn index(runs: &[Found], lang: Lang) -> anyhow::Result<String> {
    let words = words(lang);
    let page = Index {
        words,
        style: plot::STYLE,
        page: file_name(lang),
        other_page: file_name(other(lang)),
        lines: runs.iter().map(|found| line(found, lang)).collect(),
    };
    Ok(page.render()?)
}

fn line((id, run): &Found, lang: Lang) -> Line<'_> {
    let words = words(lang);
    let run = match run {
        Ok(run) => run,
        Err(error) => {
            return Line {
                id,
                start: id.clone(),
                is_readable: false,
                is_published: false,
                cells: vec![format!("{} : {error:#}", words.unreadable)],
            };
        }
    };
    let mut cells = vec![
        run.parameters
            .get("effort")
            .map_or_else(String::new, |effort| shown(effort, lang)),
        number(run.data.clients as f64, 0, lang),
    ];
    match &run.result {
        Some(result) => {
            let of = |key: &str| {
                let value = result.metrics.get(key);
                value.map_or_else(String::new, |value| shown(value, lang))
            };
            cells.extend([
                number(result.features as f64, 0, lang),
                result.champion.clone(),
                of("auc"),
                of("auc_interval"),
                of("cost_per_client"),
                of("brier"),
                short(&result.bundle).to_owned(),
            ]);
        }
        None => cells.push(words.failed.to_owned()),
    }
    Line {
        id,
        start: moment(&run.start),
        is_readable: true,
        is_published: run.result.as_ref().is_some_and(|result| result.published),
        cells,
    }
}

/// The page of one run.
pub fn run(run: &Run, bundle: Option<&Bundle>, lang: Lang) -> anyhow::Result<String> {
    let words = words(lang);
    let mut lists = vec![facts(run, lang)];
    lists.push(List {
        id: "parameters",
        name: words.parameters,
        rows: run
            .parameters
            .iter()
            .map(|(key, value)| (entry(key, lang), shown(value, lang)))
            .collect(),
    });
    let mut leaderboard = Table {
        heads: Vec::new(),
        rows: Vec::new(),
    };
    if let Some(result) = &run.result {
        lists.push(list(
            "metrics",
            words.metrics,
            &[&result.metrics, &result.policy],
            lang,
        ));
        if let Value::Object(chosen) = &result.hyperparameters {
            lists.push(list("settings", words.hyperparameters, &[chosen], lang));
        }
        leaderboard = table(&result.leaderboard, lang);
    }
    let page = Page {
        words,
        style: plot::STYLE,
        page: file_name(lang),
        other_page: file_name(other(lang)),
        id: &run.id,
        synthetic: run.data.synthetic,
        error: run.error.as_deref(),
        champion: run.result.as_ref().map(|result| result.champion.as_str()),
        leaderboard,
        lists,
        plots: bundle.map_or_else(Vec::new, |bundle| drawn(bundle, lang)),
        files: &run.artefacts,
    };
    Ok(page.render()?)
}

/// The curves as files, in English.
pub fn plots(bundle: &Bundle) -> Vec<Artefact> {
    let plots = each_plot(bundle, Lang::En).into_iter();
    let plots = plots.map(|(name, figure)| Artefact {
        name,
        bytes: plot::file(&figure.svg),
    });
    plots.collect()
}

fn drawn(bundle: &Bundle, lang: Lang) -> Vec<Drawn> {
    let plots = each_plot(bundle, lang).into_iter();
    plots.map(|(file, figure)| Drawn { file, figure }).collect()
}

/// The plots that the bundle has the numbers for, as the documents draw them.
fn each_plot(bundle: &Bundle, lang: Lang) -> Vec<(&'static str, Figure)> {
    let plots = [
        ("roc.svg", figures::roc(bundle, lang)),
        ("calibration.svg", figures::reliability(bundle, lang)),
        ("cost.svg", figures::cost(bundle, lang)),
    ];
    let plots = plots.into_iter();
    plots
        .filter_map(|(file, figure)| Some((file, figure?)))
        .collect()
}

fn facts(run: &Run, lang: Lang) -> List<'_> {
    let words = words(lang);
    let count = |count: usize| number(count as f64, 0, lang);
    let status = match run.status {
        Status::Finished => words.finished,
        Status::Failed => words.failed,
    };
    let folds = run.data.folds.clone();
    let mut rows = vec![
        (words.status, status.to_owned()),
        (words.start, moment(&run.start)),
        (words.end, moment(&run.end)),
        (words.seconds, number(run.seconds, 1, lang)),
        (words.who, run.who.clone()),
        (
            words.recipe,
            format!("{} {}", run.data.recipe, short(&run.data.recipe_hash)),
        ),
        (words.portfolio, run.data.portfolio.clone()),
        (words.matrix, run.data.matrix.clone()),
        (
            words.folds,
            folds.unwrap_or_else(|| words.from_seed.to_owned()),
        ),
        (words.clients, count(run.data.clients)),
        (words.defaults, count(run.data.defaults)),
        (words.features, count(run.data.features)),
    ];
    if let Some(result) = &run.result {
        let published = if result.published {
            words.yes
        } else {
            words.no
        };
        rows.push((words.bundle, result.bundle.clone()));
        rows.push((words.published, published.to_owned()));
    }
    List {
        id: "facts",
        name: words.facts,
        rows,
    }
}

fn list<'a>(
    id: &'static str,
    name: &'static str,
    parts: &[&'a Map<String, Value>],
    lang: Lang,
) -> List<'a> {
    let rows = parts.iter().copied().flatten();
    let rows = rows.map(|(key, value)| (entry(key, lang), shown(value, lang)));
    List {
        id,
        name,
        rows: rows.collect(),
    }
}

fn table(leaderboard: &[Map<String, Value>], lang: Lang) -> Table<'_> {
    let keys = columns(leaderboard);
    let row = |line: &Map<String, Value>| {
        let cells = keys.iter().map(|key| line.get(*key));
        cells
            .map(|value| value.map_or_else(String::new, |value| shown(value, lang)))
            .collect()
    };
    Table {
        rows: leaderboard.iter().map(row).collect(),
        heads: keys.iter().map(|key| entry(key, lang)).collect(),
    }
}

/// `2026-11-22T23:59:00Z` as people read it.
fn moment(written: &str) -> String {
    written.replace('T', " ").replace('Z', " UTC")
}

fn short(hash: &str) -> &str {
    hash.get(..SHORT).unwrap_or(hash)
}
