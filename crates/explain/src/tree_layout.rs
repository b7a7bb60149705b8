//! Trees laid out for their contributions: all that does not depend on the row, worked out once.

use std::collections::VecDeque;

use limpide_model::{Ensemble, NodeView, TreeView};

use crate::quadrature::{MOST_POINTS, Rule};

/// The splits of an ensemble in the order in which the kernel walks them.
#[derive(Debug, Clone)]
pub(crate) struct Forest {
    /// The expected margin: the ensemble's base and each leaf's value times the share that reaches it.
    pub base: f64,
    /// Trees of one split or more; a tree of one leaf is all in the base.
    pub trees: Vec<Tree>,
    /// Splits of all trees, each tree's level after level: a parent stands before its children, and
    /// neighbours seldom wait for each other.
    pub splits: Vec<Split>,
    /// Leaves' values of all trees, log-odds.
    pub leaves: Vec<f64>,
    /// The rules that the trees need, each once.
    pub rules: Vec<Rule>,
    /// 1/(t + (1 − t)·z) at the points of one block, z being that of the column above a split that
    /// tests it again; such a split's blocks stand one after the other.
    pub inverses: Vec<[f64; MOST_POINTS]>,
}

/// One tree's part of the forest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tree {
    /// Where its splits begin.
    pub first: usize,
    /// How many they are.
    pub splits: usize,
    /// Where its leaves begin, one more than its splits.
    pub first_leaf: usize,
    /// Place among the rules.
    pub rule: usize,
}

/// One inner node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Split {
    /// Rows whose value is less go left.
    pub threshold: f32,
    /// The encoded column that is tested.
    pub column: u32,
    /// Whether a missing value goes left.
    pub missing_goes_left: bool,
    /// The nearest split above that tests the same column.
    pub earlier: Option<Earlier>,
    /// z of this split's column below it, to the left and to the right: the product of the cover
    /// ratios (child's cover over parent's) of all edges down to there that test the column.
    pub z: [f64; 2],
    /// The places of the left and of the right child in the tree: splits first, then leaves.
    pub children: [u32; 2],
}

/// What a split must know of the edge further up that tests the same column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Earlier {
    /// Where the path leaves the other split.
    pub edge: Edge,
    /// This split's left child's cover over its own.
    pub left_ratio: f64,
    /// Where its inverses begin.
    pub inverses: u32,
}

/// The way from a split to one of its children.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge {
    /// The split's place in its tree.
    pub place: u32,
    /// 0 to the left, 1 to the right.
    pub side: u8,
}

impl Split {
    /// Tells whether a row goes left.
    #[inline(always)]
    pub(crate) fn goes_left(&self, encoded: &[f32]) -> bool {
        let value = encoded[self.column as usize];
        (value < self.threshold) | (value.is_nan() & self.missing_goes_left)
    }
}

impl Forest {
    /// Lays an ensemble out.
    pub(crate) fn new(ensemble: &Ensemble) -> Self {
        let mut forest = Self {
            base: ensemble.base(),
            trees: Vec::with_capacity(ensemble.len()),
            splits: Vec::new(),
            leaves: Vec::new(),
            rules: Vec::new(),
            inverses: Vec::new(),
        };
        for tree in ensemble.trees() {
            forest.push(tree);
        }
        forest
    }

    /// Gives the splits of one tree.
    pub(crate) fn splits_of(&self, tree: &Tree) -> &[Split] {
        &self.splits[tree.first..tree.first + tree.splits]
    }

    /// Gives the values of one tree's leaves.
    pub(crate) fn leaves_of(&self, tree: &Tree) -> &[f64] {
        &self.leaves[tree.first_leaf..=tree.first_leaf + tree.splits]
    }

    /// Counts the splits of the largest tree.
    pub(crate) fn largest_tree(&self) -> usize {
        self.trees.iter().map(|tree| tree.splits).max().unwrap_or(0)
    }

    fn push(&mut self, tree: TreeView<'_>) {
        let (first, first_leaf) = (self.splits.len(), self.leaves.len());
        let mut planting = Planting {
            tree,
            first,
            first_leaf,
            waiting: VecDeque::new(),
            above: Vec::new(),
            most_columns: 0,
            forest: self,
        };
        planting.place(Waiting {
            node: 0,
            above: None,
            reach: 1.0,
            columns: 0,
        });
        while let Some(node) = planting.waiting.pop_front() {
            planting.plant(node);
        }
        let most_columns = planting.most_columns;
        if self.splits.len() == first {
            self.leaves.truncate(first_leaf);
            return;
        }
        let rule = self.rule_for(most_columns);
        self.trees.push(Tree {
            first,
            splits: self.splits.len() - first,
            first_leaf,
            rule,
        });
        self.invert(first, rule);
    }

