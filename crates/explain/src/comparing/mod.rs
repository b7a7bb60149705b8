//! One client beside others: all, those most like it, or those who pass filters that a person sets.
//!
//! Only counts leave here but for the numbers of similar clients and the points of a cloud, which
//! are for the lender's staff: a client may see neither.

mod filters;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use limpide_model::{Bundle, Column, Decision, Feature, FeatureReference, Value};

pub use self::filters::{Band, Chosen, Filter, SAME, Wish};
use crate::axis::Axis;
use crate::clouds::{self, Cloud, cloud};
use crate::error::{Error, Result};
use crate::percentile::{Distribution, Standing, distribution, standing, standing_among_all};
use crate::similar::{LeafIndex, Observed, Partitions, observed};
use crate::values::Values;

/// Similar clients unless another number is asked for.
pub const SIMILAR: usize = 100;
/// Most similar clients.
pub const MOST_SIMILAR: usize = 1_000;

/// The clients of a portfolio, column by column.
pub trait Population: Send + Sync {
    /// Their numbers, rising; a client's place is its place here.
    fn clients(&self) -> &[i64];

    /// Their outcomes: 1 where a client did not repay, 0 where one did; `None` where not known.
    fn outcomes(&self) -> &[Option<u8>];

    /// What a person may narrow them by.
    fn filters(&self) -> &[Filter];

    /// A feature with its values, also one that the model does not read.
    ///
    /// # Errors
    /// There is none of this name, or its values are not kept: what was expected, in words.
    fn column(&self, feature: &str) -> Result<(Feature, Values), String>;
}

/// Compares clients of one portfolio as one model sees them.
pub struct Comparing {
    population: Box<dyn Population>,
    /// Filters with what they read: each request may look at all clients.
    filters: Vec<(Filter, Feature, Values)>,
    bundle: Arc<Bundle>,
    index: LeafIndex,
    /// How many partitions the model has, kept or not.
    in_all: usize,
    /// How it went with all clients.
    all: Observed,
    /// How all clients' numbers spread, by feature, once somebody asked.
    spreads: Mutex<HashMap<String, Arc<Distribution>>>,
}

/// Who stands beside a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Among {
    /// Filters that must all be passed; none for everybody.
    pub wishes: Vec<Wish>,
    /// Only so many clients, the most similar of those who pass.
    pub similar: Option<usize>,
}

/// Tells of the clients most like one.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// The filters, in the order asked for.
    pub filters: Vec<Chosen>,
    /// The other clients who pass them.
    pub passing: Observed,
    /// The similar clients, the most similar first: their numbers and proximities.
    pub neighbours: Vec<(i64, f64)>,
    /// What became of each of them, in the same order: 1 where they did not repay, 0 where they did.
    pub outcomes: Vec<Option<u8>>,
    /// How it went with them.
    pub observed: Observed,
    /// How many of them the policy grants, refuses and has looked at.
    pub decisions: [usize; 3],
    /// How it went with all clients.
    pub all: Observed,
    /// The partitions by which clients are compared, and how many the model has.
    pub partitions: [usize; 2],
}

/// Tells of one feature, or of two, of a client and of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The filters, in the order asked for.
    pub filters: Vec<Chosen>,
    /// The clients compared with, and how it went with them.
    pub compared: Observed,
    /// What is said of the feature.
    pub feature: Compared,
    /// What is said of the second feature.
    pub with: Option<Compared>,
    /// Both features together.
    pub cloud: Option<Cloud>,
}

/// Tells where a client stands by one feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The feature.
    pub feature: Feature,
    /// The client's value.
    pub value: Value,
    /// Where it stands among the clients compared with.
    pub standing: Standing,
    /// How their values spread.
    pub distribution: Distribution,
    /// Where it stands among all others.
    pub standing_among_all: Standing,
    /// How all others' values spread.
    pub distribution_of_all: Distribution,
}

