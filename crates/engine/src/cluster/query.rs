//! A query as it travels from client to executor.
//!
//! A first line with this program's version, the length of the query, the query as JSON, then the
//! schema of its rows as an empty Arrow stream. Another version is refused: it might plan the same
//! text in another way.

use std::io::Cursor;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::error::{DataFusionError, Result};
use serde::{Deserialize, Serialize};

/// What every message begins with.
const MARK: &[u8] = b"limpide query ";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a session knows and the SQL to run there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Query {
    /// What errors call it.
    pub(crate) name: String,
    /// The tables that it reads; each reads only what stands before it.
    pub(crate) definitions: Vec<Definition>,
    /// The SELECT.
    pub(crate) sql: String,
}

/// A name in SQL and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Definition {
    /// A Parquet file, by a path that every executor reaches.
    Parquet { table: String, path: String },
    /// The result of a SELECT, computed by whoever reads it.
    View { table: String, sql: String },
    /// The result of a SELECT, computed once before anybody reads it.
    Kept { table: String, sql: String },
}

impl Definition {
    /// The name that is given a meaning.
    pub(crate) fn table(&self) -> &str {
        match self {
            Self::Parquet { table, .. } | Self::View { table, .. } | Self::Kept { table, .. } => {
                table
            }
        }
    }

    /// The SQL that gives it.
    pub(crate) fn sql(&self) -> Option<&str> {
        match self {
            Self::Parquet { .. } => None,
            Self::View { sql, .. } | Self::Kept { sql, .. } => Some(sql),
        }
    }
}

/// Whether a message is one of ours.
pub(crate) fn is_query(message: &[u8]) -> bool {
    message.starts_with(MARK)
}

/// The message that says a query and the schema of its rows.
pub(crate) fn encode(query: &Query, schema: &SchemaRef) -> Result<Vec<u8>> {
    let text = serde_json::to_vec(query).map_err(broken)?;
    let mut message = MARK.to_vec();
    message.extend(VERSION.as_bytes());
    message.push(b'\n');
    message.extend((text.len() as u64).to_le_bytes());
    message.extend(text);
    StreamWriter::try_new(&mut message, schema)?.finish()?;
    Ok(message)
}

/// The query and the schema that a message says.
pub(crate) fn decode(message: &[u8]) -> Result<(Query, SchemaRef)> {
    let rest = message
        .strip_prefix(MARK)
        .ok_or_else(|| cut_short(message))?;
    let end = rest.iter().position(|byte| *byte == b'\n');
    let (version, rest) = rest.split_at(end.ok_or_else(|| cut_short(message))?);
    if version != VERSION.as_bytes() {
        return Err(DataFusionError::Execution(format!(
            "the query came from limpide {}, this is limpide {VERSION}: run the same version everywhere",
            String::from_utf8_lossy(version)
        )));
    }
    let (length, rest) = rest[1..]
        .split_first_chunk::<8>()
        .ok_or_else(|| cut_short(message))?;
    let (text, schema) = usize::try_from(u64::from_le_bytes(*length))
        .ok()
        .and_then(|length| rest.split_at_checked(length))
        .ok_or_else(|| cut_short(message))?;
    let query = serde_json::from_slice(text).map_err(broken)?;
    let schema = StreamReader::try_new(Cursor::new(schema), None)?.schema();
    Ok((query, schema))
}

fn broken(error: serde_json::Error) -> DataFusionError {
    DataFusionError::Execution(format!("a query cannot travel: {error}"))
}

fn cut_short(message: &[u8]) -> DataFusionError {
    DataFusionError::Execution(format!(
        "a query of {} bytes arrived incomplete",
        message.len()
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use datafusion::arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    fn example() -> (Query, SchemaRef) {
        let query = Query {
            name: "PREV".to_owned(),
            definitions: vec![
                Definition::Parquet {
                    table: "stored".to_owned(),
                    path: "/shared/a [b].parquet".to_owned(),
                },
                Definition::View {
                    table: "known".to_owned(),
                    sql: "SELECT * FROM \"stored\"".to_owned(),
                },
            ],
            sql: "SELECT count(*) AS \"É\" FROM known".to_owned(),
        };
        let schema = Schema::new(vec![
            Field::new("client", DataType::Int64, true),
            Field::new("É", DataType::Float64, true),
        ]);
        (query, Arc::new(schema))
    }

    #[test]
    fn a_query_arrives_as_it_was_sent() {
        let (query, schema) = example();
        let message = encode(&query, &schema).unwrap();
        assert!(is_query(&message));
        assert_eq!(decode(&message).unwrap(), (query, schema));
    }

    #[test]
    fn a_message_of_another_version_or_cut_short_is_refused() {
        let (query, schema) = example();
        let message = encode(&query, &schema).unwrap();
        let mut other = message.clone();
        other[MARK.len()] = b'9';
        let error = decode(&other).unwrap_err().to_string();
        assert!(error.contains("run the same version everywhere"), "{error}");
        for length in [0, MARK.len(), MARK.len() + 6, MARK.len() + 20] {
            assert!(decode(&message[..length]).is_err());
        }
        assert!(!is_query(b"another plan"));
    }
}
