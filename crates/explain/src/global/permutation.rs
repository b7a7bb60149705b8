//! What is lost where a concept's or a feature's values are mixed up among clients.
//!
//! Features of one concept are mixed up together, so that none of them stands in for another. The values of a feature
//! that is computed from others do not follow: each is mixed up as the model reads it.
//!
//! # Source
//! Breiman, "Random forests", Machine Learning 2001, section 10; Fisher, Rudin and Dominici, "All models are wrong, but
//! many are useful", JMLR 2019, section 3.

use limpide_model::metrics::{NORMAL_97_5, auc, delong_test};
use limpide_model::random::SplitMix;
use limpide_model::{Bundle, Value};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::watch::{Stage, Steps, Watch};
use crate::error::Result;

/// Holds what is lost without each concept and each leading feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Permutation {
    /// Clients with a known outcome that it was measured on.
    pub clients: usize,
    /// Those of them that did not repay.
    pub defaults: usize,
    /// How often values were mixed up.
    pub repeats: usize,
    /// Whether the model was trained on these clients: then it knows them better than new ones, and what is lost is
    /// overstated.
    pub seen: bool,
    /// The AUC on these clients as they are.
    pub auc: f64,
    /// The mean cost a client of the policy's decisions on them as they are.
    pub cost_per_client: f64,
    /// Every concept that features name, the largest loss of AUC first.
    pub concepts: Vec<Loss>,
    /// The features that were asked for, the largest loss of AUC first.
    pub features: Vec<Loss>,
}

/// Says what is lost where some values are mixed up: 0 where the model does not read them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    /// The feature's name, or the concept's id.
    pub id: String,
    /// By how much the AUC falls, a mean over the repeats.
    pub auc_loss: f64,
    /// Its 95 % interval over clients, by DeLong's paired test.
    pub auc_interval: [f64; 2],
    /// By how much the mean cost a client rises, a mean over the repeats.
    pub cost_increase: f64,
    /// Its 95 % interval over clients.
    pub cost_interval: [f64; 2],
}

/// Draws orders of `n` clients, one a repeat.
pub fn orders(n: usize, repeats: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut random = SplitMix::new(seed);
    let mut draw = || {
        let mut order: Vec<usize> = (0..n).collect();
        random.shuffle(&mut order);
        order
    };
    (0..repeats).map(|_| draw()).collect()
}

/// Mixes up the values of each concept, and of each of the given features, in each of the orders: a client gets those
/// of the client whose place stands at its own.
///
/// `judged` holds the clients' rows, aligned with the bundle's features, and 1 where they did not repay, else 0.
///
/// # Errors
/// [`crate::Error::Model`] where a row does not fit the bundle; [`crate::Error::Stopped`] where it is asked to stop.
pub fn permutation(
    bundle: &Bundle,
    judged: (&[Vec<Value>], &[u8]),
    orders: &[Vec<usize>],
    features: &[usize],
    watch: &Watch<'_>,
) -> Result<Permutation> {
    let material = Encoded::new(bundle, judged)?;
    let of_concepts = bundle.concepts.iter().filter_map(|concept| {
        let is_of = |place: &usize| bundle.features[*place].concept == concept.id;
        let group: Vec<usize> = (0..bundle.features.len()).filter(is_of).collect();
        (!group.is_empty()).then_some((&concept.id, group))
    });
    let of_concepts: Vec<(&String, Vec<usize>)> = of_concepts.collect();
    let of_features = features
        .iter()
        .map(|&place| (&bundle.features[place].name, vec![place]));
    let of_features: Vec<(&String, Vec<usize>)> = of_features.collect();
    let steps = Steps::new(
        watch,
        Stage::Permutation,
        of_concepts.len() + of_features.len(),
    );
    let losses = |targets: &[(&String, Vec<usize>)]| -> Result<Vec<Loss>> {
        let losses = targets.par_iter().map(|(id, group)| {
            steps.check()?;
            let loss = material.loss(id, group, orders);
            steps.finish(1);
            Ok(loss)
        });
        let mut losses = losses.collect::<Result<Vec<Loss>>>()?;
        losses.sort_by(|a, b| b.auc_loss.total_cmp(&a.auc_loss));
        Ok(losses)
    };
    let labels = material.labels;
    Ok(Permutation {
        clients: labels.len(),
        defaults: labels.iter().filter(|&&label| label == 1).count(),
        repeats: orders.len(),
        seen: false,
        auc: auc(&material.before.probabilities, labels),
        cost_per_client: mean(&material.before.costs),
        concepts: losses(&of_concepts)?,
        features: losses(&of_features)?,
    })
}

