//! The one compact form that every learner's trees are brought to.
//!
//! A node takes 16 bytes; the splits of an ensemble lie one behind the other, then its leaves. A row
//! goes left where `value < threshold` (both f32), and to the split's default side where the
//! value is NaN. Learners that test `value <= threshold` are brought to this rule when they are
//! imported, exactly. Covers stand beside: those of the leaves come from the learner, those of
//! inner nodes are the sums of their leaves' in f64, so that contributions made from them add up.
//!
//! - [`plain`]: a tree as arrays, as importers make it and bundles hold it;
//! - [`walk`]: rows down the trees.

mod plain;
mod walk;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
pub use plain::Tree;
use walk::Node;

/// Nodes of an ensemble: places are told apart by their highest bit.
const MOST_NODES: usize = 1 << 31;

/// Holds a sum of trees, `base + Σ leaf values`, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Ensemble {
    base: f64,
    /// The splits of all trees, then the leaves of all trees.
    nodes: Vec<Node>,
    /// Where the leaves begin.
    first_leaf: u32,
    /// The leaves' values.
    values: Vec<f64>,
    /// For each tree, the place of its root.
    roots: Vec<u32>,
    /// For each tree, covers of its splits, then of its leaves.
    covers: Vec<f64>,
    /// For each tree, where its splits begin; one more at the end.
    starts: Vec<usize>,
}

/// Shows one tree of an ensemble: its splits, then its leaves. Node 0 is the root, children have
/// higher numbers.
#[derive(Debug, Clone, Copy)]
pub struct TreeView<'a> {
    splits: &'a [Node],
    values: &'a [f64],
    covers: &'a [f64],
    /// The places of its first split and of its first leaf in the ensemble.
    first: [usize; 2],
}

/// Shows one node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NodeView {
    /// An inner node.
    Split {
        /// The encoded column that is tested.
        feature: usize,
        /// Rows whose value is less go left.
        threshold: f32,
        /// Whether a missing value goes left.
        default_left: bool,
        /// The left child's number in the tree.
        left: usize,
        /// The right child's number in the tree.
        right: usize,
    },
    /// A leaf.
    Leaf {
        /// Its value, log-odds.
        value: f64,
    },
}

#[derive(Serialize, Deserialize)]
struct Parts {
    base: f64,
    trees: Vec<Tree>,
}

impl Ensemble {
    /// Lays trees out in the compact form.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a tree's arrays do not make a tree.
    pub fn from_trees(base: f64, trees: &[Tree]) -> Result<Self> {
        Self::lay_out(base, trees).map_err(|reason| Error::Damaged { reason })
    }

    pub(crate) fn lay_out(base: f64, trees: &[Tree]) -> std::result::Result<Self, String> {
        if !base.is_finite() {
            return Err(format!("base value {base} is not finite"));
        }
        for (number, tree) in trees.iter().enumerate() {
            tree.check()
                .map_err(|reason| format!("tree {number}: {reason}"))?;
        }
        let n_splits: usize = trees.iter().map(|tree| tree.feature.len()).sum();
        let n_nodes = 2 * n_splits + trees.len();
        if n_nodes > MOST_NODES {
            return Err(format!("{n_nodes} nodes, {MOST_NODES} at most"));
        }
        let first_leaf = n_splits as u32;
        let mut ensemble = Self {
            base,
            nodes: Vec::with_capacity(n_nodes),
            first_leaf,
            values: Vec::with_capacity(n_splits + trees.len()),
            roots: Vec::with_capacity(trees.len()),
            covers: Vec::with_capacity(n_nodes),
            starts: vec![0],
        };
        for tree in trees {
            ensemble.push(tree);
        }
        ensemble
            .nodes
            .extend((first_leaf..n_nodes as u32).map(Node::leaf));
        Ok(ensemble)
    }

    /// Reads an XGBoost model saved as JSON: see [`crate::import::xgboost`].
    ///
    /// # Errors
    /// [`Error::Import`] where the model holds what cannot be taken over.
    pub fn from_xgboost_json(bytes: &[u8]) -> Result<Self> {
        crate::import::xgboost::read(bytes)
    }

    /// Reads a LightGBM model saved as text: see [`crate::import::lightgbm`].
    ///
    /// # Errors
    /// [`Error::Import`] where the model holds what cannot be taken over.
    pub fn from_lightgbm_text(text: &str) -> Result<Self> {
        crate::import::lightgbm::read(text)
    }

    /// Joins ensembles, at least one: the margin is the mean of theirs.
    ///
    /// # Errors
    /// [`Error::Damaged`] where there are too many nodes.
    pub fn mean(ensembles: &[Self]) -> Result<Self> {
        let share = 1.0 / ensembles.len() as f64;
        let base = ensembles.iter().map(|one| one.base).sum::<f64>() * share;
        let mut trees: Vec<Tree> = ensembles
            .iter()
            .flat_map(Self::trees)
            .map(|tree| tree.plain())
            .collect();
        for value in trees.iter_mut().flat_map(|tree| &mut tree.value) {
            *value *= share;
        }
        Self::from_trees(base, &trees)
    }

    /// Gives the encoded columns that are tested, rising.
    pub fn columns(&self) -> Vec<usize> {
        let splits = &self.nodes[..self.first_leaf as usize];
        let columns: BTreeSet<usize> = splits.iter().map(Node::column).collect();
        columns.into_iter().collect()
    }

    /// Gives every tested column another number, `places[column]`.
    pub(crate) fn renumber(&mut self, places: &[usize]) {
        for split in &mut self.nodes[..self.first_leaf as usize] {
            split.set_column(places[split.column()] as u32);
        }
    }

