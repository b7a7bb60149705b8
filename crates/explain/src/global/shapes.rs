//! The glass box, term by term: all that it adds for any client can be read here.

use std::collections::BTreeMap;

use limpide_model::{Additive, Bundle, Encoder, Logistic, Pair, Scorecard, Scorer, Shape, Source};
use serde::{Deserialize, Serialize};

use super::values::Values;
use crate::error::Result;

/// Holds a model that can be read, as its steps: the margin is the base and one step of each term and pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shapes {
    /// The candidate's name.
    pub name: String,
    /// The margin of nobody in particular, in log-odds.
    pub base: f64,
    /// Its terms, in the model's order.
    pub terms: Vec<Term>,
    /// What two features add together beyond their terms, in the model's order.
    pub pairs: Vec<PairTerm>,
}

/// Holds what one feature adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The feature's name.
    pub feature: String,
    /// Its steps, by rising value.
    pub steps: Vec<Step>,
    /// The line that a logistic regression draws between two bounds, beyond which it is flat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
}

/// Holds one step of a term.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Which values.
    #[serde(flatten)]
    pub values: Values,
    /// What they add, in log-odds of not repaying.
    pub log_odds: f64,
    /// What a scorecard says of them; absent for other models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bin: Option<BinFacts>,
}

/// Holds what a scorecard says of a bin's training clients.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BinFacts {
    /// How many clients.
    pub clients: usize,
    /// Their share of all, 0 to 1.
    pub share: f64,
    /// The share of them that did not repay, 0 to 1.
    pub event_rate: f64,
    /// The weight of evidence, above 0 where clients repay more often than all.
    pub woe: f64,
    /// The points, more where the risk is less.
    pub points: f64,
}

/// Holds a straight line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Where it begins: value and log-odds.
    pub from: [f64; 2],
    /// Where it ends.
    pub to: [f64; 2],
}

/// Holds what two features add together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairTerm {
    /// The two features' names.
    pub features: [String; 2],
    /// Which values of each stand at a place of the grid.
    pub values: [Vec<Values>; 2],
    /// What they add, in log-odds, `(n_first, n_second)`, row after row.
    pub log_odds: Vec<f64>,
}

/// Reads the bundle's glass box; `None` where there is none.
///
/// # Errors
/// [`crate::Error::Model`] where it does not fit the encoder.
pub fn shapes(bundle: &Bundle) -> Result<Option<Shapes>> {
    let Some(glass_box) = &bundle.glass_box else {
        return Ok(None);
    };
    let empty = |base: f64| Shapes {
        name: glass_box.name.clone(),
        base,
        terms: Vec::new(),
        pairs: Vec::new(),
    };
    Ok(match &glass_box.scorer {
        Scorer::Scorecard(scorecard) => Some(Shapes {
            terms: of_scorecard(bundle, scorecard)?,
            ..empty(scorecard.intercept)
        }),
        Scorer::Additive(additive) => Some(Shapes {
            terms: of_additive(bundle, additive),
            pairs: additive
                .pairs()
                .iter()
                .map(|pair| of_pair(bundle, pair))
                .collect(),
            ..empty(additive.intercept())
        }),
        Scorer::Logistic(logistic) => Some(Shapes {
            terms: of_logistic(bundle, logistic),
            ..empty(logistic.intercept)
        }),
        // Trees and blends are no glass box.
        Scorer::Dummy { .. } | Scorer::Trees(_) | Scorer::Blend(_) => None,
    })
}

fn of_scorecard(bundle: &Bundle, scorecard: &Scorecard) -> Result<Vec<Term>> {
    let mut terms: Vec<Term> = Vec::new();
    for line in scorecard.table(&bundle.encoder, &bundle.features)? {
        let step = Step {
            values: line.values.into(),
            log_odds: line.contribution,
            bin: Some(BinFacts {
                clients: line.rows,
                share: line.share,
                event_rate: line.event_rate,
                woe: line.woe,
                points: line.points,
            }),
        };
        match terms.last_mut().filter(|term| term.feature == line.feature) {
            Some(term) => term.steps.push(step),
            None => terms.push(Term {
                feature: line.feature,
                steps: vec![step],
                line: None,
            }),
        }
    }
    Ok(terms)
}

fn of_additive(bundle: &Bundle, additive: &Additive) -> Vec<Term> {
    let mut columns: BTreeMap<usize, &Shape> = BTreeMap::new();
    for shape in additive.shapes() {
        columns.insert(shape.column, shape);
    }
    let of_number = |column: usize| {
        let shape = columns.get(&column)?;
        let known = ranges(&shape.edges).into_iter().zip(&shape.log_odds);
        let known = known.map(|(values, &log_odds)| step(values, log_odds));
        Some(
            known
                .chain([step(Values::Missing, shape.missing)])
                .collect(),
        )
    };
    let of_flag =
        |column: usize, flag: f32| columns.get(&column).map(|shape| shape.contribution(flag));
    let read = additive.shapes().iter().map(|shape| shape.column);
    terms(bundle, read, of_number, of_flag)
}

