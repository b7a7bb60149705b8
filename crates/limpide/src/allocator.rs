//! Where memory comes from, and how soon it goes back.

use std::ffi::c_long;

use libmimalloc_sys::{mi_option_get, mi_option_set, mi_option_t};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The library's option `mi_option_purge_delay`, for which it has no name in Rust.
const PURGE_DELAY: mi_option_t = 15;
/// What the library sets it to: a second, ten seconds for large pieces.
const USUAL_MS: c_long = 1000;
const EARLY_MS: c_long = 10;

/// Gives what was freed back to the system after a tenth of a second instead of ten: a server keeps
/// little and frees much. `MIMALLOC_PURGE_DELAY` says otherwise.
#[allow(
    unsafe_code,
    reason = "the library is C; both functions read and write one number"
)]
pub fn give_back_early() {
    // SAFETY: the option's number is one of the library's, and the functions may be called at any time.
    unsafe {
        if mi_option_get(PURGE_DELAY) == USUAL_MS {
            mi_option_set(PURGE_DELAY, EARLY_MS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(unsafe_code, reason = "as above")]
    fn the_option_is_the_delay() {
        // SAFETY: as above.
        let delay = || unsafe { mi_option_get(PURGE_DELAY) };
        assert_eq!(delay(), USUAL_MS, "another option has this number now");
        give_back_early();
        assert_eq!(delay(), EARLY_MS);
    }
}
