//! Exact interventional contributions of a tree ensemble: against given rows instead of covers.
//!
//! Against one other row, a coalition's worth is the margin of a row that has the coalition's values
//! from the one and all others from the other. A leaf that such a mixed row may reach counts v where
//! all of p columns, met by the one row only, are in the coalition, and none of q, met by the other
//! only. So each of the p gains v·(p−1)!·q!/(p+q)!, and each of the q loses v·p!·(q−1)!/(p+q)!: the
//! integral of path-dependent contributions with z read from the other row. Contributions against
//! several rows are the mean of those against each.
//!
//! # Source
//! Lundberg et al., "From local explanations to global understanding with explainable AI for trees",
//! Nature Machine Intelligence 2020, algorithm 3; Janzing et al., "Feature relevance quantification in
//! explainable AI: a causal problem", AISTATS 2020 (the game).

use crate::tree_layout::{Edge, Forest, Split};

/// A split that a mixed row may reach.
#[derive(Debug, Clone, Copy, Default)]
struct Reached {
    /// Columns above that only the row meets, and those that only the other row meets.
    columns: [u32; 2],
    /// p!·q!/(p+q)!
    share: f64,
    /// Whether the row, and the other, meet all conditions above on the split's own column.
    met: [bool; 2],
    /// Whether each goes left.
    left: [bool; 2],
    /// What a column that only the row meets gains from the leaves below, and one that only the
    /// other meets loses: to the left, and to the right.
    below: [[f64; 2]; 2],
    /// The edge above; none above the root.
    above: Option<Edge>,
}

/// Works contributions out against other rows.
pub(crate) struct Comparing<'a> {
    forest: &'a Forest,
    /// By split of one tree.
    reached: Vec<Reached>,
    /// The splits that may be reached, parents first.
    places: Vec<u32>,
}

impl<'a> Comparing<'a> {
    pub(crate) fn new(forest: &'a Forest) -> Self {
        Self {
            forest,
            reached: vec![Reached::default(); forest.largest_tree()],
            places: Vec::new(),
        }
    }

    /// Adds what each encoded column of a row adds to the margins of others, `(n_others, n_columns)`.
    pub(crate) fn add(&mut self, row: &[f32], others: &[f32], contributions: &mut [f64]) {
        let forest = self.forest;
        for tree in &forest.trees {
            let splits = forest.splits_of(tree);
            for other in others.chunks_exact(row.len()) {
                self.walk_down(splits, forest.leaves_of(tree), [row, other]);
                self.walk_up(splits, contributions);
            }
        }
    }

    /// Finds the splits that a mix of both rows may reach, and what their leaves give.
    fn walk_down(&mut self, splits: &[Split], leaves: &[f64], rows: [&[f32]; 2]) {
        self.places.clear();
        self.places.push(0);
        self.reached[0] = Reached {
            share: 1.0,
            ..Reached::default()
        };
        let mut next = 0;
        while let Some(&place) = self.places.get(next) {
            next += 1;
            let split = &splits[place as usize];
            let met = match split.earlier {
                None => [true; 2],
                Some(earlier) => {
                    let above = &self.reached[earlier.edge.place as usize];
                    let goes = earlier.edge.side == 0;
                    [0, 1].map(|row| above.met[row] && above.left[row] == goes)
                }
            };
            let left = rows.map(|row| split.goes_left(row));
            let here = &mut self.reached[place as usize];
            (here.met, here.left) = (met, left);
            let Reached { columns, share, .. } = *here;
            for (side, &child) in split.children.iter().enumerate() {
                let meets = [0, 1].map(|row| met[row] && left[row] == (side == 0));
                if meets == [false; 2] {
                    continue;
                }
                let (mut columns, mut share) = (columns, share);
                if met == [true; 2] && meets[0] != meets[1] {
                    let all = columns[0] + columns[1] + 1;
                    let own = &mut columns[usize::from(meets[1])];
                    *own += 1;
                    share *= f64::from(*own) / f64::from(all);
                }
                match leaves.get((child as usize).wrapping_sub(splits.len())) {
                    Some(value) => {
                        // What nothing leads to but both rows' columns says nothing of either's alone.
                        let worth = |columns: u32| match columns {
                            0 => 0.0,
                            _ => value * share / f64::from(columns),
                        };
                        self.reached[place as usize].below[side] = columns.map(worth);
                    }
                    None => {
                        let side = side as u8;
                        self.reached[child as usize] = Reached {
                            columns,
                            share,
                            above: Some(Edge { place, side }),
                            ..Reached::default()
                        };
                        self.places.push(child);
                    }
                }
            }
        }
    }

    /// Sums leaves up, and adds them where the two rows part.
    fn walk_up(&mut self, splits: &[Split], sums: &mut [f64]) {
        for &place in self.places.iter().rev() {
            let Reached {
                met,
                left,
                below: [one, other],
                above,
                ..
            } = self.reached[place as usize];
            if met == [true; 2] && left[0] != left[1] {
                let (own, others) = if left[0] { (one, other) } else { (other, one) };
                sums[splits[place as usize].column as usize] += own[0] - others[1];
            }
            if let Some(edge) = above {
                let sums = [one[0] + other[0], one[1] + other[1]];
                self.reached[edge.place as usize].below[usize::from(edge.side)] = sums;
            }
        }
    }
}