    /// Gives the place of the rule for so many columns on a path, made where it is not there yet.
    fn rule_for(&mut self, most_columns: usize) -> usize {
        let shape = Rule::shape_for(most_columns);
        let shapes = self
            .rules
            .iter()
            .map(|rule| (rule.points, rule.blocks.len()));
        match shapes.into_iter().position(|known| known == shape) {
            Some(place) => place,
            None => {
                self.rules.push(Rule::new(shape.0, shape.1));
                self.rules.len() - 1
            }
        }
    }

    /// Works out the inverses of the last tree, whose splits begin at `first`.
    fn invert(&mut self, first: usize, rule: usize) {
        for at in first..self.splits.len() {
            let Some(earlier) = self.splits[at].earlier else {
                continue;
            };
            let above = self.splits[first + earlier.edge.place as usize];
            let z = above.z[usize::from(earlier.edge.side)];
            let inverses = self.inverses.len() as u32;
            self.splits[at].earlier = Some(Earlier {
                inverses,
                ..earlier
            });
            for block in &self.rules[rule].blocks {
                let inverse = |at: usize| 1.0 / (block.t[at] + block.rest[at] * z);
                self.inverses.push(std::array::from_fn(inverse));
            }
        }
    }
}

/// One tree on its way into the forest.
struct Planting<'a> {
    tree: TreeView<'a>,
    forest: &'a mut Forest,
    /// Where the tree's splits begin.
    first: usize,
    /// Where its leaves begin.
    first_leaf: usize,
    /// Splits in the order in which they are placed.
    waiting: VecDeque<Waiting>,
    /// For each split that has been placed, the edge above it.
    above: Vec<Option<Edge>>,
    /// The largest number of distinct columns on a path so far.
    most_columns: usize,
}

/// A split that is to be placed.
struct Waiting {
    /// Its number in the tree.
    node: usize,
    /// The edge above it.
    above: Option<Edge>,
    /// The share of rows that get to it.
    reach: f64,
    /// How many columns the path to it tests.
    columns: usize,
}

impl Planting<'_> {
    /// Gives the place in the tree of a leaf, or of the split that a node will be.
    fn place(&mut self, node: Waiting) -> u32 {
        match self.tree.node(node.node) {
            NodeView::Leaf { value } => {
                self.forest.base += value * node.reach;
                self.most_columns = self.most_columns.max(node.columns);
                self.forest.leaves.push(value);
                (self.tree.len() / 2 + self.forest.leaves.len() - 1 - self.first_leaf) as u32
            }
            NodeView::Split { .. } => {
                let place = self.above.len() + self.waiting.len();
                self.waiting.push_back(node);
                place as u32
            }
        }
    }

    /// Places a split, and what stands right below it.
    fn plant(&mut self, waiting: Waiting) {
        let NodeView::Split {
            feature,
            threshold,
            default_left,
            left,
            right,
        } = self.tree.node(waiting.node)
        else {
            return;
        };
        let covers = [self.tree.cover(left), self.tree.cover(right)];
        let ratios = cover_ratios(self.tree.cover(waiting.node), covers);
        let earlier = self.earlier(feature as u32, waiting.above);
        let z = earlier.map_or(1.0, |edge| {
            self.forest.splits[self.first + edge.place as usize].z[usize::from(edge.side)]
        });
        let columns = waiting.columns + usize::from(earlier.is_none());
        // The split takes its place before those below it are numbered.
        let place = self.above.len() as u32;
        self.above.push(waiting.above);
        let children = [(left, 0), (right, 1)].map(|(node, side)| {
            self.place(Waiting {
                node,
                above: Some(Edge { place, side }),
                reach: waiting.reach * ratios[usize::from(side)],
                columns,
            })
        });
        self.forest.splits.push(Split {
            threshold,
            column: feature as u32,
            missing_goes_left: default_left,
            earlier: earlier.map(|edge| Earlier {
                edge,
                left_ratio: ratios[0],
                inverses: 0,
            }),
            z: ratios.map(|ratio| z * ratio),
            children,
        });
    }

    /// Finds the nearest edge from here up that tests a column.
    fn earlier(&self, column: u32, mut edge: Option<Edge>) -> Option<Edge> {
        while let Some(found) = edge {
            let place = found.place as usize;
            if self.forest.splits[self.first + place].column == column {
                break;
            }
            edge = self.above[place];
        }
        edge
    }
}

/// A node that no countable weight of training rows reached sends half to each side, so that every share stays finite.
fn cover_ratios(node: f64, children: [f64; 2]) -> [f64; 2] {
    if node > 0.0 && node.is_finite() {
        children.map(|child| child / node)
    } else {
        [0.5; 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_without_countable_rows_shares_evenly() {
        assert_eq!(cover_ratios(4.0, [1.0, 3.0]), [0.25, 0.75]);
        assert_eq!(cover_ratios(4.0, [0.0, 4.0]), [0.0, 1.0]);
        assert_eq!(cover_ratios(0.0, [0.0, 0.0]), [0.5, 0.5]);
        assert_eq!(cover_ratios(f64::INFINITY, [f64::MAX; 2]), [0.5, 0.5]);
    }
}
