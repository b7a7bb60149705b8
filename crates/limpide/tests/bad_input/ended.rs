//! The program ended by force in the middle of its work: kill -9.

use std::fs::{self, File};
use std::path::Path;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::workspace::{ask, folder, limpide, program, source, text, workspace};
use crate::{State, entries, manifest, portfolio_is_whole};

/// Ends a command once its unfinished folder is there and some time has passed; says whether it was still at work.
fn end_in_the_middle(workspace: &Path, arguments: &[&str], folder: &str, after: Duration) -> bool {
    let mut child: Child = program(workspace, arguments).spawn().unwrap();
    let start = Instant::now();
    let is_at_work = || {
        entries(&workspace.join(folder))
            .iter()
            .any(|name| name.starts_with("partial-"))
    };
    while !is_at_work() && child.try_wait().unwrap().is_none() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{arguments:?} never began"
        );
        sleep(Duration::from_millis(1));
    }
    sleep(after);
    // SIGKILL: nothing of the program runs after it.
    child.kill().unwrap();
    child.wait().unwrap().code().is_none()
}

/// Moments after the beginning of the work, in milliseconds.
const MOMENTS: [u64; 6] = [0, 20, 60, 150, 300, 600];

#[test]
fn an_ingest_ended_in_the_middle_leaves_the_portfolio_before_it() {
    let workspace = workspace();
    let before = State::of(workspace.path());
    let other = folder();
    let other_source = other.path().join("source");
    ask(
        other.path(),
        &[
            "synth",
            "--clients",
            "2000",
            "--seed",
            "8",
            "--out",
            text(&other_source),
        ],
    );
    let mut ended = 0;
    for moment in MOMENTS {
        let moment = Duration::from_millis(moment);
        if !end_in_the_middle(
            workspace.path(),
            &["ingest", text(&other_source)],
            "portfolio",
            moment,
        ) {
            break;
        }
        ended += 1;
        portfolio_is_whole(workspace.path());
        if manifest(workspace.path(), "portfolio.json") != before.portfolio {
            // It had just committed: then the new portfolio is there whole.
            break;
        }
        assert_eq!(
            ask(workspace.path(), &["features"])["hash"],
            before.features["hash"]
        );
    }
    assert!(
        ended >= 2,
        "only {ended} runs were ended before they were done"
    );
    let second = ask(workspace.path(), &["ingest", text(&other_source)]);
    assert_eq!(
        second["hash"],
        manifest(workspace.path(), "portfolio.json")["hash"]
    );
    portfolio_is_whole(workspace.path());
    assert_eq!(
        entries(&workspace.path().join("portfolio")).len(),
        1,
        "nothing is left of the ended runs"
    );
    assert_eq!(ask(workspace.path(), &["features"])["rows"], rows(&second));
}

#[test]
fn ingesting_the_same_data_again_ended_at_any_moment_keeps_it() {
    let workspace = workspace();
    let before = State::of(workspace.path());
    for moment in MOMENTS {
        let moment = Duration::from_millis(moment);
        end_in_the_middle(
            workspace.path(),
            &["ingest", text(&source())],
            "portfolio",
            moment,
        );
        portfolio_is_whole(workspace.path());
        assert_eq!(
            manifest(workspace.path(), "portfolio.json")["hash"],
            before.portfolio["hash"]
        );
    }
    ask(workspace.path(), &["ingest", text(&source())]);
    assert_eq!(entries(&workspace.path().join("portfolio")).len(), 1);
    assert_eq!(
        ask(workspace.path(), &["features"])["hash"],
        before.features["hash"]
    );
}

#[test]
fn features_ended_in_the_middle_leave_those_before_them() {
    let workspace = workspace();
    let before = State::of(workspace.path());
    for moment in MOMENTS {
        let moment = Duration::from_millis(moment);
        end_in_the_middle(workspace.path(), &["features"], "features", moment);
        assert_eq!(
            manifest(workspace.path(), "features.json")["hash"],
            before.features["hash"]
        );
        // Only features that can be read give an explanation.
        ask(
            workspace.path(),
            &["score", "--out", text(&workspace.path().join("scores.csv"))],
        );
    }
    assert_eq!(
        ask(workspace.path(), &["features"])["hash"],
        before.features["hash"]
    );
    assert_eq!(
        entries(&workspace.path().join("features")).len(),
        1,
        "nothing is left of the ended runs"
    );
}

