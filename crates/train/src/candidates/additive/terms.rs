//! Terms of the additive model while it is fitted: which cell each row lies in, and the step that
//! gradients ask for.

use limpide_model::Direction;
use limpide_model::additive::bin;
use limpide_model::calibration::sigmoid;

/// Weight of `½ value²` beside the loss of a step's leaf.
const PENALTY: f64 = 5.0;
/// The second derivatives that a leaf must hold: about 50 clients where one in twelve defaults.
const LEAST_HESSIAN: f64 = 4.0;
/// Leaves of a shape's step.
const LEAVES: usize = 3;

/// Holds the sums of the loss's first and second derivatives.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) gradient: f64,
    pub(super) hessian: f64,
}

/// Holds one term: a column's shape, or a pair's surface.
pub(super) struct Term {
    /// Each row's cell, `(n_rows)`.
    pub(super) cell_of: Vec<u8>,
    pub(super) form: Form,
}

/// Says how a term's cells lie.
#[derive(Debug, Clone)]
pub(super) enum Form {
    /// One bin after the other; a last cell for a missing value.
    Shape {
        column: usize,
        edges: Vec<f32>,
        direction: Direction,
    },
    /// A grid, a bin of the first column after the other; the last of either is a missing value.
    Pair {
        columns: [usize; 2],
        edges: [Vec<f32>; 2],
    },
}

impl Sums {
    /// Gives one row's derivatives of the log-loss by its margin.
    pub(super) fn of(margin: f64, label: u8) -> Self {
        let probability = sigmoid(margin);
        Self {
            gradient: probability - f64::from(label),
            hessian: probability * (1.0 - probability),
        }
    }

    /// Gives the leaf value that these rows ask for.
    fn value(self) -> f64 {
        -self.gradient / (self.hessian + PENALTY)
    }

    /// Gives by how much that value reduces the loss, twice.
    pub(super) fn gain(self) -> f64 {
        self.gradient * self.gradient / (self.hessian + PENALTY)
    }

    fn is_enough(self) -> bool {
        self.hessian >= LEAST_HESSIAN
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            hessian: self.hessian + other.hessian,
        }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
        }
    }
}

impl Term {
    /// Makes a term of rows, `(n_rows, width)`.
    pub(super) fn new(form: Form, encoded: &[f32], width: usize) -> Self {
        let rows = encoded.chunks_exact(width);
        let cell_of = rows.map(|row| form.cell(row) as u8).collect();
        Self { cell_of, form }
    }

    /// Sums the derivatives, one a row, by cell.
    pub(super) fn sums(&self, derivatives: &[Sums]) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); self.form.n_cells()];
        for (&cell, &row) in self.cell_of.iter().zip(derivatives) {
            let sum = &mut sums[usize::from(cell)];
            *sum = sum.plus(row);
        }
        sums
    }
}

impl Form {
    /// Counts the places along either side, missing included; a shape has one side.
    pub(super) fn levels(&self) -> [usize; 2] {
        match self {
            Self::Shape { edges, .. } => [1, edges.len() + 2],
            Self::Pair { edges, .. } => [edges[0].len() + 2, edges[1].len() + 2],
        }
    }

    pub(super) fn n_cells(&self) -> usize {
        let [first, second] = self.levels();
        first * second
    }

    fn cell(&self, row: &[f32]) -> usize {
        match self {
            Self::Shape { column, edges, .. } => bin(edges, row[*column]),
            Self::Pair { columns, edges } => {
                let [first, second] = [0, 1].map(|side| bin(&edges[side], row[columns[side]]));
                first * (edges[1].len() + 2) + second
            }
        }
    }

    /// Gives the step that lessens the loss most, one value a cell.
    pub(super) fn step(&self, sums: &[Sums]) -> Vec<f64> {
        match self {
            Self::Shape { direction, .. } => shape_step(sums, *direction),
            Self::Pair { .. } => pair_step(sums, self.levels()),
        }
    }
}

