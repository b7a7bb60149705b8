//! The recipe's tables: files, keys, columns, and what counts as missing.

use limpide_engine::Pages;
use limpide_engine::arrow::datatypes::SchemaRef;
use serde::Deserialize;

use crate::read_csv::stored_schema;

/// All tables of a lender.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The column that identifies the client (one application a client).
    pub client: String,
    /// The column that says whether the client defaulted (1) or repaid (0).
    pub label: String,
    /// How the files write the outcome, where not as 1 and 0.
    #[serde(default)]
    pub label_values: Option<LabelValues>,
    /// Values that stand for "not known".
    #[serde(default)]
    pub missing: Vec<MissingRule>,
    /// The tables; the first holds one row a client.
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
}

/// How a lender writes outcomes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelValues {
    /// The text of a client who repaid.
    pub repaid: String,
    /// The text of a client who defaulted.
    pub defaulted: String,
}

/// A value that stands for "not known" in some columns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingRule {
    /// The value's text; a number is compared as a number.
    pub value: String,
    /// A column name, or a beginning followed by `*`.
    pub columns: String,
}

impl MissingRule {
    fn applies_to(&self, column: &str) -> bool {
        match self.columns.strip_suffix('*') {
            Some(beginning) => column.starts_with(beginning),
            None => column == self.columns,
        }
    }
}

/// One table of the portfolio.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name in SQL.
    pub name: String,
    /// The files whose rows it holds.
    pub files: Vec<TableFile>,
    /// How the files are written.
    #[serde(default)]
    pub format: Format,
    /// The key that no file has: it is the row's number, from 1, running on from file to file.
    pub row_number: Option<String>,
    /// Columns of the files that the portfolio leaves out.
    #[serde(default)]
    pub ignored: Vec<String>,
    /// A column that no two rows share, if there is one.
    pub unique: Option<String>,
    /// Where the client is found when the rows do not name it.
    pub parent: Option<Parent>,
    /// Whole-number identifiers.
    pub keys: Vec<String>,
    /// Numbers, kept as doubles so that a ratio is never an integer division.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Texts: categories and flags that are written in letters.
    #[serde(default)]
    pub texts: Vec<String>,
    /// The numbers that say when a row came about, in days or months counted from the application: a row with
    /// one above 0 came later and enters no feature.
    #[serde(default)]
    pub time: Vec<String>,
    /// Columns that were only known on a date of their own.
    #[serde(default)]
    pub known_later: Vec<KnownLater>,
}

/// Columns of a row that are not known yet where their date lies after the application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownLater {
    /// The number that dates them, counted from the application.
    pub date: String,
    /// The columns that are then missing; the date itself is one if it is to be.
    pub columns: Vec<String>,
}

/// How a table's text files are written; CSV with a header line if nothing is said. Parquet files need none of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// What the files' names end in, where not in `csv`.
    pub ending: Option<String>,
    /// What stands between fields: `","` if nothing is said, another character, `"tab"`, or `"whitespace"` for any
    /// run of spaces and tabs.
    pub delimiter: Option<String>,
    /// What stands before decimals, where not a point.
    pub decimal: Option<char>,
    /// The columns of a file that has no header line, in its order.
    pub header: Option<Vec<String>>,
}

/// What stands between the fields of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delimiter {
    /// One character.
    Byte(u8),
    /// Any run of spaces and tabs.
    Whitespace,
}

impl Format {
    /// What stands between fields.
    ///
    /// # Errors
    /// What was found where one character was expected, in words.
    pub fn delimiter(&self) -> Result<Delimiter, String> {
        match self.delimiter.as_deref() {
            None => Ok(Delimiter::Byte(b',')),
            Some("tab") => Ok(Delimiter::Byte(b'\t')),
            Some("whitespace") => Ok(Delimiter::Whitespace),
            Some(text) if text.len() == 1 && !text.contains(['"', '\n', '\r']) => {
                Ok(Delimiter::Byte(text.as_bytes()[0]))
            }
            Some(text) => Err(format!(
                "the delimiter '{text}' found, one character, \"tab\" or \"whitespace\" expected"
            )),
        }
    }

    /// What the files' names end in.
    pub fn ending(&self) -> &str {
        self.ending.as_deref().unwrap_or("csv")
    }
}

/// A file that belongs to a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// The file's name without its ending.
    pub name: String,
    /// Whether it has the label's column.
    #[serde(default)]
    pub labelled: bool,
}

/// The table through which a row finds its client.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    /// The parent table, which names the client.
    pub table: String,
    /// The column that both share; unique in the parent.
    pub key: String,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A whole number that identifies; never missing.
    Key,
    /// A double; may be missing.
    Number,
    /// A text; may be missing.
    Text,
}

impl Table {
    /// The columns in the order of the Parquet file.
    pub fn columns(&self) -> impl Iterator<Item = (&str, ColumnKind)> {
        self.keys
            .iter()
            .map(|name| (name.as_str(), ColumnKind::Key))
            .chain(
                self.numbers
                    .iter()
                    .map(|name| (name.as_str(), ColumnKind::Number)),
            )
            .chain(
                self.texts
                    .iter()
                    .map(|name| (name.as_str(), ColumnKind::Text)),
            )
    }
}

impl Schema {
    /// The table that holds one row a client.
    pub fn application(&self) -> &Table {
        &self.tables[0]
    }

