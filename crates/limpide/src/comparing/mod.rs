//! A workspace's clients as comparisons read them: columns of the matrix, outcomes, filters.

mod leaves;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use limpide_engine::arrow::array::Array;
use limpide_explain::Values;
use limpide_explain::comparing::{Comparing, Filter, Population};
use limpide_explain::similar::Partitions;
use limpide_features::{Cell, cell, numbers};
use limpide_model::{Bundle, Feature, Kind};
use limpide_portfolio::nearest;

use crate::rows;
use crate::stored_rows::StoredRows;

/// Joins the published model, its clients and the index of their leaves, which is read from its
/// file, or made on so many threads and kept.
pub fn open(
    workspace: &Path,
    bundle: &Arc<Bundle>,
    clients: &Arc<StoredRows>,
    threads: usize,
) -> anyhow::Result<Comparing> {
    let partitions = Partitions::new(bundle);
    let index = leaves::open(workspace, bundle, clients, &partitions, threads)?;
    let population = PortfolioColumns::new(Arc::clone(clients))?;
    let comparing = Comparing::new(Box::new(population), Arc::clone(bundle), &partitions, index)?;
    Ok(comparing)
}

/// The columns of a portfolio's matrix.
struct PortfolioColumns {
    clients: Arc<StoredRows>,
    outcomes: Vec<Option<u8>>,
    filters: Vec<Filter>,
}

impl PortfolioColumns {
    fn new(clients: Arc<StoredRows>) -> anyhow::Result<Self> {
        let filters = rows::same(&clients.catalogue.filters).context("the catalogue's filters")?;
        let places = 0..clients.clients().len();
        Ok(Self {
            outcomes: places.map(|place| clients.outcome(place)).collect(),
            filters,
            clients,
        })
    }
}

impl Population for PortfolioColumns {
    fn clients(&self) -> &[i64] {
        self.clients.clients()
    }

    fn outcomes(&self) -> &[Option<u8>] {
        &self.outcomes
    }

    fn filters(&self) -> &[Filter] {
        &self.filters
    }

    fn column(&self, name: &str) -> Result<(Feature, Values), String> {
        let catalogue = &self.clients.catalogue;
        let Some(place) = catalogue.position(name) else {
            let mut learned = catalogue.learned_features();
            if learned.any(|feature| feature.name == name) {
                return Err(
                    "a feature of the matrix: this one is learned with the model, and no \
                            column of it is kept"
                        .to_owned(),
                );
            }
            let known = catalogue.features.iter().map(|one| one.name.as_str());
            return Err(match nearest(name, known) {
                Some(near) => format!("the name of a feature, perhaps {near}"),
                None => "the name of a feature".to_owned(),
            });
        };
        let feature: Feature = rows::feature(&catalogue.features[place])
            .map_err(|error| format!("a feature that can be read, not one where {error:#}"))?;
        let columns = self.clients.column(place).map_err(|error| {
            tracing::error!("{error:#}");
            "a feature whose values can be read".to_owned()
        })?;
        let cells = |column| (0..Array::len(column)).map(move |row| cell(column, row));
        let values = match feature.kind {
            Kind::Number => Values::Numbers(numbers(&columns)),
            Kind::Category => {
                let texts = columns.iter().flat_map(cells).map(|cell| match cell {
                    Cell::Text(text) => Some(text),
                    _ => None,
                });
                Values::categories(texts)
            }
        };
        Ok((feature, values))
    }
}
