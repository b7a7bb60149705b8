//! The faces of Limpide: a JSON API and a dashboard over the same published model.
//!
//! In the order in which a request meets them:
//! - [`server`]: connections in, until told to stop;
//! - [`router`]: every route of both faces;
//! - `headers`, `language`, `auth`, `asked`: what holds on every route: security headers, the
//!   reader's language, who asks, and for what;
//! - [`service`]: what is served: one published model over one portfolio;
//! - [`feature_rows`]: what a feature of a client was made of;
//! - `api`: JSON answers and their OpenAPI document;
//! - `pages`: the dashboard's pages, each a load (data) and a view (template);
//! - `charts`: geometry of the pages' SVG;
//! - `error`: what went wrong, as a problem document or as a page, and its HTTP status;
//! - `texts`, `assets`: words in French and English, and the files that pages load.
//!
//! Nothing is loaded from anywhere else, and no page needs JavaScript.

mod api;
mod asked;
mod assets;
mod auth;
mod charts;
mod error;
mod export;
pub mod feature_rows;
mod headers;
mod language;
mod pages;
mod proposed;
pub mod router;
pub mod server;
pub mod service;
mod texts;

pub use export::{ExportError, ExportForm, export_client};
pub use feature_rows::{FeatureRows, RawColumn, RawRole, RawRows, RowsPage};
pub use proposed::{Difference, Replay, replay};
pub use router::{Face, router};
pub use server::serve;
pub use service::{
    ClientRows, Comparisons, ComputeError, ComputeRows, Display, Field, FromRows, Group,
    MeasuredModel, NoComparisons, PastModels, RowsError, Service, ServiceError, ServiceParts,
    UnfitValue, WaysAsked,
};
