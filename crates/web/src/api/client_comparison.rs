//! `GET /api/v1/clients/{id}/comparison`: one client's value of a feature, or of two, among others.

use axum::Json;
use axum::extract::State;
use limpide_explain::clouds::Cloud;
use limpide_explain::comparing::{Among, Compared};
use limpide_explain::percentile::{self, Distribution, Standing};
use limpide_explain::{Axis, format};
use limpide_model::{Bundle, Feature, Lang, Value};
use serde::Serialize;
use utoipa::ToSchema;

use super::comparing::{Parameters, WireChosen, WireObserved, check_enough, compare, rounded};
use super::{WireDecision, WireValue, language};
use crate::auth::{Caller, VisibleClient};
use crate::error::{Error, Problem};
use crate::language::{Language, WireLang};
use crate::router::AppState;

/// A client among others, by one feature or by two.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClientComparison {
    /// Client number.
    pub(crate) client: i64,
    /// Language of labels and sentences.
    #[schema(example = "fr")]
    pub(crate) lang: String,
    /// Whom the client is compared with: all, similar or filters.
    pub(crate) among: &'static str,
    /// Filters in force, in the order asked for.
    pub(crate) filters: Vec<WireChosen>,
    /// The clients compared with.
    pub(crate) compared: WireObserved,
    /// What is said of the feature.
    pub(crate) feature: ComparedFeature,
    /// What is said of the second feature.
    pub(crate) with: Option<ComparedFeature>,
    /// Both features together.
    pub(crate) cloud: Option<WireCloud>,
    /// Hash of the model.
    pub(crate) model: String,
    /// Whether the model was trained on an invented portfolio.
    pub(crate) synthetic: bool,
}

/// Where a client stands by one feature.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparedFeature {
    /// Name of the feature.
    pub(crate) feature: String,
    /// What people call it.
    pub(crate) label: String,
    /// Value: a number, a text or `null`.
    #[schema(value_type = Option<WireValue>)]
    pub(crate) value: Value,
    /// Value as people read it.
    pub(crate) value_text: String,
    /// Where it stands among the clients compared with, in words.
    pub(crate) sentence: String,
    /// Where it stands among them.
    pub(crate) standing: WireStanding,
    /// How their values spread.
    pub(crate) distribution: WireDistribution,
    /// Where it stands among all others.
    pub(crate) standing_among_all: WireStanding,
    /// How all others' values spread, over the same parts.
    pub(crate) distribution_of_all: WireDistribution,
}

/// Where a value stands among those of some clients.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlaceAmongOthers)]
pub(crate) struct WireStanding {
    /// Clients compared with.
    pub(crate) clients: usize,
    /// Those of whom the feature is known; `null` where a client asks and they are few.
    pub(crate) known: Option<usize>,
    /// Those with a smaller number; `null` where a client asks and they are few.
    pub(crate) below: Option<usize>,
    /// Those with the same value; `null` where a client asks and they are few.
    pub(crate) same: Option<usize>,
    /// Percentile, 0 to 100, the same values counted half; `null` where there is none.
    pub(crate) percentile: Option<f64>,
}

/// How many clients have their value in each part.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Distribution)]
pub(crate) struct WireDistribution {
    pub(crate) axis: WireAxis,
    /// Clients, part by part; `null` where a client asks and they are few.
    pub(crate) counts: Vec<Option<usize>>,
    /// Clients of whom nothing is known; `null` where a client asks and they are few.
    pub(crate) missing: Option<usize>,
    /// Part of the client's own value, from 0; `null` where it is missing.
    pub(crate) own: Option<usize>,
}

/// The parts of a feature's values.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Axis)]
pub(crate) struct WireAxis {
    /// How many parts there are.
    pub(crate) parts: usize,
    /// Edges of ranges, one more than parts; the first and the last range hold what lies beyond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edges: Option<Vec<f64>>,
    /// The numbers that have a part each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) values: Option<Vec<f64>>,
    /// The categories that have a part each; one more part holds all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) categories: Option<Vec<String>>,
    /// As people read them: one text an edge of ranges, else one a part.
    pub(crate) texts: Vec<String>,
}

/// Two features at once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cloud)]
pub(crate) struct WireCloud {
    /// Parts along the first feature.
    pub(crate) x: WireAxis,
    /// Parts along the second feature.
    pub(crate) y: WireAxis,
    /// Clients of whom both are known.
    pub(crate) clients: usize,
    /// The client's own point; `null` where one of both is missing.
    #[schema(value_type = Option<Vec<WireValue>>)]
    pub(crate) own: Option<[Value; 2]>,
    /// An even sample of the others, at most 1,000; absent where a client asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) points: Option<Vec<WirePoint>>,
    /// How many lie where; parts with nobody, and with few where a client asks, are left out.
    pub(crate) density: Vec<WireCell>,
}

