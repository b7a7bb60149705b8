//! Tables by name, SQL to Arrow batches or to a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::TableReference;
use datafusion::datasource::MemTable;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
#[cfg(feature = "cluster")]
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionConfig, SessionContext};

use futures::StreamExt;
use futures::future::BoxFuture;

#[cfg(feature = "cluster")]
use crate::cluster::{Cluster, Remote};
use crate::error::{Error, Result};
use crate::parquet_file::ParquetFile;
use crate::random;

/// How much of the machine the engine may use.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Threads a parallel query may use.
    pub threads: usize,
    /// Bytes that sorts and joins may hold before they spill to `spill_folder`.
    pub memory_bytes: usize,
    /// Where spilled data goes.
    pub spill_folder: PathBuf,
}

/// The SQL engine: one memory budget shared by all of its sessions.
#[derive(Debug, Clone)]
pub struct Engine {
    threads: usize,
    runtime: Arc<RuntimeEnv>,
    #[cfg(feature = "cluster")]
    cluster: Option<Cluster>,
}

impl Engine {
    /// Starts the engine.
    ///
    /// # Errors
    /// [`Error::Start`] if its memory and spill folder cannot be set up.
    pub fn new(config: &EngineConfig) -> Result<Self> {
        let spill = DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![
            config.spill_folder.clone(),
        ]));
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(config.memory_bytes)))
            .with_disk_manager_builder(spill)
            .build_arc()
            .map_err(|error| Error::Start(error.to_string()))?;
        Ok(Self {
            threads: config.threads.max(1),
            runtime,
            #[cfg(feature = "cluster")]
            cluster: None,
        })
    }

    /// Threads a parallel query may use.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// A session whose queries run on all threads. Row order is free unless the SQL orders.
    pub fn parallel_session(&self) -> Session {
        self.session(self.threads)
    }

    /// A session whose queries each run as one ordered stream: rows are added up in the order
    /// in which they stand in the tables, so a sum has the same bits on every machine.
    pub fn ordered_session(&self) -> Session {
        self.session(1)
    }

    /// A session for queries over files: on the cluster if the engine has one, else as
    /// [`Engine::ordered_session`]. The same SQL gives the same bits in both places.
    pub fn stored_session(&self) -> Session {
        let session = self.ordered_session();
        #[cfg(feature = "cluster")]
        let session = Session {
            remote: self.cluster.clone().map(Remote::new),
            ..session
        };
        session
    }

    /// How many queries of [`Engine::stored_session`] are worth running beside each other.
    pub fn queries_at_once(&self) -> usize {
        #[cfg(feature = "cluster")]
        if self.cluster.is_some() {
            return crate::cluster::JOBS_AT_ONCE;
        }
        self.threads
    }

    /// Sends the queries of [`Engine::stored_session`] to a cluster.
    #[cfg(feature = "cluster")]
    pub fn on_cluster(self, cluster: Cluster) -> Self {
        Self {
            cluster: Some(cluster),
            ..self
        }
    }

    /// An ordered session whose queries may be kept and run again and again.
    pub fn keeping_session(&self) -> Session {
        let mut config = Session::config(1);
        // Each of these keeps something of a run's rows in the plan, for the next run to trip over.
        let optimizer = &mut config.options_mut().optimizer;
        optimizer.enable_dynamic_filter_pushdown = false;
        optimizer.enable_topk_dynamic_filter_pushdown = false;
        optimizer.enable_join_dynamic_filter_pushdown = false;
        optimizer.enable_aggregate_dynamic_filter_pushdown = false;
        optimizer.enable_physical_uncorrelated_scalar_subquery = false;
        self.with_config(config)
    }

    fn session(&self, partitions: usize) -> Session {
        Session::over(partitions, Arc::clone(&self.runtime))
    }

    fn with_config(&self, config: SessionConfig) -> Session {
        Session::new(config, Arc::clone(&self.runtime))
    }
}

