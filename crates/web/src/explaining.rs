//! Contributions for requests that come together: who asks while others are worked on is taken along
//! with those who asked meanwhile, for the contributions of many rows take a fraction of each one's.
//! Nobody waits for others to come.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use limpide_explain::{Contributions, Explainer, Result as Explained};
use limpide_model::Value;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;

use crate::error::Error;

/// Rows taken together: more would make the first wait for the last.
const AT_ONCE: usize = 8;
/// How often rows are taken before others who need a core have their turn: each handing over costs a
/// moment in which nobody works.
const TURNS: usize = 64;

/// Rows that wait for a core.
pub(crate) struct Explaining {
    explainer: Arc<Explainer>,
    waiting: Mutex<VecDeque<Waiting>>,
}

struct Waiting {
    row: Vec<Value>,
    /// The row's margin, where it is known.
    margin: Option<f64>,
    answer: Box<Answer>,
}

/// Makes an answer of a row's contributions, and hands it over.
type Answer = dyn FnOnce(&Explainer, &[Value], Explained<Contributions>) + Send;

impl Explaining {
    /// Explains with a model that is laid out.
    pub(crate) fn new(explainer: Arc<Explainer>) -> Arc<Self> {
        Arc::new(Self {
            explainer,
            waiting: Mutex::default(),
        })
    }

    /// What `tell` makes of a row's contributions, on a thread that may work for milliseconds; no
    /// more than `cores` has permits work at once. `margin` is the row's, where it is known.
    pub(crate) async fn explain<T: Send + 'static>(
        self: &Arc<Self>,
        cores: &Arc<Semaphore>,
        row: Vec<Value>,
        margin: Option<f64>,
        tell: impl FnOnce(&Explainer, &[Value], &Contributions) -> Explained<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (hand_over, mut told) = oneshot::channel();
        let answer = move |explainer: &Explainer, row: &[Value], found: Explained<_>| {
            let told = found.and_then(|contributions| tell(explainer, row, &contributions));
            // Whoever asked may have gone.
            let _ = hand_over.send(told);
        };
        self.waiting().push_back(Waiting {
            row,
            margin,
            answer: Box::new(answer),
        });
        loop {
            let permit = tokio::select! {
                biased;
                found = &mut told => return finish(found),
                permit = Arc::clone(cores).acquire_owned() => permit,
            };
            let permit = permit.map_err(|error| failed(&error))?;
            if self.waiting().is_empty() {
                // Somebody else is at it.
                drop(permit);
                return finish(told.await);
            }
            let explaining = Arc::clone(self);
            let done = spawn_blocking(move || {
                // Held here and not by the request: the work is others' too.
                let _permit = permit;
                for _ in 0..TURNS {
                    if !explaining.work() {
                        break;
                    }
                }
            });
            // The work goes on for others where it is told here already.
            tokio::select! {
                biased;
                found = &mut told => return finish(found),
                ended = done => ended.map_err(|error| failed(&error))?,
            }
        }
    }

    /// Answers those who have waited longest; tells whether there were any.
    fn work(&self) -> bool {
        let taken: Vec<Waiting> = {
            let mut waiting = self.waiting();
            let number = waiting.len().min(AT_ONCE);
            waiting.drain(..number).collect()
        };
        if taken.is_empty() {
            return false;
        }
        let (mut rows, mut margins, mut answers) = (Vec::new(), Vec::new(), Vec::new());
        for one in taken {
            rows.push(one.row);
            margins.push(one.margin);
            answers.push(one.answer);
        }
        match self.explainer.many_known(&rows, &margins) {
            Ok(found) => {
                for ((row, answer), found) in rows.iter().zip(answers).zip(found) {
                    answer(&self.explainer, row, Ok(found));
                }
            }
            // One row refuses all: each is told by itself.
            Err(_) => {
                for (row, answer) in rows.iter().zip(answers) {
                    answer(&self.explainer, row, self.explainer.contributions(row));
                }
            }
        }
        true
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn finish<T>(told: Result<Explained<T>, oneshot::error::RecvError>) -> Result<T, Error> {
    Ok(told.map_err(|error| failed(&error))??)
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    tracing::error!(%error, "explanation");
    Error::Internal
}
