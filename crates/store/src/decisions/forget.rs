//! Forgetting inside the writer's transaction: the entries of the log stay, what they told goes,
//! and with it all else that the database holds of a client.

use sqlx::{AnyConnection, Row};
use time::OffsetDateTime;

use super::entry::milliseconds;
use super::event::{Actor, Event};
use super::writer::{About, Done, Tail, insert};
use crate::database::Dialect;
use crate::error::Result;
use crate::predictions::forget_predictions;

/// Most cases that are forgotten in one transaction because they are old.
const MOST_OLD: i64 = 100;

/// A request to forget.
#[derive(Clone, Debug)]
pub(super) struct Erasure {
    pub(super) what: What,
    pub(super) actor: Actor,
    pub(super) at: OffsetDateTime,
    pub(super) reason: String,
}

/// What is forgotten.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// Everything about a client.
    Client(i64),
    /// Some cases in which nothing happened since, and for which nobody waits.
    Before(OffsetDateTime),
}

pub(super) async fn erase(
    connection: &mut AnyConnection,
    dialect: Dialect,
    tail: &mut Tail,
    erasure: &Erasure,
) -> Result<Done> {
    let rows = match erasure.what {
        What::Client(client) => {
            sqlx::query(
                "SELECT case_id FROM decision_payloads WHERE client = $1
                 GROUP BY case_id ORDER BY min(sequence)",
            )
            .bind(client)
            .fetch_all(&mut *connection)
            .await?
        }
        What::Before(moment) => {
            sqlx::query(
                "SELECT case_id FROM cases WHERE latest_ms < $1 AND waits_for IS NULL
                 ORDER BY latest_ms, case_id LIMIT $2",
            )
            .bind(milliseconds(moment))
            .bind(MOST_OLD)
            .fetch_all(&mut *connection)
            .await?
        }
    };
    let mut done = Done::default();
    for row in &rows {
        let case: String = row.try_get("case_id")?;
        let about = About {
            case: case.parse()?,
            client: None,
            actor: erasure.actor,
            at_ms: milliseconds(erasure.at),
        };
        let event = Event::Erased {
            reason: erasure.reason.clone(),
        };
        let entry = insert(connection, tail, &about, &event).await?;
        for forget in [
            "DELETE FROM idempotency_keys WHERE sequence IN (
                 SELECT sequence FROM decision_log WHERE case_id = $1 AND sequence < $2)",
            "DELETE FROM decision_payloads WHERE case_id = $1 AND sequence < $2",
            "DELETE FROM cases WHERE case_id = $1 AND $2 > 0",
        ] {
            sqlx::query(forget)
                .bind(&case)
                .bind(entry.sequence)
                .execute(&mut *connection)
                .await?;
        }
        done.entries.push(entry);
    }
    if let What::Client(client) = erasure.what {
        forget_client(connection, dialect, client, erasure, &mut done).await?;
    }
    Ok(done)
}

/// Everything outside of the log; and a note of when that was, so that predictions which still
/// wait in files do not come back.
async fn forget_client(
    connection: &mut AnyConnection,
    dialect: Dialect,
    client: i64,
    erasure: &Erasure,
    done: &mut Done,
) -> Result<()> {
    if dialect == Dialect::Postgres {
        // Waits for predictions that are being added; those that come later see the note.
        sqlx::query("LOCK TABLE predictions IN EXCLUSIVE MODE")
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query(
        "INSERT INTO erasures (client, at_ms, actor) VALUES ($1, $2, $3)
         ON CONFLICT (client) DO UPDATE SET at_ms = excluded.at_ms, actor = excluded.actor",
    )
    .bind(client)
    .bind(milliseconds(erasure.at))
    .bind(erasure.actor.to_string())
    .execute(&mut *connection)
    .await?;
    done.predictions = forget_predictions(connection, client).await?;
    let assignments = sqlx::query("DELETE FROM assignments WHERE client = $1")
        .bind(client)
        .execute(&mut *connection)
        .await?;
    done.assignments = assignments.rows_affected();
    done.accounts = forget_accounts(connection, client).await?;
    Ok(())
}

/// The client's accounts keep their numbers, which the log names, and nothing else: a number that
/// were free again could come to mean another person.
async fn forget_accounts(connection: &mut AnyConnection, client: i64) -> Result<u64> {
    let rows = sqlx::query("SELECT id FROM people WHERE client = $1")
        .bind(client)
        .fetch_all(&mut *connection)
        .await?;
    for row in &rows {
        let id: i64 = row.try_get("id")?;
        // A session's data are JSON; the number stands at the end of its field.
        for ending in [",", "}"] {
            sqlx::query("DELETE FROM sessions WHERE data LIKE $1")
                .bind(format!("%\"person\":{id}{ending}%"))
                .execute(&mut *connection)
                .await?;
        }
        sqlx::query("DELETE FROM provider_subjects WHERE person = $1")
            .bind(id)
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "UPDATE people SET username = $1, full_name = $2, title = '', password_hash = '',
                 client = $3, disabled = 1, last_sign_in_at = NULL, generation = generation + 1
             WHERE id = $4",
        )
        .bind(format!("erased-{id}"))
        .bind(format!("erased-{id}"))
        // An account of this role must have one; no client's is below zero.
        .bind(-id)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    }
    Ok(rows.len() as u64)
}
