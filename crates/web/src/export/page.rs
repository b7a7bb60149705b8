//! What is kept about a client, as people read it: one page that needs no other file. No
//! arithmetic in the template: all is written here.

use askama::Template;
use limpide_explain::format;
use limpide_model::{Lang, Reader};
use limpide_store::{Actor, Advice, Case, Entry, Event, PredictionKind, Status, Verdict};
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

use super::Kept;
use crate::error::Error;
use crate::feature_rows::RawRows;
use crate::proposed;
use crate::router::AppState;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "export.html")]
struct Page {
    texts: Texts,
    lang: Lang,
    title: String,
    /// When, and by which model.
    made: String,
    synthetic: bool,
    /// What the result is, in words; empty where there is none.
    result: Vec<String>,
    features: Vec<[String; 3]>,
    tables: Vec<TableView>,
    cases: Vec<CaseView>,
    predictions: Vec<[String; 6]>,
    account: Vec<[String; 2]>,
    erased: String,
}

struct TableView {
    label: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

struct CaseView {
    number: String,
    standing: String,
    entries: Vec<EntryView>,
}

struct EntryView {
    at: String,
    by: String,
    what: String,
    told: Vec<String>,
}

pub(super) fn page(state: &AppState, kept: &Kept) -> Result<String, Error> {
    let writer = Writer {
        texts: Texts::new(kept.lang),
        lang: kept.lang,
        kept,
    };
    Ok(writer.page(state).render()?)
}

struct Writer<'a> {
    texts: Texts,
    lang: Lang,
    kept: &'a Kept,
}

