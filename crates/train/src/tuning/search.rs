//! Trial after trial: suggest, judge fold by fold, prune, choose.
//!
//! Trials run in batches of a fixed size. What a trial suggests and whether it is pruned follows
//! from the trials of earlier batches alone, so that neither the number of threads nor who was
//! faster decides anything, and a study goes on from a journal as if it had never been stopped.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::importance::importance;
use super::journal::Entry;
use super::report::{Importance, Step, StudyReport};
use super::space::Hyperparameter;
use super::tpe;
use super::trial::Trial;
use crate::error::{Error, Result};
use crate::observer::{Observer, Stage, Tried};
use crate::parallel;
use crate::random::derive;

/// Trials that know nothing of each other.
const BATCH: usize = 4;
/// Trials before any is suggested by what was found: the defaults, and places drawn uniformly.
const STARTUP: usize = BATCH;
/// Trials that no budget in minutes goes beyond.
const MOST_TRIALS: usize = 2_000;

/// Holds what is searched, and how.
pub(super) struct Study<'a> {
    /// What is tuned, on which clients; the name in the journal.
    pub(super) name: String,
    pub(super) space: Vec<Hyperparameter>,
    /// Where the search begins, and stays if nothing is clearly better.
    pub(super) defaults: Vec<f64>,
    /// Inner folds that a trial is judged on, at least 2.
    pub(super) n_folds: usize,
    pub(super) seed: u64,
    /// Trials at the same time.
    pub(super) threads: usize,
    pub(super) limit: Limit,
    /// Whether the observer hears how far the study is.
    pub(super) is_reported: bool,
    /// Trials of an earlier run, of this study and of others.
    pub(super) past: &'a [Entry],
    pub(super) observer: &'a Observer<'a>,
}

/// Says when a study ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limit {
    /// After so many trials, those of the journal included.
    Trials(usize),
    /// After so many seconds by the observer's clock; then chance decides how many trials there
    /// are.
    Seconds(f64),
}

