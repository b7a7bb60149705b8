//! Progress on stderr: a live line on a terminal, one line a step elsewhere.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use limpide_portfolio::Progress;

/// Shows how far a long step has come.
pub struct Reporter {
    bar: ProgressBar,
    last: Mutex<String>,
    is_live: bool,
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
            last: Mutex::new(String::new()),
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
        if self.is_live {
            self.bar.set_message(format!("{stage} {item}{amount}"));
            return;
        }
        let step = format!("{stage} {item}");
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != step {
            // Progress is a courtesy: a closed stderr does not stop the work.
            let _ = writeln!(io::stderr(), "{step}");
            *last = step;
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
