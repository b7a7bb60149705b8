//! The published model: the champion on all clients, with all that a bundle holds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use limpide_model::policy::{Outcomes, threshold_table};
use limpide_model::{
    Bundle, Column, Evidence, Holdout, Imbalance, Metrics, Reference, Scorer, ThresholdRow,
    TrainedOn,
};

use crate::adversarial::adversarial_auc;
use crate::calibrate::{Calibrated, Unseen};
use crate::candidates::hyperparameters::Hyperparameters;
use crate::candidates::{Candidate, Training, fit_one};
use crate::config::TrainConfig;
use crate::crossfit::{Crossfit, Setting};
use crate::error::Result;
use crate::folds::Folds;
use crate::glass_box;
use crate::holdout::holdouts;
use crate::imbalance;
use crate::imported;
use crate::judge::Judged;
use crate::prepare::{Parts, Prepared, Purpose};
use crate::random::derive;
use crate::selection::Selection;
use crate::tuning::{Purse, StudyReport, tune};

/// Rows of the table of thresholds, about.
const THRESHOLDS: usize = 50;

/// Holds what comparing the candidates gave.
pub(crate) struct Comparison<'a> {
    pub(crate) config: &'a TrainConfig,
    pub(crate) folds: &'a Folds,
    pub(crate) crossfits: &'a [Crossfit],
    pub(crate) judged: &'a [Judged],
    /// The places of those judged, the champion first.
    pub(crate) order: &'a [usize],
}

/// Holds the published model, and how its features and hyperparameters were chosen.
pub(crate) struct Champion {
    pub(crate) bundle: Bundle,
    pub(crate) selection: Option<Selection>,
    pub(crate) studies: Vec<StudyReport>,
}

/// Holds scorers on all clients, and what belongs to them.
struct OnAll<'a> {
    parts: Parts<'a>,
    scorer: Scorer,
    /// By the same columns; absent where nobody can be read, or where the champion was trained
    /// elsewhere and reads columns of its own.
    glass_box: Option<Scorer>,
    hyperparameters: BTreeMap<String, f64>,
    studies: Vec<StudyReport>,
}

/// Fits the champion on all clients and makes its bundle.
pub(crate) fn fit(setting: &Setting<'_>, comparison: &Comparison<'_>) -> Result<Champion> {
    let Comparison {
        config,
        crossfits,
        judged,
        order,
        ..
    } = *comparison;
    let dataset = setting.dataset;
    let champion = order[0];
    let candidate = crossfits[0].candidates[champion];
    let readable = glass_box::place(judged);
    let (on_all, compared) = match imported::champion(config, candidate.name, dataset) {
        Some((parts, scorer)) => (OnAll::elsewhere(parts, scorer), Compared::default()),
        None => {
            let readable = readable.map(|place| crossfits[0].candidates[place]);
            let compared = if config.effort.compares() {
                compare(setting, comparison, candidate)?
            } else {
                Compared::default()
            };
            (OnAll::fit(setting, candidate, readable)?, compared)
        }
    };
    let OnAll {
        parts,
        scorer,
        glass_box,
        hyperparameters,
        studies,
    } = on_all;
    let calibrated = calibration(setting, comparison, champion);
    let glass_box = readable.zip(glass_box).map(|(place, scorer)| {
        let calibrated = calibration(setting, comparison, place);
        glass_box::assemble(crossfits[0].candidates[place].name, scorer, calibrated)
    });
    let probabilities = judged[champion].probabilities.iter().flatten();
    let mean_probability = probabilities.clone().sum::<f64>() / probabilities.count() as f64;
    let provenance = config.provenance.clone();
    let columns: Vec<&Column> = parts.columns.iter().map(Cow::as_ref).collect();
    let reference = Reference::describe(&columns, &dataset.labels, mean_probability);
    let bundle = Bundle {
        format: Bundle::FORMAT.to_owned(),
        version: Bundle::VERSION,
        name: candidate.name.to_owned(),
        recipe: provenance.recipe,
        data_hash: provenance.data_hash,
        seed: config.seed,
        synthetic: provenance.synthetic,
        currency: provenance.currency,
        trained_on: TrainedOn {
            rows: dataset.len(),
            defaults: dataset.labels.iter().filter(|&&label| label == 1).count(),
        },
        features: parts.features,
        learned: parts.learned,
        concepts: provenance.concepts,
        themes: provenance.themes,
        encoder: parts.encoder,
        scorer,
        hyperparameters,
        calibration: calibrated.calibration,
        interval: calibrated.interval,
        policy: calibrated.policy,
        thresholds: thresholds(
            &judged[champion],
            &dataset.labels,
            config,
            calibrated.policy.threshold,
        ),
        metrics: Metrics {
            adversarial_auc: compared.adversarial_auc,
            ..judged[champion].metrics
        },
        leaderboard: order
            .iter()
            .map(|&place| judged[place].standing.clone())
            .collect(),
        holdouts: compared.holdouts,
        imbalance: compared.imbalance,
        glass_box,
        reference,
        evidence: Evidence::default(),
    };
    Ok(Champion {
        bundle,
        selection: parts.selection,
        studies,
    })
}

