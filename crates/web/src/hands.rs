//! The threads that serve connections. Each has an event loop of its own, so that a request is read,
//! answered and sent by one thread, which wakes no other for it.

use std::io;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::watch;

/// Whose turn it is to serve the next connection.
pub(crate) struct Hands {
    loops: Vec<Handle>,
    next: AtomicUsize,
    /// What keeps the threads.
    _kept: Option<watch::Sender<()>>,
}

impl Hands {
    /// Starts one thread a core. They end, with what they serve, when this is dropped.
    ///
    /// # Errors
    /// The system gives no more threads or files.
    pub(crate) fn new() -> io::Result<Self> {
        let (kept, dropped) = watch::channel(());
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let start = |place| {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let handle = runtime.handle().clone();
            let mut dropped = dropped.clone();
            thread::Builder::new()
                .name(format!("connections-{place}"))
                // It ends with an error, which is what is waited for.
                .spawn(move || runtime.block_on(dropped.changed()).is_ok())?;
            Ok(handle)
        };
        Ok(Self {
            loops: (0..cores).map(start).collect::<io::Result<_>>()?,
            next: AtomicUsize::new(0),
            _kept: Some(kept),
        })
    }

    /// No thread more: the event loop that calls serves.
    pub(crate) fn here() -> Self {
        Self {
            loops: vec![Handle::current()],
            next: AtomicUsize::new(0),
            _kept: None,
        }
    }

    /// The event loop of the thread whose turn it is.
    pub(crate) fn next(&self) -> &Handle {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        &self.loops[turn % self.loops.len()]
    }
}
