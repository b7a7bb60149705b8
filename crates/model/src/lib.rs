//! What a trained model is, and all that it takes to use one: the bundle, its scorers, the
//! metrics that judge it and the policy that turns a probability into a decision.
//!
//! Data in, data out: this crate reads no file and no clock, and prints nothing.
//!
//! In the order in which the data flows:
//! - [`value`], [`feature`]: one client's values, and what is known of each feature;
//! - [`dataset`]: labelled clients, column by column;
//! - [`learned`]: features that are learned from other clients, fitted beside the encoder;
//! - [`encoder`]: values to the numbers that scorers read;
//! - [`trees`], [`import`], [`logistic`], [`additive`], [`scorecard`], [`scorer`]: numbers to a
//!   margin (log-odds);
//! - [`calibration`], [`venn_abers`]: margin to probability and its interval;
//! - [`policy`], [`score`]: probability to decision;
//! - [`metrics`], [`judging`]: how well it all did;
//! - [`reference`]: what the training population looked like;
//! - [`random`]: draws from a seed;
//! - [`export`]: trees for other programs to score with;
//! - [`evidence`]: how it was trained and judged, for documents;
//! - [`bundle`]: the whole of it as one value, written and read back to the same bytes;
//! - `variants`: many variants of one row, encoded at once.

pub mod additive;
pub mod bundle;
pub mod calibration;
pub mod dataset;
pub mod encoder;
pub mod error;
pub mod evidence;
pub mod export;
pub mod feature;
pub mod import;
pub mod judging;
pub mod learned;
pub mod logistic;
pub mod metrics;
pub mod policy;
pub mod random;
pub mod reference;
pub mod score;
pub mod scorecard;
pub mod scorer;
pub mod trees;
pub mod value;
mod variants;
pub mod venn_abers;

pub use additive::{Additive, Pair, Shape};
pub use bundle::{Bundle, RecipeRef, TrainedOn};
pub use calibration::Calibration;
pub use dataset::{Column, Dataset};
pub use encoder::{EncodedColumn, Encoder, Source};
pub use error::{Error, Result, RowProblem};
pub use evidence::{Curves, Evidence, Importance, Procedure};
pub use feature::{
    Concept, Direction, Feature, Kind, Lang, Listener, Reader, Sentence, Telling, Text, Theme, Unit,
};
pub use judging::{Holdout, HoldoutKind, Imbalance, Paired, Standing, Treatment};
pub use learned::{Declared, DetailTable, Details, Learned};
pub use logistic::{LinearTerm, Logistic};
pub use metrics::Metrics;
pub use policy::{Costs, Decision, Policy, Reviewing, ThresholdRow};
pub use reference::{FeatureReference, Reference};
pub use score::{GlassBox, Score};
pub use scorecard::Scorecard;
pub use scorer::{Part, Scorer};
pub use trees::{Ensemble, NodeView, Tree, TreeView};
pub use value::Value;
pub use venn_abers::{Steps, VennAbers};
