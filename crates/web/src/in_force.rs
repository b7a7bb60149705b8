//! What the server was set to when it started, as those who administer may read it. The program tells it; nothing
//! here reads a setting, and no secret reaches this far.

use limpide_model::Text;

/// Settings that belong together.
#[derive(Clone, Debug)]
pub struct SettingSection {
    /// What people call them.
    pub title: Text,
    /// In the order in which they are told.
    pub settings: Vec<SettingInForce>,
}

/// A setting and what it holds.
#[derive(Clone, Debug)]
pub struct SettingInForce {
    /// Its key in the configuration file.
    pub key: String,
    /// What it does.
    pub about: Text,
    /// What it holds.
    pub value: SettingValue,
    /// Who said so.
    pub source: SettingSource,
    /// Its variable of the environment.
    pub variable: String,
    /// Its flag; `None` where a flag would give a secret away: then the file may not hold it either.
    pub flag: Option<String>,
}

/// What a setting holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// Nothing.
    Nothing,
    /// Something that nobody may read.
    Hidden,
    /// What may be shown of it.
    Shown(String),
}

/// Who set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// Nobody.
    Default,
    /// The flag of the command line.
    Flag,
    /// The variable of the environment.
    Variable,
    /// A line of the configuration file.
    File {
        /// The file.
        path: String,
        /// Its line, from 1.
        line: usize,
    },
}
