//! Contributions of imported models against those that LightGBM and XGBoost give themselves.
//!
//! Golden numbers: tests/golden/contributions.py (XGBoost 3.2, LightGBM 4.7). LightGBM works in f64.
//! XGBoost works in f32, and its inner covers are not the sums of their leaves': its own numbers are
//! met to f32's rounding over 60 trees, and the same game worked out in f64 to 1e-9.
#![allow(clippy::unwrap_used)]

use limpide_explain::TreeExplainer;
use limpide_model::Ensemble;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    rows: Vec<Vec<Option<f64>>>,
    xgboost: Xgboost,
    lightgbm: Lightgbm,
}

#[derive(Deserialize)]
struct Xgboost {
    pred_contribs: Vec<Vec<f64>>,
    reference_contribs: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Lightgbm {
    contribs: Vec<Vec<f64>>,
}

fn golden_file(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/../../tests/golden/{name}",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

fn golden() -> Golden {
    serde_json::from_slice(&golden_file("contributions.json")).unwrap()
}

/// The largest distance from golden rows of contributions that end with the base.
fn distance(ensemble: &Ensemble, golden: &[Vec<Option<f64>>], wanted: &[Vec<f64>]) -> f64 {
    let explainer = TreeExplainer::new(ensemble, golden[0].len());
    let mut largest = 0.0f64;
    for (row, wanted) in golden.iter().zip(wanted) {
        let row: Vec<f32> = row
            .iter()
            .map(|value| value.map_or(f32::NAN, |value| value as f32))
            .collect();
        let mut found = explainer.contributions(&row);
        found.push(explainer.base());
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            largest = largest.max((found - wanted).abs());
        }
    }
    largest
}

#[test]
fn equal_to_lightgbm_pred_contrib() {
    let golden = golden();
    let text = String::from_utf8(golden_file("lightgbm_model.txt")).unwrap();
    let ensemble = Ensemble::from_lightgbm_text(&text).unwrap();
    let distance = distance(&ensemble, &golden.rows, &golden.lightgbm.contribs);
    assert!(distance < 1e-9, "off by {distance:e}");
}

#[test]
fn equal_to_the_definition_on_xgboost_trees() {
    let golden = golden();
    let ensemble = Ensemble::from_xgboost_json(&golden_file("xgboost_model.json")).unwrap();
    let distance = distance(&ensemble, &golden.rows, &golden.xgboost.reference_contribs);
    assert!(distance < 1e-9, "off by {distance:e}");
}

#[test]
fn near_xgboost_pred_contribs_to_the_rounding_of_its_f32() {
    let golden = golden();
    let ensemble = Ensemble::from_xgboost_json(&golden_file("xgboost_model.json")).unwrap();
    let distance = distance(&ensemble, &golden.rows, &golden.xgboost.pred_contribs);
    assert!(distance < 2e-5, "off by {distance:e}");
}
