//! Contributions, against covers and against other rows, and interactions, held against Shapley's own
//! formulas, summed over all coalitions.
//!
//! Over trees of a few leaves of size 1/2 both sides round at 1e-15 or so, and sums of thousands of
//! coalitions at less than 1e-12.
#![allow(clippy::unwrap_used)]

mod forest;

use forest::{Random, random_tree};
use limpide_explain::TreeExplainer;
use limpide_model::{Ensemble, NodeView, Tree, TreeView};

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

/// What every set of known columns is worth, each a bit of its place.
fn worths(ensemble: &Ensemble, row: &[f32]) -> Vec<f64> {
    let worth_of = |known| {
        let trees = ensemble.trees();
        let sum: f64 = trees.map(|tree| worth(tree, 0, row, known)).sum();
        ensemble.base() + sum
    };
    (0..1u32 << row.len()).map(worth_of).collect()
}

/// The same where unknown columns hold another row's values.
fn worths_against(ensemble: &Ensemble, row: &[f32], other: &[f32]) -> Vec<f64> {
    let mix = |known: u32| -> Vec<f32> {
        let columns = row.iter().zip(other).enumerate();
        columns
            .map(|(column, (&own, &others))| {
                if known & (1 << column) != 0 {
                    own
                } else {
                    others
                }
            })
            .collect()
    };
    (0..1u32 << row.len())
        .map(|known| ensemble.margin(&mix(known)))
        .collect()
}

fn factorial(n: usize) -> f64 {
    (1..=n).map(|k| k as f64).product()
}

/// Shapley's values of a game.
fn shapley(worths: &[f64], columns: usize) -> Vec<f64> {
    let mut values = vec![0.0; columns];
    for (column, value) in values.iter_mut().enumerate() {
        for without in (0..1usize << columns).filter(|set| set & (1 << column) == 0) {
            let size = without.count_ones() as usize;
            let weight = factorial(size) * factorial(columns - size - 1) / factorial(columns);
            *value += weight * (worths[without | 1 << column] - worths[without]);
        }
    }
    values
}

/// Grabisch and Roubens's interaction index of two columns.
fn interaction(worths: &[f64], columns: usize, one: usize, other: usize) -> f64 {
    let both = 1 << one | 1 << other;
    let mut index = 0.0;
    for without in (0..1usize << columns).filter(|set| set & both == 0) {
        let size = without.count_ones() as usize;
        let weight = factorial(size) * factorial(columns - size - 2) / factorial(columns - 1);
        let together = worths[without | both] + worths[without];
        index += weight * (together - worths[without | 1 << one] - worths[without | 1 << other]);
    }
    index
}

fn close(found: f64, exact: f64, what: &str) {
    assert!(
        (found - exact).abs() < 1e-12,
        "{what}: {found}, by coalitions {exact}"
    );
}

