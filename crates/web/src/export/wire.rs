//! What is kept about a client, as programs read it.

use limpide_store::{Advice, PredictionKind, Role};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::Kept;
use crate::api::case::{Names, WireActor, WireEntry, WireStanding, moment};
use crate::api::client_rows::WireRows;
use crate::api::{WireDecision, WireExplanation};
use crate::error::Error;
use crate::router::AppState;
use crate::texts::Texts;

/// Everything that is kept about a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub(crate) struct WireExport {
    /// Client number.
    client: i64,
    /// When it was gathered.
    #[schema(format = DateTime)]
    at: String,
    /// Language of labels and values in words.
    #[schema(example = "fr")]
    lang: String,
    /// Hash of the published model.
    model: String,
    /// The client's rows in the lender's tables, every column of them; `null` where the client is
    /// not in the portfolio, or the model's recipe is not at hand.
    tables: Option<Vec<WireRows>>,
    /// The features that the model reads, each with its value, the result that follows from them
    /// now, and its reasons; `null` where the client is not in the portfolio.
    explanation: Option<WireExplanation>,
    /// Decisions, comments, contests, requests for correction and their answers, by case.
    cases: Vec<WireExportCase>,
    /// Every result that was answered to somebody, with the role of whoever asked.
    predictions: Vec<WirePrediction>,
    /// The client's account; `null`: there is none.
    account: Option<WireAccount>,
    /// Names of the advisers who have the client in their portfolio.
    advisers: Vec<String>,
    /// When what was kept before was erased; `null`: nothing was.
    erased: Option<WireErased>,
    /// What is not kept, in words.
    not_kept: String,
}

/// A case of the client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExportCase)]
struct WireExportCase {
    /// Number of the case.
    case: String,
    /// Where it stands.
    standing: WireStanding,
    /// What happened, oldest first.
    entries: Vec<WireEntry>,
}

/// A result that was answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Prediction)]
struct WirePrediction {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What was asked: `score`, `explanation`, `posted_values`, `posted_rows`, `what_if`, `batch`.
    #[schema(value_type = String, example = "score")]
    kind: PredictionKind,
    /// Hash of the model that scored.
    model: String,
    /// Probability of not repaying, 0 to 1.
    probability: f64,
    /// Lower end of its interval.
    low: f64,
    /// Upper end of its interval.
    high: f64,
    /// What the policy said.
    #[schema(value_type = WireDecision)]
    decision: Advice,
    /// Role of the person who asked; `null`: a program.
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// The values that were scored, where they are not the portfolio's.
    #[schema(value_type = Option<Vec<Option<crate::api::WireValue>>>)]
    inputs: Option<Value>,
}

/// A client's account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
struct WireAccount {
    /// Name typed to sign in.
    username: String,
    /// Name shown to people.
    full_name: String,
    /// When the client last signed in; `null`: never.
    #[schema(format = DateTime)]
    last_sign_in_at: Option<String>,
}

/// When a client was forgotten.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erased)]
struct WireErased {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// By whom.
    by: WireActor,
}

impl WireExport {
    pub(crate) async fn new(state: &AppState, kept: Kept) -> Result<Self, Error> {
        let service = &state.service;
        let currency = &service.bundle.currency;
        let mut names = Names::default();
        let mut cases = Vec::with_capacity(kept.cases.len());
        for (number, case, told) in kept.cases {
            let mut entries = Vec::with_capacity(told.len());
            for entry in told {
                entries.push(WireEntry::new(state, entry, &mut names).await?);
            }
            cases.push(WireExportCase {
                case: number.to_string(),
                standing: WireStanding::new(state, &case, kept.at, &mut names).await?,
                entries,
            });
        }
        let mut predictions = Vec::with_capacity(kept.predictions.len());
        for one in kept.predictions {
            let at = OffsetDateTime::from_unix_timestamp(one.at_ms.div_euclid(1000));
            predictions.push(WirePrediction {
                at: moment(at.map_err(|_| Error::Internal)?)?,
                kind: one.kind,
                model: one.bundle.to_string(),
                probability: one.probability,
                low: one.interval[0],
                high: one.interval[1],
                decision: one.decision,
                role: one.role,
                inputs: one.inputs.and_then(|text| serde_json::from_str(&text).ok()),
            });
        }
        let account = kept.account.map(|person| {
            let last = person
                .last_sign_in_at
                .map(OffsetDateTime::from_unix_timestamp);
            let last = last.transpose().map_err(|_| Error::Internal)?;
            Ok::<_, Error>(WireAccount {
                username: person.username,
                full_name: person.full_name,
                last_sign_in_at: last.map(moment).transpose()?,
            })
        });
        let erased = match kept.erased {
            Some((at, by)) => Some(WireErased {
                at: moment(at)?,
                by: names.of(state, by).await?,
            }),
            None => None,
        };
        let rows = |tables: Vec<_>| tables.into_iter();
        Ok(Self {
            client: kept.client,
            at: moment(kept.at)?,
            lang: kept.lang.to_string(),
            model: service.model.to_string(),
            tables: kept.tables.map(|tables| {
                let told = rows(tables).map(|rows| WireRows::new(rows, currency, kept.lang));
                told.collect()
            }),
            explanation: kept
                .explanation
                .map(|explanation| WireExplanation::new(state, Some(kept.client), explanation)),
            cases,
            predictions,
            account: account.transpose()?,
            advisers: kept.advisers,
            erased,
            not_kept: Texts::new(kept.lang).get("export-not-kept"),
        })
    }
}
