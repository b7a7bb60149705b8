//! `GET /api/v1/audit/verify`: whether every entry of the decision log is as it was written.

use axum::Json;
use axum::extract::State;
use limpide_store::{Head, Verification};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::asked::Asked;
use crate::auth::Caller;
use crate::error::{Error, FieldProblem, Problem};
use crate::router::AppState;

/// What an earlier verification noted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Noted {
    /// The `head` of an earlier verification: its entry must still be there.
    #[param(pattern = "^[0-9]{1,18}:[0-9a-f]{64}$")]
    noted: Option<String>,
    /// Language of pages; nothing here depends on it.
    #[allow(dead_code)]
    lang: Option<String>,
}

/// What a verification found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verification)]
pub(crate) struct WireVerification {
    /// Whether every entry is as it was written.
    whole: bool,
    /// Entries that were walked and found as they were written.
    entries: i64,
    /// Entries whose words were erased, as later entries say; `null` where the chain is broken.
    erased: Option<i64>,
    /// The last entry's number and hash: note it elsewhere, and hand it to the next verification
    /// as `noted`; `null` where the chain is broken.
    head: Option<String>,
    /// The first entry that is not as it was written; `null` where all are.
    broken: Option<WireFault>,
}

/// An entry that is not as it was written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub(crate) struct WireFault {
    /// Number of the entry.
    sequence: i64,
    /// What is wrong with it.
    #[schema(example = "the entry was changed")]
    fault: String,
}

/// Walks the decision log from its first entry to its last.
#[utoipa::path(
    get,
    path = "/api/v1/audit/verify",
    operation_id = "audit_verify",
    tag = "decisions",
    params(Noted),
    responses(
        (status = 200, description = "What was found; a broken chain is an answer too.", body = WireVerification),
        (status = 400, description = "The query cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "An auditor verifies the log, or a program whose key has the scope `audit`.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`noted` is no head.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database does not answer now.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    Asked(asked): Asked<Noted>,
) -> Result<Json<WireVerification>, Error> {
    caller.check_audits()?;
    let noted = asked.noted.map(|text| text.parse::<Head>()).transpose();
    let noted = noted.map_err(|_| {
        Error::Row(vec![FieldProblem::new(
            "noted",
            "something else",
            "a number, a colon and 64 hexadecimal digits",
        )])
    })?;
    Ok(Json(match find(&state, &caller, noted.as_ref()).await? {
        Verification::Whole { head, erased } => WireVerification {
            whole: true,
            entries: head.sequence,
            erased: Some(erased),
            head: Some(head.to_string()),
            broken: None,
        },
        Verification::Broken { sequence, fault } => WireVerification {
            whole: false,
            entries: sequence - 1,
            erased: None,
            head: None,
            broken: Some(WireFault {
                sequence,
                fault: fault.to_string(),
            }),
        },
    }))
}

/// Walks the log; with the head of an earlier verification, that entry must be in it.
pub(crate) async fn find(
    state: &AppState,
    caller: &Caller,
    noted: Option<&Head>,
) -> Result<Verification, Error> {
    caller.check_audits()?;
    Ok(state.service.shared.store.verify_log(noted).await?)
}
