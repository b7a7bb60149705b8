//! Ways to a yes: the smallest changes of a request that its decision flips with, and the words for
//! them.
//!
//! - [`search`]: the smallest on a grid of what may change, or the proof that there is none;
//! - [`words`]: what was found, as people read it, after each way was scored afresh.
//!
//! Neither knows tables nor models' inputs: whoever asks says what each point of the grid leads to.

pub mod search;
pub mod words;

pub use search::{Grid, Point, Search, Wanted, search};
pub use words::{Field, FieldChange, Follow, OpenField, Question, Verified, Way, Ways, ways};
