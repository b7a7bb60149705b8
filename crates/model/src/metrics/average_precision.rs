//! Average precision.

use super::{class_sizes, tied_groups};

/// Gives the mean precision over the steps of recall, clients of equal score taken together;
/// 0 where no one defaulted.
pub fn average_precision(scores: &[f64], labels: &[u8]) -> f64 {
    let groups = tied_groups(scores, labels);
    let (_, defaults) = class_sizes(&groups);
    if defaults == 0.0 {
        return 0.0;
    }
    let (mut taken, mut found, mut sum) = (0.0, 0.0, 0.0);
    for (group_goods, group_defaults) in groups.into_iter().rev() {
        taken += group_goods + group_defaults;
        found += group_defaults;
        sum += group_defaults * (found / taken);
    }
    sum / defaults
}
