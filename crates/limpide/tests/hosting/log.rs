//! The log: a line a request, for programs to read, and nothing of a person.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::running::{KEY, Running};
use crate::workspace::{ask, workspace};

/// The trace that one of the requests belongs to.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[test]
fn the_log_has_a_line_a_request_and_nothing_of_a_person() {
    let at = workspace();
    let matrix = ask(at.path(), &["explain", "--client", "100002"]);
    assert!(matrix["probability"].is_number());
    let added = [
        "user",
        "add",
        "camille.moreau",
        "--role",
        "adviser",
        "--full-name",
        "Zoé Quignard",
    ];
    let password = ask(at.path(), &added)["password"]
        .as_str()
        .unwrap()
        .to_owned();
    let key = ask(at.path(), &["key", "add", "nightly-batch"]);
    let key = key["key"].as_str().unwrap().to_owned();
    let environment = [("LIMPIDE_LOG_FORMAT", "json")];
    let mut server = Running::start(at.path(), &environment, &[]);
    let address = |path: &str| format!("{}{path}", server.address);
    let form = [
        ("username", "camille.moreau"),
        ("password", password.as_str()),
    ];
    let signed_in = server
        .agent
        .post(address("/login"))
        .send_form(form)
        .unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let wrong = [
        ("username", "camille.moreau"),
        ("password", "hunter2-wrong"),
    ];
    server
        .agent
        .post(address("/login"))
        .send_form(wrong)
        .unwrap();
    for path in [
        "/",
        "/clients/100002",
        "/?q=100002",
        "/clients/100002?lang=fr",
        "/nowhere/100002",
    ] {
        server
            .agent
            .get(address(path))
            .header("cookie", &cookie)
            .call()
            .unwrap();
    }
    for path in [
        "score",
        "explanation",
        "similar",
        "rows?feature=EXT_SOURCE_2",
    ] {
        server.get(&format!("/api/v1/clients/100002/{path}"));
    }
    let posted = server.agent.post(address("/api/v1/score"));
    posted
        .header("authorization", format!("Bearer {key}"))
        .header("x-request-id", "of-the-test")
        .header("traceparent", &format!("00-{TRACE}-00f067aa0ba902b7-01"))
        .send_json(
            serde_json::json!({"features": {"EXT_SOURCE_2": 0.123454321, "NAME": "Quignard"}}),
        )
        .unwrap();
    let stranger = server.agent.get(address("/api/v1/clients/100002/score"));
    stranger
        .header("authorization", "Bearer lmp_guessed-by-somebody")
        .call()
        .unwrap();
    assert!(server.stop().success());
    let log = server.log();
    let secrets = [
        KEY,
        &key,
        &password,
        &cookie,
        cookie.split('=').nth(1).unwrap(),
        "hunter2",
        "lmp_",
    ];
    let personal = [
        "100002",
        "camille",
        "Quignard",
        "0.123454321",
        "nightly-batch",
    ];
    for hidden in secrets.iter().chain(&personal) {
        assert!(!log.contains(hidden), "{hidden} in:\n{log}");
    }
    let lines = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"));
    let lines: Vec<Value> = lines.collect();
    let requests = lines.iter().filter(|line| line["message"] == "request");
    let requests: Vec<&Value> = requests.collect();
    assert_eq!(requests.len(), 13, "{log}");
    let named = requests
        .iter()
        .find(|line| line["request_id"] == "of-the-test");
    let named = named.unwrap();
    assert_eq!(named["route"], "/api/v1/score");
    assert_eq!(named["trace_id"], TRACE);
    assert_eq!(
        (&named["method"], &named["status"]),
        (&"POST".into(), &422.into())
    );
    assert_eq!(named["model"].as_str().unwrap().len(), 12);
    assert!(named["ms"].is_number());
    for request in requests {
        // Told of those alone who name a trace.
        let mut request = request.clone();
        let trace = request.as_object_mut().unwrap().remove("trace_id");
        assert_eq!(trace.is_some(), request["request_id"] == "of-the-test");
        let keys: BTreeSet<&str> = request
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let told = [
            "level",
            "message",
            "method",
            "model",
            "ms",
            "request_id",
            "route",
            "status",
            "target",
            "timestamp",
        ];
        assert_eq!(keys, BTreeSet::from(told));
    }
}
