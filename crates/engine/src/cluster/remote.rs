//! Sessions whose queries run on a cluster.
//!
//! They know their tables and views in process too: a query is planned here first, which finds
//! its mistakes at once and tells the columns of its rows.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;

use crate::cluster::client::Cluster;
use crate::cluster::kept::Kept;
use crate::cluster::query::{Definition, Query};
use crate::error::Result;
use crate::session::Session;

/// The cluster's side of a session: what it has been told, for the queries to take along.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    cluster: Cluster,
    definitions: Arc<Mutex<Vec<Definition>>>,
}

impl Remote {
    pub(crate) fn new(cluster: Cluster) -> Self {
        Self {
            cluster,
            definitions: Arc::default(),
        }
    }

    pub(crate) fn parquet(&self, table: &str, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.add(Definition::Parquet {
            table: table.to_owned(),
            path: path.to_string_lossy().into_owned(),
        });
    }

    pub(crate) fn view(&self, table: &str, sql: &str) {
        self.add(Definition::View {
            table: table.to_owned(),
            sql: sql.to_owned(),
        });
    }

    pub(crate) fn kept(&self, table: &str, sql: &str) {
        self.add(Definition::Kept {
            table: table.to_owned(),
            sql: sql.to_owned(),
        });
    }

    pub(crate) fn forget(&self, table: &str) {
        self.all().retain(|definition| definition.table() != table);
    }

    fn add(&self, definition: Definition) {
        let mut all = self.all();
        all.retain(|known| known.table() != definition.table());
        all.push(definition);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Definition>> {
        // A list is whole whatever its holder did.
        self.definitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// Runs a query on the cluster, with what it reads of all that the session was told.
    pub(crate) async fn run_on(
        &self,
        remote: &Remote,
        name: &str,
        sql: &str,
    ) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let schema = self.schema(name, sql).await?;
        let mut definitions = remote.all().clone();
        let mut read = self.tables_in(name, sql)?;
        let mut needed = Vec::new();
        while let Some(definition) = definitions.pop() {
            if read.iter().any(|table| table == definition.table()) {
                if let Some(sql) = definition.sql() {
                    read.extend(self.tables_in(name, sql)?);
                }
                needed.push(definition);
            }
        }
        needed.reverse();
        let query = Query {
            name: name.to_owned(),
            definitions: needed,
            sql: sql.to_owned(),
        };
        let batches = remote.cluster.run(query, Arc::clone(&schema)).await?;
        Ok((schema, batches))
    }

    /// Has the queries of the cluster keep a result; here it is a view, which tells its columns.
    pub(crate) async fn keep_on(&self, remote: &Remote, table: &str, sql: &str) -> Result<()> {
        self.register_view(table, sql).await?;
        remote.kept(table, sql);
        Ok(())
    }

    /// Tells the session what a query took along.
    pub(crate) async fn define(&self, definitions: &[Definition], kept: &Kept) -> Result<()> {
        for (place, definition) in definitions.iter().enumerate() {
            match definition {
                Definition::Parquet { table, path } => {
                    self.register_parquet(table, Path::new(path)).await?;
                }
                Definition::View { table, sql } => self.register_view(table, sql).await?,
                Definition::Kept { table, sql } => {
                    let definitions = &definitions[..=place];
                    let (schema, rows) = kept.rows(self, definitions, table, sql).await?;
                    self.register_batches(table, schema, rows)?;
                }
            }
        }
        Ok(())
    }
}
