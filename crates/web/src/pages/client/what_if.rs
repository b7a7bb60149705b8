//! What if the application held other numbers: a form of fields, the result, and what it changes
//! in the reasons. Nothing is kept.

use std::collections::BTreeMap;

use askama::Template;
use limpide_explain::{ConceptContribution, Explanation, format};
use limpide_model::{Decision, Lang, Unit};
use limpide_store::PredictionKind;

use super::decision::verdict;
use super::view::{TRIED, View};
use crate::api::compute;
use crate::api::recording::{Answered, record};
use crate::charts::meter::{self, Meter};
use crate::error::Error;
use crate::pages::Tone;
use crate::texts::Texts;
use crate::trying::TriedField;

/// Reasons that are told, those that change most first.
const MOST_CHANGES: usize = 6;
/// A change of the risk below this is none that people could see.
const LEAST_CHANGE: f64 = 0.000_5;

/// The form and what came of it.
#[derive(Template)]
#[template(path = "client/what_if.html")]
pub(super) struct WhatIf {
    texts: Texts,
    client: i64,
    lang: Lang,
    fields: Vec<Field>,
    outcome: Outcome,
}

/// What came of it, and what is wrong with each field, for its place in the form.
#[derive(Template)]
#[template(path = "client/what_if_answer.html")]
pub(super) struct Answer<'a> {
    form: &'a WhatIf,
}

/// A field with the number that is tried.
struct Field {
    name: String,
    label: String,
    /// What stands in the field.
    written: String,
    /// The value as it is, as people read it.
    now: String,
    /// For the slider: least, largest, step and number as it is tried; none for yes or no.
    slider: Option<[String; 4]>,
    /// For yes or no: whether it is yes.
    yes: bool,
    /// What is wrong with what was written; empty where nothing is.
    fault: String,
    /// Whether the client could change it.
    actionable: bool,
}

/// The result as it would be.
#[derive(Template)]
#[template(path = "client/what_if_outcome.html")]
pub(super) struct Outcome {
    texts: Texts,
    /// Whether anything is tried.
    tried: bool,
    faults: bool,
    risk: String,
    change: String,
    verdict: String,
    tone: Tone,
    meter: Meter,
    words: String,
    changes: Vec<Change>,
}

/// A reason before and after, in points.
struct Change {
    label: String,
    before: String,
    after: String,
    raises: bool,
}

impl WhatIf {
    /// The form for whoever may try; `None` where numbers cannot be tried here, or by this person.
    pub(super) async fn load(
        view: &View<'_>,
        explanation: &Explanation,
    ) -> Result<Option<Self>, Error> {
        if view.caller.check_tries(view.client).is_err() || view.state.service.compute.is_none() {
            return Ok(None);
        }
        let client = view.client;
        let known = compute(view.state, move |rows| rows.tried_fields(client)).await?;
        let mut known = known.ok_or(Error::UnknownClient { client })?;
        known.retain(|field| field.actionable || !view.own);
        if known.is_empty() {
            return Ok(None);
        }
        let asked: BTreeMap<&str, &str> = view.wanted.tried().collect();
        let mut numbers = BTreeMap::new();
        let mut fields = Vec::with_capacity(known.len());
        for field in &known {
            let written = asked.get(field.name.as_str()).copied();
            let (shown, number) = field_of(view, field, written);
            if let Some(number) = number.filter(|number| *number != field.now) {
                numbers.insert(field.name.clone(), number);
            }
            fields.push(shown);
        }
        let faults = fields.iter().any(|field| !field.fault.is_empty());
        let outcome = outcome(view, explanation, numbers, faults).await?;
        Ok(Some(Self {
            texts: view.texts,
            lang: view.texts.lang,
            client,
            fields,
            outcome,
        }))
    }
}

impl WhatIf {
    /// What changes on the page as one types.
    pub(super) fn answer(&self) -> Answer<'_> {
        Answer { form: self }
    }

    /// What the client could change, each with its value as it is.
    pub(super) fn changeable(&self) -> Vec<[String; 2]> {
        let fields = self.fields.iter().filter(|field| field.actionable);
        fields
            .map(|field| [field.label.clone(), field.now.clone()])
            .collect()
    }
}

/// A field as it is shown, and the number that it holds; none where it is not one.
fn field_of(view: &View<'_>, field: &TriedField, written: Option<&str>) -> (Field, Option<f64>) {
    let (texts, lang) = (view.texts, view.texts.lang);
    let currency = &view.state.service.bundle.currency;
    let told = |number: f64| format::measured(field.unit, number, currency, lang);
    let number = match written {
        None => Some(field.now),
        Some(written) => read(written, lang),
    };
    // What is shown is rounded: the number as it is, written as it is shown, is no change.
    let number = number.map(|number| {
        let shown = format::plain(field.now, lang);
        if written == Some(shown.as_str()) {
            field.now
        } else {
            number
        }
    });
    let [low, high] = field.range;
    let inside = number.filter(|number| (low..=high).contains(number) || *number == field.now);
    let fault = match inside {
        Some(_) => String::new(),
        None => texts.with("try-fault", &[("low", &told(low)), ("high", &told(high))]),
    };
    let slider = [low, high, field.step, inside.unwrap_or(field.now)].map(|n| n.to_string());
    let shown = Field {
        name: format!("{TRIED}{}", field.name),
        label: format::capitalised(field.label.get(lang)),
        written: match (written, inside) {
            (Some(written), None) => written.to_owned(),
            _ => format::plain(inside.unwrap_or(field.now), lang),
        },
        now: told(field.now),
        slider: (field.unit != Unit::Flag).then_some(slider),
        yes: inside == Some(1.0),
        fault,
        actionable: field.actionable,
    };
    (shown, inside)
}

