//! A line of the log for programs: one JSON object with an event's fields in their order.

use std::fmt;

use serde::Serialize;
use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Bytes of most lines.
const LINE: usize = 384;

/// Writes events as `{"timestamp": …, "level": …, fields, "target": …}`.
pub struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Line(Vec::with_capacity(LINE));
        line.0.push(b'{');
        line.value("timestamp", &timestamp(OffsetDateTime::now_utc()));
        line.value("level", event.metadata().level().as_str());
        event.record(&mut line);
        line.value("target", event.metadata().target());
        line.0.extend(b"}\n");
        // All of it was text.
        writer.write_str(str::from_utf8(&line.0).map_err(|_| fmt::Error)?)
    }
}

/// To the microsecond, as RFC 3339 writes it.
fn timestamp(now: OffsetDateTime) -> String {
    let ((year, month, day), (hour, minute, second)) = (now.to_calendar_date(), now.to_hms());
    let (month, microsecond) = (u8::from(month), now.microsecond());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{microsecond:06}Z")
}

/// An object on its way to its end.
struct Line(Vec<u8>);

impl Line {
    fn value(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        if self.0.last() != Some(&b'{') {
            self.0.push(b',');
        }
        // Neither a name nor what is recorded of a field can fail to be written to memory.
        let _ = serde_json::to_writer(&mut self.0, name);
        self.0.push(b':');
        let _ = serde_json::to_writer(&mut self.0, value);
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.value(field.name(), value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.value(field.name(), &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.value(field.name(), &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.value(field.name(), &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.value(field.name(), &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.value(field.name(), &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::{Registry, fmt};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_sort_of_field_comes_back_from_the_line() {
        let written = Written::default();
        let writer = written.clone();
        let layer = fmt::layer()
            .event_format(Json)
            .with_writer(move || writer.clone());
        tracing::subscriber::with_default(Registry::default().with(layer), || {
            tracing::warn!(
                text = "a \"quoted\"\nline \u{1} é",
                number = 0.1,
                none = f64::NAN,
                below = -3,
                above = u64::MAX,
                yes = true,
                nothing = Option::<&str>::None,
                shown = %"as it is",
                debug = ?[1, 2],
                "said"
            );
            tracing::info!("alone");
        });
        let lines = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(lines.starts_with(r#"{"timestamp":"2"#), "{lines}");
        let lines: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let [mut first, mut second] = <[Value; 2]>::try_from(lines).unwrap();
        for line in [&mut first, &mut second] {
            line.as_object_mut().unwrap().remove("timestamp").unwrap();
        }
        let wanted = json!({
            "level": "WARN",
            "message": "said",
            "text": "a \"quoted\"\nline \u{1} é",
            "number": 0.1,
            "none": null,
            "below": -3,
            "above": u64::MAX,
            "yes": true,
            "shown": "as it is",
            "debug": "[1, 2]",
            "target": "limpide::logs::json::tests",
        });
        assert_eq!(first, wanted);
        assert_eq!(second["message"], "alone");
    }

    #[test]
    fn a_timestamp_has_all_its_places() {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(1_704_164_645_000_006_999).unwrap();
        assert_eq!(timestamp(moment), "2024-01-02T03:04:05.000006Z");
    }
}
