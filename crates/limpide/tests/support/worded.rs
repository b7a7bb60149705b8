//! Bundles around a matrix without a training: what is read of an explanation rests on the recipe's words and the
//! population's values, not on which learner won.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use limpide_features::{Cell, Matrix};
use limpide_model::{
    Bundle, Calibration, Column, Direction, Encoder, Evidence, Feature, FeatureReference, GlassBox,
    Kind, Learned, LinearTerm, Logistic, Policy, Reference, Scorer, Source, Steps, Value,
    VennAbers,
};
use limpide_train::boosting::{Growth, Samples, grow};
use limpide_train::{EncodedRows, Observer};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A matrix of a workspace, in the model's words.
pub struct Population {
    pub features: Vec<Feature>,
    columns: Vec<Column>,
    matrix: Matrix,
}

impl Population {
    pub fn open(workspace: &Path) -> Self {
        let (_, matrix) = Matrix::open(workspace).unwrap();
        let features: Vec<Feature> = same(&matrix.catalogue.features);
        let columns = features.iter().enumerate();
        let columns = columns.map(|(place, feature)| {
            let cells = (0..matrix.clients().len()).map(|row| matrix.cell(row, place));
            match feature.kind {
                Kind::Number => Column::Numbers(cells.map(number).collect()),
                Kind::Category => Column::Categories(cells.map(category).collect()),
            }
        });
        Self {
            columns: columns.collect(),
            features,
            matrix,
        }
    }

    pub fn len(&self) -> usize {
        self.matrix.clients().len()
    }

    /// The number of the client at a place.
    pub fn client(&self, place: usize) -> i64 {
        self.matrix.clients()[place]
    }

    /// What the model reads of the client at a place.
    pub fn row(&self, place: usize) -> Vec<Value> {
        self.columns
            .iter()
            .map(|column| column.value(place))
            .collect()
    }

    /// A bundle of this population around a model of a rule of thumb, with another as glass box; what is told of
    /// training is another bundle's.
    pub fn by_rule_of_thumb(&self, other: Bundle) -> Bundle {
        let mut bundle = self.bundle(other);
        bundle.scorer = rule_of_thumb(&bundle, 0);
        let glass_box = GlassBox {
            name: "rule".to_owned(),
            scorer: rule_of_thumb(&bundle, 1),
            calibration: bundle.calibration.clone(),
            interval: margin_of_doubt(),
            threshold: bundle.policy.threshold,
        };
        bundle.glass_box = Some(glass_box);
        bundle
    }

    /// A bundle of this population around trees grown on its outcomes, with a rule of thumb as glass box.
    pub fn by_trees(&self, other: Bundle) -> Bundle {
        let mut bundle = self.by_rule_of_thumb(other);
        let known: Vec<usize> = (0..self.len())
            .filter(|&place| self.matrix.label(place).is_some())
            .collect();
        let labels: Vec<u8> = known
            .iter()
            .filter_map(|&place| self.matrix.label(place))
            .collect();
        let columns: Vec<&Column> = self.columns.iter().collect();
        let values = EncodedRows::from(bundle.encoder.encode(&columns, &known));
        let samples = Samples {
            values: &values,
            width: bundle.encoder.width(),
            labels: &labels,
            weights: None,
        };
        let growth = Growth {
            rounds: 40,
            eta: 0.2,
            depth: 4,
            min_child_weight: 5.0,
            lambda: 1.0,
            subsample: 0.8,
            columns_a_tree: 200,
            bins: 32,
        };
        let trees = grow(&samples, &growth, 1, 2, &Observer::silent()).unwrap();
        bundle.scorer = Scorer::Trees(trees);
        bundle.calibration = Calibration::Identity;
        bundle
    }

