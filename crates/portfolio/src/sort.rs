//! Tables as read to tables sorted by client, looked at as their rows pass by.

use std::path::Path;
use std::sync::Arc;

use futures::StreamExt;
use limpide_engine::arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use limpide_engine::arrow::datatypes::Int64Type;
use limpide_engine::{Engine, ParquetFile, Session, column_facts};

use crate::error::{Error, Result};
use crate::ingest::Tables;
use crate::portfolio::TableSummary;
use crate::quality::{self, ColumnQuality, Finding, Look, LookedAt, ORPHANS, Rules};
use crate::read_csv::{FileSummary, ORDER_COLUMN, place_of};
use crate::schema::{Schema, Table};
use crate::source::Source;
use crate::staging::hash_file;

/// The second half of the way in, table after table in the recipe's order.
pub(crate) struct Sort<'a> {
    engine: &'a Engine,
    schema: &'a Schema,
    rules: &'a Rules,
    source: &'a Source,
    staging: &'a Tables,
    /// The applications' clients, in order, once their table is sorted.
    clients: Option<Arc<Vec<i64>>>,
    /// What was found so far.
    pub findings: Vec<Finding>,
    /// The columns so far.
    pub columns: Vec<ColumnQuality>,
}

impl<'a> Sort<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        schema: &'a Schema,
        rules: &'a Rules,
        source: &'a Source,
        staging: &'a Tables,
    ) -> Self {
        Self {
            engine,
            schema,
            rules,
            source,
            staging,
            clients: None,
            findings: Vec::new(),
            columns: Vec::new(),
        }
    }

    /// Sorts a table by client and, for one client, as its file has the rows; checks its key and looks at its rows.
    pub(crate) async fn table(
        &mut self,
        table: &Table,
        files: Vec<FileSummary>,
    ) -> Result<TableSummary> {
        let session = self.engine.parallel_session();
        session
            .register_parquet("raw", &self.staging.raw_table(&table.name))
            .await?;
        if let Some(unique) = &table.unique {
            check_unique(&session, &self.source.file_names(table), unique).await?;
        }
        let sql = sorted(self.schema, table, &session, self.staging).await?;
        let path = self.staging.table(&table.name);
        let mut stream = session.stream(&table.name, &sql).await?;
        let columns = stream.schema();
        let at = LookedAt {
            schema: self.schema,
            table,
            files: self.source.file_names(table),
            rules: self.rules.of(table).collect(),
            clients: self.clients.clone(),
        };
        let mut look = Look::new(&session, &columns, at)?;
        // The rows' places come last, and are not kept.
        let kept: Vec<usize> = (0..columns.fields().len() - 1).collect();
        let stored = columns
            .project(&kept)
            .expect("fewer than all columns are among them");
        let pages = self.schema.pages(table);
        let mut out = ParquetFile::create_with(&path, Arc::new(stored), pages)?;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|error| limpide_engine::Error::Query {
                name: table.name.clone(),
                reason: error.to_string(),
            })?;
            look.pass(&batch)?;
            out.write(
                &batch
                    .project(&kept)
                    .expect("the schema was projected alike"),
            )?;
        }
        let rows = out.finish()?;
        let findings = look.finish();
        let orphans = findings.iter().find(|finding| finding.rule == ORPHANS);
        let orphans = orphans.map_or(0, |finding| finding.rows);
        self.findings.extend(findings);
        self.look_at_columns(table, &path, rows)?;
        if self.clients.is_none() {
            self.clients = Some(Arc::new(clients(self.engine, self.schema, &path).await?));
        }
        Ok(TableSummary {
            name: table.name.clone(),
            rows,
            orphans,
            hash: hash_file(&path)?,
            files,
        })
    }

    /// How often columns are known, and which of them say nothing.
    fn look_at_columns(&mut self, table: &Table, path: &Path, rows: u64) -> Result<()> {
        for facts in column_facts(path)? {
            self.findings
                .extend(quality::about_column(table, &facts, rows));
            self.columns.push(ColumnQuality {
                table: table.name.clone(),
                missing: facts.missing,
                missing_share: facts.missing as f64 / rows.max(1) as f64,
                column: facts.name,
            });
        }
        Ok(())
    }
}

/// The clients of a sorted table, in order.
async fn clients(engine: &Engine, schema: &Schema, path: &Path) -> Result<Vec<i64>> {
    let session = engine.ordered_session();
    session.register_parquet("sorted", path).await?;
    let sql = format!("SELECT \"{}\" FROM sorted", schema.client);
    let mut clients = Vec::new();
    for batch in session.collect("clients", &sql).await? {
        clients.extend(batch.column(0).as_primitive::<Int64Type>().values());
    }
    Ok(clients)
}

/// The SQL that sorts a table; rows without a client of their own get their parent's.
async fn sorted(
    schema: &Schema,
    table: &Table,
    session: &Session,
    staging: &Tables,
) -> Result<String> {
    let mut columns: Vec<String> = table
        .columns()
        .map(|(name, _)| format!("raw.\"{name}\""))
        .collect();
    if table.files.iter().any(|file| file.labelled) {
        columns.push(format!("raw.\"{}\"", schema.label));
    }
    columns.push(format!("raw.\"{ORDER_COLUMN}\""));
    let client = &schema.client;
    let Some(parent) = &table.parent else {
        let columns = columns.join(", ");
        return Ok(format!(
            "SELECT {columns} FROM raw ORDER BY raw.\"{client}\", raw.\"{ORDER_COLUMN}\""
        ));
    };
    columns.insert(0, format!("parent.\"{client}\""));
    let columns = columns.join(", ");
    let parent_path = staging.table(&parent.table);
    let key = &parent.key;
    if !parent_path.exists() {
        return Ok(format!(
            "SELECT {columns} FROM raw CROSS JOIN (SELECT CAST(NULL AS BIGINT) AS \"{client}\") AS parent ORDER BY raw.\"{ORDER_COLUMN}\""
        ));
    }
    session.register_parquet("parent", &parent_path).await?;
    Ok(format!(
        "SELECT {columns} FROM parent RIGHT JOIN raw ON raw.\"{key}\" = parent.\"{key}\" \
         ORDER BY parent.\"{client}\" NULLS LAST, raw.\"{ORDER_COLUMN}\""
    ))
}

async fn check_unique(session: &Session, files: &[String], unique: &str) -> Result<()> {
    let sql = format!(
        "SELECT \"{unique}\" AS key, min(\"{ORDER_COLUMN}\") AS first, max(\"{ORDER_COLUMN}\") AS last \
         FROM raw GROUP BY \"{unique}\" HAVING count(*) > 1 ORDER BY first LIMIT 1"
    );
    let batches = session.collect("unique keys", &sql).await?;
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else {
        return Ok(());
    };
    let place = |column: usize| {
        let (file, row) = place_of(files, whole(batch, column));
        format!("{file}, row {row}")
    };
    Err(Error::DuplicateKey {
        column: unique.to_owned(),
        key: whole(batch, 0),
        first: place(1),
        second: place(2),
    })
}

fn whole(batch: &RecordBatch, column: usize) -> i64 {
    let values = batch.column(column).as_any().downcast_ref::<Int64Array>();
    values
        .filter(|values| values.is_valid(0))
        .map_or(0, |values| values.value(0))
}
