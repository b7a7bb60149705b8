//! A running `limpide serve` whose log is kept.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::workspace::program;

pub const KEY: &str = "a key that nobody guesses";

/// The server, ended when dropped.
pub struct Running {
    program: Child,
    log: PathBuf,
    pub address: String,
    pub agent: ureq::Agent,
}

impl Running {
    /// Starts a server with more settings from the environment, and waits until it listens.
    pub fn start(workspace: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Self {
        let log = workspace.join("log.txt");
        let mut all = vec!["serve"];
        all.extend(arguments);
        let mut command = program(workspace, &all);
        let mut server = Self {
            program: Self::spawn(&mut command, environment, &log),
            log,
            address: String::new(),
            agent: ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .build()
                .into(),
        };
        let until = Instant::now() + Duration::from_secs(60);
        while server.address.is_empty() {
            assert!(Instant::now() < until, "the server said:\n{}", server.log());
            sleep(Duration::from_millis(20));
            server.address = server.listening().unwrap_or_default();
        }
        server
    }

    fn spawn(command: &mut Command, environment: &[(&str, &str)], log: &Path) -> Child {
        command
            .env("LIMPIDE_LISTEN", "127.0.0.1:0")
            .env("LIMPIDE_API_KEY", KEY)
            .env("NO_COLOR", "1")
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(File::create(log).unwrap())
            .spawn()
            .unwrap()
    }

    /// Where it listens, once it has said so in a whole line.
    fn listening(&self) -> Option<String> {
        let log = self.log();
        let line = log.lines().find(|line| line.contains("listening"))?;
        let after = line.split("127.0.0.1:").nth(1)?;
        let port: String = after.chars().take_while(char::is_ascii_digit).collect();
        log.contains(&format!("{line}\n"))
            .then(|| format!("http://127.0.0.1:{port}"))
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Status and body of what the server answers with the key.
    pub fn get(&self, path: &str) -> (u16, String) {
        let request = self.agent.get(format!("{}{path}", self.address));
        let answer = request.header("authorization", format!("Bearer {KEY}"));
        let mut answer = answer.call().unwrap();
        let status = answer.status().as_u16();
        (status, answer.body_mut().read_to_string().unwrap())
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(&mut self) -> ExitStatus {
        let id = self.program.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.program.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "the server said:\n{}", self.log());
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
