//! All of training: folds, candidates, comparison, and the champion fitted on all clients.

use limpide_model::{Bundle, Column, Dataset, Kind, Standing};
use rayon::prelude::*;

use crate::candidates::Candidate;
use crate::champion::{self, Comparison};
use crate::config::TrainConfig;
use crate::crossfit::{Setting, crossfit};
use crate::error::{Error, Result};
use crate::evidence;
use crate::folds::{Folds, Repeat};
use crate::imported;
use crate::judge::{Judged, judge, ranking};
use crate::leak;
use crate::learned;
use crate::observer::{Observer, Stage};
use crate::paired::paired;
use crate::selection::Selection;
use crate::tuning::{Budget, Purse, TuningReport};

/// Holds what training gives.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The champion, ready to write.
    pub bundle: Bundle,
    /// Why every feature stayed or went; absent where the effort selects none.
    pub selection: Option<Selection>,
    /// How hyperparameters were sought; absent where they were not.
    pub tuning: Option<TuningReport>,
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
    let n_fits = folds.repeats.iter().map(Repeat::len).sum();
    let setting = Setting {
        dataset,
        seed: config.seed,
        effort: config.effort,
        tuning: purse(config, n_fits),
        observer,
    };
    let mut crossfits = crossfit(&setting, folds)?;
    let n_fit = imported::join(&mut crossfits, dataset, folds, &config.imported)?;

    let candidates = crossfits[0].candidates.clone();
    observer.report(Stage::Comparison, 0, candidates.len());
    let labels = &dataset.labels;
    let mut judged: Vec<Judged> = (0..candidates.len())
        .into_par_iter()
        .map(|candidate| judge(candidate, &crossfits, folds, labels, config))
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
            strongest: alone.named(dataset),
        });
    }

    for &place in &order[1..] {
        let paired = paired(&judged[place], &judged[champion], folds, labels, config);
        judged[place].standing.paired = Some(paired);
    }
    observer.report(Stage::Champion, 0, 1);
    let comparison = Comparison {
        config,
        folds,
        crossfits: &crossfits,
        judged: &judged,
        order: &order,
    };
    let mut champion = champion::fit(&setting, &comparison)?;
    champion.bundle.evidence = evidence::gather(
        config,
        folds,
        alone.strongest(dataset),
        &judged[order[0]],
        labels,
    );
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
    let tuning = setting.tuning.map(|_| TuningReport {
        objective: config.tuning.objective.name(),
        champion: champion.studies,
        folds: crossfits
            .into_iter()
            .flat_map(|crossfit| crossfit.studies)
            .collect(),
    });
    Ok(Trained {
        bundle: champion.bundle,
        selection: champion.selection,
        tuning,
        leaderboard,
        out_of_fold: out_of_fold(dataset, folds, &candidates, &judged),
    })
}

/// Gives what tuning may spend on each of so many fits and on the champion, if there is tuning.
fn purse(config: &TrainConfig, n_fits: usize) -> Option<Purse<'_>> {
    let budget = config.tuning.budget(config.effort)?;
    // Fits stand beside each other, one a thread; the champion's has all threads.
    let in_turn = n_fits.div_ceil(rayon::current_num_threads()) + 1;
    let seconds = match budget {
        Budget::Trials(_) => f64::INFINITY,
        Budget::Minutes(minutes) => minutes * 60.0 / in_turn as f64,
    };
    Some(Purse {
        tuning: &config.tuning,
        budget,
        costs: config.costs,
        seconds,
        whose: "all clients",
        is_reported: false,
    })
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
