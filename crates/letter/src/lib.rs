//! Letters as PDF files that can be read by eye and by ear: PDF/UA-1 and PDF/A-2a.
//!
//! A [`Letter`] says what stands in it, in words and numbers that are already written for their
//! reader. [`write()`] sets it on pages of A4 and marks every part for what it is. The same letter gives
//! the same bytes: nothing is read from a clock, a file or the network.
//!
//! - [`content`]: what a letter holds
//! - [`fonts`]: the two fonts, what they cannot show, and how text is shaped
//! - [`lines`]: text to lines of a width
//! - [`strip`]: what is placed on a page as one, and the marks of its parts
//! - [`blocks`], [`table`], [`effects`], [`gauge`]: content to strips
//! - [`paginate`]: strips to pages
//! - [`document`]: pages to a file

mod blocks;
mod colours;
pub mod content;
mod document;
mod effects;
mod error;
mod fonts;
mod gauge;
mod lines;
mod outline;
mod paginate;
mod strip;
mod table;

pub use crate::content::{
    Align, Block, Callout, Column, Day, Effect, Effects, Gauge, Letter, Table, Tone,
};
pub use crate::document::{Written, write};
pub use crate::error::Error;
