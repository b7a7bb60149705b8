//! The log: lines on stderr, for people or for programs. Nothing of a person stands in it.
//!
//! Lines of requests are written together, every few milliseconds, by a thread of their own; any
//! other line is written at once, behind those that came before it. When the program ends, all are.

mod json;
mod lines;

use std::io::{self, IsTerminal as _};

use tracing::Subscriber;
use tracing_subscriber::filter::Directive;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use self::json::Json;
use self::lines::{Lines, Writing};
use crate::settings::{LOG_FORMAT, LOG_LEVEL, Said};
use crate::telemetry::{self, Telemetry};

/// What is kept until the program ends: then what was not written or sent yet is.
pub struct Logging {
    _lines: Writing,
    _telemetry: Option<Telemetry>,
}

/// Begins to log as the settings say, and to trace where a collector is named.
///
/// # Errors
/// A setting holds what cannot be, or the collector's address is none.
pub fn start(said: &Said<'_>) -> anyhow::Result<Logging> {
    let format: String = said.value(&LOG_FORMAT)?;
    let level: String = said.value(&LOG_LEVEL)?;
    let writing = Writing::begin();
    // A second subscriber would be a mistake of ours.
    let telemetry = match telemetry::start()? {
        Some((spans, telemetry)) => {
            let lines = lines(&format, writing.lines()).with_filter(filter(&level));
            Registry::default().with(spans).with(lines).try_init()?;
            Some(telemetry)
        }
        // One filter over all, so that spans that nobody collects are not even made.
        None => {
            let lines = Registry::default().with(lines(&format, writing.lines()));
            lines.with(filter(&level)).try_init()?;
            None
        }
    };
    Ok(Logging {
        _lines: writing,
        _telemetry: telemetry,
    })
}

/// Lines in a format.
fn lines<S>(format: &str, lines: Lines) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let written = fmt::layer()
        .with_writer(lines)
        .with_ansi(io::stderr().is_terminal());
    match format {
        "json" => written.event_format(Json).boxed(),
        _ => written.boxed(),
    }
}

/// `RUST_LOG`, or what the settings say; never the spans, which are the collector's.
fn filter(level: &str) -> EnvFilter {
    let asked = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let spans: Option<Directive> = format!("{}=off", limpide_web::SPANS).parse().ok();
    match spans {
        Some(spans) => asked.add_directive(spans),
        None => asked,
    }
}
