//! What works for milliseconds, on threads that may: no more of it at once than there are cores. And what waits for
//! files.

use std::sync::Arc;

use crate::error::Error;
use crate::metrics::Counted;
use crate::observe::SPANS;
use crate::router::AppState;
use crate::service::{ComputeError, ComputeRows};

/// Computes features on a thread that may work for milliseconds, no more of them at once than there are cores.
pub(crate) async fn compute<T: Send + 'static>(
    state: &AppState,
    work: impl FnOnce(&dyn ComputeRows) -> Result<T, ComputeError> + Send + 'static,
) -> Result<T, Error> {
    let compute = state.service.compute.as_ref().ok_or(Error::NoCompute)?;
    let compute = Arc::clone(compute);
    Ok(on_a_core(state, "features", move || work(compute.as_ref())).await??)
}

/// Runs what works for milliseconds on a thread that may, no more at once than there are cores;
/// `what` names it in the log.
pub(crate) async fn on_a_core<T: Send + 'static>(
    state: &AppState,
    what: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "{what}");
        Error::Internal
    };
    let waiting = Counted::new(&state.service.shared.hosting.metrics.waiting_for_core);
    let permit = Arc::clone(&state.service.shared.computing)
        .acquire_owned()
        .await;
    drop(waiting);
    let permit = permit.map_err(|error| failed(&error))?;
    let stage = tracing::info_span!(target: SPANS, "computation", what);
    let done = tokio::task::spawn_blocking(move || {
        // Held here and not by the request: the work goes on when the client has gone.
        let _permit = permit;
        let _stage = stage.entered();
        work()
    });
    done.await.map_err(|error| failed(&error))
}

/// Runs what waits for files, on a thread that may; `what` names it in the log.
pub(crate) async fn off_thread<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "{what}");
        Error::Internal
    })
}
