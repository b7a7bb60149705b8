//! Features computed when asked: of posted rows, or of a client with other values.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use limpide_engine::Engine;
use limpide_engine::arrow::array::AsArray;
use limpide_engine::arrow::datatypes::Int64Type;
use limpide_explain::Ways;
use limpide_features::{Changes, Computed, DetailRows, Online, RecipeSpec, compile};
use limpide_model::{Bundle, Details, Value};
use limpide_portfolio::quality::RowChecks;
use limpide_portfolio::{ClientReader, ClientTables, Portfolio, Recipe, Schema, posted};
use limpide_web::{
    ApplicationForm, ComputeError, ComputeRows, FeatureRows, FromRows, RawRows, RowsDated,
    RowsPage, TriedField, UnfitValue, WaysAsked,
};
use serde_json::Map;
use tokio::runtime::Handle;

use crate::drill::FeatureDrill;
use crate::{dated, new_application, rows};

/// A portfolio and a recipe's kept plans, for one model.
pub struct OnlineRows {
    pub(crate) schema: Schema,
    pub(crate) online: Online,
    pub(crate) checks: RowChecks,
    pub(crate) changes: Changes,
    /// Columns of the application that staff may try, with how they are called.
    pub(crate) tries: Vec<(String, limpide_features::Text)>,
    /// What a new application is asked.
    pub(crate) form: ApplicationForm,
    /// What dates the rows of tables.
    pub(crate) times: dated::Times,
    drill: FeatureDrill,
    pub(crate) reader: ClientReader,
    workspace: PathBuf,
    threads: usize,
    /// The place of each of the model's features among the plan's; learned ones follow from them.
    pub(crate) places: Vec<usize>,
    pub(crate) bundle: Arc<Bundle>,
}

impl OnlineRows {
    /// Plans the recipe's queries and opens the workspace's portfolio for look-ups.
    pub async fn open(
        engine: &Engine,
        recipe: &Recipe,
        workspace: &Path,
        bundle: &Arc<Bundle>,
    ) -> anyhow::Result<Self> {
        let portfolio = Portfolio::open(workspace)?;
        let spec = RecipeSpec::open(recipe)?;
        let plan = compile(&spec, &recipe.schema, |table| {
            portfolio.table_path(table).is_some()
        })?;
        let names: Vec<&String> = plan.features().map(|feature| &feature.info.name).collect();
        let base = &bundle.features[..bundle.n_base()];
        let places = base.iter().map(|feature| {
            let place = names.iter().position(|name| **name == feature.name);
            place.with_context(|| format!("the recipe gives no feature {}", feature.name))
        });
        let places = places.collect::<anyhow::Result<_>>()?;
        let drill = FeatureDrill::open(engine, &recipe.schema, &spec, &plan, bundle).await?;
        let online = Online::new(engine, &recipe.schema, &spec, plan).await?;
        let changes = Changes::new(engine, &recipe.schema, &spec, &online).await?;
        let checks = RowChecks::open(&engine.keeping_session(), recipe)?;
        let mut columns = online.reads();
        let application = recipe.schema.application().name.clone();
        let of_application = [changes.reads(), checks.reads()];
        let of_application = of_application.map(|columns| (application.clone(), columns));
        let times = dated::times(&recipe.schema, &spec)?;
        let dating = times
            .iter()
            .filter(|(table, _)| columns.contains_key(*table));
        let dating: Vec<(String, Vec<String>)> = dating
            .map(|(table, (columns, _))| (table.clone(), columns.clone()))
            .collect();
        let more = drill.reads().into_iter().chain(of_application);
        for (table, more) in more.chain(dating) {
            let columns = columns.entry(table).or_default();
            let more = more.into_iter().filter(|name| !columns.contains(name));
            let more: Vec<String> = more.collect();
            columns.extend(more);
        }
        let reader = ClientReader::open(&portfolio, &recipe.schema, &columns, engine.threads())?;
        let form = new_application::form(&recipe.schema, &spec, &online, &checks)?;
        Ok(Self {
            form,
            times,
            schema: recipe.schema.clone(),
            online,
            checks,
            changes,
            tries: spec
                .display
                .tries
                .iter()
                .map(|name| {
                    let label = spec.display.labels.get(name).cloned();
                    (name.clone(), label.unwrap_or_default())
                })
                .collect(),
            drill,
            reader,
            workspace: workspace.to_owned(),
            threads: engine.threads(),
            places,
            bundle: Arc::clone(bundle),
        })
    }

