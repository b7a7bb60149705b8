//! What a person does to a client's case through the page's forms. Each form's fields go to the
//! API's own handler, so that page and API check and record the same.
//!
//! A form sent twice is done once, by its key. Whatever is not done comes back with what was
//! typed: a decision that somebody else took meanwhile, a session that ended, a full disk.

use askama::Template;
use axum::Form;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FormRejection};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use limpide_store::Person;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::case::Refused;
use super::view::{View, Wanted};
use crate::api::case;
use crate::auth::{Act, Acting, SignedIn};
use crate::error::Error;
use crate::language::Language;
use crate::pages::{Frame, Place, html};
use crate::router::AppState;
use crate::texts::Texts;

/// Largest body of a form, in bytes: the longest text that a case keeps, each sign encoded.
pub(crate) const MOST_BYTES: usize = 256 * 1024;

/// What was typed into a form.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    pub(super) verdict: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) key: String,
}

/// What was typed by somebody whose session has ended, or that could not be written.
#[derive(Template)]
#[template(path = "client/again.html")]
struct AgainPage {
    frame: Frame,
    heading: String,
    words: String,
    signed_out: bool,
    address: String,
    typed: Typed,
}

/// A form's request, as far as it could be read.
type Sent = Result<Form<Typed>, FormRejection>;
type Signed = Result<SignedIn, Error>;
type Actor = Result<Acting, Error>;

/// Opens a new case with what the model proposes.
pub(crate) async fn propose(
    state: State<AppState>,
    uri: OriginalUri,
    language: Language,
    signed: Signed,
    acting: Actor,
    sent: Sent,
) -> Result<Response, Error> {
    act(state, Act::Proposal, uri, language, signed, acting, sent).await
}

/// Decides, as the model advised or otherwise.
pub(crate) async fn decide(
    state: State<AppState>,
    uri: OriginalUri,
    language: Language,
    signed: Signed,
    acting: Actor,
    sent: Sent,
) -> Result<Response, Error> {
    act(state, Act::Decision, uri, language, signed, acting, sent).await
}

/// Says something.
pub(crate) async fn comment(
    state: State<AppState>,
    uri: OriginalUri,
    language: Language,
    signed: Signed,
    acting: Actor,
    sent: Sent,
) -> Result<Response, Error> {
    act(state, Act::Comment, uri, language, signed, acting, sent).await
}

/// The client contests.
pub(crate) async fn contest(
    state: State<AppState>,
    uri: OriginalUri,
    language: Language,
    signed: Signed,
    acting: Actor,
    sent: Sent,
) -> Result<Response, Error> {
    act(state, Act::Contest, uri, language, signed, acting, sent).await
}

/// A second reviewer answers.
pub(crate) async fn review(
    state: State<AppState>,
    uri: OriginalUri,
    language: Language,
    signed: Signed,
    acting: Actor,
    sent: Sent,
) -> Result<Response, Error> {
    act(state, Act::Review, uri, language, signed, acting, sent).await
}

async fn act(
    State(state): State<AppState>,
    act: Act,
    OriginalUri(uri): OriginalUri,
    Language(lang): Language,
    signed: Signed,
    acting: Actor,
    sent: Sent,
) -> Result<Response, Error> {
    let Form(typed) = sent.map_err(unread)?;
    let (person, acting) = match (signed, acting) {
        (Ok(SignedIn(person)), Ok(acting)) => (person, acting),
        (Err(error), _) | (_, Err(error)) => {
            return again(&state, lang, None, error, uri.path(), typed);
        }
    };
    let client = acting.client;
    match record(&state, act, acting, &typed).await {
        Ok(()) => {
            Ok(Redirect::to(&format!("/clients/{client}?done={}#case", name(act))).into_response())
        }
        Err(error @ (Error::Conflict { .. } | Error::Row(_))) => {
            let texts = Texts::new(lang);
            let fault = match error {
                Error::Conflict { .. } => texts.get("case-conflict"),
                _ if act == Act::Decision && typed.verdict.is_empty() => texts.get("case-verdict"),
                _ if act == Act::Decision => texts.get("case-needs-reason"),
                _ => texts.get("case-needs-words"),
            };
            // Another key: what comes next is another request.
            let refused = Refused { typed, fault };
            let wanted = Wanted::default();
            let view = View::new(&state, &person, client, lang, &wanted);
            let page = super::page(&view, &person, refused).await?;
            Ok((error.status(), html(&page)?).into_response())
        }
        Err(error) => again(&state, lang, Some(&person), error, uri.path(), typed),
    }
}

