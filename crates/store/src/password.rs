//! Password hashes (Argon2id) and random passwords.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use crate::error::{Error, Result};

const LEAST_CHARACTERS: usize = 8;
/// A cap on what a stranger can make the server hash.
const MOST_CHARACTERS: usize = 256;

/// Without letters and digits that look alike: a password may be read aloud or copied by hand.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyzACDEFGHJK";

/// Makes a random password of four groups of five letters (100 random bits).
///
/// # Errors
/// The system gives no random bytes.
pub fn random_password() -> Result<String> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes)?;
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    Ok(letters
        .chunks(5)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-"))
}

pub(crate) fn check_length(password: &str) -> Result<()> {
    let found = password.chars().count();
    if (LEAST_CHARACTERS..=MOST_CHARACTERS).contains(&found) {
        return Ok(());
    }
    Err(Error::PasswordLength {
        found,
        least: LEAST_CHARACTERS,
        most: MOST_CHARACTERS,
    })
}

/// Hashes with Argon2id, 19 MiB, 2 passes. Takes tens of milliseconds of a processor.
pub(crate) fn hash(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Hash(error.to_string()))
}

/// Whether the password has this hash. Takes as long as [`hash`].
///
/// # Errors
/// The stored hash cannot be read.
pub(crate) fn verify(password: &str, hash: &str) -> Result<bool> {
    if password.chars().count() > MOST_CHARACTERS {
        return Ok(false);
    }
    let parsed = PasswordHash::new(hash).map_err(|error| Error::Hash(error.to_string()))?;
    Ok(Argon2::default()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok())
}

/// Spends the time of a verification on a hash that nobody has: an unknown username must not
/// answer faster than a wrong password.
pub(crate) fn verify_nobody(password: &str) -> Result<()> {
    static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash(&random_password().ok()?).ok());
    match NOBODY.as_deref() {
        Some(hash) => verify(password, hash).map(|_| ()),
        None => Err(Error::Hash("no hash to compare with".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert!(verify("correct horse", &stored).unwrap());
        assert!(!verify("correct horses", &stored).unwrap());
        assert!(!verify(&"x".repeat(300), &stored).unwrap());
    }

    #[test]
    fn a_damaged_hash_is_an_error_and_no_match() {
        assert!(verify("whatever", "not a hash").is_err());
    }

    #[test]
    fn random_passwords_are_long_and_differ() {
        let one = random_password().unwrap();
        let other = random_password().unwrap();
        assert_eq!(one.len(), 23);
        assert_ne!(one, other);
        check_length(&one).unwrap();
    }

    #[test]
    fn a_short_password_is_refused_with_its_length() {
        let error = check_length("court").unwrap_err().to_string();
        assert_eq!(error, "the password has 5 characters, expected 8 to 256");
    }
}
