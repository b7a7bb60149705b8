//! The `limpide` program: a lender's raw tables in, decisions and their reasons out.
//!
//! One file a command under `commands/`; results on stdout, progress and errors on stderr.

mod allocator;
mod batch_files;
mod below;
mod catalogue;
mod clock;
mod commands;
mod comparing;
mod context;
mod dated;
mod documents;
mod drill;
mod global;
mod imported;
mod logs;
mod memory;
mod mlflow;
mod new_application;
mod online;
mod open_id;
mod past;
mod progress;
mod quality_page;
mod registry;
mod report;
mod rows;
mod runs;
mod secret;
mod selection;
mod serving;
mod settings;
mod spill;
mod stop;
mod stored_rows;
mod telemetry;
mod tried;
mod tuning;
mod ways;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::context::Context;
use crate::settings::{Flags, General, Settings};

/// Credit scoring that anyone can see through.
#[derive(Parser)]
#[command(version, about, max_term_width = 100, after_help = SETTINGS)]
struct Arguments {
    /// A file of settings (TOML), also named by LIMPIDE_CONFIG.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    general: Flags<General>,
    /// Print one JSON object instead of text.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// How settings are given, for the help.
const SETTINGS: &str = "A setting may also be a variable or a key of the file: --log-format is LIMPIDE_LOG_FORMAT, \
    and log_format.\n'limpide config show' tells what holds, and who said so.";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            context::report_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let settings = Settings::open(arguments.config.as_deref(), &arguments.general)?;
    let context = Context::new(settings, arguments.json)?;
    let _logging = logs::start(&context.said())?;
    arguments.command.run(&context)
}

/// Whoever read our output has seen enough, as in `limpide … | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
