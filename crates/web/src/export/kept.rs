//! Gathering what is kept about a client.

use std::collections::BTreeMap;

use limpide_explain::Explanation;
use limpide_model::{Lang, Reader};
use limpide_store::{Actor, Case, CaseId, Entry, Person, Prediction};
use time::OffsetDateTime;

use crate::api::compute;
use crate::error::Error;
use crate::feature_rows::RawRows;
use crate::router::AppState;

/// What is kept about a client.
pub(crate) struct Kept {
    pub(crate) client: i64,
    pub(crate) lang: Lang,
    /// When it was gathered.
    pub(crate) at: OffsetDateTime,
    /// The client's rows in the lender's tables; `None`: they are not at hand, or the client is not
    /// in the portfolio.
    pub(crate) tables: Option<Vec<RawRows>>,
    /// The result as it is now; `None`: the client is not in the portfolio.
    pub(crate) explanation: Option<Explanation>,
    /// Cases with all that happened, oldest first.
    pub(crate) cases: Vec<(CaseId, Case, Vec<Entry>)>,
    /// Results that were answered, oldest first.
    pub(crate) predictions: Vec<Prediction>,
    /// The client's own account.
    pub(crate) account: Option<Person>,
    /// Names of the advisers who have the client in their portfolio.
    pub(crate) advisers: Vec<String>,
    /// When what was kept before was erased, and by whom.
    pub(crate) erased: Option<(OffsetDateTime, Actor)>,
    /// Names of those who did something.
    pub(crate) names: BTreeMap<Actor, Option<String>>,
}

impl Kept {
    /// Gathers it; predictions that wait in files are counted in.
    pub(crate) async fn of(state: &AppState, client: i64, lang: Lang) -> Result<Self, Error> {
        let service = &state.service;
        let store = &service.shared.store;
        let row = service.clients.row(client)?;
        let explanation = match &row {
            Some(row) => Some(service.explainer.explain(row, Reader::client(lang))?),
            None => None,
        };
        let tables = match (&row, &service.compute) {
            (Some(_), Some(_)) => compute(state, move |rows| rows.tables(client)).await?,
            _ => None,
        };
        service.shared.predictions.flush().await?;
        let mut kept = Self {
            client,
            lang,
            at: OffsetDateTime::now_utc(),
            tables,
            explanation,
            cases: Vec::new(),
            predictions: store.client_predictions(client).await?,
            account: store.account_of(client).await?,
            advisers: store.advisers_of(client).await?,
            erased: store.erasure_of(client).await?,
            names: BTreeMap::new(),
        };
        for number in store.client_cases(client).await? {
            let entries = store.case_entries(&number).await?;
            for entry in &entries {
                let known = kept.names.contains_key(&entry.actor);
                if known {
                    continue;
                }
                let name = store.actor_name(entry.actor).await?;
                kept.names.insert(entry.actor, name);
            }
            if let Some(case) = Case::of(&entries) {
                kept.cases.push((number, case, entries));
            }
        }
        if kept.is_empty() {
            return Err(Error::UnknownClient { client });
        }
        Ok(kept)
    }

    /// Whether nothing at all is known of a client.
    fn is_empty(&self) -> bool {
        self.explanation.is_none()
            && self.cases.is_empty()
            && self.predictions.is_empty()
            && self.account.is_none()
            && self.advisers.is_empty()
            && self.erased.is_none()
    }
}
