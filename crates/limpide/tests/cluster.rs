//! Features built on a cluster: scheduler and executors are processes of the program under test.

#![cfg(feature = "cluster")]
#![allow(clippy::unwrap_used)]

#[path = "support/workspace.rs"]
mod workspace;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use limpide_features::{Cell, Matrix};
use serde_json::Value;
use tempfile::TempDir;

use crate::workspace::{Ran, ask, folder, limpide, program, workspace};

/// How far a value on the cluster may be from the one in process, relative to it.
const TOLERANCE: f64 = 1e-12;
/// A process of a cluster is up within this.
const START: Duration = Duration::from_secs(20);

/// A process that is killed when the test ends, however it ends.
struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts the program and reads what it says, on stderr or, for results, on stdout.
    fn start(place: &Path, arguments: &[&str], from_stdout: bool) -> Self {
        let mut child = program(place, arguments).spawn().unwrap();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (read, other): (Box<dyn Read + Send>, Box<dyn Read + Send>) = if from_stdout {
            (Box::new(out), Box::new(err))
        } else {
            (Box::new(err), Box::new(out))
        };
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(read).lines().map_while(Result::ok);
            lines.for_each(|line| drop(sender.send(line)));
        });
        thread::spawn(move || BufReader::new(other).lines().for_each(drop));
        Self { child, lines }
    }

    fn line(&self, within: Duration) -> Option<String> {
        self.lines.recv_timeout(within).ok()
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Whether it ends within this time; its exit code.
    fn ended(&mut self, within: Duration) -> Option<Option<i32>> {
        let start = Instant::now();
        while start.elapsed() < within {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status.code());
            }
            thread::sleep(Duration::from_millis(50));
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, or been killed by its test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A scheduler and two executors of one thread each, and a folder for them.
struct Cluster {
    address: String,
    executors: Vec<Process>,
    scheduler: Process,
    place: TempDir,
}

impl Cluster {
    fn start(executor_timeout: &str) -> Self {
        let place = folder();
        let listen = ["--listen", "127.0.0.1:0"];
        let arguments = [
            &[
                "cluster",
                "scheduler",
                "--executor-timeout",
                executor_timeout,
            ],
            &listen[..],
        ];
        let scheduler = Process::start(place.path(), &arguments.concat(), true);
        let said = scheduler
            .line(START)
            .expect("the scheduler says where it listens");
        let address = said.rsplit(' ').next().unwrap().to_owned();
        let executors = (0..2).map(|_| {
            let arguments = [
                &["--threads", "1", "cluster", "executor", "--scheduler"][..],
                &[address.as_str()],
                &listen[..],
            ];
            Process::start(place.path(), &arguments.concat(), false)
        });
        let executors: Vec<Process> = executors.collect();
        for executor in &executors {
            let said = executor
                .line(START)
                .expect("the executor says that it is connected");
            assert!(said.contains(" connected to "), "{said}");
        }
        Self {
            address,
            executors,
            scheduler,
            place,
        }
    }

    /// Starts building features on the cluster.
    fn features(&self, workspace: &Path, more: &[&str]) -> Process {
        let arguments = [&["features", "--cluster", &self.address], more];
        Process::start(workspace, &arguments.concat(), false)
    }
}

/// What a job says until the executors have their hands full: the first query comes alone.
fn until_under_way(job: &Process) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    while said
        .iter()
        .filter(|line| line.contains(" answered, "))
        .count()
        < 3
    {
        said.push(job.line(START).expect("queries are answered"));
    }
    said
}

/// The values of two matrices agree; how many there are, and how many have other bits.
fn compare(one: &Matrix, other: &Matrix) -> (usize, usize) {
    assert_eq!(one.clients(), other.clients());
    let names = |matrix: &Matrix| -> Vec<String> {
        let features = matrix.catalogue.features.iter();
        features.map(|feature| feature.name.clone()).collect()
    };
    assert_eq!(names(one), names(other));
    let (mut values, mut differ) = (0, 0);
    for row in 0..one.clients().len() {
        assert_eq!(one.label(row), other.label(row));
        for (index, feature) in one.catalogue.features.iter().enumerate() {
            match (one.cell(row, index), other.cell(row, index)) {
                (Cell::Number(a), Cell::Number(b)) => {
                    let error = (a - b).abs() / a.abs().max(f64::MIN_POSITIVE);
                    assert!(
                        a == b || error <= TOLERANCE,
                        "{}: {a} and {b}",
                        feature.name
                    );
                    differ += usize::from(a.to_bits() != b.to_bits());
                }
                (a, b) => assert_eq!(a, b, "{}", feature.name),
            }
            values += 1;
        }
    }
    (values, differ)
}

