//! What an analyst reads of a real workspace: its trainings, its rows, and how its features have moved.

use std::fs;

use crate::asking::Asker;
use crate::scene::Scene;
use crate::workspace::ask;

#[test]
fn an_analyst_reads_runs_rows_and_drift_of_the_workspace() {
    let scene = Scene::alone();
    let password = scene.add("ada", &["--role", "analyst"]);
    let runs = ask(scene.workspace.path(), &["models", "runs"]);
    let run = &runs["runs"][0];
    let (id, model) = (run["id"].as_str().unwrap(), &run["result"]["bundle"]);
    // One that somebody broke does not hide the others.
    let broken = scene.workspace.path().join("runs/20200101T000000Z");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("run.json"), "{").unwrap();
    let served = scene.serve();
    let ada = Asker::person(served.address(), "ada", &password);
    let page = |path: &str| {
        let answer = ada.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    };
    let list = page("/model/runs?lang=en");
    assert!(list.contains(&format!("href=\"/model/runs/{id}\"")));
    assert!(list.contains("in force") && list.contains("Unreadable run"));
    let one = page(&format!("/model/runs/{id}?lang=en"));
    for words in [
        "Its model is in force",
        model.as_str().unwrap(),
        "leaderboard.csv",
    ] {
        assert!(one.contains(words), "{words}");
    }
    assert!(page("/model/runs/20200101T000000Z?lang=en").contains("run.json"));
    for path in ["/model/runs/20200101", "/model/runs/..%2Fmodels"] {
        assert_eq!(ada.get(path).status, 404, "{path}");
    }
    let quality = page("/model/quality?lang=en");
    assert!(quality.contains("Files read") && quality.contains("application_train"));
    assert!(page("/model/drift?lang=en").contains("Features compared: "));
}
