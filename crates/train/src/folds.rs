//! Who is judged when.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::random::{SplitMix, derive};

/// Folds that are made where none are given.
const FOLDS: u32 = 5;
/// Folds that there must be: one judged, one that calibrates, one to fit on.
const FEWEST_FOLDS: usize = 3;
/// Clients of each class that each fold must have.
const FEWEST_OF_A_CLASS: usize = 2;

/// Puts every client into one fold, once a repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// The repeats, by rising number.
    pub(crate) repeats: Vec<Repeat>,
}

/// Puts every client into one fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// The number it was given.
    pub(crate) number: u32,
    /// Each row's fold, counted from 0 without gaps.
    pub(crate) fold_of: Vec<usize>,
    /// The number that each fold was given.
    pub(crate) fold_numbers: Vec<u32>,
}

/// Puts one client into one fold of one repeat: a line of a folds file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoldEntry {
    /// The client.
    pub client: i64,
    /// The repeat.
    pub repeat: u32,
    /// The fold.
    pub fold: u32,
}

impl Folds {
    /// Makes five folds with equal shares of defaults, from a seed.
    pub fn stratified(labels: &[u8], seed: u64) -> Self {
        let fold_of = stratified(labels, FOLDS as usize, seed);
        Self {
            repeats: vec![Repeat {
                number: 0,
                fold_of,
                fold_numbers: (0..FOLDS).collect(),
            }],
        }
    }

    /// Takes given folds, for the given clients in their order.
    ///
    /// # Errors
    /// [`Error::Folds`] unless every client stands once in every repeat, and no one else does.
    pub fn given(clients: &[i64], entries: &[FoldEntry]) -> Result<Self> {
        let rows: BTreeMap<i64, usize> = clients
            .iter()
            .enumerate()
            .map(|(row, &client)| (client, row))
            .collect();
        let mut tables: BTreeMap<u32, Vec<Option<u32>>> = BTreeMap::new();
        for entry in entries {
            let Some(&row) = rows.get(&entry.client) else {
                return refused(format!(
                    "client {} is not among the {} labelled clients",
                    entry.client,
                    clients.len()
                ));
            };
            let table = tables
                .entry(entry.repeat)
                .or_insert_with(|| vec![None; clients.len()]);
            if table[row].replace(entry.fold).is_some() {
                return refused(format!(
                    "client {} stands twice in repeat {}",
                    entry.client, entry.repeat
                ));
            }
        }
        if tables.is_empty() {
            return refused("they are empty".to_owned());
        }
        let repeats = tables
            .into_iter()
            .map(|(number, table)| Repeat::given(number, &table, clients));
        Ok(Self {
            repeats: repeats.collect::<Result<_>>()?,
        })
    }

    /// Checks that every fold has clients of both classes, one label a client.
    pub(crate) fn check(&self, labels: &[u8]) -> Result<()> {
        for repeat in &self.repeats {
            if repeat.fold_of.len() != labels.len() {
                return refused(format!(
                    "they are for {} clients, the data has {}",
                    repeat.fold_of.len(),
                    labels.len()
                ));
            }
            for fold in 0..repeat.len() {
                let members = repeat.rows(|of| of == fold);
                let defaults = members.iter().filter(|&&row| labels[row] == 1).count();
                let goods = members.len() - defaults;
                if defaults.min(goods) < FEWEST_OF_A_CLASS {
                    return Err(Error::TooFewClients {
                        repeat: repeat.number,
                        fold: repeat.fold_numbers[fold],
                        defaults,
                        goods,
                        needed: FEWEST_OF_A_CLASS,
                    });
                }
            }
        }
        Ok(())
    }
}

impl Repeat {
    fn given(number: u32, table: &[Option<u32>], clients: &[i64]) -> Result<Self> {
        if let Some(row) = table.iter().position(Option::is_none) {
            return refused(format!(
                "client {} stands in no fold of repeat {number}",
                clients[row]
            ));
        }
        let mut fold_numbers: Vec<u32> = table.iter().flatten().copied().collect();
        fold_numbers.sort_unstable();
        fold_numbers.dedup();
        if fold_numbers.len() < FEWEST_FOLDS {
            return refused(format!(
                "repeat {number} has {} folds, at least {FEWEST_FOLDS} are needed",
                fold_numbers.len()
            ));
        }
        let place = |fold: u32| fold_numbers.partition_point(|&other| other < fold);
        let fold_of = table.iter().flatten().map(|&fold| place(fold)).collect();
        Ok(Self {
            number,
            fold_of,
            fold_numbers,
        })
    }

    /// Counts the folds.
    pub(crate) fn len(&self) -> usize {
        self.fold_numbers.len()
    }

    /// Gives the rows of the wanted folds, rising.
    pub(crate) fn rows(&self, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.fold_of.len())
            .filter(|&row| wanted(self.fold_of[row]))
            .collect()
    }
}

/// Gives each row's fold, with equal shares of defaults.
pub(crate) fn stratified(labels: &[u8], n_folds: usize, seed: u64) -> Vec<usize> {
    let mut fold_of = vec![0; labels.len()];
    let mut next = 0;
    for class in [1, 0] {
        let mut rows: Vec<usize> = (0..labels.len())
            .filter(|&row| labels[row] == class)
            .collect();
        SplitMix::new(derive(seed, &[usize::from(class)])).shuffle(&mut rows);
        for row in rows {
            fold_of[row] = next;
            next = (next + 1) % n_folds;
        }
    }
    fold_of
}

fn refused<T>(reason: String) -> Result<T> {
    Err(Error::Folds { reason })
}