impl<'a> OnAll<'a> {
    /// Fits the champion and the glass box on the same rows.
    fn fit(
        setting: &Setting<'a>,
        candidate: &Candidate,
        readable: Option<&Candidate>,
    ) -> Result<Self> {
        let dataset = setting.dataset;
        let rows: Vec<usize> = (0..dataset.len()).collect();
        let threads = rayon::current_num_threads();
        let prepared = Prepared::fit(setting, &rows, threads, Purpose::Published)?;
        let mut training = Training {
            encoded: prepared.training(),
            width: prepared.width(),
            columns: prepared.columns(),
            labels: &dataset.labels,
            weights: None,
            seed: derive(setting.seed, &[]),
            effort: setting.effort,
            hyperparameters: Hyperparameters::defaults(dataset.len(), setting.effort),
            threads,
            observer: setting.observer,
        };
        let mut studies = Vec::new();
        if let Some(purse) = setting.tuning {
            let purse = Purse {
                is_reported: true,
                ..purse
            };
            let tuned = tune(&training, &purse, &[candidate.name])?;
            training.hyperparameters = tuned.hyperparameters;
            studies = tuned.studies;
        }
        let scorer = fit_one(&training, candidate)?.scorer;
        let glass_box = match readable {
            Some(readable) if readable.name == candidate.name => Some(scorer.clone()),
            Some(readable) => Some(fit_one(&training, readable)?.scorer),
            None => None,
        };
        Ok(Self {
            hyperparameters: training.hyperparameters.named(candidate.name),
            parts: prepared.into_parts(),
            scorer,
            glass_box,
            studies,
        })
    }

    fn elsewhere(parts: Parts<'a>, scorer: Scorer) -> Self {
        Self {
            parts,
            scorer,
            glass_box: None,
            hyperparameters: Default::default(),
            studies: Vec::new(),
        }
    }
}

/// Holds what is fitted for the report alone.
#[derive(Default)]
struct Compared {
    adversarial_auc: Option<f64>,
    holdouts: Vec<Holdout>,
    imbalance: Vec<Imbalance>,
}

fn compare(
    setting: &Setting<'_>,
    comparison: &Comparison<'_>,
    candidate: &Candidate,
) -> Result<Compared> {
    let Comparison {
        config,
        folds,
        crossfits,
        judged,
        order,
    } = *comparison;
    let (labels, treated) = (&setting.dataset.labels, &crossfits[0].treated);
    Ok(Compared {
        adversarial_auc: adversarial_auc(setting)?,
        holdouts: holdouts(setting, config, candidate, &judged[order[0]])?,
        imbalance: imbalance::compare(treated, &folds.repeats[0], labels, config),
    })
}

/// Fits calibration and policy on the margins of all clients, each from a model that had not
/// seen the client. Clients are left out whole, by their fold of the first repeat.
fn calibration(setting: &Setting<'_>, comparison: &Comparison<'_>, candidate: usize) -> Calibrated {
    let Comparison { config, folds, .. } = comparison;
    let (mut margins, mut labels, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    let held = comparison.crossfits.iter();
    for held in held.flat_map(|crossfit| &crossfit.judged) {
        for (&row, &margin) in held.rows.iter().zip(&held.margins[candidate]) {
            margins.push(margin);
            labels.push(setting.dataset.labels[row]);
            groups.push(folds.repeats[0].fold_of[row]);
        }
    }
    let unseen = Unseen {
        margins: &margins,
        labels: &labels,
        groups: &groups,
        repeats: folds.repeats.len(),
        spread: comparison.judged[candidate].spread,
    };
    Calibrated::fit(&unseen, config)
}

/// Says what other thresholds would have done to the champion's out-of-fold probabilities.
fn thresholds(
    champion: &Judged,
    labels: &[u8],
    config: &TrainConfig,
    threshold: f64,
) -> Vec<ThresholdRow> {
    let outcomes = Outcomes {
        probabilities: &champion.probabilities.concat(),
        labels: &labels.repeat(champion.probabilities.len()),
    };
    threshold_table(outcomes, config.costs, threshold, THRESHOLDS)
}
