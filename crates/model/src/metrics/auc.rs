//! Area under the ROC curve, tie-aware, with DeLong's interval.

use super::normal::NORMAL_97_5;
use super::{class_sizes, tied_groups};

/// Gives the probability that a default scores above a good, ties counted half; 0.5 where a
/// class is absent.
pub fn auc(scores: &[f64], labels: &[u8]) -> f64 {
    let groups = tied_groups(scores, labels);
    let (goods, defaults) = class_sizes(&groups);
    if goods == 0.0 || defaults == 0.0 {
        return 0.5;
    }
    let (mut below, mut won) = (0.0, 0.0);
    for (group_goods, group_defaults) in groups {
        won += group_defaults * (below + group_goods / 2.0);
        below += group_goods;
    }
    won / (goods * defaults)
}

/// Gives `2 · auc − 1`.
pub fn gini(scores: &[f64], labels: &[u8]) -> f64 {
    2.0 * auc(scores, labels) - 1.0
}

/// Gives the standard error of the AUC; 0.5 where a class has fewer than two clients.
///
/// # Source
/// DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or more correlated
/// receiver operating characteristic curves", Biometrics 1988: the variance of the placements
/// of the two classes.
pub fn auc_standard_error(scores: &[f64], labels: &[u8]) -> f64 {
    let groups = tied_groups(scores, labels);
    let (goods, defaults) = class_sizes(&groups);
    if goods < 2.0 || defaults < 2.0 {
        return 0.5;
    }
    let area = auc(scores, labels);
    let (mut goods_below, mut defaults_below) = (0.0, 0.0);
    let (mut spread_of_defaults, mut spread_of_goods) = (0.0, 0.0);
    for (group_goods, group_defaults) in groups {
        let placement_of_default = (goods_below + group_goods / 2.0) / goods;
        let placement_of_good = 1.0 - (defaults_below + group_defaults / 2.0) / defaults;
        spread_of_defaults += group_defaults * (placement_of_default - area).powi(2);
        spread_of_goods += group_goods * (placement_of_good - area).powi(2);
        goods_below += group_goods;
        defaults_below += group_defaults;
    }
    let variance =
        spread_of_defaults / (defaults - 1.0) / defaults + spread_of_goods / (goods - 1.0) / goods;
    variance.sqrt()
}

/// Gives the 95 % interval of the AUC, kept within 0 and 1.
pub fn auc_interval(scores: &[f64], labels: &[u8]) -> [f64; 2] {
    let area = auc(scores, labels);
    let half = NORMAL_97_5 * auc_standard_error(scores, labels);
    [(area - half).max(0.0), (area + half).min(1.0)]
}

/// Gives each client's placement: of a default the share of goods below it, of a good the share
/// of defaults above it, ties counted half; both classes must have clients.
pub(super) fn placements(scores: &[f64], labels: &[u8]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let defaults = labels.iter().filter(|&&label| label == 1).count() as f64;
    let goods = labels.len() as f64 - defaults;
    let (mut goods_below, mut defaults_below) = (0.0, 0.0);
    let mut placements = vec![0.0; scores.len()];
    for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let of_default = tied.iter().filter(|&&row| labels[row] == 1).count() as f64;
        let of_good = tied.len() as f64 - of_default;
        for &row in tied {
            placements[row] = if labels[row] == 1 {
                (goods_below + of_good / 2.0) / goods
            } else {
                1.0 - (defaults_below + of_default / 2.0) / defaults
            };
        }
        goods_below += of_good;
        defaults_below += of_default;
    }
    placements
}
