//! Where each client falls in each kept partition, and who falls where one client does.
//!
//! Cells of 64 clients lie beside each other, partition after partition, block after block: a
//! search reads the index once from end to end, compares as many clients at a time as a register
//! holds, and keeps their counts in registers until the block ends.

use std::ops::{AddAssign, Range};
use std::sync::Mutex;

use super::{BLOCK, Partitions};

/// Blocks that a thread computes before it takes further ones.
const BLOCKS_AT_ONCE: usize = 16;

/// Holds the cells of a portfolio's clients, in the order of their places.
#[derive(Debug, Clone, PartialEq)]
pub struct LeafIndex {
    pub(super) n_clients: usize,
    pub(super) n_partitions: usize,
    pub(super) cells: Cells,
    /// Each client's margin, log-odds.
    pub(super) margins: Vec<f64>,
}

/// Cells, `(n_blocks, n_partitions, BLOCK)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cells {
    /// At most 256 cells a partition.
    Narrow(Vec<u8>),
    /// At most 65,536.
    Wide(Vec<u16>),
}

/// Names a client who is like another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The client's place in the portfolio, from 0.
    pub place: usize,
    /// The share of kept partitions in which both fall into the same cell, 0 to 1.
    pub proximity: f64,
}

impl LeafIndex {
    /// Finds the cells and margins of a portfolio's clients on so many threads; `encoded` gives
    /// the encoded rows of a range of places, `(n_rows, width)`. The same on any number of threads.
    ///
    /// # Errors
    /// The first error of `encoded` that was met.
    pub fn build<E: Send>(
        partitions: &Partitions,
        n_clients: usize,
        threads: usize,
        encoded: impl Fn(Range<usize>) -> Result<Vec<f32>, E> + Sync,
    ) -> Result<Self, E> {
        let n_partitions = partitions.len();
        let n_cells = n_clients.div_ceil(BLOCK) * BLOCK * n_partitions;
        let mut margins = vec![0.0; n_clients];
        let cells = match partitions.is_wide() {
            false => {
                let mut cells = vec![0; n_cells];
                let narrow = |cell| cell as u8;
                fill(
                    partitions,
                    &mut cells,
                    &mut margins,
                    threads,
                    encoded,
                    narrow,
                )?;
                Cells::Narrow(cells)
            }
            true => {
                let mut cells = vec![0; n_cells];
                let wide = |cell| cell as u16;
                fill(partitions, &mut cells, &mut margins, threads, encoded, wide)?;
                Cells::Wide(cells)
            }
        };
        Ok(Self {
            n_clients,
            n_partitions,
            cells,
            margins,
        })
    }

    /// Counts the clients.
    pub fn len(&self) -> usize {
        self.n_clients
    }

    /// Tells whether there is no client.
    pub fn is_empty(&self) -> bool {
        self.n_clients == 0
    }

    /// Counts the kept partitions.
    pub fn partitions(&self) -> usize {
        self.n_partitions
    }

    /// Counts the bytes that the index holds.
    pub fn bytes(&self) -> usize {
        let cells = match &self.cells {
            Cells::Narrow(cells) => cells.len(),
            Cells::Wide(cells) => 2 * cells.len(),
        };
        cells + 8 * self.margins.len()
    }

    /// Gives a client's margin, log-odds.
    pub fn margin(&self, place: usize) -> f64 {
        self.margins[place]
    }

    /// Gives a client's cells, one a kept partition.
    pub fn cells_of(&self, place: usize) -> Vec<u16> {
        match &self.cells {
            Cells::Narrow(cells) => {
                let cells = column(cells, self.n_partitions, place);
                cells.into_iter().map(u16::from).collect()
            }
            Cells::Wide(cells) => column(cells, self.n_partitions, place),
        }
    }

    /// Gives the `k` clients with the highest proximity to one of them, the highest first, ties by
    /// place; never the client itself, and only those that are `among`, `(n_clients)`. Fewer where
    /// there are fewer.
    pub fn nearest(&self, place: usize, k: usize, among: &[bool]) -> Vec<Neighbour> {
        match &self.cells {
            Cells::Narrow(cells) => {
                let counts = counts(cells, &column(cells, self.n_partitions, place));
                self.highest(&counts, place, k, among)
            }
            Cells::Wide(cells) => {
                let counts = counts(cells, &column(cells, self.n_partitions, place));
                self.highest(&counts, place, k, among)
            }
        }
    }

