//! What is tuned of which learner: trees, ridge, and the blend of both.

use limpide_model::{Costs, Scorer};

use super::report::StudyReport;
use super::search::{Limit, Study};
use super::space::{Hyperparameter, Scale};
use super::{Budget, Tuning};
use crate::candidates::boosted::{Boosting, Ground, Manner};
use crate::candidates::hyperparameters::Hyperparameters;
use crate::candidates::{Training, boosted, logistic};
use crate::encoded::EncodedRows;
use crate::error::Result;
use crate::folds::stratified;
use crate::random::derive;

/// The seed's series that tuning draws from.
const TUNING: usize = usize::MAX - 1;
/// Parts of the training rows that an inner fold reads: one is judged by a model of the others.
const PARTS: usize = 4;
/// Rows that a part has at most. Where there are more, there are more parts, and an inner fold
/// still reads no more of them: what is good on 9,000 rows is found in a bearable time.
const ROWS_A_PART: usize = 3_000;
/// Above so many rows one inner fold less is judged: each has defaults by the hundred.
const MANY_ROWS: usize = 10_000;
/// Trees of a trial at most. The champion's are more and each has a smaller say, which is
/// never worse; what else is good hardly depends on it.
const TREES_OF_A_TRIAL: usize = 300;
/// The same above [`MANY_ROWS`], where each tree takes longer.
const TREES_ON_MANY_ROWS: usize = 150;
/// Above so many rows the ridge is not sought: they outweigh any penalty in its bounds.
const ROWS_FOR_RIDGE: usize = 20_000;

/// Holds what tuning may spend, on what, and who hears of it.
#[derive(Clone, Copy)]
pub(crate) struct Purse<'a> {
    pub(crate) tuning: &'a Tuning,
    pub(crate) budget: Budget,
    pub(crate) costs: Costs,
    /// The seconds that a budget in minutes leaves to this fit.
    pub(crate) seconds: f64,
    /// Whose rows: what the studies' names end with.
    pub(crate) whose: &'a str,
    /// Whether the observer hears of every trial's place in the study.
    pub(crate) is_reported: bool,
}

/// Holds what was chosen, and how.
pub(crate) struct Tuned {
    pub(crate) hyperparameters: Hyperparameters,
    pub(crate) studies: Vec<StudyReport>,
}

/// Tunes the learners among `wanted`, by name, on the training rows. Monotone trees are grown as
/// the free ones are found to be best grown.
pub(crate) fn tune(training: &Training<'_>, purse: &Purse<'_>, wanted: &[&str]) -> Result<Tuned> {
    let mut tuned = Tuned {
        hyperparameters: training.hyperparameters,
        studies: Vec::new(),
    };
    let inner = Inner::split(training);
    if training.width == 0 || !inner.has_both_classes() {
        return Ok(tuned);
    }
    let is_blended = wanted.contains(&"blend");
    if wanted.contains(&"logistic") || is_blended {
        ridge(&inner, purse, &mut tuned)?;
    }
    if wanted.contains(&"boosted") || wanted.contains(&"monotone") || is_blended {
        trees(&inner, purse, &mut tuned)?;
    }
    if is_blended {
        share(&inner, purse, &mut tuned)?;
    }
    Ok(tuned)
}

/// Holds training rows split into inner folds.
struct Inner<'a> {
    training: &'a Training<'a>,
    seed: u64,
    folds: Vec<Fold>,
}

/// Holds one inner fold: rows to fit on, rows to judge.
struct Fold {
    seen: EncodedRows,
    seen_labels: Vec<u8>,
    held: Vec<f32>,
    held_labels: Vec<u8>,
}

impl<'a> Inner<'a> {
    fn split(training: &'a Training<'a>) -> Self {
        let seed = derive(training.seed, &[TUNING]);
        let n_rows = training.labels.len();
        let n_folds = if n_rows > MANY_ROWS { PARTS - 1 } else { PARTS };
        let n_parts = n_rows.div_ceil(ROWS_A_PART).max(PARTS);
        let part_of = stratified(training.labels, n_parts, seed);
        // The part that is judged, and the next three, in a circle.
        let folds = (0..n_folds)
            .map(|fold| Fold::new(training, |row| (part_of[row] + n_parts - fold) % n_parts));
        Self {
            training,
            seed,
            folds: folds.collect(),
        }
    }

    /// Gives the trees of a trial, for as many as the learner itself has.
    fn trees_of_a_trial(&self, trees: usize) -> usize {
        trees.min(if self.training.labels.len() > MANY_ROWS {
            TREES_ON_MANY_ROWS
        } else {
            TREES_OF_A_TRIAL
        })
    }

