//! `GET /api/v1/clients/{id}/rows`: what a feature of a client was made of, down to the raw rows.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use limpide_explain::format;
use limpide_model::{Feature, Lang, Value};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{WireValue, compute, known_row, language};
use crate::asked::Asked;
use crate::auth::VisibleClient;
use crate::error::{Error, Problem};
use crate::feature_rows::{FeatureRows, RawRole, RawRows, RowsPage};
use crate::language::{Language, WireLang};
use crate::router::AppState;

/// Which feature, which rows, and in which language.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Name of the feature.
    feature: String,
    /// Rows to leave out, the most recent first; 0 without it.
    #[param(minimum = 0)]
    offset: Option<usize>,
    /// Rows to give at most; 200 without it.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
    /// Language of labels and values in words; without it, the one the request prefers.
    #[param(value_type = Option<WireLang>, inline, example = "fr")]
    lang: Option<String>,
}

/// A feature of a client and what it was made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeatureRows)]
pub(crate) struct WireFeatureRows {
    /// Client number.
    pub(crate) client: i64,
    /// Language of labels and values in words.
    #[schema(example = "fr")]
    pub(crate) lang: String,
    #[serde(flatten)]
    pub(crate) feature: WireFeature,
    /// How it is computed, as SQL; in words where it is learned from other clients.
    pub(crate) sql: String,
    /// The computed columns that `sql` names, with how each follows from a row.
    pub(crate) computed: BTreeMap<String, String>,
    /// How a feature that is learned from other clients came about; `null` for one that is computed.
    pub(crate) learned: Option<String>,
    /// The features that it reads; empty for one that reads rows.
    pub(crate) reads: Vec<WireFeature>,
    /// The rows that count; `null` for a feature that reads features.
    pub(crate) rows: Option<WireRows>,
    /// Rows of tables that were put together to the rows that count.
    pub(crate) behind: Vec<WireRows>,
}

/// A feature and its value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeatureValue)]
pub(crate) struct WireFeature {
    /// Name of the feature.
    pub(crate) feature: String,
    /// What people call it.
    pub(crate) label: String,
    /// Value: a number, a text or `null`.
    #[schema(value_type = Option<WireValue>)]
    pub(crate) value: Value,
    /// Value as people read it.
    pub(crate) value_text: String,
    /// Concept that the feature belongs to.
    pub(crate) concept: String,
}

/// Rows of one client, the most recent first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rows)]
pub(crate) struct WireRows {
    /// What they are.
    pub(crate) label: String,
    /// Their columns.
    pub(crate) columns: Vec<WireColumn>,
    /// How many there are in all.
    pub(crate) total: usize,
    /// How many stand before the first one here.
    pub(crate) offset: usize,
    /// Values by row and column: numbers, texts or `null`.
    #[schema(value_type = Vec<Vec<Option<WireValue>>>)]
    pub(crate) rows: Vec<Vec<Value>>,
    /// The same values as people read them.
    pub(crate) texts: Vec<Vec<String>>,
}

/// A column of rows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RowsColumn)]
pub(crate) struct WireColumn {
    /// Its name in SQL.
    pub(crate) name: String,
    /// What people call it.
    pub(crate) label: String,
    /// What it does: `key` identifies the row, `time` dates it, `value` goes into the feature,
    /// `rows` decides which rows count.
    pub(crate) role: &'static str,
    /// How it is computed from the row; `null` where it stands in it.
    pub(crate) sql: Option<String>,
}