/// Takes the best split of the known bins, then the best of its halves'; missing stands apart.
fn shape_step(sums: &[Sums], direction: Direction) -> Vec<f64> {
    let n_bins = sums.len() - 1;
    let mut leaves = vec![(0, n_bins)];
    while leaves.len() < LEAVES {
        let best = leaves
            .iter()
            .enumerate()
            .filter_map(|(place, &(start, end))| {
                let (cut, gain) = best_cut(&sums[start..end])?;
                Some((place, start + cut, gain))
            })
            .reduce(|best, other| if other.2 > best.2 { other } else { best });
        let Some((place, cut, _)) = best else { break };
        let (start, end) = leaves[place];
        leaves.splice(place..=place, [(start, cut), (cut, end)]);
    }
    let totals = leaves
        .iter()
        .map(|&(start, end)| total(&sums[start..end]))
        .collect::<Vec<_>>();
    let mut values: Vec<f64> = totals.iter().map(|total| total.value()).collect();
    let weights: Vec<f64> = totals.iter().map(|total| total.hessian + PENALTY).collect();
    make_monotone(&mut values, &weights, direction);
    let mut step = vec![0.0; sums.len()];
    for (&(start, end), value) in leaves.iter().zip(values) {
        step[start..end].fill(value);
    }
    step[n_bins] = sums[n_bins].value();
    step
}

/// Gives the place and the gain of the best cut between cells, if any gains.
fn best_cut(sums: &[Sums]) -> Option<(usize, f64)> {
    let all = total(sums);
    let mut best: Option<(usize, f64)> = None;
    let mut left = Sums::default();
    for (place, &sum) in sums.iter().enumerate().skip(1) {
        left = left.plus(sums[place - 1]);
        let right = all.minus(left);
        if sum.hessian <= 0.0 || !left.is_enough() || !right.is_enough() {
            continue;
        }
        let gain = left.gain() + right.gain() - all.gain();
        if gain > best.map_or(0.0, |(_, gain)| gain) {
            best = Some((place, gain));
        }
    }
    best
}

/// Cuts the known cells into four by the best cut of either column; missing ones get nothing.
fn pair_step(sums: &[Sums], levels: [usize; 2]) -> Vec<f64> {
    let mut step = vec![0.0; sums.len()];
    let Some(cut) = best_quadrants(sums, levels) else {
        return step;
    };
    let values = cut.quadrants.map(Sums::value);
    for first in 0..levels[0] - 1 {
        for second in 0..levels[1] - 1 {
            let above = [first >= cut.places[0], second >= cut.places[1]];
            step[first * levels[1] + second] =
                values[usize::from(above[0]) * 2 + usize::from(above[1])];
        }
    }
    step
}

/// Holds a grid's known cells in four parts.
pub(super) struct Quadrants {
    places: [usize; 2],
    /// Below in both, above in the second column, above in the first, above in both.
    quadrants: [Sums; 4],
    /// What the four gain beyond what the two cuts gain alone.
    pub(super) gain: f64,
}

/// Finds the two cuts whose four parts gain most beyond what each cut gains alone.
///
/// # Source
/// Lou, Caruana, Gehrke and Hooker 2013, section 4.1 (FAST), on gradients of log-loss; the gain of
/// either cut alone is taken off, since it is no interaction.
pub(super) fn best_quadrants(sums: &[Sums], levels: [usize; 2]) -> Option<Quadrants> {
    let [rows, columns] = levels.map(|level| level - 1);
    // Sums of all cells below and left of a place.
    let mut below = vec![Sums::default(); (rows + 1) * (columns + 1)];
    let at = |first: usize, second: usize| first * (columns + 1) + second;
    for first in 0..rows {
        let mut so_far = Sums::default();
        for second in 0..columns {
            so_far = so_far.plus(sums[first * levels[1] + second]);
            below[at(first + 1, second + 1)] = below[at(first, second + 1)].plus(so_far);
        }
    }
    let all = below[at(rows, columns)];
    let mut best: Option<Quadrants> = None;
    for first in 1..rows {
        for second in 1..columns {
            let (corner, row, column) = (
                below[at(first, second)],
                below[at(first, columns)],
                below[at(rows, second)],
            );
            let (row_rest, column_rest) = (all.minus(row), all.minus(column));
            let quadrants = [
                corner,
                row.minus(corner),
                column.minus(corner),
                row_rest.minus(column.minus(corner)),
            ];
            if !quadrants.iter().all(|quadrant| quadrant.is_enough()) {
                continue;
            }
            let together: f64 = quadrants.iter().map(|quadrant| quadrant.gain()).sum();
            let alone = [row, row_rest, column, column_rest].map(Sums::gain);
            let gain = together + all.gain() - alone.iter().sum::<f64>();
            if gain > best.as_ref().map_or(0.0, |best| best.gain) {
                best = Some(Quadrants {
                    places: [first, second],
                    quadrants,
                    gain,
                });
            }
        }
    }
    best
}

