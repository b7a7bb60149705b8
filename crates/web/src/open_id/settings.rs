//! Which provider is trusted, and whom it may let in.

use std::fmt;

use limpide_store::Role;
use openidconnect::url::Url;

/// A provider of OpenID Connect, and who may come in through it.
#[derive(Clone)]
pub struct OpenIdSettings {
    /// The provider's issuer, as its discovery document writes it: `https://…`, or plain HTTP on this machine.
    pub issuer: String,
    /// Name under which this server is registered there.
    pub client_id: String,
    /// The secret that goes with it; `None` for a public client.
    pub client_secret: Option<String>,
    /// Address of this server as browsers see it; `/login/provider/callback` under it must be registered.
    pub public_url: String,
    /// What the button calls the provider.
    pub label: String,
    /// Claim that holds the username. Of `email`, only one that the provider has verified counts.
    pub username_claim: String,
    /// Only people with a verified e-mail address of one of these domains; empty: whatever the address.
    pub email_domains: Vec<String>,
    /// Which values of a claim grant which roles. With it, nobody comes in whose role is not granted, and who is not
    /// known yet is added; without it, only people who were added before.
    pub roles: Option<RoleMapping>,
    /// Authorities that sign the provider's certificate (PEM), instead of the public ones.
    pub root_certificates: Option<Vec<u8>>,
}

/// Which values of a claim grant which roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleMapping {
    /// The claim: a text or a list of texts; dots lead into objects, as in `realm_access.roles`.
    pub claim: String,
    /// What its values grant; of several, a new person gets the first.
    pub granted: Vec<GrantedRole>,
}

/// A value and the role that it grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantedRole {
    /// Value of the claim.
    pub value: String,
    /// The role; never [`Role::Client`], which needs a client number.
    pub role: Role,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum OpenIdError {
    /// An address that is none, or that everybody on the way could read.
    #[error(
        "the {which} of OpenID Connect is {found:?}, expected https://HOST or, on this machine, http://localhost"
    )]
    Address {
        /// Which setting.
        which: &'static str,
        /// What it holds.
        found: String,
    },
    /// A setting that must hold something.
    #[error("the {0} of OpenID Connect is empty")]
    Empty(&'static str),
    /// A role that needs a client number.
    #[error(
        "OpenID Connect cannot grant the role client: such an account needs a client number; add these people with 'limpide user add'"
    )]
    ClientRole,
    /// Certificates that cannot be read.
    #[error("the certificates of OpenID Connect's authorities cannot be read: expected PEM")]
    Certificates,
}

impl OpenIdSettings {
    /// Looks at the settings; gives the address to come back to.
    pub(super) fn check(&self) -> Result<String, OpenIdError> {
        check_address("issuer", &self.issuer)?;
        check_address("public address", &self.public_url)?;
        let texts = [
            ("client id", &self.client_id),
            ("button's label", &self.label),
            ("username claim", &self.username_claim),
        ];
        for (which, text) in texts {
            if text.trim().is_empty() {
                return Err(OpenIdError::Empty(which));
            }
        }
        if let Some(mapping) = &self.roles {
            if mapping.claim.trim().is_empty() {
                return Err(OpenIdError::Empty("role claim"));
            }
            if mapping.granted.is_empty() {
                return Err(OpenIdError::Empty("role mapping"));
            }
            if mapping
                .granted
                .iter()
                .any(|granted| granted.role == Role::Client)
            {
                return Err(OpenIdError::ClientRole);
            }
        }
        let base = self.public_url.trim_end_matches('/');
        Ok(format!("{base}/login/provider/callback"))
    }
}

fn check_address(which: &'static str, found: &str) -> Result<(), OpenIdError> {
    match Url::parse(found) {
        Ok(url) if is_guarded(&url) => Ok(()),
        _ => Err(OpenIdError::Address {
            which,
            found: found.to_owned(),
        }),
    }
}

/// Whether nobody on the way reads what is sent there.
pub(super) fn is_guarded(url: &Url) -> bool {
    url.scheme() == "https" && url.host_str().is_some() || url.scheme() == "http" && is_here(url)
}

/// Whether it is this machine.
pub(super) fn is_here(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

impl fmt::Debug for OpenIdSettings {
    /// Without the secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OpenIdSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn settings() -> OpenIdSettings {
        OpenIdSettings {
            issuer: "https://id.example/realms/bank".to_owned(),
            client_id: "limpide".to_owned(),
            client_secret: Some("s3cret".to_owned()),
            public_url: "https://credit.example/".to_owned(),
            label: "Keycloak".to_owned(),
            username_claim: "email".to_owned(),
            email_domains: Vec::new(),
            roles: None,
            root_certificates: None,
        }
    }

    #[test]
    fn the_way_back_stands_under_the_public_address() {
        let back = settings().check().unwrap();
        assert_eq!(back, "https://credit.example/login/provider/callback");
        assert!(!format!("{:?}", settings()).contains("s3cret"));
    }

    #[test]
    fn an_address_that_others_could_read_on_the_way_is_refused() {
        for found in [
            "http://id.example",
            "id.example",
            "ftp://localhost/",
            "http://localhost.example/",
            "",
        ] {
            let settings = OpenIdSettings {
                issuer: found.to_owned(),
                ..settings()
            };
            let error = settings.check().unwrap_err();
            assert!(
                matches!(error, OpenIdError::Address { .. }),
                "{found}: {error}"
            );
        }
    }

    #[test]
    fn nobody_becomes_a_client_by_what_a_provider_says() {
        let settings = OpenIdSettings {
            roles: Some(RoleMapping {
                claim: "groups".to_owned(),
                granted: vec![GrantedRole {
                    value: "everyone".to_owned(),
                    role: Role::Client,
                }],
            }),
            ..settings()
        };
        assert_eq!(settings.check().unwrap_err(), OpenIdError::ClientRole);
    }
}
