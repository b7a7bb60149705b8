//! Every setting, in the order in which `limpide config show` tells them. This is the only place
//! where a setting is named: its flag, its variable and its key follow from the name.

mod database;
mod general;
mod lasting;
mod lender;
mod limits;
mod open_id;
mod serving;

use super::kind::Kind;

pub use self::database::*;
pub use self::general::*;
pub use self::lasting::*;
pub use self::lender::*;
pub use self::limits::*;
pub use self::open_id::*;
pub use self::serving::*;

/// One thing that can be set: `a-b` is the flag `--a-b`, the variable `LIMPIDE_A_B` and the key
/// `a_b` of the configuration file.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name, which is its flag: `a-b`.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// What holds if nobody says otherwise, as it would be written; empty: nothing.
    pub default: &'static str,
    /// What it does, as the help tells it.
    pub about: &'static str,
    /// The same in French, for pages.
    pub about_fr: &'static str,
}

impl Setting {
    const fn new(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        about: &'static str,
        about_fr: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            default,
            about,
            about_fr,
        }
    }

    /// `a_b`.
    pub fn key(&self) -> String {
        self.name.replace('-', "_")
    }

    /// `LIMPIDE_A_B`.
    pub fn variable(&self) -> String {
        format!("LIMPIDE_{}", self.key().to_uppercase())
    }
}

/// Settings that belong together.
#[derive(Debug)]
pub struct Section {
    /// What people call them.
    pub title: &'static str,
    /// The same in French.
    pub title_fr: &'static str,
    /// Which they are, in the order in which they are told.
    pub settings: &'static [&'static Setting],
}

/// What serving reads beside.
pub const OF_SERVE: &[&Section] = &[SERVING, LIMITS, LASTING, OPEN_ID];

/// All of them.
pub fn sections() -> impl Iterator<Item = &'static Section> {
    let serve = OF_SERVE.iter().copied();
    [GENERAL, OF_DATABASE]
        .into_iter()
        .chain(serve)
        .chain([LENDER])
}

/// Every setting.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    sections().flat_map(|section| section.settings).copied()
}
