//! Secrets: from a variable of the environment or from a file, never from a flag, which everyone on
//! the machine could read, and never from a configuration file, which is copied and shown around.
//!
//! The secret `LIMPIDE_X` may be handed over in a file that `LIMPIDE_X_FILE` names, as container
//! engines do. A secret is never shown: its text leaves by [`Secret::expose`] alone.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, bail};

/// No secret is longer: a file that is, was named by mistake.
const MOST_BYTES: u64 = 64 * 1024;

/// A text that nobody may read.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for whoever has to hand it on.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(hidden)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// The secret that a variable of the environment holds, or a file; `None` where neither is given. A
/// variable that is set to nothing gives none. `variable` is the variable's name, for sentences;
/// `text` what it holds.
///
/// # Errors
/// Both are given, or the file cannot be read, is empty or too large.
pub fn either(
    variable: &str,
    text: Option<&str>,
    file: Option<&Path>,
) -> anyhow::Result<Option<Secret>> {
    let text = text.filter(|text| !text.is_empty());
    match (text, file) {
        (Some(_), Some(file)) => bail!(
            "{variable} is set and {} is named as well: leave one of them out",
            file.display()
        ),
        (Some(text), None) => Ok(Some(Secret(text.to_owned()))),
        (None, Some(file)) => from_file(file).map(Some),
        (None, None) => Ok(None),
    }
}

/// The secret in a file; a line break at its end is none of it.
///
/// # Errors
/// The file cannot be read, is empty, too large, or no text.
pub fn from_file(path: &Path) -> anyhow::Result<Secret> {
    let named = || format!("the secret in {}", path.display());
    let mut text = String::new();
    let file = File::open(path).with_context(named)?;
    file.take(MOST_BYTES + 1)
        .read_to_string(&mut text)
        .with_context(named)?;
    if text.len() as u64 > MOST_BYTES {
        bail!(
            "{} has more than {MOST_BYTES} bytes: that is no secret",
            path.display()
        );
    }
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        bail!("{} is empty, expected a secret", path.display());
    }
    Ok(Secret(text.to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_comes_from_a_variable_or_a_file_and_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "four short grey words\n").unwrap();
        let read = either("LIMPIDE_X", None, Some(&file)).unwrap().unwrap();
        assert_eq!(read.expose(), "four short grey words");
        assert_eq!(format!("{read:?}"), "(hidden)");
        let given = either("LIMPIDE_X", Some("abc"), None).unwrap().unwrap();
        assert_eq!(given.expose(), "abc");
        assert_eq!(either("LIMPIDE_X", Some(""), None).unwrap(), None);
        let both = either("LIMPIDE_X", Some("abc"), Some(&file)).unwrap_err();
        assert!(both.to_string().contains("LIMPIDE_X is set"), "{both}");
    }

    #[test]
    fn a_file_that_holds_no_secret_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let reason = |path: &Path| format!("{:#}", from_file(path).unwrap_err());
        assert!(reason(&file).contains("secret"), "{}", reason(&file));
        std::fs::write(&file, "\n").unwrap();
        assert!(reason(&file).contains("is empty"));
        std::fs::write(&file, vec![b'a'; 100_000]).unwrap();
        assert!(reason(&file).contains("more than"));
        std::fs::write(&file, [0xff, 0xfe]).unwrap();
        assert!(reason(&file).contains("the secret in"));
    }
}