impl Writer<'_> {
    fn page(&self, state: &AppState) -> Page {
        let (texts, kept) = (self.texts, self.kept);
        let service = &state.service;
        let number = kept.client.to_string();
        let made = [("at", &*written(kept.at)), ("model", &service.model[..12])];
        let tables = kept.tables.iter().flatten();
        let contributions = kept.explanation.iter().flat_map(|one| &one.contributions);
        let cases = kept.cases.iter();
        Page {
            texts,
            lang: kept.lang,
            title: texts.with("export-title", &[("client", &number)]),
            made: texts.with("export-made", &made),
            synthetic: service.bundle.synthetic,
            result: self.result(),
            features: contributions
                .map(|one| {
                    let log_odds = format::log_odds(one.contribution, self.lang);
                    [one.label.clone(), one.value_text.clone(), log_odds]
                })
                .collect(),
            tables: tables
                .map(|rows| self.table(rows, &service.bundle.currency))
                .collect(),
            cases: cases
                .map(|(number, case, entries)| CaseView {
                    number: number.to_string(),
                    standing: self.standing(case),
                    entries: entries.iter().map(|entry| self.entry(entry)).collect(),
                })
                .collect(),
            predictions: self.predictions(),
            account: self.account(),
            erased: match kept.erased {
                Some((at, _)) => texts.with("export-erased", &[("at", &written(at))]),
                None => String::new(),
            },
        }
    }

    fn result(&self) -> Vec<String> {
        let Some(one) = &self.kept.explanation else {
            return Vec::new();
        };
        let sentences = one.reasons.iter().chain(&one.strengths);
        let sentences = sentences.map(|reason| reason.sentence.clone());
        [one.summary.risk.clone()]
            .into_iter()
            .chain(sentences)
            .collect()
    }

    fn table(&self, rows: &RawRows, currency: &str) -> TableView {
        let texts = (0..rows.rows.len()).map(|row| {
            let columns = 0..rows.columns.len();
            columns
                .map(|column| rows.text(row, column, currency, self.lang))
                .collect()
        });
        let columns = rows.columns.iter();
        TableView {
            label: format::capitalised(rows.label.get(self.lang)),
            columns: columns
                .map(|column| column.label.get(self.lang).to_owned())
                .collect(),
            rows: texts.collect(),
        }
    }

    fn standing(&self, case: &Case) -> String {
        let texts = self.texts;
        match case.status {
            Status::Proposed => texts.get("export-proposed"),
            Status::Unproposed => texts.get("export-unproposed"),
            Status::AwaitingDecision => texts.get("export-awaiting"),
            Status::Decided => texts.get("export-decided"),
            Status::Contested => texts.get("export-contested"),
            Status::Reviewed => texts.get("export-reviewed"),
            Status::Erased => texts.get("export-forgotten"),
        }
    }

    fn entry(&self, entry: &Entry) -> EntryView {
        let name = self.kept.names.get(&entry.actor).cloned().flatten();
        EntryView {
            at: written(entry.at),
            by: name.unwrap_or_else(|| match entry.actor {
                Actor::Program => self.texts.get("export-program"),
                other => other.to_string(),
            }),
            what: match &entry.event {
                Some(event) => self.event(event),
                None => self.texts.get("export-forgotten"),
            },
            told: entry
                .event
                .as_ref()
                .map_or_else(Vec::new, |event| self.told(event)),
        }
    }

    fn event(&self, event: &Event) -> String {
        let texts = self.texts;
        match event {
            Event::Proposed(proposal) => match proposal.advice {
                Advice::Granted => texts.get("export-advised-granted"),
                Advice::Refused => texts.get("export-advised-refused"),
                Advice::Review => texts.get("export-advised-review"),
            },
            Event::Decided { verdict, .. } | Event::Overridden { verdict, .. } => match verdict {
                Verdict::Granted => texts.get("export-granted"),
                Verdict::Refused => texts.get("export-refused"),
            },
            Event::Commented { .. } => texts.get("export-commented"),
            Event::Contested { .. } => texts.get("export-contest"),
            Event::Upheld { .. } => texts.get("export-upheld"),
            Event::Reversed { .. } => texts.get("export-reversed"),
            Event::OutcomeKnown { .. } => texts.get("export-outcome"),
            Event::CorrectionRequested(_) => texts.get("export-correction"),
            Event::CorrectionAnswered { .. } => texts.get("export-correction-answer"),
            Event::Erased { .. } => texts.get("export-forgotten"),
        }
    }

    /// What was said, line by line; of a proposal what it was made of, and its reasons.
    fn told(&self, event: &Event) -> Vec<String> {
        match event {
            Event::Proposed(proposal) => {
                let probability = format::percent(proposal.score.probability, self.lang);
                let threshold = format::percent(proposal.score.threshold, self.lang);
                let score = [("risk", &*probability), ("threshold", &*threshold)];
                let reasons = proposal.reasons.iter().filter_map(|reason| {
                    proposed::sentence(reason, Reader::client(self.lang)).map(str::to_owned)
                });
                let score = self.texts.with("export-score", &score);
                [score].into_iter().chain(reasons).collect()
            }
            Event::CorrectionRequested(correction) => {
                let said = [
                    Some(&correction.item),
                    correction.found.as_ref(),
                    correction.expected.as_ref(),
                    Some(&correction.text),
                ];
                said.into_iter().flatten().cloned().collect()
            }
            other => {
                let words = serde_json::to_value(other).unwrap_or_default();
                let said = ["text", "reason", "answer", "outcome"].map(|name| &words[name]);
                let said = said.into_iter().filter_map(Value::as_str);
                said.map(str::to_owned).collect()
            }
        }
    }

    fn predictions(&self) -> Vec<[String; 6]> {
        let told = self.kept.predictions.iter().map(|one| {
            let at = OffsetDateTime::from_unix_timestamp(one.at_ms.div_euclid(1000));
            [
                at.map(written).unwrap_or_default(),
                self.kind(one.kind),
                format::percent(one.probability, self.lang),
                match one.decision {
                    Advice::Granted => self.texts.get("decision-granted-short"),
                    Advice::Refused => self.texts.get("decision-refused-short"),
                    Advice::Review => self.texts.get("decision-review-short"),
                },
                match one.role {
                    Some(role) => crate::pages::role(self.texts, role),
                    None => self.texts.get("export-program"),
                },
                one.bundle.chars().take(12).collect(),
            ]
        });
        told.collect()
    }

    fn kind(&self, kind: PredictionKind) -> String {
        let texts = self.texts;
        match kind {
            PredictionKind::Score => texts.get("export-kind-score"),
            PredictionKind::Explanation => texts.get("export-kind-explanation"),
            PredictionKind::PostedValues | PredictionKind::PostedRows => {
                texts.get("export-kind-posted")
            }
            PredictionKind::WhatIf => texts.get("export-kind-what-if"),
            PredictionKind::Batch => texts.get("export-kind-batch"),
        }
    }

    fn account(&self) -> Vec<[String; 2]> {
        let texts = self.texts;
        let mut rows = Vec::new();
        if let Some(person) = &self.kept.account {
            rows.push([texts.get("username"), person.username.clone()]);
            rows.push([texts.get("export-name"), person.full_name.clone()]);
            let last = person
                .last_sign_in_at
                .map(OffsetDateTime::from_unix_timestamp);
            if let Some(Ok(last)) = last {
                rows.push([texts.get("export-last-sign-in"), written(last)]);
            }
        }
        for adviser in &self.kept.advisers {
            rows.push([texts.get("role-adviser"), adviser.clone()]);
        }
        rows
    }
}

/// A moment as both languages read it.
fn written(at: OffsetDateTime) -> String {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    at.format(form).unwrap_or_default()
}
