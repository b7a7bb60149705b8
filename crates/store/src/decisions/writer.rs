//! One writer, many entries a commit.
//!
//! A commit waits for the disk, so whoever writes meanwhile waits together and is committed
//! together. The queue is bounded: writers are slowed, none is dropped. An entry is acknowledged
//! once its commit is durable; the transaction holds the log alone, among programs too.

use std::time::Duration;

use sqlx::{AnyConnection, Row};
use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot};

use super::case::{Case, Refusal};
use super::entry::{
    CaseId, Entry, Link, NOTHING_BEFORE, NewEntry, body, canonical, milliseconds, payload_hash,
};
use super::event::{Actor, Event};
use super::forget::{Erasure, erase};
use super::read::{case_entries, entry_at};
use super::standing;
use crate::database::{Dialect, Store};
use crate::error::{Error, Result};

/// Entries that wait for the next commit; more wait outside.
const QUEUE: usize = 1024;
/// Most entries of one commit.
const BATCH: usize = 256;
/// A commit that takes longer than this has failed.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(20);

/// The way to the task that writes.
#[derive(Clone, Debug)]
pub(crate) struct Writer(mpsc::Sender<Job>);

#[derive(Debug)]
struct Job {
    asked: Asked,
    answer: oneshot::Sender<Result<Done>>,
}

#[derive(Debug)]
enum Asked {
    Append(Box<NewEntry>),
    Erase(Erasure),
}

/// What was done: entries that were added, and how much was forgotten.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    pub(super) entries: Vec<Entry>,
    pub(super) predictions: u64,
    pub(super) accounts: u64,
    pub(super) assignments: u64,
}

impl Store {
    /// Adds an entry to the log; it is durable when this returns. If the same actor sent the same
    /// under the same key before, the entry of then is returned.
    ///
    /// # Errors
    /// The event may not come next, the key was used for another request, or the database fails:
    /// then the entry may or may not be there, which sending it again under its key tells.
    pub async fn append(&self, entry: NewEntry) -> Result<Entry> {
        let asked = Asked::Append(Box::new(entry));
        let done = self.writer.ask(asked).await?;
        done.entries.into_iter().next().ok_or_else(ended)
    }

    pub(super) async fn append_erasures(&self, erasure: Erasure) -> Result<Done> {
        self.writer.ask(Asked::Erase(erasure)).await
    }

    /// Forgets idempotency keys older than this and returns how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn purge_idempotency_keys(&self, before: OffsetDateTime) -> Result<u64> {
        let done = sqlx::query("DELETE FROM idempotency_keys WHERE at_ms < $1")
            .bind(milliseconds(before))
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }
}

impl Writer {
    /// Starts the task; it ends with the last store that can reach it.
    pub(crate) fn start(pool: sqlx::AnyPool, dialect: Dialect) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write(pool, dialect, receiver));
        Self(sender)
    }

    async fn ask(&self, asked: Asked) -> Result<Done> {
        let (answer, answered) = oneshot::channel();
        let sent = self.0.send(Job { asked, answer }).await;
        sent.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

fn ended() -> Error {
    Error::Unavailable {
        reason: "the task that writes decisions has ended".to_owned(),
    }
}

async fn write(pool: sqlx::AnyPool, dialect: Dialect, mut queue: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut jobs, BATCH).await > 0 {
        let committing = tokio::time::timeout(COMMIT_TIMEOUT, commit(&pool, dialect, &jobs));
        let answers = committing.await.unwrap_or_else(|_| {
            Err(Error::Unavailable {
                reason: "the commit took too long".to_owned(),
            })
        });
        match answers {
            Ok(answers) => {
                for (job, answer) in jobs.drain(..).zip(answers) {
                    // Whoever asked may have gone.
                    let _ = job.answer.send(answer);
                }
            }
            Err(error) => {
                for job in jobs.drain(..) {
                    let _ = job.answer.send(Err(error.shared()));
                }
            }
        }
    }
}

/// Answers to the jobs, in order, once what they wrote is durable.
async fn commit(pool: &sqlx::AnyPool, dialect: Dialect, jobs: &[Job]) -> Result<Vec<Result<Done>>> {
    let mut transaction = pool.begin_with(dialect.begin_to_write()).await?;
    if dialect == Dialect::Postgres {
        // Readers go on, other writers wait.
        sqlx::query("LOCK TABLE decision_log IN EXCLUSIVE MODE")
            .execute(&mut *transaction)
            .await?;
    }
    let mut tail = Tail::read(&mut transaction).await?;
    let mut answers = Vec::with_capacity(jobs.len());
    for job in jobs {
        let answer = match &job.asked {
            Asked::Append(new) => {
                append(&mut transaction, &mut tail, new)
                    .await
                    .map(|entry| Done {
                        entries: vec![entry],
                        ..Done::default()
                    })
            }
            Asked::Erase(erasure) => erase(&mut transaction, dialect, &mut tail, erasure).await,
        };
        answers.push(match answer {
            Err(error) if error.is_the_databases() => return Err(error),
            answer => answer,
        });
    }
    transaction.commit().await?;
    Ok(answers)
}

/// The end of the chain.
pub(super) struct Tail {
    sequence: i64,
    hash: Vec<u8>,
}

impl Tail {
    async fn read(connection: &mut AnyConnection) -> Result<Self> {
        let row =
            sqlx::query("SELECT sequence, hash FROM decision_log ORDER BY sequence DESC LIMIT 1")
                .fetch_optional(connection)
                .await?;
        Ok(match row {
            Some(row) => Self {
                sequence: row.try_get("sequence")?,
                hash: row.try_get("hash")?,
            },
            None => Self {
                sequence: 0,
                hash: NOTHING_BEFORE.to_vec(),
            },
        })
    }
}

