//! All clients of a portfolio at once: found by number, narrowed by score and category, put in order,
//! a page at a time. It looks at every client for every page, which takes milliseconds.

use std::collections::BinaryHeap;
use std::ops::Range;
use std::sync::{Arc, PoisonError};

use limpide_explain::Values;
use limpide_explain::comparing::Comparing;
use limpide_model::{Bundle, Decision, Kind};

use crate::error::Error;
use crate::service::{NoComparisons, Service};

/// The numbers of a portfolio's clients.
pub trait ClientNumbers: Send + Sync {
    /// All of them, rising.
    fn numbers(&self) -> &[i64];
}

/// What the model makes of every client, in the order of their numbers.
pub(crate) struct Scores {
    /// Probability of not repaying and decision.
    all: Vec<(f64, Decision)>,
    threshold: f64,
}

impl Scores {
    /// Calibrates and decides on every client's margin.
    pub(crate) fn new(bundle: &Bundle, comparing: &Comparing) -> Self {
        let places = 0..comparing.clients().len();
        let all = places.map(|place| {
            let probability = bundle.calibration.probability(comparing.margin(place));
            (probability, bundle.policy.decide(probability))
        });
        Self {
            all: all.collect(),
            threshold: bundle.policy.threshold,
        }
    }

    /// Every client's score is the same, where a model tells no clients apart.
    pub(crate) fn alike(bundle: &Bundle, probability: f64, clients: usize) -> Self {
        Self {
            all: vec![(probability, bundle.policy.decide(probability)); clients],
            threshold: bundle.policy.threshold,
        }
    }

    /// The probability of the client at a place, and what the policy says.
    pub(crate) fn of(&self, place: usize) -> (f64, Decision) {
        self.all[place]
    }
}

impl Service {
    /// Everybody's score, once all clients have been looked at.
    pub(crate) fn scores(&self) -> Result<&Scores, Error> {
        if let Some(scores) = self.scores.get() {
            return Ok(scores);
        }
        let scores = match self.comparisons.get() {
            None => return Err(Error::NotReady),
            Some(Err(NoComparisons::Failed)) => return Err(Error::Internal),
            Some(Err(NoComparisons::Alike)) => self.alike()?,
            Some(Ok(comparing)) => Scores::new(&self.bundle, comparing),
        };
        Ok(self.scores.get_or_init(|| scores))
    }

    fn alike(&self) -> Result<Scores, Error> {
        let numbers = self.numbers.numbers();
        let probability = match numbers.first() {
            None => 0.0,
            Some(&client) => {
                let row = self.clients.row(client)?.ok_or(Error::Internal)?;
                self.bundle.score(&row)?.probability
            }
        };
        Ok(Scores::alike(&self.bundle, probability, numbers.len()))
    }

    /// Names of the categories that a client's page shows, in its order.
    pub(crate) fn category_names(&self) -> Vec<&str> {
        let groups = self.information.groups.iter().flat_map(|(_, items)| items);
        let items = self.information.header.iter().chain(groups);
        let categories = items.filter(|item| item.feature.kind == Kind::Category);
        categories.map(|item| item.feature.name.as_str()).collect()
    }

    /// A category of every client, once all clients have been looked at.
    pub(crate) fn categories(&self, feature: &str) -> Result<Arc<Categories>, Error> {
        let kept = || {
            self.categories
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = kept().get(feature) {
            return Ok(Arc::clone(known));
        }
        let comparing = match self.comparisons.get() {
            None => return Err(Error::NotReady),
            Some(Err(NoComparisons::Alike)) => return Err(Error::Alike),
            Some(Err(NoComparisons::Failed)) => return Err(Error::Internal),
            Some(Ok(comparing)) => comparing,
        };
        let values = comparing.values(feature).and_then(Categories::new);
        let values = Arc::new(values.ok_or(Error::Internal)?);
        kept().insert(feature.to_owned(), Arc::clone(&values));
        Ok(values)
    }
}

/// A category of every client: a code each, the last for clients of whom nothing is known.
pub(crate) struct Categories {
    /// The lender's texts, in alphabetical order.
    pub(crate) names: Vec<String>,
    codes: Vec<u16>,
}

impl Categories {
    /// Keeps a category feature's values; `None` for numbers, and for too many texts.
    pub(crate) fn new(values: Values) -> Option<Self> {
        let Values::Categories { names, codes } = values else {
            return None;
        };
        let unknown = u16::try_from(names.len()).ok()?;
        let codes = codes.into_iter();
        Some(Self {
            codes: codes
                .map(|code| code.map_or(unknown, |code| code as u16))
                .collect(),
            names,
        })
    }

    /// The code of a text; `None`: no client has it.
    pub(crate) fn code(&self, text: &str) -> Option<u16> {
        let place = self.names.binary_search_by(|name| name.as_str().cmp(text));
        place.ok().map(|place| place as u16)
    }

    /// Whether the client at a place has the text of this code.
    pub(crate) fn is(&self, place: usize, code: u16) -> bool {
        self.codes[place] == code
    }
}

/// What clients are put in order by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Their number.
    Number,
    /// The probability of not repaying.
    Probability,
    /// How far the probability lies from the threshold, on either side.
    Distance,
}

/// The order of a list; equals stand by rising number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) by: By,
    /// Whether the largest stands first.
    pub(crate) falling: bool,
}

/// What an item is sorted by: first the key, then the number.
pub(crate) type Key = (u64, i64);

