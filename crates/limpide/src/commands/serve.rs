//! `limpide serve`: the API and the dashboard over the published model.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use limpide_model::Bundle;
use limpide_portfolio::Recipe;
use limpide_store::{Retention, Store};
use limpide_web::{
    Batches, Face, Hosting, Lender, Limits, OpenIdSettings, Published, Service, ServiceParts,
    SessionLimits, SettingSection,
};
use tokio::net::TcpListener;

use super::DatabaseArgument;
use crate::allocator;
use crate::batch_files::BatchFiles;
use crate::context::Context;
use crate::open_id;
use crate::past;
use crate::quality_page::KeptQuality;
use crate::registry::Registry;
use crate::runs::Runs;
use crate::secret::Secret;
use crate::serving::publication::{Stamp, follow};
use crate::serving::{Compare, Source};
use crate::settings::{self, Flags, OfLender, OfServe, Said};
use crate::stop;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    serve: Flags<OfServe>,
    #[command(flatten)]
    database: DatabaseArgument,
    #[command(flatten)]
    lender: Flags<OfLender>,
}

impl Arguments {
    /// What was said with these flags.
    pub fn said<'a>(&self, context: &'a Context) -> Said<'a> {
        context.said_with(&self.serve.and(&self.database.flags).and(&self.lender))
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
    pub sessions: SessionLimits,
    pub retention: Retention,
    pub provider: Option<OpenIdSettings>,
    pub lender: Lender,
    /// All that was said, for those who administer.
    pub in_force: Vec<SettingSection>,
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
            sessions: SessionLimits {
                idle: minutes(said.value(&settings::SESSION_IDLE_MINUTES)?),
                absolute: minutes(said.value::<u64>(&settings::SESSION_DAYS)? * 24 * 60),
            },
            retention: Retention {
                decision_years: endless(said.value(&settings::DECISION_YEARS)?),
                prediction_months: endless(said.value(&settings::PREDICTION_MONTHS)?),
                idempotency_days: said.value(&settings::IDEMPOTENCY_DAYS)?,
            },
            provider: open_id::provider(said)?,
            lender: settings::lender(said)?,
            in_force: said.in_force()?,
        })
    }
}

fn minutes(number: u64) -> Duration {
    Duration::from_secs(number * 60)
}

/// How long things are kept; 0 is without end.
fn endless(periods: u16) -> Option<u16> {
    Some(periods).filter(|&periods| periods > 0)
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
    allocator::give_back_early();
    let runtime = context.runtime()?;
    let served = runtime.block_on(async {
        let recipe = Recipe::open(&options.recipe)?;
        let listeners = Listeners::bind(&options).await?;
        let seen = Stamp::of(context.workspace());
        // Opened first: a workspace without a model gets no database.
        let bundle = Registry::new(context.workspace()).open_published()?;
        let location = arguments.database.location(context)?;
        let store = Store::connect(&location).await?;
        tracing::info!(database = %location, "opened");
        if store.list().await?.is_empty() {
            tracing::warn!("nobody can sign in yet: add people with 'limpide user add'");
        }
        let source = Source::open(context, &recipe)?;
        let service = service(&source, bundle, store.clone(), &options).await?;
        serve(listeners, service, options.face, source, seen).await?;
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

/// Serves until interrupted, and follows what is published meanwhile; `seen` is what the workspace
/// was like before the service's model was opened.
pub async fn serve(
    listeners: Listeners,
    service: Service,
    face: Face,
    source: Source,
    seen: Stamp,
) -> anyhow::Result<()> {
    let Listeners { faces, probes } = listeners;
    let address = faces.local_addr()?;
    let published = Published::new(Arc::new(service), face);
    let probing = match probes {
        Some(listener) => {
            tracing::info!(metrics = %listener.local_addr()?, "telling of itself");
            Some(tokio::spawn(limpide_web::serve_probes(
                listener,
                Arc::clone(&published),
                std::future::pending(),
            )))
        }
        None => None,
    };
    tracing::info!(%address, "listening");
    let following = tokio::spawn(follow(source, Arc::clone(&published), seen));
    let served = limpide_web::serve(faces, published, stop::asked()).await;
    following.abort();
    // Told of until the last request has ended.
    if let Some(probing) = probing {
        probing.abort();
    }
    tracing::info!("stopped");
    Ok(served?)
}

/// A model over the workspace's features.
pub async fn service(
    source: &Source,
    bundle: Bundle,
    store: Store,
    options: &Options,
) -> anyhow::Result<Service> {
    let batches = Batches::open(&source.workspace().join("batches"), Arc::new(BatchFiles))?;
    Ok(Service::new(ServiceParts {
        model: source.model(bundle, Compare::Later).await?,
        batches: Some(batches),
        past: Some(Arc::new(Registry::new(source.workspace()))),
        models: Some(Arc::new(Registry::new(source.workspace()))),
        runs: Some(Arc::new(Runs::new(source.workspace()))),
        quality: Some(Arc::new(KeptQuality::new(source.workspace()))),
        predictions: past::predictions(source.workspace(), &store)?,
        retention: options.retention,
        store,
        hosting: Hosting::new(options.limits.clone()),
        api_key: options.api_key.as_ref().map(|key| key.expose().to_owned()),
        secure_cookies: options.secure_cookies,
        sessions: options.sessions,
        provider: options.provider.clone(),
        lender: options.lender.clone(),
        settings: options.in_force.clone(),
    })?)
}
