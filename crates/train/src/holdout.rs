//! How the champion's learner does on clients who are not like those that it learned from: the
//! latest ones, and groups that it has never seen.

use std::collections::BTreeMap;

use limpide_model::metrics::{auc, auc_interval};
use limpide_model::{Holdout, HoldoutKind};

use crate::candidates::hyperparameters::Hyperparameters;
use crate::candidates::{Candidate, Training, fit_one};
use crate::config::TrainConfig;
use crate::crossfit::Setting;
use crate::error::Result;
use crate::judge::{Judged, mean};
use crate::prepare::{Prepared, Purpose};
use crate::random::{SplitMix, derive};

/// The seed's series that groups are drawn from.
const GROUPS: usize = usize::MAX - 2;
/// The share of clients that is held out.
const SHARE: f64 = 0.2;
/// The share of clients that is not exceeded by adding one more group.
const MOST_OF_GROUPS: f64 = 0.25;
/// Clients of each class that either side needs.
const FEWEST_OF_A_CLASS: usize = 2;

/// Names clients to be held out; all others but those of unknown time are trained on.
struct Split {
    kind: HoldoutKind,
    column: String,
    trained: Vec<usize>,
    judged: Vec<usize>,
}

/// Judges the learner on each holdout that the configuration names; one in which either side
/// lacks a class is left out.
pub(crate) fn holdouts(
    setting: &Setting<'_>,
    config: &TrainConfig,
    candidate: &Candidate,
    champion: &Judged,
) -> Result<Vec<Holdout>> {
    let labels = &setting.dataset.labels;
    let mut holdouts = Vec::new();
    for split in splits(config, labels.len()) {
        let has_both = |rows: &[usize]| {
            let defaults = rows.iter().filter(|&&row| labels[row] == 1).count();
            defaults.min(rows.len() - defaults) >= FEWEST_OF_A_CLASS
        };
        if has_both(&split.trained) && has_both(&split.judged) {
            holdouts.push(judge(setting, split, candidate, champion)?);
        }
    }
    Ok(holdouts)
}

fn judge(
    setting: &Setting<'_>,
    split: Split,
    candidate: &Candidate,
    champion: &Judged,
) -> Result<Holdout> {
    let labels = &setting.dataset.labels;
    let threads = rayon::current_num_threads();
    let prepared = Prepared::fit(setting, &split.trained, threads, Purpose::Judged)?;
    let seen: Vec<u8> = split.trained.iter().map(|&row| labels[row]).collect();
    let fitted = fit_one(
        &Training {
            encoded: prepared.training(),
            width: prepared.width(),
            columns: prepared.columns(),
            labels: &seen,
            weights: None,
            seed: derive(setting.seed, &[GROUPS, 0]),
            effort: setting.effort,
            // What was tuned on all clients has seen those held out.
            hyperparameters: Hyperparameters::defaults(seen.len(), setting.effort),
            threads,
            observer: setting.observer,
        },
        candidate,
    )?;
    let (width, encoded) = (prepared.width(), prepared.encode(&split.judged)?);
    let margins: Vec<f64> = (0..split.judged.len())
        .map(|place| {
            fitted
                .scorer
                .margin(&encoded[place * width..(place + 1) * width])
        })
        .collect();
    let truth: Vec<u8> = split.judged.iter().map(|&row| labels[row]).collect();
    let in_folds = champion.probabilities.iter().map(|repeat| {
        let of_judged: Vec<f64> = split.judged.iter().map(|&row| repeat[row]).collect();
        auc(&of_judged, &truth)
    });
    Ok(Holdout {
        kind: split.kind,
        column: split.column,
        trained_on: split.trained.len(),
        judged_on: split.judged.len(),
        defaults: truth.iter().filter(|&&label| label == 1).count(),
        auc: auc(&margins, &truth),
        auc_interval: auc_interval(&margins, &truth),
        auc_in_folds: mean(in_folds),
    })
}

fn splits(config: &TrainConfig, n: usize) -> Vec<Split> {
    let mut splits = Vec::new();
    if let Some(time) = &config.judging.time {
        let (trained, judged) = latest(&time.values);
        splits.push(Split {
            kind: HoldoutKind::Time,
            column: time.column.clone(),
            trained,
            judged,
        });
    }
    if let Some(group) = &config.judging.group {
        let held = drawn_groups(&group.values, derive(config.seed, &[GROUPS]));
        let (judged, trained) = (0..n).partition(|&row| held.contains(&group.values[row]));
        splits.push(Split {
            kind: HoldoutKind::Group,
            column: group.column.clone(),
            trained,
            judged,
        });
    }
    splits
}

/// Parts the clients into earlier and later ones; those of one moment stay together.
fn latest(times: &[f64]) -> (Vec<usize>, Vec<usize>) {
    let mut known: Vec<f64> = times
        .iter()
        .copied()
        .filter(|time| !time.is_nan())
        .collect();
    known.sort_by(f64::total_cmp);
    let from = known.len() - (known.len() as f64 * SHARE).round() as usize;
    let Some(&first) = known.get(from) else {
        return (Vec::new(), Vec::new());
    };
    let rows = |wanted: &dyn Fn(f64) -> bool| -> Vec<usize> {
        (0..times.len()).filter(|&row| wanted(times[row])).collect()
    };
    (rows(&|time| time < first), rows(&|time| time >= first))
}

/// Draws groups until about a fifth of the clients is in them; where each is too large for that,
/// the smallest.
fn drawn_groups(groups: &[Option<String>], seed: u64) -> Vec<Option<String>> {
    let mut sizes: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    for group in groups {
        *sizes.entry(group).or_default() += 1;
    }
    let mut order: Vec<(&Option<String>, usize)> = sizes.into_iter().collect();
    let smallest = order.iter().min_by_key(|(_, size)| *size).copied();
    SplitMix::new(seed).shuffle(&mut order);
    let n = groups.len() as f64;
    let (mut held, mut count) = (Vec::new(), 0);
    for (group, size) in order {
        let is_enough = count as f64 >= n * SHARE;
        if !is_enough && (count + size) as f64 <= n * MOST_OF_GROUPS {
            held.push(group.clone());
            count += size;
        }
    }
    if held.is_empty() {
        held.extend(smallest.map(|(group, _)| group.clone()));
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_fifth_is_judged_and_clients_of_one_moment_stay_together() {
        let times = [5.0, 1.0, f64::NAN, 9.0, 2.0, 9.0, 3.0, 4.0, 6.0, 7.0, 9.0];
        let (trained, judged) = latest(&times);
        assert_eq!(judged, [3, 5, 10]);
        assert_eq!(trained, [0, 1, 4, 6, 7, 8, 9]);
        assert_eq!(latest(&[f64::NAN; 3]), (vec![], vec![]));
    }

    #[test]
    fn whole_groups_are_held_out_and_about_a_fifth_of_the_clients() {
        let groups: Vec<Option<String>> = (0..1000)
            .map(|row| (row % 7 > 0).then(|| format!("g{}", row % 31)))
            .collect();
        for seed in 0..20 {
            let held = drawn_groups(&groups, seed);
            let count = groups.iter().filter(|group| held.contains(group)).count();
            assert!((150..=250).contains(&count), "{count}");
        }
        let two: Vec<Option<String>> = (0..10)
            .map(|row| Some(if row < 4 { "small" } else { "large" }.to_owned()))
            .collect();
        assert_eq!(drawn_groups(&two, 1), [Some("small".to_owned())]);
    }
}
