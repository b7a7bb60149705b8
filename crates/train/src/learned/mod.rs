//! Learned features, fitted: what `limpide_model::learned` keeps and applies.
//!
//! A part that looks at labels must not show a client its own. So the clients it is fitted on
//! get their values from inner folds: each from a fit without the client's inner fold. The
//! other clients, and all that are scored later, get theirs from the fit on all. A client's
//! inner fold follows from its number, so that neither its own label nor the other clients'
//! order moves it. Parts that look at no label are fitted once.

mod groups;
mod neighbours;
mod rows;
#[cfg(test)]
mod tests;

use limpide_model::learned::{DatasetRow, Details, Part};
use limpide_model::{Column, Dataset, Declared, Feature, Kind, Learned};

use crate::crossfit::Setting;
use crate::error::{Error, Result};
use crate::parallel;
use crate::random::derive;

/// Folds that the training clients' own values come from.
const INNER_FOLDS: usize = 5;
/// Clients whose values are computed in one go.
const CLIENTS_AT_ONCE: usize = 2_000;

/// Holds fitted features with the values of the clients that they were fitted on.
pub(crate) struct FittedFeatures {
    pub(crate) learned: Learned,
    /// One a value, in their order.
    pub(crate) features: Vec<Feature>,
    /// One a feature, as long as the dataset; NaN for clients that it was not fitted on.
    pub(crate) columns: Vec<Column>,
}

/// Fits all that the dataset declares on the given rows only.
pub(crate) fn fit(setting: &Setting<'_>, rows: &[usize], threads: usize) -> Result<FittedFeatures> {
    let dataset = setting.dataset;
    let mut fitted = FittedFeatures {
        learned: Learned::default(),
        features: Vec::new(),
        columns: Vec::new(),
    };
    // The size of the whole decides, so that every fold has the features of the champion.
    let enough = |declared: &&Declared| dataset.len() >= declared.from_clients();
    for declared in dataset.learned.iter().filter(enough) {
        setting.observer.check()?;
        let all = Fit {
            setting,
            rows,
            declared,
            threads,
        };
        let part = all.part(rows)?;
        let values = if matches!(declared, Declared::Groups(_)) {
            values_of(&part, dataset, rows, threads)?
        } else {
            all.own_values(&part)?
        };
        fitted
            .columns
            .extend(columns(&values, &part, dataset, rows));
        fitted.features.extend(named(declared, &part));
        fitted.learned.parts.push(part);
    }
    Ok(fitted)
}

/// Computes the values of rows that the features were not fitted on, as columns as long as the
/// dataset, NaN elsewhere.
pub(crate) fn apply(
    learned: &Learned,
    dataset: &Dataset,
    rows: &[usize],
    threads: usize,
) -> Result<Vec<Column>> {
    let mut all = Vec::with_capacity(learned.len());
    for part in &learned.parts {
        let values = values_of(part, dataset, rows, threads)?;
        all.extend(columns(&values, part, dataset, rows));
    }
    Ok(all)
}

/// Checks that what is declared can be fitted on a dataset.
pub(crate) fn check(dataset: &Dataset) -> Result<()> {
    let refused = |reason: String| Err(Error::Dataset { reason });
    for (place, table) in dataset.details.iter().enumerate() {
        let ends = table.offsets.last().copied().unwrap_or(0);
        if table.offsets.len() != dataset.len() + 1
            || !table.offsets.is_sorted()
            || ends * table.columns.len() != table.values.len()
        {
            return refused(format!("the rows of {} are not the clients'", table.name));
        }
        let earlier = &dataset.details[..place];
        if earlier.iter().any(|other| other.name == table.name) {
            return refused(format!("two tables of rows are called {}", table.name));
        }
    }
    let mut names: Vec<&str> = dataset.features.iter().map(|f| f.name.as_str()).collect();
    for declared in &dataset.learned {
        for feature in declared.features() {
            if feature.kind != Kind::Number || names.contains(&feature.name.as_str()) {
                return refused(format!(
                    "the learned feature {} is no number, or its name stands twice",
                    feature.name
                ));
            }
            names.push(&feature.name);
        }
        match declared {
            Declared::Neighbours(neighbours) => {
                for input in &neighbours.inputs {
                    place(dataset, input, Kind::Number)?;
                }
                if neighbours.inputs.is_empty() || neighbours.neighbours == 0 {
                    return refused(format!(
                        "{} has {} inputs and {} neighbours",
                        neighbours.feature.name,
                        neighbours.inputs.len(),
                        neighbours.neighbours
                    ));
                }
            }
            Declared::Groups(groups) => {
                for key in &groups.by {
                    let kind = match key.bands.is_empty() {
                        true => Kind::Category,
                        false => Kind::Number,
                    };
                    place(dataset, &key.feature, kind)?;
                }
                for number in &groups.numbers {
                    place(dataset, &number.input, Kind::Number)?;
                }
            }
            Declared::Rows(rows) => {
                let table = table(dataset, &rows.table)?;
                if let Some(latest) = &rows.latest
                    && table.column(latest).is_none()
                {
                    return refused(format!("{} has no column {latest}", table.name));
                }
            }
        }
    }
    Ok(())
}