/// Clients as the scorer reads them, and their results.
struct Encoded<'a> {
    bundle: &'a Bundle,
    labels: &'a [u8],
    /// `(n_clients, width)`, client after client.
    encoded: Vec<f32>,
    before: Judged,
}

/// Results of clients.
struct Judged {
    probabilities: Vec<f64>,
    costs: Vec<f64>,
}

impl<'a> Encoded<'a> {
    fn new(bundle: &'a Bundle, (rows, labels): (&[Vec<Value>], &'a [u8])) -> Result<Self> {
        let mut encoded = Vec::with_capacity(rows.len() * bundle.encoder.width());
        for row in rows {
            encoded.extend(bundle.encode(row)?);
        }
        Ok(Self {
            before: judge(bundle, &encoded, labels),
            bundle,
            labels,
            encoded,
        })
    }

    fn loss(&self, id: &str, features: &[usize], orders: &[Vec<usize>]) -> Loss {
        let width = self.bundle.encoder.width();
        let columns = self.bundle.encoder.columns.iter().enumerate();
        let columns = columns.filter(|(_, column)| features.contains(&column.feature));
        let columns: Vec<usize> = columns.map(|(place, _)| place).collect();
        let n = self.labels.len();
        let repeats = orders.len().max(1) as f64;
        let (mut auc_loss, mut variance) = (0.0, 0.0);
        let mut costs = vec![0.0; n];
        for order in orders {
            let mut mixed = self.encoded.clone();
            for (client, &from) in order.iter().enumerate() {
                for &column in &columns {
                    mixed[client * width + column] = self.encoded[from * width + column];
                }
            }
            let after = judge(self.bundle, &mixed, self.labels);
            let test = delong_test(
                &self.before.probabilities,
                &after.probabilities,
                self.labels,
            );
            auc_loss += test.difference / repeats;
            variance += test.standard_error.powi(2) / repeats;
            for (client, cost) in costs.iter_mut().enumerate() {
                *cost += (after.costs[client] - self.before.costs[client]) / repeats;
            }
        }
        let around =
            |middle: f64, error: f64| [middle - NORMAL_97_5 * error, middle + NORMAL_97_5 * error];
        let cost_increase = mean(&costs);
        let spread = costs
            .iter()
            .map(|cost| (cost - cost_increase).powi(2))
            .sum::<f64>();
        let of_mean = spread / (n as f64 - 1.0).max(1.0) / n.max(1) as f64;
        Loss {
            id: id.to_owned(),
            auc_loss,
            auc_interval: around(auc_loss, variance.sqrt()),
            cost_increase,
            cost_interval: around(cost_increase, of_mean.sqrt()),
        }
    }
}

fn judge(bundle: &Bundle, encoded: &[f32], labels: &[u8]) -> Judged {
    let margins = bundle.scorer.margins(encoded, labels.len());
    let probabilities = margins
        .into_iter()
        .map(|margin| bundle.calibration.probability(margin));
    let probabilities: Vec<f64> = probabilities.collect();
    let policy = &bundle.policy;
    let costs = probabilities.iter().zip(labels);
    let costs = costs.map(|(&probability, &label)| policy.cost(policy.decide(probability), label));
    Judged {
        costs: costs.collect(),
        probabilities,
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
