//! What `GET /api/v1/model/explanation` answers with.

use serde::Serialize;
use utoipa::ToSchema;

/// What the published model does over all clients; numbers in log-odds unless they say otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelExplanation {
    /// Language of labels and words.
    #[schema(example = "fr")]
    pub(super) lang: String,
    /// Hash of the model.
    pub(super) model: String,
    /// Whether the model was trained on an invented portfolio.
    pub(super) synthetic: bool,
    /// Clients of the portfolio.
    pub(super) clients: usize,
    /// Clients that contributions were measured on.
    pub(super) sampled: usize,
    /// Expected margin over the training rows.
    pub(super) base: f64,
    /// Every concept, the largest mean size first.
    pub(super) concepts: Vec<WireStrength>,
    /// Every theme, the largest mean size first.
    pub(super) themes: Vec<WireStrength>,
    /// Every feature, the largest mean size first.
    pub(super) features: Vec<WireStrength>,
    /// What is lost where values are mixed up; `null` where no outcome is known.
    pub(super) permutation: Option<WirePermutation>,
    /// What each of the leading features adds, value by value.
    pub(super) dependence: Vec<WireDependence>,
    /// Clients that pairs were measured on.
    pub(super) pairs_measured_on: usize,
    /// Pairs of concepts that act together, the strongest first.
    pub(super) pairs: Vec<WirePair>,
    /// The model that can be read, term by term; `null` where there is none.
    pub(super) glass_box: Option<WireGlassBox>,
    /// What counts in each part of the clients; empty for a client, and where it was not measured.
    pub(super) segments: Vec<WireSegmentation>,
}

/// How much something moves margins.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireStrength {
    /// Name of the feature, or id of the concept or theme.
    pub(super) id: String,
    /// What people call it.
    pub(super) label: String,
    /// Mean size of its contribution.
    pub(super) size: f64,
    /// Lower end of the size's 95 % interval.
    pub(super) low: f64,
    /// Upper end of it.
    pub(super) high: f64,
    /// Mean contribution: above 0 where it raises these clients' risk.
    pub(super) mean: f64,
}

/// What is lost where values are mixed up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WirePermutation {
    /// Clients with a known outcome that it was measured on.
    pub(super) clients: usize,
    /// Those of them that did not repay.
    pub(super) defaults: usize,
    /// How often values were mixed up.
    pub(super) repeats: usize,
    /// Whether the model was trained on these clients: then losses are overstated.
    pub(super) seen: bool,
    /// AUC on these clients as they are.
    pub(super) auc: f64,
    /// Mean cost a client as they are.
    pub(super) cost_per_client: f64,
    /// Every concept, the largest loss first.
    pub(super) concepts: Vec<WireLoss>,
    /// The leading features, the largest loss first.
    pub(super) features: Vec<WireLoss>,
}

/// What is lost where some values are mixed up; intervals of 95 %.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireLoss {
    /// Name of the feature, or id of the concept.
    pub(super) id: String,
    /// What people call it.
    pub(super) label: String,
    /// By how much the AUC falls.
    pub(super) auc_loss: f64,
    /// Low and high end of its interval.
    pub(super) auc_interval: [f64; 2],
    /// By how much the mean cost a client rises.
    pub(super) cost_increase: f64,
    /// Low and high end of its interval.
    pub(super) cost_interval: [f64; 2],
}

/// What one feature adds, value by value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireDependence {
    /// Name of the feature.
    pub(super) feature: String,
    /// What people call it.
    pub(super) label: String,
    /// Known numbers by rising value, or categories, the commonest first; then all other categories, then clients of
    /// whom nothing is known.
    pub(super) points: Vec<WirePoint>,
}

/// What a feature adds at some of its values.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WirePoint {
    /// The values in words.
    pub(super) text: String,
    /// Smallest value; `null` where the values are no numbers.
    pub(super) low: Option<f64>,
    /// Value in the middle.
    pub(super) median: Option<f64>,
    /// Largest value.
    pub(super) high: Option<f64>,
    /// Clients.
    pub(super) clients: usize,
    /// Mean contribution.
    pub(super) mean: f64,
    /// What a tenth of the clients lie below.
    pub(super) p10: f64,
    /// What a tenth of the clients lie above.
    pub(super) p90: f64,
}

/// Two concepts that act together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WirePair {
    /// Ids of the two.
    pub(super) concepts: [String; 2],
    /// What people call them.
    pub(super) labels: [String; 2],
    /// Mean size of what they add together beyond what each adds alone.
    pub(super) size: f64,
    /// Mean of it.
    pub(super) mean: f64,
}

/// The model that can be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireGlassBox {
    /// Name of the candidate.
    pub(super) name: String,
    /// Where every margin starts.
    pub(super) base: f64,
    /// What each feature adds.
    pub(super) terms: Vec<WireTerm>,
    /// What two features add together.
    pub(super) pairs: Vec<WirePairTerm>,
}

/// What one feature adds.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireTerm {
    /// Name of the feature.
    pub(super) feature: String,
    /// What people call it.
    pub(super) label: String,
    /// Its steps.
    pub(super) steps: Vec<WireStep>,
    /// Value and log-odds at both ends of a straight line; beyond them it is flat.
    pub(super) line: Option<[[f64; 2]; 2]>,
}

/// One step of a term.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireStep {
    /// The values in words.
    pub(super) text: String,
    /// What they add.
    pub(super) log_odds: f64,
    /// Points of a scorecard: more where the risk is less.
    pub(super) points: Option<f64>,
    /// Weight of evidence, of a scorecard.
    pub(super) woe: Option<f64>,
    /// Share of the bin's training clients that did not repay, of a scorecard.
    pub(super) event_rate: Option<f64>,
    /// The bin's share of all training clients, of a scorecard.
    pub(super) share: Option<f64>,
}

/// What two features add together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WirePairTerm {
    /// Names of the two.
    pub(super) features: [String; 2],
    /// What people call them.
    pub(super) labels: [String; 2],
    /// Values of each, in words, along the grid.
    pub(super) values: [Vec<String>; 2],
    /// What they add, a value of the first after the other.
    pub(super) log_odds: Vec<f64>,
}

/// What counts in each part of the clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireSegmentation {
    /// Name of the feature that makes the parts.
    pub(super) feature: String,
    /// What people call it.
    pub(super) label: String,
    /// The parts.
    pub(super) segments: Vec<WireSegment>,
}

/// One part of the clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireSegment {
    /// The feature's values in words.
    pub(super) text: String,
    /// Sampled clients.
    pub(super) clients: usize,
    /// Share of those with a known outcome that did not repay.
    pub(super) default_rate: Option<f64>,
    /// Mean probability.
    pub(super) mean_probability: f64,
    /// Every concept, the largest mean size first.
    pub(super) concepts: Vec<WireStrength>,
    /// The features that count most here, the largest mean size first.
    pub(super) features: Vec<WireStrength>,
}
