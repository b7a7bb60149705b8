//! Explainable additive model over encoded columns: a step function a column, and a few surfaces
//! of two columns.
//!
//! Every term is measured from its mean over the training rows, so that a term is its
//! contribution. A pair's surface is pure: its mean over the training rows is 0 along every row
//! and column of its grid, so that whatever one column alone can tell stands in its shape.
//!
//! # Source
//! Lou, Caruana, Gehrke and Hooker, "Accurate intelligible models with pairwise interactions",
//! KDD 2013. Lengerich, Tan, Chang, Hooker and Caruana, "Purifying interaction effects with the
//! functional ANOVA", AISTATS 2020, on pure surfaces.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Holds a fitted additive model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Additive {
    intercept: f64,
    shapes: Vec<Shape>,
    pairs: Vec<Pair>,
}

/// Holds what one encoded column adds to the margin, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// The encoded column.
    pub column: usize,
    /// Where a bin ends and the next begins, rising; a value that equals an edge lies above it.
    pub edges: Vec<f32>,
    /// What a value in each bin adds, `(n_edges + 1)`.
    pub log_odds: Vec<f64>,
    /// What a missing value adds.
    pub missing: f64,
}

/// Holds what two encoded columns add together, beyond their shapes, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The two encoded columns.
    pub columns: [usize; 2],
    /// The edges of each, as in [`Shape::edges`].
    pub edges: [Vec<f32>; 2],
    /// What each cell adds, `(n_edges + 2, n_edges + 2)`, a bin of the first column after the
    /// other; the last of either is a missing value.
    pub log_odds: Vec<f64>,
}

#[derive(Deserialize)]
struct Parts {
    intercept: f64,
    shapes: Vec<Shape>,
    pairs: Vec<Pair>,
}

/// Gives the place of a value among the bins that edges make; a missing value's is the last,
/// `n_edges + 1`.
pub fn bin(edges: &[f32], value: f32) -> usize {
    if value.is_nan() {
        return edges.len() + 1;
    }
    edges.partition_point(|&edge| edge <= value)
}

impl Additive {
    /// Puts a model together; `intercept` is the mean margin over the training rows.
    ///
    /// # Errors
    /// [`Error::Damaged`] where edges do not rise, or values are not finite or not one a bin.
    pub fn new(intercept: f64, shapes: Vec<Shape>, pairs: Vec<Pair>) -> Result<Self> {
        let parts = Parts {
            intercept,
            shapes,
            pairs,
        };
        Self::try_from(parts).map_err(|reason| Error::Damaged { reason })
    }

    /// Gives the mean margin over the training rows, in log-odds.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// Gives the shapes, in the order of their sum.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// Gives the pairs, in the order of their sum.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Sums intercept and contributions for one encoded row, in log-odds.
    pub fn margin(&self, encoded: &[f32]) -> f64 {
        let mut sum = self.intercept;
        for shape in &self.shapes {
            sum += shape.contribution(encoded[shape.column]);
        }
        for pair in &self.pairs {
            sum += pair.contribution(pair.columns.map(|column| encoded[column]));
        }
        sum
    }

    /// Gives the number of encoded columns that a row must have at least.
    pub fn width(&self) -> usize {
        let alone = self.shapes.iter().map(|shape| shape.column);
        let together = self.pairs.iter().flat_map(|pair| pair.columns);
        alone
            .chain(together)
            .map(|column| column + 1)
            .max()
            .unwrap_or(0)
    }
}

impl Shape {
    /// Gives the log-odds that a value adds, measured from the training mean.
    pub fn contribution(&self, value: f32) -> f64 {
        let place = bin(&self.edges, value);
        self.log_odds.get(place).copied().unwrap_or(self.missing)
    }
}

impl Pair {
    /// Gives the log-odds that two values add together.
    pub fn contribution(&self, values: [f32; 2]) -> f64 {
        let [first, second] = [0, 1].map(|side| bin(&self.edges[side], values[side]));
        self.log_odds[first * (self.edges[1].len() + 2) + second]
    }
}

impl TryFrom<Parts> for Additive {
    type Error = String;

