//! A small OpenID Connect provider of a test's own, with a key made for it. It vouches for whatever the test says,
//! rightly or wrongly.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use limpide_web::OpenIdSettings;
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;

pub const CLIENT_ID: &str = "limpide";
pub const SECRET: &str = "a secret of two";

/// How a token is signed.
#[derive(Clone, Copy)]
pub enum Signed {
    /// With the published key.
    Well,
    /// Not at all: `alg: none`.
    Not,
    /// With the secret that both sides know.
    WithSecret,
    /// With a key of the same name that is not the published one.
    ByAnother,
}

/// What a code stands for.
struct Granted {
    claims: Value,
    challenge: String,
    signed: Signed,
}

struct Inner {
    issuer: String,
    key: CoreRsaPrivateSigningKey,
    other_key: CoreRsaPrivateSigningKey,
    codes: Mutex<BTreeMap<String, Granted>>,
}

#[derive(Clone)]
pub struct IdentityProvider(Arc<Inner>);

/// The question that a browser was led to the provider with.
pub struct Question {
    pub state: String,
    pub nonce: String,
    challenge: String,
}

impl IdentityProvider {
    /// Starts it on a port of its own.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self(Arc::new(Inner {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            key: new_key(),
            other_key: new_key(),
            codes: Mutex::default(),
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(exchange))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    pub fn settings(&self) -> OpenIdSettings {
        settings(&self.0.issuer)
    }

    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Reads the address that a browser is led to.
    pub fn read(&self, address: &str) -> Question {
        let (page, query) = address.split_once('?').unwrap();
        assert_eq!(page, format!("{}/authorize", self.0.issuer));
        let query: BTreeMap<&str, &str> = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["client_id"], CLIENT_ID);
        assert!(query["scope"].contains("openid"));
        assert!(query["state"].len() >= 22 && query["nonce"].len() >= 22);
        Question {
            state: query["state"].to_owned(),
            nonce: query["nonce"].to_owned(),
            challenge: query["code_challenge"].to_owned(),
        }
    }

    /// What an honest token says of the person with this address.
    pub fn claims(&self, question: &Question, email: &str) -> Value {
        let now = OffsetDateTime::now_utc();
        json!({
            "iss": self.0.issuer,
            "aud": [CLIENT_ID],
            "sub": format!("the number of {}", email.to_lowercase()),
            "exp": (now + Duration::minutes(5)).unix_timestamp(),
            "iat": now.unix_timestamp(),
            "nonce": question.nonce,
            "email": email,
            "email_verified": true,
            "name": "Nadia Roy",
        })
    }

    /// A code for a token with these claims, as a browser would bring it back.
    pub fn grant(&self, question: &Question, claims: Value, signed: Signed) -> String {
        let mut codes = self.0.codes.lock().unwrap();
        let code = format!("code-{}", codes.len());
        let granted = Granted {
            claims,
            challenge: question.challenge.clone(),
            signed,
        };
        codes.insert(code.clone(), granted);
        code
    }
}

pub fn settings(issuer: &str) -> OpenIdSettings {
    OpenIdSettings {
        issuer: issuer.to_owned(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Some(SECRET.to_owned()),
        public_url: "http://localhost:8080".to_owned(),
        label: "Keycloak".to_owned(),
        username_claim: "email".to_owned(),
        email_domains: Vec::new(),
        roles: None,
        root_certificates: None,
    }
}

async fn describe(State(IdentityProvider(inner)): State<IdentityProvider>) -> Json<Value> {
    let issuer = &inner.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // A careless provider: what it names is not what is accepted.
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    }))
}

async fn keys(State(IdentityProvider(inner)): State<IdentityProvider>) -> Json<Value> {
    let key = serde_json::to_value(inner.key.as_verification_key()).unwrap();
    Json(json!({ "keys": [key] }))
}

async fn exchange(
    State(IdentityProvider(inner)): State<IdentityProvider>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let refused = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": why })));
    // A code counts once.
    let Some(granted) = inner.codes.lock().unwrap().remove(&sent["code"]) else {
        return refused("invalid_grant");
    };
    let verifier = PkceCodeVerifier::new(sent["code_verifier"].clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let back = "http://localhost:8080/login/provider/callback";
    if challenge.as_str() != granted.challenge || sent["redirect_uri"] != back {
        return refused("invalid_grant");
    }
    let token = token(&inner, &granted);
    let answer = json!({"access_token": "x", "token_type": "Bearer", "id_token": token});
    (StatusCode::OK, Json(answer))
}

fn token(inner: &Inner, granted: &Granted) -> String {
    let name = match granted.signed {
        Signed::Well | Signed::ByAnother => "RS256",
        Signed::Not => "none",
        Signed::WithSecret => "HS256",
    };
    let header = json!({"alg": name, "typ": "JWT", "kid": "first"}).to_string();
    let said = format!(
        "{}.{}",
        base64_url(header.as_bytes()),
        base64_url(granted.claims.to_string().as_bytes())
    );
    let rs256 = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    let signature = match granted.signed {
        Signed::Not => Vec::new(),
        Signed::Well => inner.key.sign(&rs256, said.as_bytes()).unwrap(),
        Signed::ByAnother => inner.other_key.sign(&rs256, said.as_bytes()).unwrap(),
        Signed::WithSecret => {
            let key = openidconnect::core::CoreHmacKey::new(SECRET);
            let hs256 = CoreJwsSigningAlgorithm::HmacSha256;
            key.sign(&hs256, said.as_bytes()).unwrap()
        }
    };
    format!("{said}.{}", base64_url(&signature))
}

/// A key of 2048 bits under the name `first`.
fn new_key() -> CoreRsaPrivateSigningKey {
    let made = Command::new("openssl")
        .args(["genrsa", "-traditional", "2048"])
        .output()
        .expect("openssl is there (apt-get install openssl)");
    let pem = String::from_utf8(made.stdout).unwrap();
    CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new("first".to_owned()))).unwrap()
}

/// RFC 4648, section 5, without padding.
fn base64_url(bytes: &[u8]) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = [0_u8; 4];
        bits[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(bits);
        for place in 0..=chunk.len() {
            let digit = (bits >> (18 - 6 * place)) & 0x3f;
            text.push(char::from(digits[digit as usize]));
        }
    }
    text
}
