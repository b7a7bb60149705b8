//! Why a client got this result: exact contributions, and the words for them.
//!
//! Data in, data out: this crate reads no file and no clock, and prints nothing.
//!
//! In the order in which the data flows:
//! - [`tree_shap`] (over `tree_layout` and `quadrature`), `linear` and `additive`: what each encoded column adds
//!   to the margin;
//! - [`contributions`]: columns folded into features; nothing passes that does not add up to the margin;
//! - [`concepts`]: features folded into concepts and themes;
//! - [`importance`]: what counts most, over many clients;
//! - [`comparison`], [`format`], `texts`: the client's values among all clients, in words;
//! - `sentences`, [`reasons`]: why, in the recipe's sentences;
//! - [`waterfall`], [`stability`], [`second`], [`summary`]: how the risk came about, how far the decision is from
//!   another, and what a second model says;
//! - [`readability`]: how easy all that is to read;
//! - [`explanation`]: all of it as one value.

mod additive;
pub mod comparison;
pub mod concepts;
pub mod contributions;
pub mod error;
pub mod explanation;
pub mod format;
pub mod importance;
mod linear;
mod quadrature;
pub mod readability;
pub mod reasons;
pub mod second;
mod sentences;
pub mod stability;
pub mod summary;
mod texts;
mod tree_layout;
pub mod tree_shap;
pub mod waterfall;

pub use concepts::{ConceptContribution, ThemeContribution};
pub use contributions::{ADDITIVITY_LIMIT, Contributions, Explainer, contributions, explain};
pub use error::{Error, Result};
pub use explanation::{Explanation, FeatureContribution};
pub use importance::importance;
pub use readability::reading_ease;
pub use reasons::Reason;
pub use second::{Divide, SecondOpinion};
pub use stability::{Stability, Turn};
pub use summary::Summary;
pub use tree_shap::TreeExplainer;
pub use waterfall::{Step, Waterfall};
