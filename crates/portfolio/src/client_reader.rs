//! The rows of one client of a portfolio on disk, in a few milliseconds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use limpide_engine::SortedParquet;
use limpide_engine::arrow::array::RecordBatch;

use crate::client_tables::ClientTables;
use crate::error::{Error, Result};
use crate::portfolio::Portfolio;
use crate::schema::Schema;

/// A portfolio open for looking up clients.
#[derive(Debug)]
pub struct ClientReader {
    application: String,
    tables: BTreeMap<String, SortedParquet>,
}

impl ClientReader {
    /// Opens the tables of a portfolio for look-ups of these columns by table. The places of all
    /// clients are read on `threads` threads and stay in memory.
    ///
    /// # Errors
    /// A table cannot be read or is not sorted by client.
    pub fn open(
        portfolio: &Portfolio,
        schema: &Schema,
        columns: &BTreeMap<String, Vec<String>>,
        threads: usize,
    ) -> Result<Self> {
        let application = schema.application().name.clone();
        let mut wanted: Vec<(String, PathBuf, Vec<String>)> = Vec::new();
        // Opened from the last: a lender's largest tables tend to stand there.
        for table in &portfolio.tables {
            let mut columns = columns.get(&table.name).cloned().unwrap_or_default();
            if table.name == application && !columns.contains(&schema.client) {
                columns.push(schema.client.clone());
            }
            let path = portfolio.table_path(&table.name);
            if let (Some(path), false) = (path, columns.is_empty()) {
                wanted.push((table.name.clone(), path, columns));
            }
        }
        let queue = Mutex::new(wanted);
        let next = || {
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.pop()
        };
        let opened = Mutex::new(Vec::new());
        let work = || {
            while let Some((name, path, columns)) = next() {
                let table = SortedParquet::open(&path, &schema.client, &columns);
                let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
                opened.push((name, table));
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        let mut tables = BTreeMap::new();
        for (name, table) in opened.into_inner().unwrap_or_else(PoisonError::into_inner) {
            tables.insert(name, table?);
        }
        Ok(Self {
            application,
            tables,
        })
    }

    /// The clients who have an application, in the order of their numbers.
    pub fn clients(&self) -> &[i64] {
        let application = self.tables.get(&self.application);
        application.map(SortedParquet::keys).unwrap_or_default()
    }

    /// Whether a client has an application.
    pub fn contains(&self, client: i64) -> bool {
        let application = self.tables.get(&self.application);
        application.is_some_and(|table| table.contains(client))
    }

    /// A client's rows of one table; `None`: no such client, or the table was not opened.
    ///
    /// # Errors
    /// The table cannot be read.
    pub fn rows_of(&self, client: i64, table: &str) -> Result<Option<RecordBatch>> {
        match self.tables.get(table) {
            Some(table) if self.contains(client) => Ok(Some(table.rows(client)?)),
            _ => Ok(None),
        }
    }

    /// A client's rows of every table that was opened; `None`: no such client.
    ///
    /// # Errors
    /// A table cannot be read.
    pub fn rows(&self, client: i64) -> Result<Option<ClientTables>> {
        if !self.contains(client) {
            return Ok(None);
        }
        let read = |(name, table): (&String, &SortedParquet)| {
            let rows = table.rows(client)?;
            Ok::<_, Error>((name.clone(), rows))
        };
        let is_application = |(name, _): &(&String, &SortedParquet)| **name == self.application;
        // The application's columns are about as many as all others'.
        let (application, others) = std::thread::scope(|scope| {
            let application = scope.spawn(|| {
                let found = self.tables.iter().find(is_application);
                found.map(read).transpose()
            });
            let others = self
                .tables
                .iter()
                .filter(|one| !is_application(one))
                .map(read);
            let others = others.collect::<Result<Vec<_>>>();
            (application.join(), others)
        });
        let application = application.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let tables: BTreeMap<String, RecordBatch> =
            application.into_iter().chain(others?).collect();
        Ok(Some(ClientTables::new(tables)))
    }
}
