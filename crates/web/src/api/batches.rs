//! `/api/v1/batches`: many rows posted, scored off the hot path, and their results fetched.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;

use axum::Json;
use axum::body::{Body, HttpBody};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use limpide_store::{Actor, Scope};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::{IntoParams, ToSchema};

use super::batch_line::{Answer, BatchLine};
use super::{batch_file, language, off_thread};
use crate::asked::Asked;
use crate::auth::{Caller, Whose};
use crate::batches::{
    self, Batch, Batches, Form, MOST_BYTES, MOST_LINE_BYTES, MOST_OF_ONE, MOST_ROWS, Received,
    Refused, Stage,
};
use crate::error::{Error, FieldProblem, Problem};
use crate::language::{Language, WireLang};
use crate::router::AppState;

/// A JSON object a line.
const LINES: &str = "application/x-ndjson";
/// A Parquet file.
const PARQUET: &str = "application/vnd.apache.parquet";
/// Bytes handed to the disk at once while rows arrive.
const CHUNK: usize = 1 << 20;

/// What to answer beside the scores.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Whether reasons are wanted as well; each row then takes some milliseconds.
    #[serde(default)]
    explain: bool,
    /// Language of reasons; without it, the one the request prefers.
    #[param(value_type = Option<WireLang>, inline)]
    lang: Option<String>,
}

/// How far a batch came.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Batch)]
pub(crate) struct WireBatch {
    /// Its id.
    id: String,
    /// Where it stands.
    stage: Stage,
    /// Rows that were posted.
    rows: u64,
    /// Rows that have their result.
    done: u64,
    /// Rows of those that could not be scored: their results say why.
    failed: u64,
    /// Seconds until it will be done, as far as can be told.
    seconds_left: Option<f64>,
    /// Why it was not scored to its end; `null` while there is no reason to tell.
    reason: Option<String>,
    /// When it was posted (RFC 3339).
    posted_at: String,
    /// Until when its results are kept (RFC 3339); `null` until it has ended.
    expires_at: Option<String>,
    /// Hash of the model that scores it.
    model: String,
    /// Address of the results; `null` until it is done.
    results: Option<String>,
}

