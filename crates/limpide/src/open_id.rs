//! The OpenID Connect provider of `limpide serve`, as variables of the environment name it (docs/sign-in.md).
//!
//! Where `LIMPIDE_OPENID_ISSUER` is not set there is no provider. The client's secret comes from its variable or from
//! a file, never from a flag.

use std::path::Path;

use anyhow::{Context as _, bail};
use limpide_store::Role;
use limpide_web::{GrantedRole, OpenIdSettings, RoleMapping};

use crate::secret;

/// Which provider the variables name; `None`: none. `variable` gives what a variable holds.
///
/// # Errors
/// A variable is missing or cannot be read.
pub fn from_environment(
    variable: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<Option<OpenIdSettings>> {
    let given = |name: &str| {
        let text = variable(&format!("LIMPIDE_OPENID_{name}"))?;
        let text = text.trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let needed = |name: &str| {
        given(name).with_context(|| {
            format!("LIMPIDE_OPENID_ISSUER is set, and LIMPIDE_OPENID_{name} is not")
        })
    };
    let Some(issuer) = given("ISSUER") else {
        return Ok(None);
    };
    let secret_file = given("CLIENT_SECRET_FILE");
    let secret = secret::either(
        "LIMPIDE_OPENID_CLIENT_SECRET",
        given("CLIENT_SECRET").as_deref(),
        secret_file.as_deref().map(Path::new),
    )?;
    let label = issuer.split('/').nth(2).unwrap_or(&issuer).to_owned();
    let root_certificates = match given("ROOT_CERTIFICATES") {
        Some(path) => Some(
            std::fs::read(&path)
                .with_context(|| format!("LIMPIDE_OPENID_ROOT_CERTIFICATES: {path}"))?,
        ),
        None => None,
    };
    Ok(Some(OpenIdSettings {
        client_id: needed("CLIENT_ID")?,
        client_secret: secret.map(|secret| secret.expose().to_owned()),
        public_url: needed("PUBLIC_URL")?,
        label: given("LABEL").unwrap_or(label),
        username_claim: given("USERNAME_CLAIM").unwrap_or_else(|| "email".to_owned()),
        email_domains: list(given("EMAIL_DOMAINS")),
        roles: mapping(given("ROLE_CLAIM"), given("ROLES"))?,
        root_certificates,
        issuer,
    }))
}

/// `auditors=auditor,desk=adviser`: values of the claim and the roles that they grant.
fn mapping(claim: Option<String>, roles: Option<String>) -> anyhow::Result<Option<RoleMapping>> {
    let (claim, roles) = match (claim, roles) {
        (None, None) => return Ok(None),
        (Some(claim), Some(roles)) => (claim, roles),
        _ => bail!(
            "LIMPIDE_OPENID_ROLE_CLAIM and LIMPIDE_OPENID_ROLES go together: set both or neither"
        ),
    };
    let granted = list(Some(roles)).into_iter().map(|entry| {
        let (value, role) = entry.rsplit_once('=').with_context(|| {
            format!("LIMPIDE_OPENID_ROLES holds {entry:?}, expected VALUE=ROLE,VALUE=ROLE")
        })?;
        Ok(GrantedRole {
            value: value.trim().to_owned(),
            role: role
                .trim()
                .parse::<Role>()
                .context("LIMPIDE_OPENID_ROLES")?,
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

    fn read(pairs: &[(&str, &str)]) -> anyhow::Result<Option<OpenIdSettings>> {
        from_environment(&|name| {
            let name = name.strip_prefix("LIMPIDE_OPENID_")?;
            let found = pairs.iter().find(|(known, _)| *known == name)?;
            Some(found.1.to_owned())
        })
    }

    const NEEDED: [(&str, &str); 3] = [
        ("ISSUER", "https://id.example/realms/bank"),
        ("CLIENT_ID", "limpide"),
        ("PUBLIC_URL", "https://credit.example"),
    ];

    #[test]
    fn without_an_issuer_there_is_no_provider() {
        assert!(read(&[]).unwrap().is_none());
        assert!(read(&[("ISSUER", " ")]).unwrap().is_none());
    }

    #[test]
    fn what_is_left_out_has_a_sensible_value_and_what_is_needed_is_named() {
        let settings = read(&NEEDED).unwrap().unwrap();
        assert_eq!(settings.label, "id.example");
        assert_eq!(settings.username_claim, "email");
        assert!(settings.roles.is_none() && settings.client_secret.is_none());
        let error = read(&NEEDED[..2]).unwrap_err().to_string();
        assert!(error.contains("LIMPIDE_OPENID_PUBLIC_URL"), "{error}");
    }

    #[test]
    fn roles_are_read_in_their_order_and_wrong_ones_named() {
        let with = |roles: &str| {
            let more = [("ROLE_CLAIM", "groups"), ("ROLES", roles)];
            read(&[&NEEDED[..], &more[..]].concat())
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
            error.contains("LIMPIDE_OPENID_ROLES") && error.contains("boss"),
            "{error}"
        );
        assert!(with("desk").unwrap_err().to_string().contains("VALUE=ROLE"));
        let half = read(&[&NEEDED[..], &[("ROLE_CLAIM", "groups")]].concat());
        assert!(half.unwrap_err().to_string().contains("go together"));
    }
}