/// Another client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CloudPoint)]
pub(crate) struct WirePoint {
    /// Client number.
    pub(crate) client: i64,
    #[schema(value_type = WireValue)]
    pub(crate) x: Value,
    #[schema(value_type = WireValue)]
    pub(crate) y: Value,
    /// 1 where the client did not repay, 0 where they did; `null` where it is not known.
    pub(crate) outcome: Option<u8>,
    pub(crate) decision: WireDecision,
}

/// One part of a cloud.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CloudCell)]
pub(crate) struct WireCell {
    /// Part along the first feature, from 0.
    pub(crate) x: usize,
    /// Part along the second feature, from 0.
    pub(crate) y: usize,
    pub(crate) clients: usize,
    /// Clients whose outcome is known; absent where a client asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) known: Option<usize>,
    /// Clients who did not repay; absent where a client asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) defaults: Option<usize>,
}

/// Whom a client is compared with.
#[derive(ToSchema)]
#[schema(as = AmongWhom, rename_all = "lowercase")]
#[allow(dead_code)] // For the document only.
pub(crate) enum WireAmong {
    /// All other clients.
    All,
    /// The most similar ones.
    Similar,
    /// Those who pass the filters.
    Filters,
}

/// How answers are written, and for whom.
struct Writer<'a> {
    bundle: &'a Bundle,
    lang: Lang,
    sees_others: bool,
}

impl Writer<'_> {
    /// A count, rounded for those who may not see others; absent where few would round to nobody.
    fn count(&self, clients: usize) -> Option<usize> {
        if self.sees_others || clients == 0 {
            return Some(clients);
        }
        Some(rounded(clients)).filter(|&rounded| rounded > 0)
    }

    fn feature(&self, compared: Compared) -> ComparedFeature {
        let (feature, value) = (&compared.feature, &compared.value);
        let (currency, lang) = (&self.bundle.currency, self.lang);
        ComparedFeature {
            feature: feature.name.clone(),
            label: format::capitalised(feature.label.get(lang)),
            value_text: format::value(feature, value, currency, lang),
            sentence: percentile::sentence(&compared.standing, feature, value, currency, lang),
            standing: self.standing(compared.standing),
            distribution: self.distribution(&compared.distribution, feature),
            standing_among_all: self.standing(compared.standing_among_all),
            distribution_of_all: self.distribution(&compared.distribution_of_all, feature),
            value: compared.value,
        }
    }

    fn standing(&self, standing: Standing) -> WireStanding {
        WireStanding {
            clients: self.count(standing.clients).unwrap_or(0),
            known: self.count(standing.known),
            below: self.count(standing.below),
            same: self.count(standing.same),
            percentile: standing
                .percentile
                .map(|percentile| match self.sees_others {
                    true => percentile,
                    false => percentile.round(),
                }),
        }
    }

    fn distribution(&self, distribution: &Distribution, feature: &Feature) -> WireDistribution {
        let counts = distribution.counts.iter();
        WireDistribution {
            axis: self.axis(&distribution.axis, feature),
            counts: counts.map(|&clients| self.count(clients)).collect(),
            missing: self.count(distribution.missing),
            own: distribution.own,
        }
    }

    fn axis(&self, axis: &Axis, feature: &Feature) -> WireAxis {
        let mut wire = WireAxis {
            parts: axis.parts(),
            edges: None,
            values: None,
            categories: None,
            texts: axis.texts(feature, &self.bundle.currency, self.lang),
        };
        match axis.clone() {
            Axis::Ranges(edges) => wire.edges = Some(edges),
            Axis::Values(values) => wire.values = Some(values),
            Axis::Categories(names) => wire.categories = Some(names),
        }
        wire
    }

    /// `numbers` are those of the sample's clients, point by point.
    fn cloud(&self, cloud: Cloud, features: [&Feature; 2], numbers: Vec<i64>) -> WireCloud {
        let points = cloud.points.into_iter().zip(numbers);
        let cells = cloud.density.into_iter();
        let cells = cells.filter_map(|cell| Some((self.count(cell.clients)?, cell)));
        WireCloud {
            x: self.axis(&cloud.x, features[0]),
            y: self.axis(&cloud.y, features[1]),
            clients: self.count(cloud.clients).unwrap_or(0),
            own: cloud.own,
            points: self.sees_others.then(|| {
                points
                    .map(|(point, client)| WirePoint {
                        client,
                        x: point.x,
                        y: point.y,
                        outcome: point.outcome,
                        decision: point.decision.into(),
                    })
                    .collect()
            }),
            density: cells
                .map(|(clients, cell)| WireCell {
                    x: cell.x,
                    y: cell.y,
                    clients,
                    known: self.sees_others.then_some(cell.known),
                    defaults: self.sees_others.then_some(cell.defaults),
                })
                .collect(),
        }
    }
}