/// Follows a feature of a client down to the raw rows that it was made of.
///
/// Only the rows that count are given, and of them only what the feature reads and what identifies and
/// dates a row.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/rows",
    operation_id = "client_rows",
    tag = "clients",
    params(("id" = i64, Path, description = "Client number"), Wanted),
    responses(
        (status = 200, description = "The feature's definition, and the features or the rows that it was made of.", body = WireFeatureRows),
        (status = 400, description = "The client number, the language or a number is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, none that the caller may see, or no such feature.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The model's recipe is not at hand.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    VisibleClient(client): VisibleClient,
    Language(preferred): Language,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<WireFeatureRows>, Error> {
    let lang = language(wanted.lang, preferred)?;
    let page = page(wanted.offset, wanted.limit)?;
    Ok(Json(
        tell(&state, client, wanted.feature, page, lang).await?,
    ))
}

/// What a feature of a client was made of, in words.
pub(crate) async fn tell(
    state: &AppState,
    client: i64,
    feature: String,
    page: RowsPage,
    lang: Lang,
) -> Result<WireFeatureRows, Error> {
    let row = known_row(state, client)?;
    let given = row.clone();
    let found = compute(state, move |rows| rows.rows(client, &given, &feature, page)).await?;
    let found = found.ok_or(Error::UnknownClient { client })?;
    let reader = Reader {
        state: state.clone(),
        client,
        row,
        lang,
    };
    reader.tell(found)
}

fn page(offset: Option<usize>, limit: Option<usize>) -> Result<RowsPage, Error> {
    let standard = RowsPage::default();
    let limit = limit.unwrap_or(standard.limit);
    if limit == 0 || limit > RowsPage::MOST {
        return Err(Error::Query {
            reason: format!("found limit {limit}, expected 1 to {}", RowsPage::MOST),
        });
    }
    Ok(RowsPage {
        offset: offset.unwrap_or(standard.offset),
        limit,
    })
}

/// One client as one reader sees it.
struct Reader {
    state: AppState,
    client: i64,
    row: Vec<Value>,
    lang: Lang,
}

impl Reader {
    fn tell(&self, found: FeatureRows) -> Result<WireFeatureRows, Error> {
        let reads = found.reads.iter().map(|feature| self.feature(feature));
        Ok(WireFeatureRows {
            client: self.client,
            lang: self.lang.to_string(),
            feature: self.feature(&found.feature)?,
            learned: found.learned.map(|text| text.get(self.lang).to_owned()),
            reads: reads.collect::<Result<_, _>>()?,
            rows: found.rows.map(|rows| self.rows(rows)),
            behind: found
                .behind
                .into_iter()
                .map(|rows| self.rows(rows))
                .collect(),
            sql: found.sql,
            computed: found.computed,
        })
    }

    fn feature(&self, feature: &Feature) -> Result<WireFeature, Error> {
        let service = &self.state.service;
        let value = match service.bundle.feature(&feature.name) {
            Some(place) => self.row.get(place).cloned(),
            None => {
                let named = service.clients.named(self.client, &[&feature.name])?;
                named.and_then(|mut values| values.pop())
            }
        };
        let value = value.unwrap_or(Value::Missing);
        Ok(WireFeature {
            feature: feature.name.clone(),
            label: feature.label.get(self.lang).to_owned(),
            value_text: format::value(feature, &value, &service.bundle.currency, self.lang),
            value,
            concept: feature.concept.clone(),
        })
    }

    fn rows(&self, rows: RawRows) -> WireRows {
        WireRows::new(rows, &self.state.service.bundle.currency, self.lang)
    }
}

impl WireRows {
    /// Rows in words; money in `currency`.
    pub(crate) fn new(rows: RawRows, currency: &str, lang: Lang) -> Self {
        let texts = (0..rows.rows.len()).map(|row| {
            let columns = 0..rows.columns.len();
            columns
                .map(|column| rows.text(row, column, currency, lang))
                .collect()
        });
        let texts: Vec<Vec<String>> = texts.collect();
        let columns = rows.columns.into_iter().map(|column| WireColumn {
            name: column.name,
            label: column.label.get(lang).to_owned(),
            role: match column.role {
                RawRole::Key => "key",
                RawRole::Time => "time",
                RawRole::Value => "value",
                RawRole::Rows => "rows",
            },
            sql: column.sql,
        });
        Self {
            label: rows.label.get(lang).to_owned(),
            columns: columns.collect(),
            total: rows.total,
            offset: rows.offset,
            rows: rows.rows,
            texts,
        }
    }
}
