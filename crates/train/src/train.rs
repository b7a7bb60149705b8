//! All of training: folds, candidates, comparison, and the champion fitted on all clients.

use std::borrow::Cow;

use limpide_model::policy::optimal_threshold;
use limpide_model::{
    Bundle, Calibration, Column, Dataset, Kind, Policy, Reference, Scorer, Standing, TrainedOn,
};
use rayon::prelude::*;

use crate::calibrate::choose;
use crate::candidates::{Candidate, Training, fit_one};
use crate::config::TrainConfig;
use crate::crossfit::{Crossfit, Setting, crossfit};
use crate::error::{Error, Result};
use crate::folds::Folds;
use crate::imported;
use crate::judge::{Judged, judge, ranking};
use crate::leak::Alone;
use crate::learned;
use crate::observer::{Observer, Stage};
use crate::prepare::{Parts, Prepared, Purpose};
use crate::random::derive;
use crate::selection::Selection;

/// Holds what training gives.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The champion, ready to write.
    pub bundle: Bundle,
    /// Why every feature stayed or went; absent where the effort selects none.
    pub selection: Option<Selection>,
    /// How every candidate did, the champion first.
    pub leaderboard: Vec<Timed>,
    /// Every candidate's probabilities for clients it had not seen, by repeat, candidate, row.
    pub out_of_fold: Vec<OutOfFold>,
}

/// Holds how one candidate did, and how long its fits took.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// How it did.
    pub standing: Standing,
    /// Seconds of all its fits, by the observer's clock; 0 where it was trained elsewhere.
    pub seconds: f64,
    /// Whether it may have been trained on the clients that it was judged on: then it says too
    /// much of itself, and competes with nobody.
    pub seen_all: bool,
}

/// Holds one candidate's probability for one client it had not seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutOfFold {
    /// The client.
    pub client: i64,
    /// The repeat.
    pub repeat: u32,
    /// The candidate's name.
    pub candidate: &'static str,
    /// The calibrated probability of not repaying.
    pub probability: f64,
}

/// Trains every candidate and gives the champion: the cheapest of those whose AUC cannot be
/// told from the highest.
///
/// # Errors
/// [`Error::Stopped`] when asked to; [`Error::LeakingFeature`] or [`Error::LeakingModel`] where
/// a leak is suspected; others where data, folds and configuration do not fit together.
pub fn train(dataset: &Dataset, config: &TrainConfig, observer: &Observer<'_>) -> Result<Trained> {
    check(dataset)?;
    let folds = match &config.folds {
        Some(folds) => folds.clone(),
        None => Folds::stratified(&dataset.labels, config.seed),
    };
    folds.check(&dataset.labels)?;
    let Some(threads) = config.threads else {
        return run(dataset, config, &folds, observer);
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.get())
        .build();
    let pool = pool.map_err(|error| Error::Threads {
        threads: threads.get(),
        reason: error.to_string(),
    })?;
    pool.install(|| run(dataset, config, &folds, observer))
}

fn run(
    dataset: &Dataset,
    config: &TrainConfig,
    folds: &Folds,
    observer: &Observer<'_>,
) -> Result<Trained> {
    let alone = Alone::measure(dataset, &folds.repeats[0], observer)?;
    alone.check(dataset, config.limits)?;
    let setting = Setting {
        dataset,
        seed: config.seed,
        effort: config.effort,
        observer,
    };
    let mut crossfits = crossfit(&setting, folds)?;
    let n_fit = imported::join(&mut crossfits, dataset, folds, &config.imported)?;

    let candidates = crossfits[0].candidates.clone();
    observer.report(Stage::Comparison, 0, candidates.len());
    let labels = &dataset.labels;
    let mut judged: Vec<Judged> = (0..candidates.len())
        .into_par_iter()
        .map(|candidate| judge(candidate, &crossfits, folds, labels, config.costs))
        .collect();
    observer.report(Stage::Comparison, candidates.len(), candidates.len());
    observer.check()?;
    let seen = judged.split_off(n_fit);
    let order = ranking(&judged);
    let champion = order[0];
    let standings = judged.iter().map(|judged| &judged.standing);
    let best = standings
        .max_by(|a, b| a.auc.total_cmp(&b.auc))
        .unwrap_or(&judged[champion].standing);
    if best.auc > config.limits.max_auc {
        return Err(Error::LeakingModel {
            candidate: best.candidate.clone(),
            auc: best.auc,
            limit: config.limits.max_auc,
            strongest: alone.strongest(dataset),
        });
    }

    observer.report(Stage::Champion, 0, 1);
    let (bundle, selection) = fit_champion(&setting, config, folds, &crossfits, &judged, &order)?;
    observer.report(Stage::Champion, 1, 1);
    let timed = |judged: &Judged, seen_all: bool| Timed {
        standing: judged.standing.clone(),
        seconds: judged.seconds,
        seen_all,
    };
    let fit = order.iter().map(|&place| timed(&judged[place], false));
    let leaderboard = fit.chain(seen.iter().map(|judged| timed(judged, true)));
    let leaderboard = leaderboard.collect();
    judged.extend(seen);
    Ok(Trained {
        bundle,
        selection,
        leaderboard,
        out_of_fold: out_of_fold(dataset, folds, &candidates, &judged),
    })
}

