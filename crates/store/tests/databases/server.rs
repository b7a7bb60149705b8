//! A PostgreSQL server of a test's own: made in a folder, reached by a Unix socket, gone with it.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub struct Server {
    programs: PathBuf,
    folder: TempDir,
    running: Option<Child>,
    port: u16,
    settings: Vec<String>,
}

impl Server {
    /// Makes a server and starts it; says what is missing where that cannot be.
    pub fn start() -> Result<Self, String> {
        Self::start_with(5432, |_| Ok(Vec::new()))
    }

    /// The same on a port, with settings of the test's own, which may name files that it puts into the
    /// server's folder.
    pub fn start_with(
        port: u16,
        settings: impl FnOnce(&Path) -> Result<Vec<String>, String>,
    ) -> Result<Self, String> {
        let programs = programs()?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut server = Self {
            programs,
            folder,
            running: None,
            port,
            settings: Vec::new(),
        };
        server.settings = settings(server.folder.path())?;
        if is_root() {
            run(Command::new("chown")
                .args(["-R", "nobody:"])
                .arg(server.folder.path()))?;
        }
        let mut make = server.command("initdb");
        make.args([
            "--username=limpide",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ])
        .args(["--no-sync", "--wal-segsize=1", "--pgdata"])
        .arg(server.data());
        run(&mut make)?;
        server.resume();
        Ok(server)
    }

    pub fn url(&self) -> String {
        format!(
            "postgres://limpide@localhost/postgres?host={}",
            self.folder.path().display()
        )
    }

    /// Where the test's own files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server again and waits until it answers.
    pub fn resume(&mut self) {
        let path = self.folder.path().join("log");
        let log = std::fs::File::create(&path).unwrap();
        let mut child = self
            .command("postgres")
            .arg("-D")
            .arg(self.data())
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=50",
            ])
            .args(["-c", "shared_buffers=16MB"])
            .arg("-k")
            .arg(self.folder.path())
            .args(["-p", &self.port.to_string()])
            .args(self.settings.iter().flat_map(|setting| ["-c", setting]))
            .stderr(log)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while !self.answers() {
            assert!(
                child.try_wait().unwrap().is_none() && began.elapsed() < Duration::from_secs(60),
                "PostgreSQL does not start: {}",
                std::fs::read_to_string(&path).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        self.running = Some(child);
    }

    /// Stops the server at once, its connections with it, as a crash would.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = Command::new("kill")
                .args(["-QUIT", &child.id().to_string()])
                .status();
            let _ = child.wait();
        }
    }

    fn answers(&self) -> bool {
        Command::new(self.programs.join("pg_isready"))
            .args([
                "--quiet",
                "--username=limpide",
                "--dbname=postgres",
                "--host",
            ])
            .arg(self.folder.path())
            .args(["--port", &self.port.to_string()])
            .status()
            .unwrap()
            .success()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A program of the server's, under an account that is not root's (PostgreSQL refuses root),
    /// and ended with the test.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.arg("--pdeathsig=QUIT");
        if is_root() {
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
        }
        command
            .arg(self.programs.join(name))
            .current_dir(self.folder.path());
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

fn run(command: &mut Command) -> Result<(), String> {
    let done = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!(
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    ))
}

/// Where the server's programs are: Debian keeps them outside the PATH, in a folder a version.
fn programs() -> Result<PathBuf, String> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut found: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    found.sort();
    found.extend(
        std::env::var_os("PATH")
            .iter()
            .flat_map(std::env::split_paths),
    );
    let has = |folder: &Path| folder.join("initdb").exists() && folder.join("postgres").exists();
    found
        .into_iter()
        .find(|folder| has(folder))
        .ok_or_else(|| "PostgreSQL is not installed (apt-get install postgresql)".to_owned())
}
