//! A small WebDriver client: as much of the protocol as tests of documents ask for.
//!
//! It starts chromedriver on a port of its own choosing and a headless Chromium with a profile of
//! its own. Both end when the [`Browser`] is dropped, also when a test panics.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// Where the two programs are.
pub struct Programs {
    chromium: PathBuf,
    chromedriver: PathBuf,
}

impl Programs {
    /// Finds both, or says which is missing.
    pub fn find() -> Result<Self, String> {
        let chromium = ["chromium", "chromium-browser", "google-chrome"]
            .into_iter()
            .find_map(on_path)
            .ok_or("no chromium on the PATH")?;
        let chromedriver = on_path("chromedriver").ok_or("no chromedriver on the PATH")?;
        Ok(Self {
            chromium,
            chromedriver,
        })
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let mut candidates = env::split_paths(&folders).map(|folder| folder.join(name));
    candidates.find(|file| file.is_file())
}

/// A running browser with one window.
pub struct Browser {
    driver: Child,
    /// Kept open: a driver that can write no more ends.
    _output: BufReader<ChildStdout>,
    agent: ureq::Agent,
    session: String,
}

impl Browser {
    /// Starts driver and browser; the profile folder is the browser's alone.
    pub fn start(programs: &Programs, profile: &Path) -> Self {
        let mut driver = Command::new(&programs.chromedriver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let mut output = BufReader::new(driver.stdout.take().expect("stdout is piped"));
        let Some(port) = read_port(&mut output) else {
            // There is no browser yet to take down with the driver.
            let _ = driver.kill();
            panic!("chromedriver did not say which port it listens on");
        };
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(120)))
            .build()
            .into();
        let mut browser = Self {
            driver,
            _output: output,
            agent,
            session: format!("http://127.0.0.1:{port}/session"),
        };
        let asked = capabilities(&programs.chromium, profile);
        let answer = browser.post("", asked);
        let id = answer["sessionId"].as_str().expect("a session has an id");
        browser.session = format!("{}/{id}", browser.session);
        browser.post("/timeouts", json!({"script": 60_000}));
        browser
    }

    /// Opens an address.
    pub fn open(&self, address: &str) {
        self.post("/url", json!({ "url": address }));
    }

    /// Runs a function body in the page and returns its result.
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        let asked = json!({"script": script, "args": arguments});
        self.post("/execute/sync", asked)
    }

    /// Runs a function body whose last argument takes the result.
    pub fn run_async(&self, script: &str, arguments: Value) -> Value {
        let asked = json!({"script": script, "args": arguments});
        self.post("/execute/async", asked)
    }

    /// Prefers `light` or `dark` pages from now on.
    pub fn prefer_scheme(&self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        );
    }

    fn devtools(&self, command: &str, parameters: Value) -> Value {
        let asked = json!({"cmd": command, "params": parameters});
        self.post("/goog/cdp/execute", asked)
    }

    fn post(&self, path: &str, body: Value) -> Value {
        let address = format!("{}{path}", self.session);
        let answer = self.agent.post(address).send_json(body);
        value_of(answer).unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session ends the browser; what fails here leaves nothing to tell.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port in chromedriver's own words: "… was started successfully on port 41313."
fn read_port(output: &mut BufReader<ChildStdout>) -> Option<u16> {
    for line in output.lines() {
        let line = line.ok()?;
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim_end_matches('.').parse().ok();
        }
    }
    None
}

fn capabilities(chromium: &Path, profile: &Path) -> Value {
    let arguments = [
        "--headless=new",
        // A sandbox cannot be had as root, as in most containers.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--no-proxy-server",
    ];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    json!({"capabilities": {"alwaysMatch": {
        "browserName": "chrome",
        "goog:chromeOptions": {"binary": chromium, "args": arguments},
    }}})
}

/// The `value` of an answer, or what the driver says went wrong.
fn value_of(
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, String> {
    let mut answer = answer.map_err(|error| error.to_string())?;
    let body = answer.body_mut().with_config().limit(64 << 20);
    let body: Value = body.read_json().map_err(|error| error.to_string())?;
    if answer.status().is_success() {
        return Ok(body["value"].clone());
    }
    Err(format!(
        "{}: {}",
        body["value"]["error"], body["value"]["message"]
    ))
}
