//! `/model/versions`: the registered models. An analyst proposes one, another person approves or declines.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use limpide_explain::format::number;
use limpide_model::Lang;
use limpide_store::Person;
use serde::Deserialize;

use crate::api::model_versions::{MOST_LETTERS, asked, check_answers, check_proposes, signatory};
use crate::auth::Studying;
use crate::error::Error;
use crate::figures::{facts, words};
use crate::language::Language;
use crate::pages::client::moment;
use crate::pages::{Frame, Place, html};
use crate::publication::{
    Proposal, ProposalState, PublicationError, RegisteredModel, RegisteredModels, Signed, Verdict,
};
use crate::router::AppState;
use crate::sent::Sent;
use crate::service::RowsError;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "analyst/versions.html")]
struct VersionsPage {
    frame: Frame,
    /// Why nothing was done; empty at first.
    fault: String,
    proposes: bool,
    /// Whether there is any model to propose.
    proposable: bool,
    reason: String,
    models: Vec<Model>,
    proposals: Vec<Shown>,
}

struct Model {
    hash: String,
    short: String,
    name: String,
    stage: String,
    since: String,
    auc: String,
    fault: String,
    /// Whether it may be proposed.
    may: bool,
    chosen: bool,
}

struct Shown {
    number: usize,
    short: String,
    words: String,
    reason: String,
    state: String,
    /// Whether the reader may answer it.
    may: bool,
}

/// What a form sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    model: String,
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    reason: String,
}

/// Shows models and proposals.
pub(crate) async fn show(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
) -> Result<Response, Error> {
    page(&state, &person, lang, &Typed::default(), String::new()).await
}

/// Proposes a model.
pub(crate) async fn propose(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Error> {
    check_proposes(&person)?;
    let (signed, model) = (signed(&person, &typed), typed.model.clone());
    let act = move |models: &dyn RegisteredModels| models.propose(&model, &signed).map(|_| ());
    done(&state, &person, lang, typed, act).await
}

/// Answers a proposal.
pub(crate) async fn answer(
    State(state): State<AppState>,
    Studying(person): Studying,
    Language(lang): Language,
    Path(number): Path<usize>,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Error> {
    check_answers(&person)?;
    let verdict = match typed.verdict.as_str() {
        "approve" => Verdict::Approve,
        "decline" => Verdict::Decline,
        other => {
            return Err(Error::Body {
                reason: format!("found the verdict {other:?}, expected approve or decline"),
            });
        }
    };
    let signed = signed(&person, &typed);
    let act = move |models: &dyn RegisteredModels| models.answer(number, verdict, &signed);
    done(&state, &person, lang, typed, act).await
}

/// Takes a step, or shows the page again with what was typed and why it was not taken.
async fn done(
    state: &AppState,
    person: &Person,
    lang: Lang,
    typed: Typed,
    act: impl FnOnce(&dyn RegisteredModels) -> Result<(), PublicationError> + Send + 'static,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let letters = typed.reason.trim().chars().count();
    if !(1..=MOST_LETTERS).contains(&letters) {
        let fault = texts.get("analyst-reason-fault");
        let mut page = page(state, person, lang, &typed, fault).await?;
        *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page);
    }
    let fault = match asked(state, act).await? {
        Ok(()) => return Ok(Redirect::to("/model/versions").into_response()),
        Err(PublicationError::InForce) => texts.get("analyst-in-force"),
        Err(PublicationError::SamePerson) => texts.get("analyst-same-person"),
        Err(PublicationError::Stale) => texts.get("analyst-stale-fault"),
        Err(PublicationError::Proposed { by }) => {
            texts.with("analyst-proposed-already", &[("who", &by)])
        }
        Err(PublicationError::Answered { by, .. }) => {
            texts.with("analyst-answered-already", &[("who", &by)])
        }
        Err(error) => return Err(error.into()),
    };
    let mut page = page(state, person, lang, &typed, fault).await?;
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}

async fn page(
    state: &AppState,
    person: &Person,
    lang: Lang,
    typed: &Typed,
    fault: String,
) -> Result<Response, Error> {
    let texts = Texts::new(lang);
    let (models, proposals) = asked(state, |registry| {
        Ok::<_, RowsError>((registry.models()?, registry.proposals()?))
    })
    .await??;
    let place = Place {
        state,
        lang,
        person: Some(person),
        path: "/model/versions",
        query: "",
    };
    let models = models
        .into_iter()
        .map(|model| Model::new(model, typed, texts));
    let models: Vec<Model> = models.collect();
    let proposals = proposals.into_iter().rev();
    html(&VersionsPage {
        frame: Frame::new(&place, &texts.get("analyst-versions")),
        fault,
        proposes: check_proposes(person).is_ok(),
        reason: typed.reason.clone(),
        proposable: models.iter().any(|model| model.may),
        models,
        proposals: proposals
            .map(|one| Shown::new(one, person, texts))
            .collect(),
    })
}

impl Model {
    fn new(model: RegisteredModel, typed: &Typed, texts: Texts) -> Self {
        let bundle = model.bundle.as_deref();
        Self {
            short: short(&model.hash),
            name: bundle.map_or_else(String::new, |bundle| {
                words::candidate(&bundle.name, texts.lang).0.to_owned()
            }),
            stage: texts.get(match model.stage {
                "published" => "analyst-stage-published",
                "retired" => "analyst-stage-retired",
                _ => "analyst-stage-candidate",
            }),
            since: model
                .since
                .map_or_else(String::new, |when| day(&when, texts.lang)),
            auc: bundle.map_or_else(String::new, |bundle| {
                let metrics = &bundle.metrics;
                facts::interval_of(metrics.auc, metrics.auc_interval, texts.lang)
            }),
            may: bundle.is_some() && model.stage != "published",
            chosen: model.hash == typed.model,
            fault: model.fault.unwrap_or_default(),
            hash: model.hash,
        }
    }
}

impl Shown {
    fn new(proposal: Proposal, reader: &Person, texts: Texts) -> Self {
        let number_written = number(proposal.number as f64, 0, texts.lang);
        Self {
            may: proposal.state == ProposalState::Open
                && proposal.signed.by.person != reader.id
                && check_answers(reader).is_ok(),
            number: proposal.number,
            short: short(&proposal.bundle),
            words: texts.with(
                "analyst-proposal",
                &[
                    ("number", &number_written),
                    ("who", &proposal.signed.by.name),
                    ("when", &day(&proposal.when, texts.lang)),
                ],
            ),
            state: match &proposal.state {
                ProposalState::Open => texts.get("analyst-open"),
                ProposalState::Stale => texts.get("analyst-stale"),
                ProposalState::Answered(answer) => texts.with(
                    match answer.approved {
                        true => "analyst-approved",
                        false => "analyst-declined",
                    },
                    &[
                        ("who", &answer.signed.by.name),
                        ("reason", &answer.signed.reason),
                    ],
                ),
            },
            reason: proposal.signed.reason,
        }
    }
}

/// What was typed, signed; a form has no key: the same form sent twice is known by its words.
fn signed(person: &Person, typed: &Typed) -> Signed {
    Signed {
        by: signatory(person),
        reason: typed.reason.trim().to_owned(),
        key: None,
    }
}

fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// The day of a moment; as it stands where it is none.
fn day(when: &str, lang: Lang) -> String {
    moment::reworded(when, |at| moment::day(at, lang))
}
