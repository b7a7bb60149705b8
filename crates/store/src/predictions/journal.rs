//! The files that records wait in. Each has one writer, which holds its lock; a file whose lock is
//! free was left by a program that ended.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::frame::{self, HEAD, Read};

/// From this size on a file is not written to any more.
const MOST_OF_A_FILE: u64 = 4 << 20;
/// How files end that are written, and while they are made; and those kept aside.
const ENDING: &str = "journal";
const MAKING: &str = "making";
const DAMAGED: &str = "damaged";

/// Records that are not in the database yet.
#[derive(Debug)]
pub(super) struct Journal {
    /// `None`: kept in memory.
    folder: Option<PathBuf>,
    current: Option<Segment>,
    /// Written to their end, oldest first.
    full: VecDeque<Segment>,
    bytes: u64,
    most_bytes: u64,
}

/// One file, or what stands for it in memory.
#[derive(Debug)]
pub(super) struct Segment {
    number: i64,
    bytes: u64,
    /// How many of the bytes were made to outlive a power cut.
    synced: u64,
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    /// The lock is held as long as the file is open.
    File(File, PathBuf),
    Memory(Vec<u8>),
}

impl Journal {
    pub(super) fn open(folder: &Path, most_bytes: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let full = left_behind(folder)?;
        Ok(Self {
            folder: Some(folder.to_owned()),
            current: None,
            bytes: full.iter().map(|segment| segment.bytes).sum(),
            full,
            most_bytes,
        })
    }