    fn try_from(parts: Parts) -> std::result::Result<Self, String> {
        let Parts {
            intercept,
            shapes,
            pairs,
        } = parts;
        if !intercept.is_finite() {
            return Err(format!("intercept {intercept}"));
        }
        for shape in &shapes {
            let n_values = shape.log_odds.len();
            check(shape.column, &shape.edges)?;
            if n_values != shape.edges.len() + 1 {
                return Err(format!(
                    "column {}: {n_values} values for {} edges",
                    shape.column,
                    shape.edges.len()
                ));
            }
            check_values(shape.column, &shape.log_odds)?;
            check_values(shape.column, &[shape.missing])?;
        }
        for pair in &pairs {
            let [first, second] = pair.columns;
            check(first, &pair.edges[0])?;
            check(second, &pair.edges[1])?;
            if first == second {
                return Err(format!("column {first} is paired with itself"));
            }
            let n_cells = (pair.edges[0].len() + 2) * (pair.edges[1].len() + 2);
            if pair.log_odds.len() != n_cells {
                return Err(format!(
                    "columns {first} and {second}: {} values for {n_cells} cells",
                    pair.log_odds.len()
                ));
            }
            check_values(first, &pair.log_odds)?;
        }
        Ok(Self {
            intercept,
            shapes,
            pairs,
        })
    }
}

/// A column number that no row has is refused before it is added to.
fn check(column: usize, edges: &[f32]) -> std::result::Result<(), String> {
    let rises = edges.windows(2).all(|pair| pair[0] < pair[1]);
    if !rises || edges.iter().any(|edge| !edge.is_finite()) {
        return Err(format!("column {column}: edges that do not rise"));
    }
    if column >= u32::MAX as usize {
        return Err(format!("a term of column {column}"));
    }
    Ok(())
}

fn check_values(column: usize, values: &[f64]) -> std::result::Result<(), String> {
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(format!("column {column}: a value of {value}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn additive() -> Additive {
        let shape = Shape {
            column: 2,
            edges: vec![-1.0, 0.5],
            log_odds: vec![-0.25, 0.0, 0.5],
            missing: 0.125,
        };
        let pair = Pair {
            columns: [2, 4],
            edges: [vec![0.0], vec![]],
            log_odds: vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
        };
        Additive::new(-2.0, vec![shape], vec![pair]).unwrap()
    }

    #[test]
    fn a_value_that_equals_an_edge_lies_above_it() {
        let additive = additive();
        let shape = &additive.shapes()[0];
        let found =
            [-1.5, -1.0, 0.25, 0.5, f32::INFINITY, f32::NAN].map(|value| shape.contribution(value));
        assert_eq!(found, [-0.25, 0.0, 0.0, 0.5, 0.5, 0.125]);
    }

    #[test]
    fn the_margin_is_the_intercept_and_what_every_term_adds() {
        let additive = additive();
        assert_eq!(additive.width(), 5);
        let row = |first: f32, second: f32| [9.0, 9.0, first, 9.0, second];
        assert_eq!(additive.margin(&row(-3.0, 7.0)), -2.0 - 0.25 + 1.0);
        assert_eq!(additive.margin(&row(-3.0, f32::NAN)), -2.0 - 0.25 + 2.0);
        assert_eq!(additive.margin(&row(0.0, f32::NAN)), -2.0 + 8.0);
        assert_eq!(additive.margin(&row(f32::NAN, 0.0)), -2.0 + 0.125 + 16.0);
        assert_eq!(
            additive.margin(&row(f32::NAN, f32::NAN)),
            -2.0 + 0.125 + 32.0
        );
    }

    #[test]
    fn it_reads_back_equal_and_a_damaged_one_is_refused_in_words() {
        let additive = additive();
        let text = serde_json::to_string(&additive).unwrap();
        assert_eq!(serde_json::from_str::<Additive>(&text).unwrap(), additive);
        let refused = |from: &str, to: &str| {
            assert!(text.contains(from), "{from} is not in {text}");
            let broken = text.replacen(from, to, 1);
            serde_json::from_str::<Additive>(&broken)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            refused("[-1.0,0.5]", "[0.5,0.5]"),
            "column 2: edges that do not rise"
        );
        assert_eq!(
            refused("[-0.25,0.0,0.5]", "[-0.25,0.5]"),
            "column 2: 2 values for 2 edges"
        );
        assert_eq!(
            refused(",32.0]", "]"),
            "columns 2 and 4: 5 values for 6 cells"
        );
        assert_eq!(
            refused("\"columns\":[2,4]", "\"columns\":[2,2]"),
            "column 2 is paired with itself"
        );
        assert_eq!(
            refused("\"column\":2", "\"column\":18446744073709551615"),
            "a term of column 18446744073709551615"
        );
    }
}