/// Gives what was typed back, with why it was not done; other errors stay errors.
fn again(
    state: &AppState,
    lang: limpide_model::Lang,
    person: Option<&Person>,
    error: Error,
    path: &str,
    typed: Typed,
) -> Result<Response, Error> {
    if !matches!(error, Error::SignedOut | Error::Unavailable | Error::Full) {
        return Err(error);
    }
    let texts = Texts::new(lang);
    let signed_out = matches!(error, Error::SignedOut);
    let heading = texts.get(if signed_out { "again" } else { "again-later" });
    let place = Place {
        state,
        lang,
        person,
        // The form's own address answers no GET.
        path: "/",
        query: "",
    };
    let page = AgainPage {
        frame: Frame::new(&place, &heading),
        words: if signed_out {
            texts.get("again-words")
        } else {
            texts.get(&format!("error-{}-text", error.slug()))
        },
        heading,
        signed_out,
        address: path.to_owned(),
        typed,
    };
    Ok((error.status(), html(&page)?).into_response())
}

/// Hands the form to the API's handler. Whoever decides where nothing was proposed yet opens the
/// case first.
async fn record(state: &AppState, act: Act, acting: Acting, typed: &Typed) -> Result<(), Error> {
    acting.caller.check_acts(act)?;
    let store = &state.service.shared.store;
    let state = || State(state.clone());
    if act == Act::Decision && store.client_cases(acting.client).await?.is_empty() {
        let headers = headers(&format!("open-{}", acting.client))?;
        let opened = case::proposal::propose(state(), acting.clone(), headers, body(&[]));
        opened.await?;
    }
    let headers = headers(&typed.key)?;
    match act {
        Act::Proposal => case::proposal::propose(state(), acting, headers, body(&[])).await,
        Act::Decision => {
            let fields = body(&[("verdict", &typed.verdict), ("reason", &typed.reason)]);
            case::decision::decide(state(), acting, headers, fields).await
        }
        Act::Review => {
            let fields = body(&[("verdict", &typed.verdict), ("reason", &typed.reason)]);
            case::review::review(state(), acting, headers, fields).await
        }
        Act::Comment => {
            case::comment::comment(state(), acting, headers, body(&[("text", &typed.text)])).await
        }
        Act::Contest => {
            case::contest::contest(state(), acting, headers, body(&[("text", &typed.text)])).await
        }
        Act::Outcome | Act::Correction | Act::Answer => return Err(Error::NotFound),
    }?;
    Ok(())
}

/// What the API's handlers read beside the body.
fn headers(key: &str) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    if !key.is_empty() {
        let key = HeaderValue::from_str(key).map_err(|_| Error::Body {
            reason: "the form's key is damaged".to_owned(),
        })?;
        headers.insert("idempotency-key", key);
    }
    Ok(headers)
}

/// A form's fields as the API reads them; what was left empty is not sent.
fn body(fields: &[(&str, &str)]) -> Result<Bytes, BytesRejection> {
    let filled = fields.iter().filter(|(_, value)| !value.trim().is_empty());
    let map: Map<String, Value> = filled
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect();
    Ok(Bytes::from(Value::Object(map).to_string()))
}

fn name(act: Act) -> &'static str {
    match act {
        Act::Proposal => "proposal",
        Act::Decision => "decision",
        Act::Comment => "comment",
        Act::Contest => "contest",
        Act::Review => "review",
        Act::Outcome => "outcome",
        Act::Correction => "correction",
        Act::Answer => "answer",
    }
}

fn unread(rejection: FormRejection) -> Error {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit: MOST_BYTES },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::MediaType {
            found: "another type than a form's".to_owned(),
            expected: "application/x-www-form-urlencoded",
        },
        _ => Error::Body {
            reason: rejection.body_text(),
        },
    }
}
