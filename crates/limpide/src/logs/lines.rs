//! Lines on their way to stderr.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

/// How long lines of requests are gathered.
const GATHERED_FOR: Duration = Duration::from_millis(10);

/// Where so many bytes wait, whoever has another line writes all of them first.
const MOST_BYTES: usize = 1 << 20;

/// A thread that writes lines; when this is dropped all of them are written.
pub struct Writing {
    lines: Lines,
    thread: Option<JoinHandle<()>>,
}

/// Lines of the log, for a subscriber.
#[derive(Clone)]
pub struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// Told when a first line waits, and at the end.
    news: Condvar,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    ended: bool,
}

impl Writing {
    /// Begins to write.
    pub fn begin() -> Self {
        let lines = Lines(Arc::default());
        let shared = Arc::clone(&lines.0);
        let thread = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || shared.write())
            .ok();
        Self { lines, thread }
    }

    /// Where lines are put.
    pub fn lines(&self) -> Lines {
        self.lines.clone()
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut waiting = self.lines.0.waiting();
        waiting.ended = true;
        waiting.flush();
        drop(waiting);
        self.lines.0.news.notify_all();
        if let Some(thread) = self.thread.take() {
            // It has nothing left to fail at.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits, until the end.
    fn write(&self) {
        let mut waiting = self.waiting();
        while !waiting.ended {
            if waiting.bytes.is_empty() {
                let told = self.news.wait(waiting);
                waiting = told.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            drop(waiting);
            thread::sleep(GATHERED_FOR);
            waiting = self.waiting();
            waiting.flush();
        }
    }
}

impl Waiting {
    /// The lock is held, so that lines stay in their order.
    fn flush(&mut self) {
        let bytes = mem::take(&mut self.bytes);
        // Where stderr is closed, nobody reads the log.
        let _ = io::stderr().write_all(&bytes);
        // The room is used again.
        self.bytes = bytes;
        self.bytes.clear();
    }
}

/// One line.
pub struct Line<'a> {
    shared: &'a Shared,
    gathered: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            shared: &self.0,
            gathered: false,
        }
    }

    fn make_writer_for(&'a self, line: &Metadata<'_>) -> Line<'a> {
        Line {
            shared: &self.0,
            gathered: line.target() == limpide_web::REQUESTS,
        }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut waiting = self.shared.waiting();
        let first = waiting.bytes.is_empty();
        waiting.bytes.extend_from_slice(bytes);
        if !self.gathered || waiting.ended || waiting.bytes.len() > MOST_BYTES {
            waiting.flush();
        } else if first {
            self.shared.news.notify_one();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
