//! The invented clients as comparisons read them.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use limpide_explain::Values;
use limpide_explain::comparing::{Band, Comparing, Filter, Population};
use limpide_explain::similar::{LeafIndex, Partitions};
use limpide_model::{Bundle, Column, Dataset, Feature};

use super::text;

struct Columns {
    dataset: Dataset,
    outcomes: Vec<Option<u8>>,
    filters: Vec<Filter>,
}

pub fn comparing(bundle: &Bundle, dataset: &Dataset) -> Comparing {
    let partitions = Partitions::new(bundle);
    let encoded = |places: Range<usize>| {
        let rows = places.map(|place| bundle.encode(&dataset.row(place)).unwrap());
        Ok::<_, Infallible>(rows.flatten().collect())
    };
    let Ok(index) = LeafIndex::build(&partitions, dataset.len(), 1, encoded);
    let columns = Columns {
        outcomes: dataset.labels.iter().map(|&label| Some(label)).collect(),
        filters: filters(),
        dataset: dataset.clone(),
    };
    let bundle = Arc::new(bundle.clone());
    Comparing::new(Box::new(columns), bundle, &partitions, index).unwrap()
}

fn filters() -> Vec<Filter> {
    let band = |name: &str, from, to| Band {
        name: name.to_owned(),
        from,
        to,
        label: text(name, name),
    };
    let filter = |name: &str, feature: &str, fr, en, bands| Filter {
        name: name.to_owned(),
        label: text(fr, en),
        feature: feature.to_owned(),
        bands,
    };
    let ages = vec![
        band("under-40", Some(-14_609.0), None),
        band("from-40", None, Some(-14_609.0)),
    ];
    let incomes = vec![
        band("under-80000", None, Some(80_000.0)),
        band("from-80000", Some(80_000.0), None),
    ];
    vec![
        filter("age", "birth_days", "Âge", "Age", ages),
        filter("income", "income", "Revenu", "Income", incomes),
        filter("work", "work", "Profession", "Occupation", vec![]),
    ]
}

impl Population for Columns {
    fn clients(&self) -> &[i64] {
        &self.dataset.clients
    }

    fn outcomes(&self) -> &[Option<u8>] {
        &self.outcomes
    }

    fn filters(&self) -> &[Filter] {
        &self.filters
    }

    fn column(&self, name: &str) -> Result<(Feature, Values), String> {
        let mut features = self.dataset.features.iter();
        let place = features.position(|feature| feature.name == name);
        let place = place.ok_or("the name of a feature, perhaps rating")?;
        let values = match &self.dataset.columns[place] {
            Column::Numbers(numbers) => Values::Numbers(numbers.clone()),
            Column::Categories(words) => {
                Values::categories(words.iter().map(|word| word.as_deref()))
            }
        };
        Ok((self.dataset.features[place].clone(), values))
    }
}
