//! Parquet files, written aside and renamed when whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use datafusion::parquet::arrow::{ArrowWriter, ProjectionMask};
use datafusion::parquet::basic::{Compression, Type};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;

use crate::error::{Error, Result};
use crate::sorted_parquet::SharedFile;

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

/// How the pages of a file are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// Compressed by LZ4, which costs a look-up of single rows next to nothing.
    Packed,
    /// As they are: where single rows of many columns are read, unpacking a page of each would
    /// take longer than all the rest.
    Plain,
}

impl ParquetFile {
    /// Opens `path` + `.partial` for batches of `schema`, its pages packed.
    ///
    /// # Errors
    /// [`Error::Write`] if the file cannot be created.
    pub fn create(path: &Path, schema: SchemaRef) -> Result<Self> {
        Self::create_with(path, schema, Pages::Packed)
    }

    /// Opens `path` + `.partial` for batches of `schema`.
    ///
    /// # Errors
    /// [`Error::Write`] if the file cannot be created.
    pub fn create_with(path: &Path, schema: SchemaRef, pages: Pages) -> Result<Self> {
        let mut partial = path.as_os_str().to_owned();
        partial.push(PARTIAL_SUFFIX);
        let partial = PathBuf::from(partial);
        let mut properties = WriterProperties::builder()
            .set_compression(match pages {
                Pages::Packed => Compression::LZ4_RAW,
                Pages::Plain => Compression::UNCOMPRESSED,
            })
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

    /// Ends the row group: what was written so far leaves the memory.
    ///
    /// # Errors
    /// [`Error::Write`], for instance on a full disk.
    pub fn end_row_group(&mut self) -> Result<()> {
        let writer = self
            .writer
            .as_mut()
            .expect("the writer is taken only by finish");
        writer
            .flush()
            .map_err(|error| write_error(&self.path, &error))
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

/// The columns of a Parquet file, and its rows in batches of at most so many.
///
/// # Errors
/// [`Error::Read`] if the file is absent or not Parquet; so do the batches if it is damaged.
pub fn parquet_batches(
    path: &Path,
    rows: usize,
) -> Result<(SchemaRef, impl Iterator<Item = Result<RecordBatch>> + use<>)> {
    let place = path.to_owned();
    let read_error = move |reason: String| Error::Read {
        path: place.clone(),
        reason,
    };
    let open = || -> std::result::Result<_, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| error.to_string())?;
        let schema = builder.schema().clone();
        let batches = builder.with_batch_size(rows).build();
        Ok((schema, batches.map_err(|error| error.to_string())?))
    };
    let (schema, batches) = open().map_err(&read_error)?;
    Ok((
        schema,
        batches.map(move |batch| batch.map_err(|error| read_error(error.to_string()))),
    ))
}

/// Reads a whole Parquet file.
///
/// # Errors
/// [`Error::Read`] if the file is absent or not Parquet.
pub fn read_parquet(path: &Path) -> Result<Vec<RecordBatch>> {
    let file = File::open(path).map_err(|error| read_error(path, &error))?;
    ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(ROW_GROUP_ROWS).build())
        .map_err(|error| read_error(path, &error))?
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|error| read_error(path, &error))
}

/// A Parquet file whose columns are read a few at a time, whatever its size.
#[derive(Debug, Clone)]
pub struct ParquetColumns {
    path: PathBuf,
    file: SharedFile,
    metadata: ArrowReaderMetadata,
}

impl ParquetColumns {
    /// Reads what the file says of itself.
    ///
    /// # Errors
    /// [`Error::Read`] if the file is absent or not Parquet.
    pub fn open(path: &Path) -> Result<Self> {
        let file = SharedFile::open(path).map_err(|error| read_error(path, &error))?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default())
            .map_err(|error| read_error(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            file,
            metadata,
        })
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        let rows = self.metadata.metadata().file_metadata().num_rows();
        u64::try_from(rows).unwrap_or(0)
    }

    /// The columns' names and types.
    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// Reads columns by their places, which must rise; the batches hold nothing else.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn read(&self, columns: &[usize]) -> Result<Vec<RecordBatch>> {
        let schema = self.metadata.metadata().file_metadata().schema_descr();
        let mask = ProjectionMask::roots(schema, columns.iter().copied());
        // Opened once: the file may be replaced while it is read.
        let file = self.file.clone();
        ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_batch_size(ROW_GROUP_ROWS)
            .with_projection(mask)
            .build()
            .map_err(|error| read_error(&self.path, &error))?
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|error| read_error(&self.path, &error))
    }
}

fn read_error(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    Error::Read {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

/// What the footer of a Parquet file says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Its name.
    pub name: String,
    /// Rows in which it is missing.
    pub missing: u64,
    /// Whether its known values are all the same; not if none is known.
    pub is_constant: bool,
}

/// What the footer of a Parquet file says of its columns, in their order: no row is read.
///
/// # Errors
/// [`Error::Read`] if the file is absent or not Parquet.
pub fn column_facts(path: &Path) -> Result<Vec<ColumnFacts>> {
    let read_error = |reason: String| Error::Read {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(|error| read_error(error.to_string()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|error| read_error(error.to_string()))?;
    let columns = reader.parquet_schema().columns().iter().enumerate();
    Ok(columns
        .map(|(index, column)| {
            let mut missing = 0;
            let mut constant: Option<&[u8]> = None;
            let mut varies = false;
            for group in reader.metadata().row_groups() {
                let Some(statistics) = group.column(index).statistics() else {
                    varies = true;
                    continue;
                };
                missing += statistics.null_count_opt().unwrap_or(0);
                let (Some(least), Some(most)) =
                    (statistics.min_bytes_opt(), statistics.max_bytes_opt())
                else {
                    continue;
                };
                // The footer cuts long texts short: what is cut may differ behind the cut.
                let is_exact = statistics.min_is_exact() && statistics.max_is_exact();
                let is_double = column.physical_type() == Type::DOUBLE;
                let differs = |a, b| !is_same_value(a, b, is_double);
                varies |= !is_exact
                    || differs(least, most)
                    || constant.is_some_and(|one| differs(one, least));
                constant = Some(least);
            }
            ColumnFacts {
                name: column.name().to_owned(),
                missing,
                is_constant: constant.is_some() && !varies,
            }
        })
        .collect())
}

/// Footers write the least zero as -0.0 and the greatest as 0.0.
fn is_same_value(a: &[u8], b: &[u8], is_double: bool) -> bool {
    let number = |bytes: &[u8]| bytes.try_into().map(f64::from_le_bytes).ok();
    a == b || (is_double && number(a) == number(b))
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
