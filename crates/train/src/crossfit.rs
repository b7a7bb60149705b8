//! Every candidate's margins for clients it has not seen.
//!
//! For each fold a model is fitted without it, and judged on it. Its calibration and threshold
//! need margins of unseen clients too, yet from models that have not seen the judged fold
//! either: so for pairs of folds, models are fitted without both, and each fold's margins
//! serve to calibrate what is judged on the other.
//!
//! Hyperparameters are sought among the rows outside the judged fold, and hold for the models
//! that calibrate it: without a pair of folds there may be one model for each of the two.

use std::sync::atomic::{AtomicUsize, Ordering};

use limpide_model::Dataset;

use crate::candidates::hyperparameters::Hyperparameters;
use crate::candidates::{Candidate, Fitted, Training, fit_again, fit_all, names, taking_part};
use crate::config::Effort;
use crate::error::Result;
use crate::folds::{Folds, Repeat};
use crate::imbalance;
use crate::observer::{Observer, Stage};
use crate::parallel;
use crate::prepare::{Prepared, Purpose};
use crate::random::derive;
use crate::tuning::{Purse, StudyReport, tune};

/// Up to so many rows a fold is calibrated by all other folds, above by its two neighbours:
/// there even two folds hold hundreds of defaults.
const ROWS_FOR_ALL_PAIRS: usize = 10_000;

/// Holds margins for clients that the models have not seen, of one repeat.
pub(crate) struct Crossfit {
    /// Who takes part; one entry a candidate, here and below, means in this order.
    pub(crate) candidates: Vec<&'static Candidate>,
    /// For each fold, margins from the models without it.
    pub(crate) judged: Vec<Held>,
    /// For each fold, margins of other folds' clients from models that saw neither them nor it.
    pub(crate) calibrating: Vec<Held>,
    /// For each candidate, how long all its fits took.
    pub(crate) seconds: Vec<f64>,
    /// For each fold in turn, how its hyperparameters were sought.
    pub(crate) studies: Vec<StudyReport>,
    /// For each fold of the first repeat, margins under treatments of imbalance; empty where the
    /// effort compares none.
    pub(crate) treated: Vec<Treated>,
}

/// Holds margins of two folds under every treatment of imbalance, from models without both.
pub(crate) struct Treated {
    /// The fold to be judged; the other one calibrates.
    pub(crate) judged: usize,
    /// One list a trial.
    pub(crate) held: Held,
}

/// Holds margins of some rows.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) rows: Vec<usize>,
    /// One list a candidate, aligned with `rows`.
    pub(crate) margins: Vec<Vec<f64>>,
}

/// Holds what every fit of a run shares.
pub(crate) struct Setting<'a> {
    pub(crate) dataset: &'a Dataset,
    pub(crate) seed: u64,
    pub(crate) effort: Effort,
    /// What tuning may spend on one fit; absent where nothing is tuned.
    pub(crate) tuning: Option<Purse<'a>>,
    pub(crate) observer: &'a Observer<'a>,
}

/// Names the folds that a model is fitted without: one, or two.
struct Task<'a> {
    repeat: &'a Repeat,
    /// The repeat's place among all.
    place: usize,
    without: Vec<usize>,
    /// Which of the two folds is judged under treatments of imbalance, if any.
    treated: Option<usize>,
    seed: u64,
}

struct Done {
    held: Held,
    seconds: Vec<f64>,
    /// What was tuned without one fold.
    tuned: Option<Hyperparameters>,
    studies: Vec<StudyReport>,
    treated: Option<Treated>,
}

/// Gives what was tuned without each fold of each repeat, by their places.
type TunedOf<'a> = &'a (dyn Fn(usize, usize) -> Option<Hyperparameters> + Sync);