fn fit_champion(
    setting: &Setting<'_>,
    config: &TrainConfig,
    folds: &Folds,
    crossfits: &[Crossfit],
    judged: &[Judged],
    order: &[usize],
) -> Result<(Bundle, Option<Selection>)> {
    let dataset = setting.dataset;
    let champion = order[0];
    let candidate = crossfits[0].candidates[champion];
    let (prepared, scorer) = match imported::champion(config, candidate.name, dataset) {
        Some(champion) => champion,
        None => fit_on_all(setting, candidate)?,
    };
    let (calibration, threshold) = final_policy(dataset, config, folds, crossfits, champion);
    let probabilities = judged[champion].probabilities.iter().flatten();
    let mean_probability = probabilities.clone().sum::<f64>() / probabilities.count() as f64;
    let provenance = config.provenance.clone();
    let columns: Vec<&Column> = prepared.columns.iter().map(Cow::as_ref).collect();
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
        features: prepared.features,
        learned: prepared.learned,
        concepts: provenance.concepts,
        themes: provenance.themes,
        encoder: prepared.encoder,
        scorer,
        calibration,
        policy: Policy {
            cost_missed_default: config.costs.missed_default,
            cost_refused_good: config.costs.refused_good,
            threshold,
        },
        metrics: judged[champion].metrics,
        leaderboard: order
            .iter()
            .map(|&place| judged[place].standing.clone())
            .collect(),
        reference,
    };
    Ok((bundle, prepared.selection))
}

/// Fits a candidate on all clients.
fn fit_on_all<'a>(setting: &Setting<'a>, candidate: &Candidate) -> Result<(Parts<'a>, Scorer)> {
    let rows: Vec<usize> = (0..setting.dataset.len()).collect();
    let prepared = Prepared::fit(
        setting,
        &rows,
        rayon::current_num_threads(),
        Purpose::Published,
    )?;
    let training = Training {
        encoded: prepared.training(),
        width: prepared.width(),
        columns: prepared.columns(),
        labels: &setting.dataset.labels,
        seed: derive(setting.seed, &[]),
        effort: setting.effort,
        threads: rayon::current_num_threads(),
        observer: setting.observer,
    };
    let fitted = fit_one(&training, candidate)?;
    Ok((prepared.into_parts(), fitted.scorer))
}

/// Fits calibration and threshold on the margins of all clients, each from a model that had
/// not seen the client. Clients are left out whole, by their fold of the first repeat.
fn final_policy(
    dataset: &Dataset,
    config: &TrainConfig,
    folds: &Folds,
    crossfits: &[Crossfit],
    champion: usize,
) -> (Calibration, f64) {
    let (mut margins, mut labels, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for held in crossfits.iter().flat_map(|crossfit| &crossfit.judged) {
        for (&row, &margin) in held.rows.iter().zip(&held.margins[champion]) {
            margins.push(margin);
            labels.push(dataset.labels[row]);
            groups.push(folds.repeats[0].fold_of[row]);
        }
    }
    let calibration = choose(&margins, &labels, &groups);
    let calibrated: Vec<f64> = margins
        .iter()
        .map(|&margin| calibration.probability(margin))
        .collect();
    let threshold = optimal_threshold(&calibrated, &labels, config.costs);
    (calibration, threshold)
}

fn out_of_fold(
    dataset: &Dataset,
    folds: &Folds,
    candidates: &[&'static Candidate],
    judged: &[Judged],
) -> Vec<OutOfFold> {
    let mut lines = Vec::with_capacity(folds.repeats.len() * judged.len() * dataset.len());
    for (place, repeat) in folds.repeats.iter().enumerate() {
        for (candidate, judged) in candidates.iter().zip(judged) {
            for (&client, &probability) in dataset.clients.iter().zip(&judged.probabilities[place])
            {
                lines.push(OutOfFold {
                    client,
                    repeat: repeat.number,
                    candidate: candidate.name,
                    probability,
                });
            }
        }
    }
    lines
}

fn check(dataset: &Dataset) -> Result<()> {
    let refused = |reason: String| Err(Error::Dataset { reason });
    let n = dataset.len();
    if dataset.labels.len() != n {
        return refused(format!("{} labels for {n} clients", dataset.labels.len()));
    }
    if let Some(label) = dataset.labels.iter().find(|&&label| label > 1) {
        return refused(format!("a label of {label}, where 0 and 1 are known"));
    }
    if dataset.features.len() != dataset.columns.len() {
        return refused(format!(
            "{} features, {} columns",
            dataset.features.len(),
            dataset.columns.len()
        ));
    }
    for (feature, column) in dataset.features.iter().zip(&dataset.columns) {
        if column.len() != n {
            return refused(format!(
                "{} values of {} for {n} clients",
                column.len(),
                feature.name
            ));
        }
        match (feature.kind, column) {
            (Kind::Number, Column::Numbers(_)) | (Kind::Category, Column::Categories(_)) => {}
            (expected, _) => {
                return refused(format!(
                    "{} does not hold what its kind, {expected:?}, says",
                    feature.name
                ));
            }
        }
    }
    let like = |(known, new): (&Column, &Column)| {
        std::mem::discriminant(known) == std::mem::discriminant(new)
            && new.len() == dataset.unlabelled[0].len()
    };
    let mut pairs = dataset.columns.iter().zip(&dataset.unlabelled);
    let n_unlabelled = dataset.unlabelled.len();
    if n_unlabelled != 0 && (n_unlabelled != dataset.columns.len() || !pairs.all(like)) {
        return refused("the clients without an outcome have other columns".to_owned());
    }
    learned::check(dataset)
}
