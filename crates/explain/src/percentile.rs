//! Where one client's value of any feature stands among some clients, and how theirs spread.

use limpide_model::{Feature, Lang, Unit, Value};
use serde::{Deserialize, Serialize};

use crate::axis::Axis;
use crate::format;
use crate::texts::text_with;
use crate::values::Values;

/// Says where a value stands among the known values of some clients.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Clients compared with.
    pub clients: usize,
    /// Those of whom the feature is known.
    pub known: usize,
    /// Those with a smaller number; 0 for categories.
    pub below: usize,
    /// Those with the same number or category; where the client's own is missing, those of whom
    /// it is missing too.
    pub same: usize,
    /// The percentile, 0 to 100: clients below, and half of those with the same number, in per cent
    /// of those known. `None` for categories, and where nothing is known of the client or of the
    /// others.
    pub percentile: Option<f64>,
}

/// Says how many clients have their value in each part of an axis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// The parts.
    pub axis: Axis,
    /// Clients, part by part.
    pub counts: Vec<usize>,
    /// Clients of whom nothing is known.
    pub missing: usize,
    /// The part that the client's own value falls into; `None` where it is missing.
    pub own: Option<usize>,
}

/// Compares one client's value with those of the clients at some places.
///
/// Equal to `scipy.stats.percentileofscore(values, value, kind="mean", nan_policy="omit")`.
pub fn standing(values: &Values, own: &Value, places: impl IntoIterator<Item = usize>) -> Standing {
    Counts::of(values, own, places).standing(values, own)
}

/// Compares one client's value with those of all others.
pub(crate) fn standing_among_all(values: &Values, own: &Value) -> Standing {
    let mut counts = Counts::of(values, own, 0..values.len());
    // Counting all without asking of each who it is takes a fraction of the time.
    counts.clients -= 1;
    counts.known -= usize::from(!own.is_missing());
    counts.same -= 1;
    counts.standing(values, own)
}

/// Clients counted beside one value.
#[derive(Default)]
struct Counts {
    clients: usize,
    known: usize,
    below: usize,
    same: usize,
}

impl Counts {
    fn of(values: &Values, own: &Value, places: impl IntoIterator<Item = usize>) -> Self {
        let mut found = Self::default();
        match values {
            Values::Numbers(numbers) => {
                // No number is smaller than this one, or the same.
                let beside = own.number().unwrap_or(f64::NAN);
                for place in places {
                    let number = numbers[place];
                    found.clients += 1;
                    found.known += usize::from(!number.is_nan());
                    found.below += usize::from(number < beside);
                    found.same += usize::from(number == beside);
                }
                if own.number().is_none() {
                    found.same = found.clients - found.known;
                }
            }
            Values::Categories { names, codes } => {
                let own = own
                    .category()
                    .map(|own| names.iter().position(|name| name == own));
                for place in places {
                    let code = codes[place];
                    found.clients += 1;
                    found.known += usize::from(code.is_some());
                    found.same += usize::from(match own {
                        None => code.is_none(),
                        Some(own) => code.is_some() && code.map(|code| code as usize) == own,
                    });
                }
            }
        }
        found
    }

    fn standing(self, values: &Values, own: &Value) -> Standing {
        let Self {
            clients,
            known,
            below,
            same,
        } = self;
        let is_number = matches!(values, Values::Numbers(_)) && own.number().is_some();
        let percentile = 100.0 * (below as f64 + same as f64 / 2.0) / known as f64;
        Standing {
            clients,
            known,
            below,
            same,
            percentile: (is_number && known > 0).then_some(percentile),
        }
    }
}

/// Counts the clients at some places along an axis.
pub fn distribution(
    axis: &Axis,
    values: &Values,
    own: &Value,
    places: impl IntoIterator<Item = usize>,
) -> Distribution {
    let mut counts = vec![0; axis.parts()];
    let mut missing = 0;
    let parts = axis.over(values);
    for place in places {
        match parts.part(place) {
            Some(part) => counts[part] += 1,
            None => missing += 1,
        }
    }
    Distribution {
        counts,
        missing,
        own: axis.part_of(own),
        axis: axis.clone(),
    }
}

impl Distribution {
    /// Takes one of the clients who were counted out, by the value; it is then the own one.
    pub(crate) fn beside(&self, own: &Value) -> Self {
        let mut others = self.clone();
        others.own = self.axis.part_of(own);
        match others.own {
            Some(part) => others.counts[part] -= 1,
            None => others.missing -= 1,
        }
        others
    }
}

/// Says a standing in a sentence.
pub fn sentence(
    standing: &Standing,
    feature: &Feature,
    own: &Value,
    currency: &str,
    lang: Lang,
) -> String {
    let share = |clients: usize, of: usize| {
        let share = clients as f64 / of.max(1) as f64;
        format::percent_whole(share, lang)
    };
    let label = format::capitalised(feature.label.get(lang));
    let value = format::value(feature, own, currency, lang);
    let Standing {
        clients,
        known,
        below,
        same,
        ..
    } = *standing;
    if own.is_missing() {
        let same = share(same, clients);
        return text_with(
            lang,
            "standing-missing",
            [("label", label.into()), ("same", same.into())],
        );
    }
    if known == 0 {
        return text_with(
            lang,
            "standing-nobody",
            [("label", label.into()), ("value", value.into())],
        );
    }
    if standing.percentile.is_none() {
        return text_with(
            lang,
            "standing-category",
            [
                ("label", label.into()),
                ("value", value.into()),
                ("same", share(same, known).into()),
            ],
        );
    }
    let above = known - below - same;
    // Days before the application are shown as a span: the further back, the more.
    let backwards = feature.unit == Unit::Days && own.number().is_some_and(|own| own <= 0.0);
    let (below, above) = if backwards {
        (above, below)
    } else {
        (below, above)
    };
    let is_date = match feature.unit {
        Unit::Date => true,
        Unit::Months => own.number().is_some_and(|own| own < 0.0),
        _ => false,
    };
    text_with(
        lang,
        if is_date {
            "standing-date"
        } else {
            "standing-number"
        },
        [
            ("label", label.into()),
            ("value", value.into()),
            ("below", share(below, known).into()),
            ("above", share(above, known).into()),
        ],
    )
}
