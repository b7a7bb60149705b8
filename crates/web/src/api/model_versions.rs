//! `/api/v1/model/versions`: the registered models, and how one comes to decide: somebody proposes it, another person
//! approves. Page and API take the same steps through here.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use limpide_store::{Person, Role, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::{Fields, idempotency_key};
use super::off_thread;
use super::posted_score::MOST_BYTES;
use crate::auth::{Caller, studies};
use crate::error::{Error, FieldProblem, Problem};
use crate::publication::{
    Proposal, ProposalState, PublicationError, RegisteredModel, RegisteredModels, Signatory,
    Signed, Verdict,
};
use crate::router::AppState;
use crate::service::RowsError;

/// Letters of a reason at most.
pub(crate) const MOST_LETTERS: usize = 2_000;

/// Registered models and proposals, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Versions)]
pub(crate) struct WireVersions {
    /// Hash of the model that answers here now.
    model: String,
    models: Vec<WireVersion>,
    proposals: Vec<WirePublication>,
}

/// A registered model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Version)]
struct WireVersion {
    /// Its hash.
    model: String,
    /// How far it has come: candidate, published or retired.
    stage: &'static str,
    /// Since when (RFC 3339); `null` where no event says.
    since: Option<String>,
    /// Who brought it there; `null` where no event says.
    by: Option<String>,
    /// Name of the champion candidate; `null` where the model cannot be read.
    name: Option<String>,
    /// Area under the curve, of clients that it had not seen.
    auc: Option<f64>,
    /// Its interval of 95 %.
    auc_interval: Option<[f64; 2]>,
    /// Why it cannot be read; `null` where it can.
    fault: Option<String>,
}

/// A proposal that a model decide.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicationProposal)]
pub(crate) struct WirePublication {
    /// Its number, from 1.
    #[schema(example = 1)]
    number: usize,
    /// Hash of the model.
    model: String,
    /// Hash of the model that decided when it was proposed.
    replaces: Option<String>,
    /// Who proposed it.
    by: WireSignatory,
    /// When (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// Why.
    reason: String,
    /// What became of it.
    state: WireProposalState,
    /// What a second person said; `null` while nobody did.
    answer: Option<WireAnswer>,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = PublicationState)]
enum WireProposalState {
    /// It waits for a second person.
    Open,
    /// Another model came to decide meanwhile.
    Stale,
    /// A second person approved.
    Approved,
    /// A second person declined.
    Declined,
}

/// Somebody who took a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signatory)]
struct WireSignatory {
    /// The person's number.
    person: i64,
    /// The person's name.
    name: String,
}

/// What a second person said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicationAnswer)]
struct WireAnswer {
    by: WireSignatory,
    /// When (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// Why.
    reason: String,
}

