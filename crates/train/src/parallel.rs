//! Independent tasks on threads of their own.
//!
//! Not on rayon's: a task here waits for a learner that has threads of its own, and a rayon
//! thread that waits starts further tasks meanwhile, until all are in memory at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};

/// Runs tasks on so many threads and gives their results in the order of the tasks.
///
/// # Errors
/// The first task's error, in their order, among those that ran.
pub(crate) fn map<T: Sync, R: Send>(
    threads: usize,
    tasks: &[T],
    run: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let failed = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<R>)>> = Mutex::new(Vec::with_capacity(tasks.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, tasks.len().max(1)) {
            scope.spawn(|| {
                while failed.load(Ordering::Relaxed) == 0 {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(place) else { break };
                    let result = run(task);
                    if result.is_err() {
                        failed.store(1, Ordering::Relaxed);
                    }
                    results
                        .lock()
                        .unwrap_or_else(|poisoned| poisoned.into_inner())
                        .push((place, result));
                }
            });
        }
    });
    let mut results = results
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    results.sort_by_key(|(place, _)| *place);
    let done: Vec<R> = results
        .into_iter()
        .map(|(_, result)| result)
        .collect::<Result<_>>()?;
    if done.len() < tasks.len() {
        Err(Error::Stopped)
    } else {
        Ok(done)
    }
}
