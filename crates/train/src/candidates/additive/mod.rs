//! Explainable additive model: step functions of a few dozen columns, boosted in turn on bags of
//! clients, and surfaces of the pairs that tell more together.
//!
//! # Source
//! Lou, Caruana and Gehrke, "Intelligible models for classification and regression", KDD 2012;
//! Lou et al., "Accurate intelligible models with pairwise interactions", KDD 2013 (GA²M); Nori,
//! Jenkins, Koch and Caruana, "InterpretML", 2019 (bags that each leave some rows out).

mod bags;
mod pairs;
mod purify;
mod terms;

use limpide_model::{Additive, Direction, Pair, Scorer, Shape};

use self::bags::Bags;
use self::pairs::find;
use self::purify::settle;
use self::terms::{Form, Term};
use super::Training;
use super::boosted::{Ground, Growing, Growth};
use crate::error::Result;
use crate::random::derive;

/// Columns that have a shape, at most: as many as a person may look through.
const MOST_SHAPES: usize = 64;
/// Bins of a shape, at most.
const SHAPE_BINS: usize = 64;
/// Stumps that find the columns: each takes the best of all columns, given those before it.
const STUMPS: Growth = Growth {
    rounds: 200,
    eta: 0.1,
    depth: 1,
    min_child_weight: 4.0,
    lambda: 20.0,
    subsample: 0.7,
    columns_a_tree: 40,
    bins: 32,
};

/// Fits shapes, then surfaces of pairs on top of them.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    let mut terms: Vec<Term> = strongest(training)?
        .into_iter()
        .filter_map(|column| shape(training, column))
        .collect();
    let mut bags = Bags::new(training, n_bags(training.labels.len()));
    let mut values = bags.boost(&terms)?;
    let pairs = find(training, &terms, &values, &bags.derivatives());
    let surfaces = bags.boost(&pairs)?;
    let told = pairs.into_iter().zip(surfaces);
    for (pair, surface) in told.filter(|(_, surface)| surface.iter().any(|&value| value != 0.0)) {
        terms.push(pair);
        values.push(surface);
    }
    let intercept = bags.start() + settle(&terms, &mut values);
    let (mut shapes, mut pairs) = (Vec::new(), Vec::new());
    for (term, mut log_odds) in terms.into_iter().zip(values) {
        match term.form {
            Form::Shape { column, edges, .. } => {
                let missing = log_odds.pop().unwrap_or(0.0);
                shapes.push(Shape {
                    column,
                    edges,
                    log_odds,
                    missing,
                });
            }
            Form::Pair { columns, edges } => pairs.push(Pair {
                columns,
                edges,
                log_odds,
            }),
        }
    }
    Ok(Scorer::Additive(Additive::new(intercept, shapes, pairs)?))
}

/// Few clients need the mean of many bags; among many, one bag hardly differs from another.
fn n_bags(n_rows: usize) -> usize {
    match n_rows {
        ..20_000 => 8,
        20_000..100_000 => 4,
        _ => 3,
    }
}

/// Gives the columns whose stumps reduce the loss most, in the columns' order.
fn strongest(training: &Training<'_>) -> Result<Vec<usize>> {
    let growing = Growing {
        growth: STUMPS,
        seed: derive(training.seed, &[1]),
        threads: training.threads,
        observer: training.observer,
    };
    let ground = Ground::new(training.encoded.clone(), training.width)?;
    let gains = ground.grow(training.labels, &growing)?.gains();
    let mut columns: Vec<usize> = (0..training.width).collect();
    columns.retain(|&column| gains[column] > 0.0);
    columns.sort_by(|&a, &b| gains[b].total_cmp(&gains[a]).then(a.cmp(&b)));
    columns.truncate(MOST_SHAPES);
    columns.sort_unstable();
    Ok(columns)
}

/// Makes a column's shape, of bins of about as many clients each; none where nothing varies.
fn shape(training: &Training<'_>, column: usize) -> Option<Term> {
    let values = training.encoded.iter().skip(column).step_by(training.width);
    let mut known: Vec<f32> = values.copied().filter(|value| !value.is_nan()).collect();
    known.sort_by(f32::total_cmp);
    let mut edges: Vec<f32> = Vec::with_capacity(SHAPE_BINS);
    for place in 1..SHAPE_BINS {
        let Some(&edge) = known.get(place * known.len() / SHAPE_BINS) else {
            break;
        };
        if edge > known[0] && edges.last().is_none_or(|&last| edge > last) {
            edges.push(edge);
        }
    }
    if edges.is_empty() {
        // A rare value is all that the column has to say.
        edges.extend(known.iter().find(|&&value| value > known[0]));
    }
    let varies = !edges.is_empty() || (!known.is_empty() && known.len() < training.labels.len());
    let direction = training
        .columns
        .get(column)
        .map_or(Direction::None, |note| note.direction);
    let form = Form::Shape {
        column,
        edges,
        direction,
    };
    varies.then(|| Term::new(form, training.encoded, training.width))
}
