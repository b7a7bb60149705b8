//! Settings as flags: made from the table, so that a setting is named in one place.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::kind::Kind;
use super::table::{self, Section, Setting};

/// Settings that some commands read.
pub trait Group {
    /// Which they are.
    const SECTIONS: &'static [&'static Section];
    /// Where their flags may stand.
    const PLACE: FlagPlace;
}

/// Where a flag may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FlagPlace {
    /// Behind its command.
    Command,
    /// Also behind the command's own commands.
    Below,
}

/// What every command reads.
#[derive(Clone)]
pub struct General;

impl Group for General {
    const SECTIONS: &'static [&'static Section] = &[table::GENERAL];
    const PLACE: FlagPlace = FlagPlace::Below;
}

/// What commands that open the database read.
#[derive(Clone)]
pub struct OfDatabase;

impl Group for OfDatabase {
    const SECTIONS: &'static [&'static Section] = &[table::OF_DATABASE];
    const PLACE: FlagPlace = FlagPlace::Below;
}

/// What serving reads.
#[derive(Clone)]
pub struct OfServe;

impl Group for OfServe {
    const SECTIONS: &'static [&'static Section] = table::OF_SERVE;
    const PLACE: FlagPlace = FlagPlace::Command;
}

/// What writing letters reads.
#[derive(Clone)]
pub struct OfLender;

impl Group for OfLender {
    const SECTIONS: &'static [&'static Section] = &[table::LENDER];
    const PLACE: FlagPlace = FlagPlace::Command;
}

/// The flags of a group that were given, by the names of their settings.
#[derive(Clone)]
pub struct Flags<G> {
    given: BTreeMap<&'static str, String>,
    group: PhantomData<G>,
}

impl<G> Flags<G> {
    /// No flag at all.
    pub fn none() -> Self {
        Self {
            given: BTreeMap::new(),
            group: PhantomData,
        }
    }

    /// These, and those of another group.
    pub fn and<H>(&self, others: &Flags<H>) -> Self {
        let mut all = self.given.clone();
        all.extend(others.given.clone());
        Self {
            given: all,
            group: PhantomData,
        }
    }

    /// What was given, by the names of the settings.
    pub fn given(&self) -> &BTreeMap<&'static str, String> {
        &self.given
    }
}

impl<G: Group> Args for Flags<G> {
    fn augment_args(command: Command) -> Command {
        let settings = settings::<G>().filter(|setting| setting.kind != Kind::Secret);
        command.args(settings.map(|setting| argument(setting, G::PLACE)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<G: Group> FromArgMatches for Flags<G> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::none();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for setting in settings::<G>() {
            if setting.kind == Kind::Secret {
                continue;
            }
            if matches.value_source(setting.name) == Some(ValueSource::CommandLine) {
                let given = matches.get_one::<String>(setting.name);
                self.given
                    .extend(given.map(|text| (setting.name, text.clone())));
            }
        }
        Ok(())
    }
}

fn settings<G: Group>() -> impl Iterator<Item = &'static Setting> {
    G::SECTIONS
        .iter()
        .flat_map(|section| section.settings)
        .copied()
}

fn argument(setting: &'static Setting, place: FlagPlace) -> Arg {
    let kind = setting.kind;
    let about = match setting.default {
        "" => setting.about.to_owned(),
        default => format!("{} [default: {default}]", setting.about),
    };
    let check = move |text: &str| -> Result<String, String> {
        kind.check(text)
            .map_err(|expected| format!("expected {expected}"))?;
        Ok(text.to_owned())
    };
    let argument = Arg::new(setting.name)
        .long(setting.name)
        .help(about)
        .value_name(kind.value_name())
        .value_parser(check)
        .global(place == FlagPlace::Below);
    match kind {
        Kind::Switch => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        _ => argument,
    }
}
