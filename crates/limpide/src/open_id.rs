//! The OpenID Connect provider of `limpide serve`, as the settings `openid-…` name it
//! (docs/sign-in.md).

use std::fs;

use anyhow::{Context as _, bail};
use limpide_store::Role;
use limpide_web::{GrantedRole, OpenIdSettings, RoleMapping};

use crate::secret::Secret;
use crate::settings::{self, Said, Setting};

/// The provider that the settings name; `None`: none.
///
/// # Errors
/// A setting is missing or cannot be read.
pub fn provider(said: &Said<'_>) -> anyhow::Result<Option<OpenIdSettings>> {
    let given = |setting: &Setting| said.optional::<String>(setting);
    let secret = said.secret(
        &settings::OPENID_CLIENT_SECRET,
        &settings::OPENID_CLIENT_SECRET_FILE,
    )?;
    read(&given, secret)
}

/// `given` tells what a setting holds.
fn read(
    given: &dyn Fn(&Setting) -> anyhow::Result<Option<String>>,
    secret: Option<Secret>,
) -> anyhow::Result<Option<OpenIdSettings>> {
    let Some(issuer) = given(&settings::OPENID_ISSUER)? else {
        return Ok(None);
    };
    let needed = |setting: &Setting| {
        given(setting)?
            .with_context(|| format!("openid_issuer is set, and {} is not", setting.key()))
    };
    let host = issuer.split('/').nth(2).unwrap_or(&issuer).to_owned();
    let root_certificates = match given(&settings::OPENID_ROOT_CERTIFICATES)? {
        Some(path) => {
            let named = || format!("openid_root_certificates: {path}");
            Some(fs::read(&path).with_context(named)?)
        }
        None => None,
    };
    let claim = given(&settings::OPENID_ROLE_CLAIM)?;
    Ok(Some(OpenIdSettings {
        client_id: needed(&settings::OPENID_CLIENT_ID)?,
        client_secret: secret.map(|secret| secret.expose().to_owned()),
        public_url: needed(&settings::OPENID_PUBLIC_URL)?,
        label: given(&settings::OPENID_LABEL)?.unwrap_or(host),
        username_claim: needed(&settings::OPENID_USERNAME_CLAIM)?,
        email_domains: list(given(&settings::OPENID_EMAIL_DOMAINS)?),
        roles: mapping(claim, given(&settings::OPENID_ROLES)?)?,
        root_certificates,
        issuer,
    }))
}

/// `auditors=auditor,desk=adviser`: values of the claim and the roles that they grant.
fn mapping(claim: Option<String>, roles: Option<String>) -> anyhow::Result<Option<RoleMapping>> {
    let (claim, roles) = match (claim, roles) {
        (None, None) => return Ok(None),
        (Some(claim), Some(roles)) => (claim, roles),
        _ => bail!("openid_role_claim and openid_roles go together: set both or neither"),
    };
    let granted = list(Some(roles)).into_iter().map(|entry| {
        let (value, role) = entry.rsplit_once('=').with_context(|| {
            format!("openid_roles is {entry:?}, expected VALUE=ROLE,VALUE=ROLE")
        })?;
        Ok(GrantedRole {
            value: value.trim().to_owned(),
            role: role.trim().parse::<Role>().context("openid_roles")?,
        })
    });
    let granted = granted.collect::<anyhow::Result<Vec<_>>>()?;
    Ok(Some(RoleMapping { claim, granted }))
}

fn list(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    let entries = text.split(',').map(|entry| entry.trim().to_owned());
    entries.filter(|entry| !entry.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn said(pairs: &[(&str, &str)]) -> anyhow::Result<Option<OpenIdSettings>> {
        let given = |setting: &Setting| {
            let found = pairs.iter().find(|(name, _)| *name == setting.name);
            let text = found.map_or(setting.default, |(_, text)| *text);
            Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
        };
        read(&given, None)
    }

    const NEEDED: [(&str, &str); 3] = [
        ("openid-issuer", "https://id.example/realms/bank"),
        ("openid-client-id", "limpide"),
        ("openid-public-url", "https://credit.example"),
    ];

    #[test]
    fn without_an_issuer_there_is_no_provider() {
        assert!(said(&[]).unwrap().is_none());
        assert!(said(&NEEDED[1..]).unwrap().is_none());
    }

    #[test]
    fn what_is_left_out_has_a_sensible_value_and_what_is_needed_is_named() {
        let settings = said(&NEEDED).unwrap().unwrap();
        assert_eq!(settings.label, "id.example");
        assert_eq!(settings.username_claim, "email");
        assert!(settings.roles.is_none() && settings.client_secret.is_none());
        let error = said(&NEEDED[..2]).unwrap_err().to_string();
        assert!(error.contains("openid_public_url"), "{error}");
    }

    #[test]
    fn roles_are_read_in_their_order_and_wrong_ones_named() {
        let with = |roles: &str| {
            let more = [("openid-role-claim", "groups"), ("openid-roles", roles)];
            said(&[&NEEDED[..], &more[..]].concat())
        };
        let mapping = with("a=b=auditor, desk = adviser")
            .unwrap()
            .unwrap()
            .roles
            .unwrap();
        let granted: Vec<(&str, Role)> = mapping
            .granted
            .iter()
            .map(|granted| (granted.value.as_str(), granted.role))
            .collect();
        assert_eq!(granted, [("a=b", Role::Auditor), ("desk", Role::Adviser)]);
        let error = format!("{:#}", with("desk=boss").unwrap_err());
        assert!(
            error.contains("openid_roles") && error.contains("boss"),
            "{error}"
        );
        assert!(with("desk").unwrap_err().to_string().contains("VALUE=ROLE"));
        let half = said(&[&NEEDED[..], &[("openid-role-claim", "groups")]].concat());
        assert!(half.unwrap_err().to_string().contains("go together"));
    }
}
