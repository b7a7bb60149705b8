//! Learned features of which only some are wanted, and inputs that stand elsewhere.

use super::{Groups, Learned, Part};

impl Learned {
    /// Keeps the wanted features, one flag a feature in their order; what gives none goes.
    pub fn keep(&mut self, wanted: &[bool]) {
        let mut flags = wanted.iter().copied();
        self.parts.retain_mut(|part| {
            let of_part: Vec<bool> = flags.by_ref().take(part.len()).collect();
            part.keep(&of_part);
            of_part.contains(&true)
        });
    }

    /// Takes over that feature `n` of a row stands at `places[n]` from now on.
    pub fn renumber(&mut self, places: &[usize]) {
        for part in &mut self.parts {
            match part {
                Part::Neighbours(neighbours) => {
                    for axis in &mut neighbours.axes {
                        axis.feature = places[axis.feature];
                    }
                }
                Part::Groups(groups) => {
                    for key in &mut groups.keys {
                        key.feature = places[key.feature];
                    }
                    for number in &mut groups.numbers {
                        number.feature = places[number.feature];
                    }
                }
                Part::Rows(_) => {}
            }
        }
    }
}

impl Part {
    fn keep(&mut self, wanted: &[bool]) {
        match self {
            Self::Neighbours(_) => {}
            Self::Groups(groups) => groups.keep(wanted),
            Self::Rows(rows) => keep(&mut rows.summaries, wanted),
        }
    }
}

impl Groups {
    fn keep(&mut self, wanted: &[bool]) {
        let mut from = 0;
        for number in &mut self.numbers {
            let n = number.relations.len();
            keep(&mut number.relations, &wanted[from..from + n]);
            from += n;
        }
        let compared: Vec<bool> = self
            .numbers
            .iter()
            .map(|number| !number.relations.is_empty())
            .collect();
        keep(&mut self.numbers, &compared);
        for group in self.levels.iter_mut().flatten() {
            keep(&mut group.usual, &compared);
        }
    }
}

fn keep<T>(items: &mut Vec<T>, wanted: &[bool]) {
    let mut flags = wanted.iter();
    items.retain(|_| flags.next().copied().unwrap_or(false));
}

#[cfg(test)]
mod tests {
    use crate::Value;
    use crate::learned::groups::{Compared, Group, Groups, Key, Relation, Usual};
    use crate::learned::{Details, Learned, Part};

    #[test]
    fn what_is_kept_has_the_values_that_it_had_among_all() {
        let usual = |median| {
            Some(Usual {
                median,
                deviation: 2.0,
            })
        };
        let groups = Groups {
            keys: vec![Key {
                feature: 3,
                bands: vec![10.0],
            }],
            numbers: vec![
                Compared {
                    feature: 0,
                    relations: vec![Relation::Median, Relation::Ratio],
                },
                Compared {
                    feature: 2,
                    relations: vec![Relation::Difference, Relation::Z],
                },
            ],
            levels: vec![
                vec![Group {
                    key: vec![],
                    usual: vec![usual(1.0), usual(5.0)],
                }],
                vec![Group {
                    key: vec![Some("1".to_owned())],
                    usual: vec![None, usual(8.0)],
                }],
            ],
        };
        let mut learned = Learned {
            parts: vec![Part::Groups(groups)],
        };
        let row = [4.0, 0.5, 11.0, 12.0].map(Value::Number);
        let all = learned.values(&row[..], Details::none());
        assert_eq!(all, [1.0, 4.0, 3.0, 1.5]);
        learned.keep(&[false, false, true, false]);
        assert_eq!(learned.inputs(), [(3, false), (2, false)]);
        learned.renumber(&[0, 0, 0, 1]);
        assert!(learned.misfit().is_none());
        let kept = learned.values(&[row[2].clone(), row[3].clone()][..], Details::none());
        assert_eq!(kept, [3.0]);
        learned.keep(&[false]);
        assert!(learned.is_empty() && learned.parts.is_empty());
    }
}
