//! The trace that a request belongs to, where whoever asks names one (W3C Trace Context, `traceparent`): its log line
//! bears the trace's id, and its spans stand below the caller's. What is malformed is ignored, as the standard asks.

use std::sync::OnceLock;

use axum::http::{HeaderMap, HeaderName};
use tracing::Span;

/// The header that names it.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("traceparent");

/// Characters of version, trace, parent and flags, with hyphens between.
const LENGTHS: [usize; 4] = [2, 32, 16, 2];

/// A trace, and the span in it that asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceParent {
    /// Id of the trace, not zero.
    pub trace: u128,
    /// Id of the caller's span, not zero.
    pub span: u64,
    /// Flags; the lowest bit says that the caller records the trace.
    pub flags: u8,
}

/// How a request's span is joined to its caller's; set once, by whoever sends spans away.
static JOIN: OnceLock<fn(&Span, &TraceParent)> = OnceLock::new();

/// Has the span of every request that names its caller's joined to it so. The first call counts.
pub fn join_spans_by(join: fn(&Span, &TraceParent)) {
    // Whoever was first goes on.
    let _ = JOIN.set(join);
}

impl TraceParent {
    /// The trace that a request names; `None`: none, several, or something else.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut named = headers.get_all(HEADER).iter();
        let (Some(value), None) = (named.next(), named.next()) else {
            return None;
        };
        Self::read(value.to_str().ok()?)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut fields = [0_u128; 4];
        for (field, length) in fields.iter_mut().zip(LENGTHS) {
            let part = parts.next().filter(|part| part.len() == length)?;
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            if !part.bytes().all(is_hex) {
                return None;
            }
            *field = u128::from_str_radix(part, 16).ok()?;
        }
        let [version, trace, span, flags] = fields;
        // Later versions may say more; this one may not, and 255 is none.
        let is_known = version != 0xff && (version != 0 || parts.next().is_none());
        if !is_known || trace == 0 || span == 0 {
            return None;
        }
        Some(Self {
            trace,
            span: u64::try_from(span).ok()?,
            flags: u8::try_from(flags).ok()?,
        })
    }

    /// The trace's id, as it is written.
    pub(crate) fn trace_id(&self) -> String {
        format!("{:032x}", self.trace)
    }

    /// Puts a request's span below the caller's, where spans are sent away.
    pub(crate) fn adopt(&self, span: &Span) {
        if let Some(join) = JOIN.get().filter(|_| !span.is_disabled()) {
            join(span, self);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::http::HeaderValue;

    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn of(values: &[&str]) -> Option<TraceParent> {
        let pairs = values
            .iter()
            .map(|value| (HEADER, HeaderValue::from_str(value).unwrap()));
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value);
        }
        TraceParent::of(&headers)
    }

    #[test]
    fn a_trace_is_read_as_it_was_written() {
        let named = of(&[&format!("00-{TRACE}-00f067aa0ba902b7-01")]).unwrap();
        assert_eq!(named.trace_id(), TRACE);
        assert_eq!((named.span, named.flags), (0x00f0_67aa_0ba9_02b7, 1));
        // A later version may say more after what is known of it.
        let later = of(&[&format!("01-{TRACE}-00f067aa0ba902b7-00-more")]);
        assert_eq!(later.unwrap().trace_id(), TRACE);
    }

    #[test]
    fn what_is_malformed_is_ignored() {
        let good = format!("00-{TRACE}-00f067aa0ba902b7-01");
        for wrong in [
            "",
            "00",
            &good[1..],
            &good.to_uppercase(),
            &format!("{good}-more"),
            &good.replacen("00", "ff", 1),
            &good.replace(TRACE, &"0".repeat(32)),
            &good.replace("00f067aa0ba902b7", &"0".repeat(16)),
            &good.replace('-', "_"),
            &good.replace("4bf9", "4bg9"),
            &good.replace("4bf9", "+bf9"),
            &format!(" {good}x"),
        ] {
            assert_eq!(of(&[wrong]), None, "{wrong}");
        }
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[&good, &good]), None);
    }
}
