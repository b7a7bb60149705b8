//! API keys that opened lately: a program that asks a thousand times a second is not looked up in the
//! database each time.
//!
//! Only what opened is kept, by its hash, and not for long: a key that is revoked, here or by another
//! process, opens nothing from [`KEPT_FOR`] on. What does not open is asked of the database each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use limpide_store::Key;

/// How long a key is known without being looked up.
const KEPT_FOR: Duration = Duration::from_secs(2);

/// Most keys that are known at once.
const MOST: usize = 1_000;

/// Keys that opened, and until when they are known.
#[derive(Debug, Default)]
pub(crate) struct KnownKeys(Mutex<HashMap<blake3::Hash, (Arc<Key>, Instant)>>);

impl KnownKeys {
    /// The key with this hash, if it opened lately; `now` is in seconds since 1970.
    pub(crate) fn get(&self, hash: &blake3::Hash, now: i64) -> Option<Arc<Key>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (key, until) = known.get(hash)?;
        let is_valid = key.expires_at.is_none_or(|end| end > now);
        (is_valid && *until > Instant::now()).then(|| Arc::clone(key))
    }

    /// Keeps a key that opened.
    pub(crate) fn keep(&self, hash: blake3::Hash, key: Arc<Key>) {
        let now = Instant::now();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, (_, until)| *until > now);
        }
        if known.len() < MOST {
            known.insert(hash, (key, now + KEPT_FOR));
        }
    }
}
