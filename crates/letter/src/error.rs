//! What can go wrong while a letter is written.

/// A letter could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The PDF library refuses what it was given: it does not hold to PDF/UA-1 or PDF/A-2a.
    #[error("the letter would not be an accessible PDF: {0}")]
    Refused(String),
}
