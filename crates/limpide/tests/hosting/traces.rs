//! Traces of requests reach a collector, and one that is away harms nothing.
#![cfg(feature = "telemetry")]

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::collector::Collector;
use crate::running::Running;
use crate::workspace::{ask, workspace};

#[test]
fn spans_of_a_request_and_its_stages_reach_the_collector() {
    let at = workspace();
    let key = ask(at.path(), &["key", "add", "batch"]);
    let key = format!("Bearer {}", key["key"].as_str().unwrap());
    let collector = Collector::start();
    let address = format!("http://{}", collector.address);
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str())];
    let mut server = Running::start(at.path(), &environment, &[]);
    assert_eq!(server.get("/api/v1/clients/100002/explanation").0, 200);
    // A key of the store is looked up.
    let score = format!("{}/api/v1/clients/100002/score", server.address);
    let scored = server.agent.get(score).header("authorization", key).call();
    assert_eq!(scored.unwrap().status(), 200);
    // Somebody's trace goes on here; what is malformed begins one of its own.
    let ask = |parent: &str| {
        let asked = server.agent.get(format!("{}/healthz", server.address));
        let answer = asked.header("traceparent", parent).call().unwrap();
        assert_eq!(answer.status(), 200);
    };
    ask("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    ask("00-5bf92f3577b34da6a3ce929d0e0e4736-10f067aa0ba902b7-01-x");
    // What was not sent yet is sent at the end.
    assert!(server.stop().success());
    let sent = collector.received();
    for part in [
        "limpide",
        "GET /api/v1/clients/{id}/explanation",
        "http.response.status_code",
        "limpide.request_id",
        "features",
        "score",
        "explain",
        "store",
    ] {
        assert!(sent.contains(part), "{part} is not among what was sent");
    }
    assert!(!sent.contains("100002"), "a client's number was sent");
    let holds = |number: &[u8]| {
        collector
            .bytes()
            .windows(number.len())
            .any(|at| at == number)
    };
    assert!(holds(
        &0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes()
    ));
    assert!(
        holds(&0x00f0_67aa_0ba9_02b7_u64.to_be_bytes()),
        "whose span it stands below"
    );
    assert!(!holds(
        &0x5bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes()
    ));
}

#[test]
fn a_collector_that_is_away_harms_nothing() {
    let at = workspace();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str())];
    let mut server = Running::start(at.path(), &environment, &[]);
    for _ in 0..20 {
        assert_eq!(server.get("/api/v1/clients/100002/score").0, 200);
    }
    let start = Instant::now();
    assert!(server.stop().success());
    assert!(
        start.elapsed() < Duration::from_secs(15),
        "it waited for the collector"
    );
}