impl Study<'_> {
    /// Searches; `evaluate` gives the objective of a configuration on an inner fold, more is
    /// better.
    pub(super) fn search(
        &self,
        evaluate: impl Fn(&[f64], usize) -> Result<f64> + Sync,
    ) -> Result<StudyReport> {
        let start = (self.observer.seconds)();
        let mut trials: Vec<Trial> = Vec::new();
        let mut best_so_far = Vec::new();
        self.report(0);
        while let Some(n) = self.next_batch(trials.len(), (self.observer.seconds)() - start) {
            let batch: Vec<Planned<'_>> = (trials.len()..trials.len() + n)
                .map(|number| self.plan(&trials, number))
                .collect::<Result<_>>()?;
            let finished = AtomicUsize::new(trials.len());
            let best = Mutex::new(best_so_far.last().copied().unwrap_or(f64::NEG_INFINITY));
            let done = parallel::map(self.threads, &batch, |planned| {
                self.observer.check()?;
                let trial = match planned.past {
                    Some(past) => past.clone(),
                    None => self.judge(&trials, planned, &evaluate)?,
                };
                self.tell(&trial, &best, planned.past.is_none())?;
                self.report(finished.fetch_add(1, Ordering::Relaxed) + 1);
                Ok(trial)
            })?;
            for trial in done {
                let best = best_so_far.last().copied().unwrap_or(f64::NEG_INFINITY);
                let is_complete = trial.values.len() == self.n_folds;
                best_so_far.push(if is_complete {
                    trial.mean().max(best)
                } else {
                    best
                });
                trials.push(trial);
            }
        }
        Ok(self.conclude(trials, &best_so_far))
    }

    /// Counts the trials of the next batch; none where the budget is spent.
    fn next_batch(&self, n_done: usize, seconds: f64) -> Option<usize> {
        let left = match self.limit {
            Limit::Trials(trials) => trials.saturating_sub(n_done),
            Limit::Seconds(limit) if n_done > 0 && seconds >= limit => 0,
            Limit::Seconds(_) => MOST_TRIALS.saturating_sub(n_done),
        };
        let left = if n_done == 0 { left.max(1) } else { left };
        (left > 0).then_some(left.min(BATCH - n_done % BATCH))
    }

    /// Plans a trial after those of earlier batches.
    fn plan<'a>(&'a self, trials: &[Trial], number: usize) -> Result<Planned<'a>> {
        let seed = derive(self.seed, &[number]);
        let snapped = |place: &[f64]| -> Vec<f64> {
            let pairs = self.space.iter().zip(place);
            pairs
                .map(|(one, &place)| one.place(one.value(place)))
                .collect()
        };
        let point: Vec<f64> = if number == 0 {
            self.defaults.clone()
        } else {
            let place = if number < STARTUP {
                tpe::uniform(self.space.len(), seed)
            } else {
                let earlier = &trials[..number / BATCH * BATCH];
                let tried: Vec<(Vec<f64>, f64)> = earlier
                    .iter()
                    .map(|trial| (self.place(&trial.point), self.gain(trials, trial)))
                    .collect();
                tpe::suggest(&tried, seed, snapped)
            };
            let pairs = self.space.iter().zip(&place);
            pairs.map(|(one, &place)| one.value(place)).collect()
        };
        let is_this = |entry: &&Entry| entry.study == self.name && entry.trial.number == number;
        let past = self.past.iter().find(is_this).map(|entry| &entry.trial);
        if let Some(past) = past {
            let fits = !past.values.is_empty() && past.values.len() <= self.n_folds;
            if past.point != point || !fits {
                return Err(Error::OtherJournal {
                    study: self.name.clone(),
                    number,
                    found: format!("{:?} on {} folds", past.point, past.values.len()),
                    expected: format!("{point:?} on up to {}", self.n_folds),
                });
            }
        }
        Ok(Planned {
            number,
            point,
            past,
        })
    }

    /// Judges a configuration on one inner fold after the other, until it is done or pruned.
    ///
    /// # Source
    /// The median stopping rule of Golovin et al., "Google Vizier", KDD 2017, section 3.2.2.
    fn judge(
        &self,
        trials: &[Trial],
        planned: &Planned<'_>,
        evaluate: &(impl Fn(&[f64], usize) -> Result<f64> + Sync),
    ) -> Result<Trial> {
        let mut trial = Trial {
            number: planned.number,
            point: planned.point.clone(),
            values: Vec::with_capacity(self.n_folds),
        };
        for fold in 0..self.n_folds {
            self.observer.check()?;
            trial.values.push(evaluate(&trial.point, fold)?);
            if fold + 1 < self.n_folds && self.is_pruned(trials, &trial) {
                break;
            }
        }
        Ok(trial)
    }

    fn is_pruned(&self, trials: &[Trial], trial: &Trial) -> bool {
        let n = trial.values.len();
        let earlier = &trials[..(trial.number / BATCH * BATCH).min(trials.len())];
        if earlier.len() < STARTUP {
            return false;
        }
        let judged = earlier.iter().filter(|trial| trial.values.len() >= n);
        let mut gains: Vec<f64> = judged.map(|trial| trial.gain(&trials[0], n).0).collect();
        gains.sort_by(f64::total_cmp);
        trial.gain(&trials[0], n).0 < gains[gains.len() / 2]
    }

    fn gain(&self, trials: &[Trial], trial: &Trial) -> f64 {
        trial.gain(&trials[0], self.n_folds).0
    }

    fn place(&self, point: &[f64]) -> Vec<f64> {
        let pairs = self.space.iter().zip(point);
        pairs.map(|(one, &value)| one.place(value)).collect()
    }

    /// Chooses the configuration with the largest gain, or the defaults where no gain is above
    /// the largest that luck alone is expected to give among so many trials.
    ///
    /// # Source
    /// The expected maximum of n standard normal draws is at most √(2 ln n): Donoho and
    /// Johnstone, "Ideal spatial adaptation by wavelet shrinkage", 1994, section 2.
    fn conclude(&self, trials: Vec<Trial>, best_so_far: &[f64]) -> StudyReport {
        let gains: Vec<f64> = trials
            .iter()
            .map(|trial| self.gain(&trials, trial))
            .collect();
        let shares = importance(&self.space, &trials, &gains);
        let luck = (2.0 * (trials.len().max(2) as f64).ln()).sqrt();
        let mut chosen = 0;
        for trial in trials
            .iter()
            .filter(|trial| trial.values.len() == self.n_folds)
        {
            let (gain, error) = trial.gain(&trials[0], self.n_folds);
            if gain > luck * error && gain > gains[chosen] {
                chosen = trial.number;
            }
        }
        let (gain, gain_error) = trials[chosen].gain(&trials[0], self.n_folds);
        let named = self.space.iter().zip(shares);
        let mut importance: Vec<Importance> = named
            .map(|(one, share)| Importance {
                name: one.name,
                share,
            })
            .collect();
        importance.sort_by(|a, b| b.share.total_cmp(&a.share));
        let steps = trials.into_iter().zip(best_so_far);
        StudyReport {
            name: self.name.clone(),
            space: self.space.clone(),
            steps: steps.map(|(trial, &best)| Step { trial, best }).collect(),
            n_folds: self.n_folds,
            chosen,
            gain,
            gain_error,
            importance,
        }
    }

    fn tell(&self, trial: &Trial, best: &Mutex<f64>, is_new: bool) -> Result<()> {
        let is_complete = trial.values.len() == self.n_folds;
        let value = trial.mean();
        // Held until it is told, so that what is told never falls.
        let mut best = best.lock().unwrap_or_else(PoisonError::into_inner);
        if is_complete {
            *best = best.max(value);
        }
        let entry = Entry {
            study: self.name.clone(),
            trial: trial.clone(),
        };
        let tried = Tried {
            entry: &entry,
            value,
            best: *best,
            is_pruned: !is_complete,
            is_new,
            is_reported: self.is_reported,
        };
        (self.observer.tried)(&tried).map_err(|error| Error::Unkept {
            reason: error.to_string(),
        })
    }

    fn report(&self, done: usize) {
        if let (true, Limit::Trials(total)) = (self.is_reported, self.limit) {
            self.observer
                .report(Stage::Tuning, done.min(total.max(1)), total.max(1));
        } else if self.is_reported {
            self.observer.report(Stage::Tuning, done, done);
        }
    }
}

/// Holds a trial that is about to run, or that the journal remembers.
struct Planned<'a> {
    number: usize,
    point: Vec<f64>,
    past: Option<&'a Trial>,
}
