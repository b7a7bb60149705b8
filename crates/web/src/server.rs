//! Connections in, answers out, until told to stop.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use limpide_store::Store;
use time::OffsetDateTime;
use tokio::net::TcpListener;

use crate::published::Published;

/// How often expired sessions and the like are removed.
const PURGE_EVERY: Duration = Duration::from_secs(3600);

/// How long a write that is sent again is known for what it is.
const IDEMPOTENCY_LASTS: Duration = Duration::from_secs(7 * 24 * 3600);

/// Serves what is published on a listener until `shutdown` completes; requests under way are finished.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    published: Arc<Published>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let purge = tokio::spawn(purge(published.service().store.clone()));
    let served = axum::serve(listener, published.routes())
        .with_graceful_shutdown(shutdown)
        .await;
    purge.abort();
    served
}

/// Removes what no longer counts, now and every hour.
async fn purge(store: Store) {
    let mut every = tokio::time::interval(PURGE_EVERY);
    loop {
        every.tick().await;
        let now = OffsetDateTime::now_utc();
        let sessions = store.session_store().purge_expired().await;
        tell("expired sessions", sessions);
        tell("sign-in failures", store.purge_failures(now).await);
        let keys = store.purge_idempotency_keys(now - IDEMPOTENCY_LASTS).await;
        tell("idempotency keys", keys);
    }
}

fn tell(what: &str, purged: Result<u64, limpide_store::Error>) {
    match purged {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, what, "removed"),
        Err(error) => tracing::warn!(%error, what, "not removed"),
    }
}
