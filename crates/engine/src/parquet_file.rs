//! Parquet files, written aside and renamed when whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;

use crate::error::{Error, Result};

/// Rows a row group.
const ROW_GROUP_ROWS: usize = 65_536;

/// Rows a page: one client's rows cost a page of each column, and a page's index costs bytes.
const PAGE_ROWS: usize = 1_024;

/// Bytes of a column's dictionary in a row group: it is read whole for a single row. Columns
/// with more values than fit go on without.
const DICTIONARY_BYTES: usize = 16 << 10;

/// What an unfinished file's name ends in.
pub const PARTIAL_SUFFIX: &str = ".partial";

/// A Parquet file being written. It appears under its name only when [`ParquetFile::finish`]
/// returns; dropped before that, nothing is left of it.
pub struct ParquetFile {
    path: PathBuf,
    partial: PathBuf,
    writer: Option<ArrowWriter<File>>,
    rows: u64,
}

impl ParquetFile {
    /// Opens `path` + `.partial` for batches of `schema`.
    ///
    /// # Errors
    /// [`Error::Write`] if the file cannot be created.
    pub fn create(path: &Path, schema: SchemaRef) -> Result<Self> {
        let mut partial = path.as_os_str().to_owned();
        partial.push(PARTIAL_SUFFIX);
        let partial = PathBuf::from(partial);
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
            .set_data_page_row_count_limit(PAGE_ROWS)
            .set_dictionary_page_size_limit(DICTIONARY_BYTES)
            .set_statistics_enabled(EnabledStatistics::Chunk);
        // Pages are looked for by the keys that tables are sorted by, and by nothing else.
        for field in schema.fields() {
            if field.data_type() == &DataType::Int64 {
                let key = ColumnPath::from(field.name().as_str());
                properties = properties.set_column_statistics_enabled(key, EnabledStatistics::Page);
            }
        }
        let properties = properties.build();
        let file = File::create(&partial).map_err(|error| write_error(path, &error))?;
        let writer = ArrowWriter::try_new(file, schema, Some(properties))
            .map_err(|error| write_error(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            partial,
            writer: Some(writer),
            rows: 0,
        })
    }

    /// Appends a batch.
    ///
    /// # Errors
    /// [`Error::Write`], for instance on a full disk.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let writer = self
            .writer
            .as_mut()
            .expect("the writer is taken only by finish");
        writer
            .write(batch)
            .map_err(|error| write_error(&self.path, &error))?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    /// Completes the file, flushes it to disk, gives it its name, and returns its rows.
    ///
    /// # Errors
    /// [`Error::Write`]; the name then still holds what it held before.
    pub fn finish(mut self) -> Result<u64> {
        let writer = self.writer.take().expect("finish runs once");
        let file = writer
            .into_inner()
            .map_err(|error| write_error(&self.path, &error))?;
        file.sync_all()
            .map_err(|error| write_error(&self.path, &error))?;
        fs::rename(&self.partial, &self.path).map_err(|error| write_error(&self.path, &error))?;
        Ok(self.rows)
    }
}

impl Drop for ParquetFile {
    fn drop(&mut self) {
        // After a rename there is nothing to remove; before it, the unfinished file goes.
        let _ = fs::remove_file(&self.partial);
    }
}

/// Reads a whole Parquet file.
///
/// # Errors
/// [`Error::Read`] if the file is absent or not Parquet.
pub fn read_parquet(path: &Path) -> Result<Vec<RecordBatch>> {
    let read_error = |reason: String| Error::Read {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(|error| read_error(error.to_string()))?;
    ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(ROW_GROUP_ROWS).build())
        .map_err(|error| read_error(error.to_string()))?
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|error| read_error(error.to_string()))
}

fn write_error(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    let reason = reason.to_string();
    // The Parquet writer's word for an error of the disk, which says nothing to people.
    let reason = reason
        .strip_prefix("External: ")
        .unwrap_or(&reason)
        .to_owned();
    Error::Write {
        path: path.to_owned(),
        reason,
    }
}
