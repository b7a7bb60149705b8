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
