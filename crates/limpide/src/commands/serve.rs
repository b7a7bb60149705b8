//! `limpide serve`: the API and the dashboard over the published model.

use std::net::SocketAddr;
use std::sync::Arc;

use limpide_features::RecipeSpec;
use limpide_model::{Bundle, Text, Value};
use limpide_portfolio::Recipe;
use limpide_store::Store;
use limpide_web::{
    ClientRows, Comparisons, ComputeRows, Display, Face, Field, Group, Hosting, Limits,
    NoComparisons, RowsError, Service, ServiceParts,
};
use tokio::net::TcpListener;

use super::DatabaseArgument;
use crate::comparing;
use crate::context::Context;
use crate::global::KeptGlobal;
use crate::online::OnlineRows;
use crate::registry::Registry;
use crate::rows::{self, PortfolioRows};
use crate::secret::Secret;
use crate::settings::{self, Flags, OfServe, Said};
use crate::stop;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    serve: Flags<OfServe>,
    #[command(flatten)]
    database: DatabaseArgument,
}

impl Arguments {
    /// What was said with these flags.
    pub fn said<'a>(&self, context: &'a Context) -> Said<'a> {
        context.said_with(&self.serve.and(&self.database.flags))
    }
}

/// How to serve.
pub struct Options {
    pub listen: SocketAddr,
    pub face: Face,
    pub recipe: String,
    pub api_key: Option<Secret>,
    pub secure_cookies: bool,
    pub metrics_listen: Option<SocketAddr>,
    pub limits: Limits,
}

impl Options {
    /// What was said, checked.
    pub fn read(said: &Said<'_>) -> anyhow::Result<Self> {
        let face: String = said.value(&settings::FACE)?;
        Ok(Self {
            listen: said.value(&settings::LISTEN)?,
            face: match face.as_str() {
                "api" => Face::Api,
                "dashboard" => Face::Dashboard,
                _ => Face::All,
            },
            recipe: said.value(&settings::RECIPE)?,
            api_key: said.secret(&settings::API_KEY, &settings::API_KEY_FILE)?,
            secure_cookies: said.value(&settings::SECURE_COOKIES)?,
            metrics_listen: said.optional(&settings::METRICS_LISTEN)?,
            limits: limits(said)?,
        })
    }
}

fn limits(said: &Said<'_>) -> anyhow::Result<Limits> {
    Ok(Limits {
        connections: said.value(&settings::CONNECTIONS)?,
        requests: said.value(&settings::REQUESTS)?,
        header_time: said.seconds(&settings::HEADER_SECONDS)?,
        body_time: said.seconds(&settings::BODY_SECONDS)?,
        request_time: said.seconds(&settings::REQUEST_SECONDS)?,
        write_time: said.seconds(&settings::WRITE_SECONDS)?,
        stop_time: said.seconds(&settings::STOP_SECONDS)?,
        address_per_minute: said.value(&settings::ADDRESS_PER_MINUTE)?,
        person_per_minute: said.value(&settings::PERSON_PER_MINUTE)?,
        key_per_minute: said.value(&settings::KEY_PER_MINUTE)?,
        sign_in_per_minute: said.value(&settings::SIGN_IN_PER_MINUTE)?,
        trusted_proxies: said.networks(&settings::TRUSTED_PROXIES)?,
    })
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<()> {
    let options = Options::read(&arguments.said(context))?;
    let runtime = context.runtime()?;
    let served = runtime.block_on(async {
        let recipe = Recipe::open(&options.recipe)?;
        let listeners = Listeners::bind(&options).await?;
        // Opened first: a workspace without a model gets no database.
        let bundle = Registry::new(context.workspace()).open_published()?;
        let location = arguments.database.location(context)?;
        let store = Store::connect(&location).await?;
        tracing::info!(database = %location, "opened");
        if store.list().await?.is_empty() {
            tracing::warn!("nobody can sign in yet: add people with 'limpide user add'");
        }
        let service = service(context, bundle, &recipe, store.clone(), &options).await?;
        serve(listeners, service, options.face).await?;
        store.close().await;
        anyhow::Ok(())
    });
    // Computations whose clients have gone are not waited for.
    runtime.shutdown_background();
    served
}

/// The addresses that a server has taken.
pub struct Listeners {
    /// Where the faces are.
    pub faces: TcpListener,
    /// Where the server tells of itself.
    pub probes: Option<TcpListener>,
}

impl Listeners {
    /// Takes the addresses, or says plainly why one cannot be had.
    pub async fn bind(options: &Options) -> anyhow::Result<Self> {
        Ok(Self {
            faces: bind(options.listen).await?,
            probes: match options.metrics_listen {
                Some(address) => Some(bind(address).await?),
                None => None,
            },
        })
    }
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
pub async fn serve(listeners: Listeners, service: Service, face: Face) -> anyhow::Result<()> {
    let Listeners { faces, probes } = listeners;
    let service = Arc::new(service);
    let address = faces.local_addr()?;
    let probing = match probes {
        Some(listener) => {
            tracing::info!(metrics = %listener.local_addr()?, "telling of itself");
            let service = Arc::clone(&service);
            Some(tokio::spawn(limpide_web::serve_probes(
                listener,
                service,
                std::future::pending(),
            )))
        }
        None => None,
    };
    tracing::info!(%address, "listening");
    limpide_web::serve(faces, service, face, stop::asked()).await?;
    // Told of until the last request has ended.
    if let Some(probing) = probing {
        probing.abort();
    }
    tracing::info!("stopped");
    Ok(())
}

/// A model over the workspace's features.
pub async fn service(
    context: &Context,
    bundle: Bundle,
    recipe: &Recipe,
    store: Store,
    options: &Options,
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
        store,
        hosting: Hosting::new(options.limits.clone()),
        api_key: options.api_key.as_ref().map(|key| key.expose().to_owned()),
        secure_cookies: options.secure_cookies,
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
}
