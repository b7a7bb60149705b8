//! What the program is told beside its command: by flags, by the environment, by a file, or not.
//!
//! One rule for all: the setting `a-b` is the flag `--a-b`, the variable `LIMPIDE_A_B` and the key
//! `a_b` of the file that `--config` or `LIMPIDE_CONFIG` names. A flag counts more than the
//! environment, that more than the file. A variable that is set to nothing says nothing.
//!
//! Secrets have no flag and no key: they come from the environment, or from a file that the setting
//! `…_file` names ([`crate::secret`]).

mod file;
mod flags;
mod kind;
mod table;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use limpide_store::Location;
use limpide_web::{Lender, Network};

use crate::secret::{self, Secret};
use file::ConfigFile;

pub use flags::{Flags, General, OfDatabase, OfLender, OfServe};
pub use kind::Kind;
pub use table::*;

/// The variable that names the configuration file.
pub const CONFIG_VARIABLE: &str = "LIMPIDE_CONFIG";

/// Who writes letters.
///
/// # Errors
/// A variable holds what cannot be.
pub fn lender(said: &Said<'_>) -> anyhow::Result<Lender> {
    let text =
        |setting| Ok::<_, anyhow::Error>(said.optional::<String>(setting)?.unwrap_or_default());
    let address = text(&LENDER_ADDRESS)?;
    let lines = address.split(';').map(str::trim);
    Ok(Lender {
        name: text(&LENDER_NAME)?,
        address: lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        contact: text(&LENDER_CONTACT)?,
    })
}

/// What was said, by whom.
pub struct Settings {
    flags: BTreeMap<&'static str, String>,
    environment: BTreeMap<String, String>,
    file: Option<ConfigFile>,
}

/// Who set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A flag of the command line.
    Flag(&'static str),
    /// A variable of the environment.
    Variable(String),
    /// A line of the configuration file.
    File(String),
    /// Nobody.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(formatter, "--{flag}"),
            Self::Variable(name) => formatter.write_str(name),
            Self::File(place) => formatter.write_str(place),
            Self::Default => formatter.write_str("default"),
        }
    }
}

impl Settings {
    /// Reads the file that is named, and what the environment says.
    ///
    /// # Errors
    /// The file cannot be read, or says what cannot be.
    pub fn open(config: Option<&Path>, general: &Flags<General>) -> anyhow::Result<Self> {
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            let pair = (name.into_string().ok()?, value.into_string().ok()?);
            (pair.0.starts_with("LIMPIDE_") && !pair.1.is_empty()).then_some(pair)
        });
        let environment: BTreeMap<String, String> = environment.collect();
        let named = config.map(Path::to_owned);
        let named = named.or_else(|| environment.get(CONFIG_VARIABLE).map(PathBuf::from));
        Ok(Self {
            flags: general.given().clone(),
            file: named.as_deref().map(ConfigFile::open).transpose()?,
            environment,
        })
    }

    /// The same, with more flags.
    pub fn with<G>(&self, flags: &Flags<G>) -> Said<'_> {
        let mut all = self.flags.clone();
        all.extend(flags.given().clone());
        Said {
            settings: self,
            flags: all,
        }
    }
}

/// What was said, once a command's own flags are known.
pub struct Said<'a> {
    settings: &'a Settings,
    flags: BTreeMap<&'static str, String>,
}

