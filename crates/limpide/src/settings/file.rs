//! The configuration file: TOML, a key a setting.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use limpide_portfolio::nearest;
use toml::de::{DeTable, DeValue};

use super::kind::Kind;
use super::table::{self, Setting};

/// What a configuration file says.
#[derive(Debug, Default)]
pub struct ConfigFile {
    path: PathBuf,
    /// What is set, as it would be written in the environment, and the line that says so.
    values: BTreeMap<&'static str, (String, usize)>,
}

impl ConfigFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// It cannot be read, is no TOML, or says what cannot be; with the line.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("the configuration file {}", path.display()))?;
        Self::read(path, &text)
    }

    fn read(path: &Path, text: &str) -> anyhow::Result<Self> {
        let line_of = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let document = DeTable::parse(text).map_err(|error| {
            let line = line_of(error.span().map_or(0, |span| span.start));
            anyhow::anyhow!("{}, line {line}: {}", path.display(), error.message())
        })?;
        let mut values = BTreeMap::new();
        for (key, value) in document.get_ref().iter() {
            let (name, line) = (key.get_ref().as_ref(), line_of(key.span().start));
            let place = format!("{}, line {line}", path.display());
            let setting = known(name).with_context(|| place.clone())?;
            let written = written(value.get_ref());
            let found = written.as_deref().unwrap_or("a table");
            let fits = match &written {
                Some(text) => setting.kind.check(text),
                None => setting.kind.check(""),
            };
            if let Err(expected) = fits {
                bail!("{place}: {name} is {found:?}, expected {expected}");
            }
            if setting.kind == Kind::Database && super::holds_password(found) {
                bail!(
                    "{place}: the URL holds a password, and a configuration file is copied and \
                     shown around: put the URL into a file of its own and name it with \
                     database_file, or set LIMPIDE_DATABASE"
                );
            }
            values.insert(setting.name, (found.to_owned(), line));
        }
        Ok(Self {
            path: path.to_owned(),
            values,
        })
    }

    /// What the file says of a setting, and in which line.
    pub fn get(&self, setting: &Setting) -> Option<(&str, usize)> {
        let (text, line) = self.values.get(setting.name)?;
        Some((text, *line))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The setting of a name.
fn known(name: &str) -> anyhow::Result<&'static Setting> {
    let Some(setting) = table::all().find(|setting| setting.key() == name) else {
        let settings = table::all().filter(|setting| setting.kind != Kind::Secret);
        let keys: Vec<String> = settings.map(Setting::key).collect();
        match nearest(name, keys.iter().map(String::as_str)) {
            Some(nearest) => bail!("unknown key {name}; the nearest is {nearest}"),
            None => bail!("unknown key {name}"),
        }
    };
    if setting.kind == Kind::Secret {
        bail!(
            "{name} is a secret, and a configuration file is copied and shown around: put it into \
             a file of its own and name it with {name}_file, or set {}",
            setting.variable()
        );
    }
    Ok(setting)
}

/// A value as the environment would hold it; `None` for what no setting is.
fn written(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(is) => Some(is.to_string()),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| match item.get_ref() {
                DeValue::String(text) => Some(text.clone().into_owned()),
                _ => None,
            });
            items.collect::<Option<Vec<_>>>().map(|all| all.join(","))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<ConfigFile, String> {
        ConfigFile::read(Path::new("limpide.toml"), text).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_line() {
        let faults = [
            "listen = \"127.0.0.1:80\"\nlisten_adress = 1\n",
            "# nothing\n\nlog_fromat = \"json\"\n",
            "requests = 0\n",
            "requests = \"many\"\n",
            "face = \"both\"\n",
            "trusted_proxies = [\"10.0.0.0/40\"]\n",
            "[limits]\nrequests = 1\n",
            "api_key = \"0123456789abcdef\"\n",
            "listen = \"here\"\n",
            "listen =\n",
            "requests = 1\nrequests = 2\n",
            "database = \"postgres://me:s3cret@host/x\"\n",
        ];
        let told: Vec<String> = faults
            .into_iter()
            .map(|text| read(text).unwrap_err())
            .collect();
        assert!(!told.join("\n").contains("s3cret"));
        insta::assert_snapshot!("refused", told.join("\n"));
    }

    #[test]
    fn values_are_taken_with_their_lines() {
        let file =
            read("secure_cookies = true\ntrusted_proxies = [\"10.0.0.1\", \"::1\"]\n").unwrap();
        let told = file.get(&table::TRUSTED_PROXIES).unwrap();
        assert_eq!(told, ("10.0.0.1,::1", 2));
        assert_eq!(file.get(&table::SECURE_COOKIES).unwrap().0, "true");
        assert!(file.get(&table::LISTEN).is_none());
    }
}
