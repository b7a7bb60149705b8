//! Connections in, answers out, until told to stop.
//!
//! A connection is given so long to send a request's head and to take what is sent to it, and there
//! are no more of them than memory is meant for. Told to stop, the server takes no new connection,
//! finishes the requests under way, and after a while cuts what is left.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::serve::Listener;
use futures::FutureExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use limpide_store::{Removed, Retention, Store};
use time::OffsetDateTime;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::addresses::Peer;
use crate::api::off_thread;
use crate::batches::Batches;
use crate::hands::Hands;
use crate::hosting::{Hosting, Limits};
use crate::patience::Patient;
use crate::published::{Published, Shown};

/// How often expired sessions and the like are removed.
const PURGE_EVERY: Duration = Duration::from_secs(3600);

/// How often callers who have not asked for a while are forgotten, and batches of clients whom another program
/// forgot.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Connections to the address of the probes.
const PROBE_CONNECTIONS: usize = 64;

/// Serves what is published on a listener until `shutdown` completes; requests under way are
/// finished, within the limit that the service's hosting sets.
///
/// # Errors
/// The system gives no threads. A connection that fails is its client's alone.
pub async fn serve(
    listener: TcpListener,
    published: Arc<Published>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let hands = Hands::new()?;
    let service = published.service();
    let hosting = Arc::clone(&service.shared.hosting);
    let purge = tokio::spawn(purge(
        service.shared.store.clone(),
        service.shared.retention,
    ));
    let forget = tokio::spawn(forget(Arc::clone(&hosting)));
    let follow = tokio::spawn(follow_erasures(
        service.shared.store.clone(),
        service.shared.batches.clone(),
    ));
    let told = Arc::clone(&hosting);
    let shutdown = async move {
        shutdown.await;
        told.stop();
    };
    accept(
        listener,
        published.faces(),
        &hosting.limits,
        &hands,
        shutdown,
    )
    .await;
    purge.abort();
    forget.abort();
    follow.abort();
    Ok(())
}

/// Serves `/healthz`, `/readyz` and `/metrics` to whoever reaches the listener, until `shutdown`.
///
/// # Errors
/// None as yet.
pub async fn serve_probes(
    listener: TcpListener,
    published: Arc<Published>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = published.service();
    let limits = Limits {
        connections: PROBE_CONNECTIONS,
        stop_time: Duration::from_secs(1),
        ..service.shared.hosting.limits.clone()
    };
    let hands = Hands::here();
    accept(listener, published.probes(), &limits, &hands, shutdown).await;
    Ok(())
}

/// Takes connections until told to stop, then lets those under way end.
async fn accept(
    mut listener: TcpListener,
    shown: Shown,
    limits: &Limits,
    hands: &Hands,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    let room = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopping) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            let (stream, address) = Listener::accept(&mut listener).await;
            (place, stream, address)
        };
        tokio::select! {
            () = &mut shutdown => break,
            (place, stream, address) = next => {
                let Ok(place) = place else { break };
                // It is another event loop that will watch it.
                let Ok(stream) = stream.into_std() else { continue };
                let served = Connection {
                    address,
                    shown: shown.clone(),
                    limits: limits.clone(),
                    stopping: stopping.clone(),
                    _place: place,
                };
                connections.spawn_on(served.serve(stream), hands.next());
            }
            // What has ended is not kept.
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    drop(stop);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.stop_time, ended).await.is_err() {
        tracing::warn!(
            connections = connections.len(),
            "cut, for they took too long to end"
        );
        connections.shutdown().await;
    }
}

/// One client's connection.
struct Connection {
    address: SocketAddr,
    shown: Shown,
    limits: Limits,
    /// Closed when the server is told to stop.
    stopping: watch::Receiver<()>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(self, stream: std::net::TcpStream) {
        let stream = match TcpStream::from_std(stream) {
            Ok(stream) => stream,
            Err(error) => return tracing::warn!(%error, "a connection cannot be watched"),
        };
        // Answers are short: each is sent at once.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::trace!(%error, "no-delay");
        }
        let Self {
            address,
            shown,
            limits,
            mut stopping,
            _place,
        } = self;
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(address));
            let answered = shown.answer(request.map(Body::new));
            answered.map(Ok::<_, Infallible>)
        });
        let stream = TokioIo::new(Patient::new(stream, limits.write_time));
        let mut http = http1::Builder::new();
        // Answers are short: head and body are sent as one piece.
        http.writev(false)
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_time);
        let served = http.serve_connection(stream, answer);
        let mut served = pin!(served);
        // A connection that fails is the client's: it left, or sent what is no HTTP.
        tokio::select! {
            ended = served.as_mut() => return trace(ended),
            _ = stopping.changed() => served.as_mut().graceful_shutdown(),
        }
        trace(served.await);
    }
}

fn trace(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::trace!(%error, "connection");
    }
}

/// Forgets callers who have not asked for a while.
async fn forget(hosting: Arc<Hosting>) {
    let mut every = tokio::time::interval(FORGET_EVERY);
    loop {
        every.tick().await;
        hosting.rates.forget();
    }
}

/// Forgets what batches tell of clients who were forgotten elsewhere, as by `limpide client erase`.
async fn follow_erasures(store: Store, batches: Option<Batches>) {
    let Some(batches) = batches else { return };
    let mut every = tokio::time::interval(FORGET_EVERY);
    let mut since = OffsetDateTime::UNIX_EPOCH;
    loop {
        every.tick().await;
        let now = OffsetDateTime::now_utc();
        let erased = match store.erased_since(since).await {
            Ok(erased) => erased,
            Err(error) => {
                tracing::warn!(%error, "who was forgotten is not known");
                continue;
            }
        };
        let batches = batches.clone();
        let forget = move || {
            let forgotten = erased.into_iter();
            let forgotten = forgotten.map(|(client, at)| batches.forget(client, at));
            forgotten.sum::<usize>()
        };
        match off_thread("batches", forget).await {
            // Another program's clock may be behind.
            Ok(forgotten) => {
                since = now - FORGET_EVERY;
                if forgotten > 0 {
                    tracing::info!(forgotten, "batches of clients who were forgotten");
                }
            }
            Err(_) => tracing::warn!("batches of forgotten clients are still there"),
        }
    }
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