    fn bundle(&self, other: Bundle) -> Bundle {
        let columns: Vec<&Column> = self.columns.iter().collect();
        let rows: Vec<usize> = (0..self.len()).collect();
        let catalogue = &self.matrix.catalogue;
        Bundle {
            concepts: same(&catalogue.concepts),
            themes: same(&catalogue.themes),
            encoder: Encoder::fit(&columns, &rows),
            reference: Reference::describe(&columns, &vec![0; self.len()], 0.08),
            features: self.features.clone(),
            learned: Learned::default(),
            evidence: Evidence::default(),
            calibration: Calibration::Platt {
                slope: 1.0,
                intercept: 0.0,
            },
            interval: margin_of_doubt(),
            policy: Policy {
                threshold: 0.1,
                review: [0.08, 0.12],
                ..other.policy
            },
            ..other
        }
    }
}

/// The bundle that decides in a workspace.
pub fn published(workspace: &Path) -> Bundle {
    let models = workspace.join("models");
    let hash = fs::read_to_string(models.join("published")).unwrap();
    let path = models.join(format!("{}.json", hash.trim()));
    Bundle::from_bytes(&fs::read(path).unwrap()).unwrap()
}

/// An interval from four fifths of the probability to six.
fn margin_of_doubt() -> VennAbers {
    let margins: Vec<f64> = (0..120).map(|step| -5.0 + 0.05 * f64::from(step)).collect();
    let curve = |part: f64| Steps {
        probabilities: margins.iter().map(|m| part / (1.0 + (-m).exp())).collect(),
        margins: margins.clone(),
    };
    VennAbers {
        low: curve(0.8),
        high: curve(1.2),
        spread: 0.0,
    }
}

/// A linear model in which each column weighs about as much as its spread, the way that the recipe expects, or else
/// the way that its name falls.
fn rule_of_thumb(bundle: &Bundle, turn: u64) -> Scorer {
    let columns = bundle.encoder.columns.iter();
    let terms = columns.map(|column| {
        let feature = &bundle.features[column.feature];
        let reference = &bundle.reference.features[column.feature];
        match &column.source {
            Source::Number => of_number(feature, reference, turn),
            Source::Equals(found) => of_category(feature, reference, found, turn),
        }
    });
    Scorer::Logistic(Logistic {
        intercept: -2.4,
        terms: terms.collect(),
    })
}

fn of_number(feature: &Feature, reference: &FeatureReference, turn: u64) -> LinearTerm {
    let quantile = |percent: usize| reference.quantiles.get(percent).copied().unwrap_or(0.0);
    let spread = (quantile(95) - quantile(5)).max(1e-9);
    let fallen = falls(&feature.name, turn);
    let size = match feature.direction {
        Direction::Up => 0.1 * fallen.abs(),
        Direction::Down => -0.1 * fallen.abs(),
        Direction::None => 0.05 * fallen,
    };
    LinearTerm {
        fill: quantile(50),
        low: quantile(5),
        high: quantile(95),
        mean: quantile(50),
        weight: if quantile(95) > quantile(5) {
            size / spread
        } else {
            0.0
        },
        missing_mean: reference.missing_share,
        missing_weight: 0.03 * fallen,
    }
}

fn of_category(
    feature: &Feature,
    reference: &FeatureReference,
    category: &str,
    turn: u64,
) -> LinearTerm {
    let mut known = reference.categories.iter();
    let share = known
        .find(|(name, _)| name == category)
        .map_or(0.0, |(_, share)| *share);
    LinearTerm {
        fill: 0.0,
        low: 0.0,
        high: 1.0,
        mean: share,
        weight: 0.2 * falls(&format!("{} {category}", feature.name), turn),
        missing_mean: 0.0,
        missing_weight: 0.0,
    }
}

/// A number from −1 to 1 that follows from a name (FNV-1a).
fn falls(name: &str, turn: u64) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ turn;
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

fn number(cell: Cell<'_>) -> f64 {
    match cell {
        Cell::Number(number) => number,
        _ => f64::NAN,
    }
}

fn category(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.to_owned()),
        _ => None,
    }
}

/// The two halves of the program know nothing of each other; what they say is the same JSON.
fn same<A: Serialize, B: DeserializeOwned>(value: &A) -> B {
    serde_json::from_value(serde_json::to_value(value).unwrap()).unwrap()
}
