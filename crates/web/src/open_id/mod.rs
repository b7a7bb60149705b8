//! Signing in with a provider that speaks OpenID Connect: authorization code flow with PKCE, state and nonce.
//!
//! A person is led to the provider and comes back with a code, which the server exchanges for an ID token.
//! What the token says counts only once its signature, issuer, audience, time and nonce have been checked
//! against what was put into the person's session before. Access tokens are not kept.

mod http;
mod person;
mod provider;
mod settings;

use serde::{Deserialize, Serialize};

pub(crate) use provider::Provider;
pub use settings::{GrantedRole, OpenIdError, OpenIdSettings, RoleMapping};

/// What a session keeps while its person is at the provider.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) state: String,
    nonce: String,
    verifier: String,
    /// The page to show afterwards.
    pub(crate) next: String,
    /// Seconds since 1970 after which the answer comes too late.
    until: i64,
}

/// The provider's answer, as it arrives in the address.
#[derive(Default, Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    /// Whom the answer is of (RFC 9207); empty where the provider does not say.
    #[serde(default)]
    iss: String,
    /// Why there is no code.
    #[serde(default)]
    error: String,
}

/// Why nobody was signed in. What is told of it holds nothing that came from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The provider does not answer, or not in its own language.
    Down,
    /// The answer is not to a question of this session, or comes late, or a second time.
    Stale,
    /// The person or the provider said no.
    Denied,
    /// The provider does not vouch for its answer.
    Untrusted,
    /// The person is signed in there, and may not come in here.
    Unknown,
    /// The provider gives the person's name to another account than the one they first came with.
    Other,
}
