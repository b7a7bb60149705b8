//! What the invented program knows of its model, and no Parquet.

use std::path::Path;

use limpide_model::{Bundle, Lang, Value};
use limpide_web::{
    CatalogueEntry, ModelDocuments, ModelHistory, ParquetFiles, ParquetRows, RowsError, UnfitValue,
};

pub const TRAINED_AT: &str = "2026-11-01T08:00:00Z";

/// Documents that allow ratings from 0 to 1 and nothing larger than a million million.
pub struct InventedDocuments(Vec<String>);

impl InventedDocuments {
    pub fn new(bundle: &Bundle) -> Self {
        let names = bundle.features.iter();
        Self(names.map(|feature| feature.name.clone()).collect())
    }
}

impl ModelDocuments for InventedDocuments {
    fn card(&self, lang: Lang) -> Result<String, RowsError> {
        Ok(format!("<h1>{lang}</h1>"))
    }

    fn history(&self) -> Result<ModelHistory, RowsError> {
        Ok(ModelHistory {
            trained_at: Some(TRAINED_AT.to_owned()),
            published_at: None,
        })
    }

    fn catalogue(&self) -> &[CatalogueEntry] {
        &[]
    }

    fn unfit(&self, row: &[Value]) -> Vec<UnfitValue> {
        let mut unfit = Vec::new();
        for (name, value) in self.0.iter().zip(row) {
            let (most, expected) = match name.as_str() {
                "rating" => (1.0, "a number from 0 to 1"),
                _ => (1e12, "a number of at most 1000000000000 in size"),
            };
            match value {
                Value::Number(number) if *number > most || name == "rating" && *number < 0.0 => {
                    unfit.push(UnfitValue {
                        field: name.clone(),
                        found: number.to_string(),
                        expected: expected.to_owned(),
                    });
                }
                _ => {}
            }
        }
        unfit
    }
}

/// A program that reads and writes no Parquet.
pub struct NoParquet;

impl ParquetFiles for NoParquet {
    fn open(&self, _: &Path) -> Result<ParquetRows, RowsError> {
        Err(RowsError("no Parquet is read here".to_owned()))
    }

    fn write(&self, _: &Path, _: &Path) -> Result<(), RowsError> {
        Err(RowsError("no Parquet is written here".to_owned()))
    }
}
