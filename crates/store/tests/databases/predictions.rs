//! The prediction log: what was answered is in the database in the end, whatever happens between.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use limpide_store::{Advice, Error, Prediction, PredictionKind, Predictions, Role, Store};

use crate::database::{Database, on_both};
use crate::decisions::{SECOND, at};
use crate::failures::itself;

const MOST: u64 = Predictions::MOST_BYTES;

/// A prediction that tells its number by its moment.
fn numbered(number: i64) -> Prediction {
    let client = number % 3;
    Prediction {
        at_ms: at(0).unix_timestamp() * 1000 + number,
        kind: PredictionKind::ALL[number.unsigned_abs() as usize % 6],
        client: (client > 0).then_some(client),
        bundle: ["b", "c"][usize::from(number % 5 == 0)].repeat(64).into(),
        row_hash: number
            .unsigned_abs()
            .to_le_bytes()
            .repeat(2)
            .try_into()
            .unwrap(),
        inputs: (number % 2 == 0).then(|| "[0.1,\"Orléans\",null]".to_owned()),
        probability: 0.1 + 0.2,
        interval: [1.0 / 3.0, f64::MIN_POSITIVE],
        decision: Advice::Review,
        role: (client == 1).then_some(Role::Client),
    }
}

fn moment(number: i64) -> time::OffsetDateTime {
    at(0) + time::Duration::milliseconds(number)
}

