//! The program under test, and a workspace in which every step has been done once.
//!
//! Making the workspace takes seconds and tests run as processes of their own: the first that needs it makes it
//! under a lock, the others copy it. A program built anew makes it anew.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_limpide");

/// Clients of the prepared portfolio; features_synthetic.json is of the same clients and seed.
pub const CLIENTS: &str = "500";
/// The seed of the prepared portfolio.
pub const SEED: &str = "7";

/// More than any command on the small portfolios of these tests takes.
const LONGEST: Duration = Duration::from_secs(100);

/// What the program did.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it said: progress, then, if it failed, one sentence.
    pub err: String,
}

impl Ran {
    /// What a command says of itself with `--json`.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.err);
        serde_json::from_str(&self.out).expect("--json prints one JSON object")
    }

    /// What went wrong: the one line that names the program, the last of all.
    pub fn sentence(&self) -> &str {
        let named: Vec<&str> = self
            .err
            .lines()
            .filter(|line| line.starts_with("limpide: "))
            .collect();
        let last = self.err.lines().last().unwrap_or_default();
        assert_eq!(named, [last], "one sentence, at the end of:\n{}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        last
    }

    /// Asserts that the program failed as it should: exit 1, nothing printed, and one sentence that holds all of this.
    pub fn refuses(&self, expected: &[&str]) {
        assert_eq!(
            self.code,
            Some(1),
            "printed: {}\nsaid: {}",
            self.out,
            self.err
        );
        assert_eq!(self.out, "");
        let sentence = self.sentence();
        for part in expected {
            assert!(sentence.contains(part), "'{part}' expected in: {sentence}");
        }
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The program on a workspace, not started yet.
pub fn program(workspace: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("--workspace").arg(workspace).args(arguments);
    command.env_remove("RUST_LOG").env_remove("LIMPIDE_API_KEY");
    command.env("USER", "tester");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program on a workspace to its end.
pub fn limpide(workspace: &Path, arguments: &[&str]) -> Ran {
    let child = program(workspace, arguments)
        .spawn()
        .expect("the program starts");
    let (pid, (done, ended)) = (child.id(), mpsc::channel::<()>());
    // A program that never ends is a failure, not a test that never ends.
    let guard = thread::spawn(move || {
        if ended.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
    });
    let ran = child.wait_with_output().expect("the program ends").into();
    drop(done);
    guard.join().expect("the guard ends");
    ran
}

/// Runs the program with `--json` and returns what it printed; it must succeed.
pub fn ask(workspace: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    limpide(workspace, &all).json()
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}

/// A folder of a test's own.
pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// The folder of CSV files that the prepared workspace was made from. Read only.
pub fn source() -> PathBuf {
    prepared().join("source")
}

/// A workspace of the test's own: portfolio, features and a published model of synthetic clients.
pub fn workspace() -> TempDir {
    let copy = folder();
    copy_folder(&prepared().join("workspace"), copy.path());
    copy
}

/// A copy of the prepared CSV files that a test may change.
pub fn source_copy() -> TempDir {
    let copy = folder();
    copy_folder(&source(), copy.path());
    copy
}

/// Copies a folder's files and folders into another.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a temporary file can be written");
        }
    }
}

/// Reads a CSV file, lets the test change its rows (the first is the header), and writes it back.
pub fn edit_csv(path: &Path, change: impl FnOnce(&mut Vec<Vec<String>>)) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(path)
        .expect("a CSV file");
    let records = reader.records().map(|record| record.expect("a CSV row"));
    let mut rows: Vec<Vec<String>> = records
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect();
    change(&mut rows);
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_path(path)
        .expect("a CSV file");
    for row in rows {
        writer.write_record(row).expect("a CSV row can be written");
    }
    writer.flush().expect("a CSV file can be written");
}

/// The place of a column in a CSV's header.
pub fn column(rows: &[Vec<String>], name: &str) -> usize {
    rows[0]
        .iter()
        .position(|column| column == name)
        .expect("the header has this column")
}

fn prepared() -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = fs::metadata(PROGRAM).expect("the program is there");
    let built = program
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let stamp = built.map_or(0, |time| time.as_nanos());
    let place = all.join(format!("prepared-{stamp}"));
    let lock = File::create(all.join("prepared.lock")).expect("the test folder can be written");
    lock.lock().expect("the lock can be had");
    if !place.exists() {
        for other in fs::read_dir(all)
            .expect("the test folder can be read")
            .flatten()
        {
            if other.file_name().to_string_lossy().starts_with("prepared-") {
                fs::remove_dir_all(other.path()).expect("an outdated test folder can be removed");
            }
        }
        let partial = all.join("prepared-partial");
        let (source, workspace) = (partial.join("source"), partial.join("workspace"));
        ask(
            &workspace,
            &[
                "synth",
                "--clients",
                CLIENTS,
                "--seed",
                SEED,
                "--out",
                text(&source),
            ],
        );
        ask(&workspace, &["ingest", text(&source)]);
        ask(&workspace, &["features"]);
        ask(&workspace, &["train"]);
        fs::rename(&partial, &place).expect("a test folder can be renamed");
    }
    place
}
