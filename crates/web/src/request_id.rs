//! A name for every request, by which an answer, its problem document and the log are joined.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that names a request, both ways.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest name that is taken over, in characters.
const LONGEST: usize = 64;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// What tells this process's names from those of any other.
static SEED: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let random = RandomState::new();
    let mut hasher = blake3::Hasher::new();
    for part in 0..4_u8 {
        hasher.update(&random.hash_one(part).to_le_bytes());
    }
    hasher.update(&std::process::id().to_le_bytes());
    *hasher.finalize().as_bytes()
});

/// A request's name: 1 to 64 letters, digits, dots, hyphens and underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// The name that the client gave, if it is one, else a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers
            .get(HEADER)
            .filter(|given| is_name(given.as_bytes()))
        {
            Some(given) => Self(given.clone()),
            None => Self::new(),
        }
    }

    fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let hash = blake3::keyed_hash(&SEED, &number.to_le_bytes());
        // Digits may stand in any header.
        let name = HeaderValue::from_str(&hash.to_hex()[..32]);
        Self(name.unwrap_or(HeaderValue::from_static("none")))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// As a header.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

fn is_name(text: &[u8]) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(text: &str) -> String {
        let value = HeaderValue::from_str(text).unwrap();
        RequestId::of(&HeaderMap::from_iter([(HEADER, value)])).to_string()
    }

    #[test]
    fn a_well_formed_name_is_kept_and_any_other_replaced() {
        assert_eq!(of("batch-7_a.1"), "batch-7_a.1");
        for wrong in ["", "a b", "a;b", "<script>", "é", &"a".repeat(65)] {
            assert_eq!(of(wrong).len(), 32, "{wrong}");
        }
        assert_ne!(of(""), of(""));
    }
}
