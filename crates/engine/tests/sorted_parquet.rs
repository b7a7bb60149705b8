//! Rows of one key out of a sorted file are those that a scan of the whole file finds.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use limpide_engine::arrow::array::{
    ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use limpide_engine::arrow::compute::{concat_batches, filter_record_batch};
use limpide_engine::arrow::datatypes::{DataType, Field, Int64Type, Schema};
use limpide_engine::{ParquetFile, SortedParquet, read_parquet};

/// Writes rows of these keys: texts of few values, numbers of many, some missing.
fn write(path: &Path, keys: &[Option<i64>]) {
    let schema = Arc::new(Schema::new(vec![
        Field::new("amount", DataType::Float64, true),
        Field::new("key", DataType::Int64, true),
        Field::new("kind", DataType::Utf8, true),
    ]));
    let mut file = ParquetFile::create(path, Arc::clone(&schema)).unwrap();
    for (part, keys) in keys.chunks(10_000).enumerate() {
        let row = |place: usize| part * 10_000 + place;
        let numbers = (0..keys.len()).map(|p| (row(p) % 7 != 0).then(|| row(p) as f64 / 3.0));
        let texts = (0..keys.len()).map(|p| (row(p) % 11 != 0).then_some(["a", "b"][p % 2]));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Float64Array::from_iter(numbers)),
            Arc::new(Int64Array::from(keys.to_vec())),
            Arc::new(StringArray::from_iter(texts)),
        ];
        file.write(&RecordBatch::try_new(Arc::clone(&schema), columns).unwrap())
            .unwrap();
    }
    file.finish().unwrap();
}

fn names(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn the_rows_of_a_key_are_those_of_a_scan_also_across_pages_and_row_groups() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    // Keys of 0 to 46 rows, one with more than a row group, and rows without a key at the end.
    let mut keys: Vec<Option<i64>> = Vec::new();
    for key in 0..6_000i64 {
        keys.extend(vec![Some(key * 3 - 50); (key * key % 47) as usize]);
    }
    keys.extend(vec![Some(20_000); 70_000]);
    keys.extend(vec![Some(20_001); 3]);
    keys.extend(vec![None; 500]);
    write(&path, &keys);
    let sorted = SortedParquet::open(&path, "key", &names(&["kind", "key", "amount"])).unwrap();
    let all = read_parquet(&path).unwrap();
    let all = concat_batches(&all[0].schema(), &all).unwrap();
    assert_eq!(sorted.schema(), all.schema());
    let looked_up = (0..6_000).step_by(97).map(|key| key * 3 - 50);
    for key in looked_up.chain([20_000, 20_001, 5_999 * 3 - 50]) {
        let column = all.column(1).as_primitive::<Int64Type>();
        let expected =
            filter_record_batch(&all, &column.iter().map(|k| Some(k == Some(key))).collect())
                .unwrap();
        assert_eq!(sorted.rows(key).unwrap(), expected, "key {key}");
        assert_eq!(sorted.contains(key), expected.num_rows() > 0);
    }
    for absent in [i64::MIN, -51, 20_002, i64::MAX] {
        assert!(!sorted.contains(absent));
        assert_eq!(sorted.rows(absent).unwrap().num_rows(), 0);
    }
}

#[test]
fn only_the_columns_asked_for_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    write(&path, &[Some(1), Some(1), Some(2)]);
    let sorted = SortedParquet::open(&path, "key", &names(&["kind"])).unwrap();
    let rows = sorted.rows(1).unwrap();
    assert_eq!(rows.num_columns(), 1);
    assert_eq!(rows.num_rows(), 2);
    assert_eq!(rows.schema().field(0).name(), "kind");
}

#[test]
fn a_file_that_is_not_sorted_or_lacks_a_column_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.parquet");
    write(&path, &[Some(2), Some(1)]);
    let refused = |key: &str, column: &str| {
        SortedParquet::open(&path, key, &names(&[column]))
            .unwrap_err()
            .to_string()
    };
    assert!(refused("key", "kind").contains("not sorted by key: 1 stands after 2"));
    assert!(refused("amount", "kind").contains("amount is not of whole numbers"));
    assert!(refused("key", "colour").contains("no column colour"));
}