/// A number as people write it: with any spaces, with the language's own decimal mark.
pub(in crate::pages) fn read(written: &str, lang: Lang) -> Option<f64> {
    let kept = written
        .chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '€');
    let kept: String = match lang {
        Lang::Fr => kept
            .map(|sign| if sign == ',' { '.' } else { sign })
            .collect(),
        Lang::En => kept.filter(|sign| *sign != ',').collect(),
    };
    let number: f64 = kept.replace('\u{2212}', "-").parse().ok()?;
    number.is_finite().then_some(number)
}

async fn outcome(
    view: &View<'_>,
    before: &Explanation,
    numbers: BTreeMap<String, f64>,
    faults: bool,
) -> Result<Outcome, Error> {
    let (texts, client, tried) = (view.texts, view.client, !numbers.is_empty() && !faults);
    let after = match tried {
        true => {
            let row = compute(view.state, move |rows| rows.tried(client, &numbers)).await?;
            let row = row.ok_or(Error::UnknownClient { client })?;
            let after = view.state.service.explain(&row, view.reader())?;
            let answered = Answered {
                kind: PredictionKind::WhatIf,
                client: Some(client),
                row: &row,
                score: &after.score,
                role: view.caller.role(),
            };
            record(view.state, answered).await?;
            after
        }
        false => before.clone(),
    };
    let (from, to) = (before.score.probability, after.score.probability);
    let changed = format::points(to - from, texts.lang);
    Ok(Outcome {
        texts,
        tried,
        faults,
        risk: format::percent(to, texts.lang),
        change: texts.with("points", &[("points", &changed)]),
        verdict: verdict(after.score.decision, view.own, texts),
        tone: Tone::of(after.score.decision),
        meter: meter::draw(&after.score),
        words: words(before, &after, tried, texts),
        changes: changes(before, &after, texts),
    })
}

/// What comes of it, in a sentence.
fn words(before: &Explanation, after: &Explanation, tried: bool, texts: Texts) -> String {
    let risk = |one: &Explanation| format::percent(one.score.probability, texts.lang);
    let places = [("before", risk(before)), ("after", risk(after))];
    let places = places.each_ref().map(|(name, text)| (*name, text.as_str()));
    let turned = before.score.decision != after.score.decision;
    match (tried, turned, after.score.decision) {
        (false, ..) => texts.get("try-nothing"),
        (_, true, Decision::Granted) => texts.with("try-granted", &places),
        (_, true, Decision::Refused) => texts.with("try-refused", &places),
        (_, true, Decision::Review) => texts.with("try-review", &places),
        (_, false, _) => texts.with("try-same", &places),
    }
}

/// The concepts whose points differ, those that differ most first.
fn changes(before: &Explanation, after: &Explanation, texts: Texts) -> Vec<Change> {
    let old: BTreeMap<&str, &ConceptContribution> = before
        .concepts
        .iter()
        .map(|one| (one.concept.as_str(), one))
        .collect();
    let mut both: Vec<(&ConceptContribution, &ConceptContribution)> = after
        .concepts
        .iter()
        .filter_map(|new| Some((*old.get(new.concept.as_str())?, new)))
        .filter(|(old, new)| (new.points - old.points).abs() >= LEAST_CHANGE)
        .filter(|(old, new)| (new.contribution - old.contribution).abs() > 1e-6)
        .collect();
    let size = |(old, new): &(&ConceptContribution, &ConceptContribution)| {
        (new.contribution - old.contribution).abs()
    };
    both.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let change = |(old, new): (&ConceptContribution, &ConceptContribution)| Change {
        label: new.label.clone(),
        before: format::points(old.points, texts.lang),
        after: format::points(new.points, texts.lang),
        raises: new.contribution > old.contribution,
    };
    both.into_iter().take(MOST_CHANGES).map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_each_language_writes_them() {
        assert_eq!(read("24\u{202f}000,5\u{a0}€", Lang::Fr), Some(24_000.5));
        assert_eq!(read("24,000.5", Lang::En), Some(24_000.5));
        assert_eq!(read("\u{2212}3", Lang::Fr), Some(-3.0));
        for wrong in ["", "deux", "1e999", "NaN", "24;000"] {
            assert_eq!(read(wrong, Lang::Fr), None, "{wrong:?}");
        }
    }
}
