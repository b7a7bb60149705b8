//! What is to be computed: the families' rows, the queries over them, the queries over features.

use limpide_portfolio::Table;

use crate::catalogue::FeatureInfo;
use crate::learned::Declared;

/// The queries of a recipe over the tables that a portfolio has.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The column that identifies the client.
    pub client: String,
    /// The column of outcomes.
    pub label: String,
    /// The table with one row a client.
    pub application: String,
    /// The recipe's tables, which say what was known at the application.
    pub tables: Vec<Table>,
    /// Families over tables; none needs another.
    pub steps: Vec<Step>,
    /// Queries over the features before them, in order.
    pub derived: Vec<Query>,
    /// Rows that are handed out as they are.
    pub details: Vec<Detail>,
    /// What training is asked to learn from all this.
    pub learned: Vec<Declared>,
}

/// A family: its rows, made once for a range of clients, and the queries over them.
#[derive(Debug, Clone)]
pub struct Step {
    /// The family's name.
    pub family: String,
    /// The tables that it reads.
    pub tables: Vec<String>,
    /// Its rows; none if its one query makes them itself.
    pub rows: Option<Rows>,
    /// Its queries; any order gives the same.
    pub queries: Vec<Query>,
}

/// A SELECT whose result is known as `table` to the step's queries: the client, the raw and
/// computed columns that they read, and a mark for each "last k".
#[derive(Debug, Clone)]
pub struct Rows {
    /// The name of the result.
    pub table: String,
    /// The SQL text.
    pub sql: String,
}

/// One SELECT: the client, then its features.
#[derive(Debug, Clone)]
pub struct Query {
    /// The family's name.
    pub family: String,
    /// The prefix that its features share, or the family's name.
    pub prefix: String,
    /// The SQL text.
    pub sql: String,
    /// The tables that it reads.
    pub tables: Vec<String>,
    /// What its columns after the client are, with the value of a client without rows.
    pub features: Vec<QueryFeature>,
}

/// A feature of a query.
#[derive(Debug, Clone)]
pub struct QueryFeature {
    /// What the catalogue says of it (what its values are still empty).
    pub info: FeatureInfo,
    /// Whether a client without rows has 0 instead of a missing value.
    pub zero_without_rows: bool,
}

/// Rows that are not aggregated: many a client, in the portfolio's order.
#[derive(Debug, Clone)]
pub struct Detail {
    /// What they are called.
    pub name: String,
    /// The tables that they are read from.
    pub tables: Vec<String>,
    /// The SQL text: the client, then numbers (DOUBLE).
    pub sql: String,
    /// The names of the numbers.
    pub columns: Vec<String>,
}

impl Plan {
    /// All queries: those over tables, then the derived ones, in the order of the matrix.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        let over_tables = self.steps.iter().flat_map(|step| &step.queries);
        over_tables.chain(&self.derived)
    }

    /// All features in the order of the matrix.
    pub fn features(&self) -> impl Iterator<Item = &QueryFeature> {
        self.queries().flat_map(|query| &query.features)
    }
}
