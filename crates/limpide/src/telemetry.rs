//! Traces of requests to an OpenTelemetry collector, over OTLP and gRPC, where the program was built
//! with the feature `telemetry` and `OTEL_EXPORTER_OTLP_ENDPOINT` names one.
//!
//! A collector that does not answer costs the spans and nothing else: they are sent from a thread of
//! their own, out of a queue of bounded length.

#[cfg(feature = "telemetry")]
pub use exporting::{Telemetry, start};
#[cfg(not(feature = "telemetry"))]
pub use silent::{Telemetry, start};

/// The variable that names the collector: `http://HOST:4317`.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// The collector's address, where one is named.
fn endpoint() -> Option<String> {
    std::env::var(ENDPOINT).ok().filter(|text| !text.is_empty())
}

#[cfg(feature = "telemetry")]
mod exporting {
    use std::time::Duration;

    use anyhow::Context as _;
    use opentelemetry::trace::{
        SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
        TracerProvider as _,
    };
    use opentelemetry_otlp::WithExportConfig as _;
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tokio::runtime::Runtime;
    use tracing_opentelemetry::OpenTelemetrySpanExt as _;
    use tracing_subscriber::filter::Targets;
    use tracing_subscriber::{Layer, Registry};

    /// How long the last spans may take to be sent.
    const FLUSH: Duration = Duration::from_secs(3);

    /// How long a batch of spans may take to be sent.
    const EXPORT: Duration = Duration::from_secs(5);

    /// Sends spans until it is dropped, then what is left.
    pub struct Telemetry {
        provider: SdkTracerProvider,
        /// The exporter's connection lives here.
        runtime: Option<Runtime>,
    }

    /// Begins to send spans; `None` where no collector is named.
    ///
    /// # Errors
    /// The collector's address is none.
    pub fn start() -> anyhow::Result<Option<(impl Layer<Registry> + Send + Sync, Telemetry)>> {
        let Some(endpoint) = super::endpoint() else {
            return Ok(None);
        };
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build()?;
        let inside = runtime.enter();
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_tonic()
            .with_endpoint(&endpoint)
            .with_timeout(EXPORT)
            .build()
            .with_context(|| format!("{} names {endpoint:?}", super::ENDPOINT))?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(Resource::builder().with_service_name("limpide").build())
            .build();
        drop(inside);
        let tracer = provider.tracer("limpide");
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false);
        limpide_web::join_spans_by(join);
        let spans = Targets::new().with_target(limpide_web::SPANS, tracing::Level::INFO);
        let telemetry = Telemetry {
            provider,
            runtime: Some(runtime),
        };
        Ok(Some((layer.with_filter(spans), telemetry)))
    }

    /// Puts a request's span below the caller's.
    fn join(span: &tracing::Span, parent: &limpide_web::TraceParent) {
        let context = SpanContext::new(
            TraceId::from(parent.trace),
            SpanId::from(parent.span),
            TraceFlags::new(parent.flags),
            true,
            TraceState::default(),
        );
        let context = opentelemetry::Context::new().with_remote_span_context(context);
        if let Err(error) = span.set_parent(context) {
            tracing::debug!(%error, "a request's span is not joined to its caller's");
        }
    }

    impl Drop for Telemetry {
        fn drop(&mut self) {
            if let Err(error) = self.provider.shutdown_with_timeout(FLUSH) {
                tracing::warn!(%error, "the last spans were not sent");
            }
            if let Some(runtime) = self.runtime.take() {
                runtime.shutdown_background();
            }
        }
    }
}

#[cfg(not(feature = "telemetry"))]
mod silent {
    use tracing_subscriber::layer::Identity;

    /// Nothing, in a program built without the feature.
    pub struct Telemetry;

    /// Refuses a collector that is named: whoever did would wait for spans in vain.
    ///
    /// # Errors
    /// A collector is named.
    pub fn start() -> anyhow::Result<Option<(Identity, Telemetry)>> {
        if super::endpoint().is_some() {
            anyhow::bail!(
                "{} names a collector, but this program was built without the feature telemetry: \
                 build it with it, or leave the variable out",
                super::ENDPOINT
            );
        }
        Ok(None)
    }
}
