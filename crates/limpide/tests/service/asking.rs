//! Requests to a running server, as somebody.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body};

/// Longer than any answer takes, also on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

/// Somebody who asks a server.
#[derive(Clone)]
pub struct Asker {
    agent: Agent,
    address: String,
    /// Name and value of the header that says who it is.
    credential: Option<(&'static str, String)>,
}

/// What came back, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Asker {
    /// Nobody in particular.
    pub fn nobody(address: &str) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(LONGEST))
            .build();
        Self {
            agent: agent.into(),
            address: address.to_owned(),
            credential: None,
        }
    }

    /// A program with a key.
    pub fn program(address: &str, key: &str) -> Self {
        Self {
            credential: Some(("authorization", format!("Bearer {key}"))),
            ..Self::nobody(address)
        }
    }

    /// Whoever has this session's cookie.
    pub fn session(address: &str, cookie: &str) -> Self {
        Self {
            credential: Some(("cookie", cookie.to_owned())),
            ..Self::nobody(address)
        }
    }

    /// A person who signs in through the form.
    pub fn person(address: &str, username: &str, password: &str) -> Self {
        let nobody = Self::nobody(address);
        let signed_in = nobody.sign_in(username, password);
        assert_eq!(signed_in.status, 303, "{}", signed_in.body);
        Self::session(address, &signed_in.cookie())
    }

    pub fn sign_in(&self, username: &str, password: &str) -> Answer {
        let form = [("username", username), ("password", password)];
        let request = self.agent.post(format!("{}/login", self.address));
        Answer::read(request.send_form(form).unwrap()).unwrap()
    }

    /// The cookie that says who it is.
    pub fn cookie(&self) -> &str {
        self.credential.as_ref().map_or("", |(_, value)| value)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.try_get(path).unwrap()
    }

    pub fn try_get(&self, path: &str) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        if let Some((name, value)) = &self.credential {
            request = request.header(*name, value);
        }
        Answer::read(request.call()?)
    }

    /// What is said once all clients have been looked at, which a server does in the background.
    pub fn get_when_ready(&self, path: &str) -> Answer {
        let until = Instant::now() + LONGEST;
        loop {
            let answer = self.get(path);
            let too_early = answer.status == 503
                && answer.problem(503)["type"] == "urn:limpide:problem:not-ready";
            if !too_early {
                return answer;
            }
            assert!(Instant::now() < until, "{}", answer.body);
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn post(&self, path: &str, body: &str) -> Answer {
        self.send(path, &[], body.as_bytes()).unwrap()
    }

    /// Posts JSON, unless the headers say otherwise.
    pub fn send(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        if let Some((name, value)) = &self.credential {
            request = request.header(*name, value);
        }
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::read(request.send(body)?)
    }
}

impl Answer {
    fn read(mut response: Response<Body>) -> Result<Self, ureq::Error> {
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_string()?,
        })
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    /// The body, once it is known to have this status.
    pub fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }

    /// The body, once it is known to be a problem document of this status.
    pub fn problem(&self, status: u16) -> Value {
        let problem = self.is(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status);
        problem
    }

    /// What a browser would send back.
    fn cookie(&self) -> String {
        let cookies = self.headers.get_all("set-cookie").iter();
        let cookies: Vec<&str> = cookies
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect();
        cookies.join("; ")
    }
}
