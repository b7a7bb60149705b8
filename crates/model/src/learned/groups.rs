//! A client beside those of the same kind: what is usual in a group, and how far from it one is.

use serde::{Deserialize, Serialize};

use super::row::Row;

/// Holds what is usual in groups of training clients, and in the wider groups that they are of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    /// What makes a group, the widest first.
    pub keys: Vec<Key>,
    /// The numbers that are compared.
    pub numbers: Vec<Compared>,
    /// For each number of keys, from none: the groups that these keys make, in order.
    pub levels: Vec<Vec<Group>>,
}

/// Tells what part of a group's name a feature gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// The feature's number in a row.
    pub feature: usize,
    /// Where its bands begin, rising; a category has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<f64>,
}

/// Tells which number is compared, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The feature's number in a row.
    pub feature: usize,
    /// The features that this gives.
    pub relations: Vec<Relation>,
}

/// Tells how a client and the group are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// The group's median.
    Median,
    /// The group's standard deviation.
    Deviation,
    /// The client's number less the median.
    Difference,
    /// The client's number over the median.
    Ratio,
    /// The difference in standard deviations.
    Z,
}

/// Holds one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// What its clients share; `None` where that is not known of them.
    pub key: Vec<Option<String>>,
    /// For each number what is usual; `None` where too few are known: the wider group's counts.
    pub usual: Vec<Option<Usual>>,
}

/// Says what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    /// The median.
    pub median: f64,
    /// The sample standard deviation.
    pub deviation: f64,
}

impl Key {
    /// Gives a client's part of the group's name: the category, or the band's number.
    pub fn part(&self, row: &(impl Row + ?Sized)) -> Option<String> {
        if self.bands.is_empty() {
            return row.category(self.feature).map(str::to_owned);
        }
        let number = row.number(self.feature);
        let band = self.bands.partition_point(|&from| from <= number);
        (!number.is_nan()).then(|| band.to_string())
    }
}

impl Groups {
    /// Counts the features that it gives.
    pub fn len(&self) -> usize {
        self.numbers
            .iter()
            .map(|number| number.relations.len())
            .sum()
    }

    /// Tells whether it gives no feature.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends the values of one client, number by number; NaN where nothing is known.
    pub fn values(&self, row: &(impl Row + ?Sized), values: &mut Vec<f64>) {
        let found = self.found(row);
        for (place, compared) in self.numbers.iter().enumerate() {
            let usual = speaking(&found, place).map(|(_, usual)| usual);
            let number = row.number(compared.feature);
            let relations = compared.relations.iter();
            values.extend(relations.map(|relation| match usual {
                Some(usual) => relation.value(number, usual),
                None => f64::NAN,
            }));
        }
    }

    /// Gives the group that a client is compared with in a number, by the number's place, and what
    /// is usual there; `None` where too few are known in every group.
    pub fn compared_with(
        &self,
        row: &(impl Row + ?Sized),
        place: usize,
    ) -> Option<(&Group, Usual)> {
        speaking(&self.found(row), place)
    }

    /// The groups of a client, the narrowest first.
    fn found(&self, row: &(impl Row + ?Sized)) -> Vec<&Group> {
        let key: Vec<Option<String>> = self.keys.iter().map(|key| key.part(row)).collect();
        let levels = self.levels.iter().enumerate();
        levels
            .rev()
            .filter_map(|(depth, groups)| find(groups, key.get(..depth)?))
            .collect()
    }

    /// Says what does not fit, if anything.
    pub(super) fn misfit(&self) -> Option<String> {
        let n = self.numbers.len();
        if self.levels.len() != self.keys.len() + 1 {
            return Some(format!(
                "{} levels of groups for {} keys",
                self.levels.len(),
                self.keys.len()
            ));
        }
        for (depth, groups) in self.levels.iter().enumerate() {
            let sound = |group: &Group| {
                let finite =
                    |usual: &Usual| usual.median.is_finite() && usual.deviation.is_finite();
                group.key.len() == depth
                    && group.usual.len() == n
                    && group.usual.iter().flatten().all(finite)
            };
            if !groups.iter().all(sound) || !groups.is_sorted_by(|a, b| a.key < b.key) {
                return Some(format!("groups of {depth} keys that are out of order"));
            }
        }
        None
    }
}

