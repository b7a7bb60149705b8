//! Batches: rows in, results out, for whoever posted them and nobody else.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, process};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use limpide_store::{Actor, Role, Store};
use limpide_web::{Face, Published, serve};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::net::TcpListener;

use crate::invented::{self, API_KEY, FIRST_CLIENT, SHOWN};
use crate::site::{Answer, Site};

const BATCHES: &str = "/api/v1/batches";
const LINES: &str = "application/x-ndjson";

/// A folder of its own, removed at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("limpide-batches-{}-{name}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    async fn site(&self, store: Store) -> Site {
        let folder = self.0.clone();
        Site::over(store, Face::All, move |store| {
            invented::service_with_batches(store, &folder)
        })
        .await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn post(site: &Site, query: &str, kind: &str, body: String) -> Answer {
    let request = Request::post(format!("{BATCHES}{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
        .header(header::CONTENT_TYPE, kind);
    site.send(request.body(Body::from(body)).unwrap()).await
}

/// The same by a signed-in person, of lines.
async fn post_as(site: &Site, cookie: &str, lines: String) -> Answer {
    let request = Request::post(BATCHES)
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, LINES);
    site.send(request.body(Body::from(lines)).unwrap()).await
}

/// Waits until a batch has ended.
async fn ended(site: &Site, id: &str) -> Value {
    until_ended(id, async |path| site.get_with_key(&path, API_KEY).await).await
}

/// The same by a signed-in person.
async fn ended_as(site: &Site, cookie: &str, id: &str) -> Value {
    until_ended(id, async |path| site.get(&path, cookie).await).await
}

async fn until_ended(id: &str, ask: impl AsyncFn(String) -> Answer) -> Value {
    for _ in 0..500 {
        let batch = ask(format!("{BATCHES}/{id}")).await.json();
        if batch["stage"] != "waiting" && batch["stage"] != "running" {
            return batch;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("batch {id} does not end");
}

async fn results(site: &Site, id: &str) -> Vec<Value> {
    let path = format!("{BATCHES}/{id}/results");
    let answer = site.get_with_key(&path, API_KEY).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header(header::CONTENT_TYPE), LINES);
    let lines = answer.body.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header(header::LOCATION), format!("{BATCHES}/{id}"));
    id
}

fn folders(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn every_row_of_a_batch_has_the_bits_that_it_has_alone() {
    let folder = Folder::new("bits");
    let site = folder.site(Store::open(":memory:").await.unwrap()).await;
    let mut lines = Vec::new();
    let mut alone = Vec::new();
    for client in (FIRST_CLIENT..).take(40) {
        lines.push(json!({"client": client}).to_string());
        let path = format!("/api/v1/clients/{client}/score");
        alone.push(site.get_with_key(&path, API_KEY).await.json());
        let features = json!({"rating": 0.01 * (client % 90) as f64, "family": "Single"});
        let body = json!({"features": features}).to_string();
        lines.push(body.clone());
        alone.push(site.post_json("/api/v1/score", body).await.json());
        let tables = json!({"application": [features]});
        let body = json!({"tables": tables}).to_string();
        lines.push(body.clone());
        alone.push(site.post_json("/api/v1/score/rows", body).await.json());
    }
    let posted = post(&site, "", LINES, lines.join("\n")).await;
    let id = id_of(&posted);
    let batch = ended(&site, &id).await;
    assert_eq!(batch["stage"], "done");
    assert_eq!((&batch["rows"], &batch["done"]), (&120.into(), &120.into()));
    assert_eq!(batch["failed"], 0);
    let results = results(&site, &id).await;
    assert_eq!(results.len(), alone.len());
    for (place, (mut result, alone)) in results.into_iter().zip(alone).enumerate() {
        let line = result.as_object_mut().unwrap().remove("line");
        assert_eq!(line, Some((place + 1).into()));
        assert_eq!(result, alone);
    }
}

#[tokio::test]
async fn a_bad_line_is_told_in_its_place_and_stops_nothing() {
    let folder = Folder::new("bad");
    let site = folder.site(Store::open(":memory:").await.unwrap()).await;
    let lines = [
        json!({"client": SHOWN}).to_string(),
        "{\"client\": ".to_owned(),
        String::new(),
        json!({"client": 7}).to_string(),
        json!({"client": SHOWN, "tables": {}}).to_string(),
        json!({"features": {"raiting": 1, "family": 3}}).to_string(),
        json!({"features": {"rating": "NaN"}}).to_string(),
        "[1, 2]".to_owned(),
        "{\"features\": {\"rating\": 1e999}}".to_owned(),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        json!({"features": {"rating": 0.5}, "client": 12}).to_string(),
    ];
    let posted = post(&site, "?explain=true&lang=en", LINES, lines.join("\r\n")).await;
    let id = id_of(&posted);
    let batch = ended(&site, &id).await;
    assert_eq!((&batch["rows"], &batch["failed"]), (&10.into(), &8.into()));
    let results = results(&site, &id).await;
    let line_of = |result: &Value| result["line"].as_u64().unwrap();
    let scored: Vec<u64> = results
        .iter()
        .filter(|result| result["probability"].is_number())
        .map(line_of)
        .collect();
    assert_eq!(scored, [1, 11]);
    assert!(!results[0]["reasons"].as_array().unwrap().is_empty());
    assert_eq!(results[9]["client"], 12);
    let told: Vec<String> = results
        .iter()
        .filter(|result| result["errors"].is_array())
        .map(|result| serde_json::to_string(result).unwrap())
        .collect();
    insta::assert_snapshot!("bad_lines", told.join("\n"));
}

#[tokio::test]
async fn a_batch_is_its_posters_and_is_forgotten_when_asked() {
    let folder = Folder::new("own");
    let site = folder.site(Store::open(":memory:").await.unwrap()).await;
    let posted = post(&site, "", LINES, json!({"client": SHOWN}).to_string()).await;
    let id = id_of(&posted);
    ended(&site, &id).await;
    let analyst = site.sign_in("analyst").await;
    for path in [format!("{BATCHES}/{id}"), format!("{BATCHES}/{id}/results")] {
        let other = site.get(&path, &analyst).await;
        other.problem(StatusCode::NOT_FOUND, "unknown-batch");
        let none = site
            .get(&path.replace(&id, "..%2F..%2Fmodels"), &analyst)
            .await;
        none.problem(StatusCode::NOT_FOUND, "unknown-batch");
    }
    let delete = || {
        Request::delete(format!("{BATCHES}/{id}"))
            .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
            .body(Body::empty())
            .unwrap()
    };
    assert_eq!(site.send(delete()).await.status, StatusCode::NO_CONTENT);
    site.send(delete())
        .await
        .problem(StatusCode::NOT_FOUND, "unknown-batch");
    assert_eq!(folders(&folder.0), 0);
}

#[tokio::test]
async fn what_is_no_batch_is_refused_and_leaves_nothing() {
    let folder = Folder::new("refused");
    let site = folder.site(Store::open(":memory:").await.unwrap()).await;
    post(&site, "", "application/json", "{}".to_owned())
        .await
        .problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type");
    post(&site, "", LINES, " \n\n".to_owned())
        .await
        .problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    let parquet = "application/vnd.apache.parquet";
    post(&site, "", parquet, "no Parquet at all".to_owned())
        .await
        .problem(StatusCode::UNPROCESSABLE_ENTITY, "unfit-values");
    post(&site, "?lang=de", LINES, "{}".to_owned())
        .await
        .problem(StatusCode::BAD_REQUEST, "bad-request");
    post(&site, "", LINES, "x".repeat(9 << 20))
        .await
        .problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    assert_eq!(folders(&folder.0), 0);
    let client = site.sign_in("client").await;
    let refused = post_as(&site, &client, "{}".to_owned()).await;
    refused.problem(StatusCode::FORBIDDEN, "forbidden");
}

#[tokio::test]
async fn an_adviser_scores_assigned_clients_only() {
    let folder = Folder::new("assigned");
    let site = folder.site(Store::open(":memory:").await.unwrap()).await;
    site.store.assign("adviser", &[SHOWN]).await.unwrap();
    let adviser = site.sign_in("adviser").await;
    let lines = [SHOWN, SHOWN + 1].map(|client| json!({"client": client}).to_string());
    let id = id_of(&post_as(&site, &adviser, lines.join("\n")).await);
    let batch = ended_as(&site, &adviser, &id).await;
    assert_eq!(batch["stage"], "done");
    assert_eq!((&batch["done"], &batch["failed"]), (&2.into(), &1.into()));
}

#[tokio::test]
async fn results_outlive_the_server_and_what_was_under_way_goes_on() {
    let folder = Folder::new("restart");
    let store = Store::open(":memory:").await.unwrap();
    let site = folder.site(store.clone()).await;
    let lines: Vec<String> = (FIRST_CLIENT..)
        .take(30)
        .map(|client| json!({"client": client}).to_string())
        .collect();
    let id = id_of(&post(&site, "", LINES, lines.join("\n")).await);
    ended(&site, &id).await;
    let whole = results(&site, &id).await;
    drop(site);
    let kept = folder.0.join(&id);
    // As a server leaves it that was ended half-way, in the middle of a line.
    let results_path = kept.join("results.jsonl");
    let text = fs::read_to_string(&results_path).unwrap();
    fs::remove_file(&results_path).unwrap();
    let half: String = text.chars().take(text.len() / 2).collect();
    fs::write(kept.join("results.jsonl.partial"), half).unwrap();
    fs::write(kept.join("rows"), lines.join("\n")).unwrap();
    let manifest = kept.join("batch.json");
    let mut batch: Value = serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    batch["stage"] = "running".into();
    batch["ended_at"] = Value::Null;
    fs::write(&manifest, batch.to_string()).unwrap();
    let reopen = || {
        let folder = folder.0.clone();
        Site::of(store.clone(), Face::Api, move |store| {
            invented::service_with_batches(store, &folder)
        })
    };
    let site = reopen();
    assert_eq!(ended(&site, &id).await["stage"], "done");
    assert_eq!(results(&site, &id).await, whole);
    drop(site);
    // Another model decides now.
    batch["model"] = "another".into();
    fs::write(&manifest, batch.to_string()).unwrap();
    let interrupted = ended(&reopen(), &id).await;
    assert_eq!(interrupted["stage"], "interrupted");
    assert!(
        interrupted["reason"]
            .as_str()
            .unwrap()
            .contains("another model")
    );
    // And a day later it is forgotten.
    batch["stage"] = "done".into();
    batch["ended_at"] = 1.into();
    fs::write(&manifest, batch.to_string()).unwrap();
    let path = format!("{BATCHES}/{id}");
    let forgotten = reopen().get_with_key(&path, API_KEY).await;
    forgotten.problem(StatusCode::NOT_FOUND, "unknown-batch");
    assert!(!kept.exists());
}

async fn erase(site: &Site, admin: &str, client: i64) -> Answer {
    let request = Request::post(format!("/api/v1/clients/{client}/erasure"))
        .header(header::COOKIE, admin)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"reason": "demande"}"#));
    site.send(request.unwrap()).await
}

#[tokio::test]
async fn who_is_forgotten_stands_in_no_batch() {
    let folder = Folder::new("forgotten");
    let site = folder.site(Store::open(":memory:").await.unwrap()).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let admin = site.sign_in("admin").await;
    let of = |client: i64| json!({"client": client}).to_string();
    let rows = [of(FIRST_CLIENT), of(SHOWN)].join("\n");
    let telling = id_of(&post(&site, "", LINES, rows).await);
    let other = id_of(&post(&site, "", LINES, of(FIRST_CLIENT)).await);
    for id in [&telling, &other] {
        assert_eq!(ended(&site, id).await["stage"], "done");
    }
    let erased = erase(&site, &admin, SHOWN).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.body);
    assert_eq!(erased.json()["batches"], 1);
    let gone = site
        .get_with_key(&format!("{BATCHES}/{telling}"), API_KEY)
        .await;
    gone.problem(StatusCode::NOT_FOUND, "unknown-batch");
    assert_eq!(results(&site, &other).await.len(), 1);
    assert_eq!(folders(&folder.0), 1);
}

