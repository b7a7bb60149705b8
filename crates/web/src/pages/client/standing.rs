//! Where a value stands among others, in the few words that fit below it: what
//! [`comparison::phrase`](limpide_explain::comparison::phrase) says in full, where the page has said
//! among whom.

use limpide_explain::comparison::{Part, Standing, Way, standing};
use limpide_explain::format;
use limpide_model::{Feature, FeatureReference, Value};

use crate::texts::Texts;

/// Tells it: `moins que 83 %`; `None` where there is nothing to compare, or to compare with.
pub(super) fn short(
    feature: &Feature,
    reference: &FeatureReference,
    value: &Value,
    texts: Texts,
) -> Option<String> {
    let (key, share) = match standing(feature, reference, value)? {
        Standing::Unknown(_) => return None,
        Standing::Ordinary => return Some(texts.get("standing-ordinary")),
        Standing::Same(share) => ("standing-same", share),
        Standing::Beyond(Way::Earlier, share) => ("standing-earlier", share),
        Standing::Beyond(Way::Later, share) => ("standing-later", share),
        Standing::Beyond(Way::Less | Way::Lower, share) => ("standing-less", share),
        Standing::Beyond(Way::More | Way::Higher, share) => ("standing-more", share),
    };
    let share = match Part::of(share) {
        Part::NearlyAll => texts.get("standing-nearly-all"),
        Part::Few => texts.get("standing-few"),
        Part::Share(share) => format::percent_whole(share, texts.lang),
    };
    Some(texts.with(key, &[("share", &share)]))
}

#[cfg(test)]
mod tests {
    use limpide_model::{Direction, Kind, Lang, Text, Unit};

    use super::*;

    #[test]
    fn a_value_is_told_by_a_share_that_is_never_all_nor_none() {
        let feature = |kind, unit| Feature {
            name: "x".into(),
            kind,
            label: Text::default(),
            concept: "x".into(),
            unit,
            direction: Direction::None,
            values: Default::default(),
            actionable: false,
            protected: false,
        };
        let evenly = FeatureReference {
            missing_share: 0.0,
            mean: 50.0,
            quantiles: (0..=100).map(f64::from).collect(),
            categories: vec![("own".into(), 0.7)],
        };
        let said = |kind, unit, value: Value| {
            short(&feature(kind, unit), &evenly, &value, Texts::new(Lang::Fr))
        };
        let number = |unit, value| said(Kind::Number, unit, Value::Number(value));
        let word = |value: &str| said(Kind::Category, Unit::None, Value::Category(value.into()));
        for (found, expected) in [
            (number(Unit::Money, 20.0), "moins que 80\u{202f}%"),
            (number(Unit::Score, 90.0), "plus que 90\u{202f}%"),
            (number(Unit::Date, 10.0), "plus tôt que 90\u{202f}%"),
            (number(Unit::Date, 80.0), "plus tard que 80\u{202f}%"),
            (number(Unit::Money, 45.0), "valeur courante"),
            (number(Unit::Money, 300.0), "plus que presque tous"),
            (word("own"), "comme 70\u{202f}%"),
            (word("boat"), "comme de rares clients"),
        ] {
            assert_eq!(found.as_deref(), Some(expected));
        }
        assert_eq!(said(Kind::Number, Unit::Money, Value::Missing), None);
    }
}