impl Order {
    /// What the client at a place is sorted by; `scores` are there wherever they are read.
    fn key(self, number: i64, place: usize, scores: Option<&Scores>) -> Key {
        // The bits of numbers that are not negative rise as they do.
        let key = match (self.by, scores) {
            (By::Probability, Some(scores)) => scores.of(place).0.max(0.0).to_bits(),
            (By::Distance, Some(scores)) => (scores.of(place).0 - scores.threshold).abs().to_bits(),
            _ => number.cast_unsigned() ^ (1 << 63),
        };
        (if self.falling { !key } else { key }, number)
    }
}

/// Which places hold numbers that start with these digits, rising; all for none.
pub(crate) fn places_of(numbers: &[i64], digits: &str) -> Vec<Range<usize>> {
    if digits.is_empty() {
        let all = 0..numbers.len();
        return vec![all];
    }
    let Ok(first) = digits.parse::<i64>() else {
        return Vec::new();
    };
    let range = |from: i64, to: i64| {
        let from = numbers.partition_point(|&number| number < from);
        from..numbers.partition_point(|&number| number <= to)
    };
    // No number starts with 0 but 0 itself.
    if digits.starts_with('0') {
        return match digits {
            "0" => vec![range(0, 0)],
            _ => Vec::new(),
        };
    }
    let mut places = vec![range(first, first)];
    let mut width = 10_i64;
    while let Some(from) = first.checked_mul(width) {
        places.push(range(from, from.saturating_add(width - 1)));
        let Some(wider) = width.checked_mul(10) else {
            break;
        };
        width = wider;
    }
    places
}

/// A page of clients.
pub(crate) struct Page {
    /// Clients who were found, on all pages.
    pub(crate) total: usize,
    /// Places of the page's clients, in order.
    pub(crate) places: Vec<usize>,
    /// What the last of them is sorted by; `None` on the last page.
    pub(crate) last: Option<Key>,
}

/// Puts the clients at these places in order and keeps the first `limit` of those after `after`.
pub(crate) fn page(
    numbers: &[i64],
    places: impl Iterator<Item = usize>,
    scores: Option<&Scores>,
    order: Order,
    (after, limit): (Option<Key>, usize),
) -> Page {
    let mut total = 0;
    // The largest of those kept is on top, and goes when a smaller one comes.
    let mut kept: BinaryHeap<(Key, usize)> = BinaryHeap::with_capacity(limit + 2);
    for place in places {
        total += 1;
        let key = order.key(numbers[place], place, scores);
        if after.is_some_and(|after| key <= after) {
            continue;
        }
        if kept.len() <= limit {
            kept.push((key, place));
        } else if kept.peek().is_some_and(|(largest, _)| key < *largest) {
            kept.pop();
            kept.push((key, place));
        }
    }
    let mut found = kept.into_sorted_vec();
    let is_last = found.len() <= limit;
    found.truncate(limit);
    Page {
        total,
        last: found.last().filter(|_| !is_last).map(|(key, _)| *key),
        places: found.into_iter().map(|(_, place)| place).collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn scores() -> Scores {
        let all = [0.3, 0.1, 0.1, 0.9, 0.5, 0.2];
        Scores {
            all: all.map(|one| (one, Decision::Granted)).into(),
            threshold: 0.25,
        }
    }

    const NUMBERS: [i64; 6] = [1, 10, 12, 105, 1_000, 20_000];

    #[test]
    fn digits_find_the_numbers_that_start_with_them() {
        for digits in [
            "",
            "1",
            "10",
            "100",
            "2",
            "0",
            "3",
            "00",
            "99999999999999999999",
        ] {
            let found: Vec<i64> = places_of(&NUMBERS, digits)
                .into_iter()
                .flatten()
                .map(|place| NUMBERS[place])
                .collect();
            let by_text = NUMBERS.into_iter();
            let expected: Vec<i64> = by_text
                .filter(|number| number.to_string().starts_with(digits))
                .collect();
            assert_eq!(found, expected, "{digits:?}");
        }
    }

    #[test]
    fn pages_of_every_order_hold_each_client_once_and_in_order() {
        let scores = scores();
        for by in [By::Number, By::Probability, By::Distance] {
            for falling in [false, true] {
                let order = Order { by, falling };
                let whole = page(&NUMBERS, 0..6, Some(&scores), order, (None, 10));
                assert_eq!((whole.total, whole.last), (6, None));
                let mut keys: Vec<Key> = (0..6)
                    .map(|place| order.key(NUMBERS[place], place, Some(&scores)))
                    .collect();
                keys.sort_unstable();
                let mut found = Vec::new();
                let mut after = None;
                loop {
                    let next = page(&NUMBERS, 0..6, Some(&scores), order, (after, 2));
                    found.extend(next.places);
                    after = next.last;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(found, whole.places, "{order:?}");
                let sorted: Vec<i64> = keys.into_iter().map(|(_, number)| number).collect();
                let listed: Vec<i64> = found.into_iter().map(|place| NUMBERS[place]).collect();
                assert_eq!(listed, sorted, "{order:?}");
            }
        }
    }

    #[test]
    fn the_nearest_to_the_threshold_stand_first_and_equals_by_number() {
        let scores = scores();
        let listed = |by, falling| -> Vec<i64> {
            let order = Order { by, falling };
            let found = page(&NUMBERS, 0..6, Some(&scores), order, (None, 6));
            found
                .places
                .into_iter()
                .map(|place| NUMBERS[place])
                .collect()
        };
        assert_eq!(listed(By::Probability, true)[..2], [105, 1_000]);
        assert_eq!(listed(By::Probability, false)[..2], [10, 12]);
        assert_eq!(listed(By::Distance, false)[5], 105);
        assert_eq!(listed(By::Number, true)[0], 20_000);
    }
}