fn check(columns: usize, splits: usize, missing: f64, seed: u64) {
    let mut random = Random::new(seed);
    let trees: Vec<_> = (0..4)
        .map(|_| random_tree(&mut random, columns, splits))
        .collect();
    let ensemble = Ensemble::from_trees(-1.25, &trees).unwrap();
    let explainer = TreeExplainer::new(&ensemble, columns);
    for _ in 0..3 {
        let row = random_row(&mut random, columns, missing);
        let worths = worths(&ensemble, &row);
        close(explainer.base(), worths[0], &format!("base; seed {seed}"));
        let exact = shapley(&worths, columns);
        for (column, found) in explainer.contributions(&row).into_iter().enumerate() {
            close(
                found,
                exact[column],
                &format!("column {column}; seed {seed}"),
            );
        }
        let pairs = explainer.interactions(&row);
        for one in 0..columns {
            let sum = pairs[one * columns..][..columns].iter().sum();
            close(
                sum,
                exact[one],
                &format!("row {one} of interactions; seed {seed}"),
            );
            for other in (0..columns).filter(|&other| other != one) {
                let half = interaction(&worths, columns, one, other) / 2.0;
                let what = format!("columns {one} and {other}; seed {seed}");
                close(pairs[one * columns + other], half, &what);
            }
        }

        let others: Vec<_> = (0..3)
            .map(|_| random_row(&mut random, columns, missing))
            .collect();
        let found = explainer.against(&row, &others.concat(), others.len());
        let mut exact = vec![0.0; columns];
        for other in &others {
            let worths = worths_against(&ensemble, &row, other);
            for (sum, value) in exact.iter_mut().zip(shapley(&worths, columns)) {
                *sum += value / others.len() as f64;
            }
        }
        for (column, (found, exact)) in found.into_iter().zip(exact).enumerate() {
            close(
                found,
                exact,
                &format!("column {column} against others; seed {seed}"),
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
fn paths_of_up_to_ten_columns_take_up_to_five_points() {
    for seed in 300..303 {
        check(10, 40, 0.1, seed);
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

/// The deepest tree that there is: every split has a leaf on its left.
fn chain(columns: &[u32], cover: impl Fn(usize) -> f64, random: &mut Random) -> Tree {
    let splits = columns.len() as i32;
    Tree {
        feature: columns.to_vec(),
        threshold: columns
            .iter()
            .map(|_| 2.0 * random.unit() as f32 - 1.0)
            .collect(),
        default_left: columns.iter().map(|_| (random.next() & 1) as u8).collect(),
        left: (0..splits).map(|leaf| -1 - leaf).collect(),
        right: (1..splits).chain([-1 - splits]).collect(),
        value: (0..=splits).map(|_| random.unit() - 0.5).collect(),
        cover: (0..=columns.len()).map(cover).collect(),
    }
}

/// Everything that is said of some rows is finite and adds up, together as one by one.
fn check_sums(ensemble: &Ensemble, columns: usize, random: &mut Random) {
    let explainer = TreeExplainer::new(ensemble, columns);
    let rows: Vec<_> = (0..20)
        .map(|number| random_row(random, columns, 0.02 * f64::from(number)))
        .collect();
    let many = explainer.many(&rows.concat(), rows.len());
    let adds_up = |found: &[f64], base: f64, margin: f64, what: &str| {
        let sum = base + found.iter().sum::<f64>();
        assert!((sum - margin).abs() < 1e-11, "{what}: {sum} for {margin}");
    };
    for (row, together) in rows.iter().zip(many.chunks_exact(columns)) {
        let margin = ensemble.margin(row);
        let found = explainer.contributions(row);
        assert_eq!(found, together);
        adds_up(&found, explainer.base(), margin, "contributions");
        let pairs = explainer.interactions(row);
        adds_up(&pairs, explainer.base(), margin, "interactions");
        let base = ensemble.margin(&rows[0]);
        adds_up(
            &explainer.against(row, &rows[0], 1),
            base,
            margin,
            "against a row",
        );
    }
}

#[test]
fn degenerate_trees_stay_finite_and_add_up() {
    let mut random = Random::new(5);
    let all: Vec<u32> = (0..60).collect();
    let few: Vec<u32> = (0..60).map(|split| split % 7).collect();
    let one = vec![0; 60];
    let covers: [fn(usize) -> f64; 4] = [
        |leaf| 1.0 + leaf as f64,
        // As imported where no row was counted.
        |_| 1e-16,
        |leaf| if leaf % 2 == 0 { 1e-300 } else { 1e9 },
        |leaf| 10f64.powi(3 * leaf as i32 - 90),
    ];
    for columns in [all, few, one] {
        for cover in covers {
            let trees = [(); 3].map(|()| chain(&columns, cover, &mut random));
            let ensemble = Ensemble::from_trees(0.25, &trees).unwrap();
            check_sums(&ensemble, 60, &mut random);
        }
    }
}

#[test]
fn a_chain_of_thousands_of_splits_is_walked_without_recursion() {
    let mut random = Random::new(6);
    let columns: Vec<u32> = (0..20_000).map(|split| split % 40).collect();
    let tree = chain(&columns, |_| 1.0, &mut random);
    let ensemble = Ensemble::from_trees(0.0, &[tree]).unwrap();
    let explainer = TreeExplainer::new(&ensemble, 40);
    let row = random_row(&mut random, 40, 0.1);
    let sum = explainer.base() + explainer.contributions(&row).iter().sum::<f64>();
    assert!((sum - ensemble.margin(&row)).abs() < 1e-9);
}

#[test]
fn many_rows_contributions_are_each_rows_to_the_bit() {
    let mut random = Random::new(9);
    for columns in [1, 5, 40] {
        let trees: Vec<_> = (0..20)
            .map(|_| {
                let splits = random.below(70);
                random_tree(&mut random, columns, splits)
            })
            .collect();
        let ensemble = Ensemble::from_trees(0.5, &trees).unwrap();
        let explainer = TreeExplainer::new(&ensemble, columns);
        for n_rows in [0, 1, 2, 7, 8, 9, 33, 70] {
            let rows: Vec<_> = (0..n_rows)
                .map(|_| random_row(&mut random, columns, 0.2))
                .collect();
            let each: Vec<_> = rows
                .iter()
                .map(|row| explainer.contributions(row))
                .collect();
            let bits =
                |numbers: Vec<f64>| numbers.into_iter().map(f64::to_bits).collect::<Vec<_>>();
            let many = explainer.many(&rows.concat(), n_rows);
            assert_eq!(
                bits(many),
                bits(each.concat()),
                "{n_rows} rows of {columns}"
            );
        }
    }
}