/// Fits every candidate without each fold, then without each pair of folds; tasks in parallel.
pub(crate) fn crossfit(setting: &Setting<'_>, folds: &Folds) -> Result<Vec<Crossfit>> {
    let all_pairs = setting.dataset.len() <= ROWS_FOR_ALL_PAIRS;
    let (mut alone, mut pairs) = (Vec::new(), Vec::new());
    for (place, repeat) in folds.repeats.iter().enumerate() {
        for without in left_out(repeat.len(), all_pairs) {
            let mut series = vec![place];
            series.extend(&without);
            let is_compared = place == 0 && setting.effort.compares();
            let tasks = if without.len() == 1 {
                &mut alone
            } else {
                &mut pairs
            };
            tasks.push(Task {
                repeat,
                place,
                treated: judged_of_pair(&without, repeat.len()).filter(|_| is_compared),
                without,
                seed: derive(setting.seed, &series),
            });
        }
    }
    let total = alone.len() + pairs.len();
    setting.observer.report(Stage::Folds, 0, total);
    let finished = AtomicUsize::new(0);
    let run_all = |tasks: &[Task<'_>], tuned: TunedOf<'_>| {
        parallel::map(rayon::current_num_threads(), tasks, |task| {
            let done = run(setting, task, tuned)?;
            let so_far = finished.fetch_add(1, Ordering::Relaxed) + 1;
            setting.observer.report(Stage::Folds, so_far, total);
            Ok(done)
        })
    };
    let alone_done = run_all(&alone, &|_, _| None)?;
    let of = |repeat: usize, fold: usize| {
        let mut both = alone.iter().zip(&alone_done);
        let found = both.find(|(task, _)| task.place == repeat && task.without[0] == fold);
        found.and_then(|(_, done)| done.tuned)
    };
    let pairs_done = run_all(&pairs, &of)?;
    let mut crossfits: Vec<Crossfit> = folds
        .repeats
        .iter()
        .map(|repeat| Crossfit::empty(repeat.len(), setting.effort))
        .collect();
    let tasks = alone.into_iter().chain(pairs);
    for (task, done) in tasks.zip(alone_done.into_iter().chain(pairs_done)) {
        crossfits[task.place].take(&task, done);
    }
    Ok(crossfits)
}

impl Crossfit {
    fn empty(n_folds: usize, effort: Effort) -> Self {
        let candidates = taking_part(effort);
        let n = candidates.len();
        let held = || (0..n_folds).map(|_| Held::empty(n)).collect();
        Self {
            judged: held(),
            calibrating: held(),
            seconds: vec![0.0; n],
            treated: Vec::new(),
            candidates,
            studies: Vec::new(),
        }
    }

    fn take(&mut self, task: &Task<'_>, done: Done) {
        for (sum, seconds) in self.seconds.iter_mut().zip(done.seconds) {
            *sum += seconds;
        }
        self.studies.extend(done.studies);
        self.treated.extend(done.treated);
        match task.without[..] {
            [fold] => self.judged[fold] = done.held,
            [a, b] => {
                self.calibrating[a].append(&done.held, |row| task.repeat.fold_of[row] == b);
                self.calibrating[b].append(&done.held, |row| task.repeat.fold_of[row] == a);
            }
            _ => {}
        }
    }
}

impl Held {
    fn empty(n_candidates: usize) -> Self {
        Self {
            rows: Vec::new(),
            margins: vec![Vec::new(); n_candidates],
        }
    }

    fn append(&mut self, other: &Self, wanted: impl Fn(usize) -> bool) {
        for (place, &row) in other
            .rows
            .iter()
            .enumerate()
            .filter(|&(_, &row)| wanted(row))
        {
            self.rows.push(row);
            for (margins, other) in self.margins.iter_mut().zip(&other.margins) {
                margins.push(other[place]);
            }
        }
    }
}

/// Lists each fold alone, then the pairs.
fn left_out(n_folds: usize, all_pairs: bool) -> Vec<Vec<usize>> {
    let mut left_out: Vec<Vec<usize>> = (0..n_folds).map(|fold| vec![fold]).collect();
    for a in 0..n_folds {
        for b in a + 1..n_folds {
            let pair = vec![a, b];
            if all_pairs || judged_of_pair(&pair, n_folds).is_some() {
                left_out.push(pair);
            }
        }
    }
    left_out
}

/// Gives the fold of two neighbours whose neighbour the other one is, in a round: so each fold
/// is once the first.
fn judged_of_pair(without: &[usize], n_folds: usize) -> Option<usize> {
    match *without {
        [a, b] if b - a == 1 => Some(a),
        [a, b] if b - a == n_folds - 1 => Some(b),
        _ => None,
    }
}

fn run(setting: &Setting<'_>, task: &Task<'_>, tuned: TunedOf<'_>) -> Result<Done> {
    let dataset = setting.dataset;
    let seen = task.repeat.rows(|fold| !task.without.contains(&fold));
    let rows = task.repeat.rows(|fold| task.without.contains(&fold));
    let mut prepared = Prepared::fit(setting, &seen, 1, Purpose::Judged)?;
    let labels: Vec<u8> = seen.iter().map(|&row| dataset.labels[row]).collect();
    let mut training = Training {
        encoded: prepared.training(),
        width: prepared.width(),
        columns: prepared.columns(),
        labels: &labels,
        weights: None,
        seed: task.seed,
        effort: setting.effort,
        hyperparameters: Hyperparameters::defaults(labels.len(), setting.effort),
        threads: 1,
        observer: setting.observer,
    };
    let mut studies = Vec::new();
    if let (Some(purse), [fold]) = (&setting.tuning, &task.without[..]) {
        let repeat = task.repeat;
        let (number, fold) = (repeat.number, repeat.fold_numbers[*fold]);
        let whose = format!("repeat {number} without fold {fold}");
        let purse = Purse {
            whose: &whose,
            ..*purse
        };
        let wanted: Vec<&str> = names(setting.effort).collect();
        let found = tune(&training, &purse, &wanted)?;
        training.hyperparameters = found.hyperparameters;
        studies = found.studies;
    }
    let found = setting.tuning.map(|_| training.hyperparameters);
    // One set of models a fold that is left out; one for all, unless they were tuned apart.
    let mut chosen: Vec<Hyperparameters> = Vec::new();
    for &fold in &task.without {
        chosen.push(tuned(task.place, fold).unwrap_or(training.hyperparameters));
    }
    let with = |hyperparameters| Training {
        hyperparameters,
        ..training
    };
    let mut sets = vec![fit_all(&with(chosen[0]))?];
    if let Some(&other) = chosen.get(1).filter(|&&other| other != chosen[0]) {
        sets.push(fit_again(&with(other), &sets[0])?);
    }
    let treated = match task.treated {
        Some(_) => imbalance::fit(&with(chosen[0]), &sets[0])?,
        None => Vec::new(),
    };
    prepared.forget_training();
    let encoded = prepared.encode(&rows)?;
    let treated = task.treated.map(|judged| Treated {
        judged,
        held: Held {
            rows: rows.clone(),
            margins: treated
                .iter()
                .map(|scorer| scorer.margins(&encoded, rows.len()))
                .collect(),
        },
    });
    let mut margins: Vec<Vec<f64>> = sets[0]
        .iter()
        .map(|fitted| fitted.scorer.margins(&encoded, rows.len()))
        .collect();
    if let Some(others) = sets.get(1) {
        // A row of a pair calibrates the other fold, by the models that were tuned for that: the
        // first fold's rows by those of the second.
        let is_first = |row: &usize| task.repeat.fold_of[*row] == task.without[0];
        for (margins, other) in margins.iter_mut().zip(others) {
            let found = other.scorer.margins(&encoded, rows.len());
            for ((margin, other), row) in margins.iter_mut().zip(found).zip(&rows) {
                if is_first(row) {
                    *margin = other;
                }
            }
        }
    }
    let spent = |candidate: usize| {
        sets.iter()
            .map(|set: &Vec<Fitted>| set[candidate].seconds)
            .sum()
    };
    let seconds = (0..sets[0].len()).map(spent).collect();
    Ok(Done {
        held: Held { rows, margins },
        seconds,
        tuned: found,
        studies,
        treated,
    })
}
