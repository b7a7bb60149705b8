//! Progress on stderr: a live line on a terminal, one line a step elsewhere.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use limpide_portfolio::Progress;

/// Shows how far a long step has come.
pub struct Reporter {
    bar: ProgressBar,
    last: Mutex<Step>,
    is_live: bool,
}

/// What was shown last, and since when.
struct Step {
    name: String,
    start: Instant,
}

impl Reporter {
    pub fn new() -> Self {
        let is_live = io::stderr().is_terminal();
        let bar = if is_live {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self {
            bar,
            last: Mutex::new(Step {
                name: String::new(),
                start: Instant::now(),
            }),
            is_live,
        }
    }

    /// Shows where a step on tables or features is.
    pub fn step(&self, progress: &Progress) {
        self.show(
            progress.stage,
            &progress.item,
            progress.done,
            progress.total,
        );
    }

    /// Shows a step, what it works on, and how much of it is done (`total` 0 if not known).
    pub fn show(&self, stage: &str, item: &str, done: u64, total: u64) {
        let amount = match (done, total) {
            (0, 0) => String::new(),
            (done, 0) => format!(" {done} rows"),
            (done, total) => format!(" {done}/{total}"),
        };
        let name = format!("{stage} {item}");
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = last.name != name;
        if is_new {
            let start = Instant::now();
            *last = Step { name, start };
        }
        if self.is_live {
            let left = left(last.start.elapsed(), done, total);
            self.bar.set_message(format!("{}{amount}{left}", last.name));
        } else if is_new {
            // Progress is a courtesy: a closed stderr does not stop the work.
            let _ = writeln!(io::stderr(), "{}", last.name);
        }
    }

    /// Shows something by the way, that does not change what the step is.
    #[cfg(feature = "cluster")]
    pub fn note(&self, text: &str) {
        if self.is_live {
            self.bar.set_message(text.to_owned());
        } else {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }
}

/// How long a step will still take if it goes on as it did; nothing before that can be told.
fn left(elapsed: Duration, done: u64, total: u64) -> String {
    if done == 0 || total <= done || elapsed < Duration::from_secs(2) {
        return String::new();
    }
    let seconds = elapsed.as_secs_f64() * (total - done) as f64 / done as f64;
    match seconds.round() as u64 {
        seconds if seconds < 100 => format!(", {seconds} s left"),
        seconds => format!(", {} min left", seconds.div_ceil(60)),
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
