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
use limpide_model::Text;
use limpide_store::Location;
use limpide_web::{Lender, Network, SettingInForce, SettingSection, SettingSource, SettingValue};

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
    File {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
    },
    /// Nobody.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(formatter, "--{flag}"),
            Self::Variable(name) => formatter.write_str(name),
            Self::File { path, line } => write!(formatter, "{}, line {line}", path.display()),
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

    /// As if nothing were said but this.
    pub fn saying(flags: BTreeMap<&'static str, String>) -> Self {
        Self {
            flags,
            environment: BTreeMap::new(),
            file: None,
        }
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
        if let Some(file) = &self.settings.file
            && let Some((text, line)) = file.get(setting)
        {
            let path = file.path().to_owned();
            return Ok(Some((text.to_owned(), Source::File { path, line })));
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
        all().map(|setting| self.shown_of(setting)).collect()
    }

    /// The same, for the page of those who administer.
    ///
    /// # Errors
    /// One cannot be read.
    pub fn in_force(&self) -> anyhow::Result<Vec<SettingSection>> {
        let told = sections().map(|section| {
            let settings = section.settings.iter();
            let settings = settings.map(|setting| self.shown_of(setting).map(in_force));
            Ok(SettingSection {
                title: words(section.title, section.title_fr),
                settings: settings.collect::<anyhow::Result<_>>()?,
            })
        });
        told.collect()
    }

    fn shown_of(&self, setting: &'static Setting) -> anyhow::Result<Shown> {
        let (value, source) = match self.said(setting)? {
            Some((text, source)) => (Some(visible(setting, &text)), source),
            None => (None, Source::Default),
        };
        Ok(Shown {
            setting,
            value,
            source,
        })
    }
}

/// A setting as the page tells it.
fn in_force(shown: Shown) -> SettingInForce {
    let setting = shown.setting;
    let is_secret = setting.kind == Kind::Secret;
    SettingInForce {
        key: setting.key(),
        about: words(setting.about, setting.about_fr),
        value: match shown.value {
            None => SettingValue::Nothing,
            Some(_) if is_secret => SettingValue::Hidden,
            Some(text) => SettingValue::Shown(text),
        },
        source: match shown.source {
            Source::Default => SettingSource::Default,
            Source::Flag(_) => SettingSource::Flag,
            Source::Variable(_) => SettingSource::Variable,
            Source::File { path, line } => SettingSource::File {
                path: path.display().to_string(),
                line,
            },
        },
        variable: setting.variable(),
        flag: (!is_secret).then(|| format!("--{}", setting.name)),
    }
}

fn words(en: &str, fr: &str) -> Text {
    Text {
        fr: fr.to_owned(),
        en: en.to_owned(),
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
        Source::File { .. } => 1,
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
        _ => without_credentials(text),
    }
}

/// A text in which a URL's user, password and query are hidden: whatever a setting is for, somebody may have put a
/// secret there.
fn without_credentials(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let (rest, query) = match rest.split_once(['?', '#']) {
        Some((rest, _)) => (rest, "?(hidden)"),
        None => (rest, ""),
    };
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://(hidden)@{host}{query}"),
        None => format!("{scheme}://{rest}{query}"),
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

    /// A setting of every kind with a secret in it, from wherever one may come: none is told, to pages or terminals.
    #[test]
    fn no_secret_is_told_whatever_setting_holds_it() {
        let url = "https://me:s3cret@id.example/x?key=s3cret";
        let kinds = all().filter_map(|setting| {
            let text = match setting.kind {
                Kind::Secret => "s3cret s3cret s3cret",
                Kind::Database => "postgres://me:s3cret@db/x?password=s3cret",
                Kind::Text => url,
                _ => return None,
            };
            Some((setting, text))
        });
        let kinds: Vec<(&Setting, &str)> = kinds.collect();
        assert!(kinds.len() > 10);
        let of = |environment: BTreeMap<String, String>, flags| Settings {
            flags,
            environment,
            file: None,
        };
        let variables = kinds.iter();
        let variables = variables.map(|(setting, text)| (setting.variable(), (*text).to_owned()));
        let flags = kinds
            .iter()
            .filter(|(setting, _)| setting.kind == Kind::Text);
        let flags = flags.map(|(setting, text)| (setting.name, (*text).to_owned()));
        for settings in [
            of(variables.collect(), BTreeMap::new()),
            of(BTreeMap::new(), flags.collect()),
        ] {
            let said = settings.with(&Flags::<OfServe>::none());
            let shown = said.shown().unwrap();
            let terminal: Vec<_> = shown.into_iter().filter_map(|shown| shown.value).collect();
            let page = said.in_force().unwrap();
            let told = format!("{terminal:?} {page:?}");
            assert!(!told.contains("s3cret"), "{told}");
            assert!(
                told.contains("https://(hidden)@id.example/x?(hidden)"),
                "{told}"
            );
        }
        let hidden = of(
            BTreeMap::from([(API_KEY.variable(), "s3cret s3cret s3cret".to_owned())]),
            BTreeMap::new(),
        );
        let page = hidden.with(&Flags::<OfServe>::none()).in_force().unwrap();
        let mut settings = page.iter().flat_map(|section| &section.settings);
        let key = settings.find(|setting| setting.key == "api_key").unwrap();
        assert_eq!((&key.value, &key.flag), (&SettingValue::Hidden, &None));
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
