//! Predictions of other programs on the same folds, and by how much ours lead.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, bail};
use limpide_model::Dataset;
use limpide_model::metrics::{auc, paired_difference};
use limpide_train::{FoldEntry, OutOfFold};
use serde::{Deserialize, Serialize};

/// What one client of one repeat was predicted by a model that had not seen it.
#[derive(Deserialize)]
struct Line {
    client: i64,
    repeat: u32,
    candidate: String,
    probability: f64,
}

/// The AUC of each fold, by repeat and fold.
type Areas = BTreeMap<(u32, u32), f64>;

/// By how much a candidate leads one reference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lead {
    pub candidate: String,
    pub reference: String,
    /// The reference's mean AUC over the folds.
    pub reference_auc: f64,
    /// The candidate's AUC less the reference's, its mean over the folds.
    pub auc_difference: f64,
    /// Its standard error, paired by fold.
    pub standard_error: f64,
}

/// References by name, judged fold by fold.
pub struct References {
    folds: BTreeMap<(i64, u32), u32>,
    labels: BTreeMap<i64, u8>,
    areas: Vec<(String, Areas)>,
}

impl References {
    /// Reads client, repeat, candidate, probability, as `train --oof` writes them.
    pub fn read(path: &Path, entries: &[FoldEntry], dataset: &Dataset) -> anyhow::Result<Self> {
        let name = || path.display().to_string();
        let folds = entries.iter().map(|of| ((of.client, of.repeat), of.fold));
        let clients = dataset.clients.iter().copied();
        let mut references = Self {
            folds: folds.collect(),
            labels: clients.zip(dataset.labels.iter().copied()).collect(),
            areas: Vec::new(),
        };
        let file = File::open(path).with_context(name)?;
        let mut found: BTreeMap<String, Vec<(i64, u32, f64)>> = BTreeMap::new();
        for line in csv::Reader::from_reader(file).deserialize() {
            let line: Line = line.with_context(|| {
                format!("{}: client,repeat,candidate,probability expected", name())
            })?;
            let of = found.entry(line.candidate).or_default();
            of.push((line.client, line.repeat, line.probability));
        }
        for (reference, lines) in found {
            if lines.len() != entries.len() {
                bail!(
                    "{}: {} predictions of {reference} found, one for each of the {} lines of the \
                     folds expected",
                    name(),
                    lines.len(),
                    entries.len()
                );
            }
            let areas = references.judge(lines.into_iter());
            let areas = areas.with_context(|| format!("{}, {reference}", name()))?;
            references.areas.push((reference, areas));
        }
        Ok(references)
    }

    /// Holds candidates against every reference.
    pub fn leads(&self, out_of_fold: &[OutOfFold], names: &[&str]) -> anyhow::Result<Vec<Lead>> {
        let mut leads = Vec::new();
        for name in names {
            let of = out_of_fold.iter().filter(|line| line.candidate == *name);
            let ours = self.judge(of.map(|line| (line.client, line.repeat, line.probability)))?;
            for (reference, theirs) in &self.areas {
                let aligned: Option<Vec<f64>> =
                    ours.keys().map(|at| theirs.get(at).copied()).collect();
                let aligned = aligned.with_context(|| {
                    format!("{reference} predicts nobody of some fold: one prediction a line of the folds expected")
                })?;
                let of_ours: Vec<f64> = ours.values().copied().collect();
                let (auc_difference, standard_error) = paired_difference(&of_ours, &aligned);
                leads.push(Lead {
                    candidate: (*name).to_owned(),
                    reference: reference.clone(),
                    reference_auc: theirs.values().sum::<f64>() / theirs.len() as f64,
                    auc_difference,
                    standard_error,
                });
            }
        }
        Ok(leads)
    }

    fn judge(&self, lines: impl Iterator<Item = (i64, u32, f64)>) -> anyhow::Result<Areas> {
        let mut by_fold: BTreeMap<(u32, u32), (Vec<f64>, Vec<u8>)> = BTreeMap::new();
        for (client, repeat, probability) in lines {
            let fold = self.folds.get(&(client, repeat));
            let (Some(&fold), Some(&label)) = (fold, self.labels.get(&client)) else {
                bail!("client {client} of repeat {repeat} is in no fold");
            };
            if !probability.is_finite() {
                bail!("client {client} of repeat {repeat} has no probability: {probability}");
            }
            let (scores, labels) = by_fold.entry((repeat, fold)).or_default();
            scores.push(probability);
            labels.push(label);
        }
        let judged = by_fold.into_iter();
        Ok(judged
            .map(|(at, (scores, labels))| (at, auc(&scores, &labels)))
            .collect())
    }
}

/// The leads as lines for people.
pub fn lines(leads: &[Lead]) -> String {
    let mut text = String::new();
    for lead in leads {
        let _ = writeln!(
            text,
            "{} leads {} ({:.4}) by {:+.4} ± {:.4} AUC, paired by fold",
            lead.candidate,
            lead.reference,
            lead.reference_auc,
            lead.auc_difference,
            lead.standard_error
        );
    }
    text
}
