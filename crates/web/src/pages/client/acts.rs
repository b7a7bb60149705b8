//! What a person does to a client's case through the page's forms. Each form's fields go to the
//! API's own handler, so that page and API check and record the same.
//!
//! A form sent twice is done once, by its key. Whatever is not done comes back with what was
//! typed: a decision that somebody else took meanwhile, a session that ended, a full disk.

use askama::Template;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, post};
use limpide_store::Person;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::case::Refused;
use super::view::{View, Wanted};
use crate::api::case;
use crate::auth::{Act, Acting, SignedIn};
use crate::error::Error;
use crate::language::Language;
use crate::pages::{Frame, Place, html};
use crate::router::AppState;
use crate::sent::Sent;
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
    /// What became of a credit.
    #[serde(default)]
    pub(super) outcome: String,
    /// The item to correct, what stands there and what should.
    #[serde(default)]
    pub(super) field: String,
    #[serde(default)]
    pub(super) found: String,
    #[serde(default)]
    pub(super) expected: String,
    /// Number of the request that is answered, and the answer.
    #[serde(default)]
    pub(super) request: String,
    #[serde(default)]
    pub(super) answer: String,
    /// Why an item is to be corrected, or is answered so.
    #[serde(default)]
    pub(super) why: String,
    #[serde(default)]
    pub(super) key: String,
}

impl Typed {
    /// What was chosen or typed beside the words that one may write anew, by the form's names.
    fn kept(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("outcome", &self.outcome),
            ("field", &self.field),
            ("found", &self.found),
            ("expected", &self.expected),
            ("request", &self.request),
            ("answer", &self.answer),
        ];
        let filled = all.into_iter().filter(|(_, value)| !value.is_empty());
        filled.map(|(name, value)| (name, value.as_str()))
    }
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
type Form = Result<Sent<Typed, MOST_BYTES>, Error>;
type Signed = Result<SignedIn, Error>;
type Actor = Result<Acting, Error>;

/// The route of a form that acts so on a client's case.
pub(crate) fn form(what: Act) -> MethodRouter<AppState> {
    post(
        move |state: State<AppState>,
              uri: OriginalUri,
              language: Language,
              signed: Signed,
              acting: Actor,
              sent: Form| { act(state, what, uri, language, signed, acting, sent) },
    )
}

async fn act(
    State(state): State<AppState>,
    act: Act,
    OriginalUri(uri): OriginalUri,
    Language(lang): Language,
    signed: Signed,
    acting: Actor,
    sent: Form,
) -> Result<Response, Error> {
    let Sent(typed) = sent?;
    let (person, acting) = match (signed, acting) {
        (Ok(SignedIn(person)), Ok(acting)) => (person, acting),
        (Err(error), _) | (_, Err(error)) => {
            return again(&state, lang, None, error, uri.path(), typed);
        }
    };
    let client = acting.client;
    match record(&state, act, acting, &typed).await {
        Ok(()) => {
            let part = match act {
                Act::Correction | Act::Answer => "corrections",
                _ => "case",
            };
            let done = format!("/clients/{client}?done={}#{part}", name(act));
            Ok(Redirect::to(&done).into_response())
        }
        Err(error @ (Error::Conflict { .. } | Error::Row(_))) => {
            let texts = Texts::new(lang);
            let fault = match error {
                Error::Conflict { .. } => texts.get("case-conflict"),
                _ if act == Act::Decision && typed.verdict.is_empty() => texts.get("case-verdict"),
                _ if act == Act::Decision => texts.get("case-needs-reason"),
                _ if act == Act::Outcome => texts.get("case-outcome"),
                _ if act == Act::Correction => texts.get("correct-needs"),
                _ if act == Act::Answer => texts.get("answer-needs"),
                _ => texts.get("case-needs-words"),
            };
            // Another key: what comes next is another request.
            let refused = Refused {
                act: Some(act),
                typed,
                fault,
            };
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
        Act::Outcome => {
            let fields = body(&[("outcome", &typed.outcome)]);
            case::outcome::note(state(), acting, headers, fields).await
        }
        Act::Correction => {
            let fields = body(&[
                ("field", &typed.field),
                ("found", &typed.found),
                ("expected", &typed.expected),
                ("reason", &typed.why),
            ]);
            case::correction::request(state(), acting, headers, fields).await
        }
        Act::Answer => {
            let request: Option<i64> = typed.request.parse().ok();
            let fields = json!({
                "request": request,
                "answer": typed.answer,
                "reason": typed.why,
            });
            let fields = Ok(Bytes::from(fields.to_string()));
            case::correction::answer(state(), acting, headers, fields).await
        }
    }?;
    Ok(())
}

/// What the API's handlers read beside the body.
pub(in crate::pages) fn headers(key: &str) -> Result<HeaderMap, Error> {
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
