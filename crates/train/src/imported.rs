//! Models trained elsewhere, judged on the same folds as the others.
//!
//! A model for each fold, trained without it, is judged as every candidate is: on clients it has
//! not seen. One model alone is asked about clients that it may have been trained on; unless the
//! caller vouches that it was not, it is shown beside the others and cannot become champion.
//!
//! There are no models without pairs of folds, so calibration and threshold for a fold come from
//! margins of the other folds' models, which saw that fold's clients, though none whose margin is
//! used. The order of clients, and so the AUC, does not depend on it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use limpide_model::import::Bound;
use limpide_model::{Dataset, Learned, Scorer};

use crate::candidates::{Candidate, names};
use crate::config::{Effort, TrainConfig};
use crate::crossfit::Crossfit;
use crate::error::{Error, Result};
use crate::folds::{Folds, Repeat};
use crate::prepare::Parts;

/// Holds a model trained elsewhere that competes under a name of its own.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The name in leaderboards and out-of-fold files.
    pub name: String,
    /// What was trained.
    pub models: ImportedModels,
}

/// Holds what was trained elsewhere.
#[derive(Debug, Clone)]
pub enum ImportedModels {
    /// A model for each fold, by numbers of repeat and fold, trained without it.
    PerFold {
        /// The models.
        folds: BTreeMap<(u32, u32), Bound>,
        /// A model of all clients, which is published if these are champion.
        all: Bound,
    },
    /// One model.
    Single {
        /// The model.
        model: Bound,
        /// Whether it was trained on none of the clients that it is judged on.
        is_unseen: bool,
    },
}

impl Imported {
    /// Tells whether it may have been trained on the clients that it is judged on.
    pub fn has_seen_all(&self) -> bool {
        matches!(
            self.models,
            ImportedModels::Single {
                is_unseen: false,
                ..
            }
        )
    }

    /// The model that clients outside of all folds are scored with.
    fn last(&self) -> &Bound {
        match &self.models {
            ImportedModels::PerFold { all, .. } => all,
            ImportedModels::Single { model, .. } => model,
        }
    }

    fn of_fold(&self, repeat: &Repeat, fold: usize) -> Result<&Bound> {
        let number = repeat.fold_numbers[fold];
        match &self.models {
            ImportedModels::Single { model, .. } => Ok(model),
            ImportedModels::PerFold { folds, .. } => {
                folds.get(&(repeat.number, number)).ok_or_else(|| {
                    self.refused(format!(
                        "there is no model trained without repeat {}, fold {number}",
                        repeat.number
                    ))
                })
            }
        }
    }

    /// Gives each client's margin, from the model without the client's fold.
    fn margins(&self, dataset: &Dataset, repeat: &Repeat) -> Result<Vec<f64>> {
        let mut margins = vec![0.0; dataset.len()];
        for fold in 0..repeat.len() {
            let rows = repeat.rows(|of| of == fold);
            let found = self.of_fold(repeat, fold)?.margins(dataset, &rows);
            for (row, margin) in rows.into_iter().zip(found) {
                margins[row] = margin;
            }
        }
        Ok(margins)
    }

    fn refused(&self, reason: String) -> Error {
        Error::Imported {
            name: self.name.clone(),
            reason,
        }
    }
}

/// Adds the imported models to the candidates that were fitted, those that have seen all last, and
/// returns how many of all may become champion.
pub(crate) fn join(
    crossfits: &mut [Crossfit],
    dataset: &Dataset,
    folds: &Folds,
    imported: &[Imported],
) -> Result<usize> {
    check(imported)?;
    let (seen, fit): (Vec<&Imported>, Vec<&Imported>) =
        imported.iter().partition(|model| model.has_seen_all());
    let n_fit = crossfits.first().map_or(0, |first| first.candidates.len()) + fit.len();
    for model in fit.into_iter().chain(seen) {
        let candidate = Candidate::imported(&model.name);
        for (crossfit, repeat) in crossfits.iter_mut().zip(&folds.repeats) {
            let margins = model.margins(dataset, repeat)?;
            crossfit.candidates.push(candidate);
            crossfit.seconds.push(0.0);
            for held in crossfit.judged.iter_mut().chain(&mut crossfit.calibrating) {
                let of_rows = held.rows.iter().map(|&row| margins[row]).collect();
                held.margins.push(of_rows);
            }
        }
    }
    Ok(n_fit)
}

/// Gives an imported champion's scorer and what a bundle keeps beside it: the features that its
/// trees read and no other. None where the champion is no imported model.
pub(crate) fn champion<'a>(
    config: &TrainConfig,
    name: &str,
    dataset: &'a Dataset,
) -> Option<(Parts<'a>, Scorer)> {
    let model = config.imported.iter().find(|model| model.name == name)?;
    let bound = model.last();
    let mut used: Vec<usize> = bound.encoder.columns.iter().map(|c| c.feature).collect();
    used.sort_unstable();
    used.dedup();
    let mut encoder = bound.encoder.clone();
    for column in &mut encoder.columns {
        column.feature = used.partition_point(|&feature| feature < column.feature);
    }
    let features = used.iter().map(|&place| dataset.features[place].clone());
    let columns = used
        .iter()
        .map(|&place| Cow::Borrowed(&dataset.columns[place]));
    let parts = Parts {
        features: features.collect(),
        columns: columns.collect(),
        learned: Learned::default(),
        encoder,
        selection: None,
    };
    Some((parts, Scorer::Trees(bound.ensemble.clone())))
}

/// Refuses names that others have.
fn check(imported: &[Imported]) -> Result<()> {
    for (place, model) in imported.iter().enumerate() {
        let is_taken = names(Effort::Thorough).any(|name| name == model.name)
            || imported[..place]
                .iter()
                .any(|other| other.name == model.name);
        if is_taken {
            return Err(model.refused("a candidate has this name already".to_owned()));
        }
    }
    Ok(())
}
