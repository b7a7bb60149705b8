//! The conversation with the provider.

use std::sync::{Mutex, MutexGuard, PoisonError};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata,
    CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
};
use time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;

use super::http::Http;
use super::person::{Identity, OtherClaims};
use super::settings::{OpenIdError, OpenIdSettings};
use super::{Fault, Pending, Returned};

/// How long a person may take at the provider.
const SIGNING_IN_LASTS: Duration = Duration::minutes(10);

/// How long the provider's own description is kept; its keys change rarely, but at once.
const DESCRIPTION_LASTS: Duration = Duration::minutes(1);

/// Conversations at the same time: each holds a thread.
const CONVERSATIONS: usize = 4;

/// Signatures that only the provider can make: not `none`, and none with the secret that both share.
const SIGNATURES: [Algorithm; 8] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
];

type Tokens = StandardTokenResponse<
    IdTokenFields<
        OtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        Algorithm,
    >,
    CoreTokenType,
>;

/// The library's client, with all claims of a token.
type Client = openidconnect::Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// When the provider described itself, and how.
type Kept = (OffsetDateTime, CoreProviderMetadata);

/// A provider that people may sign in with.
pub(crate) struct Provider {
    pub(crate) settings: OpenIdSettings,
    issuer: IssuerUrl,
    /// The address of this server that the provider leads back to.
    back: RedirectUrl,
    http: Http,
    described: Mutex<Option<Kept>>,
    talking: Semaphore,
}

impl Provider {
    /// Looks at the settings; asks nothing yet, for a server starts also while its provider is away.
    pub(crate) fn new(settings: OpenIdSettings) -> Result<Self, OpenIdError> {
        let back = settings.check()?;
        let address = |which: &'static str, found: &str| OpenIdError::Address {
            which,
            found: found.to_owned(),
        };
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone())
                .map_err(|_| address("issuer", &settings.issuer))?,
            back: RedirectUrl::new(back.clone()).map_err(|_| address("public address", &back))?,
            http: Http::new(&settings)?,
            described: Mutex::new(None),
            talking: Semaphore::new(CONVERSATIONS),
            settings,
        })
    }

    /// The provider's address to lead a person to, and what their session must keep until they are back.
    pub(crate) async fn begin(
        &self,
        next: String,
        now: OffsetDateTime,
    ) -> Result<(String, Pending), Fault> {
        let client = self.client(now).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut asked = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        for scope in ["email", "profile"] {
            asked = asked.add_scope(Scope::new(scope.to_owned()));
        }
        let (address, state, nonce) = asked.set_pkce_challenge(challenge).url();
        let pending = Pending {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next,
            until: (now + SIGNING_IN_LASTS).unix_timestamp(),
        };
        Ok((address.into(), pending))
    }

    /// Who came back, once all of it has been checked.
    pub(crate) async fn finish(
        &self,
        pending: Pending,
        returned: Returned,
        now: OffsetDateTime,
    ) -> Result<Identity, Fault> {
        // Hashes are compared in constant time.
        let own = blake3::hash(pending.state.as_bytes()) == blake3::hash(returned.state.as_bytes());
        let issuer = returned.iss.is_empty() || returned.iss == *self.issuer;
        if !own || !issuer || now.unix_timestamp() > pending.until {
            return Err(Fault::Stale);
        }
        if !returned.error.is_empty() || returned.code.is_empty() {
            return Err(Fault::Denied);
        }
        let client = self.client(now).await?;
        let http = self.http.clone();
        let asked = client.clone();
        let exchange = move || {
            let request = asked
                .exchange_code(AuthorizationCode::new(returned.code))
                .map_err(|error| failed("token endpoint", &error))?
                .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier));
            request
                .request(&|request| http.send(request))
                .map_err(|error| match error {
                    // Told without its words, which are the provider's.
                    RequestTokenError::ServerResponse(_) => Fault::Untrusted,
                    error => failed("token", &error),
                })
        };
        let tokens = self.talk(exchange).await?;
        let token = tokens.id_token().ok_or(Fault::Untrusted)?;
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || std::time::SystemTime::from(now).into());
        let claims = token
            .claims(&verifier, &Nonce::new(pending.nonce))
            .map_err(|error| {
                tracing::warn!(%error, "an ID token was refused");
                Fault::Untrusted
            })?;
        Identity::of(claims, &self.settings).ok_or(Fault::Unknown)
    }

    /// A client of what the provider says of itself now.
    async fn client(&self, now: OffsetDateTime) -> Result<Client, Fault> {
        let metadata = self.describe(now).await?;
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let client = Client::from_provider_metadata(metadata, id, secret);
        Ok(client.set_redirect_uri(self.back.clone()))
    }

    async fn describe(&self, now: OffsetDateTime) -> Result<CoreProviderMetadata, Fault> {
        if let Some(metadata) = self.kept(now) {
            return Ok(metadata);
        }
        let (issuer, http) = (self.issuer.clone(), self.http.clone());
        let discover = move || {
            CoreProviderMetadata::discover(&issuer, &|request| http.send(request))
                .map_err(|error| failed("discovery", &error))
        };
        let metadata = self.talk(discover).await?;
        *self.lock() = Some((now, metadata.clone()));
        Ok(metadata)
    }

    fn kept(&self, now: OffsetDateTime) -> Option<CoreProviderMetadata> {
        let kept = self.lock();
        let (at, metadata) = kept.as_ref()?;
        let fresh = (Duration::ZERO..DESCRIPTION_LASTS).contains(&(now - *at));
        fresh.then(|| metadata.clone())
    }

    /// What is inside is replaced whole: a thread that panicked left nothing half-done.
    fn lock(&self) -> MutexGuard<'_, Option<Kept>> {
        self.described
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the provider on a thread of its own.
    async fn talk<T: Send + 'static>(
        &self,
        conversation: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let _permit = self.talking.acquire().await.map_err(|_| Fault::Down)?;
        tokio::task::spawn_blocking(conversation)
            .await
            .unwrap_or_else(|error| Err(failed("conversation", &error)))
    }
}

/// The provider could not be talked to; the log says why.
fn failed(what: &str, error: &dyn std::error::Error) -> Fault {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    tracing::warn!(%error, cause, what, "the OpenID Connect provider failed");
    Fault::Down
}
