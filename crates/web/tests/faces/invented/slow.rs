//! Features that take a while to compute.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use limpide_explain::Ways;
use limpide_model::Value;
use limpide_web::{
    ComputeError, ComputeRows, FeatureRows, FromRows, RawRows, RowsPage, TriedField, WaysAsked,
};
use serde_json::Map;

use super::clients::InventedRows;

/// The invented rows, each answer after a while.
pub struct SlowRows {
    pub rows: InventedRows,
    pub takes: Duration,
}

impl ComputeRows for SlowRows {
    fn posted(&self, tables: &Map<String, serde_json::Value>) -> Result<FromRows, ComputeError> {
        sleep(self.takes);
        self.rows.posted(tables)
    }

    fn edited(
        &self,
        client: i64,
        edits: &Map<String, serde_json::Value>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        sleep(self.takes);
        self.rows.edited(client, edits)
    }

    fn ways(&self, client: i64, asked: &WaysAsked) -> Result<Option<Ways>, ComputeError> {
        sleep(self.takes);
        self.rows.ways(client, asked)
    }

    fn tried_fields(&self, client: i64) -> Result<Option<Vec<TriedField>>, ComputeError> {
        sleep(self.takes);
        self.rows.tried_fields(client)
    }

    fn tried(
        &self,
        client: i64,
        numbers: &BTreeMap<String, f64>,
    ) -> Result<Option<Vec<Value>>, ComputeError> {
        sleep(self.takes);
        self.rows.tried(client, numbers)
    }

    fn rows(
        &self,
        client: i64,
        row: &[Value],
        feature: &str,
        page: RowsPage,
    ) -> Result<Option<FeatureRows>, ComputeError> {
        sleep(self.takes);
        self.rows.rows(client, row, feature, page)
    }

    fn tables(&self, client: i64) -> Result<Option<Vec<RawRows>>, ComputeError> {
        sleep(self.takes);
        self.rows.tables(client)
    }
}
