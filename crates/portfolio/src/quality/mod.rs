//! How good a lender's data are: what is wrong with which rows, worst first.
//!
//! - [`rules`]: the recipe's `quality.toml`: conditions of rows that cannot be right;
//! - [`look`]: rules and built-in checks asked of a table's rows as they pass by, once;
//! - [`columns`]: columns that say nothing;
//! - [`RowChecks`]: what posted and edited rows must hold: [`Range`]s, vocabulary, and the rules that are errors.
//!
//! A finding never changes a row: it says where the lender should look. Only rows from outside are refused.

mod columns;
mod look;
mod range;
mod report;
mod row_checks;
pub(crate) mod rules;

pub(crate) use columns::about_column;
pub use look::{AFTER_APPLICATION, LEARNED_LATER, ORPHANS};
pub(crate) use look::{Look, LookedAt};
pub use range::Range;
pub(crate) use report::FILE;
pub use report::{ColumnQuality, Example, Finding, PAGE, Quality, Severity};
pub use row_checks::{RowChecks, expected, number_shown, one_of};
pub use rules::{Rule, Rules};