/// A model to propose.
#[derive(ToSchema)]
#[allow(dead_code)] // For the document only: fields are read one by one.
#[schema(as = ProposeVersion)]
pub(crate) struct ProposeBody {
    /// Hash of a registered model that does not decide yet.
    #[schema(min_length = 1, max_length = 10000)]
    model: String,
    /// Why; it stays in the registry.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// An answer to a proposal.
#[derive(ToSchema)]
#[allow(dead_code)] // For the document only: fields are read one by one.
#[schema(as = AnswerVersion)]
pub(crate) struct AnswerBody {
    verdict: WireAnswerVerdict,
    /// Why; it stays in the registry.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// What a second person says.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AnswerVerdict)]
enum WireAnswerVerdict {
    /// The model decides from then on.
    Approve,
    /// It does not.
    Decline,
}

/// Lists models and proposals.
#[utoipa::path(
    get,
    path = "/api/v1/model/versions",
    operation_id = "model_versions",
    tag = "model",
    responses(
        (status = 200, description = "Registered models and proposals, newest first.", body = WireVersions),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Analysts, auditors and administrators may see this, and programs whose key has the scope `audit`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server has no registry at hand.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<WireVersions>, Error> {
    match &caller {
        Caller::Person(person) if !studies(person.role) => {
            return Err(Error::Role { role: person.role });
        }
        _ => caller.check_scope(Scope::Audit)?,
    }
    let (models, proposals) = asked(&state, |registry| {
        Ok::<_, RowsError>((registry.models()?, registry.proposals()?))
    })
    .await??;
    Ok(Json(WireVersions {
        model: state.service.model.to_string(),
        models: models.into_iter().map(WireVersion::new).collect(),
        proposals: proposals
            .into_iter()
            .rev()
            .map(WirePublication::new)
            .collect(),
    }))
}

/// Proposes that a model decide.
#[utoipa::path(
    post,
    path = "/api/v1/model/versions/proposals",
    operation_id = "model_propose",
    tag = "model",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Under the same key the same request is done once, and answered alike; another one is refused.", pattern = "^[!-~]{1,255}$"),
    ),
    request_body = ProposeBody,
    responses(
        (status = 201, description = "The proposal, which waits for a second person.", body = WirePublication),
        (status = 400, description = "The body is not a JSON object.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An analyst proposes, and no program.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server has no registry at hand.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The model decides already, somebody proposed it already, or the idempotency key came with another request.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn propose(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Error> {
    let person = caller.person()?;
    check_proposes(&person)?;
    let (mut fields, _) = Fields::of(&headers, body, MOST_BYTES)?;
    let model = fields.words("model");
    let reason = fields.words_up_to("reason", MOST_LETTERS);
    let (model, reason) = fields.end(model.zip(reason))?;
    let signed = Signed {
        by: signatory(&person),
        reason,
        key: idempotency_key(&headers)?,
    };
    let asked_for = model.clone();
    let number = asked(&state, move |models| models.propose(&model, &signed)).await?;
    let number = number.map_err(|error| match error {
        PublicationError::Unknown => Error::Row(vec![FieldProblem::new(
            "model",
            asked_for,
            "the hash of a registered model",
        )]),
        error => error.into(),
    })?;
    let proposal = proposal(&state, number).await?;
    Ok((StatusCode::CREATED, Json(proposal)).into_response())
}

/// Answers a proposal: an approved model decides from then on, at every server of the workspace, within seconds.
#[utoipa::path(
    post,
    path = "/api/v1/model/versions/proposals/{number}",
    operation_id = "model_answer_proposal",
    tag = "model",
    params(
        ("number" = usize, Path, description = "The proposal's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "Under the same key the same request is done once, and answered alike; another one is refused.", pattern = "^[!-~]{1,255}$"),
    ),
    request_body = AnswerBody,
    responses(
        (status = 200, description = "The proposal as the answer left it.", body = WirePublication),
        (status = 400, description = "The body is not a JSON object.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An analyst or an administrator answers, and no program.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such proposal, or this server has no registry at hand.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Whoever proposed answers, another model came to decide since, somebody answered already, or the idempotency key came with another request.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field is missing, unknown or out of its range, each named under `errors`.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn answer(
    State(state): State<AppState>,
    caller: Caller,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<WirePublication>, Error> {
    let person = caller.person()?;
    check_answers(&person)?;
    let number: usize = number.parse().map_err(|_| Error::NotFound)?;
    let (mut fields, _) = Fields::of(&headers, body, MOST_BYTES)?;
    let verdict = fields.choice::<WireAnswerVerdict>("verdict", "approve or decline");
    let reason = fields.words_up_to("reason", MOST_LETTERS);
    let (verdict, reason) = fields.end(verdict.zip(reason))?;
    let verdict = match verdict {
        WireAnswerVerdict::Approve => Verdict::Approve,
        WireAnswerVerdict::Decline => Verdict::Decline,
    };
    let signed = Signed {
        by: signatory(&person),
        reason,
        key: idempotency_key(&headers)?,
    };
    asked(&state, move |models| {
        models.answer(number, verdict, &signed)
    })
    .await??;
    Ok(Json(proposal(&state, number).await?))
}

/// Whether somebody may propose a model.
pub(crate) fn check_proposes(person: &Person) -> Result<(), Error> {
    match person.role {
        Role::Analyst => Ok(()),
        role => Err(Error::Role { role }),
    }
}

/// Whether somebody may answer another person's proposal.
pub(crate) fn check_answers(person: &Person) -> Result<(), Error> {
    match person.role {
        Role::Analyst | Role::Admin => Ok(()),
        role => Err(Error::Role { role }),
    }
}

/// A person who puts their name to a step.
pub(crate) fn signatory(person: &Person) -> Signatory {
    Signatory {
        person: person.id,
        name: person.full_name.clone(),
    }
}

/// Asks the registry, whose files may take a while, off the threads that wait for requests.
pub(crate) async fn asked<T: Send + 'static>(
    state: &AppState,
    ask: impl FnOnce(&dyn RegisteredModels) -> T + Send + 'static,
) -> Result<T, Error> {
    let models = state.service.shared.models.as_ref();
    let models = models.map(Arc::clone).ok_or(Error::NotFound)?;
    off_thread("models", move || ask(models.as_ref())).await
}

async fn proposal(state: &AppState, number: usize) -> Result<WirePublication, Error> {
    let proposals = asked(state, |models| models.proposals()).await??;
    let mut proposals = proposals.into_iter();
    let found = proposals.find(|one| one.number == number);
    found.map(WirePublication::new).ok_or(Error::NotFound)
}

impl From<PublicationError> for Error {
    fn from(error: PublicationError) -> Self {
        match error {
            PublicationError::Unknown => Self::NotFound,
            PublicationError::Failed(reason) => {
                tracing::error!(reason, "publication");
                Self::Internal
            }
            error => Self::Conflict {
                reason: error.to_string(),
            },
        }
    }
}

impl WireVersion {
    fn new(model: RegisteredModel) -> Self {
        let metrics = model.bundle.as_ref().map(|bundle| &bundle.metrics);
        Self {
            stage: model.stage,
            since: model.since,
            by: model.by,
            auc: metrics.map(|metrics| metrics.auc),
            auc_interval: metrics.map(|metrics| metrics.auc_interval),
            name: model.bundle.map(|bundle| bundle.name),
            fault: model.fault,
            model: model.hash,
        }
    }
}

impl WirePublication {
    fn new(proposal: Proposal) -> Self {
        let (state, answer) = match proposal.state {
            ProposalState::Open => (WireProposalState::Open, None),
            ProposalState::Stale => (WireProposalState::Stale, None),
            ProposalState::Answered(answer) => (
                match answer.approved {
                    true => WireProposalState::Approved,
                    false => WireProposalState::Declined,
                },
                Some(WireAnswer {
                    by: answer.signed.by.into(),
                    at: answer.when,
                    reason: answer.signed.reason,
                }),
            ),
        };
        Self {
            number: proposal.number,
            model: proposal.bundle,
            replaces: proposal.replaces,
            by: proposal.signed.by.into(),
            at: proposal.when,
            reason: proposal.signed.reason,
            state,
            answer,
        }
    }
}

impl From<Signatory> for WireSignatory {
    fn from(signatory: Signatory) -> Self {
        Self {
            person: signatory.person,
            name: signatory.name,
        }
    }
}