    /// Chooses the highest counts without sorting all of them: from how often each count is met
    /// follows the least that is taken.
    fn highest<T: Copy + Into<usize>>(
        &self,
        counts: &[T],
        itself: usize,
        k: usize,
        among: &[bool],
    ) -> Vec<Neighbour> {
        let counts = || {
            let all = counts.iter().zip(among).enumerate();
            let others = all.filter(|&(place, (_, &is_among))| is_among && place != itself);
            others.map(|(place, (&count, _))| (place, count.into()))
        };
        let mut met = vec![0; self.n_partitions + 1];
        for (_, count) in counts() {
            met[count] += 1;
        }
        let (mut least, mut above) = (self.n_partitions, 0);
        while least > 0 && above + met[least] < k {
            above += met[least];
            least -= 1;
        }
        let mut ties = k.saturating_sub(above);
        let mut taken = Vec::with_capacity(k.min(self.n_clients));
        for (place, count) in counts() {
            if count > least {
                taken.push((count, place));
            } else if count == least && ties > 0 {
                ties -= 1;
                taken.push((count, place));
            }
        }
        taken.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let neighbour = |(count, place)| Neighbour {
            place,
            proximity: count as f64 / self.n_partitions as f64,
        };
        taken.into_iter().map(neighbour).collect()
    }
}

/// Fills cells and margins, some blocks at a time.
fn fill<T: Copy + Send, E: Send>(
    partitions: &Partitions,
    cells: &mut [T],
    margins: &mut [f64],
    threads: usize,
    encoded: impl Fn(Range<usize>) -> Result<Vec<f32>, E> + Sync,
    kept: impl Fn(u32) -> T + Sync,
) -> Result<(), E> {
    let block = BLOCK * partitions.len();
    if block == 0 {
        return Ok(());
    }
    let cells = cells.chunks_mut(BLOCKS_AT_ONCE * block);
    let margins = margins.chunks_mut(BLOCKS_AT_ONCE * BLOCK);
    let tasks = Mutex::new(cells.zip(margins).enumerate());
    let scorer = partitions.scorer();
    let work = || -> Result<(), E> {
        loop {
            let task = tasks.lock().unwrap_or_else(|held| held.into_inner()).next();
            let Some((number, (cells, margins))) = task else {
                return Ok(());
            };
            let first = number * BLOCKS_AT_ONCE * BLOCK;
            let blocks = cells.chunks_exact_mut(block).zip(margins.chunks_mut(BLOCK));
            for (place, (cells, margins)) in blocks.enumerate() {
                let (start, n_rows) = (first + place * BLOCK, margins.len());
                let rows = encoded(start..start + n_rows)?;
                margins.copy_from_slice(&scorer.margins(&rows, n_rows));
                for (cell, found) in cells.iter_mut().zip(partitions.cells(&rows, n_rows)) {
                    *cell = kept(found);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for thread in running {
            let other = thread.join();
            done = done.and(other.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    })
}

/// One client's cells.
fn column<T: Copy>(cells: &[T], n_partitions: usize, place: usize) -> Vec<T> {
    let first = place / BLOCK * BLOCK * n_partitions + place % BLOCK;
    let partitions = (0..n_partitions).map(|partition| cells[first + partition * BLOCK]);
    partitions.collect()
}

/// In how many partitions each client falls where `wanted` says.
fn counts<T>(cells: &[T], wanted: &[T]) -> Vec<T>
where
    T: Copy + Default + PartialEq + AddAssign + From<bool>,
{
    let block = (BLOCK * wanted.len()).max(1);
    let mut all = Vec::with_capacity(cells.len() / wanted.len().max(1));
    for cells in cells.chunks_exact(block) {
        let mut counts = [T::default(); BLOCK];
        let (columns, _) = cells.as_chunks::<BLOCK>();
        for (column, &wanted) in columns.iter().zip(wanted) {
            for (count, &cell) in counts.iter_mut().zip(column) {
                *count += T::from(cell == wanted);
            }
        }
        all.extend_from_slice(&counts);
    }
    all
}
