//! Why a client got this result: exact contributions, and the words for them.
//!
//! Data in, data out: this crate reads no file and no clock, and prints nothing.
//!
//! In the order in which the data flows:
//! - [`tree_shap`] (over `tree_layout` and `quadrature`), `linear` and `additive`: what each encoded column adds
//!   to the margin;
//! - [`contributions`]: columns folded into features; nothing passes that does not add up to the margin;
//! - [`interactions`]: what concepts add by themselves and two by two;
//! - [`concepts`]: features folded into concepts and themes;
//! - [`importance`], [`global`]: what counts most and what a model does, over many clients;
//! - [`comparison`], [`format`], `texts`: the client's values among all clients, in words;
//! - `weighed`, `sentences`, [`reasons`]: why, in the recipe's sentences;
//! - [`waterfall`], [`stability`], [`second`], [`summary`]: how the risk came about, how far the decision is from
//!   another, and what a second model says;
//! - [`readability`]: how easy all that is to read;
//! - [`explanation`]: all of it as one value;
//! - [`similar`]: the clients most like one, and how it went with them;
//! - [`percentile`], [`clouds`] (over [`axis`] and [`values`]): a client's values among those of others;
//! - [`comparing`]: these for one portfolio, among all, similar or filtered clients;
//! - [`ways`]: the smallest changes that the decision flips with.

mod additive;
pub mod axis;
pub mod clouds;
pub mod comparing;
pub mod comparison;
pub mod concepts;
pub mod contributions;
pub mod error;
pub mod explanation;
pub mod format;
pub mod global;
pub mod importance;
pub mod interactions;
mod lanes;
mod layout;
mod linear;
pub mod percentile;
mod quadrature;
pub mod readability;
pub mod reasons;
pub mod second;
mod sentences;
pub mod similar;
pub mod stability;
pub mod summary;
mod texts;
mod tree_interactions;
mod tree_kernel;
mod tree_layout;
mod tree_reference;
pub mod tree_shap;
pub mod values;
pub mod waterfall;
pub mod ways;
mod weighed;

pub use axis::Axis;
pub use concepts::{ConceptContribution, ThemeContribution};
pub use contributions::{
    ADDITIVITY_LIMIT, Contributions, Explainer, Sample, contributions, explain,
};
pub use error::{Error, Result};
pub use explanation::{Explanation, FeatureContribution, Principal};
pub use global::{Global, Material, global};
pub use importance::importance;
pub use interactions::Interactions;
pub use readability::reading_ease;
pub use reasons::Reason;
pub use second::{Divide, SecondOpinion};
pub use stability::{Stability, Turn};
pub use summary::Summary;
pub use tree_shap::TreeExplainer;
pub use values::Values;
pub use waterfall::{Step, Waterfall};
pub use ways::{Way, Ways};
