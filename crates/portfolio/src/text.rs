//! What people read exists in French and English.

use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}
