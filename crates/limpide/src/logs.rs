//! The log: lines on stderr, for people or for programs. Nothing of a person stands in it.

use std::io;

use tracing_subscriber::filter::Directive;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, fmt};

use crate::settings::{LOG_FORMAT, LOG_LEVEL, Said};
use crate::telemetry::{self, Telemetry};

/// Begins to log as the settings say, and to trace where a collector is named; what it returns is
/// kept until the program ends.
///
/// # Errors
/// A setting holds what cannot be, or the collector's address is none.
pub fn start(said: &Said<'_>) -> anyhow::Result<Option<Telemetry>> {
    let format: String = said.value(&LOG_FORMAT)?;
    let level: String = said.value(&LOG_LEVEL)?;
    let lines = fmt::layer().with_writer(io::stderr);
    let lines = match format.as_str() {
        "json" => lines
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .boxed(),
        _ => lines.boxed(),
    };
    let (spans, telemetry) = telemetry::start()?.unzip();
    let subscriber = Registry::default()
        .with(spans)
        .with(lines.with_filter(filter(&level)));
    // A second subscriber would be a mistake of ours.
    subscriber.try_init()?;
    Ok(telemetry)
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