fn total(sums: &[Sums]) -> Sums {
    sums.iter()
        .fold(Sums::default(), |total, &sum| total.plus(sum))
}

/// Moves values to the nearest ones, by weighted squares, that go the direction's way. The
/// weighted mean stays.
///
/// # Source
/// Ayer et al., "An empirical distribution function for sampling with incomplete information",
/// Annals of Mathematical Statistics 1955.
pub(super) fn make_monotone(values: &mut [f64], weights: &[f64], direction: Direction) {
    let sign = match direction {
        Direction::None => return,
        Direction::Up => 1.0,
        Direction::Down => -1.0,
    };
    // Runs of equal values: their value, weight and length.
    let mut runs: Vec<(f64, f64, usize)> = Vec::with_capacity(values.len());
    for (&value, &weight) in values.iter().zip(weights) {
        let mut run = (sign * value, weight, 1);
        while let Some(last) = runs.pop_if(|last| last.0 > run.0) {
            let weight = last.1 + run.1;
            let mean = if weight > 0.0 {
                (last.0 * last.1 + run.0 * run.1) / weight
            } else {
                last.0
            };
            run = (mean, weight, last.2 + run.2);
        }
        runs.push(run);
    }
    let mut place = 0;
    for (value, _, length) in runs {
        values[place..place + length].fill(sign * value);
        place += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(pairs: &[(f64, f64)]) -> Vec<Sums> {
        let sum = |&(gradient, hessian): &(f64, f64)| Sums { gradient, hessian };
        pairs.iter().map(sum).collect()
    }

    #[test]
    fn a_step_cuts_where_gradients_change_and_leaves_missing_apart() {
        let sums = sums(&[
            (-9.0, 5.0),
            (-9.0, 5.0),
            (9.0, 5.0),
            (9.0, 5.0),
            (15.0, 5.0),
        ]);
        let step = shape_step(&sums, Direction::None);
        let two = 18.0 / 15.0;
        assert_eq!(step, [two, two, -two, -two, -1.5]);
        // The wrong way round, the direction allows the mean alone.
        let flat = shape_step(&sums, Direction::Up);
        assert_eq!(flat, [0.0, 0.0, 0.0, 0.0, -1.5]);
        assert_eq!(shape_step(&sums, Direction::Down), step);
    }

    #[test]
    fn values_become_monotone_and_keep_their_mean() {
        let weights = [1.0, 2.0, 1.0, 4.0];
        let mut values = [3.0, 0.0, 2.0, 1.5];
        make_monotone(&mut values, &weights, Direction::Up);
        assert_eq!(values, [1.0, 1.0, 1.6, 1.6]);
        let mut values = [3.0, 0.0, 2.0, 1.5];
        make_monotone(&mut values, &weights, Direction::Down);
        assert_eq!(values, [3.0, 8.0 / 7.0, 8.0 / 7.0, 8.0 / 7.0]);
    }

    #[test]
    fn an_interaction_is_found_where_the_quadrants_meet_and_two_main_effects_are_none() {
        let grid = |gradient: fn(usize, usize) -> f64| {
            let mut cells = vec![Sums::default(); 25];
            for first in 0..4 {
                for second in 0..4 {
                    cells[first * 5 + second] = Sums {
                        gradient: gradient(first, second),
                        hessian: 10.0,
                    };
                }
            }
            cells
        };
        let both = grid(|first, second| {
            if (first < 3) == (second < 1) {
                4.0
            } else {
                -4.0
            }
        });
        let found = best_quadrants(&both, [5, 5]).unwrap();
        assert_eq!(found.places, [3, 1]);
        let apart = grid(|first, second| 3.0 * first as f64 - 2.0 * second as f64);
        let none = best_quadrants(&apart, [5, 5]);
        assert!(none.is_none_or(|none| none.gain < 0.05 * found.gain));
    }
}
