//! Forgetting a client, as the GDPR's article 17 asks, without breaking the chain: the entries
//! stay, what they told and its salt go.

use time::OffsetDateTime;

use super::case::check_words;
use super::entry::Entry;
use super::event::Actor;
use super::writer::Erasure;
use crate::database::{Dialect, Store};
use crate::error::Result;

impl Store {
    /// Forgets what the log tells of a client and returns the entries that say so, one a case;
    /// none if the log tells nothing. Backups of the database are not reached.
    ///
    /// # Errors
    /// No reason is given, or the database fails.
    pub async fn erase_client(
        &self,
        client: i64,
        actor: Actor,
        reason: &str,
        at: OffsetDateTime,
    ) -> Result<Vec<Entry>> {
        check_words(reason)?;
        let erasure = Erasure {
            client,
            actor,
            at,
            reason: reason.to_owned(),
        };
        let entries = self.append_erasures(erasure).await?;
        sqlx::query("DELETE FROM assignments WHERE client = $1")
            .bind(client)
            .execute(&self.pool)
            .await?;
        if self.dialect == Dialect::Sqlite {
            // Else the write-ahead log would hold the old pages for a while.
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&self.pool)
                .await?;
        }
        Ok(entries)
    }
}
