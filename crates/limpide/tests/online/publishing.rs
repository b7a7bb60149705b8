//! A model that another process publishes takes over in a running server; one that cannot be served
//! does not.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use limpide_features::Matrix;
use serde_json::{Value, json};

use crate::ready::Server;
use crate::workspace::{ask, text, workspace};

/// A server looks every second, and makes a model of a small portfolio ready in less than another.
const LONGEST: Duration = Duration::from_secs(60);

/// Asks until the answers come from this model; every one before is of a known model, whole.
fn until_served(
    server: &Server,
    path: &str,
    model: &str,
    wanted: &mut BTreeMap<String, Value>,
) -> usize {
    let (start, mut answers) = (Instant::now(), 0);
    loop {
        let score = server.get(path);
        let answered = score["model"].as_str().unwrap().to_owned();
        let known = wanted.entry(answered.clone());
        assert_eq!(
            *known.or_insert_with(|| score["probability"].clone()),
            score["probability"]
        );
        answers += 1;
        if answered == model {
            return answers;
        }
        assert!(start.elapsed() < LONGEST, "{model} is not served: {score}");
    }
}

#[test]
fn a_published_model_is_served_without_a_stop_and_a_broken_one_is_not() {
    let workspace = workspace();
    let at = workspace.path();
    let first = ask(at, &["models", "show"])["bundle"]
        .as_str()
        .unwrap()
        .to_owned();
    // The same trees, calibrated otherwise.
    let bundle = fs::read(at.join("models").join(format!("{first}.json"))).unwrap();
    let mut bundle: Value = serde_json::from_slice(&bundle).unwrap();
    bundle["calibration"] = json!({ "platt": { "slope": 0.5, "intercept": -1.0 } });
    let file = at.join("other.json");
    fs::write(&file, bundle.to_string()).unwrap();
    let imported = ask(at, &["models", "import", text(&file)]);
    let second = imported["bundle"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    let (_, matrix) = Matrix::open(at).unwrap();
    let path = format!("/api/v1/clients/{}/score", matrix.clients()[3]);
    let server = Server::start(at);
    let mut wanted = BTreeMap::new();
    assert_eq!(until_served(&server, &path, &first, &mut wanted), 1);
    ask(at, &["models", "publish", &second]);
    assert!(until_served(&server, &path, &second, &mut wanted) > 1);
    // Named by hand: a model that is not there, then one whose bytes are not its own.
    let pointer = at.join("models").join("published");
    let broken = "0".repeat(64);
    fs::write(at.join("models").join(format!("{broken}.json")), "{}").unwrap();
    for name in ["1".repeat(64), broken] {
        fs::write(&pointer, name).unwrap();
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(2_500) {
            assert_eq!(server.get(&path)["model"], second);
        }
    }
    ask(at, &["models", "publish", &first]);
    until_served(&server, &path, &first, &mut wanted);
    assert_eq!(wanted.len(), 2);
    assert_ne!(wanted[&first], wanted[&second]);
}
