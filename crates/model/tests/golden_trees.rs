//! Imported trees give the margins that their own programs give.
//! Golden numbers: tests/golden/contributions.py (XGBoost 3.2, LightGBM 4.7).
#![allow(clippy::unwrap_used)]

use limpide_model::{Ensemble, Error, Tree, TreeView};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Vec<Option<f64>>>,
    xgboost: XgboostGolden,
    lightgbm: LightgbmGolden,
}

#[derive(Deserialize)]
struct XgboostGolden {
    margins: Vec<f64>,
    reference_margins: Vec<f64>,
    reference_contribs: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct LightgbmGolden {
    margins: Vec<f64>,
    contribs: Vec<Vec<f64>>,
}

fn golden_file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn golden() -> Golden {
    serde_json::from_slice(&golden_file("contributions.json")).unwrap()
}

fn encoded(row: &[Option<f64>]) -> Vec<f32> {
    row.iter()
        .map(|value| value.map_or(f32::NAN, |value| value as f32))
        .collect()
}

fn assert_close(found: f64, wanted: f64, tolerance: f64, what: &str) {
    assert!(
        (found - wanted).abs() <= tolerance,
        "{what}: found {found}, wanted {wanted}"
    );
}

fn xgboost() -> Ensemble {
    Ensemble::from_xgboost_json(&golden_file("xgboost_model.json")).unwrap()
}

fn lightgbm() -> Ensemble {
    Ensemble::from_lightgbm_text(&String::from_utf8(golden_file("lightgbm_model.txt")).unwrap())
        .unwrap()
}

#[test]
fn xgboost_margins_agree_to_the_rounding_of_its_f32_sum() {
    let (golden, ensemble) = (golden(), xgboost());
    assert_eq!(ensemble.len(), 60);
    for (number, row) in golden.rows.iter().enumerate() {
        let margin = ensemble.margin(&encoded(row));
        assert_close(
            margin,
            golden.xgboost.margins[number],
            2e-6,
            "XGBoost's own f32 margin",
        );
        assert_close(
            margin,
            golden.xgboost.reference_margins[number],
            1e-12,
            "f64 reference",
        );
    }
}

#[test]
fn lightgbm_margins_are_equal_to_the_bit() {
    let (golden, ensemble) = (golden(), lightgbm());
    assert_eq!(ensemble.len(), 60);
    for (number, row) in golden.rows.iter().enumerate() {
        let margin = ensemble.margin(&encoded(row));
        assert_eq!(
            margin.to_bits(),
            golden.lightgbm.margins[number].to_bits(),
            "row {number}: found {margin}, LightGBM says {}",
            golden.lightgbm.margins[number]
        );
    }
}

#[test]
fn margins_of_many_rows_are_those_of_each_row_to_the_bit() {
    let golden = golden();
    let rows: Vec<Vec<f32>> = golden.rows.iter().map(|row| encoded(row)).collect();
    for ensemble in [xgboost(), lightgbm()] {
        let trees: Vec<_> = ensemble.trees().collect();
        // Numbers of rows and of trees that fill whole groups, and that do not.
        for (n_rows, n_trees) in [
            (35, 60),
            (200, 59),
            (64, 56),
            (7, 3),
            (1, 1),
            (0, 60),
            (9, 0),
        ] {
            let base = ensemble.base();
            let plain: Vec<Tree> = trees[..n_trees].iter().map(TreeView::plain).collect();
            let some = Ensemble::from_trees(base, &plain).unwrap();
            let encoded: Vec<f32> = rows
                .iter()
                .cycle()
                .take(n_rows)
                .flatten()
                .copied()
                .collect();
            let margins = some.margins(&encoded, n_rows);
            assert_eq!(margins.len(), n_rows);
            for (row, margin) in rows.iter().cycle().zip(margins) {
                let walked = trees[..n_trees].iter().map(|tree| walk(tree, row));
                let sum = walked.fold(base, |sum, value| sum + value);
                assert_eq!(margin.to_bits(), sum.to_bits());
                assert_eq!(some.margin(row).to_bits(), sum.to_bits());
            }
        }
    }
}

#[test]
fn trees_of_one_leaf_stand_among_others() {
    let leaf = |value| Tree {
        value: vec![value],
        cover: vec![1.0],
        ..Tree::default()
    };
    let stump = Tree {
        feature: vec![0],
        threshold: vec![1.0],
        default_left: vec![0],
        left: vec![-1],
        right: vec![-2],
        value: vec![0.25, 0.5],
        cover: vec![1.0, 3.0],
    };
    let trees: Vec<Tree> = (0..11)
        .map(|number| match number % 3 {
            1 => stump.clone(),
            _ => leaf(f64::from(number)),
        })
        .collect();
    let leaves: f64 = 0.0 + 2.0 + 3.0 + 5.0 + 6.0 + 8.0 + 9.0;
    let ensemble = Ensemble::from_trees(1.0, &trees).unwrap();
    assert_eq!(ensemble.margin(&[0.0]), 1.0 + leaves + 4.0 * 0.25);
    assert_eq!(ensemble.margin(&[f32::NAN]), 1.0 + leaves + 4.0 * 0.5);
    assert_eq!(ensemble.margins(&[0.0; 10], 10), [2.0 + leaves; 10]);
    assert_eq!(ensemble.expected_margin(), 1.0 + leaves + 4.0 * 0.4375);
    let lone = Ensemble::from_trees(0.5, &[leaf(2.0)]).unwrap();
    assert_eq!((lone.margin(&[]), lone.width()), (2.5, 0));
    assert_eq!(lone.margins(&[], 3), [2.5; 3]);
}

#[test]
fn expected_margins_are_the_base_values_of_the_contributions() {
    let golden = golden();
    let xgboost_base = *golden.xgboost.reference_contribs[0].last().unwrap();
    assert_close(
        xgboost().expected_margin(),
        xgboost_base,
        1e-12,
        "XGBoost base value",
    );
    let lightgbm_base = *golden.lightgbm.contribs[0].last().unwrap();
    assert_close(
        lightgbm().expected_margin(),
        lightgbm_base,
        1e-12,
        "LightGBM base value",
    );
}

#[test]
fn trees_survive_json_to_the_same_bits() {
    for ensemble in [xgboost(), lightgbm()] {
        let text = serde_json::to_string(&ensemble).unwrap();
        let back: Ensemble = serde_json::from_str(&text).unwrap();
        assert_eq!(back, ensemble);
        assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}

#[test]
fn views_walk_to_the_leaf_that_the_margin_adds() {
    let golden = golden();
    for ensemble in [xgboost(), lightgbm()] {
        for row in golden.rows.iter().map(|row| encoded(row)) {
            let sum: f64 = ensemble
                .trees()
                .map(|tree| walk(&tree, &row))
                .fold(ensemble.base(), |sum, value| sum + value);
            assert_eq!(sum, ensemble.margin(&row));
        }
    }
}

fn walk(tree: &TreeView<'_>, row: &[f32]) -> f64 {
    use limpide_model::NodeView;
    let mut node = 0;
    loop {
        match tree.node(node) {
            NodeView::Leaf { value } => return value,
            NodeView::Split { left, right, .. } => {
                assert!(left > node && right > node);
                assert_eq!(tree.cover(node), tree.cover(left) + tree.cover(right));
                node = if tree.goes_left(node, row) {
                    left
                } else {
                    right
                };
            }
        }
    }
}

#[test]
fn models_that_cannot_be_taken_over_are_refused_in_words() {
    let text = String::from_utf8(golden_file("xgboost_model.json")).unwrap();
    for (from, to, said) in [
        ("binary:logistic", "reg:squarederror", "reg:squarederror"),
        ("\"gbtree\"", "\"dart\"", "dart"),
        (
            "\"num_class\":\"0\"",
            "\"num_class\":\"3\"",
            "several outputs",
        ),
        (
            "\"left_children\":[1,",
            "\"left_children\":[0,",
            "out of place",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let error = Ensemble::from_xgboost_json(text.replace(from, to).as_bytes()).unwrap_err();
        assert!(
            matches!(error, Error::Import { .. }) && error.to_string().contains(said),
            "{error}"
        );
    }
    let text = String::from_utf8(golden_file("lightgbm_model.txt")).unwrap();
    for (from, to, said) in [
        (
            "objective=binary sigmoid:1",
            "objective=regression",
            "regression",
        ),
        ("decision_type=8", "decision_type=9", "categories"),
        ("decision_type=8", "decision_type=4", "zeros as missing"),
        ("is_linear=0", "is_linear=1", "linear leaves"),
        ("version=v4", "version=v5", "v5"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = Ensemble::from_lightgbm_text(&text.replace(from, to)).unwrap_err();
        assert!(
            matches!(error, Error::Import { .. }) && error.to_string().contains(said),
            "{error}"
        );
    }
}
