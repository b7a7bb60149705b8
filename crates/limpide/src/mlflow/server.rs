//! One MLflow server: where it is, and how it is asked.

use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;
use ureq::http::Uri;

/// How long a server may take to be reached.
const CONNECT: Duration = Duration::from_secs(10);
/// How long one answer may take, large files included.
const ANSWER: Duration = Duration::from_secs(120);
/// How much of an answer is quoted.
const QUOTED: usize = 300;

/// Where experiments, runs and models are recorded.
pub struct Server {
    agent: ureq::Agent,
    address: String,
    token: Option<String>,
}

/// What the server said: its status and its text.
struct Answer {
    status: u16,
    text: String,
}

impl Server {
    /// A server by its address, not asked yet. `MLFLOW_TRACKING_TOKEN`, where it is set, is handed
    /// over with each request.
    pub fn at(address: &str) -> anyhow::Result<Self> {
        let address = address.trim_end_matches('/');
        let uri: Option<Uri> = address.parse().ok();
        let scheme = uri.as_ref().and_then(Uri::scheme_str);
        let has_host = uri
            .as_ref()
            .and_then(Uri::host)
            .is_some_and(|host| !host.is_empty());
        match (scheme, has_host) {
            (Some("http"), true) => {}
            (Some("https"), _) => bail!(
                "--mlflow {address}: this program speaks http only; put a proxy that speaks https \
                 in between (ssh -L, stunnel, nginx) and name its address"
            ),
            _ => bail!("--mlflow {address}: an address such as http://127.0.0.1:5000 is expected"),
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER))
            .build()
            .into();
        Ok(Self {
            agent,
            address: address.to_owned(),
            token: std::env::var("MLFLOW_TRACKING_TOKEN").ok(),
        })
    }

    /// The address, for sentences.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Asks for something by its parameters.
    pub fn get(&self, path: &str, parameters: &[(&str, &str)]) -> anyhow::Result<Option<Value>> {
        let mut request = self.agent.get(self.url(path));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.query_pairs(parameters.iter().copied());
        self.read(path, request.call())?.json_if_found()
    }

    /// Sends an object, and gives what came back.
    pub fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.send(path, body)?;
        answer.json()
    }

    /// Sends an object; none came back where the server has what was to be made.
    pub fn create(&self, path: &str, body: &Value) -> anyhow::Result<Option<Value>> {
        let answer = self.send(path, body)?;
        if answer.code().as_deref() == Some("RESOURCE_ALREADY_EXISTS") {
            return Ok(None);
        }
        answer.json().map(Some)
    }

    /// Keeps a file under a path of the server's artefacts.
    pub fn put(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = format!("mlflow-artifacts/artifacts/{path}");
        let mut request = self.agent.put(self.url(&path));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.header("content-type", "application/octet-stream");
        self.read(&path, request.send(bytes))?.json().map(|_| ())
    }

    fn send(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let path = format!("mlflow/{path}");
        let mut request = self.agent.post(self.url(&path));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.read(&path, request.send_json(body))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/2.0/{path}", self.address)
    }

    fn read(
        &self,
        path: &str,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> anyhow::Result<Answer> {
        let place = || format!("the MLflow server at {} ({path})", self.address);
        let mut answer = answer.with_context(place)?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().with_context(place)?;
        Ok(Answer { status, text })
            .and_then(|answer| answer.checked())
            .with_context(place)
    }
}

impl Answer {
    /// Refuses what is no answer of MLflow at all.
    fn checked(self) -> anyhow::Result<Self> {
        if self.status / 100 == 2 || self.code().is_some() {
            return Ok(self);
        }
        bail!(
            "status {}, {:?} found: that is no answer of MLflow",
            self.status,
            self.quoted()
        )
    }

    /// MLflow's word for what went wrong.
    fn code(&self) -> Option<String> {
        let json: Value = serde_json::from_str(&self.text).ok()?;
        json["error_code"].as_str().map(str::to_owned)
    }

    fn json_if_found(self) -> anyhow::Result<Option<Value>> {
        match self.code().as_deref() {
            Some("RESOURCE_DOES_NOT_EXIST") => Ok(None),
            _ => self.json().map(Some),
        }
    }

    fn json(self) -> anyhow::Result<Value> {
        if self.status / 100 != 2 {
            bail!("status {}: {}", self.status, self.quoted());
        }
        match self.text.trim() {
            "" => Ok(Value::Null),
            text => serde_json::from_str(text)
                .with_context(|| format!("{:?} found, JSON expected", self.quoted())),
        }
    }

    fn quoted(&self) -> String {
        self.text.chars().take(QUOTED).collect()
    }
}