/// Takes a batch on.
///
/// Rows come as JSON lines, each with one of `client`, `tables` and `features`, or as a Parquet file
/// with a column a feature. They are scored one after the other, off the way of single requests; a
/// row that does not fit is told in its own result. Up to 512 MiB, 1,000,000 rows and 8 MiB a line.
#[utoipa::path(
    post,
    path = "/api/v1/batches",
    operation_id = "post_batch",
    tag = "batches",
    params(Wanted),
    request_body(content(
        (BatchLine = "application/x-ndjson"),
        (Vec<u8> = "application/vnd.apache.parquet"),
    )),
    responses(
        (status = 202, description = "Taken on; `Location` says where to ask how far it came.", body = WireBatch, headers(("location" = String))),
        (status = 400, description = "The body broke off, or the language is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Clients, auditors and admins do not score.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "More bytes or rows than a batch may have, or a line that is too long.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Neither JSON lines nor Parquet.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No rows, no Parquet file, or columns that the model does not know.", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many batches wait already.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "This server scores no batches.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The server's disk is full.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn post(
    State(state): State<AppState>,
    caller: Caller,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    caller.check_scores()?;
    let lang = language(wanted.lang, preferred)?;
    let form = form(&headers)?;
    let batches = batches(&state)?;
    let owner = caller.actor();
    if !batches.has_room(owner) {
        return Err(Error::TooManyBatches { most: MOST_OF_ONE });
    }
    let clients = match caller.check_scope(Scope::Read) {
        Ok(()) => caller.visible(&state, Whose::All).await?,
        // Such a key scores what it brings, and sees nobody.
        Err(_) => Some(Default::default()),
    };
    let mut received = blocking({
        let batches = batches.clone();
        move || batches.receive(form).map_err(Refused::Io)
    })
    .await?;
    received = receive(received, body).await?;
    let asked = batches::Asked {
        owner,
        role: caller.role(),
        model: state.service.model.to_string(),
        reasons: wanted.explain.then_some(lang),
        clients: clients.map(|clients| clients.into_iter().collect()),
        rows: 0,
    };
    let batch = off_thread("batches", move || take_on(&batches, received, asked, state)).await??;
    let address = address(&batch);
    let mut response = (StatusCode::ACCEPTED, Json(WireBatch::new(&batch))).into_response();
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    Ok(response)
}

/// Tells how far a batch came.
#[utoipa::path(
    get,
    path = "/api/v1/batches/{id}",
    operation_id = "batch",
    tag = "batches",
    params(("id" = String, Path, description = "Id of the batch")),
    responses(
        (status = 200, description = "How far it came.", body = WireBatch),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has posted no such batch, or it was kept long enough.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "This server scores no batches.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WireBatch>, Error> {
    let batch = known(&batches(&state)?, &id, caller.actor())?;
    Ok(Json(WireBatch::new(&batch)))
}

/// Gives the results of a batch that is done, in the order of its rows.
#[utoipa::path(
    get,
    path = "/api/v1/batches/{id}/results",
    operation_id = "batch_results",
    tag = "batches",
    params(("id" = String, Path, description = "Id of the batch")),
    responses(
        (status = 200, description = "A JSON object a line; a Parquet file where `Accept` asks for one.", content(
            (Answer = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.apache.parquet"),
        )),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has posted no such batch, or it was kept long enough.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is not done.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "This server scores no batches.", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The server's disk is full.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn results(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let batches = batches(&state)?;
    let batch = known(&batches, &id, caller.actor())?;
    let progress = batch.progress();
    if progress.stage != Stage::Done {
        let (done, rows) = (progress.done, batch.asked.rows);
        return Err(Error::Conflict {
            reason: format!("the batch is not done: {done} of its {rows} rows have a result"),
        });
    }
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let wants_parquet = accept.is_some_and(|accept| accept.to_ascii_lowercase().contains(PARQUET));
    let file = blocking(move || {
        let path = batch.results_path();
        if !wants_parquet {
            return std::fs::File::open(path).map_err(Refused::Io);
        }
        batch
            .open_parquet(batches.parquet().as_ref())
            .map_err(Refused::Io)
    });
    let body = batch_file::body(file.await?);
    let kind = if wants_parquet { PARQUET } else { LINES };
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

/// Ends a batch and forgets it, with its rows and results.
#[utoipa::path(
    delete,
    path = "/api/v1/batches/{id}",
    operation_id = "delete_batch",
    tag = "batches",
    params(("id" = String, Path, description = "Id of the batch")),
    responses(
        (status = 204, description = "It is forgotten."),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "The caller has posted no such batch, or it was kept long enough.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "This server scores no batches.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let batches = batches(&state)?;
    let batch = known(&batches, &id, caller.actor())?;
    blocking(move || {
        batches.remove(&batch);
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn batches(state: &AppState) -> Result<Batches, Error> {
    state.service.shared.batches.clone().ok_or(Error::NoBatches)
}

fn known(batches: &Batches, id: &str, owner: Actor) -> Result<std::sync::Arc<Batch>, Error> {
    batches.find(id, owner).ok_or(Error::UnknownBatch)
}

fn address(batch: &Batch) -> String {
    format!("/api/v1/batches/{}", batch.id())
}

fn form(headers: &HeaderMap) -> Result<Form, Error> {
    let found = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = found.split(';').next().unwrap_or_default().trim();
    match media_type.to_ascii_lowercase().as_str() {
        LINES | "application/jsonl" => Ok(Form::Lines),
        PARQUET => Ok(Form::Parquet),
        _ => Err(Error::MediaType {
            found: found.to_owned(),
            expected: "application/x-ndjson or application/vnd.apache.parquet",
        }),
    }
}

/// Writes a body into the batch's file as it arrives.
async fn receive(mut received: Received, mut body: Body) -> Result<Received, Error> {
    let mut chunk: Vec<u8> = Vec::with_capacity(CHUNK);
    loop {
        let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        let is_last = frame.is_none();
        if let Some(frame) = frame {
            let frame = frame.map_err(|error| Error::Body {
                reason: error.to_string(),
            })?;
            if let Ok(bytes) = frame.into_data() {
                chunk.extend_from_slice(&bytes);
            }
        }
        if is_last || chunk.len() >= CHUNK {
            (received, chunk) = blocking(move || {
                received.write(&chunk)?;
                chunk.clear();
                Ok((received, chunk))
            })
            .await?;
        }
        if is_last {
            return Ok(received);
        }
    }
}

/// Checks what has arrived and takes it on.
fn take_on(
    batches: &Batches,
    mut received: Received,
    mut asked: batches::Asked,
    state: AppState,
) -> Result<std::sync::Arc<Batch>, Error> {
    asked.rows = received.rows()?;
    if received.is_parquet() {
        let opened = batches.parquet().open(&received.path()).map_err(|error| {
            let expected = "a Parquet file with a column of numbers or texts for each feature";
            Error::Row(vec![FieldProblem::new("body", error.0, expected)])
        })?;
        check_columns(&state, &opened.columns)?;
        asked.rows = opened.rows;
        if asked.rows > MOST_ROWS {
            return Err(Refused::Rows.into());
        }
    }
    if asked.rows == 0 {
        let expected = "at least one row";
        return Err(Error::Row(vec![FieldProblem::new(
            "body", "no row", expected,
        )]));
    }
    let added = batches.add(received, asked, state);
    added.map_err(|error| Refused::Io(error).into())
}

/// Every column is a feature of the model or the client's number: else every row would say so.
fn check_columns(state: &AppState, columns: &[String]) -> Result<(), Error> {
    const MOST_TOLD: usize = 20;
    let unknown = columns
        .iter()
        .filter(|name| name.as_str() != "client" && state.service.bundle.feature(name).is_none());
    let problems: Vec<FieldProblem> = unknown
        .take(MOST_TOLD)
        .map(|name| {
            let name: String = name.chars().take(64).collect();
            let expected = "the name of one of the model's features, or client";
            FieldProblem::new(&name, "a name that the model does not know", expected)
        })
        .collect();
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Error::Row(problems)),
    }
}

/// Works with the disk on a thread that may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refused> + Send + 'static,
) -> Result<T, Error> {
    Ok(off_thread("batches", work).await??)
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    tracing::error!(%error, "batches");
    Error::Internal
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Bytes => Self::TooMuch {
                found: "more bytes".to_owned(),
                most: format!("{} MiB in all: post several batches", MOST_BYTES >> 20),
            },
            Refused::Rows => Self::TooMuch {
                found: "more rows".to_owned(),
                most: format!("{MOST_ROWS}: post several batches"),
            },
            Refused::Line(line) => Self::TooMuch {
                found: format!("a longer line, number {line}"),
                most: format!("{} MiB a line", MOST_LINE_BYTES >> 20),
            },
            Refused::Io(error) if error.kind() == io::ErrorKind::StorageFull => Self::Full,
            Refused::Io(error) => failed(&error),
        }
    }
}

impl WireBatch {
    fn new(batch: &Batch) -> Self {
        let progress = batch.progress();
        let is_done = progress.stage == Stage::Done;
        Self {
            id: batch.id().to_owned(),
            stage: progress.stage,
            rows: batch.asked.rows,
            done: progress.done,
            failed: progress.failed,
            seconds_left: progress.seconds_left,
            reason: progress.reason,
            posted_at: written(batch.posted_at),
            expires_at: progress.expires_at.map(written),
            model: batch.model().to_owned(),
            results: is_done.then(|| format!("{}/results", address(batch))),
        }
    }
}

/// A moment in seconds since 1970 as RFC 3339 writes it.
fn written(seconds: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(seconds);
    let written = moment.ok().and_then(|moment| moment.format(&Rfc3339).ok());
    written.unwrap_or_default()
}
