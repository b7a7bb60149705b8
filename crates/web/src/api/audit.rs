//! The decision log for those who audit it.

#[allow(unused_qualifications)]
pub(crate) mod log;
pub(crate) mod replay;
#[allow(unused_qualifications)]
pub(crate) mod verify;