/// Named tables and the queries over them.
///
/// Its methods give boxed futures: an `async fn` would be compiled anew, with all of the engine's
/// planner, in every crate and test that awaits it.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
    /// Where queries run, if not here.
    #[cfg(feature = "cluster")]
    remote: Option<Remote>,
}

impl Session {
    pub(crate) fn over(partitions: usize, runtime: Arc<RuntimeEnv>) -> Self {
        Self::new(Self::config(partitions), runtime)
    }

    /// The options under which all SQL is planned, wherever it runs.
    fn config(partitions: usize) -> SessionConfig {
        let mut config = SessionConfig::new().with_target_partitions(partitions);
        let options = config.options_mut();
        options.sql_parser.enable_ident_normalization = false;
        // Sizes must not change plans: one client's rows and a whole portfolio's are joined alike.
        options.optimizer.join_reordering = false;
        options.execution.parquet.schema_force_view_types = false;
        options.execution.parquet.pushdown_filters = false;
        options.sql_parser.map_string_types_to_utf8view = false;
        config
    }

    fn new(config: SessionConfig, runtime: Arc<RuntimeEnv>) -> Self {
        let context = SessionContext::new_with_config_rt(config, runtime);
        for function in random::functions() {
            context.register_udf(function);
        }
        Self {
            context,
            #[cfg(feature = "cluster")]
            remote: None,
        }
    }

