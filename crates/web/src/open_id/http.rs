//! Requests to the provider: over TLS, without following redirects, bounded in time and size. They block.

use std::io;
use std::time::Duration;

use openidconnect::url::Url;
use openidconnect::{HttpRequest, HttpResponse};
use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::settings::{OpenIdError, OpenIdSettings, is_guarded, is_here};

/// A request with its answer may take this long.
const PATIENCE: Duration = Duration::from_secs(5);

/// No document of a provider is longer, in bytes.
const MOST_BYTES: u64 = 512 * 1024;

/// Sends requests to one provider.
#[derive(Clone)]
pub(super) struct Http {
    agent: Agent,
    /// Whether the provider is this machine: else nothing there is asked.
    here: bool,
}

impl Http {
    pub(super) fn new(settings: &OpenIdSettings) -> Result<Self, OpenIdError> {
        let here = Url::parse(&settings.issuer).is_ok_and(|url| is_here(&url));
        let mut tls = TlsConfig::builder();
        if let Some(pem) = &settings.root_certificates {
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates(pem)?));
        }
        let mut config = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .tls_config(tls.build());
        if here {
            config = config.proxy(None);
        }
        Ok(Self {
            agent: config.build().into(),
            here,
        })
    }

    /// Sends a request and reads the answer to its end.
    pub(super) fn send(&self, request: HttpRequest) -> io::Result<HttpResponse> {
        let url = Url::parse(&request.uri().to_string()).map_err(io::Error::other)?;
        if !is_guarded(&url) || is_here(&url) != self.here {
            let words = "the provider names an address that is not its own to be asked over TLS";
            return Err(io::Error::other(words));
        }
        let answer = self.agent.run(request).map_err(io::Error::other)?;
        let (parts, mut body) = answer.into_parts();
        let body = body.with_config().limit(MOST_BYTES).read_to_vec();
        let body = body.map_err(io::Error::other)?;
        Ok(HttpResponse::from_parts(parts, body))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, OpenIdError> {
    let mut certificates = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| OpenIdError::Certificates)? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(OpenIdError::Certificates);
    }
    Ok(certificates)
}