/// What one fit of a part reads.
struct Fit<'a> {
    setting: &'a Setting<'a>,
    rows: &'a [usize],
    declared: &'a Declared,
    threads: usize,
}

impl Fit<'_> {
    /// Fits on some of the rows.
    fn part(&self, rows: &[usize]) -> Result<Part> {
        let dataset = self.setting.dataset;
        Ok(match self.declared {
            Declared::Neighbours(declared) => {
                // As many neighbours in the inner folds: a rate over fewer would be noisier.
                let k = neighbours::count(declared.neighbours, self.rows.len());
                Part::Neighbours(neighbours::fit(dataset, declared, k, rows)?)
            }
            Declared::Groups(declared) => Part::Groups(groups::fit(dataset, declared, rows)?),
            Declared::Rows(declared) => {
                Part::Rows(rows::fit(self.setting, declared, rows, self.threads)?)
            }
        })
    }

    /// Computes each row's values from a fit without its inner fold.
    fn own_values(&self, part: &Part) -> Result<Vec<f64>> {
        let dataset = self.setting.dataset;
        let fold_of = |row: usize| inner_fold(self.setting.seed, dataset.clients[row]);
        let width = part.len();
        let mut values = vec![f64::NAN; self.rows.len() * width];
        for fold in 0..INNER_FOLDS {
            self.setting.observer.check()?;
            let (held, others): (Vec<usize>, Vec<usize>) =
                (0..self.rows.len()).partition(|&place| fold_of(self.rows[place]) == fold);
            let rows_at = |places: &[usize]| -> Vec<usize> {
                places.iter().map(|&place| self.rows[place]).collect()
            };
            if held.is_empty() || others.is_empty() {
                continue;
            }
            let inner = self.part(&rows_at(&others))?;
            let found = values_of(&inner, dataset, &rows_at(&held), self.threads)?;
            for (place, found) in held.into_iter().zip(found.chunks_exact(width)) {
                values[place * width..(place + 1) * width].copy_from_slice(found);
            }
        }
        Ok(values)
    }
}

/// Gives a client's inner fold.
fn inner_fold(seed: u64, client: i64) -> usize {
    (derive(seed, &[client as usize, INNER_FOLDS]) % INNER_FOLDS as u64) as usize
}

/// Computes a part's values, `(n_rows, part.len())`, row after row.
fn values_of(part: &Part, dataset: &Dataset, rows: &[usize], threads: usize) -> Result<Vec<f64>> {
    let chunks: Vec<&[usize]> = rows.chunks(CLIENTS_AT_ONCE).collect();
    let done = parallel::map(threads, &chunks, |chunk| {
        let mut values = Vec::with_capacity(chunk.len() * part.len());
        for &row in *chunk {
            let details = Details::of(&dataset.details, row);
            part.values(&DatasetRow { dataset, row }, details, &mut values);
        }
        Ok(values)
    })?;
    Ok(done.concat())
}

fn columns<'a>(
    values: &'a [f64],
    part: &Part,
    dataset: &'a Dataset,
    rows: &'a [usize],
) -> impl Iterator<Item = Column> + 'a {
    let width = part.len();
    (0..width).map(move |place| {
        let mut column = vec![f64::NAN; dataset.len()];
        for (&row, values) in rows.iter().zip(values.chunks_exact(width)) {
            column[row] = values[place];
        }
        Column::Numbers(column)
    })
}

/// The declared features with what only the fit knows.
fn named(declared: &Declared, part: &Part) -> Vec<Feature> {
    let mut features: Vec<Feature> = declared.features().into_iter().cloned().collect();
    if let Part::Neighbours(neighbours) = part {
        let k = neighbours.k.to_string();
        for feature in &mut features {
            let label = &mut feature.label;
            label.fr = label.fr.replace("{k}", &k);
            label.en = label.en.replace("{k}", &k);
        }
    }
    features
}

/// Finds a feature of a kind.
fn place(dataset: &Dataset, name: &str, kind: Kind) -> Result<usize> {
    let mut features = dataset.features.iter();
    match features.position(|feature| feature.name == name && feature.kind == kind) {
        Some(place) => Ok(place),
        None => Err(Error::Dataset {
            reason: format!("learned features read {name}, which is no {kind:?} of the data"),
        }),
    }
}

/// Finds a table of rows.
fn table<'a>(dataset: &'a Dataset, name: &str) -> Result<&'a limpide_model::DetailTable> {
    let mut tables = dataset.details.iter();
    tables
        .find(|table| table.name == name)
        .ok_or_else(|| Error::Dataset {
            reason: format!("learned features read the rows of {name}, which are not there"),
        })
}
