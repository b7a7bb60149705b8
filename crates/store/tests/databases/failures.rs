//! What is acknowledged outlives the program that wrote it; a database that goes away comes back.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use limpide_store::{
    Actor, Advice, Entry, Error, Event, NewEntry, NewKey, Scope, Store, Verification,
};

use crate::database::{Database, on_both};
use crate::decisions::{FIRST, at, head, new, proposal};

const WRITERS: usize = 200;

/// This test program again, in a process of its own that runs one ignored test.
pub fn itself(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        test,
        "--ignored",
        "--nocapture",
        "--test-threads=1",
    ]);
    command
}

/// The process that [`every_acknowledged_decision_outlives_kill_9`] kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by another test, and killed"]
async fn writes_until_killed() {
    let location = std::env::var("LIMPIDE_TEST_DATABASE")
        .unwrap()
        .parse()
        .unwrap();
    let store = Store::connect(&location).await.unwrap();
    let writers = (0..WRITERS as i64).map(|client| {
        let store = store.clone();
        tokio::spawn(async move {
            loop {
                let event = proposal(client, Advice::Granted);
                let entry = store
                    .append(new(None, Actor::Program, event))
                    .await
                    .unwrap();
                let line = format!(
                    "acknowledged {} {} {}\n",
                    entry.sequence, entry.case, entry.hash
                );
                // One call a line: a kill leaves no half of one.
                std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
            }
        })
    });
    let (ended, ..) = futures::future::select_all(writers).await;
    assert!(ended.is_ok());
}

