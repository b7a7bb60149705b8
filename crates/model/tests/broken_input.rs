//! Broken models, made by breaking good ones, are refused in one line or read; they never panic,
//! and what is read scores without a panic.
#![allow(clippy::unwrap_used)]

use limpide_model::Ensemble;

const XGBOOST: &[u8] = include_bytes!("../../../tests/golden/xgboost_model.json");
const LIGHTGBM: &str = include_str!("../../../tests/golden/lightgbm_model.txt");

/// A small generator: the same breakages on every run.
struct Breaker(u64);

impl Breaker {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % end
    }

    /// Changes, removes, doubles or cuts a few bytes; text stays ASCII.
    fn broken(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        for _ in 0..=self.below(3) {
            let place = self.below(bytes.len());
            match self.below(5) {
                0 => bytes[place] = b"0-9e.,:[]{}\"=\n x"[self.below(16)],
                1 => drop(bytes.remove(place)),
                2 => bytes.insert(place, b"9-,e"[self.below(4)]),
                3 => {
                    let end = (place + self.below(40)).min(bytes.len());
                    bytes.drain(place..end);
                }
                _ if self.below(10) == 0 => bytes.truncate(place.max(1)),
                _ => bytes[place] = b'1' + self.below(9) as u8,
            }
        }
        bytes
    }
}

fn try_out(read: Result<Ensemble, limpide_model::Error>) -> bool {
    match read {
        Ok(ensemble) => {
            let width = ensemble.width();
            ensemble.margin(&vec![0.5; width]);
            ensemble.margin(&vec![f32::NAN; width]);
            ensemble.expected_margin();
            false
        }
        Err(error) => {
            let words = error.to_string();
            assert!(!words.is_empty() && !words.contains('\n'), "{words}");
            true
        }
    }
}

#[test]
fn broken_xgboost_models_never_panic() {
    let mut breaker = Breaker(1);
    let refused = (0..400)
        .filter(|_| try_out(Ensemble::from_xgboost_json(&breaker.broken(XGBOOST))))
        .count();
    assert!(refused > 40, "only {refused} broken models were refused");
}

#[test]
fn broken_lightgbm_models_never_panic() {
    let mut breaker = Breaker(2);
    let refused = (0..400)
        .filter(|_| {
            let text = String::from_utf8(breaker.broken(LIGHTGBM.as_bytes())).unwrap();
            try_out(Ensemble::from_lightgbm_text(&text))
        })
        .count();
    assert!(refused > 40, "only {refused} broken models were refused");
}