fn hash(workspace: &Path) -> Value {
    let manifest = fs::read(workspace.join("features.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    manifest["hash"].clone()
}

fn assert_same_matrix(before: &Matrix, hash_before: &Value, workspace: &Path) {
    let (_, after) = Matrix::open(workspace).unwrap();
    let (values, differ) = compare(before, &after);
    assert!(values > 100_000, "only {values} values");
    assert_eq!(differ, 0, "of {values} values");
    assert_eq!(&hash(workspace), hash_before);
}

#[test]
fn a_cluster_of_two_executors_gives_the_matrix_of_one_process_to_the_bit() {
    let workspace = workspace();
    let (_, before) = Matrix::open(workspace.path()).unwrap();
    let hash_before = hash(workspace.path());
    let mut cluster = Cluster::start("15");
    let built = ask(
        workspace.path(),
        &["features", "--cluster", &cluster.address],
    );
    assert_eq!(built["hash"], hash_before);
    assert_same_matrix(&before, &hash_before, workspace.path());

    let taken = limpide(
        cluster.place.path(),
        &["cluster", "scheduler", "--listen", &cluster.address],
    );
    taken.refuses(&["cannot listen on", &cluster.address]);

    // All of them end when asked to, and leave nothing behind.
    for process in cluster.executors.iter_mut().chain([&mut cluster.scheduler]) {
        process.signal("-TERM");
        assert_eq!(process.ended(START), Some(Some(0)));
    }
    let left = fs::read_dir(cluster.place.path().join("executor")).unwrap();
    assert_eq!(left.count(), 0);
}

/// One executor stands still with a query in hand while the other does all the rest, then dies.
/// The scheduler would wait for it for ten minutes; the client's timeout does not.
#[test]
fn an_executor_killed_late_costs_time_and_not_the_job() {
    let workspace = workspace();
    let (_, before) = Matrix::open(workspace.path()).unwrap();
    let hash_before = hash(workspace.path());
    // Stopped between two queries, it holds nothing back: then once more.
    for _ in 0..3 {
        let cluster = Cluster::start("600");
        let mut job = cluster.features(workspace.path(), &["--job-timeout", "12"]);
        let mut said = until_under_way(&job);
        cluster.executors[1].signal("-STOP");
        // Until nothing comes any more: what is left is in the hands of the one that stands still.
        while let Some(line) = job.line(Duration::from_secs(4)) {
            said.push(line);
        }
        if job.ended(Duration::from_secs(1)).is_some() {
            continue;
        }
        cluster.executors[1].signal("-KILL");
        let code = job.ended(Duration::from_secs(90));
        said.extend(job.lines.iter());
        assert_eq!(code, Some(Some(0)), "{said:#?}");
        let again = said
            .iter()
            .filter(|line| line.contains("submitted again (2 of"));
        assert!(again.count() > 0, "{said:#?}");
        assert_same_matrix(&before, &hash_before, workspace.path());
        return;
    }
    panic!("three times no query was in hand");
}

#[test]
fn a_job_whose_executors_are_all_killed_ends_with_a_sentence_and_old_features_stay() {
    let workspace = workspace();
    let manifest = fs::read(workspace.path().join("features.json")).unwrap();
    let cluster = Cluster::start("6");
    let mut job = cluster.features(workspace.path(), &[]);
    let mut said = until_under_way(&job);
    cluster
        .executors
        .iter()
        .for_each(|executor| executor.signal("-KILL"));
    let code = job.ended(Duration::from_secs(45)).expect("the job ends");
    said.extend(job.lines.iter());
    let ran = Ran {
        code,
        out: String::new(),
        err: said.join("\n"),
    };
    ran.refuses(&["has no executor left", &cluster.address]);
    assert_eq!(
        fs::read(workspace.path().join("features.json")).unwrap(),
        manifest
    );
    Matrix::open(workspace.path()).unwrap();
}

#[test]
fn what_is_no_scheduler_is_told_as_such() {
    let workspace = workspace();
    let manifest = fs::read(workspace.path().join("features.json")).unwrap();
    let nobody = "127.0.0.1:1";
    limpide(workspace.path(), &["features", "--cluster", nobody]).refuses(&[
        "no scheduler answers at 127.0.0.1:1",
        "limpide cluster scheduler",
    ]);
    limpide(workspace.path(), &["features", "--cluster", "somewhere"])
        .refuses(&["'somewhere' is not the address of a scheduler"]);
    limpide(
        workspace.path(),
        &["cluster", "executor", "--scheduler", nobody],
    )
    .refuses(&["no scheduler answers at 127.0.0.1:1"]);
    assert_eq!(
        fs::read(workspace.path().join("features.json")).unwrap(),
        manifest
    );
}
