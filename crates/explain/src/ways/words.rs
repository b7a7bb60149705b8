//! Ways to a yes as people read them. Nothing is told that was not scored afresh and granted.

use std::collections::BTreeMap;

use fluent_templates::fluent_bundle::FluentValue;
use limpide_model::{Bundle, Decision, Lang, Score, Text, Unit};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::format;
use crate::texts::{text, text_with};
use crate::ways::search::Search;

/// A field that a client may change, as the recipe says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What it is asked for by.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// The change as a request, with the places `{before}` and `{after}`.
    pub words: Text,
    /// What it is measured in.
    pub unit: Unit,
    /// The value as it is, if the application has one.
    pub now: Option<f64>,
    /// How many other values it may take.
    pub values: usize,
}

/// A value of the application that follows from what is changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    /// What people call it.
    pub label: Text,
    /// What it is measured in.
    pub unit: Unit,
    /// Its value as it is.
    pub before: f64,
    /// Its value as it would be.
    pub after: f64,
}

/// A way that was scored afresh, by the path on which applications are scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// Fields by their places, with their values as they would be.
    pub changes: Vec<(usize, f64)>,
    /// What follows from them.
    pub follows: Vec<Follow>,
    /// The application's columns as they would be, of those that differ.
    pub edits: BTreeMap<String, f64>,
    /// The steps added up.
    pub distance: f64,
    /// The result of the changed application.
    pub score: Score,
}

/// What was asked and what was found.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The model that decides.
    pub bundle: &'a Bundle,
    /// The result as it is.
    pub score: &'a Score,
    /// The fields that may change.
    pub fields: &'a [Field],
    /// What the search found; `None` where the request is granted as it is.
    pub search: Option<&'a Search>,
    /// The language.
    pub lang: Lang,
}

/// The ways to a yes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ways {
    /// The language of the words.
    pub lang: Lang,
    /// The decision as it is.
    pub decision: Decision,
    /// The probability of not repaying as it is.
    pub probability: f64,
    /// Requests of a lower probability are granted.
    pub limit: f64,
    /// The fields that may change.
    pub fields: Vec<OpenField>,
    /// The ways, the smallest change first.
    pub ways: Vec<Way>,
    /// How many possibilities were looked at.
    pub examined: u64,
    /// How many there are.
    pub of: u64,
    /// Whether nothing smaller, and where no way was found none at all, exists. Else time was up.
    pub is_complete: bool,
    /// What was found, in words.
    pub summary: String,
    /// That nothing here is a promise.
    pub note: String,
}

/// A field that may change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenField {
    /// What it is asked for by.
    pub field: String,
    /// What people call it.
    pub label: String,
    /// The value as it is, if the application has one.
    pub now: Option<f64>,
    /// The value as people read it.
    pub now_text: Option<String>,
    /// How many other values this client may choose; 0 where nothing may change.
    pub values: usize,
}

/// One way to a yes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// What the client would change.
    pub changes: Vec<FieldChange>,
    /// What follows from it, in words; empty where nothing does.
    pub consequence: String,
    /// The application's columns as they would be, to try them.
    pub edits: BTreeMap<String, f64>,
    /// The steps added up, each as a part of what is there now times the recipe's weight.
    pub distance: f64,
    /// The probability of not repaying as it would be.
    pub probability: f64,
    /// All of it as a sentence.
    pub sentence: String,
}

/// One field's change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// What people call it.
    pub label: String,
    /// The value as it is.
    pub before: f64,
    /// The value as it would be.
    pub after: f64,
    /// The value as it is, as people read it.
    pub before_text: String,
    /// The value as it would be, as people read it.
    pub after_text: String,
}

/// Puts ways into words.
///
/// # Errors
/// [`Error::NotAWay`] if one of them is not granted: a wrong way is never shown.
pub fn ways(asked: Question<'_>, verified: &[Verified]) -> Result<Ways> {
    let wrong = verified
        .iter()
        .find(|way| way.score.decision != Decision::Granted);
    if let Some(wrong) = wrong {
        return Err(Error::NotAWay {
            edits: wrong.edits.clone(),
            probability: wrong.score.probability,
        });
    }
    let Question {
        bundle,
        score,
        fields,
        search,
        lang,
    } = asked;
    let speaker = Speaker { asked };
    let open = |field: &Field| OpenField {
        field: field.name.clone(),
        label: format::capitalised(field.label.get(lang)),
        now: field.now,
        now_text: field.now.map(|now| speaker.value(field.unit, now)),
        values: field.values,
    };
    Ok(Ways {
        lang,
        decision: score.decision,
        probability: score.probability,
        limit: bundle.policy.review[0],
        fields: fields.iter().map(open).collect(),
        ways: verified.iter().map(|way| speaker.way(way)).collect(),
        examined: search.map_or(0, |search| search.examined),
        of: search.map_or(0, |search| search.of),
        is_complete: search.is_none_or(|search| search.is_complete),
        summary: speaker.summary(verified.len()),
        note: text(lang, "ways-note"),
    })
}

