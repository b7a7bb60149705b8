//! Connections in, answers out, until told to stop.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use limpide_store::{Removed, Retention, Store};
use time::OffsetDateTime;
use tokio::net::TcpListener;

use crate::router::{Face, router};
use crate::service::Service;

/// How often expired sessions and the like are removed.
const PURGE_EVERY: Duration = Duration::from_secs(3600);

/// Serves a face on a listener until `shutdown` completes; requests under way are finished.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    face: Face,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let purge = tokio::spawn(purge(service.store.clone(), service.retention));
    let served = axum::serve(listener, router(service, face))
        .with_graceful_shutdown(shutdown)
        .await;
    purge.abort();
    served
}

/// Removes what no longer counts, now and every hour.
async fn purge(store: Store, retention: Retention) {
    let mut every = tokio::time::interval(PURGE_EVERY);
    loop {
        every.tick().await;
        let now = OffsetDateTime::now_utc();
        let sessions = store.session_store().purge_expired().await;
        tell("expired sessions", sessions);
        tell("sign-in failures", store.purge_failures(now).await);
        match store.retain(&retention, now).await {
            Ok(removed) if removed == Removed::default() => {}
            Ok(removed) => tracing::info!(?removed, "removed what was kept long enough"),
            Err(error) => tracing::warn!(%error, "what was kept long enough is not removed"),
        }
    }
}

fn tell(what: &str, purged: Result<u64, limpide_store::Error>) {
    match purged {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, what, "removed"),
        Err(error) => tracing::warn!(%error, what, "not removed"),
    }
}