    /// The columns of a table as a portfolio stores them: its own, the client if it is found
    /// through the parent, the label if one of its files has it.
    pub fn stored(&self, table: &Table) -> SchemaRef {
        stored_schema(self, table)
    }

    /// How a table's pages are kept: those of the applications as they are, because one row of
    /// all their columns is what a look-up reads.
    pub fn pages(&self, table: &Table) -> Pages {
        if table.name == self.application().name {
            Pages::Plain
        } else {
            Pages::Packed
        }
    }

    /// The texts that stand for "not known" in a column.
    pub fn missing_values(&self, column: &str) -> Vec<&str> {
        let rules = self.missing.iter().filter(|rule| rule.applies_to(column));
        rules.map(|rule| rule.value.as_str()).collect()
    }

    /// Checks what the types cannot say.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        let Some(application) = self.tables.first() else {
            return Err("no [[table]]: expected at least the applications".to_owned());
        };
        if application.unique.as_ref() != Some(&self.client) {
            return Err(format!(
                "the first table, {}, must have unique = \"{}\": it holds one row a client",
                application.name, self.client
            ));
        }
        if !application.time.is_empty() {
            return Err(format!(
                "the first table, {}, has a time: it holds the applications themselves, from which times are counted",
                application.name
            ));
        }
        for (place, table) in self.tables.iter().enumerate() {
            let named = table.keys.contains(&self.client);
            match &table.parent {
                None if !named => {
                    return Err(format!(
                        "table {} has neither the key {} nor a parent",
                        table.name, self.client
                    ));
                }
                Some(parent) => self.check_parent(place, table, parent)?,
                None => {}
            }
            check_times(table)?;
            self.check_format(table)?;
        }
        Ok(())
    }

    /// A file has what the table expects, as far as the recipe itself can tell.
    fn check_format(&self, table: &Table) -> Result<(), String> {
        let name = &table.name;
        let wrong = |reason: String| Err(format!("table {name}: {reason}"));
        let delimiter = match table.format.delimiter() {
            Ok(delimiter) => delimiter,
            Err(reason) => return wrong(reason),
        };
        if let (Some(decimal), Delimiter::Byte(byte)) = (table.format.decimal, delimiter)
            && decimal == char::from(byte)
        {
            return wrong(format!(
                "'{decimal}' stands both between fields and before decimals, expected two characters"
            ));
        }
        if let Some(number) = &table.row_number
            && (table.unique.as_ref() != Some(number) || !table.keys.contains(number))
        {
            return wrong(format!(
                "row_number = \"{number}\" needs unique = \"{number}\" and {number} among its keys"
            ));
        }
        let Some(header) = &table.format.header else {
            return Ok(());
        };
        let labelled = table.files.iter().any(|file| file.labelled);
        let label = labelled.then_some(self.label.as_str());
        let from_files = |column: &&str| table.row_number.as_deref() != Some(column);
        let mut columns = table.columns().map(|(column, _)| column).filter(from_files);
        let mut expected = columns.by_ref().chain(label);
        if let Some(absent) = expected.find(|column| !header.iter().any(|name| name == column)) {
            return wrong(format!("{absent} is not in its header"));
        }
        let known = |column: &&String| {
            let mut columns = table.columns().map(|(column, _)| column).chain(label);
            columns.any(|name| name == column.as_str()) || table.ignored.contains(column)
        };
        if let Some(extra) = header.iter().find(|column| !known(column)) {
            return wrong(format!("{extra}, in its header, is none of its columns"));
        }
        Ok(())
    }

    /// A row finds at most one client, in a table that is sorted before its own.
    fn check_parent(&self, place: usize, table: &Table, parent: &Parent) -> Result<(), String> {
        if table.keys.contains(&self.client) {
            return Err(format!(
                "table {} has both the key {} and a parent, expected one of them",
                table.name, self.client
            ));
        }
        if !table.keys.contains(&parent.key) {
            return Err(format!(
                "table {}: {}, by which it finds its parent {}, is not among its keys",
                table.name, parent.key, parent.table
            ));
        }
        let earlier = &self.tables[..place];
        let Some(found) = earlier.iter().find(|other| other.name == parent.table) else {
            return Err(format!(
                "table {}: its parent {} is not among the tables before it",
                table.name, parent.table
            ));
        };
        if !found.keys.contains(&self.client) {
            return Err(format!(
                "table {}: its parent {} does not name the client",
                table.name, parent.table
            ));
        }
        if found.unique.as_ref() != Some(&parent.key) {
            return Err(format!(
                "table {}: its parent {} must have unique = \"{}\"",
                table.name, parent.table, parent.key
            ));
        }
        Ok(())
    }
}

/// Times are numbers of the table, and only numbers and texts can be unknown.
fn check_times(table: &Table) -> Result<(), String> {
    let dates = table.known_later.iter().map(|later| &later.date);
    for date in table.time.iter().chain(dates) {
        if !table.numbers.contains(date) {
            return Err(format!(
                "table {}: its time {date} is not among its numbers",
                table.name
            ));
        }
    }
    let blanked = table.known_later.iter().flat_map(|later| &later.columns);
    for column in blanked {
        if !table.numbers.contains(column) && !table.texts.contains(column) {
            return Err(format!(
                "table {}: {column}, in known_later, is not among its numbers and texts",
                table.name
            ));
        }
    }
    Ok(())
}
