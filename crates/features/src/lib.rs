//! The recipe's features: declared once, compiled to SQL, the same for a portfolio and for one
//! client.
//!
//! - [`spec`]: what a recipe says: families, subsets, columns, aggregates;
//! - `check`, `sentences`, `lineage`, `derived`: what is wrong with it, before any data is read, and what each
//!   feature is made of;
//! - [`filters`]: what a person may narrow clients by;
//! - [`label`]: a feature's words in French and English, from its column's and its aggregate's;
//! - [`plan`]: what is to be computed: rows, queries over them, and the features of each;
//! - [`compile`]: families to such a plan;
//! - [`learned`]: what is to be learned from other clients, and the rows that it takes;
//! - [`compute`]: the queries over a range of clients, put together to one batch;
//! - [`online`]: the same for one client at once, with plans that are kept;
//! - [`changes`]: what a client may change, and the features that follow, for many changes at once;
//! - [`drill`], [`table_words`]: from a feature down to the rows that it was made of, in words;
//! - [`origins`]: where a feature's values come from, as people are told;
//! - [`build`]: the whole portfolio's matrix and its catalogue, on disk;
//! - [`reproduction`]: the plan's SQL for other programs, beside them;
//! - [`describe`]: how the values of a written matrix spread;
//! - [`matrix`], [`detail_rows`]: a matrix read back, and the rows beside it;
//! - [`row_file`]: one client's row of it at a time, for whoever serves.
//!
//! Rows are added up in the order in which they stand in the portfolio, so a feature has the
//! same bits whether it was computed for one client or for all, on one thread or on many.

mod aggregates;
mod assembly;
pub mod build;
pub mod catalogue;
pub mod changes;
mod check;
pub mod compile;
pub mod compute;
mod derived;
pub mod describe;
pub mod detail_rows;
pub mod drill;
mod edit;
pub mod error;
mod family_rows;
pub mod faults;
pub mod filters;
pub mod label;
pub mod learned;
mod lineage;
pub mod matrix;
pub mod online;
pub mod origins;
pub mod plan;
pub mod reproduction;
mod row_columns;
pub mod row_file;
mod sentences;
pub mod spec;
pub mod table_words;
mod write;

pub use build::{FamilySummary, FeatureSet, Pages, build};
pub use catalogue::{Catalogue, FeatureInfo, Role};
pub use changes::{Axis, Change, Changes, Points, Variants};
pub use compile::compile;
pub use compute::{Clients, Computed, compute};
pub use detail_rows::DetailRows;
pub use drill::{Drill, Drilled, Page};
pub use error::{Error, Result};
pub use filters::Filter;
pub use learned::Declared;
pub use matrix::{Cell, Matrix, cell, numbers};
pub use online::Online;
pub use origins::{Origin, origins};
pub use plan::{Detail, Plan, Query, QueryFeature, Rows, Step};
pub use row_file::{RowFile, StoredRow};
pub use spec::{RecipeSpec, Sentence, Text};
