//! Pure terms: whatever one column alone can tell is moved from the pairs into its shape, and
//! every mean into the intercept. The margins stay as they are.

use std::iter::StepBy;
use std::ops::Range;

use limpide_model::additive::bin;

use super::terms::{Form, Term, make_monotone};

/// Sweeps at most; each brings the means nearer to 0 by a factor.
const SWEEPS: usize = 2_000;
/// Means below this are 0.
const NOTHING: f64 = 1e-14;

/// Moves what a pair's rows and columns tell on average out of it, into `alone`, one list of
/// values a side; `weights` are the cells' training rows.
///
/// # Source
/// Lengerich et al. 2020, algorithm 1.
fn purify(surface: &mut [f64], weights: &[f64], alone: [&mut [f64]; 2]) {
    let [first, second] = alone;
    let (n_columns, n_cells) = (second.len(), surface.len());
    for _ in 0..SWEEPS {
        let mut moved = 0.0_f64;
        for (row, value) in first.iter_mut().enumerate() {
            let cells = (row * n_columns..(row + 1) * n_columns).step_by(1);
            moved = moved.max(take_mean(surface, weights, cells, value));
        }
        for (column, value) in second.iter_mut().enumerate() {
            let cells = (column..n_cells).step_by(n_columns);
            moved = moved.max(take_mean(surface, weights, cells, value));
        }
        if moved < NOTHING {
            break;
        }
    }
}

/// Moves the mean of some cells into a value, and gives its size.
fn take_mean(
    surface: &mut [f64],
    weights: &[f64],
    cells: StepBy<Range<usize>>,
    to: &mut f64,
) -> f64 {
    let mean = mean(surface, weights, cells.clone());
    cells.for_each(|cell| surface[cell] -= mean);
    *to += mean;
    mean.abs()
}

fn mean(values: &[f64], weights: &[f64], cells: impl Iterator<Item = usize>) -> f64 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for cell in cells {
        sum += values[cell] * weights[cell];
        weight += weights[cell];
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// Makes the pairs pure, the shapes monotone where a direction is expected, and every term's
/// mean over the training rows 0; gives what is left, the intercept.
///
/// The shapes stand before the pairs, each pair's columns among them, and a pair's edges are
/// among those of its columns' shapes.
pub(super) fn settle(terms: &[Term], values: &mut [Vec<f64>]) -> f64 {
    let counts: Vec<Vec<f64>> = terms.iter().map(counts).collect();
    for (place, term) in terms.iter().enumerate() {
        let Form::Pair { columns, edges } = &term.form else {
            continue;
        };
        let mut alone = [0, 1].map(|side| vec![0.0; edges[side].len() + 2]);
        let [first, second] = &mut alone;
        purify(&mut values[place], &counts[place], [first, second]);
        for side in [0, 1] {
            add_to_shape(terms, values, columns[side], &edges[side], &alone[side]);
        }
    }
    let mut intercept = 0.0;
    for ((term, values), counts) in terms.iter().zip(values).zip(&counts) {
        if let Form::Shape { direction, .. } = term.form {
            let n_bins = values.len() - 1;
            make_monotone(&mut values[..n_bins], &counts[..n_bins], direction);
        }
        let mean = mean(values, counts, 0..values.len());
        values.iter_mut().for_each(|value| *value -= mean);
        intercept += mean;
    }
    intercept
}

fn counts(term: &Term) -> Vec<f64> {
    let mut counts = vec![0.0; term.form.n_cells()];
    for &cell in &term.cell_of {
        counts[usize::from(cell)] += 1.0;
    }
    counts
}

fn add_to_shape(
    terms: &[Term],
    values: &mut [Vec<f64>],
    wanted: usize,
    coarse: &[f32],
    added: &[f64],
) {
    for (term, values) in terms.iter().zip(values) {
        let Form::Shape { column, edges, .. } = &term.form else {
            continue;
        };
        if *column != wanted {
            continue;
        }
        let n = edges.len();
        for (place, value) in values.iter_mut().enumerate() {
            // A bin's coarse bin is that of its lower edge; the lowest is in the lowest.
            *value += match place {
                0 => added[0],
                _ if place <= n => added[bin(coarse, edges[place - 1])],
                _ => added[coarse.len() + 1],
            };
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use limpide_model::Direction;

    use super::*;

    #[test]
    fn a_pure_surface_tells_nothing_of_one_column_and_the_sum_stays() {
        let weights = [3.0, 1.0, 2.0, 0.0, 5.0, 1.0];
        let before = [1.0, -2.0, 0.5, 4.0, 0.25, -1.0];
        let mut surface = before;
        let (mut first, mut second) = ([0.0; 2], [0.0; 3]);
        purify(&mut surface, &weights, [&mut first, &mut second]);
        for (row, alone) in first.iter().enumerate() {
            for (column, other) in second.iter().enumerate() {
                let cell = row * 3 + column;
                let sum = surface[cell] + alone + other;
                assert!((sum - before[cell]).abs() < 1e-12);
            }
            assert!(mean(&surface, &weights, row * 3..row * 3 + 3).abs() < 1e-12);
        }
        for column in 0..3 {
            let cells = (column..6).step_by(3);
            assert!(mean(&surface, &weights, cells).abs() < 1e-12);
        }
    }

    #[test]
    fn settled_terms_have_no_mean_and_directed_shapes_go_their_way() {
        let encoded = [0.5, 1.5, 1.5, 0.5, 2.5, 2.5, f32::NAN, 1.5, 2.5, 0.5];
        let shape = |column, direction| {
            Term::new(
                Form::Shape {
                    column,
                    edges: vec![1.0, 2.0],
                    direction,
                },
                &encoded,
                2,
            )
        };
        let pair = Form::Pair {
            columns: [0, 1],
            edges: [vec![1.0], vec![2.0]],
        };
        let terms = [
            shape(0, Direction::None),
            shape(1, Direction::Down),
            Term::new(pair, &encoded, 2),
        ];
        let before = vec![
            vec![1.0, 2.0, 4.0, 8.0],
            vec![-1.0, 1.0, 0.5, 0.0],
            vec![1.0, 2.0, 0.0, -1.0, 3.0, 0.0, 5.0, 0.0, 0.0],
        ];
        let mut values = before.clone();
        let intercept = settle(&terms, &mut values);
        for (term, values) in terms.iter().zip(&values) {
            let sum: f64 = term
                .cell_of
                .iter()
                .map(|&cell| values[usize::from(cell)])
                .sum();
            assert!(sum.abs() < 1e-12, "{values:?}");
        }
        assert!(values[1][0] >= values[1][1] && values[1][1] >= values[1][2]);

        let undirected = [
            shape(0, Direction::None),
            shape(1, Direction::None),
            Term::new(terms[2].form.clone(), &encoded, 2),
        ];
        let mut values = before.clone();
        let plain = settle(&undirected, &mut values);
        for row in 0..5 {
            let sum = |values: &[Vec<f64>]| -> f64 {
                let at =
                    |(term, values): (&Term, &Vec<f64>)| values[usize::from(term.cell_of[row])];
                undirected.iter().zip(values).map(at).sum()
            };
            assert!((plain + sum(&values) - sum(&before)).abs() < 1e-12);
        }
        assert!(intercept.is_finite());
    }
}
