//! Which pairs of columns tell more together than their shapes do.

use super::super::Training;
use super::terms::{Form, Sums, Term, best_quadrants};

/// Bins of either side of a pair, at most.
const BINS: usize = 8;
/// Columns that pairs are looked for among: those of the widest shapes.
const COLUMNS: usize = 20;
/// Pairs that may become terms.
const MOST: usize = 10;

/// The probability that chance alone makes any pair a term, at most.
const CHANCE: f64 = 0.05;

/// Finds the pairs whose best four parts gain most beyond two cuts, the most first; few clients
/// show none, and a pair that only seems to tell costs more than it gives; `derivatives`
/// are those of the loss at the shapes' margins, one a row.
///
/// # Source
/// Lou, Caruana, Gehrke and Hooker 2013, section 4.1 (FAST).
pub(super) fn find(
    training: &Training<'_>,
    shapes: &[Term],
    values: &[Vec<f64>],
    derivatives: &[Sums],
) -> Vec<Term> {
    let spread = shapes
        .iter()
        .zip(values)
        .map(|(shape, values)| variance(shape, values));
    let mut widest: Vec<(usize, f64)> = spread.enumerate().collect();
    widest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    widest.truncate(COLUMNS);
    widest.sort_by_key(|&(place, _)| place);
    let mut found: Vec<(f64, Form)> = Vec::new();
    for (rank, &(first, _)) in widest.iter().enumerate() {
        for &(second, _) in &widest[rank + 1..] {
            let Some(form) = pair([&shapes[first], &shapes[second]]) else {
                continue;
            };
            let levels = form.levels();
            let term = Term::new(form, training.encoded, training.width);
            if let Some(cut) = best_quadrants(&term.sums(derivatives), levels) {
                found.push((cut.gain, term.form));
            }
        }
    }
    // A chance gain is at most a chi-square number of one degree of freedom: it exceeds x with a
    // probability below exp(−x / 2).
    let tried = (widest.len() * widest.len().saturating_sub(1) / 2 * (BINS - 1).pow(2)) as f64;
    found.retain(|&(gain, _)| gain > 2.0 * (tried / CHANCE).ln());
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MOST);
    let term = |(_, form)| Term::new(form, training.encoded, training.width);
    found.into_iter().map(term).collect()
}

/// Gives the variance over the rows of what a term adds.
fn variance(term: &Term, values: &[f64]) -> f64 {
    let n = term.cell_of.len() as f64;
    let added = || term.cell_of.iter().map(|&cell| values[usize::from(cell)]);
    let mean = added().sum::<f64>() / n;
    added().map(|value| (value - mean).powi(2)).sum::<f64>() / n
}

/// Pairs two shapes over some of their edges; none where a side has but one bin.
fn pair(shapes: [&Term; 2]) -> Option<Form> {
    let mut columns = [0; 2];
    let mut coarse = [Vec::new(), Vec::new()];
    for (side, shape) in shapes.into_iter().enumerate() {
        let Form::Shape { column, edges, .. } = &shape.form else {
            return None;
        };
        columns[side] = *column;
        let every = (edges.len() + 1).div_ceil(BINS);
        coarse[side] = edges
            .iter()
            .copied()
            .skip(every - 1)
            .step_by(every)
            .collect();
    }
    let varies = coarse.iter().all(|edges| !edges.is_empty());
    varies.then_some(Form::Pair {
        columns,
        edges: coarse,
    })
}
