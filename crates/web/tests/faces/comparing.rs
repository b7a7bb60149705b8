//! A client among others: what staff are told, and what a client is not.

use axum::http::StatusCode;
use limpide_web::{Face, NoComparisons};
use serde_json::Value;

use crate::invented::{self, API_KEY, CLIENTS, FIRST_CLIENT, SHOWN};
use crate::site::Site;

fn path(client: i64, rest: &str) -> String {
    format!("/api/v1/clients/{client}/{rest}")
}

/// Whether some number or text within is another client's number.
fn names_another(value: &Value) -> bool {
    let others = FIRST_CLIENT..FIRST_CLIENT + CLIENTS as i64;
    match value {
        Value::Number(number) => number
            .as_i64()
            .is_some_and(|number| number != SHOWN && others.contains(&number)),
        Value::String(text) => others
            .filter(|&other| other != SHOWN)
            .any(|other| text.contains(&other.to_string())),
        Value::Array(all) => all.iter().any(names_another),
        Value::Object(all) => all.values().any(names_another),
        _ => false,
    }
}

#[tokio::test]
async fn staff_are_told_who_is_similar_and_how_it_went() {
    let site = Site::open(Face::Api).await;
    let mut all = site
        .get_with_key(&path(SHOWN, "similar?lang=en"), API_KEY)
        .await
        .json();
    assert_eq!(all["similar"].as_array().unwrap().len(), 100);
    assert!(names_another(&all["similar"]));
    assert_eq!(all["passing"]["clients"], CLIENTS - 1);
    let proximities = all["similar"].as_array().unwrap().iter();
    let proximities: Vec<f64> = proximities
        .map(|one| one["proximity"].as_f64().unwrap())
        .collect();
    assert!(proximities.is_sorted_by(|a, b| a >= b) && proximities[0] <= 1.0);

    let narrow = path(
        SHOWN,
        "similar?lang=fr&k=20&filter=age%3Dsame&filter=work%3Dcommerce",
    );
    let refused = site.get_with_key(&narrow, API_KEY).await;
    let problem = refused.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    assert_eq!(problem["errors"][0]["field"], "work");
    let narrow = narrow.replace("commerce", "sales%20staff");
    let narrow = site.get_with_key(&narrow, API_KEY).await.json();
    assert_eq!(narrow["similar"].as_array().unwrap().len(), 20);
    let passing = narrow["passing"]["clients"].as_u64().unwrap();
    for filter in narrow["filters"].as_array().unwrap() {
        assert!(filter["clients"].as_u64().unwrap() > passing);
    }
    assert_eq!(narrow["observed"]["rate"], Value::Null);
    assert!(narrow["sentence"].as_str().unwrap().contains("au moins 30"));

    all["similar"] = all["similar"][0].clone();
    all["model"] = "[hash]".into();
    insta::assert_json_snapshot!("similar", all);
}

#[tokio::test]
async fn staff_are_told_where_a_client_stands() {
    let site = Site::open(Face::Api).await;
    let asked = "comparison?lang=en&feature=income&with=work&among=similar&filter=age%3Dsame";
    let mut found = site.get_with_key(&path(SHOWN, asked), API_KEY).await.json();
    assert_eq!(found["among"], "similar");
    let cloud = &found["cloud"];
    let points = cloud["points"].as_array().unwrap();
    assert!(
        points.len() as u64 == cloud["clients"].as_u64().unwrap()
            && names_another(&cloud["points"])
    );
    let counted = |counts: &Value| -> u64 {
        counts
            .as_array()
            .unwrap()
            .iter()
            .map(|count| count.as_u64().unwrap())
            .sum()
    };
    for (side, clients) in [
        ("distribution", 100),
        ("distribution_of_all", CLIENTS as u64 - 1),
    ] {
        let spread = &found["feature"][side];
        let missing = spread["missing"].as_u64().unwrap();
        assert_eq!(counted(&spread["counts"]) + missing, clients, "{side}");
    }
    let density = cloud["density"].as_array().unwrap().iter();
    let density: u64 = density.map(|cell| cell["clients"].as_u64().unwrap()).sum();
    assert_eq!(density, cloud["clients"].as_u64().unwrap());
    found["cloud"]["points"] = found["cloud"]["points"][0].clone();
    found["cloud"]["density"] = found["cloud"]["density"][0].clone();
    found["model"] = "[hash]".into();
    insta::assert_json_snapshot!("comparison", found);
}

#[tokio::test]
async fn a_client_is_told_counts_alone() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    for asked in [
        "similar",
        "similar?filter=age%3Dsame",
        "comparison?feature=income",
        "comparison?feature=income&with=amount",
        "comparison?feature=work&with=rating&among=similar",
        "comparison?feature=rating&with=work&filter=age%3Dsame",
    ] {
        let answer = site.get(&path(SHOWN, asked), &cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{asked}: {}", answer.body);
        let found = answer.json();
        assert!(!names_another(&found), "{asked}");
        assert!(found.get("similar").is_none(), "{asked}");
        let few = |count: &Value| count.as_u64().is_some_and(|count| (1..5).contains(&count));
        for feature in [&found["feature"], &found["with"]] {
            for side in ["distribution", "distribution_of_all"] {
                let counts = feature[side]["counts"].as_array();
                assert!(!counts.into_iter().flatten().any(few), "{asked}");
            }
        }
        if let Some(cloud) = found.get("cloud").filter(|cloud| cloud.is_object()) {
            assert!(cloud.get("points").is_none(), "{asked}");
            for cell in cloud["density"].as_array().unwrap() {
                assert!(!few(&cell["clients"]) && cell.get("defaults").is_none());
            }
        }
    }
    // The same question by staff does name others.
    let adviser = site.sign_in("adviser").await;
    assert!(names_another(
        &site.get(&path(SHOWN, "similar"), &adviser).await.json()
    ));
    let cloud = path(SHOWN, "comparison?feature=income&with=amount");
    assert!(names_another(&site.get(&cloud, &adviser).await.json()));
}

