//! The decision log for those who audit it.

#[allow(unused_qualifications)]
pub(crate) mod log;
#[allow(unused_qualifications)]
pub(crate) mod verify;
