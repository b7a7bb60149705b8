//! Where a client's value stands among the clients that the model learned from.
//!
//! Known values are compared with known values. A value shared by many clients (0 past refusals) has
//! clients neither below nor above it, so both shares are kept.

use limpide_model::{Feature, FeatureReference, Kind, Lang, Unit, Value};

use crate::format;
use crate::texts::{text, text_with};

/// Below this share on either side a value counts as an ordinary one.
const ORDINARY: f64 = 0.6;
/// From this share on, clients with the very same value are worth naming.
const SHARED: f64 = 0.25;

/// Holds the shares of reference clients below and above a value; they sum to 1 at most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// Share of clients with a lower value, 0 to 1.
    pub below: f64,
    /// Share of clients with a higher value, 0 to 1.
    pub above: f64,
}

impl Shares {
    /// Gives the share of clients with the same value.
    pub fn same(self) -> f64 {
        (1.0 - self.below - self.above).max(0.0)
    }
}

/// Gives the shares of reference clients below and above a number; `None` without percentiles.
pub fn shares(reference: &FeatureReference, value: f64) -> Option<Shares> {
    let quantiles = &reference.quantiles;
    if quantiles.len() < 2 || value.is_nan() {
        return None;
    }
    let last = (quantiles.len() - 1) as f64;
    let first_at_least = quantiles.partition_point(|&quantile| quantile < value);
    let first_above = quantiles.partition_point(|&quantile| quantile <= value);
    if first_at_least < first_above {
        // The value is itself a percentile: what it shares with its neighbours is a tie.
        let ties = first_above - first_at_least > 1;
        let below = first_at_least as f64 / last;
        let at_most = if ties {
            (first_above - 1) as f64 / last
        } else {
            below
        };
        return Some(Shares {
            below,
            above: 1.0 - at_most,
        });
    }
    if first_above == 0 {
        return Some(Shares {
            below: 0.0,
            above: 1.0,
        });
    }
    if first_above == quantiles.len() {
        return Some(Shares {
            below: 1.0,
            above: 0.0,
        });
    }
    let (low, high) = (quantiles[first_above - 1], quantiles[first_above]);
    let below = ((first_above - 1) as f64 + (value - low) / (high - low)) / last;
    Some(Shares {
        below,
        above: 1.0 - below,
    })
}

/// Gives the share of reference clients with a lower value, clients with the same value counted half.
///
/// Half where nothing is known of the feature.
pub fn quantile_rank(reference: &FeatureReference, value: f64) -> f64 {
    shares(reference, value).map_or(0.5, |shares| shares.below + shares.same() / 2.0)
}

/// Gives where a number stands among reference clients, 0 to 1 as people read it: a span back in
/// time counts the longer the further back. Clients with the same value count half.
pub fn place(feature: &Feature, reference: &FeatureReference, number: f64) -> Option<f64> {
    let found = shares(reference, number)?;
    let below = found.below + found.same() / 2.0;
    Some(if counts_backwards(feature, reference) {
        1.0 - below
    } else {
        below
    })
}

/// Where a value stands among all clients; shares are 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standing {
    /// It is not known, as with this share of clients.
    Unknown(f64),
    /// It is the same as with this share of clients.
    Same(f64),
    /// It is a common one.
    Ordinary,
    /// It lies this way of this share of clients, as people read it.
    Beyond(Way, f64),
}

/// Which way a value lies of others'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A day, or a span back in time, before.
    Earlier,
    /// The same, after.
    Later,
    /// Fewer or less.
    Less,
    /// More.
    More,
    /// Lower on a scale.
    Lower,
    /// Higher on a scale.
    Higher,
}

/// How a share of clients is told: never rounded up to all of them, nor down to none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// As good as all.
    NearlyAll,
    /// Very few, or none.
    Few,
    /// The share itself, in whole per cent.
    Share(f64),
}

impl Part {
    /// Of a share from 0 to 1.
    pub fn of(share: f64) -> Self {
        match share {
            all if all >= 0.995 => Self::NearlyAll,
            few if few < 0.005 => Self::Few,
            share => Self::Share(share),
        }
    }
}

/// Tells where a value stands among all clients; `None` where there is nothing to compare with.
pub fn standing(
    feature: &Feature,
    reference: &FeatureReference,
    value: &Value,
) -> Option<Standing> {
    if !is_described(reference) {
        return None;
    }
    if value.is_missing() {
        return Some(Standing::Unknown(reference.missing_share));
    }
    if let Some(category) = value.category() {
        if reference.categories.is_empty() {
            return None;
        }
        let mut known = reference.categories.iter();
        let known = known.find(|(name, _)| name == category);
        return Some(Standing::Same(known.map_or(0.0, |(_, share)| *share)));
    }
    let number = value.number()?;
    if feature.kind == Kind::Category {
        return None;
    }
    if let Some(share) = share_of_flag(feature, reference, number) {
        return Some(Standing::Same(share));
    }
    let found = shares(reference, number)?;
    let most = found.below.max(found.above);
    if found.same() >= SHARED && found.same() >= most {
        return Some(Standing::Same(found.same()));
    }
    if most < ORDINARY {
        return Some(Standing::Ordinary);
    }
    let lower = (found.above > found.below) != counts_backwards(feature, reference);
    Some(Standing::Beyond(way(feature, reference, lower), most))
}