    /// The row that the model reads.
    pub(crate) fn row(&self, tables: &ClientTables) -> Result<Vec<Value>, ComputeError> {
        let computed = Handle::current().block_on(self.online.compute(tables));
        self.row_of(&computed.map_err(failed)?)
    }

    /// The row that the model reads, of features that were computed.
    pub(crate) fn row_of(&self, computed: &Computed) -> Result<Vec<Value>, ComputeError> {
        let Computed { batch, details, .. } = computed;
        let values = self.places.iter();
        let base: Vec<Value> = values
            .map(|place| rows::value(limpide_features::cell(batch.column(place + 2), 0)))
            .collect();
        let clients = batch.column(0).as_primitive::<Int64Type>().values();
        let mut tables = Vec::with_capacity(details.len());
        for (detail, batch) in self.online.plan().details.iter().zip(details) {
            let rows = DetailRows::new(
                &detail.name,
                &detail.columns,
                clients,
                std::slice::from_ref(batch),
            );
            tables.push(rows::detail_table(rows.map_err(failed)?));
        }
        Ok(self.bundle.complete(&base, Details::of(&tables, 0)))
    }
}

impl ComputeRows for OnlineRows {
    fn posted(&self, tables: &Map<String, serde_json::Value>) -> Result<FromRows, ComputeError> {
        let posted = posted(&self.schema, tables).map_err(unfit)?;
        self.checks.check_posted(&posted).map_err(unfit)?;
        Ok(FromRows {
            row: self.row(&posted.tables)?,
            client: posted.client,
            empty_tables: posted.empty_tables,
            orphans: posted.orphans,
        })
    }

    fn edited(
        &self,
        client: i64,
        edits: &Map<String, serde_json::Value>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        let Some(tables) = self.reader.rows(client).map_err(failed)? else {
            return Ok(None);
        };
        let edited = self.online.edited(&self.schema, &tables, edits);
        let edited = Handle::current()
            .block_on(edited)
            .map_err(|error| match error {
                limpide_features::Error::Portfolio(error) => unfit(error),
                error => failed(error),
            })?;
        let checked = self.checks.check_edited(&tables, &edited);
        checked.map_err(unfit)?;
        self.row(&edited).map(Some)
    }

    fn ways(&self, client: i64, asked: &WaysAsked) -> Result<Option<Ways>, ComputeError> {
        self.find_ways(client, asked)
    }

    fn tried_fields(&self, client: i64) -> Result<Option<Vec<TriedField>>, ComputeError> {
        self.find_tried_fields(client)
    }

    fn tried(
        &self,
        client: i64,
        numbers: &BTreeMap<String, f64>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        self.try_numbers(client, numbers)
    }

    fn application_form(
        &self,
        start: Option<i64>,
    ) -> Result<Option<ApplicationForm>, ComputeError> {
        self.filled_form(start)
    }

    fn applied(
        &self,
        client: i64,
        application: &Map<String, serde_json::Value>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        self.edited(client, &self.whole_application(application))
    }

    fn dated(
        &self,
        client: i64,
        tables: &[&str],
    ) -> Result<Option<BTreeMap<String, RowsDated>>, ComputeError> {
        self.find_dated(client, tables)
    }

    fn rows(
        &self,
        client: i64,
        row: &[Value],
        feature: &str,
        page: RowsPage,
    ) -> Result<Option<FeatureRows>, ComputeError> {
        let Some(tables) = self.reader.rows(client).map_err(failed)? else {
            return Ok(None);
        };
        let drilled = self.drill.of(&tables, row, feature, page);
        Handle::current().block_on(drilled).map(Some)
    }

    fn tables(&self, client: i64) -> Result<Option<Vec<RawRows>>, ComputeError> {
        // Asked for seldom: the places of all clients in columns that nothing else reads are not
        // kept for it.
        let portfolio = Portfolio::open(&self.workspace).map_err(failed)?;
        let columns = self.drill.every_column();
        let reader = ClientReader::open(&portfolio, &self.schema, &columns, self.threads);
        let found = reader.map_err(failed)?.rows(client).map_err(failed)?;
        Ok(found.map(|tables| self.drill.whole(&tables)))
    }
}

fn unfit(error: limpide_portfolio::Error) -> ComputeError {
    match error {
        limpide_portfolio::Error::Unfit { problems } => ComputeError::Unfit(
            problems
                .into_iter()
                .map(|problem| UnfitValue {
                    field: problem.field,
                    found: problem.found,
                    expected: problem.expected,
                })
                .collect(),
        ),
        error => failed(error),
    }
}

pub(crate) fn failed(error: impl std::fmt::Display) -> ComputeError {
    ComputeError::Failed(error.to_string())
}
