//! A model's trees as XGBoost's JSON, which XGBoost loads in Python, R, Java, Spark and C.
//!
//! Only sums of trees can be written so: trees, blends of trees, and the dummy, which is none.
//! XGBoost holds leaves and thresholds as f32, so its margins agree with ours to the rounding of
//! an f32 sum. A row is the encoded row: one number a column, NaN where missing, one column a
//! category.
//!
//! # Source
//! XGBoost's JSON schema, <https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html>.

use serde_json::{Value, json};

use crate::bundle::Bundle;
use crate::calibration::{Calibration, sigmoid};
use crate::error::{Error, Result};
use crate::scorer::Scorer;
use crate::trees::{Ensemble, NodeView, TreeView};

/// The parent of a tree's root.
const NO_PARENT: i64 = i32::MAX as i64;
/// What XGBoost does not take in the name of a column.
const REFUSED: [char; 3] = ['[', ']', '<'];

/// Holds an exported model.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// The JSON that XGBoost loads.
    pub json: Vec<u8>,
    /// Whether XGBoost's probability is the calibrated one. Where it is not, the calibration is no
    /// straight line in log-odds: XGBoost's margin is the bundle's, and the calibration stands
    /// under the attribute `limpide_calibration`.
    pub is_calibrated: bool,
}

/// Writes a bundle's scorer, and its calibration where that is a straight line in log-odds.
///
/// # Errors
/// [`Error::Export`] where the scorer is no sum of trees.
pub fn bundle(bundle: &Bundle) -> Result<Exported> {
    let (slope, intercept) = match bundle.calibration {
        Calibration::Identity => (1.0, 0.0),
        Calibration::Platt { slope, intercept } => (slope, intercept),
        _ => (1.0, 0.0),
    };
    let is_calibrated = matches!(
        bundle.calibration,
        Calibration::Identity | Calibration::Platt { .. }
    );
    let names = bundle.encoder.names(&bundle.features);
    let mut attributes = json!({
        "limpide_model": bundle.hash()?,
        "limpide_threshold": bundle.policy.threshold.to_string(),
    });
    if !is_calibrated {
        let calibration = serde_json::to_string(&bundle.calibration).map_err(damaged)?;
        attributes["limpide_calibration"] = Value::String(calibration);
    }
    let json = write(&bundle.scorer, &names, slope, intercept, &attributes)?;
    Ok(Exported {
        json,
        is_calibrated,
    })
}

/// Writes a scorer over columns of these names, in their order; XGBoost's margin is the scorer's.
///
/// # Errors
/// [`Error::Export`] where the scorer is no sum of trees.
pub fn scorer(scorer: &Scorer, names: &[String]) -> Result<Vec<u8>> {
    write(scorer, names, 1.0, 0.0, &json!({}))
}

fn write(
    scorer: &Scorer,
    names: &[String],
    slope: f64,
    intercept: f64,
    attributes: &Value,
) -> Result<Vec<u8>> {
    let mut parts = Vec::new();
    let mut base = intercept;
    collect(scorer, slope, &mut parts, &mut base)?;
    let mut trees = Vec::new();
    for (ensemble, weight) in parts {
        for tree in ensemble.trees() {
            trees.push(saved(&tree, weight, trees.len(), names.len()));
        }
    }
    let n_trees = trees.len();
    let names: Vec<String> = names
        .iter()
        .map(|name| name.replace(REFUSED, "_"))
        .collect();
    let json = json!({
        "learner": {
            "attributes": attributes,
            "feature_names": names,
            "feature_types": vec!["float"; names.len()],
            "gradient_booster": {
                "model": {
                    "gbtree_model_param": {
                        "num_parallel_tree": "1",
                        "num_trees": n_trees.to_string(),
                    },
                    "iteration_indptr": (0..=n_trees).collect::<Vec<_>>(),
                    "tree_info": vec![0; n_trees],
                    "trees": trees,
                },
                "name": "gbtree",
            },
            "learner_model_param": {
                // XGBoost keeps it as an f32; nine digits give each of them back.
                "base_score": format!("{:.9E}", sigmoid(base)),
                "boost_from_average": "0",
                "num_class": "0",
                "num_feature": names.len().to_string(),
                "num_target": "1",
            },
            "objective": {
                "name": "binary:logistic",
                "reg_loss_param": {"scale_pos_weight": "1"},
            },
        },
        "version": [2, 1, 0],
    });
    serde_json::to_vec(&json).map_err(damaged)
}

/// Lists the trees of a scorer with what their leaves are multiplied by, and sums up its bases.
fn collect<'a>(
    scorer: &'a Scorer,
    weight: f64,
    parts: &mut Vec<(&'a Ensemble, f64)>,
    base: &mut f64,
) -> Result<()> {
    match scorer {
        Scorer::Dummy { log_odds } => *base += weight * log_odds,
        Scorer::Trees(ensemble) => {
            *base += weight * ensemble.base();
            parts.push((ensemble, weight));
        }
        Scorer::Blend(blended) => {
            for part in blended {
                collect(&part.scorer, weight * part.weight, parts, base)?;
            }
        }
        _ => {
            return Err(Error::Export {
                program: "XGBoost",
                reason: "its scorer is no sum of trees, or blended with one that is none, and \
                         XGBoost holds sums of trees only"
                    .to_owned(),
            });
        }
    }
    Ok(())
}

/// A tree with its leaves multiplied by a weight, nodes numbered as they are.
fn saved(tree: &TreeView<'_>, weight: f64, number: usize, n_columns: usize) -> Value {
    let n = tree.len();
    let mut left = vec![-1i64; n];
    let mut right = vec![-1i64; n];
    let mut parents = vec![NO_PARENT; n];
    let mut columns = vec![0usize; n];
    let mut conditions = vec![0f32; n];
    let mut default_left = vec![0u8; n];
    for node in 0..n {
        match tree.node(node) {
            NodeView::Leaf { value } => conditions[node] = (weight * value) as f32,
            NodeView::Split {
                feature,
                threshold,
                default_left: is_default_left,
                left: left_child,
                right: right_child,
            } => {
                (left[node], right[node]) = (left_child as i64, right_child as i64);
                (parents[left_child], parents[right_child]) = (node as i64, node as i64);
                columns[node] = feature;
                conditions[node] = threshold;
                default_left[node] = u8::from(is_default_left);
            }
        }
    }
    let covers: Vec<f32> = (0..n).map(|node| tree.cover(node) as f32).collect();
    json!({
        "base_weights": vec![0.0; n],
        "categories": [],
        "categories_nodes": [],
        "categories_segments": [],
        "categories_sizes": [],
        "default_left": default_left,
        "id": number,
        "left_children": left,
        "loss_changes": vec![0.0; n],
        "parents": parents,
        "right_children": right,
        "split_conditions": conditions,
        "split_indices": columns,
        "split_type": vec![0; n],
        "sum_hessian": covers,
        "tree_param": {
            "num_deleted": "0",
            "num_feature": n_columns.to_string(),
            "num_nodes": n.to_string(),
            "size_leaf_vector": "1",
        },
    })
}

fn damaged(error: serde_json::Error) -> Error {
    Error::Damaged {
        reason: error.to_string(),
    }
}
