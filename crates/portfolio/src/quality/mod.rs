//! How good a lender's data are: what is wrong with which rows, worst first.
//!
//! - [`rules`]: the recipe's `quality.toml`: conditions of rows that cannot be right;
//! - [`look`]: rules and built-in checks asked of a table's rows as they pass by, once;
//! - [`columns`]: columns that say nothing;
//! - [`check_rows`]: the same rules on a few rows of one table.
//!
//! A finding never changes a row: it says where the lender should look.

mod check_rows;
mod columns;
mod look;
mod report;
pub(crate) mod rules;

pub use check_rows::check_rows;
pub(crate) use columns::about_column;
pub(crate) use look::{Look, LookedAt, ORPHANS};
pub(crate) use report::FILE;
pub use report::{ColumnQuality, Example, Finding, PAGE, Quality, Severity};
pub use rules::{Rule, Rules};
