//! Being asked to stop: Ctrl-C, or the word of whoever runs the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::bail;
use tokio::runtime::Runtime;

/// Resolves when the program is asked to stop.
pub async fn asked() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}

/// A flag that is set when the program is asked to stop, for work that looks at it now and then.
pub fn flag(runtime: &Runtime) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&stop);
    runtime.spawn(async move {
        asked().await;
        set.store(true, Ordering::Relaxed);
    });
    stop
}

/// Runs a step that leaves nothing behind unless it ends, until it ends or the program is asked to stop.
pub async fn unless_asked<T, E>(step: impl Future<Output = Result<T, E>>) -> anyhow::Result<T>
where
    anyhow::Error: From<E>,
{
    tokio::select! {
        // First, so that the word is heard from the beginning.
        biased;
        () = asked() => bail!("stopped before the end; what was there before is unchanged"),
        done = step => Ok(done?),
    }
}
