//! Two features of many clients at once: a sample of points, and how many lie where.

use limpide_model::{Decision, Value};
use serde::{Deserialize, Serialize};

use crate::axis::Axis;
use crate::values::Values;

/// Most points of a sample: more would hide each other.
pub const MOST_POINTS: usize = 1_000;

/// Holds two features of some clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cloud {
    /// The parts along the first feature.
    pub x: Axis,
    /// The parts along the second feature.
    pub y: Axis,
    /// Clients of whom both are known.
    pub clients: usize,
    /// Clients left out, for nothing is known of one of both.
    pub missing: usize,
    /// The client's own point; `None` where one of both is missing.
    pub own: Option<[Value; 2]>,
    /// An even sample of the others.
    pub points: Vec<Point>,
    /// How many lie where, by rising part of `x`, then of `y`; empty parts are left out.
    pub density: Vec<Cell>,
}

/// One client of a cloud.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The client's place in the portfolio.
    pub place: usize,
    /// The first feature's value.
    pub x: Value,
    /// The second feature's value.
    pub y: Value,
    /// 1 where the client did not repay, 0 where they did; `None` where it is not known.
    pub outcome: Option<u8>,
    /// What the policy says of the client.
    pub decision: Decision,
}

/// One part of a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The part along the first feature.
    pub x: usize,
    /// The part along the second feature.
    pub y: usize,
    /// Clients in it.
    pub clients: usize,
    /// Those whose outcome is known.
    pub known: usize,
    /// Those who did not repay.
    pub defaults: usize,
}

/// Says whose cloud is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Clients<'a> {
    /// The client whose own point is marked; it is none of the sample.
    pub own: usize,
    /// The places of the others.
    pub places: &'a [usize],
    /// All clients' outcomes, by place.
    pub outcomes: &'a [Option<u8>],
    /// What the sample follows from, with the places alone.
    pub seed: u64,
}

/// Puts two features together. `decide` tells what the policy says of the client at a place.
pub fn cloud(
    axes: [&Axis; 2],
    values: [&Values; 2],
    clients: &Clients<'_>,
    decide: impl Fn(usize) -> Decision,
) -> Cloud {
    let (x, y) = (axes[0], axes[1]);
    let mut cells: Vec<Cell> = (0..x.parts() * y.parts())
        .map(|place| Cell {
            x: place / y.parts(),
            y: place % y.parts(),
            clients: 0,
            known: 0,
            defaults: 0,
        })
        .collect();
    let mut known: Vec<usize> = Vec::new();
    let (along, across) = (x.over(values[0]), y.over(values[1]));
    for &place in clients.places {
        let (Some(at), Some(beside)) = (along.part(place), across.part(place)) else {
            continue;
        };
        known.push(place);
        let cell = &mut cells[at * y.parts() + beside];
        let outcome = clients.outcomes[place];
        cell.clients += 1;
        cell.known += usize::from(outcome.is_some());
        cell.defaults += usize::from(outcome == Some(1));
    }
    cells.retain(|cell| cell.clients > 0);
    let own = values.map(|values| values.value(clients.own));
    let point = |place: usize| Point {
        place,
        x: values[0].value(place),
        y: values[1].value(place),
        outcome: clients.outcomes[place],
        decision: decide(place),
    };
    let n_known = known.len();
    let sample = sample(known, clients.own, clients.seed);
    Cloud {
        x: x.clone(),
        y: y.clone(),
        clients: n_known,
        missing: clients.places.len() - n_known,
        own: own.iter().all(|value| !value.is_missing()).then_some(own),
        points: sample.into_iter().map(point).collect(),
        density: cells,
    }
}

/// The places whose drawn numbers are least, in rising order: a client's number follows from seed
/// and place alone, so that a larger group's sample holds the same clients where it can.
fn sample(mut places: Vec<usize>, own: usize, seed: u64) -> Vec<usize> {
    places.retain(|&place| place != own);
    if places.len() > MOST_POINTS {
        let drawn = |place: &usize| (mixed(seed, *place as u64), *place);
        places.select_nth_unstable_by_key(MOST_POINTS, drawn);
        places.truncate(MOST_POINTS);
        places.sort_unstable();
    }
    places
}

/// Mixes a seed and a place to a number that looks drawn.
///
/// # Source
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: SplitMix64.
fn mixed(seed: u64, place: u64) -> u64 {
    let step = (place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut bits = seed.wrapping_add(step);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}