async fn append(connection: &mut AnyConnection, tail: &mut Tail, new: &NewEntry) -> Result<Entry> {
    let request = match &new.idempotency_key {
        None => None,
        Some(key) => {
            check_key(key)?;
            let request = request_hash(new)?;
            if let Some(before) = sent_before(connection, new.actor, key, &request).await? {
                return entry_at(connection, before).await;
            }
            Some((key, request))
        }
    };
    let mut entries = match &new.case {
        Some(case) => case_entries(connection, case).await?,
        None => Vec::new(),
    };
    let standing = Case::of(&entries);
    if new.case.is_some() && standing.is_none() {
        return Err(Refusal::NoCase.into());
    }
    Case::check(standing.as_ref(), &new.event, new.actor)?;
    let (case, client) = match (&new.case, &new.event) {
        (None, Event::Proposed(proposal)) => {
            check_none_waits(connection, proposal.client).await?;
            (CaseId::random()?, Some(proposal.client))
        }
        (None, Event::CorrectionRequested(correction)) => (CaseId::random()?, correction.client),
        (None, _) => return Err(Refusal::NoCase.into()),
        (Some(case), _) => (case.clone(), standing.and_then(|standing| standing.client)),
    };
    let about = About {
        case,
        client,
        actor: new.actor,
        at_ms: milliseconds(new.at),
    };
    let entry = insert(connection, tail, &about, &new.event).await?;
    if let Some((key, request)) = request {
        sqlx::query(
            "INSERT INTO idempotency_keys (actor, key, request, sequence, at_ms)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(about.actor.to_string())
        .bind(key)
        .bind(request)
        .bind(entry.sequence)
        .bind(about.at_ms)
        .execute(&mut *connection)
        .await?;
    }
    entries.push(entry.clone());
    standing::keep(connection, &entries).await?;
    Ok(entry)
}

/// A client's latest case must have ended before another one is opened.
async fn check_none_waits(connection: &mut AnyConnection, client: i64) -> Result<()> {
    let latest: Option<String> = sqlx::query_scalar(
        "SELECT case_id FROM decision_payloads WHERE client = $1 ORDER BY sequence DESC LIMIT 1",
    )
    .bind(client)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(latest) = latest else { return Ok(()) };
    let entries = case_entries(connection, &latest.parse()?).await?;
    if Case::of(&entries).is_some_and(|case| case.is_waiting()) {
        return Err(Refusal::StillWaiting.into());
    }
    Ok(())
}

/// About what an entry is.
pub(super) struct About {
    pub(super) case: CaseId,
    pub(super) client: Option<i64>,
    pub(super) actor: Actor,
    pub(super) at_ms: i64,
}

pub(super) async fn insert(
    connection: &mut AnyConnection,
    tail: &mut Tail,
    about: &About,
    event: &Event,
) -> Result<Entry> {
    let mut salt = [0_u8; 32];
    getrandom::fill(&mut salt)?;
    let body = body(event)?;
    let mut link = Link {
        sequence: tail.sequence + 1,
        case: about.case.to_string(),
        event: event.name().to_owned(),
        at_ms: about.at_ms,
        actor: about.actor.to_string(),
        payload: payload_hash(&salt, &body).to_vec(),
        previous: tail.hash.clone(),
        hash: Vec::new(),
    };
    link.hash = link.computed_hash().to_vec();
    sqlx::query(
        "INSERT INTO decision_log (sequence, case_id, event, at_ms, actor, payload, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(link.sequence)
    .bind(&link.case)
    .bind(&link.event)
    .bind(link.at_ms)
    .bind(&link.actor)
    .bind(&link.payload[..])
    .bind(&link.previous[..])
    .bind(&link.hash[..])
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO decision_payloads (sequence, case_id, client, salt, body)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(link.sequence)
    .bind(&link.case)
    .bind(about.client)
    .bind(&salt[..])
    .bind(&body)
    .execute(&mut *connection)
    .await?;
    tail.sequence = link.sequence;
    tail.hash.clone_from(&link.hash);
    link.entry(Some(&body))
}

/// The entry that this request made when it was sent before.
async fn sent_before(
    connection: &mut AnyConnection,
    actor: Actor,
    key: &str,
    request: &[u8],
) -> Result<Option<i64>> {
    let row =
        sqlx::query("SELECT request, sequence FROM idempotency_keys WHERE actor = $1 AND key = $2")
            .bind(actor.to_string())
            .bind(key)
            .fetch_optional(connection)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let before: Vec<u8> = row.try_get("request")?;
    if before != request {
        return Err(Error::KeyReused(key.to_owned()));
    }
    Ok(Some(row.try_get("sequence")?))
}

fn request_hash(new: &NewEntry) -> Result<Vec<u8>> {
    let asked = match &new.request {
        Some(request) => serde_json::json!({ "request": request }),
        None => {
            let event = serde_json::to_value(&new.event)
                .map_err(|error| Error::Damaged(error.to_string()))?;
            serde_json::json!({ "case": new.case, "event": event })
        }
    };
    let form = canonical(&asked);
    Ok(blake3::hash(form.as_bytes()).as_bytes().to_vec())
}

fn check_key(key: &str) -> Result<()> {
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if (1..=255).contains(&key.len()) && visible {
        return Ok(());
    }
    Err(Error::InvalidIdempotencyKey)
}
