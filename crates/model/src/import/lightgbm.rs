//! LightGBM models saved as text.
//!
//! LightGBM tests `value <= threshold` in f64. Rows here hold f32, and for an f32 value that is
//! the same as `value < next`, where `next` is the f32 after the largest one that is no greater
//! than the threshold: the compact form's rule, exactly. Covers are row counts, as in
//! LightGBM's own contributions.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::LEAST_COVER;
use crate::error::{Error, Result};
use crate::trees::{Ensemble, Tree};

const CATEGORICAL: u8 = 1;
const DEFAULT_LEFT: u8 = 2;
/// Where a missing value goes: bits 2 and 3 of a split's decision type.
const MISSING_NONE: u8 = 0;
const MISSING_ZERO: u8 = 1;

pub(crate) fn read(text: &str) -> Result<Ensemble> {
    Ok(read_named(text)?.0)
}

/// Reads the trees and the names of their columns.
pub(crate) fn read_named(text: &str) -> Result<(Ensemble, Vec<String>)> {
    let mut sections = text.split("\nTree=");
    let header = sections.next().unwrap_or_default();
    check_header(header)?;
    if !text.contains("\nend of trees") {
        return Err(refused(
            "it ends before its trees do (no \"end of trees\")".to_owned(),
        ));
    }
    let mut trees = Vec::new();
    for (number, section) in sections.enumerate() {
        let section = section.split("\nend of trees").next().unwrap_or_default();
        trees.push(rebuild(section).map_err(|reason| refused(format!("tree {number}: {reason}")))?);
    }
    let names = fields(header).get("feature_names").copied();
    let names = names.unwrap_or_default().split_whitespace();
    let ensemble = Ensemble::lay_out(0.0, &trees).map_err(refused)?;
    Ok((ensemble, names.map(str::to_owned).collect()))
}

fn refused(reason: String) -> Error {
    Error::Import {
        program: "LightGBM",
        reason,
    }
}

fn check_header(header: &str) -> Result<()> {
    if header.lines().next().map(str::trim) != Some("tree") {
        return Err(refused("its first line is not \"tree\"".to_owned()));
    }
    if header.lines().any(|line| line.trim() == "average_output") {
        return Err(refused(
            "it averages its trees, but only sums can be read".to_owned(),
        ));
    }
    let fields = fields(header);
    let wanted = [
        ("version", "v4"),
        ("num_class", "1"),
        ("num_tree_per_iteration", "1"),
        ("objective", "binary sigmoid:1"),
    ];
    for (name, wanted) in wanted {
        let found = fields.get(name).copied().unwrap_or("absent");
        if found != wanted {
            return Err(refused(format!(
                "its {name} is {found}, but only {wanted} can be read"
            )));
        }
    }
    Ok(())
}

/// LightGBM numbers children as the compact form's plain arrays do: a leaf is `-1 - child`.
fn rebuild(section: &str) -> std::result::Result<Tree, String> {
    let fields = fields(section);
    if list::<u8>(&fields, "is_linear")?
        .first()
        .is_some_and(|&linear| linear != 0)
    {
        return Err("it has linear leaves, which cannot be read".to_owned());
    }
    let value: Vec<f64> = list(&fields, "leaf_value")?;
    if value.len() == 1 {
        return Ok(Tree {
            value,
            cover: vec![1.0],
            ..Tree::default()
        });
    }
    let thresholds: Vec<f64> = list(&fields, "threshold")?;
    let decisions: Vec<u8> = list(&fields, "decision_type")?;
    let counts: Vec<f64> = list(&fields, "leaf_count")?;
    let mut default_left = Vec::with_capacity(decisions.len());
    for (&decision, &threshold) in decisions.iter().zip(&thresholds) {
        if decision & CATEGORICAL != 0 {
            return Err("it splits on categories, which cannot be read yet".to_owned());
        }
        let left = match decision >> 2 & 3 {
            // A missing value counts as 0.
            MISSING_NONE => 0.0 <= threshold,
            MISSING_ZERO => {
                return Err("it takes zeros as missing, which cannot be read".to_owned());
            }
            _ => decision & DEFAULT_LEFT != 0,
        };
        default_left.push(u8::from(left));
    }
    Ok(Tree {
        feature: list(&fields, "split_feature")?,
        threshold: thresholds.into_iter().map(strict_threshold).collect(),
        default_left,
        left: list(&fields, "left_child")?,
        right: list(&fields, "right_child")?,
        value,
        cover: counts
            .into_iter()
            .map(|count| count.max(LEAST_COVER))
            .collect(),
    })
}

/// Gives the f32 that an f32 value is below just where it is no greater than the threshold.
fn strict_threshold(threshold: f64) -> f32 {
    // Encoded values keep well inside the range of f32.
    let nearest = threshold.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32;
    let largest_within = if f64::from(nearest) > threshold {
        nearest.next_down()
    } else {
        nearest
    };
    largest_within.next_up().clamp(f32::MIN, f32::MAX)
}

fn fields(section: &str) -> BTreeMap<&str, &str> {
    section
        .lines()
        .filter_map(|line| line.trim_end().split_once('='))
        .collect()
}

fn list<T: FromStr>(
    fields: &BTreeMap<&str, &str>,
    name: &str,
) -> std::result::Result<Vec<T>, String> {
    let text = fields
        .get(name)
        .ok_or_else(|| format!("it has no {name}"))?;
    let parse = |word: &str| {
        word.parse::<T>()
            .map_err(|_| format!("{name} holds {word:?}"))
    };
    text.split_whitespace().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::strict_threshold;

    #[test]
    fn an_f32_is_below_the_strict_threshold_just_where_it_is_no_greater_than_the_given_one() {
        for threshold in [
            0.0,
            -0.0,
            0.1,
            -0.1,
            1.5,
            -1.5,
            1e-35,
            -1e-35,
            1e-300,
            123_456.789,
            2.0f64.powi(24) + 1.0,
        ] {
            let near = threshold as f32;
            let values = [
                near,
                near.next_up(),
                near.next_down(),
                0.0,
                -0.0,
                1e38,
                -1e38,
            ];
            for value in values {
                let strict = strict_threshold(threshold);
                assert_eq!(
                    value < strict,
                    f64::from(value) <= threshold,
                    "{value:e} {threshold:e} {strict:e}"
                );
            }
        }
        assert!(1e38 < strict_threshold(1e300) && -1e38 >= strict_threshold(-1e300));
    }
}
