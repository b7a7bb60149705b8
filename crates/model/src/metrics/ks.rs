//! Kolmogorov–Smirnov distance.

use super::{class_sizes, tied_groups};

/// Gives the largest distance between the two classes' score distributions; 0 where a class is
/// absent.
pub fn ks(scores: &[f64], labels: &[u8]) -> f64 {
    let groups = tied_groups(scores, labels);
    let (goods, defaults) = class_sizes(&groups);
    if goods == 0.0 || defaults == 0.0 {
        return 0.0;
    }
    let (mut goods_below, mut defaults_below, mut largest) = (0.0, 0.0, 0.0f64);
    for (group_goods, group_defaults) in groups {
        goods_below += group_goods;
        defaults_below += group_defaults;
        largest = largest.max((goods_below / goods - defaults_below / defaults).abs());
    }
    largest
}
