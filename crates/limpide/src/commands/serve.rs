//! `limpide serve`: the API and the dashboard over the published model.

use std::net::SocketAddr;
use std::sync::Arc;

use limpide_features::RecipeSpec;
use limpide_model::{Bundle, Text, Value};
use limpide_portfolio::Recipe;
use limpide_store::{Retention, Store};
use limpide_web::{
    ClientRows, Comparisons, ComputeRows, Display, Face, Field, Group, NoComparisons, RowsError,
    Service, ServiceParts,
};
use tokio::net::TcpListener;

use super::{DatabaseArgument, RecipeArgument};
use crate::comparing;
use crate::context::Context;
use crate::global::KeptGlobal;
use crate::online::OnlineRows;
use crate::past;
use crate::registry::Registry;
use crate::rows::{self, PortfolioRows};
use crate::stop;

#[derive(clap::Args)]
pub struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "A")]
    pub listen: SocketAddr,
    /// What to serve: all, api or dashboard.
    #[arg(long, default_value = "all")]
    pub face: FaceArgument,
    /// A key that programs may call the API with, at least 16 characters.
    #[arg(
        long,
        env = "LIMPIDE_API_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub api_key: Option<String>,
    /// Send cookies over HTTPS only, as behind a proxy that speaks it.
    #[arg(long)]
    pub secure_cookies: bool,
    #[command(flatten)]
    pub database: DatabaseArgument,
    #[command(flatten)]
    pub recipe: RecipeArgument,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum FaceArgument {
    All,
    Api,
    Dashboard,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    context.runtime()?.block_on(async {
        let recipe = arguments.recipe.open()?;
        let listener = bind(arguments.listen).await?;
        // Opened first: a workspace without a model gets no database.
        let bundle = Registry::new(context.workspace()).open_published()?;
        let location = arguments.database.location(context)?;
        let store = Store::connect(&location).await?;
        tracing::info!(database = %location, "opened");
        if store.list().await?.is_empty() {
            tracing::warn!("nobody can sign in yet: add people with 'limpide user add'");
        }
        let service = service(context, bundle, &recipe, store, arguments).await?;
        serve(listener, service, arguments.face).await
    })
}

/// Takes the address, or says plainly why it cannot be had.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
                "{address} is in use by another program: stop it or choose another with --listen"
            ),
            _ => anyhow::anyhow!("{address} cannot be listened on: {error}"),
        })
}

/// Serves until interrupted.
pub async fn serve(
    listener: TcpListener,
    service: Service,
    face: FaceArgument,
) -> anyhow::Result<()> {
    let face = match face {
        FaceArgument::All => Face::All,
        FaceArgument::Api => Face::Api,
        FaceArgument::Dashboard => Face::Dashboard,
    };
    tracing::info!(address = %listener.local_addr()?, "listening");
    limpide_web::serve(listener, Arc::new(service), face, stop::asked()).await?;
    Ok(())
}

/// A model over the workspace's features.
pub async fn service(
    context: &Context,
    bundle: Bundle,
    recipe: &Recipe,
    store: Store,
    arguments: &Arguments,
) -> anyhow::Result<Service> {
    let spec = RecipeSpec::open(recipe)?;
    let workspace = context.workspace();
    let bundle = Arc::new(bundle);
    let clients = Arc::new(PortfolioRows::open(workspace, &bundle)?);
    let display = display(&spec, &bundle);
    let mut compute: Option<Box<dyn ComputeRows>> = None;
    if recipe.hash() == bundle.recipe.hash {
        let engine = context.engine()?;
        compute = Some(Box::new(
            OnlineRows::open(&engine, recipe, workspace, &bundle).await?,
        ));
    } else {
        tracing::warn!(
            recipe = recipe.name,
            "the published model was trained with another recipe: posted rows and changed values \
             cannot be scored until it is named with --recipe, or a model is trained anew"
        );
    }
    let global = KeptGlobal::new(workspace, &bundle, &clients)?;
    Ok(Service::new(ServiceParts {
        comparisons: comparisons(context, &bundle, &clients),
        clients: Box::new(clients),
        compute,
        global: Some(Box::new(global)),
        display,
        past: Some(Box::new(Registry::new(workspace))),
        predictions: past::predictions(context, &store)?,
        retention: Retention::default(),
        store,
        // An empty variable is none, as of a settings file that leaves it open.
        api_key: arguments.api_key.clone().filter(|key| !key.is_empty()),
        secure_cookies: arguments.secure_cookies,
        bundle,
    })?)
}

/// Compares clients as soon as it can: making the index of a large portfolio takes longer than a
/// server should take to answer at all.
fn comparisons(
    context: &Context,
    bundle: &Arc<Bundle>,
    clients: &Arc<PortfolioRows>,
) -> Comparisons {
    let made = Comparisons::default();
    let (workspace, threads) = (context.workspace().to_owned(), context.threads());
    let (bundle, clients, promised) = (Arc::clone(bundle), Arc::clone(clients), Arc::clone(&made));
    std::thread::spawn(move || {
        let open = || comparing::open(&workspace, &bundle, &clients, threads);
        // Else the faces would say for ever that they are getting ready.
        let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(open));
        let opened = opened.unwrap_or_else(|_| Err(anyhow::anyhow!("a thread panicked")));
        let opened = opened.map_err(|error| match error.downcast_ref() {
            Some(limpide_explain::Error::Alike) => NoComparisons::Alike,
            _ => {
                tracing::error!("clients cannot be compared: {error:#}");
                NoComparisons::Failed
            }
        });
        // Nobody else sets it.
        let _ = promised.set(opened);
    });
    made
}

/// What the client page shows, less what this portfolio's tables do not give.
fn display(spec: &RecipeSpec, bundle: &Bundle) -> Display {
    let text = |text: &limpide_features::Text| Text {
        fr: text.fr.clone(),
        en: text.en.clone(),
    };
    let fields = |names: &[String]| -> Vec<Field> {
        let known = names.iter().filter(|name| bundle.feature(name).is_some());
        known
            .map(|name| Field {
                feature: name.clone(),
                label: spec.display.labels.get(name).map(text),
                ..Field::default()
            })
            .collect()
    };
    let groups = spec.display.panels.iter().map(|panel| Group {
        label: text(&panel.label),
        fields: fields(&panel.features),
    });
    Display {
        header: fields(&spec.display.header),
        groups: groups.filter(|group| !group.fields.is_empty()).collect(),
    }
}

impl ClientRows for PortfolioRows {
    fn row(&self, client: i64) -> Result<Option<Vec<Value>>, RowsError> {
        let row = self.matrix.row_of(client);
        Ok(row.map(|row| Self::row(self, row)))
    }

    fn named(&self, client: i64, features: &[&str]) -> Result<Option<Vec<Value>>, RowsError> {
        let Some(row) = self.matrix.row_of(client) else {
            return Ok(None);
        };
        let values = features
            .iter()
            .map(|name| match self.matrix.catalogue.position(name) {
                Some(place) => rows::value(self.matrix.cell(row, place)),
                None => Value::Missing,
            });
        Ok(Some(values.collect()))
    }

    fn search(&self, prefix: &str, limit: usize) -> Vec<i64> {
        let clients = self.matrix.clients().iter();
        let found = clients.filter(|client| client.to_string().starts_with(prefix));
        found.take(limit).copied().collect()
    }

    fn count(&self) -> usize {
        self.matrix.clients().len()
    }

    fn matrix(&self) -> Option<String> {
        Some(self.matrix_hash.clone())
    }
}
