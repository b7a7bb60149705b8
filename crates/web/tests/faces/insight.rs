//! What the model's pages tell of drift, of one feature and of parts of the clients.

use std::sync::Arc;

use axum::http::StatusCode;
use limpide_model::{ThresholdRow, Value};
use limpide_store::{Advice, Prediction, PredictionKind, Predictions, Store};
use limpide_web::{ClientRows, Face, ModelParts, RowsError, Service};
use time::OffsetDateTime;

use crate::invented;
use crate::site::Site;

/// The invented model, which says how its probabilities spread: evenly from 0 to 1.
fn spread_evenly(store: Store) -> Arc<Service> {
    let changed = invented::parts(|bundle| {
        bundle.trained_on.rows = 100_000;
        let rows = (0..=10).map(|tenth| ThresholdRow {
            threshold: f64::from(tenth) / 10.0,
            approved: f64::from(tenth) / 10.0,
            defaults_caught: 0.0,
            goods_refused: 0.0,
            cost_per_client: 0.0,
        });
        bundle.thresholds = rows.collect();
    });
    Arc::new(invented::service(store).with_model(changed).unwrap())
}

/// A site whose model scored so many rows just now, with probabilities evenly from 0 to `most`.
async fn scored(rows: u32, most: f64) -> Site {
    let site = Site::serving(Face::All, spread_evenly).await;
    let bundle = spread_evenly(site.store.clone()).model().to_owned();
    let log = Predictions::open(&site.store, None, Predictions::MOST_BYTES).unwrap();
    for row in 0..rows {
        let probability = (f64::from(row) + 0.5) / f64::from(rows) * most;
        let one = Prediction {
            at_ms: OffsetDateTime::now_utc().unix_timestamp() * 1000,
            kind: PredictionKind::Score,
            client: None,
            bundle: bundle.as_str().into(),
            row_hash: u128::from(row).to_le_bytes(),
            inputs: None,
            probability,
            interval: [0.0, 1.0],
            decision: Advice::Granted,
            role: None,
        };
        log.record(&one).await.unwrap();
    }
    log.flush().await.unwrap();
    site
}

async fn drift(site: &Site) -> String {
    let cookie = site.sign_in("analyst").await;
    let answer = site.get("/model/drift?lang=en", &cookie).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.body
}

#[tokio::test]
async fn drift_is_told_where_there_is_some_and_only_there() {
    let same = drift(&scored(500, 1.0).await).await;
    assert!(
        same.contains("nothing shows that the probabilities have moved. PSI 0.000 over 500 rows")
    );
    assert!(same.contains("no more than chance"));
    // Nine tenths of the range: 10 parts against 9 of 1/9 and an empty one of half a row in 900:
    // 9 (1/9 − 0.1) ln(10/9) + (0.1 − 1/1800) ln(180) = 0.0105 + 0.5164.
    let moved = drift(&scored(900, 0.9).await).await;
    assert!(moved.contains("the probabilities have moved a lot. PSI 0.527 over 900 rows"));
    assert!(moved.contains("<svg class=\"plot\""));
    let few = drift(&scored(199, 0.9).await).await;
    assert!(few.contains("none of the last twelve weeks has 200 rows"));
    assert!(few.contains("too few rows") && !few.contains("moved a lot"));
}

#[tokio::test]
async fn a_model_that_does_not_tell_its_spread_is_said_to() {
    let body = drift(&Site::open(Face::All).await).await;
    assert!(body.contains("does not say how its probabilities spread in training"));
}

#[tokio::test]
async fn a_features_page_tells_what_it_is_and_an_unknown_one_is_not_found() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("auditor").await;
    let list = site.get("/model/features?lang=en", &cookie).await;
    assert!(list.body.contains("href=\"/model/features/rating\""));
    let one = site.get("/model/features/rating?lang=en", &cookie).await;
    for words in [
        "External credit rating",
        "in log-odds, place ",
        "plot-distribution",
        "The recipe is not at hand",
        "The numbers",
    ] {
        assert!(one.body.contains(words), "{words}");
    }
    let none = site.get("/model/features/no-such-feature", &cookie).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_feature_has_a_page_in_both_languages() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("analyst").await;
    let bundle = Arc::clone(&invented::parts(|_| {}).bundle);
    for feature in &bundle.features {
        for lang in ["fr", "en"] {
            let path = format!("/model/features/{}?lang={lang}", feature.name);
            let answer = site.get(&path, &cookie).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert!(answer.body.contains(&feature.name), "{path}");
        }
    }
}

