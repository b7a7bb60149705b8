//! Runs and models on a real MLflow server: sent by the program, read back from the server.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "support/mlflow.rs"]
mod server;
#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};

use crate::server::MlflowServer;
use crate::workspace::{ask, limpide, text, workspace};

/// The value that goes with a key in a list of MLflow's.
fn of<'a>(list: &'a Value, key: &str) -> &'a Value {
    let found = list
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["key"] == key);
    &found.unwrap_or_else(|| panic!("{key} in {list}"))["value"]
}

#[test]
fn a_run_and_its_model_are_read_back_from_a_real_server() {
    let program = match server::program() {
        Ok(program) => program,
        Err(reason) => return eprintln!("{reason}"),
    };
    let (server, workspace) = (MlflowServer::start(&program), workspace());
    let workspace = workspace.path();
    let oof = workspace.join("oof.csv");
    let trained = ask(
        workspace,
        &[
            "train",
            "--seed",
            "4",
            "--by",
            "alice",
            "--oof",
            text(&oof),
            "--mlflow",
            server.address(),
        ],
    );
    let sent = &trained["mlflow"];
    assert_eq!(sent["was_there"], false, "{sent}");
    assert_eq!(sent["model"], "limpide-home-credit");
    assert_eq!(sent["version"], "1");

    let id = sent["run"].as_str().unwrap();
    let run = server.get("mlflow/runs/get", &[("run_id", id)])["run"].take();
    assert_eq!(run["info"]["status"], "FINISHED");
    assert_eq!(run["info"]["run_name"], trained["run"]);
    let (data, of_metrics) = (&run["data"], &run["data"]["metrics"]);
    for key in ["auc", "cost_per_client", "threshold", "brier"] {
        assert_eq!(*of(of_metrics, key), trained[key], "{key}");
    }
    assert_eq!(
        *of(of_metrics, "auc_interval_low"),
        trained["auc_interval"][0]
    );
    for line in trained["leaderboard"].as_array().unwrap() {
        let key = format!("{}/auc", line["candidate"].as_str().unwrap());
        assert_eq!(*of(of_metrics, &key), line["auc"], "{key}");
    }
    assert_eq!(*of(&data["params"], "effort"), "quick");
    assert_eq!(*of(&data["params"], "seed"), "4");
    assert_eq!(*of(&data["tags"], "limpide.run"), trained["run"]);
    assert_eq!(*of(&data["tags"], "mlflow.user"), "alice");
    assert_eq!(*of(&data["tags"], "limpide.bundle"), trained["bundle"]);

    let uri = run["info"]["artifact_uri"].as_str().unwrap();
    let folder = workspace
        .join("runs")
        .join(trained["run"].as_str().unwrap());
    for name in ["leaderboard.csv", "roc.svg", "calibration.svg", "cost.svg"] {
        assert_eq!(
            server.file(uri, name),
            fs::read(folder.join(name)).unwrap(),
            "{name}"
        );
    }
    let listed = server.get("mlflow/artifacts/list", &[("run_id", id)]);
    let files = listed["files"].to_string();
    assert!(
        !files.contains("oof"),
        "predictions of clients stay here: {files}"
    );
    let model: Value = serde_json::from_slice(&server.file(uri, "model/MLmodel")).unwrap();
    assert_eq!(
        model["flavors"]["limpide"]["bundle_hash"],
        trained["bundle"]
    );
    let bundle = workspace
        .join("models")
        .join(format!("{}.json", trained["bundle"].as_str().unwrap()));
    if sent["held_back"].is_null() {
        assert_eq!(
            server.file(uri, "model/bundle.json"),
            fs::read(bundle).unwrap()
        );
    } else {
        let listed = server.get(
            "mlflow/artifacts/list",
            &[("run_id", id), ("path", "model")],
        );
        assert!(!listed.to_string().contains("bundle.json"), "{listed}");
        let bundle = fs::read_to_string(bundle).unwrap();
        assert!(
            bundle.contains("\"neighbours\""),
            "only what holds clients is held back"
        );
    }

    let name = [("name", "limpide-home-credit")];
    let registered = server.get("mlflow/registered-models/get", &name)["registered_model"].take();
    assert_eq!(
        registered["aliases"],
        json!([{"alias": "published", "version": "1"}])
    );
    let version = &registered["latest_versions"][0];
    assert_eq!(version["run_id"], id);
    assert_eq!(version["source"], format!("{uri}/model"));
    assert_eq!(*of(&version["tags"], "limpide.bundle"), trained["bundle"]);

    // Once more: it is found, and nothing is there twice.
    let log = [
        "models",
        "log",
        trained["run"].as_str().unwrap(),
        "--mlflow",
        server.address(),
    ];
    let again = ask(workspace, &log);
    assert_eq!(
        (&again["was_there"], &again["run"]),
        (&json!(true), &json!(id))
    );
    // The run that no server was named for.
    let runs = ask(workspace, &["models", "runs"]);
    let older = runs["runs"][1]["id"].as_str().unwrap();
    let later = ask(
        workspace,
        &["models", "log", older, "--mlflow", server.address()],
    );
    assert_eq!(later["version"], "2");
    let all = json!({"experiment_ids": [sent["experiment"]], "max_results": 10});
    let all = server.post("mlflow/runs/search", &all);
    assert_eq!(all["runs"].as_array().unwrap().len(), 2);
}

#[test]
fn a_server_that_is_away_or_another_costs_no_run_and_a_sentence_says_how_to_send_it_later() {
    let workspace = workspace();
    let workspace = workspace.path();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let ran = limpide(
        workspace,
        &["--json", "train", "--seed", "5", "--mlflow", &away],
    );
    let trained = ran.json();
    let run = trained["run"].as_str().unwrap();
    let later = format!("limpide models log {run} --mlflow {away}");
    assert_eq!(trained["mlflow"]["later"], later);
    assert!(ran.err.contains("not sent to MLflow"), "{}", ran.err);
    assert_eq!(ask(workspace, &["models", "runs"])["runs"][0]["id"], run);
    let log = |address: &str| limpide(workspace, &["models", "log", run, "--mlflow", address]);
    log(&away).refuses(&[&away, "MLflow server"]);

    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", other.local_addr().unwrap());
    let served = thread::spawn(move || {
        let (mut stream, _) = other.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let page = "HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\nconnection: close\r\n\r\ntea";
        stream.write_all(page.as_bytes()).unwrap();
    });
    log(&address).refuses(&["status 404", "tea", "no answer of MLflow"]);
    served.join().unwrap();
    limpide(workspace, &["models", "log", "none", "--mlflow", &away]).refuses(&["no run none"]);
}

#[test]
fn an_address_that_cannot_be_a_servers_is_refused_before_any_training() {
    let workspace = workspace();
    for (address, said) in [
        ("tea", "http://127.0.0.1:5000"),
        ("ftp://host", "http://127.0.0.1:5000"),
        ("http://", "http://127.0.0.1:5000"),
        ("https://host:5000", "speaks http only"),
    ] {
        limpide(workspace.path(), &["train", "--mlflow", address]).refuses(&[address, said]);
    }
    let runs = ask(workspace.path(), &["models", "runs"]);
    assert_eq!(
        runs["runs"].as_array().unwrap().len(),
        1,
        "the prepared one alone"
    );
}
