//! The rows of one key out of a Parquet file that is sorted by it, without reading the rest.
//!
//! Opened once: the places of all keys and the index of pages stay in memory. A look-up then
//! decodes, of each column that is wanted, the page or two that hold the key's rows.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Int64Type, SchemaRef};
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
    RowSelectionPolicy, RowSelector,
};
use datafusion::parquet::errors::{ParquetError, Result as ParquetResult};
use datafusion::parquet::file::metadata::PageIndexPolicy;
use datafusion::parquet::file::reader::{ChunkReader, Length};

use crate::error::{Error, Result};

/// Rows of the key column decoded at once when a file is opened.
const KEYS_AT_ONCE: usize = 65_536;

/// A Parquet file sorted by a whole-number key, open for look-ups.
#[derive(Debug)]
pub struct SortedParquet {
    path: PathBuf,
    file: SharedFile,
    metadata: ArrowReaderMetadata,
    wanted: ProjectionMask,
    schema: SchemaRef,
    /// The row at which each row group starts, and the file's rows after the last.
    group_starts: Vec<usize>,
    /// The keys, rising.
    keys: Vec<i64>,
    /// The row at which each key's rows start, and the end of the last one's.
    key_starts: Vec<u64>,
}

impl SortedParquet {
    /// Opens a file that is sorted by `key` (rows without a key last), for look-ups of `columns`.
    ///
    /// # Errors
    /// [`Error::Read`] if it cannot be read, has no such column, or is not sorted.
    pub fn open(path: &Path, key: &str, columns: &[String]) -> Result<Self> {
        let wrong = |reason: String| Error::Read {
            path: path.to_owned(),
            reason,
        };
        let file = SharedFile::open(path).map_err(|error| wrong(error.to_string()))?;
        let options = ArrowReaderOptions::new()
            .with_offset_index_policy(PageIndexPolicy::Optional)
            .with_column_index_policy(PageIndexPolicy::Skip);
        let metadata =
            ArrowReaderMetadata::load(&file, options).map_err(|error| wrong(error.to_string()))?;
        let place = |column: &str| {
            metadata
                .schema()
                .index_of(column)
                .map_err(|_| wrong(format!("it has no column {column}")))
        };
        let key_place = place(key)?;
        if metadata.schema().field(key_place).data_type() != &DataType::Int64 {
            return Err(wrong(format!("its column {key} is not of whole numbers")));
        }
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            places.push(place(column)?);
        }
        places.sort_unstable();
        let schema = metadata
            .schema()
            .project(&places)
            .map_err(|error| wrong(error.to_string()))?;
        let mut group_starts = vec![0];
        for group in metadata.metadata().row_groups() {
            let rows = usize::try_from(group.num_rows()).unwrap_or(0);
            group_starts.push(group_starts[group_starts.len() - 1] + rows);
        }
        let mut sorted = Self {
            path: path.to_owned(),
            wanted: ProjectionMask::roots(metadata.parquet_schema(), places),
            schema: Arc::new(schema),
            file,
            metadata,
            group_starts,
            keys: Vec::new(),
            key_starts: Vec::new(),
        };
        sorted.read_keys(key_place, key)?;
        Ok(sorted)
    }

    /// The columns that a look-up gives, in the file's order.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The keys of the file, rising.
    pub fn keys(&self) -> &[i64] {
        &self.keys
    }

    /// Whether the file has rows of a key.
    pub fn contains(&self, key: i64) -> bool {
        self.keys.binary_search(&key).is_ok()
    }

    /// The rows of a key, in the file's order; none if it has none.
    ///
    /// # Errors
    /// [`Error::Read`] if the file cannot be read.
    pub fn rows(&self, key: i64) -> Result<RecordBatch> {
        let Ok(place) = self.keys.binary_search(&key) else {
            return Ok(RecordBatch::new_empty(self.schema()));
        };
        let (from, to) = (self.key_starts[place], self.key_starts[place + 1]);
        self.range(from as usize, to as usize)
    }

    fn range(&self, from: usize, to: usize) -> Result<RecordBatch> {
        // The groups from the one that holds the first row to the one that holds the last.
        let first = self.group_starts.partition_point(|start| *start <= from) - 1;
        let last = self.group_starts.partition_point(|start| *start < to);
        let selection = RowSelection::from(vec![
            RowSelector::skip(from - self.group_starts[first]),
            RowSelector::select(to - from),
        ]);
        let reader = self
            .builder()
            .with_projection(self.wanted.clone())
            .with_row_groups((first..last).collect())
            .with_row_selection_policy(RowSelectionPolicy::Selectors)
            .with_row_selection(selection)
            .with_batch_size(to - from)
            .build()
            .map_err(|error| self.wrong(error))?;
        let batches = reader
            .collect::<std::result::Result<Vec<_>, _>>()
            .map_err(|error| self.wrong(error))?;
        match batches.as_slice() {
            [batch] => Ok(batch.clone()),
            batches => concat_batches(&self.schema, batches).map_err(|error| self.wrong(error)),
        }
    }

    fn read_keys(&mut self, place: usize, key: &str) -> Result<()> {
        let only = ProjectionMask::roots(self.metadata.parquet_schema(), [place]);
        let reader = self
            .builder()
            .with_projection(only)
            .with_batch_size(KEYS_AT_ONCE)
            .build()
            .map_err(|error| self.wrong(error))?;
        let (mut keys, mut starts, mut row) = (Vec::new(), Vec::new(), 0u64);
        for batch in reader {
            let batch = batch.map_err(|error| self.wrong(error))?;
            let column = batch.column(0).as_primitive::<Int64Type>();
            let known = column.len() - column.null_count();
            for value in &column.values()[..known] {
                match keys.last() {
                    Some(last) if last == value => {}
                    Some(last) if last > value => {
                        let reason =
                            format!("it is not sorted by {key}: {value} stands after {last}");
                        return Err(self.wrong(reason));
                    }
                    _ => {
                        keys.push(*value);
                        starts.push(row);
                    }
                }
                row += 1;
            }
            if known < column.len() {
                // Rows without a key stand last: nobody looks them up.
                break;
            }
        }
        starts.push(row);
        keys.shrink_to_fit();
        starts.shrink_to_fit();
        (self.keys, self.key_starts) = (keys, starts);
        Ok(())
    }

    fn builder(&self) -> ParquetRecordBatchReaderBuilder<SharedFile> {
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
    }

    fn wrong(&self, reason: impl ToString) -> Error {
        Error::Read {
            path: self.path.clone(),
            reason: reason.to_string(),
        }
    }
}

/// A file that many readers share: each says where it reads, none moves the others' place.
#[derive(Debug, Clone)]
pub(crate) struct SharedFile {
    file: Arc<File>,
    bytes: u64,
}

impl SharedFile {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(file),
            bytes,
        })
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<ReadOn>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        Ok(BufReader::new(ReadOn {
            file: Arc::clone(&self.file),
            place: start,
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let mut buffer = vec![0; length];
        read_exact_at(&self.file, &mut buffer, start)
            .map_err(|error| ParquetError::General(error.to_string()))?;
        Ok(buffer.into())
    }
}

/// A shared file read on from a place.
#[derive(Debug)]
pub(crate) struct ReadOn {
    file: Arc<File>,
    place: u64,
}

impl Read for ReadOn {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file, buffer, self.place)?;
        self.place += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, place)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, place)
}

/// Fills a buffer from a place of a file, whose own place stays where it is: many threads may share it.
///
/// # Errors
/// The file cannot be read, or ends before the buffer is full.
pub fn read_exact_at(file: &File, buffer: &mut [u8], place: u64) -> io::Result<()> {
    let mut done = 0;
    while done < buffer.len() {
        match read_at(file, &mut buffer[done..], place + done as u64) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
