//! A recipe's sentences with a client's value in them.
//!
//! A sentence is looked for in the words that the recipe has for this very value, then in those
//! for any value. Nothing is composed but places filled, the comparison added, and the typography
//! of French.

use limpide_model::{Concept, Direction, Lang, Telling, Text, Value};

use crate::comparison::{self, Side};
use crate::format;
use crate::texts::text_with;
use crate::weighed::Weighed;

/// A sentence about one feature of the client, without its comparison and full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The sentence with a place for the comparison, where the recipe gives it one.
    text: String,
    beside: Beside,
}

/// What a value is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// Where it stands among all clients.
    All,
    /// How many clients have the very same.
    Same,
}

/// How well a value speaks for the side that it weighs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// The value stands where the recipe expects this effect, or the recipe expects none.
    Expected,
    /// The value is not known.
    Missing,
    /// The value is an ordinary one, or stands on the other side.
    Unexpected,
}

impl Statement {
    /// Tells whether the recipe has words for a feature's value.
    pub(crate) fn has_words(telling: &Telling, feature: &Weighed<'_>, lang: Lang) -> bool {
        feature.value.is_missing()
            || !telling.says.get(lang).trim().is_empty()
            || telling.when.contains_key(&key(feature.value))
    }

    /// Tells of a value in the recipe's words for its feature; see [`Statement::has_words`].
    pub(crate) fn told(telling: &Telling, feature: &Weighed<'_>, lang: Lang) -> Self {
        if let Some(own) = telling.when.get(&key(feature.value)) {
            let mut statement = Self::filled(own.get(lang), feature, lang);
            // Words for one value say what it is; "less than others" would not follow from them.
            if feature.value.number().is_some() {
                statement.beside = Beside::Same;
            }
            return statement;
        }
        if feature.value.is_missing() {
            return Self::of_nothing(feature, lang);
        }
        Self::filled(telling.says.get(lang), feature, lang)
    }

    /// Tells of any feature in the words of its concept; `None` where the recipe has none.
    pub(crate) fn of_concept(
        concept: Option<&Concept>,
        raises: bool,
        feature: &Weighed<'_>,
        lang: Lang,
    ) -> Option<Self> {
        if feature.value.is_missing() {
            return Some(Self::of_nothing(feature, lang));
        }
        let concept = concept?;
        let texts: &Text = if raises {
            &concept.raises
        } else {
            &concept.lowers
        };
        let sentence = texts.get(lang);
        (!sentence.trim().is_empty()).then(|| Self::filled(sentence, feature, lang))
    }

    /// Says that nothing is known.
    fn of_nothing(feature: &Weighed<'_>, lang: Lang) -> Self {
        let label = ("label", feature.label().into());
        Self {
            text: text_with(lang, "reason-missing", [label]),
            beside: Beside::All,
        }
    }

    fn filled(template: &str, feature: &Weighed<'_>, lang: Lang) -> Self {
        let text = typeset(template.trim().trim_end_matches('.'), lang)
            .replace("{label}", feature.label())
            .replace("{value}", &feature.value_text());
        Self {
            text: format::capitalised(&text),
            beside: Beside::All,
        }
    }

    /// Tells whether two statements say the same of the client, wherever others stand.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.text == other.text
    }

    /// The whole sentence, with comparison and full stop.
    pub(crate) fn sentence(&self, feature: &Weighed<'_>, lang: Lang) -> String {
        let sentence = ("sentence", self.compared(feature, lang).into());
        text_with(lang, "reason-plain", [sentence])
    }

    /// The whole sentence of a value that one would not expect to have this effect.
    pub(crate) fn sentence_all_the_same(
        &self,
        feature: &Weighed<'_>,
        raises: bool,
        lang: Lang,
    ) -> String {
        let key = if raises {
            "reason-raises-here"
        } else {
            "reason-lowers-here"
        };
        let sentence = ("sentence", self.compared(feature, lang).into());
        text_with(lang, key, [sentence])
    }

    fn compared(&self, feature: &Weighed<'_>, lang: Lang) -> String {
        const PLACE: &str = "{comparison}";
        let comparison = match self.beside {
            Beside::All => feature.comparison(),
            Beside::Same => feature.shared(),
        };
        match (&comparison, self.text.find(PLACE)) {
            (Some(comparison), Some(_)) => self.text.replace(PLACE, comparison),
            (Some(comparison), None) => text_with(
                lang,
                "reason-compared",
                [
                    ("sentence", self.text.as_str().into()),
                    ("comparison", comparison.as_str().into()),
                ],
            ),
            (None, Some(at)) => without(&self.text[..at], &self.text[at + PLACE.len()..]),
            (None, None) => self.text.clone(),
        }
    }
}

/// Tells how well a feature's value speaks for the side that it weighs on.
pub(crate) fn fit(feature: &Weighed<'_>) -> Fit {
    let number = match feature.value {
        value if value.is_missing() => return Fit::Missing,
        Value::Number(number) => *number,
        _ => return Fit::Expected,
    };
    let expected = match (feature.feature().direction, feature.contribution > 0.0) {
        (Direction::None, _) => return Fit::Expected,
        (Direction::Up, true) | (Direction::Down, false) => Side::High,
        (Direction::Up, false) | (Direction::Down, true) => Side::Low,
    };
    let reference = feature.reference();
    if reference.quantiles.is_empty() || comparison::side(reference, number) == expected {
        Fit::Expected
    } else {
        Fit::Unexpected
    }
}

/// A value as `when` names it.
fn key(value: &Value) -> String {
    match value {
        value if value.is_missing() => Telling::MISSING.to_owned(),
        Value::Category(category) => category.clone(),
        // Minus zero is zero.
        Value::Number(number) => (number + 0.0).to_string(),
        Value::Missing => Telling::MISSING.to_owned(),
    }
}

/// Joins what stands before and after a place that stays empty, with the punctuation that led to it
/// gone.
fn without(before: &str, after: &str) -> String {
    let ends = [
        ' ',
        ',',
        ':',
        ';',
        format::NO_BREAK_SPACE,
        format::NARROW_SPACE,
    ];
    let kept = before.trim_end_matches(ends);
    match (kept.strip_suffix('('), after.strip_prefix(')')) {
        (Some(kept), Some(after)) => format!("{}{after}", kept.trim_end_matches(ends)),
        _ => format!("{kept}{after}"),
    }
}

/// Puts the spaces of French typography before signs and inside quotation marks.
fn typeset(text: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut letters = text.chars().peekable();
    let mut before = None;
    while let Some(letter) = letters.next() {
        out.push(match (before, letter, letters.peek()) {
            (_, ' ', Some(':')) => format::NO_BREAK_SPACE,
            (_, ' ', Some(';' | '?' | '!' | '%' | '»')) | (Some('«'), ' ', _) => {
                format::NARROW_SPACE
            }
            _ => letter,
        });
        before = Some(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_place_takes_its_punctuation_along() {
        assert_eq!(without("Recent (14 months, ", ")"), "Recent (14 months)");
        assert_eq!(without("Recent (", ") job"), "Recent job");
        assert_eq!(without("Récent\u{a0}: ", ""), "Récent");
        assert_eq!(without("For 14 months, ", ""), "For 14 months");
    }

    #[test]
    fn french_signs_take_their_spaces() {
        assert_eq!(
            typeset("Le métier : « {value} » ; 5 %", Lang::Fr),
            "Le métier\u{a0}: «\u{202f}{value}\u{202f}»\u{202f}; 5\u{202f}%"
        );
        assert_eq!(typeset("So : it", Lang::En), "So : it");
    }
}
