//! The list of clients: who sees whom, what narrows it, its order and its pages.

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use limpide_store::{NewKey, Portfolio, Role, Scope};
use limpide_web::Face;
use serde_json::Value;
use time::OffsetDateTime;

use crate::invented::{self, API_KEY, CLIENTS, FIRST_CLIENT, SHOWN};
use crate::site::Site;

const LIST: &str = "/api/v1/clients";

fn numbers(page: &Value) -> Vec<i64> {
    let clients = page["clients"].as_array().unwrap().iter();
    clients.map(|one| one["client"].as_i64().unwrap()).collect()
}

async fn all_pages(site: &Site, first: &str) -> Vec<Value> {
    let mut pages = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let answer = site.get_with_key(&path, API_KEY).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let page = answer.json();
        next = page["next"].as_str().map(str::to_owned);
        pages.push(page);
    }
    pages
}

#[tokio::test]
async fn pages_hold_every_client_once_with_the_score_of_each_alone() {
    let site = Site::open(Face::Api).await;
    let pages = all_pages(&site, &format!("{LIST}?limit=150")).await;
    assert_eq!(pages.len(), 3);
    let listed: Vec<i64> = pages.iter().flat_map(numbers).collect();
    let expected: Vec<i64> = (FIRST_CLIENT..).take(CLIENTS).collect();
    assert_eq!(listed, expected);
    for page in &pages {
        assert_eq!(page["total"], CLIENTS);
    }
    for order in ["probability", "-probability", "distance", "-number"] {
        let pages = all_pages(&site, &format!("{LIST}?limit=120&sort={order}")).await;
        let listed: Vec<&Value> = pages
            .iter()
            .flat_map(|page| page["clients"].as_array().unwrap())
            .collect();
        let once: BTreeSet<i64> = listed
            .iter()
            .map(|c| c["client"].as_i64().unwrap())
            .collect();
        assert_eq!((listed.len(), once.len()), (CLIENTS, CLIENTS), "{order}");
        let keys: Vec<f64> = listed
            .iter()
            .map(|client| match order {
                "probability" => client["probability"].as_f64().unwrap(),
                "-probability" => -client["probability"].as_f64().unwrap(),
                "distance" => client["distance"].as_f64().unwrap().abs(),
                _ => -client["client"].as_f64().unwrap(),
            })
            .collect();
        assert!(keys.is_sorted(), "{order}");
        for client in listed.iter().step_by(37) {
            let path = format!("{LIST}/{}/score", client["client"]);
            let alone = site.get_with_key(&path, API_KEY).await.json();
            for field in ["probability", "decision", "distance"] {
                assert_eq!(
                    client[field], alone[field],
                    "{field} of {}",
                    client["client"]
                );
            }
        }
    }
}

#[tokio::test]
async fn a_list_is_narrowed_by_number_decision_band_and_category() {
    let site = Site::open(Face::Api).await;
    let found = async |query: &str| -> Value {
        let path = format!("{LIST}?limit=500&{query}");
        let answer = site.get_with_key(&path, API_KEY).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
        answer.json()
    };
    let all = found("sort=number").await;
    let clients = all["clients"].as_array().unwrap();
    let that = |holds: &dyn Fn(&Value) -> bool| -> Vec<i64> {
        let fitting = clients.iter().filter(|client| holds(client));
        fitting.map(|one| one["client"].as_i64().unwrap()).collect()
    };
    let starts = that(&|client| client["client"].to_string().starts_with("10004"));
    assert_eq!(numbers(&found("q=10004").await), starts);
    let refused = that(&|client| client["decision"] == "refused");
    assert!(!refused.is_empty() && refused.len() < CLIENTS);
    assert_eq!(numbers(&found("decision=refused").await), refused);
    let band = that(&|client| (0.05..=0.2).contains(&client["probability"].as_f64().unwrap()));
    assert_eq!(numbers(&found("from=0.05&to=0.2").await), band);
    let of = |product: &'static str| format!("filter=product={product}&filter=family=Single");
    let cash = numbers(&found(&of("Cash")).await);
    let revolving = numbers(&found(&of("Revolving")).await);
    assert!(!cash.is_empty() && cash.iter().all(|client| !revolving.contains(client)));
    let client = format!("{LIST}/{}/explanation", cash[0]);
    let told = site.get_with_key(&client, API_KEY).await.json();
    let values = told["contributions"].as_array().unwrap().iter();
    for (feature, value) in [("product", "Cash"), ("family", "Single")] {
        let mut values = values.clone().filter(|one| one["feature"] == feature);
        assert_eq!(values.next().unwrap()["value"], value);
    }
}

