//! Where a scheduler is: a host and a port.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// How long a scheduler may take to say how it is.
const ANSWER: Duration = Duration::from_secs(5);

/// A scheduler's host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulerAddress {
    host: String,
    port: u16,
}

impl FromStr for SchedulerAddress {
    type Err = Error;

    /// Reads `host:port`, with or without `http://` or `df://` in front.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::SchedulerAddress {
            found: text.to_owned(),
        };
        let bare = ["http://", "df://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme))
            .unwrap_or(text);
        let (host, port) = bare
            .strip_suffix('/')
            .unwrap_or(bare)
            .rsplit_once(':')
            .ok_or_else(wrong)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let is_v6 = host.starts_with('[') && host.ends_with(']');
        if host.is_empty() || !(is_v6 || host.chars().all(plain)) {
            return Err(wrong());
        }
        let port = port.parse().ok().filter(|port| *port > 0);
        Ok(Self {
            host: host.to_owned(),
            port: port.ok_or_else(wrong)?,
        })
    }
}

impl fmt::Display for SchedulerAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.host, self.port)
    }
}

impl SchedulerAddress {
    /// The host: a name or an IP address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{self}")
    }

    /// How many executors the scheduler has heard from lately.
    ///
    /// # Errors
    /// [`Error::NoScheduler`] if nothing answers, or something else than a scheduler does.
    pub async fn executors(&self) -> Result<usize> {
        let no_scheduler = |reason: String| Error::NoScheduler {
            address: self.to_string(),
            reason,
        };
        let answer = timeout(ANSWER, self.ask())
            .await
            .map_err(|_| no_scheduler(format!("no answer within {} s", ANSWER.as_secs())))?
            .map_err(|error| no_scheduler(error.to_string()))?;
        executors_in(&answer)
            .ok_or_else(|| no_scheduler("what answers is not a scheduler".to_owned()))
    }

    async fn ask(&self) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.to_string()).await?;
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {self}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(16_384).read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// The number in "ready: 2 executors registered" or "not ready: 0/1 executors registered".
fn executors_in(answer: &str) -> Option<usize> {
    let line = answer
        .lines()
        .find(|line| line.contains("ready: ") && line.contains("executors registered"))?;
    let number = line.split("ready: ").nth(1)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port_with_or_without_a_scheme() {
        for text in [
            "localhost:50050",
            "http://localhost:50050",
            "df://localhost:50050/",
        ] {
            let address: SchedulerAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), "localhost:50050");
            assert_eq!(address.url(), "http://localhost:50050");
        }
        assert_eq!("[::1]:7".parse::<SchedulerAddress>().unwrap().port(), 7);
    }

    #[test]
    fn what_is_no_address_is_refused_with_an_example() {
        for text in [
            "",
            "localhost",
            ":50050",
            "a b:1",
            "h:0",
            "h:70000",
            "ftp://h:1",
        ] {
            let error = text.parse::<SchedulerAddress>().unwrap_err().to_string();
            assert!(error.contains(&format!("'{text}'")), "{error}");
            assert!(error.contains("127.0.0.1:50050"), "{error}");
        }
    }

    #[test]
    fn a_scheduler_tells_how_many_executors_it_has() {
        let answer = |line: &str| format!("HTTP/1.1 200 OK\r\n\r\n{line}\n");
        let ready = answer("ready: 12 executors registered");
        assert_eq!(executors_in(&ready), Some(12));
        let alone = answer("not ready: 0/1 executors registered");
        assert_eq!(executors_in(&alone), Some(0));
        assert_eq!(executors_in(&answer("ready: to serve")), None);
    }
}
