//! One client's features by what they weigh. Words are made of a feature when they are asked for:
//! most features are never told of, and their words would take longer than all contributions.

use limpide_model::{Bundle, Feature, FeatureReference, Lang, Reader, Value};

use crate::comparison;
use crate::concepts::size;
use crate::explanation::FeatureContribution;
use crate::format;

/// A feature's value and what it adds to one client's margin.
#[derive(Clone, Copy)]
pub(crate) struct Weighed<'a> {
    bundle: &'a Bundle,
    reader: Reader,
    /// The feature's place in the bundle.
    place: usize,
    /// The client's value.
    pub value: &'a Value,
    /// What it adds to the margin, in log-odds.
    pub contribution: f64,
}

/// Weighs every feature of a row, the largest contribution first, ties in the bundle's order.
pub(crate) fn weighed<'a>(
    bundle: &'a Bundle,
    row: &'a [Value],
    contributions: &[f64],
    reader: Reader,
) -> Vec<Weighed<'a>> {
    // One number each, for they are quicker to compare than pairs: the size above as many bits as the
    // places need. Sizes are whole numbers; one too large for its bits ties with others as large.
    let place_bits = usize::BITS - contributions.len().leading_zeros();
    let largest = u64::MAX >> place_bits;
    let sizes = contributions.iter().map(|&found| size(found) as u64);
    let mut order: Vec<u64> = sizes
        .zip(0..)
        .map(|(size, place)| (largest - size.min(largest)) << place_bits | place)
        .collect();
    order.sort_unstable();
    let weigh = |found: u64| {
        let place = (found & ((1 << place_bits) - 1)) as usize;
        Weighed {
            bundle,
            reader,
            place,
            value: &row[place],
            contribution: contributions[place],
        }
    };
    order.into_iter().map(weigh).collect()
}

impl<'a> Weighed<'a> {
    #[inline]
    pub fn feature(&self) -> &'a Feature {
        &self.bundle.features[self.place]
    }

    /// The feature's place in the bundle.
    #[inline]
    pub fn place(&self) -> usize {
        self.place
    }

    #[inline]
    pub fn reader(&self) -> Reader {
        self.reader
    }

    #[inline]
    pub fn lang(&self) -> Lang {
        self.reader.lang
    }

    #[inline]
    pub fn reference(&self) -> &'a FeatureReference {
        &self.bundle.reference.features[self.place]
    }

    /// Tells whether the feature is learned with the model, and not the recipe's.
    #[inline]
    pub fn is_learned(&self) -> bool {
        self.place >= self.bundle.n_base()
    }

    /// What people call it, as it stands inside a sentence.
    #[inline]
    pub fn label(&self) -> &'a str {
        self.feature().label.get(self.lang())
    }

    /// What people call it, with a capital.
    pub fn capitalised_label(&self) -> String {
        format::capitalised(self.label())
    }

    /// The value as people read it.
    pub fn value_text(&self) -> String {
        format::value(
            self.feature(),
            self.value,
            &self.bundle.currency,
            self.lang(),
        )
    }

    /// Where the value stands among all clients; `None` where nothing is known of them.
    pub fn comparison(&self) -> Option<String> {
        comparison::phrase(self.feature(), self.reference(), self.value, self.lang())
    }

    /// How many clients have the same number; `None` where nothing is known of them.
    pub fn shared(&self) -> Option<String> {
        let number = self.value.number()?;
        comparison::shared(self.feature(), self.reference(), number, self.lang())
    }

    /// All of it, in words.
    pub fn described(&self) -> FeatureContribution {
        let feature = self.feature();
        FeatureContribution {
            feature: feature.name.clone(),
            label: self.capitalised_label(),
            value: self.value.clone(),
            value_text: self.value_text(),
            comparison: self.comparison(),
            concept: feature.concept.clone(),
            contribution: self.contribution,
            protected: feature.protected,
            actionable: feature.actionable,
        }
    }
}
