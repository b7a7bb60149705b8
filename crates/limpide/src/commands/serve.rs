//! `limpide serve`: the API and the dashboard over the published model.

use std::net::SocketAddr;
use std::sync::Arc;

use limpide_model::Bundle;
use limpide_store::Store;
use limpide_web::{Face, Published, Service, ServiceParts};
use tokio::net::TcpListener;

use super::{DatabaseArgument, RecipeArgument};
use crate::context::Context;
use crate::registry::Registry;
use crate::serving::publication::{Stamp, follow};
use crate::serving::{Compare, Source};
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
        let service = service(&source, bundle, store, arguments).await?;
        serve(listener, service, arguments.face, source, seen).await
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

/// Serves until interrupted, and follows what is published meanwhile; `seen` is what the workspace
/// was like before the service's model was opened.
pub async fn serve(
    listener: TcpListener,
    service: Service,
    face: FaceArgument,
    source: Source,
    seen: Stamp,
) -> anyhow::Result<()> {
    let face = match face {
        FaceArgument::All => Face::All,
        FaceArgument::Api => Face::Api,
        FaceArgument::Dashboard => Face::Dashboard,
    };
    tracing::info!(address = %listener.local_addr()?, "listening");
    let published = Published::new(Arc::new(service), face);
    let following = tokio::spawn(follow(source, Arc::clone(&published), seen));
    let served = limpide_web::serve(listener, published, stop::asked()).await;
    following.abort();
    Ok(served?)
}

/// A model over the workspace's features.
pub async fn service(
    source: &Source,
    bundle: Bundle,
    store: Store,
    arguments: &Arguments,
) -> anyhow::Result<Service> {
    Ok(Service::new(ServiceParts {
        model: source.model(bundle, Compare::Later).await?,
        store,
        // An empty variable is none, as of a settings file that leaves it open.
        api_key: arguments.api_key.clone().filter(|key| !key.is_empty()),
        secure_cookies: arguments.secure_cookies,
    })?)
}
