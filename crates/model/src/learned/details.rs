//! The rows behind the features: many a client, all numbers, as models of single rows read them.

/// Holds the rows of many clients, client after client.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DetailTable {
    /// The name that models of its rows know it by.
    pub name: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Where each client's rows begin, and where the last one's end: `n_clients + 1` row numbers.
    pub offsets: Vec<usize>,
    /// `(n_rows, n_columns)`, row after row; NaN where nothing is known.
    pub values: Vec<f32>,
}

/// Shows one client's rows in every table.
#[derive(Debug, Clone, Copy)]
pub struct Details<'a> {
    tables: &'a [DetailTable],
    client: usize,
}

impl DetailTable {
    /// Makes the table of a single client.
    pub fn of_one(name: &str, columns: &[String], values: Vec<f32>) -> Self {
        Self {
            name: name.to_owned(),
            columns: columns.to_vec(),
            offsets: vec![0, values.len().checked_div(columns.len()).unwrap_or(0)],
            values,
        }
    }

    /// Gives the values of a client, by the client's place; empty where there is no row.
    pub fn rows(&self, client: usize) -> &[f32] {
        match self.offsets.get(client..client + 2) {
            Some(&[from, to]) => {
                let width = self.columns.len();
                self.values.get(from * width..to * width).unwrap_or(&[])
            }
            _ => &[],
        }
    }

    /// Gives the place of a column by its name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

impl<'a> Details<'a> {
    /// Shows a client of whom no row is known.
    pub const fn none() -> Self {
        Self {
            tables: &[],
            client: 0,
        }
    }

    /// Shows the client at a place of the tables.
    pub const fn of(tables: &'a [DetailTable], client: usize) -> Self {
        Self { tables, client }
    }

    /// Gives the client's rows in a table whose columns are these; empty where there is none.
    pub(crate) fn rows(&self, name: &str, columns: &[String]) -> &'a [f32] {
        let fits = |table: &&DetailTable| table.name == name && table.columns == columns;
        match self.tables.iter().find(fits) {
            Some(table) => table.rows(self.client),
            None => &[],
        }
    }
}
