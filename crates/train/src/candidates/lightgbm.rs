//! Gradient-boosted trees, grown by LightGBM itself: there only with the cargo feature
//! `lightgbm`, for those who want the field's reference beside our own.
//!
//! It grows as the candidate `boosted` does, leaf by leaf where that goes level by level. Its trees
//! leave it as LightGBM's text and are compact trees from then on, with margins equal to its own
//! to the bit. LightGBM is built without OpenMP, so that threads do not move its sums; it hears no
//! wish to stop before it is done.

use lightgbm3::{Booster, Dataset};
use limpide_model::{Ensemble, Scorer};
use serde_json::{Value, json};

use super::Training;
use super::boosted::Growth;
use crate::error::{Error, Result};

/// The least rows of a leaf: LightGBM leaves out columns that it cannot split so when it bins
/// them, where it takes no other number than this.
const ROWS_A_LEAF: u32 = 20;

/// Grows trees for log-loss; the training rate where one class has no row.
pub(super) fn fit(training: &Training<'_>) -> Result<Scorer> {
    let defaults = training.labels.iter().filter(|&&label| label == 1).count();
    if training.width == 0 || defaults == 0 || defaults == training.labels.len() {
        return super::dummy::fit(training);
    }
    let booster = grow(training)?;
    training.observer.check()?;
    let text = booster.save_string().map_err(failed)?;
    Ok(Scorer::Trees(Ensemble::from_lightgbm_text(&text)?))
}

fn grow(training: &Training<'_>) -> Result<Booster> {
    let labels: Vec<f32> = training.labels.iter().map(|&l| f32::from(l)).collect();
    let width = i32::try_from(training.width).map_err(|_| Error::Boosting {
        reason: format!("{} columns are too many for LightGBM", training.width),
    })?;
    let dataset = Dataset::from_slice(training.encoded, &labels, width, true).map_err(failed)?;
    let growth = &training.hyperparameters.boosting.growth;
    Booster::train(dataset, &parameters(growth, training)).map_err(failed)
}

fn parameters(growth: &Growth, training: &Training<'_>) -> Value {
    json!({
        "objective": "binary",
        "num_iterations": growth.rounds,
        "learning_rate": growth.eta,
        "max_depth": growth.depth,
        "num_leaves": 1u32 << growth.depth.min(16),
        "min_sum_hessian_in_leaf": growth.min_child_weight,
        "min_data_in_leaf": ROWS_A_LEAF,
        "lambda_l2": growth.lambda,
        "bagging_fraction": growth.subsample,
        "bagging_freq": 1,
        "feature_fraction": (growth.columns_a_tree as f64 / training.width as f64).min(1.0),
        // LightGBM takes seeds of 31 bits.
        "seed": training.seed & 0x7fff_ffff,
        "num_threads": 1,
        "verbosity": -1,
    })
}

fn failed(error: lightgbm3::Error) -> Error {
    Error::Boosting {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::hyperparameters::Hyperparameters;
    use crate::config::Effort;
    use crate::encoded::EncodedRows;
    use crate::observer::Observer;
    use crate::random::SplitMix;

    const WIDTH: usize = 6;

    #[test]
    fn margins_are_lightgbms_own_to_the_bit() {
        let mut random = SplitMix::new(5);
        let mut uniform = move || random.draw() as f64 / u64::MAX as f64;
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..3000 {
            let row: [f64; WIDTH] = std::array::from_fn(|_| uniform());
            let log_odds = -2.0 + 3.0 * row[0] - 2.0 * row[1] * row[2];
            labels.push(u8::from(uniform() < 1.0 / (1.0 + (-log_odds).exp())));
            let seen = |value: f64| match uniform() < 0.2 {
                true => f32::NAN,
                false => value as f32,
            };
            values.extend(row.map(seen));
        }
        let encoded = EncodedRows::from(values);
        let training = Training {
            encoded: &encoded,
            width: WIDTH,
            columns: &[],
            labels: &labels,
            weights: None,
            seed: u64::MAX,
            effort: Effort::Quick,
            hyperparameters: Hyperparameters::defaults(3000, Effort::Quick),
            threads: 2,
            observer: &Observer::silent(),
        };
        let booster = grow(&training).unwrap();
        assert_eq!(
            booster.num_iterations() as usize,
            training.hyperparameters.boosting.growth.rounds
        );
        let theirs = booster.raw_scores(&encoded, WIDTH as i32, true).unwrap();
        let scorer = fit(&training).unwrap();
        let ours = scorer.margins(&encoded, labels.len());
        assert_eq!(theirs.len(), labels.len());
        let spread = |margins: &[f64]| margins.iter().fold(f64::MIN, |a, &b| a.max(b));
        assert!(spread(&theirs) > theirs[0] || spread(&theirs) > theirs[1]);
        for (row, (theirs, ours)) in theirs.iter().zip(&ours).enumerate() {
            assert_eq!(
                theirs.to_bits(),
                ours.to_bits(),
                "row {row}: {theirs} {ours}"
            );
        }
    }

    #[test]
    fn one_class_gives_its_rate() {
        let encoded = EncodedRows::from(vec![1.0; 10 * WIDTH]);
        let training = Training {
            encoded: &encoded,
            width: WIDTH,
            columns: &[],
            labels: &[0; 10],
            weights: None,
            seed: 1,
            effort: Effort::Quick,
            hyperparameters: Hyperparameters::defaults(10, Effort::Quick),
            threads: 1,
            observer: &Observer::silent(),
        };
        assert!(matches!(fit(&training).unwrap(), Scorer::Dummy { .. }));
    }
}