fn start_writers(database: &Database) -> Child {
    itself("failures::writes_until_killed")
        .env("LIMPIDE_TEST_DATABASE", database.address())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn every_acknowledged_decision_outlives_kill_9() {
    on_both(async |database| {
        for killed_after in [1, 700] {
            let mut child = start_writers(database);
            let mut lines = BufReader::new(child.stdout.take().unwrap())
                .lines()
                .map_while(Result::ok);
            let mut acknowledged: Vec<String> = Vec::new();
            let seen = lines
                .by_ref()
                .filter(|line| line.starts_with("acknowledged"));
            acknowledged.extend(seen.take(killed_after));
            child.kill().unwrap();
            child.wait().unwrap();
            acknowledged.extend(lines.filter(|line| line.starts_with("acknowledged")));
            assert!(
                acknowledged.len() >= killed_after,
                "{} acknowledged",
                acknowledged.len()
            );

            let store = database.open().await;
            let head = head(&store).await;
            let entries = store.entries_after(0, usize::MAX).await.unwrap();
            assert_eq!(entries.len() as i64, head.sequence);
            for line in acknowledged {
                let parts: Vec<&str> = line.split(' ').collect();
                let entry = &entries[parts[1].parse::<usize>().unwrap() - 1];
                assert_eq!(
                    (entry.case.as_str(), entry.hash.as_str()),
                    (parts[2], parts[3])
                );
            }
            // And whoever comes next goes on where the log ends.
            let next = store
                .append(new(None, FIRST, proposal(7, Advice::Granted)))
                .await
                .unwrap();
            assert_eq!(next.sequence, head.sequence + 1);
            store.close().await;
        }
    })
    .await;
}

/// Writes under a new key until told to stop; sends each again under its key until acknowledged.
async fn write_steadily(store: Store, writer: usize, counts: Arc<Counts>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for turn in 0.. {
        if counts.stop.load(Ordering::Relaxed) {
            break;
        }
        let entry = NewEntry {
            idempotency_key: Some(format!("{writer}-{turn}")),
            ..new(
                None,
                Actor::Program,
                proposal(writer as i64, Advice::Granted),
            )
        };
        loop {
            match store.append(entry.clone()).await {
                Ok(entry) => {
                    counts.acknowledged.fetch_add(1, Ordering::Relaxed);
                    entries.push(entry);
                    break;
                }
                Err(Error::Unavailable { .. }) => {
                    counts.unavailable.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => panic!("{error}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    entries
}

#[derive(Default)]
struct Counts {
    acknowledged: AtomicUsize,
    unavailable: AtomicUsize,
    stop: AtomicBool,
}

async fn reaches(count: &AtomicUsize, least: usize) {
    let began = Instant::now();
    while count.load(Ordering::Relaxed) < least {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "stuck below {least}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_server_that_stops_and_starts_costs_no_decision() {
    let Some(mut database) = Database::postgres() else {
        return;
    };
    let store = database.open().await;
    let counts = Arc::new(Counts::default());
    let writers: Vec<_> = (0..50)
        .map(|writer| tokio::spawn(write_steadily(store.clone(), writer, Arc::clone(&counts))))
        .collect();
    for round in 1..=2 {
        let before = counts.acknowledged.load(Ordering::Relaxed);
        reaches(&counts.acknowledged, before + 100).await;
        let Database::Postgres(server) = &mut database else {
            unreachable!()
        };
        server.stop();
        // Writing and reading say that it passes, and neither hangs.
        reaches(&counts.unavailable, 50 * round).await;
        let read = store.entries_after(0, 1).await.unwrap_err();
        assert!(matches!(read, Error::Unavailable { .. }), "{read}");
        server.resume();
    }
    let before = counts.acknowledged.load(Ordering::Relaxed);
    reaches(&counts.acknowledged, before + 100).await;
    counts.stop.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    // Each exactly once, though some were sent several times.
    let entries = store.entries_after(0, usize::MAX).await.unwrap();
    acknowledged.sort_by_key(|entry| entry.sequence);
    assert_eq!(acknowledged, entries);
    assert_eq!(head(&store).await.sequence as usize, entries.len());
}

/// What [`a_full_disk_stops_writing_and_not_reading`] runs where a small disk is mounted.
#[tokio::test]
#[ignore = "run by another test, on a disk of its own"]
async fn writes_on_a_small_disk() {
    let disk = std::path::PathBuf::from(std::env::var("LIMPIDE_TEST_DISK").unwrap());
    let store = Store::open(disk.join("limpide.db")).await.unwrap();
    let key = NewKey {
        name: "batch".to_owned(),
        scopes: [Scope::Read].into(),
        expires_at: None,
    };
    let (_, secret) = store.add_key(key, at(0)).await.unwrap();
    let case = store
        .append(new(None, FIRST, proposal(7, Advice::Granted)))
        .await
        .unwrap()
        .case;
    let filler = disk.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    for size in [65_536, 4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    // The log's file has some room of its own left.
    let comment = || {
        let text = "x".repeat(9000);
        new(Some(&case), FIRST, Event::Commented { text })
    };
    let mut written = 1;
    let full = loop {
        match store.append(comment()).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 1000, "the disk is not full");
    };
    assert!(matches!(full, Error::Full { .. }), "{full}");
    assert!(full.to_string().contains("disk is full"), "{full}");
    assert_eq!(store.case_entries(&case).await.unwrap().len(), written);
    assert_eq!(head(&store).await.sequence as usize, written);
    assert!(store.open_key(&secret, at(10)).await.unwrap().is_some());
    let again = store.append(comment()).await.unwrap_err();
    assert!(matches!(again, Error::Full { .. }), "{again}");
    // With room again it goes on by itself.
    drop(file);
    std::fs::remove_file(&filler).unwrap();
    store.append(comment()).await.unwrap();
    assert_eq!(head(&store).await.sequence as usize, written + 1);
    let whole = store.verify_log(None).await.unwrap();
    assert!(matches!(whole, Verification::Whole { .. }), "{whole:?}");
}

#[test]
fn a_full_disk_stops_writing_and_not_reading() {
    let disk = tempfile::tempdir().unwrap();
    let test = itself("failures::writes_on_a_small_disk");
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .arg("mount -t tmpfs -o size=4m tmpfs \"$LIMPIDE_TEST_DISK\" || exit 77; exec \"$@\"")
        .arg("sh")
        .arg(test.get_program())
        .args(test.get_args())
        .env("LIMPIDE_TEST_DISK", disk.path());
    let ran = match command.output() {
        Ok(ran) => ran,
        Err(error) => return eprintln!("SKIPPED: unshare cannot be run: {error}"),
    };
    let told = String::from_utf8_lossy(&ran.stderr);
    if ran.status.code() == Some(77) || told.contains("unshare: ") {
        return eprintln!("SKIPPED: no file system may be mounted here: {told}");
    }
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success() && out.contains("1 passed"),
        "{out}{told}"
    );
}
