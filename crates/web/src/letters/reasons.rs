//! The logged reasons, as rows with bars.

use limpide_explain::format;
use limpide_letter::{Effect, Effects};
use limpide_model::Reader;
use limpide_store::Verdict;
use serde_json::Value;

use super::case_file::CaseFile;
use crate::proposed;

/// Most reasons that speak for what was decided.
const PRINCIPAL: usize = 4;
/// Most reasons in all: as many as stand on the first page.
const MOST: usize = 5;

/// The reasons that the letter tells, those for what was decided first.
pub(super) fn principal(file: &CaseFile, verdict: Option<Verdict>) -> Effects {
    let raises_first = verdict != Some(Verdict::Granted);
    let told = all(file, Reader::client(file.texts.lang));
    let (mut first, mut others): (Vec<Effect>, Vec<Effect>) = told
        .into_iter()
        .partition(|effect| (effect.size > 0.0) == raises_first);
    first.truncate(PRINCIPAL);
    others.truncate(MOST - first.len());
    first.append(&mut others);
    effects(file, first)
}

/// All logged reasons, the strongest first.
pub(super) fn everything(file: &CaseFile) -> Effects {
    effects(file, all(file, Reader::from(file.texts.lang)))
}

fn effects(file: &CaseFile, rows: Vec<Effect>) -> Effects {
    let texts = file.texts;
    Effects {
        summary: texts.get("letter-effects"),
        columns: [
            texts.get("letter-factor"),
            texts.get("letter-effect"),
            texts.get("letter-points"),
        ],
        rows,
    }
}

fn all(file: &CaseFile, reader: Reader) -> Vec<Effect> {
    let texts = file.texts;
    let lang = texts.lang.to_string();
    let effect = |reason: &Value| {
        let size = reason["points"].as_f64()?;
        Some(Effect {
            label: format::capitalised(reason["label"][lang.as_str()].as_str().unwrap_or_default()),
            sentence: proposed::sentence(reason, reader)
                .unwrap_or_default()
                .to_owned(),
            size,
            written: format::points(size, texts.lang),
            words: match size > 0.0 {
                true => texts.get("raises"),
                false => texts.get("lowers"),
            },
        })
    };
    let reasons = file.proposal.reasons.iter();
    let mut effects: Vec<Effect> = reasons.filter_map(effect).collect();
    strongest_first(&mut effects, |effect| effect.size);
    effects
}

/// Reasons come in the order of log-odds; a reader sees points, whose order may be another one.
pub(crate) fn strongest_first<T>(reasons: &mut [T], points: impl Fn(&T) -> f64) {
    reasons.sort_by(|one, other| points(other).abs().total_cmp(&points(one).abs()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_stand_in_the_order_of_the_points_that_are_shown() {
        let effect = |size: f64| Effect {
            label: String::new(),
            sentence: String::new(),
            size,
            written: String::new(),
            words: String::new(),
        };
        let mut effects = [1.7, -2.0, 2.3, 1.5].map(effect);
        strongest_first(&mut effects, |effect| effect.size);
        assert_eq!(effects.map(|one| one.size), [2.3, -2.0, 1.7, 1.5]);
    }
}