#[tokio::test]
async fn a_client_cannot_narrow_others_down_to_a_few() {
    let site = Site::open(Face::All).await;
    let (cookie, adviser) = (site.sign_in("client").await, site.sign_in("adviser").await);
    for asked in [
        "similar?k=99",
        "comparison?feature=income&among=similar&k=1",
    ] {
        let refused = site.get(&path(SHOWN, asked), &cookie).await;
        refused.problem(StatusCode::BAD_REQUEST, "bad-request");
        assert_eq!(
            site.get(&path(SHOWN, asked), &adviser).await.status,
            StatusCode::OK
        );
    }
    for asked in [
        "similar?filter=income%3Dfrom-80000",
        "comparison?feature=rating&filter=income%3Dfrom-80000",
        "comparison?feature=rating&among=similar&filter=income%3Dfrom-80000",
    ] {
        // With any band at hand, answers could be taken apart until one person is left.
        let refused = site.get(&path(SHOWN, asked), &cookie).await;
        refused.problem(StatusCode::BAD_REQUEST, "bad-request");
        let told = site.get(&path(SHOWN, asked), &adviser).await;
        assert_eq!(told.status, StatusCode::OK, "{asked}: {}", told.body);
    }
}

#[tokio::test]
async fn who_sees_assigned_clients_alone_is_told_of_others_by_rounded_counts() {
    let site = Site::open(Face::All).await;
    site.store.assign("adviser", &[SHOWN]).await.unwrap();
    let adviser = site.sign_in("adviser").await;
    for asked in ["similar", "comparison?feature=income&with=amount"] {
        let answer = site.get(&path(SHOWN, asked), &adviser).await;
        assert_eq!(answer.status, StatusCode::OK, "{asked}: {}", answer.body);
        assert!(!names_another(&answer.json()), "{asked}");
    }
    let similar = site.get(&path(SHOWN, "similar"), &adviser).await.json();
    assert!(similar.get("similar").is_none());
    assert!(similar["observed"].get("defaults").is_none());
    assert_eq!(similar["all"]["clients"].as_u64().unwrap() % 10, 0);
    let narrow = path(SHOWN, "similar?filter=income%3Dfrom-80000");
    let refused = site.get(&narrow, &adviser).await;
    refused.problem(StatusCode::BAD_REQUEST, "bad-request");
}

#[tokio::test]
async fn comparisons_are_reached_as_other_data_of_a_client_are() {
    let site = Site::open(Face::All).await;
    let cookie = site.sign_in("client").await;
    for asked in ["similar", "comparison?feature=rating"] {
        let nobody = site.get(&path(SHOWN, asked), "").await;
        nobody.problem(StatusCode::UNAUTHORIZED, "signed-out");
        for other in [SHOWN + 1, 7] {
            let refused = site.get(&path(other, asked), &cookie).await;
            refused.problem(StatusCode::NOT_FOUND, "unknown-client");
        }
        let unknown = site.get_with_key(&path(7, asked), API_KEY).await;
        unknown.problem(StatusCode::NOT_FOUND, "unknown-client");
    }
}

#[tokio::test]
async fn what_is_asked_wrongly_is_said_with_what_was_expected() {
    let site = Site::open(Face::Api).await;
    let said = async |asked: &str, status, slug| {
        let answer = site.get_with_key(&path(SHOWN, asked), API_KEY).await;
        answer.problem(status, slug)["detail"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let mut all = Vec::new();
    for asked in [
        "comparison",
        "comparison?feature=rating&feature=income",
        "comparison?feature=rating&amongst=all",
        "comparison?feature=rating&among=friends",
        "comparison?feature=rating&among=filters",
        "comparison?feature=rating&among=all&filter=age%3Dsame",
        "comparison?feature=rating&k=100",
        "similar?k=many",
        "similar?lang=de",
    ] {
        all.push(said(asked, StatusCode::BAD_REQUEST, "bad-request").await);
    }
    for asked in [
        "comparison?feature=raiting",
        "comparison?feature=rating&with=raiting",
        "similar?filter=age",
        "similar?filter=aged%3Dsame",
        "similar?filter=age%3Dyoung",
        "similar?k=0",
    ] {
        all.push(said(asked, StatusCode::UNPROCESSABLE_ENTITY, "unfit-values").await);
    }
    insta::assert_snapshot!("asked_wrongly", all.join("\n"));
}

#[tokio::test]
async fn until_clients_can_be_compared_the_rest_is_served() {
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    for (reason, status, slug) in [
        (None, unavailable, "not-ready"),
        (
            Some(NoComparisons::Alike),
            StatusCode::UNPROCESSABLE_ENTITY,
            "no-likeness",
        ),
        (
            Some(NoComparisons::Failed),
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
        ),
    ] {
        let service = |store| invented::service_without_comparisons(store, reason);
        let site = Site::serving(Face::Api, service).await;
        let similar = site.get_with_key(&path(SHOWN, "similar"), API_KEY).await;
        similar.problem(status, slug);
        let score = site.get_with_key(&path(SHOWN, "score"), API_KEY).await;
        assert_eq!(score.status, StatusCode::OK);
    }
}
