//! Minimises a smooth convex function.

/// Steps remembered.
const MEMORY: usize = 10;
/// Halvings of one step before giving up.
const HALVINGS: usize = 40;
/// Share of the promised decrease that a step must reach.
const ENOUGH_DECREASE: f64 = 1e-4;

/// Holds when to stop.
pub(super) struct Ending {
    /// Steps at most.
    pub(super) steps: usize,
    /// Relative decrease below which the minimum is reached.
    pub(super) decrease: f64,
}

/// Follows the gradient, curved by the last steps, to the minimum from `start`.
///
/// `evaluate` writes the gradient and gives the value, or `None` to stop at once.
///
/// # Source
/// Nocedal and Wright, "Numerical Optimization", 2nd ed., algorithms 7.4 and 7.5, with
/// backtracking; pairs without positive curvature are left out.
pub(super) fn minimise(
    start: Vec<f64>,
    ending: &Ending,
    mut evaluate: impl FnMut(&[f64], &mut [f64]) -> Option<f64>,
) -> Option<Vec<f64>> {
    let n = start.len();
    let (mut point, mut gradient) = (start, vec![0.0; n]);
    let mut value = evaluate(&point, &mut gradient)?;
    let mut pairs: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    for _ in 0..ending.steps {
        let mut direction = curved(&gradient, &pairs);
        let mut slope = -dot(&direction, &gradient);
        if slope >= 0.0 {
            pairs.clear();
            direction.copy_from_slice(&gradient);
            slope = -dot(&gradient, &gradient);
        }
        if slope == 0.0 {
            break;
        }
        let mut length = if pairs.is_empty() {
            1.0 / slope.abs().sqrt()
        } else {
            1.0
        };
        let mut next_gradient = vec![0.0; n];
        let mut taken = None;
        for _ in 0..HALVINGS {
            let next: Vec<f64> = point
                .iter()
                .zip(&direction)
                .map(|(point, step)| point - length * step)
                .collect();
            let next_value = evaluate(&next, &mut next_gradient)?;
            if next_value <= value + ENOUGH_DECREASE * length * slope {
                taken = Some((next, next_value));
                break;
            }
            length /= 2.0;
        }
        let Some((next, next_value)) = taken else {
            break;
        };
        let step: Vec<f64> = next
            .iter()
            .zip(&point)
            .map(|(next, point)| next - point)
            .collect();
        let change: Vec<f64> = next_gradient
            .iter()
            .zip(&gradient)
            .map(|(next, gradient)| next - gradient)
            .collect();
        let curvature = dot(&step, &change);
        if curvature > 1e-12 * dot(&change, &change) {
            if pairs.len() == MEMORY {
                pairs.remove(0);
            }
            pairs.push((step, change, 1.0 / curvature));
        }
        let decrease = value - next_value;
        (point, gradient, value) = (next, next_gradient, next_value);
        if decrease <= ending.decrease * value.abs() {
            break;
        }
    }
    Some(point)
}

/// Multiplies the gradient by the inverse curvature that the pairs show.
fn curved(gradient: &[f64], pairs: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let mut direction = gradient.to_vec();
    let mut parts = Vec::with_capacity(pairs.len());
    for (step, change, inverse) in pairs.iter().rev() {
        let part = inverse * dot(step, &direction);
        add(&mut direction, -part, change);
        parts.push(part);
    }
    if let Some((_, change, inverse)) = pairs.last() {
        let scale = 1.0 / (inverse * dot(change, change));
        direction.iter_mut().for_each(|value| *value *= scale);
    }
    for ((step, change, inverse), part) in pairs.iter().zip(parts.into_iter().rev()) {
        let back = inverse * dot(change, &direction);
        add(&mut direction, part - back, step);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDING: Ending = Ending {
        steps: 500,
        decrease: 1e-15,
    };

    #[test]
    fn the_minimum_of_a_stretched_bowl_is_found() {
        let stretch = [1.0, 10.0, 100.0, 10_000.0];
        let found = minimise(vec![3.0, -2.0, 1.0, 5.0], &ENDING, |point, gradient| {
            let mut value = 0.0;
            for place in 0..4 {
                let away = point[place] - place as f64;
                value += stretch[place] * away * away / 2.0;
                gradient[place] = stretch[place] * away;
            }
            Some(value)
        });
        let found = found.unwrap();
        assert!(
            found
                .iter()
                .enumerate()
                .all(|(place, found)| (found - place as f64).abs() < 1e-5),
            "{found:?}"
        );
    }

    #[test]
    fn it_stops_when_asked() {
        assert_eq!(minimise(vec![1.0], &ENDING, |_, _| None), None);
    }
}
