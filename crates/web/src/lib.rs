//! The faces of Limpide: a JSON API and a dashboard over the same published model.
//!
//! In the order in which a request meets them:
//! - [`server`], `patience`: connections in, until told to stop;
//! - [`published`]: the model in force, which another one may replace between two requests;
//! - [`router`]: every route of both faces;
//! - `around`: the steps that every request goes through, each below;
//! - `observe`, `request_id`, [`trace_context`], [`hosting`], `metrics`: what is seen and counted of every request;
//! - `admission`, `rates`, [`addresses`]: which requests are answered at all;
//! - `headers`, `compression`, `validators`, `language`, `auth`, `known_keys`, `asked`: what holds on
//!   every route: security headers, how answers travel, the reader's language, who asks, and for what;
//! - `sent`: what a page's form sends;
//! - [`open_id`]: signing in with a provider;
//! - [`service`], `shared`, `stages`: what is served: one published model over one portfolio, and
//!   what stays when another takes its place;
//! - `known_results`: what the model makes of a client of the portfolio, once asked for;
//! - `explaining`: contributions for requests that come together;
//! - [`feature_rows`]: what a feature of a client was made of;
//! - `listing`: all clients at once, found, narrowed, put in order;
//! - `moved`: how the features of the clients served have moved since training;
//! - `display`: what a client's page shows of the client;
//! - `documents`: the model's card, the catalogue, and what values may be;
//! - [`in_force`]: what the server was set to;
//! - [`publication`]: how another model comes to decide;
//! - [`runs`], [`quality`]: what trainings found, and what was found wrong with the portfolio's rows;
//! - `batches`: many rows scored off the hot path;
//! - `api`: JSON answers and their OpenAPI document;
//! - `pages`: the dashboard's pages, each a load (data) and a view (template);
//! - [`figures`]: plots and tables of a model, for documents and for pages;
//! - `charts`: geometry of the pages' SVG;
//! - `error`: what went wrong, as a problem document or as a page, and its HTTP status;
//! - `texts`, `assets`: words in French and English, and the files that pages load.
//!
//! Nothing is loaded from anywhere else, and no page needs JavaScript.

pub mod addresses;
mod admission;
mod api;
mod application_form;
mod around;
mod asked;
mod assets;
mod auth;
mod batches;
mod charts;
mod compression;
mod display;
mod documents;
mod drift;
mod error;
mod explaining;
mod export;
pub mod feature_rows;
pub mod figures;
mod hands;
mod headers;
pub mod hosting;
pub mod in_force;
mod known_keys;
mod known_results;
mod language;
mod letters;
mod listing;
mod metrics;
mod moved;
mod observe;
pub mod open_id;
mod pages;
mod patience;
mod proposed;
pub mod publication;
pub mod published;
pub mod quality;
mod rates;
mod remembered;
mod request_id;
pub mod router;
pub mod runs;
mod sent;
pub mod server;
pub mod service;
mod shared;
mod stages;
mod texts;
pub mod trace_context;
mod trying;
mod validators;

pub use addresses::Network;
pub use application_form::{ApplicationForm, FieldKind, FormField, FormSection};
pub use batches::{Batches, ParquetFiles, ParquetRows};
pub use display::{Display, Field, FieldSource, Group};
pub use documents::{
    Allowed, CatalogueEntry, ModelDocuments, ModelHistory, SourceColumn, SourceRole,
};
pub use export::{ExportError, ExportForm, export_client};
pub use feature_rows::{FeatureRows, RawColumn, RawRole, RawRows, RowsDated, RowsPage};
pub use hosting::{Hosting, Limits};
pub use in_force::{SettingInForce, SettingSection, SettingSource, SettingValue};
pub use letters::{Lender, LetterError, LetterKind, write_letter};
pub use listing::ClientNumbers;
pub use observe::{REQUESTS, SPANS};
pub use open_id::{GrantedRole, OpenIdError, OpenIdSettings, RoleMapping};
pub use proposed::{Difference, Replay, replay};
pub use publication::{
    Answer, Answering, Proposal, ProposalState, PublicationError, RegisteredModel,
    RegisteredModels, Signatory, Signed, Verdict,
};
pub use published::{MODEL, Published};
pub use router::{Face, router};
pub use server::{serve, serve_probes};
pub use service::{
    ClientRows, Comparisons, ComputeError, ComputeRows, FromRows, MeasuredModel, ModelParts,
    NoComparisons, PastModels, RowsError, Service, ServiceError, ServiceParts, SessionLimits,
    UnfitValue,
};
pub use trace_context::{TraceParent, join_spans_by};
pub use trying::{TriedField, WaysAsked};
