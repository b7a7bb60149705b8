//! XGBoost models saved as JSON; also what hessboost exports.
//!
//! XGBoost tests `value < threshold` in f32 and keeps leaf values in f32; here they are summed
//! in f64, so margins agree to the rounding of an f32 sum. All trees are taken, whatever the
//! best iteration of an early stop. The base score is a probability and becomes log-odds.

use serde::Deserialize;

use super::LEAST_COVER;
use crate::calibration::logit;
use crate::error::{Error, Result};
use crate::trees::{Ensemble, Tree};

#[derive(Deserialize)]
struct Model {
    learner: Learner,
}

#[derive(Deserialize)]
struct Learner {
    #[serde(default)]
    feature_names: Vec<String>,
    learner_model_param: ModelParam,
    gradient_booster: Booster,
    objective: Objective,
}

#[derive(Deserialize)]
struct ModelParam {
    base_score: String,
    #[serde(default)]
    num_class: String,
    #[serde(default)]
    num_target: String,
}

#[derive(Deserialize)]
struct Objective {
    name: String,
}

#[derive(Deserialize)]
struct Booster {
    name: String,
    model: Option<Forest>,
}

#[derive(Deserialize)]
struct Forest {
    trees: Vec<SavedTree>,
}

/// Nodes of one tree; a leaf has no left child (−1) and its value in `split_conditions`.
#[derive(Deserialize)]
struct SavedTree {
    left_children: Vec<i64>,
    right_children: Vec<i64>,
    split_indices: Vec<u32>,
    split_conditions: Vec<f32>,
    default_left: Vec<Flag>,
    sum_hessian: Vec<f32>,
    #[serde(default)]
    split_type: Vec<u8>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Number(u8),
}

pub(crate) fn read(bytes: &[u8]) -> Result<Ensemble> {
    Ok(read_named(bytes)?.0)
}

/// Reads the trees and the names of their columns; none where the model was trained without.
pub(crate) fn read_named(bytes: &[u8]) -> Result<(Ensemble, Vec<String>)> {
    let model: Model = serde_json::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
    let learner = model.learner;
    if !matches!(
        learner.objective.name.as_str(),
        "binary:logistic" | "binary:logitraw"
    ) {
        let found = &learner.objective.name;
        return Err(refused(format!(
            "its objective is {found}, but only binary:logistic and binary:logitraw can be read"
        )));
    }
    let outputs = [
        &learner.learner_model_param.num_class,
        &learner.learner_model_param.num_target,
    ];
    if outputs
        .iter()
        .any(|count| !matches!(count.as_str(), "" | "0" | "1"))
    {
        return Err(refused(
            "it has several outputs, but only one can be read".to_owned(),
        ));
    }
    let forest = match (
        learner.gradient_booster.name.as_str(),
        learner.gradient_booster.model,
    ) {
        ("gbtree", Some(forest)) => forest,
        (found, _) => {
            return Err(refused(format!(
                "its booster is {found}, but only gbtree can be read"
            )));
        }
    };
    let base = base_margin(&learner.learner_model_param.base_score)?;
    let mut trees = Vec::with_capacity(forest.trees.len());
    for (number, saved) in forest.trees.iter().enumerate() {
        trees.push(rebuild(saved).map_err(|reason| refused(format!("tree {number}: {reason}")))?);
    }
    let ensemble = Ensemble::lay_out(base, &trees).map_err(refused)?;
    Ok((ensemble, learner.feature_names))
}

fn refused(reason: String) -> Error {
    Error::Import {
        program: "XGBoost",
        reason,
    }
}

fn base_margin(text: &str) -> Result<f64> {
    let bare = text.trim_matches(['[', ']']);
    match bare.parse::<f32>() {
        Ok(base) if base > 0.0 && base < 1.0 => Ok(logit(f64::from(base))),
        _ => Err(refused(format!(
            "its base score is {text:?}, but a probability strictly between 0 and 1 is needed"
        ))),
    }
}

/// Numbers the nodes anew, parents first, splits and leaves apart.
fn rebuild(saved: &SavedTree) -> std::result::Result<Tree, String> {
    let n = saved.left_children.len();
    let lengths = [
        saved.right_children.len(),
        saved.split_indices.len(),
        saved.split_conditions.len(),
        saved.default_left.len(),
        saved.sum_hessian.len(),
    ];
    if n == 0 || lengths.iter().any(|&length| length != n) {
        return Err(format!("arrays of lengths {lengths:?} for {n} nodes"));
    }
    let mut tree = Tree::default();
    // (node, its parent among the splits, whether it is the left child)
    let mut waiting: Vec<(usize, Option<(usize, bool)>)> = vec![(0, None)];
    let mut visited = 0;
    while let Some((node, parent)) = waiting.pop() {
        visited += 1;
        if node >= n || visited > n {
            return Err(format!("node {node} of {n} is out of place"));
        }
        let number = if saved.left_children[node] < 0 {
            tree.value.push(f64::from(saved.split_conditions[node]));
            tree.cover
                .push(f64::from(saved.sum_hessian[node]).max(LEAST_COVER));
            -(tree.value.len() as i32)
        } else {
            if saved.split_type.get(node).is_some_and(|&split| split != 0) {
                return Err("it splits on categories, which cannot be read yet".to_owned());
            }
            let split = tree.feature.len();
            tree.feature.push(saved.split_indices[node]);
            tree.threshold.push(saved.split_conditions[node]);
            tree.default_left.push(match saved.default_left[node] {
                Flag::Bool(left) => u8::from(left),
                Flag::Number(left) => u8::from(left != 0),
            });
            tree.left.push(0);
            tree.right.push(0);
            waiting.push((child(saved.right_children[node], n)?, Some((split, false))));
            waiting.push((child(saved.left_children[node], n)?, Some((split, true))));
            split as i32
        };
        match parent {
            Some((split, true)) => tree.left[split] = number,
            Some((split, false)) => tree.right[split] = number,
            None => {}
        }
    }
    Ok(tree)
}

fn child(number: i64, n: usize) -> std::result::Result<usize, String> {
    usize::try_from(number).map_err(|_| format!("child {number} among {n} nodes"))
}
