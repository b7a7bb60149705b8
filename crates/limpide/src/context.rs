//! What every command needs: where the workspace is, how to print, the engine, the runtime.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::Context as _;
use limpide_engine::{Engine, EngineConfig};
use serde_json::Value;

use crate::memory;
use crate::progress::Reporter;
use crate::settings::{self, Flags, General, Said, Settings};
use crate::spill::Spill;

pub struct Context {
    settings: Settings,
    workspace: PathBuf,
    json: bool,
    threads: usize,
    spill: OnceLock<Spill>,
}

impl Context {
    pub fn new(settings: Settings, json: bool) -> anyhow::Result<Self> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let said = settings.with(&Flags::<General>::none());
        let threads: Option<usize> = said.optional(&settings::THREADS)?;
        Ok(Self {
            workspace: said.value(&settings::WORKSPACE)?,
            json,
            threads: threads.unwrap_or_else(cores),
            spill: OnceLock::new(),
            settings,
        })
    }

    /// What was said beside the command.
    pub fn said(&self) -> Said<'_> {
        self.settings.with(&Flags::<General>::none())
    }

    /// The same, with flags of the command.
    pub fn said_with<G>(&self, flags: &Flags<G>) -> Said<'_> {
        self.settings.with(flags)
    }

    pub fn workspace(&self) -> &Path {
        &self.workspace
    }

    pub fn threads(&self) -> usize {
        self.threads
    }

    /// The workspace, made if it is not there yet.
    pub fn create_workspace(&self) -> anyhow::Result<&Path> {
        fs::create_dir_all(&self.workspace)
            .with_context(|| format!("{} could not be made", self.workspace.display()))?;
        Ok(&self.workspace)
    }

    pub fn engine(&self) -> anyhow::Result<Engine> {
        self.engine_within(memory::FOR_FEATURES)
    }

    /// An engine whose sorts and joins hold at most so many bytes before they spill to disk.
    pub fn engine_within(&self, most: u64) -> anyhow::Result<Engine> {
        let all = self.workspace.join("spill");
        let spill =
            Spill::new(&all).with_context(|| format!("{} could not be made", all.display()))?;
        let spill_folder = self.spill.get_or_init(|| spill).path().to_owned();
        let config = EngineConfig {
            threads: self.threads,
            memory_bytes: memory::budget(most),
            spill_folder,
        };
        Ok(Engine::new(&config)?)
    }

    pub fn runtime(&self) -> anyhow::Result<tokio::runtime::Runtime> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        Ok(builder.worker_threads(self.threads).enable_all().build()?)
    }

    pub fn reporter(&self) -> Reporter {
        Reporter::new()
    }

    /// Prints the result: one JSON object with `--json`, else the text.
    pub fn print(&self, json: &Value, text: &str) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        if self.json {
            writeln!(out, "{json}")?;
        } else {
            write!(out, "{text}")?;
        }
        out.flush()?;
        Ok(())
    }
}

/// Says on stderr what went wrong, cause by cause on one line.
pub fn report_error(error: &anyhow::Error) {
    let mut said = Vec::<String>::new();
    for cause in error.chain().map(ToString::to_string) {
        if !said.last().is_some_and(|last| last.contains(&cause)) {
            said.push(cause);
        }
    }
    // Nothing is left to tell if stderr is closed.
    let _ = writeln!(io::stderr(), "limpide: {}", said.join(": "));
}

/// A table of text, columns padded to their widest cell; the first is left-aligned.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                if column == 0 {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
