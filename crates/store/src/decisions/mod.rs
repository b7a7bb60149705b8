//! Decisions that last: an append-only log, each entry chained to the one before by its hash.
//!
//! [`event`] says what can happen to a case, [`case`] what follows from it and what may come next,
//! [`tally`] how often reviewers agree with the model; all three are pure. [`entry`] writes an
//! event in the one form that is hashed, [`writer`] commits many at a time, [`read`] reads them,
//! [`waiting`] tells who waits for a person, [`verify`] proves that none was changed or removed, [`erase`] forgets a client and keeps the
//! chain whole.

mod case;
mod entry;
mod erase;
mod event;
mod read;
mod tally;
mod verify;
mod waiting;
mod writer;

pub use case::{Agreement, Case, FirstDecision, Refusal, Status};
pub use entry::{CaseId, Entry, NewEntry};
pub use event::{Actor, Advice, CorrectionAnswer, Event, Outcome, Proposal, Score, Verdict};
pub use tally::{Tally, tally};
pub use verify::{Fault, Head, Verification};
pub(crate) use writer::Writer;
