//! A small demo, served: the program itself on a workspace of its own, ended when dropped.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_limpide");

/// A running `limpide demo`.
pub struct Demo {
    program: Child,
    /// What it printed before it began to serve.
    pub summary: Value,
}

impl Demo {
    /// Makes the demo in a workspace and waits until it can be asked.
    pub fn start(workspace: &Path, clients: u32) -> Self {
        fs::create_dir_all(workspace).expect("a temporary folder can be written");
        let log = workspace.join("stderr.txt");
        let mut program = Command::new(PROGRAM)
            .arg("--workspace")
            .arg(workspace)
            .args(["--json", "demo", "--listen", "127.0.0.1:0", "--clients"])
            .arg(clients.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a temporary file can be written"))
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let output = program.stdout.take().expect("stdout is piped");
        let read = BufReader::new(output).read_line(&mut line);
        let summary = read.ok().and_then(|_| serde_json::from_str(&line).ok());
        let Some(summary) = summary else {
            let _ = program.kill();
            let log = fs::read_to_string(&log).unwrap_or_default();
            panic!("the demo printed '{line}' instead of its summary; it said:\n{log}");
        };
        Self { program, summary }
    }

    /// An address of the server.
    pub fn address(&self, path: &str) -> String {
        let start = self.summary["address"].as_str().expect("the demo serves");
        format!("{}{path}", start.trim_end_matches('/'))
    }

    /// The password of one of the demo's people.
    pub fn password(&self, username: &str) -> &str {
        let people = self.summary["people"].as_array().expect("people sign in");
        let mut people = people
            .iter()
            .filter(|person| person["username"] == username);
        let person = people.next().expect("the demo has this person");
        person["password"].as_str().expect("a password is text")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// What another command says of the same workspace, with `--json`.
pub fn ask(workspace: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(PROGRAM)
        .arg("--workspace")
        .arg(workspace)
        .arg("--json")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("--json prints one JSON object")
}