/// Says where a value stands among all clients: `valeur plus basse que chez 91 % des clients`.
///
/// It starts in lower case and ends without a full stop. `None` where there is nothing to compare with.
pub fn phrase(
    feature: &Feature,
    reference: &FeatureReference,
    value: &Value,
    lang: Lang,
) -> Option<String> {
    let (way, share) = match standing(feature, reference, value)? {
        Standing::Unknown(share) => return Some(unknown_as(share, lang)),
        Standing::Same(share) => return Some(same_as(share, lang)),
        Standing::Ordinary => return Some(text(lang, "comparison-ordinary")),
        Standing::Beyond(way, share) => (way, share),
    };
    let key = match way {
        Way::Earlier => "comparison-earlier",
        Way::Later => "comparison-later",
        Way::Less => "comparison-less",
        Way::More => "comparison-more",
        Way::Lower => "comparison-lower",
        Way::Higher => "comparison-higher",
    };
    Some(text_with(
        lang,
        key,
        [("clients", clients(share, lang).into())],
    ))
}

/// Says how many clients have the very same number: `comme pour 33 % des clients`; likewise.
pub(crate) fn shared(
    feature: &Feature,
    reference: &FeatureReference,
    number: f64,
    lang: Lang,
) -> Option<String> {
    if !is_described(reference) {
        return None;
    }
    let share = match share_of_flag(feature, reference, number) {
        Some(share) => share,
        None => shares(reference, number)?.same(),
    };
    Some(same_as(share, lang))
}

/// Gives the share of all clients of whom a fact holds, or does not, as of this one; `None` for
/// what is no such fact.
fn share_of_flag(feature: &Feature, reference: &FeatureReference, number: f64) -> Option<f64> {
    let is_flag = feature.unit == Unit::Flag && (0.0..=1.0).contains(&reference.mean);
    let share = match number {
        1.0 => reference.mean,
        0.0 => 1.0 - reference.mean,
        _ => return None,
    };
    is_flag.then_some((1.0 - reference.missing_share) * share)
}

/// Tells whether anything is known of the reference clients' values.
fn is_described(reference: &FeatureReference) -> bool {
    let is_empty = reference.quantiles.is_empty() && reference.categories.is_empty();
    !is_empty || reference.missing_share > 0.0
}

/// Says on which side of the reference clients a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Low,
    High,
    /// Near the middle, or nothing to compare with.
    Neither,
}

/// Gives the side on which a number stands, as the number itself is counted.
pub(crate) fn side(reference: &FeatureReference, value: f64) -> Side {
    let Some(found) = shares(reference, value) else {
        return Side::Neither;
    };
    if found.below.max(found.above) < ORDINARY && found.same() < SHARED {
        return Side::Neither;
    }
    if found.below >= found.above {
        Side::High
    } else {
        Side::Low
    }
}

/// Days before the application are shown as a span: the further back, the more.
fn counts_backwards(feature: &Feature, reference: &FeatureReference) -> bool {
    feature.unit == Unit::Days && is_past(reference)
}

/// Tells whether nobody's value lies after the application.
fn is_past(reference: &FeatureReference) -> bool {
    let largest = reference.quantiles.last();
    largest.is_some_and(|&largest| largest <= 0.0)
}

fn way(feature: &Feature, reference: &FeatureReference, lower: bool) -> Way {
    let [low, high] = match feature.unit {
        Unit::Date => [Way::Earlier, Way::Later],
        Unit::Months if is_past(reference) => [Way::Earlier, Way::Later],
        Unit::Money
        | Unit::Days
        | Unit::Months
        | Unit::Years
        | Unit::Count
        | Unit::Share
        | Unit::Flag => [Way::Less, Way::More],
        _ => [Way::Lower, Way::Higher],
    };
    if lower { low } else { high }
}

/// Names a share of clients: `91 % des clients`.
fn clients(share: f64, lang: Lang) -> String {
    match Part::of(share) {
        Part::NearlyAll => text(lang, "clients-nearly-all"),
        Part::Few => text(lang, "clients-few"),
        Part::Share(share) => {
            let share = format::percent_whole(share, lang);
            text_with(lang, "clients-share", [("share", share.into())])
        }
    }
}

fn same_as(share: f64, lang: Lang) -> String {
    let clients = ("clients", clients(share, lang).into());
    text_with(lang, "comparison-same", [clients])
}

fn unknown_as(share: f64, lang: Lang) -> String {
    let clients = ("clients", clients(share, lang).into());
    text_with(lang, "comparison-unknown", [clients])
}

#[cfg(test)]
mod tests {
    use limpide_model::{Direction, Text};

    use super::*;

