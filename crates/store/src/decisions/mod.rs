//! Decisions that last: an append-only log, each entry chained to the one before by its hash.
//!
//! [`event`] says what can happen to a case, [`case`] what follows from it and what may come next,
//! [`tally`] how often reviewers agree with the model; all three are pure. [`entry`] writes an
//! event in the one form that is hashed, [`writer`] commits many at a time, [`read`] reads them,
//! [`verify`] proves that none was changed or removed, [`erase`] forgets a client and keeps the
//! chain whole, [`retention`] what is old. [`standing`] keeps beside the log where each case stands,
//! for lists.

mod case;
mod entry;
mod erase;
mod event;
mod forget;
mod read;
mod retention;
mod search;
mod standing;
mod tally;
mod verify;
mod writer;

pub use case::{Agreement, Case, FirstDecision, Refusal, Status};
pub(crate) use entry::milliseconds;
pub use entry::{CaseId, Entry, NewEntry};
pub use erase::{Erased, WriteAheadLog};
pub use event::{
    Actor, Advice, Correction, CorrectionAnswer, Event, MadeWith, Outcome, Proposal, Score, Verdict,
};
pub use retention::{Removed, Retention};
pub use search::{LogPlace, Sought};
pub(crate) use standing::rebuild;
pub use standing::{ToSee, Waiting, WaitsFor};
pub use tally::{Tally, tally};
pub use verify::{Fault, Head, Verification};
pub(crate) use writer::Writer;