    /// Makes a Parquet file (or a folder of them) known as `table`.
    ///
    /// # Errors
    /// [`Error::Table`] if it cannot be read.
    pub fn register_parquet<'a>(
        &'a self,
        table: &'a str,
        path: &'a Path,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.context
                .register_parquet(
                    TableReference::bare(table),
                    file_url(path),
                    ParquetReadOptions::default(),
                )
                .await
                .map_err(|error| table_error(table, &error))?;
            #[cfg(feature = "cluster")]
            if let Some(remote) = &self.remote {
                remote.parquet(table, path);
            }
            Ok(())
        })
    }

    /// Makes batches of one schema known as `table`.
    ///
    /// # Errors
    /// [`Error::Table`] if the batches do not fit the schema.
    pub fn register_batches(
        &self,
        table: &str,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<()> {
        let memory =
            MemTable::try_new(schema, vec![batches]).map_err(|error| table_error(table, &error))?;
        self.context
            .register_table(TableReference::bare(table), Arc::new(memory))
            .map(|_| ())
            .map_err(|error| table_error(table, &error))
    }

    /// Makes the result of a SQL text known as `table`, computed anew by each query that reads it.
    ///
    /// # Errors
    /// [`Error::Query`] if the text cannot be planned.
    pub fn register_view<'a>(&'a self, table: &'a str, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let view = self.plan(table, sql).await?.into_view();
            self.context
                .register_table(TableReference::bare(table), view)
                .map_err(|error| table_error(table, &error))?;
            #[cfg(feature = "cluster")]
            if let Some(remote) = &self.remote {
                remote.view(table, sql);
            }
            Ok(())
        })
    }

    /// Runs a SQL text once and makes its rows, held in memory, known as `table`. `name` is what
    /// an error calls the query.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub fn keep_result<'a>(
        &'a self,
        name: &'a str,
        table: &'a str,
        sql: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            #[cfg(feature = "cluster")]
            if let Some(remote) = &self.remote {
                return self.keep_on(remote, table, sql).await;
            }
            let frame = self.plan(name, sql).await?;
            let schema = Arc::clone(frame.schema().inner());
            let rows = frame.collect().await;
            let rows = rows.map_err(|error| query_error(name, &error))?;
            self.register_batches(table, schema, rows)
        })
    }

    /// Makes a table unknown; what it held is dropped.
    ///
    /// # Errors
    /// [`Error::Table`] if the session cannot change its tables.
    pub fn forget(&self, table: &str) -> Result<()> {
        #[cfg(feature = "cluster")]
        if let Some(remote) = &self.remote {
            remote.forget(table);
        }
        self.context
            .deregister_table(TableReference::bare(table))
            .map(|_| ())
            .map_err(|error| table_error(table, &error))
    }

    /// The columns that a SQL text gives.
    ///
    /// # Errors
    /// [`Error::Query`] if the text cannot be planned.
    pub fn schema<'a>(&'a self, name: &'a str, sql: &'a str) -> BoxFuture<'a, Result<SchemaRef>> {
        Box::pin(async move {
            let frame = self.plan(name, sql).await?;
            Ok(Arc::clone(frame.schema().inner()))
        })
    }

    /// Runs a SQL text and returns all of its rows. `name` is what an error calls the query.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub fn collect<'a>(
        &'a self,
        name: &'a str,
        sql: &'a str,
    ) -> BoxFuture<'a, Result<Vec<RecordBatch>>> {
        Box::pin(async move {
            #[cfg(feature = "cluster")]
            if let Some(remote) = &self.remote {
                return Ok(self.run_on(remote, name, sql).await?.1);
            }
            self.plan(name, sql)
                .await?
                .collect()
                .await
                .map_err(|error| query_error(name, &error))
        })
    }

    /// Runs a SQL text and returns its rows as they come.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub fn stream<'a>(
        &'a self,
        name: &'a str,
        sql: &'a str,
    ) -> BoxFuture<'a, Result<SendableRecordBatchStream>> {
        Box::pin(async move {
            #[cfg(feature = "cluster")]
            if let Some(remote) = &self.remote {
                let (schema, batches) = self.run_on(remote, name, sql).await?;
                let batches = futures::stream::iter(batches.into_iter().map(Ok));
                let stream = RecordBatchStreamAdapter::new(schema, batches);
                return Ok(Box::pin(stream) as SendableRecordBatchStream);
            }
            let frame = self.plan(name, sql).await?;
            frame
                .execute_stream()
                .await
                .map_err(|error| query_error(name, &error))
        })
    }

    /// Runs a SQL text into a Parquet file and returns its rows.
    ///
    /// # Errors
    /// [`Error::Query`], or [`Error::Write`]; the path then still holds what it held before.
    pub fn write_parquet<'a>(
        &'a self,
        name: &'a str,
        sql: &'a str,
        path: &'a Path,
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            let mut stream = self.stream(name, sql).await?;
            let mut file = ParquetFile::create(path, stream.schema())?;
            while let Some(batch) = stream.next().await {
                file.write(&batch.map_err(|error| query_error(name, &error))?)?;
            }
            file.finish()
        })
    }

    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }

    /// The tables that a SQL text names.
    #[cfg(feature = "cluster")]
    pub(crate) fn tables_in(&self, name: &str, sql: &str) -> Result<Vec<String>> {
        let state = self.context.state();
        let dialect = state.config().options().sql_parser.dialect;
        let tables = state
            .sql_to_statement(sql, &dialect)
            .and_then(|statement| state.resolve_table_references(&statement))
            .map_err(|error| query_error(name, &error))?;
        let names = tables.into_iter().map(|table| table.table().to_owned());
        Ok(names.collect())
    }

    pub(crate) fn plan<'a>(
        &'a self,
        name: &'a str,
        sql: &'a str,
    ) -> BoxFuture<'a, Result<DataFrame>> {
        Box::pin(async move {
            self.context
                .sql(sql)
                .await
                .map_err(|error| query_error(name, &error))
        })
    }
}

/// A path as a URL: as a bare path the engine would read `[`, `*` and `?` as patterns.
fn file_url(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut url = String::from("file://");
    for byte in absolute.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            url.push(char::from(*byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

pub(crate) fn table_error(table: &str, error: &datafusion::error::DataFusionError) -> Error {
    Error::Table {
        table: table.to_owned(),
        reason: words(error),
    }
}

pub(crate) fn query_error(name: &str, error: &datafusion::error::DataFusionError) -> Error {
    Error::Query {
        name: name.to_owned(),
        reason: words(error),
    }
}

/// The innermost cause, on one line, without the engine's back-trace.
fn words(error: &datafusion::error::DataFusionError) -> String {
    error
        .strip_backtrace()
        .lines()
        .collect::<Vec<_>>()
        .join(" ")
}
