//! What the API has acknowledged outlives the program; a database that goes away comes back, and what was sent
//! meanwhile can be sent again.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::asking::Asker;
use crate::database::{Database, on_both};
use crate::scene::{Scene, clients};

/// Clients of the API who write at the same time.
const WRITERS: usize = 200;
/// Writers while the database goes away; a server of a test's own takes no more at once.
const FEWER_WRITERS: usize = 50;
/// Longer than anything here takes, also on a busy machine.
const LONGEST: Duration = Duration::from_secs(90);

/// Who opens cases and decides on them, one after the other, each request under a key of its own.
struct Writer {
    program: Asker,
    client: i64,
    turn: usize,
    /// Whether the case waits for a decision.
    waiting: bool,
}

impl Writer {
    fn all(many: usize, program: &Asker) -> Vec<Self> {
        let writer = |client| Self {
            program: program.clone(),
            client,
            turn: 0,
            waiting: false,
        };
        clients(many).into_iter().map(writer).collect()
    }

    /// Sends the next request, or the same once more: status, when to come back, and what was told.
    /// `None`: the server is gone.
    fn send(&self) -> Option<(u16, String, Value)> {
        let (act, body) = match self.waiting {
            true => ("decision", r#"{"verdict": "refused", "reason": "revu"}"#),
            false => ("proposal", "{}"),
        };
        let path = format!("/api/v1/clients/{}/case/{act}", self.client);
        let key = format!("{}-{}", self.client, self.turn);
        let headers = [("idempotency-key", key.as_str())];
        let answer = self.program.send(&path, &headers, body.as_bytes()).ok()?;
        let wait = answer.header("retry-after").to_owned();
        Some((answer.status, wait, answer.json()))
    }

    /// Goes on once the request was acknowledged.
    fn acknowledged(&mut self, told: &Value) {
        self.turn += 1;
        self.waiting = told["standing"]["status"] == "awaiting_decision";
    }
}

/// Case and hash of entries by their number.
type Entries = BTreeMap<i64, (String, String)>;

fn note(entries: &mut Entries, entry: &Value) {
    let text = |name: &str| entry[name].as_str().unwrap().to_owned();
    let sequence = entry["sequence"].as_i64().unwrap();
    let noted = (text("case"), text("hash"));
    let before = entries.insert(sequence, noted.clone());
    assert!(
        before.is_none_or(|before| before == noted),
        "entry {sequence} was acknowledged twice"
    );
}

/// The whole log, read in pages.
fn log(program: &Asker) -> Entries {
    let (mut entries, mut after) = (Entries::new(), Some(0));
    while let Some(from) = after {
        let page = program.get(&format!("/api/v1/audit/log?after={from}&limit=200"));
        let page = page.is(200);
        for entry in page["entries"].as_array().unwrap() {
            note(&mut entries, entry);
        }
        after = page["next"].as_i64();
    }
    entries
}

fn reaches(count: &AtomicUsize, least: usize) {
    let began = Instant::now();
    while count.load(Ordering::Relaxed) < least {
        assert!(began.elapsed() < LONGEST, "stuck below {least}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[tokio::test]
async fn every_acknowledged_decision_outlives_kill_9_of_the_server() {
    on_both(async |database| {
        let scene = Scene::open(database);
        let mut served = scene.serve();
        let program = scene.program(&served);
        let acknowledged = Mutex::new(Entries::new());
        let count = AtomicUsize::new(0);
        let write = |mut writer: Writer| -> Writer {
            while let Some((status, _, told)) = writer.send() {
                assert_eq!(status, 201, "{told}");
                note(&mut acknowledged.lock().unwrap(), &told["entry"]);
                writer.acknowledged(&told);
                count.fetch_add(1, Ordering::Relaxed);
            }
            writer
        };
        let writers = thread::scope(|threads| {
            let running: Vec<_> = Writer::all(WRITERS, &program)
                .into_iter()
                .map(|writer| threads.spawn(|| write(writer)))
                .collect();
            reaches(&count, WRITERS + WRITERS / 2);
            served.kill();
            let ended = running.into_iter().map(|writer| writer.join().unwrap());
            ended.collect::<Vec<Writer>>()
        });
        let mut acknowledged = acknowledged.into_inner().unwrap();

        let verified = scene.ask(&["audit", "verify"]);
        assert_eq!(verified["whole"], true, "{verified}");
        let served = scene.serve();
        let program = scene.program(&served);
        let entries = log(&program);
        for (sequence, noted) in &acknowledged {
            assert_eq!(entries.get(sequence), Some(noted), "entry {sequence}");
        }
        // What was under way is sent again: done before the end, or now, and never twice.
        for writer in writers {
            let (status, _, told) = Writer {
                program: program.clone(),
                ..writer
            }
            .send()
            .unwrap();
            assert_eq!(status, 201, "{told}");
            note(&mut acknowledged, &told["entry"]);
        }
        assert_eq!(log(&program), acknowledged);
        assert_eq!(scene.ask(&["audit", "verify"])["whole"], true);
    })
    .await;
}

#[test]
fn a_database_that_stops_is_said_to_be_away_and_costs_no_decision() {
    let Some(mut database) = Database::postgres() else {
        return;
    };
    let scene = Scene::open(&database);
    let mut served = scene.serve();
    let program = scene.program(&served);
    let acknowledged = Mutex::new(Entries::new());
    let (count, away, stop) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicBool::new(false),
    );
    let write = |mut writer: Writer| {
        while !stop.load(Ordering::Relaxed) {
            let (status, wait, told) = writer.send().expect("the server stays");
            match status {
                201 => {
                    note(&mut acknowledged.lock().unwrap(), &told["entry"]);
                    writer.acknowledged(&told);
                    count.fetch_add(1, Ordering::Relaxed);
                }
                503 => {
                    assert_eq!(told["type"], "urn:limpide:problem:unavailable");
                    assert!(
                        wait.parse::<u64>().is_ok_and(|seconds| seconds > 0),
                        "{wait:?}"
                    );
                    away.fetch_add(1, Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(50));
                }
                _ => panic!("{status}: {told}"),
            }
        }
    };
    thread::scope(|threads| {
        // Whatever fails below, the writers end.
        let _end = Ending(&stop);
        for writer in Writer::all(FEWER_WRITERS, &program) {
            threads.spawn(|| write(writer));
        }
        for round in 1..=2 {
            reaches(&count, count.load(Ordering::Relaxed) + FEWER_WRITERS);
            let Database::Postgres(server) = &mut database else {
                unreachable!()
            };
            server.stop();
            reaches(&away, FEWER_WRITERS * round);
            // Decisions are read from the database alone.
            let read = program.get(&format!("/api/v1/clients/{}/case", clients(1)[0]));
            read.problem(503);
            server.resume();
        }
        reaches(&count, count.load(Ordering::Relaxed) + FEWER_WRITERS);
    });
    assert!(served.runs());
    assert_eq!(log(&program), acknowledged.into_inner().unwrap());
    assert_eq!(scene.ask(&["audit", "verify"])["whole"], true);
}

/// Says at its end that all should end.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
