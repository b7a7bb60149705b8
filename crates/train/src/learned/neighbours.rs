//! Training clients as points among which neighbours are looked for.

use limpide_model::learned::declared::DeclaredNeighbours;
use limpide_model::learned::kd_tree::KdTree;
use limpide_model::learned::neighbours::{Axis, Neighbours};
use limpide_model::learned::{DatasetRow, Row};
use limpide_model::{Dataset, Kind};

use crate::error::Result;

/// On small data a neighbourhood is at most this part of the clients: more would be no neighbours.
const SHARE_OF_CLIENTS: usize = 20;

/// Gives the number of neighbours that count among so many clients.
pub(super) fn count(declared: usize, clients: usize) -> usize {
    declared.min(clients / SHARE_OF_CLIENTS).max(1)
}

/// Places the clients of the given rows.
pub(super) fn fit(
    dataset: &Dataset,
    declared: &DeclaredNeighbours,
    k: usize,
    rows: &[usize],
) -> Result<Neighbours> {
    let mut axes = Vec::with_capacity(declared.inputs.len());
    for input in &declared.inputs {
        let feature = super::place(dataset, input, Kind::Number)?;
        axes.push(axis(dataset, feature, rows));
    }
    let mut points = Vec::with_capacity(rows.len() * axes.len());
    for &row in rows {
        let row = DatasetRow { dataset, row };
        points.extend(
            axes.iter()
                .map(|axis| axis.coordinate(row.number(axis.feature))),
        );
    }
    let labels: Vec<u8> = rows.iter().map(|&row| dataset.labels[row]).collect();
    Ok(Neighbours {
        tree: KdTree::build(axes.len(), &points, &labels),
        axes,
        k,
    })
}

fn axis(dataset: &Dataset, feature: usize, rows: &[usize]) -> Axis {
    let numbers = rows
        .iter()
        .map(|&row| DatasetRow { dataset, row }.number(feature));
    let mut known: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    // Sorted, so that the sums do not depend on the order of the clients.
    known.sort_by(f64::total_cmp);
    let mut axis = Axis {
        feature,
        fill: 0.0,
        centre: 0.0,
        scale: 1.0,
    };
    if known.is_empty() {
        return axis;
    }
    let n = known.len() as f64;
    axis.fill = super::groups::median(&known);
    axis.centre = known.iter().sum::<f64>() / n;
    let squares = known.iter().map(|number| (number - axis.centre).powi(2));
    let scale = (squares.sum::<f64>() / n).sqrt();
    if scale.is_normal() {
        axis.scale = scale;
    }
    axis
}