#[tokio::test]
async fn everybody_finds_those_whom_they_may_see() {
    let site = Site::open(Face::All).await;
    let client = site.sign_in("client").await;
    let page = site.get(LIST, &client).await.json();
    assert_eq!((numbers(&page), &page["total"]), (vec![SHOWN], &1.into()));
    let filtered = format!("{LIST}?q={}", SHOWN + 1);
    assert_eq!(site.get(&filtered, &client).await.json()["total"], 0);
    let adviser = site.sign_in("adviser").await;
    assert_eq!(site.get(LIST, &adviser).await.json()["total"], CLIENTS);
    let mine = format!("{LIST}?whose=mine");
    assert_eq!(site.get(&mine, &adviser).await.json()["total"], 0);
    // 7 is no client of the portfolio.
    let assigned = [FIRST_CLIENT + 3, FIRST_CLIENT + 8, 7];
    site.store.assign("adviser", &assigned).await.unwrap();
    for path in [LIST, &mine, &format!("{LIST}?sort=-probability")] {
        let mut listed = numbers(&site.get(path, &adviser).await.json());
        listed.sort_unstable();
        assert_eq!(listed, assigned[..2], "{path}");
    }
    site.store
        .set_portfolio("adviser", Portfolio::All)
        .await
        .unwrap();
    assert_eq!(site.get(LIST, &adviser).await.json()["total"], CLIENTS);
    assert_eq!(site.get(&mine, &adviser).await.json()["total"], 2);
    invented::add(&site.store, "admin", "I. Roux", Role::Admin, None).await;
    let admin = site.sign_in("admin").await;
    let refused = site.get(LIST, &admin).await;
    refused.problem(StatusCode::FORBIDDEN, "forbidden");
    let scopes = BTreeSet::from([Scope::Score]);
    let new = NewKey {
        name: "scores".to_owned(),
        scopes,
        expires_at: None,
    };
    let (_, key) = site
        .store
        .add_key(new, OffsetDateTime::now_utc())
        .await
        .unwrap();
    let refused = site.get_with_key(LIST, &key).await;
    refused.problem(StatusCode::FORBIDDEN, "forbidden");
    site.get(LIST, "")
        .await
        .problem(StatusCode::UNAUTHORIZED, "signed-out");
}

#[tokio::test]
async fn those_who_wait_for_a_person_are_found() {
    let site = Site::open(Face::All).await;
    let adviser = site.sign_in("adviser").await;
    let waiting = format!("{LIST}?waiting=true");
    assert_eq!(site.get(&waiting, &adviser).await.json()["total"], 0);
    let review = format!("{LIST}?decision=review&limit=1");
    let reviewed = site.get(&review, &adviser).await.json();
    let page = match numbers(&reviewed).first() {
        Some(client) => *client,
        // Nobody is in the zone: a contest waits as well.
        None => SHOWN,
    };
    let proposed = site
        .post_json(&format!("{LIST}/{page}/case/proposal"), "{}")
        .await;
    assert!(proposed.status.is_success(), "{}", proposed.body);
    let mut expected = vec![page];
    if proposed.json()["standing"]["status"] != "awaiting_decision" {
        expected.clear();
    }
    let found = site.get(&waiting, &adviser).await;
    assert_eq!(numbers(&found.json()), expected, "{}", proposed.body);
}

#[tokio::test]
async fn before_all_are_scored_numbers_are_found_and_the_rest_says_to_wait() {
    let early = |store| invented::service_without_comparisons(store, None);
    let site = Site::serving(Face::Api, early).await;
    let page = site
        .get_with_key(&format!("{LIST}?q={SHOWN}"), API_KEY)
        .await
        .json();
    let path = format!("{LIST}/{SHOWN}/score");
    let alone = site.get_with_key(&path, API_KEY).await.json();
    assert_eq!(page["clients"][0]["probability"], alone["probability"]);
    for query in [
        "sort=probability",
        "decision=granted",
        "from=0.1",
        "filter=product=Cash",
    ] {
        let answer = site.get_with_key(&format!("{LIST}?{query}"), API_KEY).await;
        answer.problem(StatusCode::SERVICE_UNAVAILABLE, "not-ready");
        assert_eq!(answer.header(header::RETRY_AFTER), "2", "{query}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_named_with_what_was_expected() {
    let site = Site::open(Face::Api).await;
    let first = site.get_with_key(&format!("{LIST}?limit=1"), API_KEY).await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let other_order = next.replace("?", "?sort=probability&");
    let mut told = Vec::new();
    for path in [
        format!("{LIST}?q=1%27--"),
        format!("{LIST}?limit=0"),
        format!("{LIST}?limit=501"),
        format!("{LIST}?decision=perhaps"),
        format!("{LIST}?from=NaN"),
        format!("{LIST}?to=2"),
        format!("{LIST}?filter=birth_days=1"),
        format!("{LIST}?filter=product=Gold"),
        format!("{LIST}?whose=theirs"),
        format!("{LIST}?waiting=1"),
        format!("{LIST}?sort=name"),
        format!("{LIST}?after=00"),
        other_order,
    ] {
        let answer = site.get_with_key(&path, API_KEY).await;
        let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
        let error = &problem["errors"][0];
        told.push(format!(
            "{}: found {}, expected {}",
            error["field"].as_str().unwrap(),
            error["found"].as_str().unwrap(),
            error["expected"].as_str().unwrap()
        ));
    }
    insta::assert_snapshot!("unfit_queries", told.join("\n"));
    let unknown = site
        .get_with_key(&format!("{LIST}?colour=red"), API_KEY)
        .await;
    unknown.problem(StatusCode::BAD_REQUEST, "bad-request");
}
