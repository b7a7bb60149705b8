//! What a model proposes on a row, as the decision log keeps it; and the same made again from what
//! was kept, to prove that it follows from nothing else.

use limpide_explain::{Explainer, Principal, Reason};
use limpide_model::{Decision, Lang, Listener, Reader, Value};
use limpide_store::{Advice, Proposal, Score};
use serde::Serialize;
use serde_json::{Value as Json, json};

/// The version that proposals are made by.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Score, advice and reasons of one row.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Proposed {
    pub(crate) score: Score,
    pub(crate) advice: Advice,
    /// Principal reasons on both sides, the strongest first, in both languages.
    pub(crate) reasons: Vec<Json>,
}

impl Proposed {
    pub(crate) fn of(explainer: &Explainer, row: &[Value]) -> Result<Self, limpide_explain::Error> {
        let contributions = explainer.contributions(row)?;
        let told = [
            Reader::from(Lang::Fr),
            Reader::from(Lang::En),
            Reader::client(Lang::Fr),
            Reader::client(Lang::En),
        ];
        let told = told.map(|reader| explainer.principal(row, &contributions, reader));
        let score = told[0].score;
        Ok(Self {
            score: Score {
                margin: score.margin,
                probability: score.probability,
                interval: Some(score.interval),
                threshold: score.threshold,
            },
            advice: advice(score.decision),
            reasons: reasons(&told),
        })
    }
}

/// What a logged reason tells a reader; `None`: it tells nothing. Older entries speak to nobody.
pub(crate) fn sentence(reason: &Json, reader: Reader) -> Option<&str> {
    let lang = reader.lang.to_string();
    let told = |name: &str| reason[name][lang.as_str()].as_str();
    match reader.listener {
        Listener::Client => told("you").or_else(|| told("sentence")),
        Listener::Staff => told("sentence"),
    }
}

/// What the policy says, in the store's words.
pub(crate) fn advice(decision: Decision) -> Advice {
    match decision {
        Decision::Granted => Advice::Granted,
        Decision::Refused => Advice::Refused,
        Decision::Review => Advice::Review,
    }
}

/// The reasons as they are told in French and in English, of the client and to the client.
fn reasons(told: &[Principal; 4]) -> Vec<Json> {
    let both = |one: &Principal| -> Vec<Reason> {
        one.reasons.iter().chain(&one.strengths).cloned().collect()
    };
    let [french, english, to_french, to_english] = told.each_ref().map(both);
    let others = english.into_iter().zip(to_french).zip(to_english);
    let mut rows: Vec<_> = french.into_iter().zip(others).collect();
    rows.sort_by(|(one, _), (other, _)| {
        let size = |reason: &Reason| reason.contribution.abs();
        size(other).total_cmp(&size(one))
    });
    let written = rows
        .into_iter()
        .map(|(french, ((english, to_french), to_english))| {
            let mut reason = json!({
                "concept": french.concept,
                "also": french.also,
                "contribution": french.contribution,
                "points": french.points,
                "label": { "fr": french.label, "en": english.label },
                "sentence": { "fr": french.sentence, "en": english.sentence },
                "protected": french.protected,
            });
            let you = json!({ "fr": to_french.sentence, "en": to_english.sentence });
            if reason["sentence"] != you {
                reason["you"] = you;
            }
            reason
        });
    written.collect()
}

/// What a decision became when it was made again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// What is not the same, in the order of the entry; empty: all is, to the bit.
    pub differences: Vec<Difference>,
    /// What was made again.
    pub proposal: Json,
    /// Version of the program that made the entry; `None`: the entry does not keep it.
    pub made_by: Option<String>,
    /// Version of this program.
    pub replayed_by: String,
}

/// Something that is not the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where it stands, as in `reasons[0].contribution`.
    pub what: String,
    /// What the log holds.
    pub logged: Json,
    /// What came out now; `null`: nothing.
    pub now: Json,
}

/// Makes a logged decision again from the inputs in its entry, with the bundle that the entry
/// names, and compares margin, probability, interval, threshold, advice and reasons to the bit.
///
/// # Errors
/// The inputs do not fit the bundle: it is another one, or the entry was changed.
pub fn replay(explainer: &Explainer, logged: &Proposal) -> Result<Replay, limpide_explain::Error> {
    let row = explainer.bundle().row_from_json(&logged.inputs)?;
    let now = Proposed::of(explainer, &row)?;
    // All of it are numbers, words and lists of them: writing as JSON cannot fail.
    let [now_json, logged_json] = [
        serde_json::to_value(&now).unwrap_or_default(),
        json!({
            "score": logged.score,
            "advice": logged.advice,
            "reasons": logged.reasons,
        }),
    ];
    let mut differences = Vec::new();
    compare("", &logged_json, &now_json, &mut differences);
    Ok(Replay {
        differences,
        proposal: now_json,
        made_by: logged.made_with.as_ref().map(|made| made.program.clone()),
        replayed_by: VERSION.to_owned(),
    })
}

/// All digits of a number, and the sign of a zero too.
fn written(value: &Json) -> String {
    value.to_string()
}

/// Notes what of the logged value is not in the other; numbers are the same when all of their
/// digits are. What an older program did not log is not compared.
fn compare(place: &str, logged: &Json, now: &Json, differences: &mut Vec<Difference>) {
    match (logged, now) {
        (Json::Object(logged), Json::Object(now)) => {
            for (name, value) in logged {
                let place = if place.is_empty() {
                    name.clone()
                } else {
                    format!("{place}.{name}")
                };
                let now = now.get(name).unwrap_or(&Json::Null);
                compare(&place, value, now, differences);
            }
        }
        (Json::Array(logged), Json::Array(now)) => {
            for item in 0..logged.len().max(now.len()) {
                let of = |list: &[Json]| list.get(item).cloned().unwrap_or_default();
                let place = format!("{place}[{item}]");
                compare(&place, &of(logged), &of(now), differences);
            }
        }
        _ if written(logged) == written(now) => {}
        _ => differences.push(Difference {
            what: place.to_owned(),
            logged: logged.clone(),
            now: now.clone(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_speaks_to_the_client_where_the_log_has_such_words() {
        let old = json!({ "sentence": { "fr": "Le client a 2 prêts.", "en": "The client has 2 loans." } });
        let mut new = old.clone();
        new["you"] = json!({ "fr": "Vous avez 2 prêts.", "en": "You have 2 loans." });
        let client = Reader::client(Lang::En);
        assert_eq!(sentence(&new, client), Some("You have 2 loans."));
        assert_eq!(sentence(&old, client), Some("The client has 2 loans."));
        assert_eq!(
            sentence(&new, Lang::Fr.into()),
            Some("Le client a 2 prêts.")
        );
        assert_eq!(sentence(&json!({}), client), None);
    }
}
