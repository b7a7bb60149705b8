//! What can be wrong with a recipe, a source or a portfolio.

use std::path::{Path, PathBuf};

use crate::json_value::Unfit;

/// A portfolio error: what was found, where, what was expected.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The recipe is not built in and not a folder.
    #[error(
        "recipe '{name}' not found: expected one of {known}, or a folder that holds schema.toml"
    )]
    UnknownRecipe {
        /// What was asked for.
        name: String,
        /// The built-in recipes.
        known: String,
    },
    /// A file of the recipe is absent or wrong.
    #[error("recipe '{recipe}', file {file}: {reason}")]
    Recipe {
        /// The recipe's name.
        recipe: String,
        /// The file inside its folder.
        file: String,
        /// What is wrong, where.
        reason: String,
    },
    /// The recipe cannot invent clients.
    #[error(
        "recipe '{recipe}' has no synthetic portfolio (synthetic/synthetic.toml): ingest the lender's own files with it, or name a recipe that has one"
    )]
    NoSynthetic {
        /// The recipe's name.
        recipe: String,
    },
    /// The source path does not exist.
    #[error("{} does not exist: expected a zip or a folder of CSV or Parquet files, or one file of applications", .0.display())]
    SourceAbsent(PathBuf),
    /// The source is a file but no zip.
    #[error("{} is not a whole zip ({reason}): expected a zip or a folder of CSV or Parquet files, or one file of applications; download it again if it was cut short", path.display())]
    NotAZip {
        /// The file.
        path: PathBuf,
        /// The zip reader's words.
        reason: String,
    },
    /// The table that everything hangs on is not in the source.
    #[error("{} holds no {expected}, where the clients are: expected a zip or a folder of the recipe's files", path.display())]
    NoTable {
        /// The zip or folder.
        path: PathBuf,
        /// The table that everything hangs on.
        expected: String,
    },
    /// The same table stands twice in the source.
    #[error("{} holds {file} twice ({first} and {second}): expected one of each; remove one", path.display())]
    TableTwice {
        /// The zip or folder.
        path: PathBuf,
        /// The table's file.
        file: String,
        /// One place.
        first: String,
        /// The other.
        second: String,
    },
    /// A file could not be read to its end.
    #[error("{file}, after row {row}: {reason}; the file seems cut short or damaged")]
    Damaged {
        /// The file.
        file: String,
        /// Rows read before.
        row: u64,
        /// The reader's words.
        reason: String,
    },
    /// A file has no rows.
    #[error(
        "{file} has no rows: expected at least one row, below the header line if it has one; remove the file to go without its features"
    )]
    Empty {
        /// The file.
        file: String,
    },
    /// A column is missing from the file.
    #[error(
        "{file}: column {column} is missing; expected the {expected} columns of the recipe's table {table}"
    )]
    MissingColumn {
        /// The file.
        file: String,
        /// The missing column.
        column: String,
        /// The recipe's table.
        table: String,
        /// How many columns it has.
        expected: usize,
    },
    /// A column of the file is not in the recipe, or stands twice.
    #[error(
        "{file}, column {position}: '{column}' {problem}; expected the {expected} columns of the recipe's table {table}"
    )]
    ExtraColumn {
        /// The file.
        file: String,
        /// Its place in the file, from 1.
        position: usize,
        /// Its name.
        column: String,
        /// "is not in the recipe" or "stands twice".
        problem: &'static str,
        /// The recipe's table.
        table: String,
        /// How many columns it has.
        expected: usize,
    },
    /// A row has too few or too many fields.
    #[error("{file}, row {row} (line {line}): {found} fields found, {expected} expected")]
    FieldCount {
        /// The file.
        file: String,
        /// The row, from 1, without the header.
        row: u64,
        /// The line of the file.
        line: u64,
        /// Fields found.
        found: u64,
        /// Fields in the header.
        expected: u64,
    },
    /// A field is not of its column's type.
    #[error(
        "{file}, row {row}{}, column {column}: '{found}' found, {expected} expected", in_line(*line)
    )]
    WrongType {
        /// The file.
        file: String,
        /// The row, from 1, without the header.
        row: u64,
        /// The line of the file; 0 if it has none.
        line: u64,
        /// The column.
        column: String,
        /// The field's text, shortened.
        found: String,
        /// What the column holds.
        expected: String,
    },
    /// A field's bytes are not UTF-8.
    #[error(
        "{file}, row {row}{}, column {column}: not UTF-8 text ('{found}'); convert the file, for instance with: iconv -f LATIN1 -t UTF-8",
        in_line(*line)
    )]
    NotUtf8 {
        /// The file.
        file: String,
        /// The row, from 1, without the header.
        row: u64,
        /// The line of the file; 0 if it has none.
        line: u64,
        /// The column.
        column: String,
        /// The field with unreadable bytes replaced.
        found: String,
    },
    /// A key that must be unique stands on two rows.
    #[error("{column} {key} stands twice: {first} and {second}; expected each once")]
    DuplicateKey {
        /// The key column.
        column: String,
        /// The key.
        key: i64,
        /// File and row of its first place.
        first: String,
        /// File and row of another place.
        second: String,
    },
    /// A strict ingest found what cannot be.
    #[error(
        "{table}: {rows} rows: {label} (rule {rule}){first}; expected none: correct them, or ingest without --strict"
    )]
    Refused {
        /// The table.
        table: String,
        /// What is wrong.
        label: String,
        /// The rule's id.
        rule: String,
        /// Rows found.
        rows: u64,
        /// Where the first is, if it is known.
        first: String,
    },
    /// No portfolio has been ingested in this workspace.
    #[error("no portfolio in {}: run 'limpide ingest SOURCE' first", .0.display())]
    NoPortfolio(PathBuf),
    /// Another process does the same work in the workspace.
    #[error("another 'limpide {work}' is at work in {}: wait until it has ended", path.display())]
    Busy {
        /// The workspace.
        path: PathBuf,
        /// The command.
        work: &'static str,
    },
    /// A manifest is not ours or of another version.
    #[error("{}: {reason}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What was found and what was expected.
        reason: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Posted rows or edits do not fit the recipe's tables.
    #[error("{}", sentence(problems))]
    Unfit {
        /// Every value that does not fit.
        problems: Vec<Unfit>,
    },
    /// The SQL engine.
    #[error(transparent)]
    Engine(#[from] limpide_engine::Error),
}

impl Error {
    /// Wraps an I/O error with its path.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

fn in_line(line: u64) -> String {
    match line {
        0 => String::new(),
        line => format!(" (line {line})"),
    }
}

/// The portfolio's result.
pub type Result<T> = std::result::Result<T, Error>;

fn sentence(problems: &[Unfit]) -> String {
    let parts: Vec<String> = problems
        .iter()
        .map(|p| format!("{}: found {}, expected {}", p.field, p.found, p.expected))
        .collect();
    parts.join("; ")
}
