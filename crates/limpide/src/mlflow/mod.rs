//! Runs and models on an MLflow server, through its REST API, version 2.0.
//!
//! The server is spoken to in plain http: TLS is a proxy's, as it is for what Limpide serves. What
//! is sent holds no client's row: neither out-of-fold predictions nor a bundle that keeps the
//! points of training clients.
//!
//! # Source
//! <https://mlflow.org/docs/latest/api_reference/rest-api.html>.

mod send;
mod server;

pub use self::send::{Sent, personal, send};
pub use self::server::Server;
