//! Boosting of terms on bags of clients, all bags in step.
//!
//! Each bag leaves out one share of the clients. After every round the clients' log-loss is
//! measured, each by the bag that left it out, and the round where it was least is kept.

use limpide_model::calibration::logit;

use super::super::Training;
use super::terms::{Sums, Term};
use crate::error::Result;
use crate::folds::stratified;
use crate::observer::Observer;

/// What a step is multiplied by.
const RATE: f64 = 0.04;
/// Rounds at most; a round is one step of each term.
const MOST_ROUNDS: usize = 400;
/// Rounds without a gain after which to stop.
const PATIENCE: usize = 10;
/// Steps taken from the same derivatives.
const STEPS_AT_ONCE: usize = 4;

/// Holds the bags, and what boosting them depends on.
pub(super) struct Bags<'a> {
    labels: &'a [u8],
    threads: usize,
    observer: &'a Observer<'a>,
    /// The log-odds of the training rate.
    start: f64,
    bags: Vec<Bag>,
}

/// Holds one bag's margins, of all clients.
struct Bag {
    is_left_out: Vec<bool>,
    margins: Vec<f64>,
    derivatives: Vec<Sums>,
    /// What each term's cells have been given in this boosting.
    values: Vec<Vec<f64>>,
    /// The log-loss of the clients left out, summed.
    loss: f64,
}

impl<'a> Bags<'a> {
    /// Makes bags that know the rate only; both classes must be among the labels.
    pub(super) fn new(training: &Training<'a>, n_bags: usize) -> Self {
        let labels = training.labels;
        let rate = labels.iter().map(|&label| f64::from(label)).sum::<f64>() / labels.len() as f64;
        let start = logit(rate);
        let bag_of = stratified(labels, n_bags, training.seed);
        let bag = |place: usize| Bag {
            is_left_out: bag_of.iter().map(|&bag| bag == place).collect(),
            margins: vec![start; labels.len()],
            derivatives: vec![Sums::default(); labels.len()],
            values: Vec::new(),
            loss: 0.0,
        };
        Self {
            labels,
            threads: training.threads,
            observer: training.observer,
            start,
            bags: (0..n_bags).map(bag).collect(),
        }
    }

    /// Gives the margin that all started from: the log-odds of the training rate.
    pub(super) fn start(&self) -> f64 {
        self.start
    }

    /// Gives the loss's derivatives, one a client, by the mean of the bags' margins.
    pub(super) fn derivatives(&self) -> Vec<Sums> {
        let n = self.bags.len() as f64;
        let margin = |row: usize| self.bags.iter().map(|bag| bag.margins[row]).sum::<f64>() / n;
        let rows = self.labels.iter().enumerate();
        rows.map(|(row, &label)| Sums::of(margin(row), label))
            .collect()
    }

    /// Boosts terms and gives what each one's cells are worth, the mean of the bags'.
    pub(super) fn boost(&mut self, terms: &[Term]) -> Result<Vec<Vec<f64>>> {
        let nothing: Vec<Vec<f64>> = terms
            .iter()
            .map(|term| vec![0.0; term.form.n_cells()])
            .collect();
        let labels = self.labels;
        self.each(|bag| {
            bag.values.clone_from(&nothing);
            bag.measure(labels);
        });
        let start: Vec<Vec<f64>> = self.bags.iter().map(|bag| bag.margins.clone()).collect();
        let mut kept: Vec<Vec<Vec<f64>>> = vec![nothing; self.bags.len()];
        let (mut least, mut best_round) = (self.loss(), 0);
        for round in 1..=MOST_ROUNDS {
            self.observer.check()?;
            self.each(|bag| bag.round(terms, labels));
            let loss = self.loss();
            if loss < least {
                (least, best_round) = (loss, round);
                for (kept, bag) in kept.iter_mut().zip(&self.bags) {
                    kept.clone_from(&bag.values);
                }
            } else if round - best_round >= PATIENCE {
                break;
            }
        }
        for ((bag, start), kept) in self.bags.iter_mut().zip(start).zip(&kept) {
            bag.margins = start;
            for (term, values) in terms.iter().zip(kept) {
                bag.add(term, values);
            }
        }
        Ok(mean(&kept))
    }

    fn loss(&self) -> f64 {
        self.bags.iter().map(|bag| bag.loss).sum()
    }

    fn each(&mut self, run: impl Fn(&mut Bag) + Sync) {
        let share = self.bags.len().div_ceil(self.threads.max(1));
        if share == self.bags.len() {
            self.bags.iter_mut().for_each(run);
            return;
        }
        std::thread::scope(|scope| {
            for bags in self.bags.chunks_mut(share) {
                scope.spawn(|| bags.iter_mut().for_each(&run));
            }
        });
    }
}

impl Bag {
    /// Takes one step of each term.
    fn round(&mut self, terms: &[Term], labels: &[u8]) {
        let mut first = 0;
        for group in terms.chunks(STEPS_AT_ONCE) {
            self.derive(labels);
            for (place, term) in group.iter().enumerate() {
                let mut step = term.form.step(&term.sums(&self.derivatives));
                for (value, step) in self.values[first + place].iter_mut().zip(&mut step) {
                    *step *= RATE;
                    *value += *step;
                }
                self.add(term, &step);
            }
            first += group.len();
        }
        self.measure(labels);
    }

    fn add(&mut self, term: &Term, values: &[f64]) {
        for (margin, &cell) in self.margins.iter_mut().zip(&term.cell_of) {
            *margin += values[usize::from(cell)];
        }
    }

    /// Takes the loss's derivatives by the margins; those of clients left out are 0.
    fn derive(&mut self, labels: &[u8]) {
        let rows = self.margins.iter().zip(&self.is_left_out).zip(labels);
        for (derivative, ((&margin, &is_left_out), &label)) in self.derivatives.iter_mut().zip(rows)
        {
            *derivative = if is_left_out {
                Sums::default()
            } else {
                Sums::of(margin, label)
            };
        }
    }

    fn measure(&mut self, labels: &[u8]) {
        self.loss = 0.0;
        let rows = self.margins.iter().zip(&self.is_left_out).zip(labels);
        for ((&margin, _), &label) in rows.filter(|((_, is_left_out), _)| **is_left_out) {
            // ln(1 + exp(margin)) − label · margin, without overflow.
            self.loss +=
                margin.max(0.0) + (-margin.abs()).exp().ln_1p() - f64::from(label) * margin;
        }
    }
}

/// Gives the mean over bags of each term's values.
fn mean(bags: &[Vec<Vec<f64>>]) -> Vec<Vec<f64>> {
    let mut means = bags[0].clone();
    for (term, means) in means.iter_mut().enumerate() {
        for (cell, mean) in means.iter_mut().enumerate() {
            *mean = bags.iter().map(|bag| bag[term][cell]).sum::<f64>() / bags.len() as f64;
        }
    }
    means
}
