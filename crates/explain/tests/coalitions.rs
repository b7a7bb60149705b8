//! Contributions against Shapley's own formula, summed over all coalitions.
#![allow(clippy::unwrap_used)]

mod forest;

use forest::{Random, random_tree};
use limpide_explain::TreeExplainer;
use limpide_model::{Ensemble, NodeView, TreeView};

/// Draws a row; each value is missing with the given probability.
fn random_row(random: &mut Random, columns: usize, missing: f64) -> Vec<f32> {
    (0..columns)
        .map(|_| {
            if random.unit() < missing {
                f32::NAN
            } else {
                (4.0 * random.unit() - 2.0) as f32
            }
        })
        .collect()
}

/// Expected value of a tree where only the columns in `known` are known.
fn worth(tree: TreeView<'_>, node: usize, row: &[f32], known: u32) -> f64 {
    match tree.node(node) {
        NodeView::Leaf { value } => value,
        NodeView::Split {
            feature,
            left,
            right,
            ..
        } if known & (1 << feature) != 0 => worth(
            tree,
            if tree.goes_left(node, row) {
                left
            } else {
                right
            },
            row,
            known,
        ),
        NodeView::Split { left, right, .. } => {
            let side =
                |child| worth(tree, child, row, known) * tree.cover(child) / tree.cover(node);
            side(left) + side(right)
        }
    }
}

fn by_coalitions(ensemble: &Ensemble, row: &[f32]) -> (f64, Vec<f64>) {
    let columns = row.len();
    let worths: Vec<f64> = (0..1u32 << columns)
        .map(|known| {
            ensemble
                .trees()
                .map(|tree| worth(tree, 0, row, known))
                .sum()
        })
        .collect();
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    let mut contributions = vec![0.0; columns];
    for (column, contribution) in contributions.iter_mut().enumerate() {
        for without in (0..1usize << columns).filter(|set| set & (1 << column) == 0) {
            let size = without.count_ones() as usize;
            let weight = factorial(size) * factorial(columns - size - 1) / factorial(columns);
            *contribution += weight * (worths[without | 1 << column] - worths[without]);
        }
    }
    (ensemble.base() + worths[0], contributions)
}

fn check(columns: usize, splits: usize, missing: f64, seed: u64) {
    let mut random = Random::new(seed);
    let trees: Vec<_> = (0..4)
        .map(|_| random_tree(&mut random, columns, splits))
        .collect();
    let ensemble = Ensemble::from_trees(-1.25, &trees).unwrap();
    let explainer = TreeExplainer::new(&ensemble, columns);
    for _ in 0..4 {
        let row = random_row(&mut random, columns, missing);
        let (base, exact) = by_coalitions(&ensemble, &row);
        assert!((explainer.base() - base).abs() < 1e-12);
        for (column, (found, exact)) in explainer.contributions(&row).iter().zip(&exact).enumerate()
        {
            assert!(
                (found - exact).abs() < 1e-10,
                "column {column}: {found}, by coalitions {exact}; seed {seed}"
            );
        }
    }
}

#[test]
fn equal_to_the_sum_over_all_coalitions() {
    for seed in 0..60 {
        check(1 + seed as usize % 8, 1 + seed as usize % 12, 0.0, seed);
    }
}

#[test]
fn missing_values_take_the_default_side() {
    for seed in 100..160 {
        check(1 + seed as usize % 8, 1 + seed as usize % 12, 0.4, seed);
    }
}

#[test]
fn columns_repeated_on_a_path_enter_once() {
    for seed in 200..240 {
        check(2, 20, 0.2, seed);
        check(1, 9, 0.2, seed);
    }
}

#[test]
fn paths_of_more_than_eight_columns_take_more_points() {
    for seed in 300..304 {
        check(12, 40, 0.1, seed);
    }
}

#[test]
fn a_tree_of_one_leaf_adds_to_the_base_only() {
    let mut random = Random::new(7);
    let ensemble = Ensemble::from_trees(0.5, &[random_tree(&mut random, 3, 0)]).unwrap();
    let explainer = TreeExplainer::new(&ensemble, 3);
    assert_eq!(explainer.contributions(&[1.0, 2.0, 3.0]), [0.0; 3]);
    assert!((explainer.base() - ensemble.margin(&[0.0; 3])).abs() < 1e-15);
}

#[test]
fn base_and_contributions_are_the_margin_of_any_ensemble() {
    for seed in 0..200 {
        let mut random = Random::new(1_000 + seed);
        let columns = 1 + random.below(60);
        let trees: Vec<_> = (0..1 + random.below(40))
            .map(|_| {
                let splits = random.below(64);
                random_tree(&mut random, columns, splits)
            })
            .collect();
        let ensemble = Ensemble::from_trees(random.unit() - 0.5, &trees).unwrap();
        let explainer = TreeExplainer::new(&ensemble, columns);
        assert!((explainer.base() - ensemble.expected_margin()).abs() < 1e-11);
        for _ in 0..5 {
            let row = random_row(&mut random, columns, 0.3);
            let sum = explainer.base() + explainer.contributions(&row).iter().sum::<f64>();
            let margin = ensemble.margin(&row);
            assert!(
                (sum - margin).abs() < 1e-11,
                "{sum} for {margin}; seed {seed}"
            );
        }
    }
}

#[test]
fn a_chain_of_a_hundred_columns_still_adds_up() {
    // The deepest tree that there is: every split has a leaf on its left.
    let splits = 100;
    let mut random = Random::new(5);
    let tree = limpide_model::Tree {
        feature: (0..splits).collect(),
        threshold: vec![0.0; splits as usize],
        default_left: vec![0; splits as usize],
        left: (0..splits as i32).map(|leaf| -1 - leaf).collect(),
        right: (1..=splits as i32)
            .map(|next| {
                if next < splits as i32 {
                    next
                } else {
                    -1 - next
                }
            })
            .collect(),
        value: (0..=splits).map(|_| random.unit() - 0.5).collect(),
        cover: (0..=splits).map(|_| 1.0 + 100.0 * random.unit()).collect(),
    };
    let ensemble = Ensemble::from_trees(0.0, &[tree]).unwrap();
    let explainer = TreeExplainer::new(&ensemble, splits as usize);
    for _ in 0..20 {
        let row: Vec<f32> = (0..splits)
            .map(|_| if random.unit() < 0.02 { -1.0 } else { 1.0 })
            .collect();
        let sum = explainer.base() + explainer.contributions(&row).iter().sum::<f64>();
        assert!((sum - ensemble.margin(&row)).abs() < 1e-12);
    }
}
