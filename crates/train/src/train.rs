//! All of training: folds, candidates, comparison, and the champion fitted on all clients.

use std::borrow::Cow;

use limpide_model::policy::{Outcomes, threshold_table};
use limpide_model::{
    Bundle, Column, Dataset, Evidence, Holdout, Imbalance, Kind, Metrics, Reference, Standing,
    ThresholdRow, TrainedOn,
};
use rayon::prelude::*;

use crate::adversarial::adversarial_auc;
use crate::calibrate::{Calibrated, Unseen};
use crate::candidates::{Candidate, Training, fit_one, taking_part};
use crate::config::TrainConfig;
use crate::crossfit::{Crossfit, Setting, crossfit};
use crate::error::{Error, Result};
use crate::evidence;
use crate::folds::Folds;
use crate::glass_box;
use crate::holdout::holdouts;
use crate::imbalance;
use crate::judge::{Judged, judge, ranking};
use crate::leak;
use crate::learned;
use crate::observer::{Observer, Stage};
use crate::paired::paired;
use crate::prepare::{Prepared, Purpose};
use crate::random::derive;
use crate::selection::Selection;

/// Rows of the table of thresholds, about.
const THRESHOLDS: usize = 50;

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
    /// Seconds of all its fits, by the observer's clock.
    pub seconds: f64,
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
    check_config(config, dataset.len())?;
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
    let alone = leak::Alone::measure(dataset, &folds.repeats[0], observer)?;
    alone.check(dataset, config.limits)?;
    let setting = Setting {
        dataset,
        seed: config.seed,
        effort: config.effort,
        observer,
    };
    let crossfits = crossfit(&setting, folds)?;

    let candidates = taking_part(config.effort);
    observer.report(Stage::Comparison, 0, candidates.len());
    let labels = &dataset.labels;
    let mut judged: Vec<Judged> = (0..candidates.len())
        .into_par_iter()
        .map(|candidate| judge(candidate, &crossfits, folds, labels, config))
        .collect();
    observer.report(Stage::Comparison, candidates.len(), candidates.len());
    observer.check()?;
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
            strongest: alone.named(dataset),
        });
    }

    for &place in &order[1..] {
        let paired = paired(&judged[place], &judged[champion], folds, labels, config);
        judged[place].standing.paired = Some(paired);
    }
    observer.report(Stage::Champion, 0, 1);
    let (mut bundle, selection) =
        fit_champion(&setting, config, folds, &crossfits, &judged, &order)?;
    let strongest = alone.strongest(dataset);
    bundle.evidence = evidence::gather(config, folds, strongest, &judged[champion], labels);
    observer.report(Stage::Champion, 1, 1);
    let timed = |&place: &usize| Timed {
        standing: judged[place].standing.clone(),
        seconds: judged[place].seconds,
    };
    let leaderboard = order.iter().map(timed).collect();
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
    let compared = if config.effort.compares() {
        compare(
            setting,
            config,
            folds,
            &crossfits[0],
            &judged[champion],
            candidate,
        )?
    } else {
        Compared::default()
    };
    let rows: Vec<usize> = (0..dataset.len()).collect();
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
        labels: &dataset.labels,
        weights: None,
        seed: derive(setting.seed, &[]),
        effort: setting.effort,
        threads: rayon::current_num_threads(),
        observer: setting.observer,
    };
    let fitted = fit_one(&training, candidate)?;
    let calibrated = final_calibration(
        dataset,
        config,
        folds,
        crossfits,
        (champion, &judged[champion]),
    );
    let glass_box = match glass_box::place(judged) {
        Some(place) => {
            let readable = crossfits[0].candidates[place];
            let scorer = if place == champion {
                fitted.scorer.clone()
            } else {
                fit_one(&training, readable)?.scorer
            };
            let calibrated =
                final_calibration(dataset, config, folds, crossfits, (place, &judged[place]));
            Some(glass_box::assemble(readable.name, scorer, calibrated))
        }
        None => None,
    };
    let probabilities = judged[champion].probabilities.iter().flatten();
    let mean_probability = probabilities.clone().sum::<f64>() / probabilities.count() as f64;
    let provenance = config.provenance.clone();
    let prepared = prepared.into_parts();
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
        scorer: fitted.scorer,
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
    Ok((bundle, prepared.selection))
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
    config: &TrainConfig,
    folds: &Folds,
    first: &Crossfit,
    champion: &Judged,
    candidate: &Candidate,
) -> Result<Compared> {
    let labels = &setting.dataset.labels;
    Ok(Compared {
        adversarial_auc: adversarial_auc(setting)?,
        holdouts: holdouts(setting, config, candidate, champion)?,
        imbalance: imbalance::compare(&first.treated, &folds.repeats[0], labels, config),
    })
}

/// Fits calibration and policy on the margins of all clients, each from a model that had not
/// seen the client. Clients are left out whole, by their fold of the first repeat.
fn final_calibration(
    dataset: &Dataset,
    config: &TrainConfig,
    folds: &Folds,
    crossfits: &[Crossfit],
    (candidate, judged): (usize, &Judged),
) -> Calibrated {
    let (mut margins, mut labels, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for held in crossfits.iter().flat_map(|crossfit| &crossfit.judged) {
        for (&row, &margin) in held.rows.iter().zip(&held.margins[candidate]) {
            margins.push(margin);
            labels.push(dataset.labels[row]);
            groups.push(folds.repeats[0].fold_of[row]);
        }
    }
    let unseen = Unseen {
        margins: &margins,
        labels: &labels,
        groups: &groups,
        repeats: folds.repeats.len(),
        spread: judged.spread,
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

/// Refuses costs, and columns to hold out by, that cannot be used.
fn check_config(config: &TrainConfig, n: usize) -> Result<()> {
    let refused = |reason: String| Err(Error::Policy { reason });
    let costs = [
        ("a missed default", config.costs.missed_default),
        ("a refused good client", config.costs.refused_good),
        ("a review", config.reviewing.cost),
    ];
    for (what, cost) in costs {
        if !(cost.is_finite() && cost >= 0.0) {
            return refused(format!("{what} costs {cost}, 0 or more expected"));
        }
    }
    if !(0.0..=1.0).contains(&config.reviewing.accuracy) {
        let found = config.reviewing.accuracy;
        return refused(format!("reviewers decide {found} rightly, 0 to 1 expected"));
    }
    let group = config.judging.group.as_ref();
    let time = config.judging.time.as_ref();
    let lengths = [
        group.map(|group| (&group.column, group.values.len())),
        time.map(|time| (&time.column, time.values.len())),
    ];
    for (column, length) in lengths.into_iter().flatten() {
        if length != n {
            return Err(Error::Dataset {
                reason: format!("{length} values of {column} to hold out by, for {n} clients"),
            });
        }
    }
    Ok(())
}
