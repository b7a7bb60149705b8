//! The file for the record: the decision, the score with all its digits, what it was made with, the
//! reasons, the log's entries, and every value that the model read with what it weighed.

use limpide_explain::{Explainer, Explanation, format};
use limpide_letter::{Align, Block, Column, Letter, Table};
use limpide_store::{Advice, Entry, Event};
use std::sync::Arc;

use super::case_file::CaseFile;
use super::reasons;
use crate::api::on_a_core;
use crate::error::Error;
use crate::pages::client::{case, moment};
use crate::router::AppState;

/// The explanation made again from what was logged; `None`: its model is not kept any more.
pub(super) async fn explained(
    state: &AppState,
    file: &CaseFile,
) -> Result<Option<Explanation>, Error> {
    let service = Arc::clone(&state.service);
    let (inputs, hash) = (file.proposal.inputs.clone(), file.proposal.bundle.clone());
    let lang = file.texts.lang;
    let made = on_a_core(state, "record", move || {
        let explain = |explainer: &Explainer| {
            let row = explainer.bundle().row_from_json(&inputs)?;
            Ok::<_, Error>(Some(explainer.explain(&row, lang)?))
        };
        if *hash == *service.model {
            return explain(&service.explainer);
        }
        let past = match &service.shared.past {
            Some(past) => past.bundle(&hash)?,
            None => None,
        };
        match past {
            Some(bundle) => explain(&Explainer::new(Arc::new(bundle))),
            None => Ok(None),
        }
    });
    made.await?
}

pub(super) fn letter(
    state: &AppState,
    file: &CaseFile,
    explanation: Option<&Explanation>,
) -> Letter {
    let texts = file.texts;
    let mut letter = file.frame(state, texts.get("record-title"), file.facts(state));
    let mut section = |heading: String, block: Block| {
        letter.body.push(Block::Heading(heading));
        letter.body.push(block);
    };
    section(texts.get("record-decision"), decision(file));
    section(texts.get("record-score"), score(file));
    section(texts.get("record-made-with"), made_with(file));
    let effects = reasons::everything(file);
    if !effects.rows.is_empty() {
        section(texts.get("letter-effects-heading"), Block::Effects(effects));
    }
    section(texts.get("record-log"), log(file));
    section(texts.get("record-inputs"), inputs(file, explanation));
    if explanation.is_none() {
        letter.body.push(Block::Note(texts.get("record-no-model")));
    }
    letter
}

fn decision(file: &CaseFile) -> Block {
    let texts = file.texts;
    let verdict = match file.case.verdict {
        Some(verdict) => case::verdict_words(verdict, texts),
        None => texts.get("record-undecided"),
    };
    let advice = match file.proposal.advice {
        Advice::Granted => texts.get("export-advised-granted"),
        Advice::Refused => texts.get("export-advised-refused"),
        Advice::Review => texts.get("export-advised-review"),
    };
    pairs(
        texts.get("record-decision"),
        vec![
            [texts.get("record-verdict"), verdict],
            [texts.get("record-advice"), advice],
            [
                texts.get("record-proposed-at"),
                moment::written(file.proposed_at, texts.lang),
            ],
            [texts.get("record-case"), file.number.to_string()],
        ],
    )
}

fn score(file: &CaseFile) -> Block {
    let texts = file.texts;
    let score = file.proposal.score;
    let percent = |part: f64| {
        // As people read it, and with all its digits.
        format!("{} ({part})", format::percent(part, texts.lang))
    };
    let mut rows = vec![[texts.get("letter-risk"), percent(score.probability)]];
    if let Some([low, high]) = score.interval {
        let between = format!("{} – {}", percent(low), percent(high));
        rows.push([texts.get("record-interval"), between]);
    }
    rows.push([texts.get("record-threshold"), percent(score.threshold)]);
    rows.push([texts.get("record-margin"), score.margin.to_string()]);
    pairs(texts.get("record-score"), rows)
}

fn made_with(file: &CaseFile) -> Block {
    let texts = file.texts;
    let mut rows = vec![[texts.get("record-model"), file.proposal.bundle.clone()]];
    if let Some(made) = &file.proposal.made_with {
        rows.push([texts.get("record-recipe"), made.recipe.clone()]);
        if let Some(matrix) = &made.matrix {
            rows.push([texts.get("record-matrix"), matrix.clone()]);
        }
        rows.push([texts.get("record-program"), made.program.clone()]);
    }
    pairs(texts.get("record-made-with"), rows)
}

fn log(file: &CaseFile) -> Block {
    let texts = file.texts;
    let who = |entry: &Entry| match (&entry.event, file.names.get(&entry.actor)) {
        (Some(Event::Proposed(_)), _) => texts.get("by-model"),
        (_, Some(Some(name))) => name.clone(),
        _ => texts.get("by-program"),
    };
    let rows = file.entries.iter().map(|entry| {
        let event = entry.event.as_ref();
        let what = [case::what(event, texts).as_str(), case::words(event)].join("\n");
        vec![
            entry.sequence.to_string(),
            moment::written(entry.at, texts.lang),
            who(entry),
            what,
            entry.hash.clone(),
        ]
    });
    let column = |title: String, share: f32| Column {
        title,
        share,
        align: Align::Left,
    };
    Block::Table(Table {
        summary: texts.get("record-log"),
        columns: vec![
            column(texts.get("record-entry"), 0.7),
            column(texts.get("export-when"), 1.4),
            column(texts.get("export-who"), 1.2),
            column(texts.get("export-what"), 3.0),
            column(texts.get("record-hash"), 2.1),
        ],
        rows: rows.collect(),
    })
}

/// Every value that was read; the heaviest first, where it is known what each weighs.
fn inputs(file: &CaseFile, explanation: Option<&Explanation>) -> Block {
    let texts = file.texts;
    let rows: Vec<Vec<String>> = match explanation {
        Some(explanation) => {
            let mut all: Vec<_> = explanation.contributions.iter().collect();
            all.sort_by(|one, other| {
                let size = |weight: f64| weight.abs();
                size(other.contribution).total_cmp(&size(one.contribution))
            });
            let row = |one: &&limpide_explain::FeatureContribution| {
                vec![
                    format!("{}\n{}", format::capitalised(&one.label), one.feature),
                    one.value_text.clone(),
                    format::log_odds(one.contribution, texts.lang),
                ]
            };
            all.iter().map(row).collect()
        }
        None => {
            let row = |(name, value): (&String, &serde_json::Value)| {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                vec![name.clone(), value, String::new()]
            };
            file.proposal.inputs.iter().map(row).collect()
        }
    };
    let column = |title: String, share: f32, align: Align| Column {
        title,
        share,
        align,
    };
    Block::Table(Table {
        summary: texts.get("record-inputs"),
        columns: vec![
            column(texts.get("export-feature"), 3.4, Align::Left),
            column(texts.get("export-value"), 1.6, Align::Right),
            column(texts.get("record-weight"), 1.0, Align::Right),
        ],
        rows,
    })
}

/// A table of names and values, without titles.
fn pairs(summary: String, rows: Vec<[String; 2]>) -> Block {
    let column = |share: f32| Column {
        title: String::new(),
        share,
        align: Align::Left,
    };
    Block::Table(Table {
        summary,
        columns: vec![column(1.0), column(2.6)],
        rows: rows.into_iter().map(Vec::from).collect(),
    })
}
