//! `GET /api/v1/clients/{id}/similar`: the clients most like one, and how it went with them.

use axum::Json;
use axum::extract::State;
use limpide_explain::comparing::{Among, Filter};
use limpide_explain::similar::{caveat, sentence};
use limpide_model::Lang;
use serde::Serialize;
use utoipa::ToSchema;

use super::comparing::{Parameters, WireChosen, WireObserved, check_enough, compare};
use super::language;
use crate::auth::{Caller, VisibleClient};
use crate::error::{Error, Problem};
use crate::language::{Language, WireLang};
use crate::router::AppState;

/// The clients most like one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimilarClients {
    /// Client number.
    pub(crate) client: i64,
    /// Language of labels and sentences.
    #[schema(example = "fr")]
    pub(crate) lang: String,
    /// Filters in force, in the order asked for.
    pub(crate) filters: Vec<WireChosen>,
    /// The other clients who pass all filters.
    pub(crate) passing: WireObserved,
    /// The similar clients among them.
    pub(crate) observed: WireObserved,
    /// All clients.
    pub(crate) all: WireObserved,
    /// What the policy says of the similar clients.
    pub(crate) decisions: Decisions,
    /// How it went with the similar clients, in words.
    pub(crate) sentence: String,
    /// What that does not prove, in words.
    pub(crate) caveat: String,
    /// The similar clients, the most similar first; absent where a client asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) similar: Option<Vec<SimilarClient>>,
    /// Trees, or bins of features, by which clients are compared.
    pub(crate) kept_partitions: usize,
    /// Trees, or bins of features, that the model has.
    pub(crate) partitions: usize,
    /// Filters that may be set.
    pub(crate) known_filters: Vec<KnownFilter>,
    /// Hash of the model by whose eyes clients are similar.
    pub(crate) model: String,
    /// Whether the model was trained on an invented portfolio.
    pub(crate) synthetic: bool,
}

/// A client who is like the one asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimilarClient {
    /// Client number.
    pub(crate) client: i64,
    /// Share of the trees in which both fall into the same leaf.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) proximity: f64,
    /// 1 where the client did not repay, 0 where they did; `null` where it is not known.
    pub(crate) outcome: Option<u8>,
}

/// How many clients the policy grants, refuses and has looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decisions {
    pub(crate) granted: usize,
    pub(crate) refused: usize,
    pub(crate) review: usize,
}

/// A filter that may be set.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnownFilter {
    /// Name to ask for.
    pub(crate) name: String,
    /// What people call it.
    pub(crate) label: String,
    /// Feature that it looks at.
    pub(crate) feature: String,
    /// Bands of a number; none for a category, which is asked for by its text or label.
    pub(crate) bands: Vec<KnownBand>,
}

/// A band of a filter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnownBand {
    /// Name to ask for.
    pub(crate) name: String,
    /// What people call it.
    pub(crate) label: String,
}

impl KnownFilter {
    fn new(filter: &Filter, lang: Lang) -> Self {
        let bands = filter.bands.iter().map(|band| KnownBand {
            name: band.name.clone(),
            label: band.label.get(lang).to_owned(),
        });
        Self {
            name: filter.name.clone(),
            label: filter.label.get(lang).to_owned(),
            feature: filter.feature.clone(),
            bands: bands.collect(),
        }
    }
}

/// Finds the clients most like one, and how it went with them.
///
/// Two clients are alike in a tree of the model where they fall into the same leaf; similar is
/// who is alike in most of the trees. A client is told counts alone.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/similar",
    operation_id = "client_similar",
    tag = "clients",
    params(
        ("id" = i64, Path, description = "Client number"),
        ("filter" = Option<Vec<String>>, Query, description = "NAME=VALUE of a filter, or NAME=same for the client's own band or category; may stand several times, and all must hold."),
        ("k" = Option<usize>, Query, description = "How many similar clients, 100 if absent; not for clients.", minimum = 1, maximum = 1000),
        ("lang" = inline(Option<WireLang>), Query, description = "Language of labels and sentences; without it, the one the request prefers."),
    ),
    responses(
        (status = 200, description = "The rate of default among similar clients, with its interval.", body = SimilarClients),
        (status = 400, description = "The client number, the language or the query is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, or none that the caller may see.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A filter that is not there, or one that leaves too few clients to tell a client of.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Similar clients are still being looked for.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    VisibleClient(client): VisibleClient,
    Language(preferred): Language,
    mut asked: Parameters,
) -> Result<Json<SimilarClients>, Error> {
    let sees_others = caller.sees_others();
    let lang = language(asked.once("lang")?, preferred)?;
    let among = Among {
        wishes: asked.wishes(sees_others)?,
        similar: Some(asked.similar(sees_others)?),
    };
    asked.none()?;
    Ok(Json(tell(&state, client, sees_others, among, lang).await?))
}

/// The clients most like one, as far as the caller may see them.
pub(crate) async fn tell(
    state: &AppState,
    client: i64,
    sees_others: bool,
    among: Among,
    lang: Lang,
) -> Result<SimilarClients, Error> {
    let (found, known_filters, among) = compare(state, move |comparing| {
        let known = comparing
            .filters()
            .map(|filter| KnownFilter::new(filter, lang));
        let found = comparing.similar(client, &among)?;
        Ok((found, known.collect(), among))
    })
    .await?;
    check_enough(&among, found.passing.clients, sees_others)?;
    let [granted, refused, review] = found.decisions;
    let filters = found.filters.into_iter();
    let neighbours = found.neighbours.into_iter().zip(found.outcomes);
    Ok(SimilarClients {
        client,
        lang: lang.to_string(),
        filters: filters
            .map(|one| WireChosen::new(one, lang, sees_others))
            .collect(),
        sentence: sentence(&found.observed, &found.all, lang),
        caveat: caveat(lang),
        passing: WireObserved::new(found.passing, sees_others),
        observed: WireObserved::new(found.observed, sees_others),
        all: WireObserved::new(found.all, sees_others),
        decisions: Decisions {
            granted,
            refused,
            review,
        },
        similar: sees_others.then(|| {
            neighbours
                .map(|((client, proximity), outcome)| SimilarClient {
                    client,
                    proximity,
                    outcome,
                })
                .collect()
        }),
        kept_partitions: found.partitions[0],
        partitions: found.partitions[1],
        known_filters,
        model: state.service.model.to_string(),
        synthetic: state.service.bundle.synthetic,
    })
}
