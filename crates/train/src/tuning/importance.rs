//! How much each hyperparameter mattered.

use super::space::Hyperparameter;
use super::trial::Trial;

/// Trials that a group has at least.
const A_GROUP: usize = 5;
/// Groups at most.
const GROUPS: usize = 4;

/// Gives for each hyperparameter the share of the gains' variance that it explains alone, 0 to
/// 1; all 0 where trials are too few to tell.
///
/// Trials are put into groups of equal size by rising value, those of one value together. The
/// share is that between the groups, less what chance would give. It tells of the places that
/// were tried, and the search tries good places more often than others.
///
/// # Source
/// Main effects as in Hutter, Hoos and Leyton-Brown, "An efficient approach for assessing
/// hyperparameter importance", ICML 2014, section 3, on the trials themselves instead of a
/// forest's predictions; ε² of Kelley, "An unbiased correlation ratio measure", 1935.
pub(super) fn importance(space: &[Hyperparameter], trials: &[Trial], gains: &[f64]) -> Vec<f64> {
    let explained = |dimension: usize| {
        let values = trials.iter().map(|trial| trial.point[dimension]);
        explained(values.zip(gains.iter().copied()).collect())
    };
    (0..space.len()).map(explained).collect()
}

/// Gives the adjusted share of the variance of the second numbers that groups by the first
/// explain.
fn explained(mut pairs: Vec<(f64, f64)>) -> f64 {
    let n = pairs.len();
    let wanted = (n / A_GROUP).min(GROUPS);
    if wanted < 2 {
        return 0.0;
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mean =
        |pairs: &[(f64, f64)]| pairs.iter().map(|pair| pair.1).sum::<f64>() / pairs.len() as f64;
    let overall = mean(&pairs);
    let total: f64 = pairs.iter().map(|pair| (pair.1 - overall).powi(2)).sum();
    let (mut between, mut n_groups, mut start) = (0.0, 0, 0);
    for group in 1..=wanted {
        let mut end = (n * group / wanted).max(start);
        while end > start && end < n && pairs[end].0 == pairs[end - 1].0 {
            end += 1;
        }
        if end > start {
            between += (end - start) as f64 * (mean(&pairs[start..end]) - overall).powi(2);
            n_groups += 1;
            start = end;
        }
    }
    if total <= 0.0 || n_groups < 2 || n <= n_groups {
        return 0.0;
    }
    let within = (total - between) / (n - n_groups) as f64;
    ((between - (n_groups - 1) as f64 * within) / total).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix;

    #[test]
    fn what_makes_the_gain_explains_it_and_what_does_not_explains_nothing() {
        let mut random = SplitMix::new(5);
        let mut draw = || random.below(1_000_000) as f64;
        let drawn: Vec<(f64, f64)> = (0..200).map(|_| (draw(), draw())).collect();
        let told = drawn.iter().map(|pair| (pair.0, 2.0 * pair.0)).collect();
        let (told, untold) = (explained(told), explained(drawn));
        assert!(told > 0.9 && untold < 0.05, "{told} {untold}");
    }

    #[test]
    fn constants_and_few_trials_explain_nothing() {
        assert_eq!(
            explained((0..40).map(|n| (1.0, f64::from(n))).collect()),
            0.0
        );
        assert_eq!(
            explained((0..40).map(|n| (f64::from(n), 1.0)).collect()),
            0.0
        );
        assert_eq!(
            explained((0..9).map(|n| (f64::from(n), f64::from(n))).collect()),
            0.0
        );
    }
}