fn of_logistic(bundle: &Bundle, logistic: &Logistic) -> Vec<Term> {
    let weighs = |column: &usize| {
        let term = &logistic.terms[*column];
        term.weight != 0.0 || term.missing_weight != 0.0
    };
    let read = (0..logistic.terms.len()).filter(weighs);
    let contribution = |column: usize, value: f32| logistic.terms[column].contribution(value);
    let of_number =
        |column: usize| Some(vec![step(Values::Missing, contribution(column, f32::NAN))]);
    let of_flag = |column: usize, flag: f32| Some(contribution(column, flag));
    let mut found = terms(bundle, read, of_number, of_flag);
    for term in &mut found {
        let mut columns = bundle.encoder.columns.iter();
        let column = columns.position(|column| {
            column.source == Source::Number && bundle.features[column.feature].name == term.feature
        });
        term.line = column.map(|column| {
            let ends = &logistic.terms[column];
            let at = |value: f64| [value, contribution(column, value as f32)];
            Line {
                from: at(ends.low),
                to: at(ends.high),
            }
        });
    }
    found
}

/// A term for each feature whose encoded columns are read, in their order: a number's steps, or what the flags of all
/// its categories add together.
fn terms(
    bundle: &Bundle,
    read: impl Iterator<Item = usize>,
    of_number: impl Fn(usize) -> Option<Vec<Step>>,
    of_flag: impl Fn(usize, f32) -> Option<f64> + Copy,
) -> Vec<Term> {
    let columns = &bundle.encoder.columns;
    let mut features: Vec<usize> = Vec::new();
    for column in read {
        let feature = columns[column].feature;
        if !features.contains(&feature) {
            features.push(feature);
        }
    }
    let term = |feature: usize| {
        let places = (0..columns.len()).filter(|&place| columns[place].feature == feature);
        let places: Vec<usize> = places.collect();
        let number = places
            .iter()
            .find(|&&place| columns[place].source == Source::Number);
        let steps = match number {
            Some(&column) => of_number(column).unwrap_or_default(),
            None => categories(&bundle.encoder, &places, of_flag),
        };
        Term {
            feature: bundle.features[feature].name.clone(),
            steps,
            line: None,
        }
    };
    features.into_iter().map(term).collect()
}

/// What each category adds: its own flag at 1, those of the others at 0.
fn categories(
    encoder: &Encoder,
    places: &[usize],
    of_flag: impl Fn(usize, f32) -> Option<f64>,
) -> Vec<Step> {
    let of = |known: Option<usize>| {
        let flags = places.iter().map(|&place| {
            let flag = if Some(place) == known { 1.0 } else { 0.0 };
            of_flag(place, flag).unwrap_or(0.0)
        });
        flags.sum::<f64>()
    };
    let known = places
        .iter()
        .filter_map(|&place| match &encoder.columns[place].source {
            Source::Equals(category) => {
                let categories = vec![category.clone()];
                Some(step(Values::Categories { categories }, of(Some(place))))
            }
            Source::Number => None,
        });
    known.chain([step(Values::Other, of(None))]).collect()
}

fn of_pair(bundle: &Bundle, pair: &Pair) -> PairTerm {
    let name = |column: usize| {
        bundle.features[bundle.encoder.columns[column].feature]
            .name
            .clone()
    };
    let values = |side: usize| match &bundle.encoder.columns[pair.columns[side]].source {
        Source::Equals(category) if pair.edges[side].len() == 1 => vec![
            Values::Other,
            Values::Categories {
                categories: vec![category.clone()],
            },
            Values::Missing,
        ],
        _ => {
            let mut values = ranges(&pair.edges[side]);
            values.push(Values::Missing);
            values
        }
    };
    PairTerm {
        features: pair.columns.map(name),
        values: [0, 1].map(values),
        log_odds: pair.log_odds.clone(),
    }
}

/// The bins that rising edges make.
fn ranges(edges: &[f32]) -> Vec<Values> {
    let end = |place: usize| edges.get(place).map(|&edge| f64::from(edge));
    let range = |place: usize| Values::Range {
        low: place.checked_sub(1).and_then(end),
        high: end(place),
    };
    (0..=edges.len()).map(range).collect()
}

fn step(values: Values, log_odds: f64) -> Step {
    Step {
        values,
        log_odds,
        bin: None,
    }
}
