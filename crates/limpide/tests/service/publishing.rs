//! Another model comes to decide while the program serves: one person proposes, another approves, through HTTP.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::asking::Asker;
use crate::database::{Database, on_both};
use crate::scene::{Scene, clients};
use crate::workspace::ask;

const VERSIONS: &str = "/api/v1/model/versions";
/// Answers that are waited for: a minute of them, where a second is enough.
const MOST_TRIES: usize = 1_200;

#[tokio::test]
async fn two_people_publish_a_model_and_the_server_answers_with_it() {
    on_both(publish).await;
}

async fn publish(database: &Database) {
    let scene = Scene::open(database);
    let ada = scene.add("ada", &["--role", "analyst", "--full-name", "Ada Ngo"]);
    let ines = scene.add("ines", &["--role", "admin"]);
    let train = |seed: &str| {
        let arguments = ["train", "--seed", seed, "--no-publish"];
        let trained = ask(scene.workspace.path(), &arguments);
        trained["bundle"].as_str().unwrap().to_owned()
    };
    let [second, third] = ["2", "3"].map(train);
    let served = scene.serve();
    let program = scene.program(&served);
    let (ada, ines) = (
        Asker::person(served.address(), "ada", &ada),
        Asker::person(served.address(), "ines", &ines),
    );
    let score = format!("/api/v1/clients/{}/score", clients(1)[0]);
    let first = program.get(&score).is(200)["model"].clone();

    let propose = |model: &str, key: &str| {
        let body = json!({ "model": model, "reason": "costs less" }).to_string();
        let path = format!("{VERSIONS}/proposals");
        let sent = ada.send(&path, &[("idempotency-key", key)], body.as_bytes());
        sent.unwrap().is(201)
    };
    let proposed = propose(&second, "p-1");
    assert_eq!(propose(&second, "p-1"), proposed);
    assert_eq!(propose(&third, "p-2")["number"], 2);
    let answer = |who: &Asker, number: u64| {
        let body = json!({ "verdict": "approve", "reason": "seen" }).to_string();
        who.post(&format!("{VERSIONS}/proposals/{number}"), &body)
    };
    answer(&ada, 1).problem(409);
    answer(&program, 1).problem(403);
    let approved = answer(&ines, 1).is(200);
    assert_eq!(approved["state"], "approved");
    assert_eq!(approved["replaces"], first);

    // The server follows by itself; whichever model answers says so in the answer and in its header.
    let follows = (0..MOST_TRIES).any(|_| {
        let answered = program.get(&score);
        let model = answered.is(200)["model"].clone();
        assert_eq!(answered.header("x-limpide-model"), model);
        if model == second.as_str() {
            return true;
        }
        assert_eq!(model, first);
        thread::sleep(Duration::from_millis(50));
        false
    });
    assert!(follows, "the server does not follow");
    let stale = answer(&ines, 2).problem(409);
    assert!(
        stale["detail"].as_str().unwrap().contains("since"),
        "{stale}"
    );
    let listed = program.get(VERSIONS).is(200);
    assert_eq!(listed["model"], second.as_str());
    let state = |number: usize| listed["proposals"][2 - number]["state"].clone();
    assert_eq!((state(1), state(2)), (json!("approved"), json!("stale")));
    let stages: Vec<&Value> = listed["models"].as_array().unwrap().iter().collect();
    let stage = |hash: &Value| {
        let found = stages.iter().find(|one| one["model"] == *hash);
        found.unwrap()["stage"].clone()
    };
    assert_eq!(stage(&first), "retired");
    assert_eq!(stage(&json!(second)), "published");
}
