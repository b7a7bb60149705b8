//! A recipe's sentences with a client's value in them.
//!
//! A sentence is looked for in the words that the recipe has for this very value, then in those
//! for any value. Nothing is composed but places filled, the comparison added, and the typography
//! of French.

use std::cell::OnceCell;

use limpide_model::{Concept, Direction, Lang, Sentence, Telling, Value};

use crate::comparison::{self, Side};
use crate::format;
use crate::texts::text_with;
use crate::weighed::Weighed;

/// A sentence about one feature of the client, without its comparison and full stop. Its text is made
/// when it is asked for: most sentences are only told apart from others.
pub(crate) struct Statement<'a> {
    feature: Weighed<'a>,
    /// The recipe's words; `None` where nothing is known of the feature.
    template: Option<&'a str>,
    /// The template up to its first place, without the first letter, which may become a capital.
    begins: &'a str,
    /// The template behind its last place; where it has none, as `begins`.
    ends: &'a str,
    beside: Beside,
    /// The client's value as people read it.
    value: OnceCell<String>,
    /// The sentence with a place for the comparison, where the recipe gives it one.
    text: OnceCell<String>,
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

impl<'a> Statement<'a> {
    fn new(feature: Weighed<'a>, template: Option<&'a str>, beside: Beside) -> Self {
        let template = template.map(|words| words.trim().trim_end_matches('.'));
        let words = template.unwrap_or_default();
        let fixed = words.find('{').map_or(words, |place| &words[..place]);
        let begins = behind_first(fixed);
        Self {
            feature,
            template,
            begins,
            ends: words.rfind('}').map_or(begins, |place| &words[place + 1..]),
            beside,
            value: OnceCell::new(),
            text: OnceCell::new(),
        }
    }

    /// Tells whether the recipe has words for a feature's value.
    pub(crate) fn has_words(telling: &Telling, feature: &Weighed<'_>) -> bool {
        feature.value.is_missing()
            || !telling.says.get(feature.reader()).trim().is_empty()
            || own_words(telling, feature.value).is_some()
    }

    /// Tells of a value in the recipe's words for its feature; see [`Statement::has_words`].
    pub(crate) fn told(telling: &'a Telling, feature: Weighed<'a>) -> Self {
        let reader = feature.reader();
        if let Some(own) = own_words(telling, feature.value) {
            // Words for one value say what it is; "less than others" would not follow from them.
            let beside = match feature.value.number() {
                Some(_) => Beside::Same,
                None => Beside::All,
            };
            return Self::new(feature, Some(own.get(reader)), beside);
        }
        let says = (!feature.value.is_missing()).then(|| telling.says.get(reader));
        Self::new(feature, says, Beside::All)
    }

    /// Tells of any feature in the words of its concept; `None` where the recipe has none.
    pub(crate) fn of_concept(
        concept: Option<&'a Concept>,
        raises: bool,
        feature: Weighed<'a>,
    ) -> Option<Self> {
        if feature.value.is_missing() {
            return Some(Self::new(feature, None, Beside::All));
        }
        let concept = concept?;
        let words = if raises {
            &concept.raises
        } else {
            &concept.lowers
        };
        let words = words.get(feature.reader());
        (!words.trim().is_empty()).then(|| Self::new(feature, Some(words), Beside::All))
    }

    fn text(&self) -> &str {
        let lang = self.feature.lang();
        self.text.get_or_init(|| match self.template {
            None => {
                let label = ("label", self.feature.label().into());
                text_with(lang, "reason-missing", [label])
            }
            Some(template) => {
                let text = typeset(template, lang)
                    .replace("{label}", self.feature.label())
                    .replace("{value}", self.value_text());
                format::capitalised(&text)
            }
        })
    }

    /// The client's value as people read it.
    pub(crate) fn value_text(&self) -> &str {
        self.value.get_or_init(|| self.feature.value_text())
    }

    /// Tells whether two statements say the same of the client, wherever others stand.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        match (self.template, other.template) {
            (None, None) => self.feature.label() == other.feature.label(),
            (Some(one), Some(two)) if one == two && !one.contains('{') => true,
            _ => !self.is_apart_from(other) && self.text() == other.text(),
        }
    }

    /// Tells two statements apart by what stands before and behind the places of their templates,
    /// where that is enough.
    fn is_apart_from(&self, other: &Self) -> bool {
        let [(begins, ends), (others_begin, others_end)] = [self.fixed(), other.fixed()];
        apart(begins.chars(), others_begin.chars())
            || apart(ends.chars().rev(), others_end.chars().rev())
    }

    /// The beginning without its first letter, and the end; of a statement without a template both
    /// are the text.
    fn fixed(&self) -> (&str, &str) {
        match self.template {
            Some(_) => (self.begins, self.ends),
            None => (behind_first(self.text()), behind_first(self.text())),
        }
    }

    /// The whole sentence, with comparison and full stop.
    pub(crate) fn sentence(&self) -> String {
        self.sentence_by("reason-plain")
    }

    /// The whole sentence of a value that one would not expect to have this effect.
    pub(crate) fn sentence_all_the_same(&self, raises: bool) -> String {
        self.sentence_by(if raises {
            "reason-raises-here"
        } else {
            "reason-lowers-here"
        })
    }

    fn sentence_by(&self, key: &str) -> String {
        let sentence = ("sentence", self.compared().into());
        text_with(self.feature.lang(), key, [sentence])
    }

    fn compared(&self) -> String {
        const PLACE: &str = "{comparison}";
        let (text, lang) = (self.text(), self.feature.lang());
        let comparison = match self.beside {
            Beside::All => self.feature.comparison(),
            Beside::Same => self.feature.shared(),
        };
        match (&comparison, text.find(PLACE)) {
            (Some(comparison), Some(_)) => text.replace(PLACE, comparison),
            (Some(comparison), None) => text_with(
                lang,
                "reason-compared",
                [
                    ("sentence", text.into()),
                    ("comparison", comparison.as_str().into()),
                ],
            ),
            (None, Some(at)) => without(&text[..at], &text[at + PLACE.len()..]),
            (None, None) => text.to_owned(),
        }
    }
}

/// A text without its first letter.
fn behind_first(text: &str) -> &str {
    let mut letters = text.chars();
    letters.next();
    letters.as_str()
}

/// Tells whether two texts differ before either ends, whatever spaces they are typeset with.
fn apart(one: impl Iterator<Item = char>, mut other: impl Iterator<Item = char>) -> bool {
    let alike =
        |one: char, other: char| one == other || one.is_whitespace() && other.is_whitespace();
    one.zip(&mut other).any(|(one, other)| !alike(one, other))
}

/// The recipe's words for this very value.
fn own_words<'a>(telling: &'a Telling, value: &Value) -> Option<&'a Sentence> {
    let when = &telling.when;
    match value {
        Value::Number(number) if !number.is_nan() => {
            // A number takes long to write, and seldom is one named. Minus zero is zero.
            let is_named =
                |name: &str| name.parse() == Ok(*number) && name == (number + 0.0).to_string();
            let named = when.iter().find(|(name, _)| is_named(name));
            named.map(|(_, words)| words)
        }
        Value::Category(category) => when.get(category),
        Value::Number(_) | Value::Missing => when.get(Telling::MISSING),
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
