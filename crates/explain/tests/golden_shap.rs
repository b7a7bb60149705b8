//! Contributions against covers and against other rows, and interactions, of imported models against
//! those of Python's shap, with missing values and a category's columns.
//!
//! Golden numbers: tests/golden/shap_values.py (shap 0.51). Its kernel works in f64, but for values
//! against other rows, where its weights are f32 and round at 1e-7 of what is summed; the same values
//! summed over all coalitions in f64 are met to 1e-9.
#![allow(clippy::unwrap_used)]

use limpide_explain::TreeExplainer;
use limpide_model::Ensemble;
use serde::Deserialize;

type Table = Vec<Vec<Option<f64>>>;

#[derive(Deserialize)]
struct Golden {
    rows: Table,
    others: Table,
    xgboost: Explained,
    lightgbm: Explained,
    categories: Categories,
}

#[derive(Deserialize)]
struct Categories {
    rows: Table,
    others: Table,
    lightgbm: Explained,
    pred_contrib: Table,
}

#[derive(Deserialize)]
struct Explained {
    contributions: Table,
    interactions: Vec<Table>,
    against_others: Table,
    by_coalitions: Table,
}

fn golden_file(name: &str) -> String {
    let folder = env!("CARGO_MANIFEST_DIR");
    std::fs::read_to_string(format!("{folder}/../../tests/golden/{name}")).unwrap()
}

fn golden() -> Golden {
    serde_json::from_str(&golden_file("shap_values.json")).unwrap()
}

fn encoded(row: &[Option<f64>]) -> Vec<f32> {
    let values = row.iter();
    values
        .map(|value| value.map_or(f32::NAN, |value| value as f32))
        .collect()
}

/// The largest distance from golden rows; there is one at least, and each is as wide.
fn distance(found: impl Iterator<Item = Vec<f64>>, wanted: &Table) -> f64 {
    let mut largest = 0.0f64;
    let mut n_rows = 0;
    for (found, wanted) in found.zip(wanted) {
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            largest = largest.max((found - wanted.unwrap()).abs());
        }
        n_rows += 1;
    }
    assert!(n_rows == wanted.len() && n_rows > 0);
    largest
}

fn check(ensemble: &Ensemble, rows: &Table, others: &Table, wanted: &Explained) {
    let explainer = TreeExplainer::new(ensemble, rows[0].len());
    let rows = || rows.iter().map(|row| encoded(row));
    let many = explainer.many(&rows().collect::<Vec<_>>().concat(), rows().len());
    let many = many.chunks_exact(many.len() / rows().len());
    let off = distance(many.map(<[f64]>::to_vec), &wanted.contributions);
    assert!(off < 1e-9, "contributions are off by {off:e}");

    for (row, wanted) in rows().zip(&wanted.interactions) {
        let matrix = explainer.interactions(&row);
        let matrix = matrix.chunks_exact(row.len()).map(<[f64]>::to_vec);
        let off = distance(matrix, wanted);
        assert!(off < 1e-9, "interactions are off by {off:e}");
    }

    let n_others = others.len();
    let others: Vec<f32> = others.iter().flat_map(|row| encoded(row)).collect();
    let against = || rows().map(|row| explainer.against(&row, &others, n_others));
    let n_coalitions = wanted.by_coalitions.len();
    let off = distance(against().take(n_coalitions), &wanted.by_coalitions);
    assert!(off < 1e-9, "against others they are off by {off:e}");
    let off = distance(against(), &wanted.against_others);
    assert!(off < 1e-6, "against others they are off shap's by {off:e}");
}

#[test]
fn a_lightgbm_model_is_explained_as_shap_does() {
    let golden = golden();
    let ensemble = Ensemble::from_lightgbm_text(&golden_file("lightgbm_model.txt")).unwrap();
    check(&ensemble, &golden.rows, &golden.others, &golden.lightgbm);
}

#[test]
fn an_xgboost_model_is_explained_as_shap_does() {
    let golden = golden();
    let model = golden_file("xgboost_model.json");
    let ensemble = Ensemble::from_xgboost_json(model.as_bytes()).unwrap();
    check(&ensemble, &golden.rows, &golden.others, &golden.xgboost);
}

#[test]
fn a_categorys_columns_are_explained_as_shap_and_lightgbm_do() {
    let golden = golden().categories;
    let model = golden_file("lightgbm_categories_model.txt");
    let ensemble = Ensemble::from_lightgbm_text(&model).unwrap();
    check(&ensemble, &golden.rows, &golden.others, &golden.lightgbm);
    let explainer = TreeExplainer::new(&ensemble, golden.rows[0].len());
    let found = golden.rows.iter().map(|row| {
        let mut found = explainer.contributions(&encoded(row));
        found.push(explainer.base());
        found
    });
    let off = distance(found, &golden.pred_contrib);
    assert!(off < 1e-9, "off LightGBM's by {off:e}");
}
