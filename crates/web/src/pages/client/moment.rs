//! Moments as people read them, in universal time.

use limpide_model::Lang;
use time::format_description::well_known::Rfc3339;
use time::{Month, OffsetDateTime};

/// "23 novembre 2026 à 14:05 UTC", "23 November 2026, 14:05 UTC".
pub(crate) fn written(at: OffsetDateTime, lang: Lang) -> String {
    let (hour, minute) = (at.hour(), at.minute());
    match lang {
        Lang::Fr => format!("{} à {hour:02}:{minute:02} UTC", day(at, lang)),
        Lang::En => format!("{}, {hour:02}:{minute:02} UTC", day(at, lang)),
    }
}

/// "23 novembre 2026", "23 November 2026"; the first of a month is "1er" in French.
pub(crate) fn day(at: OffsetDateTime, lang: Lang) -> String {
    let name = match lang {
        Lang::Fr => french(at.month()).to_owned(),
        Lang::En => at.month().to_string(),
    };
    let first = if lang == Lang::Fr && at.day() == 1 {
        "er"
    } else {
        ""
    };
    format!("{}{first}\u{a0}{name} {}", at.day(), at.year())
}

/// A moment that was written for programs, in other words; as it stands where it is none.
pub(crate) fn reworded(when: &str, words: impl FnOnce(OffsetDateTime) -> String) -> String {
    OffsetDateTime::parse(when, &Rfc3339).map_or_else(|_| when.to_owned(), words)
}

fn french(month: Month) -> &'static str {
    match month {
        Month::January => "janvier",
        Month::February => "février",
        Month::March => "mars",
        Month::April => "avril",
        Month::May => "mai",
        Month::June => "juin",
        Month::July => "juillet",
        Month::August => "août",
        Month::September => "septembre",
        Month::October => "octobre",
        Month::November => "novembre",
        Month::December => "décembre",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_moment_is_written_as_its_language_does() {
        let at = OffsetDateTime::from_unix_timestamp(1_785_591_840).unwrap();
        assert_eq!(written(at, Lang::Fr), "1er\u{a0}août 2026 à 13:44 UTC");
        assert_eq!(written(at, Lang::En), "1\u{a0}August 2026, 13:44 UTC");
    }
}
