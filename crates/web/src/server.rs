//! Connections in, answers out, until told to stop.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use limpide_store::Sessions;
use tokio::net::TcpListener;

use crate::router::{Face, router};
use crate::service::Service;

/// How often expired sessions are removed.
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
    let purge = tokio::spawn(purge_sessions(service.store.session_store()));
    let served = axum::serve(listener, router(service, face))
        .with_graceful_shutdown(shutdown)
        .await;
    purge.abort();
    served
}

async fn purge_sessions(sessions: Sessions) {
    let mut every = tokio::time::interval(PURGE_EVERY);
    loop {
        every.tick().await;
        match sessions.purge_expired().await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "expired sessions"),
            Err(error) => tracing::warn!(%error, "expired sessions stay"),
        }
    }
}