#[test]
fn a_second_run_of_the_same_step_is_refused_while_the_first_is_at_work() {
    let workspace = workspace();
    let before = State::of(workspace.path());
    for (step, arguments) in [
        ("ingest", &["ingest", text(&source())][..]),
        ("features", &["features"]),
    ] {
        let lock = File::create(workspace.path().join(format!(".{step}.lock"))).unwrap();
        lock.lock().unwrap();
        limpide(workspace.path(), arguments).refuses(&[
            &format!("another 'limpide {step}' is at work"),
            "wait until it has ended",
        ]);
        drop(lock);
        ask(workspace.path(), arguments);
    }
    assert_eq!(
        manifest(workspace.path(), "portfolio.json")["hash"],
        before.portfolio["hash"]
    );
    assert_eq!(
        manifest(workspace.path(), "features.json")["hash"],
        before.features["hash"]
    );
}

#[test]
fn what_ended_runs_spilled_does_not_stay() {
    let workspace = workspace();
    end_in_the_middle(
        workspace.path(),
        &["ingest", text(&source())],
        "portfolio",
        Duration::from_millis(60),
    );
    ask(workspace.path(), &["ingest", text(&source())]);
    let spilled = entries(&workspace.path().join("spill"));
    assert!(spilled.is_empty(), "{spilled:?}");
}

/// The rows of the application files.
fn rows(ingested: &Value) -> u64 {
    let tables = ingested["tables"].as_array().unwrap();
    let applications = tables
        .iter()
        .filter(|table| table["name"].as_str().unwrap().starts_with("application"));
    applications
        .map(|table| table["rows"].as_u64().unwrap())
        .sum()
}

/// Ends a training once its journal holds so many lines; says whether it was still at work.
fn end_tuning(workspace: &Path, arguments: &[&str], journal: &Path, lines: usize) -> bool {
    let mut child: Child = program(workspace, arguments).spawn().unwrap();
    let start = Instant::now();
    let kept = || fs::read(journal).map_or(0, |text| text.split(|&byte| byte == b'\n').count());
    while kept() <= lines && child.try_wait().unwrap().is_none() {
        assert!(
            start.elapsed() < Duration::from_secs(90),
            "no trial was kept"
        );
        sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap().code().is_none()
}

#[test]
fn tuning_ended_in_the_middle_goes_on_from_its_journal_to_the_same_model() {
    let workspace = workspace();
    let before = State::of(workspace.path());
    let (whole, ended) = (folder(), folder());
    let (whole, ended) = (
        whole.path().join("whole.jsonl"),
        ended.path().join("ended.jsonl"),
    );
    let with = |journal| {
        [
            "train",
            "--trials",
            "4",
            "--seed",
            "3",
            "--journal",
            journal,
        ]
    };
    for lines in [1, 6, 20] {
        assert!(end_tuning(
            workspace.path(),
            &with(text(&ended)),
            &ended,
            lines
        ));
        assert_eq!(
            fs::read_to_string(workspace.path().join("models/published")).unwrap(),
            before.published
        );
    }
    // As if the power had gone while a line was written.
    let mut text_so_far = fs::read(&ended).unwrap();
    text_so_far.extend_from_slice(b"{\"study\":\"boos");
    fs::write(&ended, &text_so_far).unwrap();
    let resumed = ask(workspace.path(), &with(text(&ended)));
    let uninterrupted = ask(workspace.path(), &with(text(&whole)));
    assert_eq!(resumed["bundle"], uninterrupted["bundle"]);
    assert_eq!(resumed["tuning"], uninterrupted["tuning"]);
    let lines = |journal: &Path| {
        let text = fs::read_to_string(journal).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&ended), lines(&whole));
}

#[test]
fn a_tuning_journal_that_cannot_be_used_is_refused_and_stays_as_it_was() {
    let workspace = workspace();
    let folder = folder();
    let journal = folder.path().join("journal.jsonl");
    let with = |seed| {
        [
            "train",
            "--trials",
            "1",
            "--seed",
            seed,
            "--journal",
            text(&journal),
        ]
    };
    ask(workspace.path(), &with("3"));
    let kept = fs::read_to_string(&journal).unwrap();
    limpide(workspace.path(), &with("4")).refuses(&[
        text(&journal),
        "line 1 cannot be used: it was kept for seed 3, this run has seed 4; name another file",
    ]);
    assert_eq!(fs::read_to_string(&journal).unwrap(), kept);
    let damaged = kept.replacen("\"values\":[", "\"values\":[oops", 1);
    fs::write(&journal, &damaged).unwrap();
    limpide(workspace.path(), &with("3"))
        .refuses(&[text(&journal), "line 2 cannot be used: no trial"]);
    assert_eq!(fs::read_to_string(&journal).unwrap(), damaged);
    let stranger = folder.path().join("clients.csv");
    fs::write(&stranger, "a,b\n1,2\n").unwrap();
    limpide(
        workspace.path(),
        &["train", "--trials", "1", "--journal", text(&stranger)],
    )
    .refuses(&[
        text(&stranger),
        "line 1 cannot be used: no journal of tuning",
    ]);
}
