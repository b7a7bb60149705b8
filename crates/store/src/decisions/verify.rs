//! Proving that no entry of the log was changed, moved or removed.
//!
//! The chain alone cannot tell that its last entries were cut off, all of them together: note the
//! head of a verification elsewhere, and hand it to the next one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::entry::{Link, NOTHING_BEFORE, hexadecimal, payload_hash};
use crate::database::Store;
use crate::error::{Error, Result};

/// Entries read at once.
const PAGE: i64 = 1000;

/// The last entry of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its sequence number; 0: the log is empty.
    pub sequence: i64,
    /// Its hash, in hexadecimal digits.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.sequence, self.hash)
    }
}

impl FromStr for Head {
    type Err = Error;

    /// Reads what [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self> {
        let parts = text.split_once(':').and_then(|(sequence, hash)| {
            let hash = hash.parse::<blake3::Hash>().ok()?.to_hex().to_string();
            let sequence = sequence.parse().ok().filter(|number| *number >= 0)?;
            Some(Self { sequence, hash })
        });
        parts.ok_or_else(|| Error::Head(text.chars().take(100).collect()))
    }
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "chain", rename_all = "snake_case")]
pub enum Verification {
    /// Every entry is as it was written.
    Whole {
        /// The last entry.
        head: Head,
        /// Entries whose payload was erased, as later entries say.
        erased: i64,
    },
    /// Some entry is not.
    Broken {
        /// The first one.
        sequence: i64,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It is not there.
    #[error("the entry is missing")]
    Missing,
    /// It does not hold the hash of the entry before.
    #[error("the entry does not follow the one before it")]
    Unchained,
    /// Its hash is not that of its fields.
    #[error("the entry was changed")]
    Changed,
    /// What it tells is not there, and no erasure says why.
    #[error("what the entry tells is missing, and no erasure says why")]
    PayloadMissing,
    /// What it tells is not what was hashed.
    #[error("what the entry tells was changed")]
    PayloadChanged,
    /// It is another entry than the one noted.
    #[error("the entry is not the one that was noted")]
    NotAsNoted,
}

impl Store {
    /// Walks the chain from its first entry to its last. With the head of an earlier
    /// verification, that entry must be in it.
    ///
    /// # Errors
    /// The database fails. A broken chain is no error but the answer.
    pub async fn verify_log(&self, noted: Option<&Head>) -> Result<Verification> {
        let mut walk = Walk {
            sequence: 0,
            hash: NOTHING_BEFORE.to_vec(),
            erased: 0,
            noted,
        };
        loop {
            let page = sqlx::query(
                "SELECT decision_log.sequence, decision_log.case_id, event, at_ms, actor, payload,
                     previous, hash, salt, body,
                     (SELECT max(later.sequence) FROM decision_log AS later
                      WHERE later.case_id = decision_log.case_id AND later.event = 'erased')
                         AS erased_by
                 FROM decision_log
                 LEFT JOIN decision_payloads ON decision_payloads.sequence = decision_log.sequence
                 WHERE decision_log.sequence > $1 ORDER BY decision_log.sequence LIMIT $2",
            )
            .bind(walk.sequence)
            .bind(PAGE)
            .fetch_all(&self.pool)
            .await?;
            if page.is_empty() {
                break;
            }
            for row in &page {
                if let Some(broken) = walk.step(row)? {
                    return Ok(broken);
                }
            }
        }
        self.check_end(walk).await
    }

    /// Whether anything tells of entries after the last one.
    async fn check_end(&self, walk: Walk<'_>) -> Result<Verification> {
        let orphan: Option<i64> =
            sqlx::query_scalar("SELECT min(sequence) FROM decision_payloads WHERE sequence > $1")
                .bind(walk.sequence)
                .fetch_one(&self.pool)
                .await?;
        // Whatever was added since the last page was read has its entry.
        let entry: i64 =
            sqlx::query_scalar("SELECT count(*) FROM decision_log WHERE sequence = $1")
                .bind(orphan.unwrap_or_default())
                .fetch_one(&self.pool)
                .await?;
        let cut = walk
            .noted
            .is_some_and(|noted| noted.sequence > walk.sequence);
        if cut || (orphan.is_some() && entry == 0) {
            return Ok(Verification::Broken {
                sequence: walk.sequence + 1,
                fault: Fault::Missing,
            });
        }
        Ok(Verification::Whole {
            head: Head {
                sequence: walk.sequence,
                hash: hexadecimal(&walk.hash),
            },
            erased: walk.erased,
        })
    }
}

/// Where a walk along the chain is.
struct Walk<'a> {
    sequence: i64,
    hash: Vec<u8>,
    erased: i64,
    noted: Option<&'a Head>,
}

impl Walk<'_> {
    /// Goes on to this entry, or says what is wrong with it.
    fn step(&mut self, row: &AnyRow) -> Result<Option<Verification>> {
        let link = Link::read(row)?;
        let expected = self.sequence + 1;
        if link.sequence != expected {
            return Ok(broken(expected, Fault::Missing));
        }
        if link.previous != self.hash {
            return Ok(broken(expected, Fault::Unchained));
        }
        if link.hash != link.computed_hash() {
            return Ok(broken(expected, Fault::Changed));
        }
        let body: Option<String> = row.try_get("body")?;
        let salt: Option<Vec<u8>> = row.try_get("salt")?;
        let erased_by: Option<i64> = row.try_get("erased_by")?;
        match (body, salt) {
            (Some(body), Some(salt)) => {
                let hash = <[u8; 32]>::try_from(salt).map(|salt| payload_hash(&salt, &body));
                if hash.ok().as_ref().map(<[u8; 32]>::as_slice) != Some(&link.payload[..]) {
                    return Ok(broken(expected, Fault::PayloadChanged));
                }
            }
            _ if erased_by.is_some_and(|later| later > expected) => self.erased += 1,
            _ => return Ok(broken(expected, Fault::PayloadMissing)),
        }
        let as_noted =
            |head: &&Head| head.sequence != expected || head.hash == hexadecimal(&link.hash);
        if !self.noted.iter().all(as_noted) {
            return Ok(broken(expected, Fault::NotAsNoted));
        }
        self.sequence = link.sequence;
        self.hash = link.hash;
        Ok(None)
    }
}

fn broken(sequence: i64, fault: Fault) -> Option<Verification> {
    Some(Verification::Broken { sequence, fault })
}