impl Comparing {
    /// Joins a portfolio and its index.
    ///
    /// # Errors
    /// [`Error::Alike`] where the model tells no clients apart, [`Error::StoredIndex`] where the
    /// index is of other clients.
    pub fn new(
        population: Box<dyn Population>,
        bundle: Arc<Bundle>,
        partitions: &Partitions,
        index: LeafIndex,
    ) -> Result<Self> {
        if partitions.is_empty() {
            return Err(Error::Alike);
        }
        let (found, expected) = (index.len(), population.clients().len());
        if found != expected {
            return Err(Error::StoredIndex {
                reason: format!("it is of {found} clients, {expected} were expected"),
            });
        }
        let filters = population.filters().iter().filter_map(|filter| {
            // A filter by a feature that these clients do not have narrows nothing.
            let (feature, values) = population.column(&filter.feature).ok()?;
            Some((filter.clone(), feature, values))
        });
        Ok(Self {
            filters: filters.collect(),
            all: observed(population.outcomes().iter().copied()),
            spreads: Mutex::default(),
            in_all: partitions.in_all(),
            population,
            bundle,
            index,
        })
    }

    /// Gives what a person may narrow the clients by.
    pub fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.filters.iter().map(|(filter, ..)| filter)
    }

    /// Gives the numbers of all clients, rising; a client's place is its place here.
    pub fn clients(&self) -> &[i64] {
        self.population.clients()
    }

    /// Gives the margin of the client at a place.
    pub fn margin(&self, place: usize) -> f64 {
        self.index.margin(place)
    }

    /// Gives a feature's values of all clients, in their order; `None` where they are not kept.
    pub fn values(&self, feature: &str) -> Option<Values> {
        let column = self.population.column(feature);
        column.ok().map(|(_, values)| values)
    }

    /// Gives the number of the client at a place.
    pub fn client_at(&self, place: usize) -> i64 {
        self.population.clients()[place]
    }

    /// Tells of the clients most like one, [`SIMILAR`] unless another number is asked for.
    ///
    /// # Errors
    /// [`Error::UnknownClient`], or [`Error::Asked`] where a filter or the number is not one.
    pub fn similar(&self, client: i64, among: &Among) -> Result<Similar> {
        let place = self.place(client)?;
        let (filters, passes) = self.passing(place, &among.wishes)?;
        let k = checked_number(among.similar.unwrap_or(SIMILAR))?;
        let outcomes = self.population.outcomes();
        let passing = outcomes.iter().zip(&passes);
        let passing = passing.filter(|(_, passes)| **passes);
        let neighbours = self.index.nearest(place, k, &passes);
        let mut decisions = [0; 3];
        for one in &neighbours {
            decisions[match self.decide(one.place) {
                Decision::Granted => 0,
                Decision::Refused => 1,
                Decision::Review => 2,
            }] += 1;
        }
        Ok(Similar {
            filters,
            passing: observed(passing.map(|(outcome, _)| *outcome)),
            observed: observed(neighbours.iter().map(|one| outcomes[one.place])),
            neighbours: neighbours
                .iter()
                .map(|one| (self.client_at(one.place), one.proximity))
                .collect(),
            outcomes: neighbours.iter().map(|one| outcomes[one.place]).collect(),
            decisions,
            all: self.all,
            partitions: [self.index.partitions(), self.in_all],
        })
    }

    /// Compares a client with others by one feature, or by two.
    ///
    /// # Errors
    /// [`Error::UnknownClient`], or [`Error::Asked`] where a feature, a filter or the number of
    /// similar clients is not one.
    pub fn comparison(
        &self,
        client: i64,
        among: &Among,
        feature: &str,
        with: Option<&str>,
    ) -> Result<Comparison> {
        let place = self.place(client)?;
        let (filters, passes) = self.passing(place, &among.wishes)?;
        let places = match among.similar {
            Some(k) => {
                let nearest = self.index.nearest(place, checked_number(k)?, &passes);
                let mut places: Vec<usize> = nearest.iter().map(|one| one.place).collect();
                places.sort_unstable();
                places
            }
            None => (0..passes.len()).filter(|&place| passes[place]).collect(),
        };
        let outcomes = self.population.outcomes();
        let (first, axis, values) = self.compared("feature", feature, place, &places)?;
        let (mut second, mut both) = (None, None);
        if let Some(with) = with {
            let (compared, beside, others) = self.compared("with", with, place, &places)?;
            let clients = clouds::Clients {
                own: place,
                places: &places,
                outcomes,
                seed: self.bundle.seed,
            };
            let decide = |place| self.decide(place);
            both = Some(cloud(
                [&axis, &beside],
                [&values, &others],
                &clients,
                decide,
            ));
            second = Some(compared);
        }
        Ok(Comparison {
            filters,
            compared: observed(places.iter().map(|&place| outcomes[place])),
            feature: first,
            with: second,
            cloud: both,
        })
    }

    /// Describes features of the clients most like one, as a bundle describes those of all; `None`
    /// where a feature's values are not kept.
    ///
    /// # Errors
    /// [`Error::UnknownClient`], or [`Error::Asked`] where a filter or the number is not one.
    pub fn references(
        &self,
        client: i64,
        among: &Among,
        features: &[String],
    ) -> Result<Vec<Option<FeatureReference>>> {
        let place = self.place(client)?;
        let (_, passes) = self.passing(place, &among.wishes)?;
        let k = checked_number(among.similar.unwrap_or(SIMILAR))?;
        let nearest = self.index.nearest(place, k, &passes);
        let describe = |name: &String| {
            let (_, values) = self.population.column(name).ok()?;
            let values = nearest.iter().map(|one| values.value(one.place));
            Some(FeatureReference::describe(&column(values.collect())))
        };
        Ok(features.iter().map(describe).collect())
    }

    fn compared(
        &self,
        asked: &str,
        name: &str,
        place: usize,
        places: &[usize],
    ) -> Result<(Compared, Axis, Values)> {
        let column = self.population.column(name);
        let (feature, values) = column.map_err(|expected| Error::Asked {
            field: asked.to_owned(),
            found: name.to_owned(),
            expected,
        })?;
        let value = values.value(place);
        let distribution_of_all = self.spread(name, &values, &value).beside(&value);
        let axis = distribution_of_all.axis.clone();
        let standing_among_all = standing_among_all(&values, &value);
        // All others are not counted twice.
        let (standing, distribution) = match places.len() + 1 == values.len() {
            true => (standing_among_all, distribution_of_all.clone()),
            false => {
                let places = || places.iter().copied();
                let standing = standing(&values, &value, places());
                (standing, distribution(&axis, &values, &value, places()))
            }
        };
        let compared = Compared {
            standing,
            distribution,
            standing_among_all,
            distribution_of_all,
            feature,
            value,
        };
        Ok((compared, axis, values))
    }

    /// How all clients' values spread. Those of categories depend on the client's own, which has a
    /// part in any case.
    fn spread(&self, name: &str, values: &Values, own: &Value) -> Arc<Distribution> {
        let count = || {
            let axis = Axis::new(values, own);
            let all = 0..values.len();
            Arc::new(distribution(&axis, values, &Value::Missing, all))
        };
        if matches!(values, Values::Categories { .. }) {
            return count();
        }
        let kept = || self.spreads.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept().get(name).map(Arc::clone);
        known.unwrap_or_else(|| {
            let counted = count();
            kept().insert(name.to_owned(), Arc::clone(&counted));
            counted
        })
    }

    /// The chosen filters, and who of the others passes all of them.
    fn passing(&self, place: usize, wishes: &[Wish]) -> Result<(Vec<Chosen>, Vec<bool>)> {
        let mut passes = vec![true; self.population.clients().len()];
        passes[place] = false;
        let mut chosen = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let (filter, feature, values) = filters::named(&self.filters, wish)?;
            let (choice, mut told) = filters::choose(filter, wish, feature, values, place)?;
            for (other, passes) in passes.iter_mut().enumerate() {
                let fits = choice.fits(values, other);
                told.clients += usize::from(fits && other != place);
                *passes &= fits;
            }
            chosen.push(told);
        }
        Ok((chosen, passes))
    }

    fn place(&self, client: i64) -> Result<usize> {
        let clients = self.population.clients();
        let unknown = |_| Error::UnknownClient {
            client,
            clients: clients.len(),
        };
        clients.binary_search(&client).map_err(unknown)
    }

    fn decide(&self, place: usize) -> Decision {
        self.bundle.score_margin(self.index.margin(place)).decision
    }
}

/// Values of one kind as a column.
fn column(values: Vec<Value>) -> Column {
    if values.iter().any(|value| value.category().is_some()) {
        let texts = values
            .iter()
            .map(|value| value.category().map(str::to_owned));
        return Column::Categories(texts.collect());
    }
    let numbers = values
        .iter()
        .map(|value| value.number().unwrap_or(f64::NAN));
    Column::Numbers(numbers.collect())
}

fn checked_number(k: usize) -> Result<usize> {
    if (1..=MOST_SIMILAR).contains(&k) {
        return Ok(k);
    }
    Err(Error::Asked {
        field: "k".to_owned(),
        found: k.to_string(),
        expected: format!("a number of clients from 1 to {MOST_SIMILAR}"),
    })
}
