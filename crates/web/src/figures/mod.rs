//! Plots and tables of a model, for the program's documents and for the dashboard's pages: made once, of a
//! bundle ([`of_bundle`], one feature [`of_feature`]) or of what was measured of it ([`of_global`], [`leading`]), each plot with the numbers behind it.
//!
//! - [`plot`]: numbers and finished words in, SVG out;
//! - [`table`], [`behind_bundle`], [`behind_global`]: tables, alone or behind plots;
//! - [`facts`], [`words`]: numbers as words, and what things are called in French and English.
//!
//! Nothing here knows of pages, requests or files.

pub mod behind_bundle;
pub mod behind_global;
pub mod facts;
pub mod leading;
pub mod of_bundle;
pub mod of_feature;
pub mod of_global;
pub mod plot;
pub mod table;
pub mod words;

pub use of_bundle::Figure;
pub use of_global::Folded;
pub use table::Table;