#[tokio::test]
async fn who_is_forgotten_by_another_program_stands_in_no_batch_of_a_server() {
    let folder = Folder::new("elsewhere");
    let store = Store::open(":memory:").await.unwrap();
    let service = invented::service_with_batches(store.clone(), &folder.0);
    let site = Site::over(store, Face::All, |_| Arc::clone(&service)).await;
    let of = |client: i64| json!({"client": client}).to_string();
    let telling = id_of(&post(&site, "", LINES, of(SHOWN)).await);
    let other = id_of(&post(&site, "", LINES, of(FIRST_CLIENT)).await);
    for id in [&telling, &other] {
        assert_eq!(ended(&site, id).await["stage"], "done");
    }
    let now = OffsetDateTime::now_utc();
    let erased = site
        .store
        .erase_client(SHOWN, Actor::Program, "demande", now);
    erased.await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let published = Published::new(service, Face::All);
    let server = tokio::spawn(serve(listener, published, std::future::pending()));
    let path = format!("{BATCHES}/{telling}");
    let until = Instant::now() + Duration::from_secs(20);
    while site.get_with_key(&path, API_KEY).await.status != StatusCode::NOT_FOUND {
        assert!(Instant::now() < until, "it is still there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.abort();
    assert_eq!(results(&site, &other).await.len(), 1);
    assert_eq!(folders(&folder.0), 1);
}

#[tokio::test]
async fn who_could_not_be_scored_or_is_only_listed_is_forgotten_too() {
    let folder = Folder::new("listed");
    let site = folder.site(Store::open(":memory:").await.unwrap()).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let admin = site.sign_in("admin").await;
    let (listed, other) = (SHOWN, SHOWN + 1);
    site.store.assign("adviser", &[listed]).await.unwrap();
    let adviser = site.sign_in("adviser").await;
    let rows = json!({"client": other}).to_string();
    let id = id_of(&post_as(&site, &adviser, rows).await);
    let batch = ended_as(&site, &adviser, &id).await;
    assert_eq!(batch["stage"], "done");
    assert_eq!((&batch["done"], &batch["failed"]), (&1.into(), &1.into()));
    // Its results tell that this client was asked for, and its list names the other one.
    assert_eq!(erase(&site, &admin, SHOWN + 2).await.json()["batches"], 0);
    let erased = erase(&site, &admin, other).await;
    assert_eq!(erased.json()["batches"], 1, "{}", erased.body);
    id_of(&post_as(&site, &adviser, "{}".to_owned()).await);
    let erased = erase(&site, &admin, listed).await;
    assert_eq!(erased.json()["batches"], 1, "{}", erased.body);
    assert_eq!(folders(&folder.0), 0);
}

#[tokio::test]
async fn a_batch_under_way_records_nothing_of_who_is_forgotten() {
    let folder = Folder::new("under-way");
    let site = folder.site(Store::open(":memory:").await.unwrap()).await;
    invented::add(&site.store, "admin", "Ines Adam", Role::Admin, None).await;
    let admin = site.sign_in("admin").await;
    // Long enough to be under way meanwhile.
    let rows = vec![json!({"client": SHOWN}).to_string(); 50_000].join("\n");
    let id = id_of(&post(&site, "?explain=true", LINES, rows).await);
    let path = format!("{BATCHES}/{id}");
    for _ in 0..500 {
        let batch = site.get_with_key(&path, API_KEY).await.json();
        if batch["done"].as_u64() > Some(0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let erased = erase(&site, &admin, SHOWN).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.body);
    assert_eq!(erased.json()["batches"], 1);
    // The task that moves predictions into the database comes by four times a second.
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let left = site.store.client_predictions(SHOWN).await.unwrap();
        assert!(left.is_empty(), "{} came back", left.len());
    }
}
