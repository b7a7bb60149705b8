//! Means of contributions over clients, taken as the clients come.

use limpide_model::Bundle;
use limpide_model::metrics::NORMAL_97_5;
use serde::{Deserialize, Serialize};

use crate::contributions::Contributions;

/// Says how much a feature, a concept or a theme moves margins, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Strength {
    /// The feature's name, or the concept's or theme's id.
    pub id: String,
    /// The mean size of its contribution.
    pub size: f64,
    /// The size's 95 % interval over clients.
    pub interval: [f64; 2],
    /// The mean contribution: above 0 where it raises these clients' risk.
    pub mean: f64,
}

/// Holds the strengths of all features, concepts and themes, each list the largest size first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Strengths {
    pub(crate) features: Vec<Strength>,
    pub(crate) concepts: Vec<Strength>,
    pub(crate) themes: Vec<Strength>,
}

/// Sums over clients of one contribution.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    size: f64,
    squares: f64,
    signed: f64,
}

/// Sums over clients of all contributions.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    clients: usize,
    features: Vec<Sums>,
    concepts: Vec<Sums>,
    themes: Vec<Sums>,
    concept_of: Vec<Option<usize>>,
    theme_of: Vec<Option<usize>>,
}

impl Sums {
    fn add(&mut self, contribution: f64) {
        self.size += contribution.abs();
        self.squares += contribution * contribution;
        self.signed += contribution;
    }

    pub(crate) fn mean_size(&self, clients: usize) -> f64 {
        self.size / clients.max(1) as f64
    }

    /// The interval is the normal one of a mean; a single client's is the value itself.
    fn strength(&self, id: &str, clients: usize) -> Strength {
        let n = clients.max(1) as f64;
        let size = self.size / n;
        let variance = (self.squares / n - size * size).max(0.0) / (n - 1.0).max(1.0);
        let half = NORMAL_97_5 * variance.sqrt();
        Strength {
            id: id.to_owned(),
            size,
            interval: [(size - half).max(0.0), size + half],
            mean: self.signed / n,
        }
    }
}

impl Running {
    pub(crate) fn new(bundle: &Bundle) -> Self {
        let concept_of = bundle.features.iter().map(|feature| {
            let mut concepts = bundle.concepts.iter();
            concepts.position(|concept| concept.id == feature.concept)
        });
        let theme_of = bundle.concepts.iter().map(|concept| {
            let mut themes = bundle.themes.iter();
            themes.position(|theme| theme.id == concept.theme)
        });
        Self {
            clients: 0,
            features: vec![Sums::default(); bundle.features.len()],
            concepts: vec![Sums::default(); bundle.concepts.len()],
            themes: vec![Sums::default(); bundle.themes.len()],
            concept_of: concept_of.collect(),
            theme_of: theme_of.collect(),
        }
    }

    /// Adds one client's contributions, aligned with the features.
    pub(crate) fn add(&mut self, contributions: &[f64]) {
        let mut of_concepts = vec![0.0; self.concepts.len()];
        let mut of_themes = vec![0.0; self.themes.len()];
        for (place, &contribution) in contributions.iter().enumerate() {
            self.features[place].add(contribution);
            if let Some(concept) = self.concept_of[place] {
                of_concepts[concept] += contribution;
            }
        }
        for (place, &contribution) in of_concepts.iter().enumerate() {
            self.concepts[place].add(contribution);
            if let Some(theme) = self.theme_of[place] {
                of_themes[theme] += contribution;
            }
        }
        for (sums, contribution) in self.themes.iter_mut().zip(of_themes) {
            sums.add(contribution);
        }
        self.clients += 1;
    }

    /// Counts the clients.
    pub(crate) fn clients(&self) -> usize {
        self.clients
    }

    /// Gives the mean sizes of features and of concepts, in the bundle's order.
    pub(crate) fn mean_sizes(&self) -> [Vec<f64>; 2] {
        [&self.features, &self.concepts].map(|list| {
            list.iter()
                .map(|sums| sums.mean_size(self.clients))
                .collect()
        })
    }

    pub(crate) fn finish(&self, bundle: &Bundle) -> Strengths {
        let clients = self.clients;
        let ranked = |ids: &mut dyn Iterator<Item = &String>, sums: &[Sums]| {
            let strengths = ids.zip(sums).map(|(id, sums)| sums.strength(id, clients));
            let mut strengths: Vec<Strength> = strengths.collect();
            // Stable: equal ones stay in the bundle's order.
            strengths.sort_by(|a, b| b.size.total_cmp(&a.size));
            strengths
        };
        let mut features = bundle.features.iter().map(|feature| &feature.name);
        let mut concepts = bundle.concepts.iter().map(|concept| &concept.id);
        let mut themes = bundle.themes.iter().map(|theme| &theme.id);
        Strengths {
            features: ranked(&mut features, &self.features),
            concepts: ranked(&mut concepts, &self.concepts),
            themes: ranked(&mut themes, &self.themes),
        }
    }
}

/// Gives the strengths over the given clients.
pub(crate) fn strengths(bundle: &Bundle, contributions: &[Contributions]) -> Strengths {
    let mut running = Running::new(bundle);
    for one in contributions {
        running.add(&one.per_feature);
    }
    running.finish(bundle)
}