/// Whom to compare with, by its name: all, those who pass the filters, or the most similar of them.
fn among(asked: &mut Parameters, sees_others: bool) -> Result<(&'static str, Among), Error> {
    let wishes = asked.wishes(sees_others)?;
    let named = asked.once("among")?;
    let name = match (named.as_deref(), wishes.is_empty()) {
        (None | Some("all"), true) => "all",
        (None | Some("filters"), false) => "filters",
        (Some("similar"), _) => "similar",
        (Some("all"), false) => {
            return Err(Error::Query {
                reason: "among=all goes with no filter: leave one of both out".to_owned(),
            });
        }
        (Some("filters"), true) => {
            return Err(Error::Query {
                reason: "among=filters goes with a filter: add filter=NAME=VALUE".to_owned(),
            });
        }
        (Some(found), _) => {
            return Err(Error::Query {
                reason: format!("found among={found:?}, expected all, similar or filters"),
            });
        }
    };
    let similar = match name {
        "similar" => Some(asked.similar(sees_others)?),
        _ => None,
    };
    Ok((name, Among { wishes, similar }))
}

/// Compares a client with others by one feature, or by two.
///
/// Percentile, distribution and, with a second feature, the cloud of both. Who may not see other
/// clients is told counts alone, rounded to tens.
#[utoipa::path(
    get,
    path = "/api/v1/clients/{id}/comparison",
    operation_id = "client_comparison",
    tag = "clients",
    params(
        ("id" = i64, Path, description = "Client number"),
        ("feature" = String, Query, description = "Name of the feature, also of one that the model does not read."),
        ("with" = Option<String>, Query, description = "Name of a second feature."),
        ("among" = inline(Option<WireAmong>), Query, description = "Whom to compare with; similar goes with filters as well."),
        ("filter" = Option<Vec<String>>, Query, description = "NAME=VALUE of a filter, or NAME=same for the client's own band or category; may stand several times, and all must hold."),
        ("k" = Option<usize>, Query, description = "How many similar clients, 100 if absent; not for clients.", minimum = 1, maximum = 1000),
        ("lang" = inline(Option<WireLang>), Query, description = "Language of labels and sentences; without it, the one the request prefers."),
    ),
    responses(
        (status = 200, description = "Where the client stands, and how others' values spread.", body = ClientComparison),
        (status = 400, description = "The client number, the language or the query is not one.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in and no valid key was sent.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope `read`.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such client, or none that the caller may see.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A feature or filter that is not there, or too few clients to tell a client of.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Similar clients are still being looked for.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    VisibleClient(client): VisibleClient,
    Language(preferred): Language,
    mut asked: Parameters,
) -> Result<Json<ClientComparison>, Error> {
    let sees_others = caller.sees_others();
    let lang = language(asked.once("lang")?, preferred)?;
    let Some(feature) = asked.once("feature")? else {
        return Err(Error::Query {
            reason: "it names no feature: add feature=NAME".to_owned(),
        });
    };
    let with = asked.once("with")?;
    let (name, among) = among(&mut asked, sees_others)?;
    asked.none()?;
    let question = Question {
        feature,
        with,
        name,
        among,
    };
    Ok(Json(
        tell(&state, client, sees_others, question, lang).await?,
    ))
}

/// What a client is compared by, and with whom.
pub(crate) struct Question {
    /// Name of the feature.
    pub(crate) feature: String,
    /// Name of a second feature.
    pub(crate) with: Option<String>,
    /// Whom the client is compared with, by name: all, similar or filters.
    pub(crate) name: &'static str,
    /// Whom the client is compared with.
    pub(crate) among: Among,
}

/// A client's comparison, as far as the caller may see it.
pub(crate) async fn tell(
    state: &AppState,
    client: i64,
    sees_others: bool,
    question: Question,
    lang: Lang,
) -> Result<ClientComparison, Error> {
    let Question {
        feature,
        with,
        name,
        among,
    } = question;
    let (found, numbers, passing, among) = compare(state, move |comparing| {
        let found = comparing.comparison(client, &among, &feature, with.as_deref())?;
        let points = found.cloud.iter().flat_map(|cloud| &cloud.points);
        let numbers = points.map(|point| comparing.client_at(point.place));
        let numbers: Vec<i64> = numbers.collect();
        let passing = found.compared.clients;
        Ok((found, numbers, passing, among))
    })
    .await?;
    check_enough(&among, passing, sees_others)?;
    let writer = Writer {
        bundle: &state.service.bundle,
        lang,
        sees_others,
    };
    let both = found.cloud.zip(found.with.as_ref());
    let cloud = both
        .map(|(cloud, with)| writer.cloud(cloud, [&found.feature.feature, &with.feature], numbers));
    let filters = found.filters.into_iter();
    Ok(ClientComparison {
        client,
        lang: lang.to_string(),
        among: name,
        filters: filters
            .map(|one| WireChosen::new(one, lang, sees_others))
            .collect(),
        compared: WireObserved::new(found.compared, sees_others),
        cloud,
        feature: writer.feature(found.feature),
        with: found.with.map(|with| writer.feature(with)),
        model: state.service.model.to_string(),
        synthetic: state.service.bundle.synthetic,
    })
}
