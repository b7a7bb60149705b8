//! How well clients with a known outcome can be told from those without: where that is easy, what
//! was learned may not hold of new clients, and folds of known clients do not show it.

use limpide_model::metrics::auc;
use limpide_model::{Column, Encoder};

use crate::candidates::boosted::{Ground, Growing, Growth};
use crate::crossfit::Setting;
use crate::error::Result;
use crate::folds::stratified;
use crate::judge::mean;
use crate::random::derive;
use crate::selection::sample;

/// The seed's series that clients and folds are drawn from.
const ADVERSARIAL: usize = usize::MAX - 3;
/// Clients of either kind that are looked at, at most.
const MOST_ROWS: usize = 2_500;
const FOLDS: usize = 3;
/// Clients of either kind that are needed.
const FEWEST_ROWS: usize = 10;
/// Small trees, quickly grown.
const GROWTH: Growth = Growth {
    rounds: 100,
    eta: 0.1,
    depth: 3,
    min_child_weight: 10.0,
    lambda: 10.0,
    subsample: 0.7,
    columns_a_tree: 100,
    bins: 32,
};

/// Gives the AUC with which boosted trees tell the two kinds apart by the recipe's features, a
/// mean over folds that they have not seen; `None` where there are too few of either kind. No
/// outcome is read.
pub(crate) fn adversarial_auc(setting: &Setting<'_>) -> Result<Option<f64>> {
    let dataset = setting.dataset;
    let n_new = dataset.unlabelled.first().map_or(0, Column::len);
    if n_new.min(dataset.len()) < FEWEST_ROWS {
        return Ok(None);
    }
    let seed = |place: usize| derive(setting.seed, &[ADVERSARIAL, place]);
    let draw = |n: usize, place: usize| {
        let all: Vec<usize> = (0..n).collect();
        sample(&all, MOST_ROWS, seed(place))
    };
    let (known, new) = (draw(dataset.len(), 0), draw(n_new, 1));
    let pairs = dataset.columns.iter().zip(&dataset.unlabelled);
    let columns: Vec<Column> = pairs.map(|(a, b)| joined(a, &known, b, &new)).collect();
    let columns: Vec<&Column> = columns.iter().collect();
    let mut is_new = vec![0; known.len()];
    is_new.resize(known.len() + new.len(), 1);
    let fold_of = stratified(&is_new, FOLDS, seed(2));
    let mut areas = Vec::with_capacity(FOLDS);
    for fold in 0..FOLDS {
        setting.observer.check()?;
        let (judged, seen): (Vec<usize>, Vec<usize>) =
            (0..is_new.len()).partition(|&row| fold_of[row] == fold);
        let kinds = |rows: &[usize]| -> Vec<u8> { rows.iter().map(|&row| is_new[row]).collect() };
        let encoder = Encoder::fit(&columns, &seen);
        let width = encoder.width();
        if width == 0 {
            return Ok(None);
        }
        let growing = Growing {
            growth: GROWTH,
            seed: seed(3 + fold),
            threads: rayon::current_num_threads(),
            observer: setting.observer,
        };
        let trees = Ground::new(encoder.encode(&columns, &seen).into(), width)?
            .grow(&kinds(&seen), &growing)?
            .ensemble()?;
        let encoded = encoder.encode(&columns, &judged);
        let margins: Vec<f64> = encoded
            .chunks_exact(width)
            .map(|row| trees.margin(row))
            .collect();
        areas.push(auc(&margins, &kinds(&judged)));
    }
    Ok(Some(mean(areas.into_iter())))
}

/// Puts some values of one column behind some of another; both hold the same kind.
fn joined(first: &Column, from_first: &[usize], second: &Column, from_second: &[usize]) -> Column {
    match (first, second) {
        (Column::Numbers(a), Column::Numbers(b)) => Column::Numbers(
            (from_first.iter().map(|&row| a[row]))
                .chain(from_second.iter().map(|&row| b[row]))
                .collect(),
        ),
        (Column::Categories(a), Column::Categories(b)) => Column::Categories(
            (from_first.iter().map(|&row| a[row].clone()))
                .chain(from_second.iter().map(|&row| b[row].clone()))
                .collect(),
        ),
        // Datasets whose kinds differ are refused before.
        _ => Column::Numbers(vec![f64::NAN; from_first.len() + from_second.len()]),
    }
}

#[cfg(test)]
mod tests {
    use limpide_model::Dataset;

    use super::*;
    use crate::config::Effort;
    use crate::observer::Observer;
    use crate::random::SplitMix;

    /// Known and new clients of one number and one category, the new ones moved by so much.
    fn measured(moved: f64) -> Option<f64> {
        let mut random = SplitMix::new(4);
        let mut column = |from: f64| {
            let number = |_| from + random.draw() as f64 / u64::MAX as f64;
            Column::Numbers((0..400).map(number).collect())
        };
        let category = Column::Categories(vec![Some("a".to_owned()); 400]);
        let dataset = Dataset {
            clients: (0..400).collect(),
            columns: vec![column(0.0), category.clone()],
            unlabelled: vec![column(moved), category],
            ..Dataset::default()
        };
        adversarial_auc(&Setting {
            dataset: &dataset,
            seed: 3,
            effort: Effort::Standard,
            tuning: None,
            observer: &Observer::silent(),
        })
        .ok()?
    }

    #[test]
    fn clients_that_are_alike_are_not_told_apart_and_others_are() {
        let (same, moved) = (measured(0.0), measured(2.0));
        assert!(same.is_some_and(|auc| (auc - 0.5).abs() < 0.08), "{same:?}");
        assert!(moved.is_some_and(|auc| auc > 0.99), "{moved:?}");
    }
}
