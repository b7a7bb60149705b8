//! What is usual in groups of training clients. No label is looked at.

use std::collections::BTreeMap;

use limpide_model::learned::declared::DeclaredGroups;
use limpide_model::learned::groups::{Compared, Group, Groups, Key, Usual};
use limpide_model::learned::{DatasetRow, Row};
use limpide_model::{Dataset, Kind};

use crate::error::Result;

/// Measures the groups of the given rows.
pub(super) fn fit(dataset: &Dataset, declared: &DeclaredGroups, rows: &[usize]) -> Result<Groups> {
    let mut groups = Groups {
        keys: Vec::new(),
        numbers: Vec::new(),
        levels: Vec::new(),
    };
    for key in &declared.by {
        let kind = match key.bands.is_empty() {
            true => Kind::Category,
            false => Kind::Number,
        };
        groups.keys.push(Key {
            feature: super::place(dataset, &key.feature, kind)?,
            bands: key.bands.clone(),
        });
    }
    for number in &declared.numbers {
        groups.numbers.push(Compared {
            feature: super::place(dataset, &number.input, Kind::Number)?,
            relations: number
                .outputs
                .iter()
                .map(|&(relation, _)| relation)
                .collect(),
        });
    }
    let mut members: BTreeMap<Vec<Option<String>>, Vec<usize>> = BTreeMap::new();
    for &row in rows {
        let at = DatasetRow { dataset, row };
        let key = groups.keys.iter().map(|key| key.part(&at)).collect();
        members.entry(key).or_default().push(row);
    }
    for depth in 0..=groups.keys.len() {
        let mut wider: BTreeMap<&[Option<String>], Vec<usize>> = BTreeMap::new();
        for (key, rows) in &members {
            wider.entry(&key[..depth]).or_default().extend(rows);
        }
        let measured = wider.into_iter().map(|(key, rows)| Group {
            key: key.to_vec(),
            usual: groups
                .numbers
                .iter()
                .map(|number| usual(dataset, number.feature, &rows, declared.least))
                .collect(),
        });
        let speaks = |group: &Group| group.usual.iter().any(Option::is_some);
        let level = measured.filter(speaks).collect();
        groups.levels.push(level);
    }
    Ok(groups)
}

/// Measures one number over some rows; `None` where too few are known.
fn usual(dataset: &Dataset, feature: usize, rows: &[usize], least: usize) -> Option<Usual> {
    let numbers = rows
        .iter()
        .map(|&row| DatasetRow { dataset, row }.number(feature));
    let mut known: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    if known.len() < least.max(2) {
        return None;
    }
    known.sort_by(f64::total_cmp);
    let n = known.len() as f64;
    let mean = known.iter().sum::<f64>() / n;
    let squares = known.iter().map(|number| (number - mean).powi(2));
    Some(Usual {
        median: median(&known),
        deviation: (squares.sum::<f64>() / (n - 1.0)).sqrt(),
    })
}

/// Gives the median of sorted numbers, of which there is at least one.
pub(super) fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        (sorted[middle - 1] + sorted[middle]) / 2.0
    } else {
        sorted[middle]
    }
}
