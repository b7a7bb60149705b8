//! Every candidate's margins for clients it has not seen.
//!
//! For each fold a model is fitted without it, and judged on it. Its calibration and threshold
//! need margins of unseen clients too, yet from models that have not seen the judged fold
//! either: so for pairs of folds, models are fitted without both, and each fold's margins
//! serve to calibrate what is judged on the other.

use std::sync::atomic::{AtomicUsize, Ordering};

use limpide_model::Dataset;

use crate::candidates::{Candidate, Training, fit_all, taking_part};
use crate::config::Effort;
use crate::error::Result;
use crate::folds::{Folds, Repeat};
use crate::observer::{Observer, Stage};
use crate::parallel;
use crate::prepare::{Prepared, Purpose};
use crate::random::derive;

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
    pub(crate) observer: &'a Observer<'a>,
}

/// Names the folds that a model is fitted without: one, or two.
struct Task<'a> {
    repeat: &'a Repeat,
    without: Vec<usize>,
    seed: u64,
}

struct Done {
    held: Held,
    seconds: Vec<f64>,
}

/// Fits every candidate without each fold and pair of folds, tasks in parallel.
pub(crate) fn crossfit(setting: &Setting<'_>, folds: &Folds) -> Result<Vec<Crossfit>> {
    let all_pairs = setting.dataset.len() <= ROWS_FOR_ALL_PAIRS;
    let mut tasks = Vec::new();
    for (place, repeat) in folds.repeats.iter().enumerate() {
        for without in left_out(repeat.len(), all_pairs) {
            let mut series = vec![place];
            series.extend(&without);
            tasks.push(Task {
                repeat,
                without,
                seed: derive(setting.seed, &series),
            });
        }
    }
    let total = tasks.len();
    setting.observer.report(Stage::Folds, 0, total);
    let finished = AtomicUsize::new(0);
    let done = parallel::map(rayon::current_num_threads(), &tasks, |task| {
        let done = run(setting, task)?;
        let so_far = finished.fetch_add(1, Ordering::Relaxed) + 1;
        setting.observer.report(Stage::Folds, so_far, total);
        Ok(done)
    })?;
    let mut done = tasks.into_iter().zip(done).peekable();
    let mut crossfits = Vec::with_capacity(folds.repeats.len());
    for repeat in &folds.repeats {
        let mut crossfit = Crossfit::empty(repeat.len(), setting.effort);
        while let Some((task, done)) = done.next_if(|(task, _)| std::ptr::eq(task.repeat, repeat)) {
            crossfit.take(&task, done);
        }
        crossfits.push(crossfit);
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
            candidates,
        }
    }

    fn take(&mut self, task: &Task<'_>, done: Done) {
        for (sum, seconds) in self.seconds.iter_mut().zip(done.seconds) {
            *sum += seconds;
        }
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
            let neighbours = b - a == 1 || b - a == n_folds - 1;
            if all_pairs || neighbours {
                left_out.push(vec![a, b]);
            }
        }
    }
    left_out
}

fn run(setting: &Setting<'_>, task: &Task<'_>) -> Result<Done> {
    let dataset = setting.dataset;
    let seen = task.repeat.rows(|fold| !task.without.contains(&fold));
    let rows = task.repeat.rows(|fold| task.without.contains(&fold));
    let mut prepared = Prepared::fit(setting, &seen, 1, Purpose::Judged)?;
    let labels: Vec<u8> = seen.iter().map(|&row| dataset.labels[row]).collect();
    let training = Training {
        encoded: prepared.training(),
        width: prepared.width(),
        columns: prepared.columns(),
        labels: &labels,
        seed: task.seed,
        effort: setting.effort,
        threads: 1,
        observer: setting.observer,
    };
    let fitted = fit_all(&training)?;
    prepared.forget_training();
    let encoded = prepared.encode(&rows)?;
    let margins = fitted
        .iter()
        .map(|fitted| fitted.scorer.margins(&encoded, rows.len()))
        .collect();
    let seconds = fitted.iter().map(|fitted| fitted.seconds).collect();
    Ok(Done {
        held: Held { rows, margins },
        seconds,
    })
}