struct Speaker<'a> {
    asked: Question<'a>,
}

impl Speaker<'_> {
    fn value(&self, unit: Unit, value: f64) -> String {
        format::measured(unit, value, &self.asked.bundle.currency, self.asked.lang)
    }

    fn way(&self, way: &Verified) -> Way {
        let changes: Vec<FieldChange> = way
            .changes
            .iter()
            .map(|(place, after)| self.change(&self.asked.fields[*place], *after))
            .collect();
        Way {
            consequence: self.consequence(way),
            edits: way.edits.clone(),
            distance: way.distance,
            probability: way.score.probability,
            sentence: self.sentence(way, &changes),
            changes,
        }
    }

    fn change(&self, field: &Field, after: f64) -> FieldChange {
        let before = field.now.unwrap_or(0.0);
        FieldChange {
            field: field.name.clone(),
            label: format::capitalised(field.label.get(self.asked.lang)),
            before,
            after,
            before_text: self.value(field.unit, before),
            after_text: self.value(field.unit, after),
        }
    }

    fn sentence(&self, way: &Verified, changes: &[FieldChange]) -> String {
        let lang = self.asked.lang;
        let requests: Vec<String> = way
            .changes
            .iter()
            .zip(changes)
            .map(|((place, _), change)| self.request(&self.asked.fields[*place], change))
            .collect();
        let limit = self.asked.bundle.policy.review[0];
        let before = self.asked.score.probability;
        let [before, after, limit] = apart([before, way.score.probability, limit], lang);
        let sentence = text_with(
            lang,
            "ways-sentence",
            [
                ("changes", self.joined(&requests).into()),
                ("before", before.into()),
                ("after", after.into()),
                ("limit", limit.into()),
            ],
        );
        format::capitalised(&sentence)
    }

    /// A change as a request, with how much that is of the amount.
    fn request(&self, field: &Field, change: &FieldChange) -> String {
        let lang = self.asked.lang;
        let request = field
            .words
            .get(lang)
            .replace("{before}", &change.before_text)
            .replace("{after}", &change.after_text);
        let share = (change.after - change.before) / change.before;
        let size = (share.abs() * 100.0).round();
        if field.unit != Unit::Money || !share.is_finite() || size < 1.0 {
            return request;
        }
        let key = if share < 0.0 {
            "ways-less"
        } else {
            "ways-more"
        };
        let share = format::percent_whole(share.abs(), lang);
        let places = [("request", request.into()), ("share", share.into())];
        text_with(lang, key, places)
    }

    fn consequence(&self, way: &Verified) -> String {
        let lang = self.asked.lang;
        let said: Vec<String> = way
            .follows
            .iter()
            .map(|follow| {
                let places = [
                    ("label", follow.label.get(lang).into()),
                    ("before", self.value(follow.unit, follow.before).into()),
                    ("after", self.value(follow.unit, follow.after).into()),
                ];
                text_with(lang, "ways-follow", places)
            })
            .collect();
        if said.is_empty() {
            return String::new();
        }
        let list = self.joined(&said);
        format::capitalised(&text_with(lang, "ways-follows", [("list", list.into())]))
    }

    fn summary(&self, found: usize) -> String {
        let lang = self.asked.lang;
        let Some(search) = self.asked.search else {
            return text(lang, "ways-granted");
        };
        let open = self.asked.fields.iter().filter(|field| field.values > 0);
        let open: Vec<String> = open.map(|field| field.label.get(lang).to_owned()).collect();
        if open.is_empty() {
            return text(lang, "ways-nothing-open");
        }
        let limit = self.asked.bundle.policy.review[0];
        let count = |count: u64| format::number(count as f64, 0, lang);
        let places: [(&'static str, FluentValue<'_>); 6] = [
            ("count", FluentValue::from(found as f64)),
            ("shown", format::number(found as f64, 0, lang).into()),
            ("examined", count(search.examined).into()),
            ("of", count(search.of).into()),
            ("fields", self.joined(&open).into()),
            ("limit", format::percent(limit, lang).into()),
        ];
        let key = match (found, search.is_complete) {
            (0, true) => "ways-none",
            (0, false) => "ways-none-yet",
            (_, true) => "ways-found",
            (_, false) => "ways-found-yet",
        };
        text_with(lang, key, places)
    }

    fn joined(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => {
                let places = [
                    ("first", first.join(", ").into()),
                    ("last", last.as_str().into()),
                ];
                text_with(self.asked.lang, "ways-and", places)
            }
        }
    }
}

/// Probabilities in per cent, with as many decimals as it takes to tell the last two apart.
fn apart([before, after, limit]: [f64; 3], lang: Lang) -> [String; 3] {
    const MOST_DECIMALS: usize = 4;
    let written = |decimals: usize| {
        [before, after, limit].map(|probability| format::percent_to(probability, decimals, lang))
    };
    (1..MOST_DECIMALS)
        .map(written)
        .find(|[_, after, limit]| after != limit)
        .unwrap_or_else(|| written(MOST_DECIMALS))
}
