//! Trees laid out for their contributions: all that does not depend on the row, worked out once.

use limpide_model::{Ensemble, NodeView, TreeView};

use crate::quadrature::Rule;

/// The splits of an ensemble in the order in which the kernel walks them.
#[derive(Debug, Clone)]
pub(crate) struct Forest {
    /// The expected margin: the ensemble's base and each leaf's value times the share that reaches it.
    pub base: f64,
    /// Trees of one split or more; a tree of one leaf is all in the base.
    pub trees: Vec<Tree>,
    /// Splits of all trees, each tree's in depth-first order: a parent stands before its children.
    pub splits: Vec<Split>,
    /// The rules that the trees need, each once.
    pub rules: Vec<Rule>,
}

/// One tree's part of the forest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tree {
    /// Where its splits begin.
    pub first: usize,
    /// How many they are.
    pub splits: usize,
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
    /// z of this split's column above the split: 1 where the path has not tested it.
    pub z: f64,
    /// Each child's cover over this node's; left, then right.
    pub ratios: [f64; 2],
    /// Left, then right.
    pub children: [Child; 2],
}

/// An edge further up that tests the same column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Earlier {
    /// The split's place in its tree.
    pub place: u32,
    /// 0 where the path leaves it to the left, 1 to the right.
    pub side: u8,
}

/// What stands below a split.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Child {
    /// A leaf's value, log-odds.
    Leaf(f64),
    /// A split's place in its tree.
    Split(u32),
}

impl Forest {
    /// Lays an ensemble out.
    pub(crate) fn new(ensemble: &Ensemble) -> Self {
        let mut forest = Self {
            base: ensemble.base(),
            trees: Vec::with_capacity(ensemble.len()),
            splits: Vec::new(),
            rules: Vec::new(),
        };
        for tree in ensemble.trees() {
            forest.push(tree);
        }
        forest
    }

    /// Counts the splits of the largest tree.
    pub(crate) fn largest_tree(&self) -> usize {
        self.trees.iter().map(|tree| tree.splits).max().unwrap_or(0)
    }

    fn push(&mut self, tree: TreeView<'_>) {
        let mut planting = Planting {
            tree,
            first: self.splits.len(),
            path: Vec::new(),
            most_columns: 0,
            forest: self,
        };
        planting.plant(0, 1.0);
        let (first, most_columns) = (planting.first, planting.most_columns);
        if self.splits.len() == first {
            return;
        }
        let (lanes, blocks) = Rule::shape_for(most_columns);
        let mut known = self.rules.iter();
        let rule = match known.position(|rule| (rule.lanes, rule.blocks.len()) == (lanes, blocks)) {
            Some(rule) => rule,
            None => {
                self.rules.push(Rule::new(lanes, blocks));
                self.rules.len() - 1
            }
        };
        self.trees.push(Tree {
            first,
            splits: self.splits.len() - first,
            rule,
        });
    }
}

/// One tree on its way into the forest.
struct Planting<'a> {
    tree: TreeView<'a>,
    forest: &'a mut Forest,
    /// Where the tree's splits begin.
    first: usize,
    /// The edges above the node that is being placed.
    path: Vec<Step>,
    /// The largest number of distinct columns on a path so far.
    most_columns: usize,
}

struct Step {
    column: usize,
    edge: Earlier,
    /// z of the column below the edge.
    z: f64,
}

impl Planting<'_> {
    /// Places a node that the share `reach` of rows gets to, and all below it.
    fn plant(&mut self, node: usize, reach: f64) -> Child {
        match self.tree.node(node) {
            NodeView::Leaf { value } => {
                self.forest.base += value * reach;
                self.most_columns = self.most_columns.max(distinct_columns(&self.path));
                Child::Leaf(value)
            }
            NodeView::Split {
                feature,
                threshold,
                default_left,
                left,
                right,
            } => {
                let above = self.path.iter().rev().find(|step| step.column == feature);
                let z = above.map_or(1.0, |step| step.z);
                let earlier = above.map(|step| step.edge);
                let covers = [self.tree.cover(left), self.tree.cover(right)];
                let ratios = cover_ratios(self.tree.cover(node), covers);
                let place = self.forest.splits.len();
                self.forest.splits.push(Split {
                    threshold,
                    column: feature as u32,
                    missing_goes_left: default_left,
                    earlier,
                    z,
                    ratios,
                    children: [Child::Leaf(0.0); 2],
                });
                let own = (place - self.first) as u32;
                for (side, child) in [left, right].into_iter().enumerate() {
                    let edge = Earlier {
                        place: own,
                        side: side as u8,
                    };
                    self.path.push(Step {
                        column: feature,
                        edge,
                        z: z * ratios[side],
                    });
                    let child = self.plant(child, reach * ratios[side]);
                    self.path.pop();
                    self.forest.splits[place].children[side] = child;
                }
                Child::Split(own)
            }
        }
    }
}

fn distinct_columns(path: &[Step]) -> usize {
    let repeated = |at: usize| path[..at].iter().any(|step| step.column == path[at].column);
    (0..path.len()).filter(|&at| !repeated(at)).count()
}

/// A node that no training row reached sends half to each side, so that every share stays finite.
fn cover_ratios(node: f64, children: [f64; 2]) -> [f64; 2] {
    if node > 0.0 {
        children.map(|child| child / node)
    } else {
        [0.5; 2]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_without_rows_shares_evenly() {
        assert_eq!(cover_ratios(4.0, [1.0, 3.0]), [0.25, 0.75]);
        assert_eq!(cover_ratios(4.0, [0.0, 4.0]), [0.0, 1.0]);
        assert_eq!(cover_ratios(0.0, [0.0, 0.0]), [0.5, 0.5]);
    }
}
