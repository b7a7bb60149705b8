//! What a setting may hold.

use std::net::SocketAddr;

use limpide_web::Network;

/// What a setting may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A path of a file or a folder.
    Path,
    /// An address with its port.
    Address,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number between these, both included.
    Number {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// `true` or `false`.
    Switch,
    /// Networks, separated by commas.
    Networks,
    /// A database; where it can be read by others, without its password.
    Database,
    /// What nobody may read: from the environment or a file alone.
    Secret,
}

impl Kind {
    /// Whether a text is of this kind; what was expected if it is not.
    pub fn check(self, text: &str) -> Result<(), String> {
        let fits = match self {
            Self::Text | Self::Path | Self::Secret | Self::Database => !text.is_empty(),
            Self::Address => text.parse::<SocketAddr>().is_ok(),
            Self::OneOf(words) => words.contains(&text),
            Self::Number { least, most } => text
                .parse::<u64>()
                .is_ok_and(|number| (least..=most).contains(&number)),
            Self::Switch => text.parse::<bool>().is_ok(),
            Self::Networks => networks(text).is_some(),
        };
        if fits {
            return Ok(());
        }
        Err(self.expected())
    }

    /// What the kind is called in a sentence.
    fn expected(self) -> String {
        match self {
            Self::Text | Self::Secret => "a text".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::Database => "postgres://USER@HOST/NAME or the path of a file".to_owned(),
            Self::Address => "an address and port such as 127.0.0.1:8080".to_owned(),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
            Self::Number { least, most } => format!("a whole number from {least} to {most}"),
            Self::Switch => "true or false".to_owned(),
            Self::Networks => "addresses or networks such as 10.0.0.0/8".to_owned(),
        }
    }

    /// What stands for a value in the help.
    pub fn value_name(self) -> &'static str {
        match self {
            Self::Text | Self::Secret => "TEXT",
            Self::Path => "PATH",
            Self::Address => "ADDRESS",
            Self::OneOf(_) => "WORD",
            Self::Number { .. } => "N",
            Self::Switch => "BOOL",
            Self::Networks => "NETWORKS",
            Self::Database => "URL",
        }
    }
}

/// Networks, separated by commas; `None` where one is none.
pub fn networks(text: &str) -> Option<Vec<Network>> {
    let parts = text.split(',').map(str::trim);
    parts
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect()
}