    pub(super) fn in_memory(most_bytes: u64) -> Self {
        Self {
            folder: None,
            current: None,
            full: VecDeque::new(),
            bytes: 0,
            most_bytes,
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Appends a record; when it fails nothing of the record is there.
    pub(super) fn append(&mut self, frame: &[u8]) -> io::Result<()> {
        let more = frame.len() as u64;
        if self.bytes + more > self.most_bytes {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        if self
            .current
            .as_ref()
            .is_some_and(|one| one.bytes >= MOST_OF_A_FILE)
        {
            self.end_current();
        }
        let segment = match &mut self.current {
            Some(segment) => segment,
            None => {
                let segment = Segment::make(self.folder.as_deref())?;
                self.bytes += segment.bytes;
                self.current.insert(segment)
            }
        };
        if let Err(error) = segment.write(frame) {
            if segment.cut().is_err() {
                // Half a record at its end: nothing may follow it.
                self.end_current();
            }
            return Err(error);
        }
        segment.bytes += more;
        self.bytes += more;
        Ok(())
    }

    /// The file that is written to, where something was written since this was last asked.
    pub(super) fn unsynced(&mut self) -> Option<File> {
        let segment = self.current.as_mut()?;
        let Kept::File(file, _) = &segment.kept else {
            return None;
        };
        if segment.synced == segment.bytes {
            return None;
        }
        segment.synced = segment.bytes;
        file.try_clone().ok()
    }

    /// How many segments can be moved.
    pub(super) fn full(&self) -> usize {
        self.full.len()
    }

    /// The oldest segment that can be moved.
    pub(super) fn take(&mut self) -> Option<Segment> {
        self.full.pop_front()
    }

    /// Writes no more to the current segment: it can be moved.
    pub(super) fn end_current(&mut self) {
        self.full.extend(self.current.take());
    }

    /// Gives back a segment that could not be moved.
    pub(super) fn give_back(&mut self, segment: Segment) {
        self.full.push_front(segment);
    }

    /// Counts a segment that was moved as gone.
    pub(super) fn count_gone(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

impl Segment {
    pub(super) fn number(&self) -> i64 {
        self.number
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Under a name that nobody looks for until its lock is held and its head is written.
    fn make(folder: Option<&Path>) -> io::Result<Self> {
        let number = random_number().map_err(io::Error::other)?;
        let head = frame::head(number);
        let kept = match folder {
            None => Kept::Memory(head.to_vec()),
            Some(folder) => {
                let path = folder.join(format!("{number:016x}.{ENDING}"));
                let making = path.with_extension(MAKING);
                let made = make_locked(&making, &head)
                    .and_then(|file| fs::rename(&making, &path).map(|()| file));
                match made {
                    Ok(file) => Kept::File(file, path),
                    Err(error) => {
                        // On a full disk even its head has no room.
                        let _ = fs::remove_file(&making);
                        return Err(error);
                    }
                }
            }
        };
        Ok(Self {
            number,
            bytes: HEAD as u64,
            synced: HEAD as u64,
            kept,
        })
    }

    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        match &mut self.kept {
            Kept::File(file, _) => file.write_all(frame),
            Kept::Memory(bytes) => bytes.write_all(frame),
        }
    }

    /// Takes away what was written of a record that found no room.
    fn cut(&self) -> io::Result<()> {
        match &self.kept {
            Kept::File(file, _) => file.set_len(self.bytes),
            Kept::Memory(_) => Ok(()),
        }
    }

    /// What reads all that was written, where it may take long.
    pub(super) fn reader(&self) -> io::Result<Reader> {
        Ok(match &self.kept {
            Kept::File(file, _) => Reader::File(file.try_clone()?),
            Kept::Memory(bytes) => Reader::Memory(bytes.clone()),
        })
    }

    /// Makes the file outlive a power cut, where it may wait for long.
    pub(super) fn sync(&self) -> io::Result<()> {
        match &self.kept {
            Kept::File(file, _) => file.sync_data(),
            Kept::Memory(_) => Ok(()),
        }
    }

    /// Removes the file, all of whose records are in the database.
    pub(super) fn remove(self) -> io::Result<()> {
        match self.kept {
            Kept::File(_, path) => fs::remove_file(path),
            Kept::Memory(_) => Ok(()),
        }
    }

    /// Keeps a damaged file for whoever wants to look at it.
    pub(super) fn set_aside(self) -> io::Result<()> {
        match self.kept {
            Kept::File(_, path) => fs::rename(&path, path.with_extension(DAMAGED)),
            Kept::Memory(_) => Ok(()),
        }
    }
}

/// Reads a segment that is written to no more.
pub(super) enum Reader {
    File(File),
    Memory(Vec<u8>),
}

impl Reader {
    pub(super) fn read(self) -> io::Result<Read> {
        let bytes = match self {
            Self::Memory(bytes) => bytes,
            Self::File(mut file) => {
                let mut bytes = Vec::new();
                file.rewind()?;
                file.read_to_end(&mut bytes)?;
                bytes
            }
        };
        Ok(frame::read(&bytes))
    }
}

/// Files of programs that ended, oldest first.
fn left_behind(folder: &Path) -> io::Result<VecDeque<Segment>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path.file_stem().and_then(|name| name.to_str());
        let number = number.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        if path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        let Some(number) = number else { continue };
        let file = OpenOptions::new().read(true).append(true).open(&path)?;
        if file.try_lock().is_err() {
            // Another program's, which is at work.
            continue;
        }
        let about = file.metadata()?;
        let segment = Segment {
            number: number.cast_signed(),
            bytes: about.len(),
            synced: about.len(),
            kept: Kept::File(file, path),
        };
        found.push((about.modified()?, segment));
    }
    found.sort_by_key(|(modified, _)| *modified);
    Ok(found.into_iter().map(|(_, segment)| segment).collect())
}

/// A new file of its owner's alone: what was answered on a client is nobody else's to read.
fn make_locked(path: &Path, head: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.try_lock().map_err(io::Error::other)?;
    file.write_all(head)?;
    Ok(file)
}

/// A number that no other journal has.
pub(super) fn random_number() -> crate::error::Result<i64> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes)?;
    Ok(i64::from_le_bytes(bytes))
}