    fn has_both_classes(&self) -> bool {
        let has_both = |labels: &[u8]| labels.contains(&0) && labels.contains(&1);
        let fold_has = |fold: &Fold| has_both(&fold.seen_labels) && has_both(&fold.held_labels);
        self.folds.iter().all(fold_has)
    }

    fn study<'s>(&'s self, name: &str, sought: Sought, purse: &Purse<'s>) -> Study<'s> {
        let (space, defaults) = sought
            .into_iter()
            .unzip::<Hyperparameter, f64, Vec<_>, Vec<_>>();
        // A learner of few hyperparameters needs fewer trials; the shares of time likewise.
        let is_small = space.len() < 3;
        let limit = match purse.budget {
            Budget::Trials(trials) if is_small => Limit::Trials(trials.div_ceil(2)),
            Budget::Trials(trials) => Limit::Trials(trials),
            Budget::Minutes(_) if is_small => Limit::Seconds(purse.seconds / 8.0),
            Budget::Minutes(_) => Limit::Seconds(purse.seconds * 3.0 / 4.0),
        };
        Study {
            name: format!("{name}, {}", purse.whose),
            space,
            defaults,
            n_folds: self.folds.len(),
            seed: derive(self.seed, &[name.len()]),
            threads: self.training.threads,
            limit,
            is_reported: purse.is_reported,
            past: &purse.tuning.past,
            observer: self.training.observer,
        }
    }

    /// Gives what a fold's rows are trained with; one thread, for trials stand beside each other.
    fn training<'f>(&'f self, fold: usize, hyperparameters: Hyperparameters) -> Training<'f> {
        Training {
            encoded: &self.folds[fold].seen,
            labels: &self.folds[fold].seen_labels,
            seed: derive(self.seed, &[fold]),
            threads: 1,
            hyperparameters,
            ..*self.training
        }
    }

    fn margins(&self, fold: usize, scorer: &Scorer) -> Vec<f64> {
        let rows = self.folds[fold].held.chunks_exact(self.training.width);
        rows.map(|row| scorer.margin(row)).collect()
    }

    fn value(&self, fold: usize, margins: &[f64], purse: &Purse<'_>) -> f64 {
        let labels = &self.folds[fold].held_labels;
        purse.tuning.objective.value(margins, labels, purse.costs)
    }
}

impl Fold {
    /// Takes rows by the place of their part: 0 is judged, the others up to [`PARTS`] are seen.
    fn new(training: &Training<'_>, place: impl Fn(usize) -> usize) -> Self {
        let (mut seen, mut held) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
        let rows = training.encoded.chunks_exact(training.width.max(1));
        for (row, (cells, &label)) in rows.zip(training.labels).enumerate() {
            let (values, labels) = match place(row) {
                0 => (&mut held.0, &mut held.1),
                1..PARTS => (&mut seen.0, &mut seen.1),
                _ => continue,
            };
            values.extend_from_slice(cells);
            labels.push(label);
        }
        Self {
            seen: seen.0.into(),
            seen_labels: seen.1,
            held: held.0,
            held_labels: held.1,
        }
    }
}

/// Lists hyperparameters, each with its default.
type Sought = Vec<(Hyperparameter, f64)>;

fn ridge(inner: &Inner<'_>, purse: &Purse<'_>, tuned: &mut Tuned) -> Result<()> {
    if inner.training.labels.len() > ROWS_FOR_RIDGE {
        return Ok(());
    }
    let default = tuned.hyperparameters.ridge;
    let sought = vec![(number("ridge", 0.25, 32.0, Scale::Log), default)];
    let study = inner.study("logistic", sought, purse);
    let with = |ridge: f64| Hyperparameters {
        ridge,
        ..tuned.hyperparameters
    };
    let report = study.search(|point, fold| {
        let scorer = logistic::fit(&inner.training(fold, with(point[0])))?;
        Ok(inner.value(fold, &inner.margins(fold, &scorer), purse))
    })?;
    tuned.hyperparameters.ridge = report.point()[0];
    tuned.studies.push(report);
    Ok(())
}

