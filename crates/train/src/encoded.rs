//! Encoded rows that several may hold: a fold's learners read them, and one keeps them while it
//! grows, without a copy.

use std::ops::Deref;
use std::sync::Arc;

/// Holds encoded rows, `(n_rows, width)`, row after row; NaN where missing. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct EncodedRows(Arc<Vec<f32>>);

impl From<Vec<f32>> for EncodedRows {
    fn from(values: Vec<f32>) -> Self {
        Self(Arc::new(values))
    }
}

impl Deref for EncodedRows {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl AsRef<[f32]> for EncodedRows {
    fn as_ref(&self) -> &[f32] {
        &self.0
    }
}
