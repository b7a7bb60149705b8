//! A real MLflow server over a folder of its own, ended when dropped.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long the server may take to answer; it is slow to start.
const PATIENCE: Duration = Duration::from_secs(90);

/// The server, where it listens, and what it keeps.
pub struct MlflowServer {
    program: Child,
    address: String,
    folder: TempDir,
}

/// The program named by `LIMPIDE_MLFLOW`, or why the test is skipped.
pub fn program() -> Result<PathBuf, String> {
    match std::env::var_os("LIMPIDE_MLFLOW") {
        Some(program) => Ok(program.into()),
        None => {
            assert!(
                std::env::var_os("CI").is_none(),
                "LIMPIDE_MLFLOW names no mlflow"
            );
            Err(
                "SKIPPED: LIMPIDE_MLFLOW may name the program mlflow (pip install mlflow)"
                    .to_owned(),
            )
        }
    }
}

impl MlflowServer {
    /// Starts the server on a free port and waits until it answers.
    pub fn start(program: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = free.local_addr().expect("it has an address").port();
        drop(free);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let said = File::create(folder.path().join("log")).expect("a log can be written");
        let program = Command::new(program)
            .args(["server", "--host", "127.0.0.1", "--workers", "1"])
            .args(["--port", &port.to_string()])
            .args([
                "--backend-store-uri",
                &format!("sqlite:///{}", path("mlflow.db")),
            ])
            .args(["--artifacts-destination", &path("artifacts")])
            .env("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false")
            .env("MLFLOW_DISABLE_TELEMETRY", "true")
            .stdin(Stdio::null())
            .stdout(said.try_clone().expect("a log can be written"))
            .stderr(said)
            // A group of its own: it starts workers, which must end with it.
            .process_group(0)
            .spawn()
            .expect("mlflow starts");
        let address = format!("http://127.0.0.1:{port}");
        let mut server = Self {
            program,
            address,
            folder,
        };
        let start = Instant::now();
        while ureq::get(format!("{}/health", server.address))
            .call()
            .is_err()
        {
            let ended = server.program.try_wait().expect("its state is known");
            assert!(
                ended.is_none() && start.elapsed() < PATIENCE,
                "the MLflow server never answered; it said:\n{}",
                fs::read_to_string(server.folder.path().join("log")).unwrap_or_default()
            );
            sleep(Duration::from_millis(200));
        }
        server
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it says to a question by name and value.
    pub fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let request = ureq::get(format!("{}/api/2.0/{path}", self.address));
        let answer = request.query_pairs(parameters.iter().copied()).call();
        let text = answer
            .expect("the server answers")
            .body_mut()
            .read_to_string();
        serde_json::from_str(&text.expect("an answer is text")).expect("an answer is JSON")
    }

    /// What it says to an object.
    pub fn post(&self, path: &str, body: &Value) -> Value {
        let answer = ureq::post(format!("{}/api/2.0/{path}", self.address)).send_json(body);
        let text = answer
            .expect("the server answers")
            .body_mut()
            .read_to_string();
        serde_json::from_str(&text.expect("an answer is text")).expect("an answer is JSON")
    }

    /// A file of a run, as the server gives it back.
    pub fn file(&self, artifact_uri: &str, name: &str) -> Vec<u8> {
        let folder = artifact_uri.trim_start_matches("mlflow-artifacts:/");
        let path = format!(
            "{}/api/2.0/mlflow-artifacts/artifacts/{folder}/{name}",
            self.address
        );
        let mut answer = ureq::get(path).call().expect("the file is there");
        answer.body_mut().read_to_vec().expect("it can be read")
    }
}

impl Drop for MlflowServer {
    fn drop(&mut self) {
        // The whole group; already ended is as good.
        let group = format!("-{}", self.program.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).status();
        let _ = self.program.wait();
    }
}