fn trees(inner: &Inner<'_>, purse: &Purse<'_>, tuned: &mut Tuned) -> Result<()> {
    let defaults = tuned.hyperparameters.boosting;
    let sought = sought_of_trees(&defaults, inner.training);
    let study = inner.study("boosted", sought, purse);
    let width = inner.training.width;
    let grounds = inner
        .folds
        .iter()
        .map(|fold| Ground::new(fold.seen.clone(), width));
    let grounds: Vec<Ground> = grounds.collect::<Result<_>>()?;
    let report = study.search(|point, fold| {
        let boosting = boosting(point, inner.trees_of_a_trial(defaults.trees));
        let training = inner.training(fold, tuned.hyperparameters);
        let trees = grounds[fold].grow_bags(&training, &boosting, Manner::Boosted)?;
        Ok(inner.value(fold, &inner.margins(fold, &Scorer::Trees(trees)), purse))
    })?;
    if report.chosen > 0 {
        tuned.hyperparameters.boosting = boosting(report.point(), defaults.trees);
    }
    tuned.studies.push(report);
    Ok(())
}

fn share(inner: &Inner<'_>, purse: &Purse<'_>, tuned: &mut Tuned) -> Result<()> {
    let default = tuned.hyperparameters.share_of_trees;
    let sought = vec![(number("share_of_trees", 0.0, 1.0, Scale::Linear), default)];
    let study = inner.study("blend", sought, purse);
    let folds: Vec<usize> = (0..inner.folds.len()).collect();
    let margins = crate::parallel::map(inner.training.threads, &folds, |&fold| {
        let mut chosen = tuned.hyperparameters;
        chosen.boosting = chosen
            .boosting
            .with_trees(inner.trees_of_a_trial(chosen.boosting.trees));
        let training = inner.training(fold, chosen);
        let line = logistic::fit(&training)?;
        let trees = boosted::fit(&training)?;
        Ok((inner.margins(fold, &line), inner.margins(fold, &trees)))
    })?;
    let report = study.search(|point, fold| {
        let (line, trees) = &margins[fold];
        let both = line.iter().zip(trees);
        let blended: Vec<f64> = both
            .map(|(line, trees)| (1.0 - point[0]) * line + point[0] * trees)
            .collect();
        Ok(inner.value(fold, &blended, purse))
    })?;
    tuned.hyperparameters.share_of_trees = report.point()[0];
    tuned.studies.push(report);
    Ok(())
}

/// Lists what is sought of trees.
///
/// The learning rate is not: together the trees of a bag learn `learning`, and how many they
/// are follows from the effort. The more they are the finer the steps, which costs time and is
/// never worse (Friedman, "Greedy function approximation", 2001, section 5). Bags share the
/// trees, so that more of them cost nothing: each has fewer trees, in larger steps. On the real
/// sample of 5,000 clients four bags gained nothing over one (AUC −0.0002, standard error 0.0008).
fn sought_of_trees(defaults: &Boosting, training: &Training<'_>) -> Sought {
    let is_few = training.labels.len() <= MANY_ROWS;
    let most_columns = training.width.min(200) as f64;
    let growth = &defaults.growth;
    let columns = growth.columns_a_tree.min(training.width) as f64;
    vec![
        (
            whole("depth", 2.0, if is_few { 5.0 } else { 7.0 }),
            growth.depth as f64,
        ),
        (
            number("learning", 5.0, 100.0, Scale::Log),
            defaults.learning(),
        ),
        (
            number("min_child_weight", 1.0, 100.0, Scale::Log),
            growth.min_child_weight,
        ),
        (number("lambda", 1.0, 1000.0, Scale::Log), growth.lambda),
        (
            number("subsample", 0.4, 1.0, Scale::Linear),
            growth.subsample,
        ),
        (
            many("columns_a_tree", most_columns.min(5.0), most_columns),
            columns,
        ),
        (many("bins", 16.0, 256.0), growth.bins as f64),
        (whole("bags", 1.0, 8.0), defaults.bags as f64),
    ]
}

/// Makes boosting of a configuration, in the order of [`sought_of_trees`].
fn boosting(point: &[f64], trees: usize) -> Boosting {
    let mut boosting = Boosting::of(trees, point[7] as usize, point[1]);
    boosting.growth.depth = point[0] as usize;
    boosting.growth.min_child_weight = point[2];
    boosting.growth.lambda = point[3];
    boosting.growth.subsample = point[4];
    boosting.growth.columns_a_tree = point[5] as usize;
    boosting.growth.bins = point[6] as usize;
    boosting
}

fn number(name: &'static str, low: f64, high: f64, scale: Scale) -> Hyperparameter {
    Hyperparameter {
        name,
        low,
        high,
        scale,
        is_whole: false,
    }
}

fn whole(name: &'static str, low: f64, high: f64) -> Hyperparameter {
    Hyperparameter {
        is_whole: true,
        ..number(name, low, high, Scale::Linear)
    }
}

fn many(name: &'static str, low: f64, high: f64) -> Hyperparameter {
    Hyperparameter {
        is_whole: true,
        ..number(name, low, high, Scale::Log)
    }
}
