//! Results that several queries read, kept by an executor until newer ones need the room.
//!
//! The queries of a family come one after the other and read the same rows: an executor makes them
//! once for all that it runs, not once for each.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use tokio::sync::OnceCell;

use crate::cluster::query::Definition;
use crate::error::Result;
use crate::session::Session;

/// A result's columns and rows.
type Rows = (SchemaRef, Vec<RecordBatch>);

/// The results kept, those used last at the end.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    entries: Mutex<VecDeque<Entry>>,
    /// Bytes that results may hold together; one alone may hold more.
    bytes: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    /// All that the result follows from.
    definitions: Vec<Definition>,
    rows: Arc<OnceCell<Rows>>,
}

impl Entry {
    fn bytes(&self) -> usize {
        let batches = self.rows.get().map(|(_, batches)| batches.iter());
        let sizes = batches.into_iter().flatten();
        sizes.map(RecordBatch::get_array_memory_size).sum()
    }
}

impl Kept {
    /// Keeps results of so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            entries: Mutex::default(),
            bytes,
        }
    }

    /// The rows of the last of these definitions, made by the session if they are not kept. Who
    /// asks for rows that are being made waits for them.
    pub(crate) async fn rows(
        &self,
        session: &Session,
        definitions: &[Definition],
        table: &str,
        sql: &str,
    ) -> Result<Rows> {
        let rows = self.entry(definitions);
        let made = rows.get_or_try_init(|| async {
            let schema = session.schema(table, sql).await?;
            Ok((schema, session.collect(table, sql).await?))
        });
        let made = made.await?.clone();
        self.make_room();
        Ok(made)
    }

    fn entry(&self, definitions: &[Definition]) -> Arc<OnceCell<Rows>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries
            .iter()
            .position(|entry| entry.definitions == definitions);
        let entry = known.and_then(|place| entries.remove(place));
        let entry = entry.unwrap_or_else(|| Entry {
            definitions: definitions.to_vec(),
            rows: Arc::default(),
        });
        let rows = Arc::clone(&entry.rows);
        entries.push_back(entry);
        rows
    }

    /// Drops the results that were used longest ago.
    fn make_room(&self) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        while entries.len() > 1 && entries.iter().map(Entry::bytes).sum::<usize>() > self.bytes {
            entries.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn kept(sql: &str) -> [Definition; 1] {
        [Definition::Kept {
            table: "rows".to_owned(),
            sql: sql.to_owned(),
        }]
    }

    #[tokio::test]
    async fn rows_are_made_once_and_those_used_longest_ago_make_room() {
        let session = Session::over(1, Arc::default());
        let store = Kept::new(1);
        let (_, first) = store
            .rows(&session, &kept("SELECT 1 AS a"), "rows", "SELECT 1 AS a")
            .await
            .unwrap();
        assert_eq!(first.iter().map(RecordBatch::num_rows).sum::<usize>(), 1);
        // The same definitions are not computed again: their SQL is not even looked at.
        let again = store
            .rows(&session, &kept("SELECT 1 AS a"), "rows", "no SQL")
            .await;
        assert_eq!(again.unwrap().1, first);
        let other = store
            .rows(&session, &kept("SELECT 2 AS a"), "rows", "SELECT 2 AS a")
            .await;
        assert_ne!(other.unwrap().1, first);
        assert_eq!(store.entries.lock().unwrap().len(), 1);
        let gone = store
            .rows(&session, &kept("SELECT 1 AS a"), "rows", "no SQL")
            .await;
        assert!(gone.is_err());
    }
}