/// All that is in the database, a page after the other.
async fn all(store: &Store) -> Vec<Prediction> {
    let mut pages = store.predictions_between(moment(0), moment(1 << 40));
    let mut found = Vec::new();
    loop {
        let page = pages.next().await.unwrap();
        if page.is_empty() {
            return found;
        }
        found.extend(page);
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn predictions_are_read_back_to_the_bit_by_time_and_by_client() {
    on_both(async |database| {
        let store = database.open().await;
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path().to_owned();
        let log = Predictions::open(&store, Some(folder.clone()), MOST).unwrap();
        let made: Vec<Prediction> = (0..2_500).map(numbered).collect();
        for one in &made {
            log.record(one).await.unwrap();
        }
        log.flush().await.unwrap();
        assert_eq!(all(&store).await, made);
        assert_eq!((log.behind().bytes, log.behind().reason), (0, None));
        assert!(files(&folder).is_empty());
        let mut some = store.predictions_between(moment(10), moment(12));
        assert_eq!(some.next().await.unwrap(), made[10..12]);
        assert!(some.next().await.unwrap().is_empty());
        let of_one = store.client_predictions(1).await.unwrap();
        let expected = made.iter().filter(|one| one.client == Some(1));
        assert!(of_one.iter().eq(expected));
        assert_eq!(store.client_predictions(3).await.unwrap(), []);
        assert_eq!(store.purge_predictions(moment(2_400)).await.unwrap(), 2_400);
        assert_eq!(all(&store).await, made[2_400..]);
    })
    .await;
}

#[tokio::test]
async fn a_client_is_found_and_forgotten_in_every_minute() {
    on_both(async |database| {
        let store = database.open().await;
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path().to_owned();
        let log = Predictions::open(&store, Some(folder), MOST).unwrap();
        // The last millisecond of a minute, the first of the next, and a day later; twice, for each
        // is added to what is there.
        let moments = [59_999, 60_000, 86_400_000, 119_999, 60_001];
        let mut made = Vec::new();
        for (number, ms) in (0..).zip(moments) {
            for client in [1, 2] {
                let at_ms = at(0).unix_timestamp() * 1000 + ms;
                let one = Prediction {
                    at_ms,
                    client: Some(client),
                    ..numbered(number)
                };
                log.record(&one).await.unwrap();
                made.push(one);
            }
            log.flush().await.unwrap();
        }
        made.sort_by_key(|one| one.at_ms);
        for client in [1, 2] {
            let expected = made.iter().filter(|one| one.client == Some(client));
            let found = store.client_predictions(client).await.unwrap();
            assert!(found.iter().eq(expected), "{found:?}");
        }
        let erased = store
            .erase_client(1, SECOND, "demande", at(200_000))
            .await
            .unwrap();
        assert_eq!(erased.predictions, 5);
        assert_eq!(store.client_predictions(1).await.unwrap(), []);
        assert_eq!(store.client_predictions(2).await.unwrap().len(), 5);
        assert_eq!(all(&store).await.len(), 5);
        // Half of a minute is gone.
        assert_eq!(store.purge_predictions(moment(60_001)).await.unwrap(), 2);
        assert_eq!(store.client_predictions(2).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn what_an_ended_program_left_is_moved_once_and_half_a_record_is_dropped() {
    on_both(async |database| {
        let store = database.open().await;
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path().to_owned();
        // Its database is gone: what it records stays in files.
        let gone = Store::open(":memory:").await.unwrap();
        gone.close().await;
        let log = Predictions::open(&gone, Some(folder.clone()), MOST).unwrap();
        for number in 0..100 {
            log.record(&numbered(number)).await.unwrap();
        }
        assert!(log.flush().await.is_err());
        assert!(log.behind().reason.is_some() && log.behind().bytes > 0);
        // Another program leaves alone what is being written.
        let other = Predictions::open(&store, Some(folder.clone()), MOST).unwrap();
        other.flush().await.unwrap();
        assert!(all(&store).await.is_empty());
        drop(log);
        // The task that moves holds on for a moment.
        let began = Instant::now();
        while files(&folder)
            .iter()
            .any(|file| std::fs::File::open(file).unwrap().try_lock().is_err())
        {
            assert!(began.elapsed() < Duration::from_secs(20), "still locked");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let [file] = &files(&folder)[..] else {
            panic!("{:?}", files(&folder))
        };
        let whole = std::fs::read(file).unwrap();
        for cut in [0, 5] {
            // The same file twice, as if it had been moved and not removed; then torn.
            std::fs::write(file, &whole[..whole.len() - cut]).unwrap();
            let log = Predictions::open(&store, Some(folder.clone()), MOST).unwrap();
            log.flush().await.unwrap();
            let made: Vec<Prediction> = (0..100).map(numbered).collect();
            assert_eq!(all(&store).await, made);
            assert!(files(&folder).is_empty());
        }
        // A file that was changed is kept aside, with what could be read of it moved.
        let mut changed = whole.clone();
        let last = changed.len() - 3;
        changed[last] ^= 1;
        // Under another number, so that its records are new.
        changed[8] ^= 1;
        std::fs::write(file, &changed).unwrap();
        let log = Predictions::open(&store, Some(folder.clone()), MOST).unwrap();
        log.flush().await.unwrap();
        assert_eq!(log.behind().damaged, 1);
        assert_eq!(all(&store).await.len(), 199);
        assert_eq!(files(&folder), [file.with_extension("damaged")]);
    })
    .await;
}

#[tokio::test]
async fn where_files_have_no_room_the_answer_waits_for_the_database_and_then_fails() {
    on_both(async |database| {
        let store = database.open().await;
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path().to_owned();
        // Room for a head and little more.
        let log = Predictions::open(&store, Some(folder.clone()), 600).unwrap();
        for number in 0..20 {
            log.record(&numbered(number)).await.unwrap();
        }
        log.flush().await.unwrap();
        let made: Vec<Prediction> = (0..20).map(numbered).collect();
        assert_eq!(all(&store).await, made);
        store.close().await;
        let log = Predictions::open(&store, Some(folder.clone()), 0).unwrap();
        let error = log.record(&numbered(1)).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    })
    .await;
}

#[tokio::test]
async fn what_was_recorded_before_an_erasure_does_not_come_back_from_a_file() {
    on_both(async |database| {
        let store = database.open().await;
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path().to_owned();
        let gone = Store::open(":memory:").await.unwrap();
        gone.close().await;
        let log = Predictions::open(&gone, Some(folder.clone()), MOST).unwrap();
        for number in 0..9 {
            log.record(&numbered(number)).await.unwrap();
        }
        drop(log);
        store
            .erase_client(1, SECOND, "demande", moment(5))
            .await
            .unwrap();
        let began = Instant::now();
        let found = loop {
            let log = Predictions::open(&store, Some(folder.clone()), MOST).unwrap();
            log.flush().await.unwrap();
            let found = all(&store).await;
            if !found.is_empty() {
                break found;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "still locked");
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        // Of client 1 numbers 1 and 4 are from before, 7 from after.
        let expected: Vec<Prediction> = [0, 2, 3, 5, 6, 7, 8].map(numbered).into();
        assert_eq!(found, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_costs_no_prediction_and_slows_no_answer() {
    let Some(mut database) = Database::postgres() else {
        return;
    };
    let store = database.open().await;
    let kept = tempfile::tempdir().unwrap();
    let folder = kept.path().to_owned();
    let log = Predictions::open(&store, Some(folder.clone()), MOST).unwrap();
    for number in 0..300 {
        match (number, &mut database) {
            (100, Database::Postgres(server)) => server.stop(),
            (200, Database::Postgres(server)) => server.resume(),
            _ => {}
        }
        log.record(&numbered(number)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let began = Instant::now();
    while log.flush().await.is_err() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it does not resume"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let made: Vec<Prediction> = (0..300).map(numbered).collect();
    assert_eq!(all(&store).await, made);
}

/// The process that [`every_answered_prediction_outlives_kill_9`] kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by another test, and killed"]
async fn predicts_until_killed() {
    let location = std::env::var("LIMPIDE_TEST_DATABASE").unwrap();
    let store = Store::connect(&location.parse().unwrap()).await.unwrap();
    let folder = PathBuf::from(std::env::var("LIMPIDE_TEST_FOLDER").unwrap());
    let log = Predictions::open(&store, Some(folder), MOST).unwrap();
    let from: i64 = std::env::var("LIMPIDE_TEST_FROM").unwrap().parse().unwrap();
    let writers = (0..64).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            for turn in 0.. {
                let number = from + turn * 64 + writer;
                log.record(&numbered(number)).await.unwrap();
                let line = format!("answered {number}\n");
                // One call a line: a kill leaves no half of one.
                std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                tokio::task::yield_now().await;
            }
        })
    });
    let (ended, ..) = futures::future::select_all(writers).await;
    assert!(ended.is_ok());
}

#[tokio::test]
async fn every_answered_prediction_outlives_kill_9() {
    on_both(async |database| {
        let kept = tempfile::tempdir().unwrap();
        let folder = kept.path().to_owned();
        let mut answered = Vec::new();
        for (round, killed_after) in [10, 20_000].into_iter().enumerate() {
            let mut child = itself("predictions::predicts_until_killed")
                .env("LIMPIDE_TEST_DATABASE", database.address())
                .env("LIMPIDE_TEST_FOLDER", &folder)
                .env("LIMPIDE_TEST_FROM", (round << 30).to_string())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let mut lines = lines
                .map_while(Result::ok)
                .filter_map(|line| line.strip_prefix("answered ")?.parse::<i64>().ok());
            answered.extend(lines.by_ref().take(killed_after));
            child.kill().unwrap();
            child.wait().unwrap();
            answered.extend(lines);
        }
        assert!(answered.len() >= 20_010, "{} answered", answered.len());
        let store = database.open().await;
        let log = Predictions::open(&store, Some(folder.clone()), MOST).unwrap();
        log.flush().await.unwrap();
        let start = at(0).unix_timestamp() * 1000;
        let found: Vec<i64> = all(&store)
            .await
            .iter()
            .map(|one| one.at_ms - start)
            .collect();
        assert!(
            found.is_sorted_by(|one, next| one < next),
            "some are there twice"
        );
        answered.sort_unstable();
        let mut found = found.into_iter();
        for number in answered {
            assert!(found.any(|one| one == number), "{number} is lost");
        }
    })
    .await;
}