#[tokio::test]
async fn parts_of_the_clients_are_told_or_how_to_measure_them() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("analyst").await;
    let told = site.get("/model/fairness?lang=en", &cookie).await.body;
    assert!(told.contains("<th scope=\"col\" class=\"number\">Default rate (95%)</th>"));
    assert!(!told.contains("Nothing was measured"));
    let site = Site::serving(Face::All, invented::service_unmeasured).await;
    let cookie = site.sign_in("analyst").await;
    let none = site.get("/model/fairness?lang=en", &cookie).await.body;
    assert!(none.contains("Nothing was measured by parts of the clients"));
    assert!(none.contains("limpide explain model --by "));
}

#[tokio::test]
async fn costs_have_a_slider_beside_the_field_that_is_sent() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("analyst").await;
    let body = site.get("/model?missed=12&lang=en", &cookie).await.body;
    for name in ["missed", "refused"] {
        assert!(body.contains(&format!("data-slides=\"{name}\"")));
        assert_eq!(body.matches(&format!("name=\"{name}\"")).count(), 1);
    }
}

/// The model's page on drift, where the training clients' ratings were changed.
async fn moved(change: impl Fn(f64) -> f64 + Copy) -> String {
    let changed = move |store: Store| {
        let model = invented::parts(|bundle| {
            let place = bundle.feature("rating").unwrap();
            for quantile in &mut bundle.reference.features[place].quantiles {
                *quantile = change(*quantile);
            }
        });
        Arc::new(invented::service(store).with_model(model).unwrap())
    };
    drift(&Site::serving(Face::All, changed).await).await
}

#[tokio::test]
async fn features_that_have_moved_are_named_and_only_they() {
    let same = moved(|rating| rating).await;
    assert!(
        same.contains("Have moved (PSI of 0.1 or more): 0"),
        "{same}"
    );
    assert!(same.contains("400 of the 400 clients served"));
    let other = moved(|rating| rating + 0.3).await;
    assert!(other.contains("Have moved (PSI of 0.1 or more): 1, 1 of them a lot"));
    let table = &other[other
        .find("The features whose values have moved most")
        .unwrap()..];
    let first = table.split("<th role=\"rowheader\"").nth(1).unwrap();
    let first = &first[..first.find("</tr>").unwrap()];
    assert!(first.contains("href=\"/model/features/rating\""), "{first}");
    assert!(first.contains("<strong>moved a lot</strong>"), "{first}");
}

/// Rows that cannot be read.
struct Unreadable;

impl ClientRows for Unreadable {
    fn row(&self, _: i64) -> Result<Option<Vec<Value>>, RowsError> {
        Err(RowsError("page 3 is damaged".to_owned()))
    }

    fn named(&self, client: i64, _: &[&str]) -> Result<Option<Vec<Value>>, RowsError> {
        self.row(client)
    }

    fn search(&self, _: &str, _: usize) -> Vec<i64> {
        Vec::new()
    }

    fn count(&self) -> usize {
        0
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_takes_nothing_else_of_the_page_away() {
    let damaged = |store: Store| {
        let model = ModelParts {
            clients: Box::new(Unreadable),
            ..invented::parts(|_| {})
        };
        Arc::new(invented::service(store).with_model(model).unwrap())
    };
    let page = drift(&Site::serving(Face::All, damaged).await).await;
    assert!(page.contains("a client’s data cannot be read"), "{page}");
    assert!(page.contains("Have the probabilities moved?"));
}

#[tokio::test]
async fn features_rank_by_training_where_nothing_was_measured_since() {
    let unmeasured = |store: Store| {
        let model = invented::parts(|bundle| {
            let places = 0..bundle.features.len();
            let sizes = places.map(|place| 1.0 / (1.0 + place as f64));
            bundle.evidence.importance.features = sizes.collect();
        });
        Arc::new(invented::service(store).with_model(model).unwrap())
    };
    let site = Site::serving(Face::All, unmeasured).await;
    let cookie = site.sign_in("analyst").await;
    let name = invented::parts(|_| {}).bundle.features[1].name.clone();
    let path = format!("/model/features/{name}?lang=en");
    let page = site.get(&path, &cookie).await.body;
    assert!(page.contains("0.500 in log-odds, place 2 of"), "{page}");
}

#[tokio::test]
async fn the_models_page_tells_what_was_measured_of_features_and_concepts() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("analyst").await;
    let page = site.get("/model?lang=en", &cookie).await.body;
    for id in ["id=\"leading\"", "id=\"mixed\"", "id=\"curves\""] {
        assert!(page.contains(id), "{id}");
    }
    let site = Site::serving(Face::All, invented::service_unmeasured).await;
    let cookie = site.sign_in("analyst").await;
    let page = site.get("/model?lang=en", &cookie).await.body;
    assert!(!page.contains("id=\"leading\"") && page.contains("limpide explain model"));
}
