//! Who a token speaks of, and whether that is somebody of this server's.

use limpide_store::{Binding, NewPerson, Person, Role, Store};
use openidconnect::core::CoreGenderClaim;
use openidconnect::{AdditionalClaims, CsrfToken, IdTokenClaims};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::Fault;
use super::settings::{OpenIdSettings, RoleMapping};

/// Claims that OpenID Connect does not name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct OtherClaims(Map<String, Value>);

impl AdditionalClaims for OtherClaims {}

/// Bytes of randomness in the password of somebody who will never type one.
const PASSWORD_BYTES: u32 = 32;

/// What the provider vouches for.
pub(crate) struct Identity {
    issuer: String,
    /// What the provider calls the person, whatever their name or address becomes.
    subject: String,
    username: String,
    full_name: String,
    /// Roles granted, in the mapping's order; `None` where the provider grants none.
    roles: Option<Vec<Role>>,
}

impl Identity {
    /// `None`: the token names nobody whom the settings let in.
    pub(super) fn of(
        claims: &IdTokenClaims<OtherClaims, CoreGenderClaim>,
        settings: &OpenIdSettings,
    ) -> Option<Self> {
        let email = claims
            .email()
            .filter(|_| claims.email_verified() == Some(true))
            .map(|email| email.as_str());
        if !settings.email_domains.is_empty() {
            let (_, domain) = email?.rsplit_once('@')?;
            let mut domains = settings.email_domains.iter();
            domains.find(|known| known.eq_ignore_ascii_case(domain))?;
        }
        let others = &claims.additional_claims().0;
        let username = match settings.username_claim.as_str() {
            "email" => email,
            "preferred_username" => claims.preferred_username().map(|name| name.as_str()),
            "sub" => Some(claims.subject().as_str()),
            other => others.get(other).and_then(Value::as_str),
        };
        let username = username?.to_owned();
        let full_name = claims.name().and_then(|name| name.get(None));
        Some(Self {
            full_name: full_name.map_or(username.clone(), |name| name.as_str().to_owned()),
            roles: settings.roles.as_ref().map(|roles| granted(roles, others)),
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            username,
        })
    }

    /// The person of this name, added first where the provider grants a role to somebody new.
    pub(crate) async fn person(
        self,
        store: &Store,
        now: OffsetDateTime,
    ) -> Result<Result<Person, Fault>, limpide_store::Error> {
        use limpide_store::Error as Stored;
        let found = match store.find(&self.username).await {
            Ok(person) => person,
            Err(Stored::UnknownUsername(_)) => {
                let Some(&role) = self.roles.iter().flatten().next() else {
                    return Ok(Err(Fault::Unknown));
                };
                // Somebody known under another name, which the provider has changed: nobody new.
                if store.knows_subject(&self.issuer, &self.subject).await? {
                    tracing::warn!("the provider vouches for another name");
                    return Ok(Err(Fault::Other));
                }
                match store.add_person(self.new_person(role)).await {
                    Ok(person) => {
                        tracing::info!(person = person.id, %role, "added, as the provider grants");
                        person
                    }
                    // A name that cannot be kept here, or added this moment by another request.
                    Err(
                        Stored::InvalidUsername(_)
                        | Stored::InvalidFullName
                        | Stored::UsernameTaken(_),
                    ) => return Ok(Err(Fault::Unknown)),
                    Err(error) => return Err(error),
                }
            }
            Err(error) => return Err(error),
        };
        let granted = |roles: &Vec<Role>| roles.contains(&found.role);
        if !self.roles.as_ref().is_none_or(granted) {
            return Ok(Err(Fault::Unknown));
        }
        if found.disabled {
            return Ok(Err(Fault::Unknown));
        }
        let bound = store.bind_subject(found.id, &self.issuer, &self.subject, now);
        if bound.await? == Binding::Other {
            tracing::warn!(
                person = found.id,
                "the provider vouches for another account"
            );
            return Ok(Err(Fault::Other));
        }
        let opened = store.sign_in_known(found.id, now).await?;
        Ok(opened.ok_or(Fault::Unknown))
    }

    fn new_person(&self, role: Role) -> NewPerson {
        NewPerson {
            username: self.username.clone(),
            full_name: self.full_name.clone(),
            title: String::new(),
            role,
            client: None,
            // Nobody knows it: this person signs in with the provider, until given another.
            password: CsrfToken::new_random_len(PASSWORD_BYTES).into_secret(),
        }
    }
}

/// The roles that the claim's values grant.
fn granted(mapping: &RoleMapping, claims: &Map<String, Value>) -> Vec<Role> {
    let mut path = mapping.claim.split('.');
    let first = path.next().and_then(|name| claims.get(name));
    let claim = path.fold(first, |value, name| value?.get(name));
    let values: Vec<&str> = match claim {
        Some(Value::String(value)) => vec![value],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let granted = mapping.granted.iter();
    granted
        .filter(|granted| values.contains(&granted.value.as_str()))
        .map(|granted| granted.role)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::super::settings::GrantedRole;
    use super::*;

    #[test]
    fn roles_are_granted_in_the_mappings_order_and_by_no_other_value() {
        let mapping = |claim: &str| RoleMapping {
            claim: claim.to_owned(),
            granted: [("heads", Role::Admin), ("desk", Role::Adviser)]
                .map(|(value, role)| GrantedRole {
                    value: value.to_owned(),
                    role,
                })
                .to_vec(),
        };
        let claims = json!({"groups": ["desk", "heads", 3], "one": "desk",
            "realm_access": {"roles": ["desk", "head"]}});
        let of = |claim: &str| granted(&mapping(claim), claims.as_object().unwrap());
        assert_eq!(of("groups"), [Role::Admin, Role::Adviser]);
        assert_eq!(of("one"), [Role::Adviser]);
        assert_eq!(of("realm_access.roles"), [Role::Adviser]);
        for nothing in [
            "realm_access",
            "realm_access.other.x",
            "absent",
            "groups.desk",
        ] {
            assert_eq!(of(nothing), [], "{nothing}");
        }
    }
}