impl Relation {
    fn value(self, number: f64, usual: Usual) -> f64 {
        let Usual { median, deviation } = usual;
        let value = match self {
            Self::Median => median,
            Self::Deviation => deviation,
            Self::Difference => number - median,
            Self::Ratio => number / median,
            Self::Z => (number - median) / deviation,
        };
        if value.is_finite() { value } else { f64::NAN }
    }
}

/// The narrowest group that knows enough of a number.
fn speaking<'a>(found: &[&'a Group], place: usize) -> Option<(&'a Group, Usual)> {
    let mut groups = found.iter();
    groups.find_map(|group| Some((*group, group.usual.get(place).copied()??)))
}

fn find<'a>(groups: &'a [Group], key: &[Option<String>]) -> Option<&'a Group> {
    let place = groups.binary_search_by(|group| group.key.as_slice().cmp(key));
    place.ok().map(|place| &groups[place])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn group(key: &[Option<&str>], usual: Option<(f64, f64)>) -> Group {
        Group {
            key: key.iter().map(|part| part.map(str::to_owned)).collect(),
            usual: vec![usual.map(|(median, deviation)| Usual { median, deviation })],
        }
    }

    fn groups() -> Groups {
        Groups {
            keys: vec![
                Key {
                    feature: 0,
                    bands: Vec::new(),
                },
                Key {
                    feature: 1,
                    bands: vec![30.0, 50.0],
                },
            ],
            numbers: vec![Compared {
                feature: 2,
                relations: vec![
                    Relation::Median,
                    Relation::Deviation,
                    Relation::Difference,
                    Relation::Ratio,
                    Relation::Z,
                ],
            }],
            levels: vec![
                vec![group(&[], Some((10.0, 4.0)))],
                vec![
                    group(&[None], Some((7.0, 1.0))),
                    group(&[Some("cook")], Some((20.0, 5.0))),
                ],
                vec![
                    group(&[Some("cook"), Some("0")], None),
                    group(&[Some("cook"), Some("1")], Some((30.0, 0.0))),
                ],
            ],
        }
    }

    fn values(job: Option<&str>, age: f64, income: f64) -> Vec<f64> {
        let job = job.map_or(Value::Missing, |job| Value::Category(job.to_owned()));
        let row = [job, Value::Number(age), Value::Number(income)];
        let mut values = Vec::new();
        groups().values(row.as_slice(), &mut values);
        values
    }

    #[test]
    fn a_small_or_unseen_group_falls_back_to_the_wider_one() {
        assert_eq!(groups().misfit(), None);
        let of = |job, age| (values(job, age, 30.0)[0], values(job, age, 30.0)[1]);
        assert_eq!(of(Some("cook"), 50.0), (20.0, 5.0), "unseen");
        assert_eq!(of(Some("cook"), 20.0), (20.0, 5.0), "too small");
        assert_eq!(
            of(Some("cook"), 30.0),
            (30.0, 0.0),
            "a band begins at its edge"
        );
        assert_eq!(of(Some("pilot"), 30.0), (10.0, 4.0));
        assert_eq!(
            of(None, 30.0),
            (7.0, 1.0),
            "not known is a group of its own"
        );
        assert_eq!(of(Some("cook"), f64::NAN), (20.0, 5.0));
    }

    #[test]
    fn a_client_is_measured_against_the_group() {
        assert_eq!(values(Some("cook"), 60.0, 30.0)[2..], [10.0, 1.5, 2.0]);
        let constant = values(Some("cook"), 40.0, 33.0);
        assert_eq!(constant[2], 3.0);
        assert!(
            constant[4].is_nan(),
            "nothing is far from what never differs"
        );
        assert!(
            values(Some("cook"), 60.0, f64::NAN)[2..]
                .iter()
                .all(|v| v.is_nan())
        );
    }

    #[test]
    fn groups_out_of_order_are_no_groups() {
        let mut wrong = groups();
        wrong.levels[1].swap(0, 1);
        assert_eq!(
            wrong.misfit().unwrap(),
            "groups of 1 keys that are out of order"
        );
        wrong.levels.pop();
        assert_eq!(wrong.misfit().unwrap(), "2 levels of groups for 2 keys");
    }
}
