//! The default rate of the clients who are most alike.

use serde::{Deserialize, Serialize};

use super::base64;
use super::kd_tree::{KdTree, Nearest};
use super::row::Row;

/// Holds training clients as points, with what became of them.
///
/// A client is a point in the space of a few features. Each is centred and scaled, so that no
/// unit decides; a missing one stands at the median. Those who are exactly as far as the k-th
/// share the places that are left: no order of clients decides who counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Neighbours {
    /// The features that place a client, numbers all.
    pub axes: Vec<Axis>,
    /// How many neighbours count.
    pub k: usize,
    /// The training clients.
    pub tree: KdTree,
}

/// Tells how a feature's number becomes a coordinate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// The feature's number in a row.
    pub feature: usize,
    /// Stands for a missing number: the training median.
    pub fill: f64,
    /// The training mean of the known numbers.
    pub centre: f64,
    /// Their standard deviation; 1 where they do not differ.
    pub scale: f64,
}

/// How neighbours stand in JSON: points as f32, little endian, and labels as bits, both base64.
#[derive(Serialize, Deserialize)]
struct Written {
    axes: Vec<Axis>,
    k: usize,
    clients: usize,
    points: String,
    defaults: String,
}

impl Axis {
    /// Gives the coordinate of a number; NaN where it is missing.
    pub fn coordinate(&self, number: f64) -> f32 {
        let known = if number.is_nan() { self.fill } else { number };
        // Bounded, so that distances stay finite.
        ((known - self.centre) / self.scale).clamp(-1e6, 1e6) as f32
    }
}

impl Neighbours {
    /// Gives the default rate of a client's neighbours; missing where there are none.
    pub fn rate(&self, row: &(impl Row + ?Sized)) -> f64 {
        let axes = self.axes.iter();
        let place: Vec<f32> = axes
            .map(|axis| axis.coordinate(row.number(axis.feature)))
            .collect();
        self.rate_at(&place)
    }

    /// Gives the default rate of the neighbours of a place.
    pub fn rate_at(&self, place: &[f32]) -> f64 {
        let k = self.k.min(self.tree.len());
        if k == 0 {
            return f64::NAN;
        }
        let Nearest {
            inside,
            inside_ones,
            tied,
            tied_ones,
        } = self.tree.nearest(place, k);
        let shared = (k - inside) as f64 * tied_ones as f64 / tied as f64;
        (inside_ones as f64 + shared) / k as f64
    }
}

impl TryFrom<Written> for Neighbours {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written {
            axes, k, clients, ..
        } = written;
        let sound = |axis: &Axis| {
            axis.fill.is_finite() && axis.centre.is_finite() && axis.scale.is_normal()
        };
        if k == 0 || axes.is_empty() || !axes.iter().all(sound) {
            return Err(format!("{k} neighbours over {} axes", axes.len()));
        }
        let bytes = base64::decode(&written.points).ok_or("points that are no base64")?;
        let bits = base64::decode(&written.defaults).ok_or("defaults that are no base64")?;
        let expected = clients
            .checked_mul(axes.len() * 4)
            .ok_or_else(|| format!("{clients} neighbours"))?;
        if bytes.len() != expected || bits.len() != clients.div_ceil(8) {
            return Err(format!(
                "{} bytes of points and {} of defaults for {clients} clients on {} axes",
                bytes.len(),
                bits.len(),
                axes.len()
            ));
        }
        let numbers = bytes.as_chunks::<4>().0.iter();
        let points: Vec<f32> = numbers.map(|&bytes| f32::from_le_bytes(bytes)).collect();
        if let Some(point) = points.iter().find(|point| !point.is_finite()) {
            return Err(format!("a neighbour at {point}"));
        }
        let label = |client: usize| bits[client / 8] >> (client % 8) & 1;
        let labels: Vec<u8> = (0..clients).map(label).collect();
        Ok(Self {
            tree: KdTree::from_ordered(axes.len(), points, &labels),
            axes,
            k,
        })
    }
}

impl From<Neighbours> for Written {
    fn from(neighbours: Neighbours) -> Self {
        let Neighbours { axes, k, tree } = neighbours;
        let points = tree.points().iter();
        let bytes: Vec<u8> = points.flat_map(|point| point.to_le_bytes()).collect();
        let mut bits = vec![0; tree.len().div_ceil(8)];
        for (client, label) in tree.labels().into_iter().enumerate() {
            bits[client / 8] |= label << (client % 8);
        }
        Self {
            axes,
            k,
            clients: tree.len(),
            points: base64::encode(&bytes),
            defaults: base64::encode(&bits),
        }
    }
}
