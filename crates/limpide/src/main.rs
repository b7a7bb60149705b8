//! The `limpide` program: a lender's raw tables in, decisions and their reasons out.
//!
//! One file a command under `commands/`; results on stdout, progress and errors on stderr.

mod catalogue;
mod clock;
mod commands;
mod comparing;
mod context;
mod drill;
mod global;
mod imported;
mod memory;
mod mlflow;
mod online;
mod past;
mod plot;
mod progress;
mod quality_page;
mod registry;
mod report;
mod rows;
mod runs;
mod selection;
mod spill;
mod stop;
mod tuning;
mod ways;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::context::Context;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Credit scoring that anyone can see through.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Arguments {
    /// The folder in which portfolio, features, models and people are kept.
    #[arg(long, global = true, default_value = ".limpide", value_name = "DIR")]
    workspace: std::path::PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long, global = true)]
    json: bool,
    /// Threads to use; all cores if absent.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(log_filter())
        .init();
    let context = Context::new(arguments.workspace, arguments.json, arguments.threads);
    match arguments.command.run(&context) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            context.report_error(&error);
            ExitCode::FAILURE
        }
    }
}

/// `RUST_LOG`, or what an operator wants to see.
fn log_filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"))
}

/// Whoever read our output has seen enough, as in `limpide … | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
