//! The client's letter.