    fn reference(quantiles: Vec<f64>) -> FeatureReference {
        FeatureReference {
            missing_share: 0.0,
            quantiles,
            mean: 0.0,
            categories: vec![],
        }
    }

    #[test]
    fn the_rank_runs_from_0_to_1_and_interpolates() {
        let even = reference((0..=100).map(f64::from).collect());
        assert_eq!(quantile_rank(&even, -1.0), 0.0);
        assert_eq!(quantile_rank(&even, 101.0), 1.0);
        assert!((quantile_rank(&even, 25.5) - 0.255).abs() < 1e-12);
        assert!((quantile_rank(&even, 25.0) - 0.25).abs() < 1e-12);
        assert_eq!(quantile_rank(&reference(vec![]), 3.0), 0.5);
    }

    #[test]
    fn ties_are_neither_below_nor_above() {
        // 61 of 101 percentiles are 0: about 60 % of clients.
        let zeros = reference((0..=100).map(|i| f64::from((i - 60).max(0))).collect());
        let found = shares(&zeros, 0.0).unwrap();
        assert_eq!((found.below, found.same()), (0.0, 0.6));
        assert!((quantile_rank(&zeros, 0.0) - 0.3).abs() < 1e-12);
        let constant = reference(vec![5.0; 101]);
        assert_eq!(
            shares(&constant, 5.0).unwrap(),
            Shares {
                below: 0.0,
                above: 0.0
            }
        );
    }

    fn feature(unit: Unit) -> Feature {
        Feature {
            name: "x".into(),
            kind: Kind::Number,
            label: Text::default(),
            concept: "x".into(),
            unit,
            direction: Direction::None,
            values: Default::default(),
            actionable: false,
            protected: false,
        }
    }

    fn said(unit: Unit, reference: &FeatureReference, value: f64) -> String {
        phrase(&feature(unit), reference, &Value::Number(value), Lang::En).unwrap()
    }

    #[test]
    fn numbers_are_compared_in_the_words_of_their_unit() {
        let even = reference((0..=100).map(f64::from).collect());
        assert_eq!(
            said(Unit::Score, &even, 9.0),
            "lower than for 91% of clients"
        );
        assert_eq!(
            said(Unit::Score, &even, 91.0),
            "higher than for 91% of clients"
        );
        assert_eq!(
            said(Unit::Money, &even, 9.0),
            "less than for 91% of clients"
        );
        assert_eq!(
            said(Unit::Count, &even, 91.0),
            "more than for 91% of clients"
        );
        assert_eq!(
            said(Unit::Ratio, &even, 55.0),
            "a common value among clients"
        );
        assert_eq!(
            said(Unit::Ratio, &even, 150.0),
            "higher than for nearly all clients"
        );
    }

    #[test]
    fn days_before_the_application_are_compared_as_spans() {
        let past = reference((0..=100).map(|i| f64::from(i * 100 - 10_000)).collect());
        let stands = |unit| place(&feature(unit), &past, -1_000.0).unwrap();
        assert!((stands(Unit::Days) - 0.1).abs() < 1e-12);
        assert!((stands(Unit::Ratio) - 0.9).abs() < 1e-12);
        assert_eq!(
            said(Unit::Days, &past, -1_000.0),
            "less than for 90% of clients"
        );
        let late = reference((0..=100).map(f64::from).collect());
        assert_eq!(
            said(Unit::Days, &late, 90.0),
            "more than for 90% of clients"
        );
    }

    #[test]
    fn values_that_many_share_are_said_to_be_shared() {
        let zeros = reference((0..=100).map(|i| f64::from((i - 70).max(0))).collect());
        assert_eq!(said(Unit::Count, &zeros, 0.0), "as with 70% of clients");
        assert_eq!(
            said(Unit::Count, &zeros, 5.0),
            "more than for 75% of clients"
        );
        let flag = FeatureReference {
            mean: 0.8,
            missing_share: 0.5,
            ..reference(vec![0.0; 101])
        };
        assert_eq!(said(Unit::Flag, &flag, 1.0), "as with 40% of clients");
        let missing = phrase(&feature(Unit::Flag), &flag, &Value::Missing, Lang::En);
        assert_eq!(missing.unwrap(), "as with 50% of clients");
    }

    #[test]
    fn categories_are_compared_by_their_share() {
        let housing = FeatureReference {
            categories: vec![("own".into(), 0.7)],
            ..reference(vec![])
        };
        let kind = Feature {
            kind: Kind::Category,
            ..feature(Unit::None)
        };
        let said = |value: &str| {
            phrase(&kind, &housing, &Value::Category(value.into()), Lang::Fr).unwrap()
        };
        assert_eq!(said("own"), "comme pour 70\u{202f}% des clients");
        assert_eq!(said("boat"), "comme pour très peu de clients");
    }

    #[test]
    fn without_a_reference_nothing_is_claimed() {
        assert_eq!(
            phrase(
                &feature(Unit::None),
                &reference(vec![]),
                &Value::Number(1.0),
                Lang::En
            ),
            None
        );
    }
}
