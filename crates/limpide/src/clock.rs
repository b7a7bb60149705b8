//! The time of day, for records of who did what and when; nothing that is computed depends on it.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Now, to the second, in universal time.
pub fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    now.replace_nanosecond(0).unwrap_or(now)
}

/// A moment as RFC 3339 writes it: `2026-11-22T23:59:00Z`.
pub fn written(moment: OffsetDateTime) -> String {
    moment
        .format(&Rfc3339)
        .expect("a year of four digits can be written")
}

/// A moment in seconds since 1970, as [`written`]; the number itself if no year has it.
pub fn written_seconds(seconds: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(seconds) {
        Ok(moment) => written(moment),
        Err(_) => seconds.to_string(),
    }
}

/// A moment as the name of a folder: `20261122T235900Z`.
pub fn compact(moment: OffsetDateTime) -> String {
    written(moment).replace(['-', ':'], "")
}

/// Who is at work: the name given, else that of the system's user, else `unknown`.
pub fn who(given: Option<&str>) -> String {
    let user = || {
        let names = ["USER", "LOGNAME", "USERNAME"];
        names.into_iter().find_map(|name| std::env::var(name).ok())
    };
    given
        .map(str::to_owned)
        .or_else(user)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}