impl Said<'_> {
    /// A setting's value as it was written and who said so; `None` where it has none.
    ///
    /// # Errors
    /// A variable holds what cannot be.
    pub fn said(&self, setting: &Setting) -> anyhow::Result<Option<(String, Source)>> {
        if let Some(text) = self.flags.get(setting.name) {
            return Ok(Some((text.clone(), Source::Flag(setting.name))));
        }
        let variable = setting.variable();
        if let Some(text) = self.settings.environment.get(&variable) {
            if let Err(expected) = setting.kind.check(text) {
                bail!("{variable} is {text:?}, expected {expected}");
            }
            return Ok(Some((text.clone(), Source::Variable(variable))));
        }
        let file = self.settings.file.as_ref();
        if let Some((text, place)) = file.and_then(|file| file.get(setting)) {
            return Ok(Some((text.to_owned(), Source::File(place))));
        }
        let default = Some(setting.default).filter(|text| !text.is_empty());
        Ok(default.map(|text| (text.to_owned(), Source::Default)))
    }

    /// A setting's value; `None` where it has none.
    ///
    /// # Errors
    /// As [`Said::said`].
    pub fn optional<T: FromStr>(&self, setting: &Setting) -> anyhow::Result<Option<T>>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        let Some((text, source)) = self.said(setting)? else {
            return Ok(None);
        };
        let read = text.parse();
        read.map(Some)
            .with_context(|| format!("{} is {text:?} ({source})", setting.key()))
    }

    /// The value of a setting that has a default.
    ///
    /// # Errors
    /// As [`Said::said`].
    pub fn value<T: FromStr>(&self, setting: &Setting) -> anyhow::Result<T>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        let value = self.optional(setting)?;
        value.with_context(|| format!("{} is not set", setting.key()))
    }

    /// A setting in whole seconds.
    ///
    /// # Errors
    /// As [`Said::said`].
    pub fn seconds(&self, setting: &Setting) -> anyhow::Result<Duration> {
        self.value(setting).map(Duration::from_secs)
    }

    /// Networks.
    ///
    /// # Errors
    /// As [`Said::said`].
    pub fn networks(&self, setting: &Setting) -> anyhow::Result<Vec<Network>> {
        let said = self.said(setting)?;
        Ok(said
            .and_then(|(text, _)| kind::networks(&text))
            .unwrap_or_default())
    }

    /// A secret from the variable of `setting`, or from the file that `file` names.
    ///
    /// # Errors
    /// Both are given, or the file holds none.
    pub fn secret(&self, setting: &Setting, file: &Setting) -> anyhow::Result<Option<Secret>> {
        let variable = setting.variable();
        let text = self.settings.environment.get(&variable);
        let file: Option<PathBuf> = self.optional(file)?;
        secret::either(&variable, text.map(String::as_str), file.as_deref())
    }

    /// The database that is asked for; `None` where none is.
    ///
    /// # Errors
    /// It is asked for twice, cannot be read, or stands with its password where others read it.
    pub fn database(&self) -> anyhow::Result<Option<Location>> {
        let said = self.said(&DATABASE)?;
        let file = self.said(&DATABASE_FILE)?;
        let text = match (said, file) {
            (Some((_, one)), Some((_, other))) if rank(&one) == rank(&other) => {
                bail!("the database is named twice, by {one} and by {other}: leave one of them out")
            }
            (Some((text, Source::Flag(_))), _) if holds_password(&text) => bail!(
                "--database holds a password, which everyone on this machine could read: hand the \
                 URL over by LIMPIDE_DATABASE or --database-file, or the password by PGPASSWORD"
            ),
            (Some((text, one)), other)
                if other
                    .as_ref()
                    .is_none_or(|(_, other)| rank(&one) > rank(other)) =>
            {
                text
            }
            (_, Some((path, _))) => secret::from_file(Path::new(&path))?.expose().to_owned(),
            (Some((text, _)), None) => text,
            (None, None) => return Ok(None),
        };
        Ok(Some(text.parse()?))
    }

    /// Every setting: what it holds, hidden where nobody may read it, and who said so.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn shown(&self) -> anyhow::Result<Vec<Shown>> {
        let settings = all();
        let shown = settings.map(|setting| {
            let said = self.said(setting)?;
            let (value, source) = match said {
                Some((text, source)) => (Some(visible(setting, &text)), source),
                None => (None, Source::Default),
            };
            Ok(Shown {
                setting,
                value,
                source,
            })
        });
        shown.collect()
    }
}

/// A setting as it is shown.
pub struct Shown {
    /// Which.
    pub setting: &'static Setting,
    /// What it holds; `None`: nothing.
    pub value: Option<String>,
    /// Who said so.
    pub source: Source,
}

/// Whoever ranks higher is believed.
fn rank(source: &Source) -> u8 {
    match source {
        Source::Flag(_) => 3,
        Source::Variable(_) => 2,
        Source::File(_) => 1,
        Source::Default => 0,
    }
}

/// What may be shown of a value.
fn visible(setting: &Setting, text: &str) -> String {
    match setting.kind {
        Kind::Secret => "(hidden)".to_owned(),
        Kind::Database => match text.parse::<Location>() {
            Ok(location) => location.to_string(),
            Err(_) => "(unreadable)".to_owned(),
        },
        _ => text.to_owned(),
    }
}

/// Whether a database's URL holds a password, before the `@` or among what follows the `?`.
fn holds_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    user.is_some_and(|user| user.contains(':'))
        || query.split('&').any(|pair| pair.starts_with("password="))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_password_in_a_url_is_seen() {
        for url in [
            "postgres://me:s3cret@host/x",
            "postgres://host/x?sslmode=prefer&password=s3cret",
            "postgres://me:s3@cret@host/x",
        ] {
            assert!(holds_password(url), "{url}");
        }
        for url in [
            "postgres://me@host:5432/x",
            "people.db",
            "a:b@c",
            "postgres://host/a:b",
        ] {
            assert!(!holds_password(url), "{url}");
        }
    }

    #[test]
    fn names_are_settings_once_and_defaults_are_of_their_kind() {
        let mut names: Vec<&str> = all().map(|setting| setting.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for setting in all().filter(|setting| !setting.default.is_empty()) {
            assert_eq!(
                setting.kind.check(setting.default),
                Ok(()),
                "{}",
                setting.name
            );
        }
    }
}