    /// Gives the value that is added to the trees' sum.
    pub fn base(&self) -> f64 {
        self.base
    }

    /// Gives the mean margin over the training rows: the base and each tree's mean leaf value,
    /// weighted by cover.
    pub fn expected_margin(&self) -> f64 {
        self.base + self.trees().map(|tree| tree.expected_value()).sum::<f64>()
    }

    /// Counts the trees.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Tells whether there is no tree.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Gives the trees in the order of their sum.
    pub fn trees(&self) -> impl ExactSizeIterator<Item = TreeView<'_>> {
        (0..self.len()).map(|number| {
            let (start, end) = (self.starts[number], self.starts[number + 1]);
            // A tree has one leaf more than it has splits.
            let (first_leaf, last_leaf) = (start + number, end + number);
            TreeView {
                splits: &self.nodes[start..end],
                values: &self.values[first_leaf..=last_leaf],
                covers: &self.covers[start + first_leaf..=end + last_leaf],
                first: [start, self.first_leaf as usize + first_leaf],
            }
        })
    }

    /// Gives the number of encoded columns that a row must have at least.
    pub fn width(&self) -> usize {
        let splits = &self.nodes[..self.first_leaf as usize];
        let columns = splits.iter().map(|split| split.column() + 1);
        columns.max().unwrap_or(0)
    }

    fn push(&mut self, tree: &Tree) {
        let first_split = self.nodes.len() as u32;
        let first_leaf = self.first_leaf + self.values.len() as u32;
        let place = |child: i32| match child {
            0.. => first_split + child as u32,
            _ => first_leaf + !child as u32,
        };
        let n_splits = tree.feature.len();
        self.roots.push(match n_splits {
            0 => first_leaf,
            _ => first_split,
        });
        for split in 0..n_splits {
            self.nodes.push(Node::split(
                tree.feature[split],
                tree.threshold[split],
                tree.default_left[split] == 1,
                [place(tree.left[split]), place(tree.right[split])],
            ));
        }
        self.values.extend_from_slice(&tree.value);
        let first_cover = self.covers.len();
        self.covers.resize(first_cover + n_splits, 0.0);
        self.covers.extend_from_slice(&tree.cover);
        let covers = &mut self.covers[first_cover..];
        let node = |child: i32| match child {
            0.. => child as usize,
            _ => n_splits + !child as usize,
        };
        for split in (0..n_splits).rev() {
            covers[split] = covers[node(tree.left[split])] + covers[node(tree.right[split])];
        }
        self.starts.push(self.nodes.len());
    }
}

impl TreeView<'_> {
    /// Counts the nodes, leaves included.
    pub fn len(&self) -> usize {
        self.covers.len()
    }

    /// Tells whether there is no node; never so.
    pub fn is_empty(&self) -> bool {
        self.covers.is_empty()
    }

    /// Shows a node.
    pub fn node(&self, node: usize) -> NodeView {
        let Some(split) = self.splits.get(node) else {
            return NodeView::Leaf {
                value: self.values[node - self.splits.len()],
            };
        };
        let [left, right] = split.children().map(|place| self.node_at(place));
        NodeView::Split {
            feature: split.column(),
            threshold: split.threshold(),
            default_left: split.default_left(),
            left,
            right,
        }
    }

    /// Gives the weight of the training rows that reached a node, above 0.
    pub fn cover(&self, node: usize) -> f64 {
        self.covers[node]
    }

    /// Tells whether a row goes left at a split.
    pub fn goes_left(&self, node: usize, encoded: &[f32]) -> bool {
        let [left, _] = self.splits[node].children();
        self.splits[node].next(encoded) == left
    }

    /// Gives the mean leaf value, weighted by cover.
    pub fn expected_value(&self) -> f64 {
        let leaves = self.values.iter().zip(&self.covers[self.splits.len()..]);
        leaves
            .map(|(value, cover)| value * (cover / self.covers[0]))
            .sum()
    }

    /// Gives the number in this tree of a place in the ensemble.
    fn node_at(&self, place: u32) -> usize {
        let place = place as usize;
        let [first_split, first_leaf] = self.first;
        match place.checked_sub(first_leaf) {
            Some(leaf) => self.splits.len() + leaf,
            None => place - first_split,
        }
    }

    /// Gives the tree as plain arrays.
    pub fn plain(&self) -> Tree {
        let n_splits = self.splits.len();
        let child = |place: u32| match self.node_at(place).checked_sub(n_splits) {
            Some(leaf) => -1 - leaf as i32,
            None => self.node_at(place) as i32,
        };
        let splits = || self.splits.iter();
        Tree {
            feature: splits().map(|split| split.column() as u32).collect(),
            threshold: splits().map(Node::threshold).collect(),
            default_left: splits().map(|s| u8::from(s.default_left())).collect(),
            left: splits().map(|split| child(split.children()[0])).collect(),
            right: splits().map(|split| child(split.children()[1])).collect(),
            value: self.values.to_vec(),
            cover: self.covers[n_splits..].to_vec(),
        }
    }
}

impl TryFrom<Parts> for Ensemble {
    type Error = String;

    fn try_from(parts: Parts) -> std::result::Result<Self, String> {
        Self::lay_out(parts.base, &parts.trees)
    }
}

impl From<Ensemble> for Parts {
    fn from(ensemble: Ensemble) -> Self {
        Self {
            base: ensemble.base,
            trees: ensemble.trees().map(|tree| tree.plain()).collect(),
        }
    }
}
