//! Numbers as people read them, in French and English.
//!
//! French takes a comma, and a narrow no-break space (U+202F) between thousands and before a sign;
//! English takes a point, commas, and no space. Minus is U+2212 in both. Nothing here looks up a
//! message: the few words (years, days, yes) come from the Fluent files.

use fluent_templates::fluent_bundle::FluentValue;
use limpide_model::{Feature, Kind, Lang, Unit, Value};

pub use crate::comparison::quantile_rank;
use crate::texts::{text, text_with};

/// The narrow no-break space of French typography.
pub const NARROW_SPACE: char = '\u{202f}';
/// The space that keeps a number and its word on one line.
pub const NO_BREAK_SPACE: char = '\u{a0}';
/// The minus sign.
pub const MINUS: char = '\u{2212}';

const DAYS_IN_YEAR: f64 = 365.25;
const DAYS_IN_MONTH: f64 = DAYS_IN_YEAR / 12.0;

/// Gives a label with a capital, as at the head of a line: `le revenu` → `Le revenu`.
pub fn capitalised(label: &str) -> String {
    let mut letters = label.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Writes a number with a fixed number of decimals: `1 234,5`, `1,234.5`.
pub fn number(value: f64, decimals: usize, lang: Lang) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let (separator, mark) = match lang {
        Lang::Fr => (NARROW_SPACE, ','),
        Lang::En => (',', '.'),
    };
    let mut out = String::with_capacity(digits.len() + 8);
    // What rounds to zero has no sign.
    if value < 0.0 && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
        out.push(MINUS);
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(mark);
        out.push_str(fraction);
    }
    out
}

/// Writes a number with at most so many decimals, without trailing zeros: `2,5`, `3`.
pub fn trimmed(value: f64, decimals: usize, lang: Lang) -> String {
    let mut out = number(value, decimals, lang);
    if decimals > 0 {
        let kept = out.trim_end_matches('0').trim_end_matches([',', '.']).len();
        out.truncate(kept);
    }
    out
}

/// Writes a number that carries no unit, with the decimals that its size deserves.
pub fn plain(value: f64, lang: Lang) -> String {
    let size = value.abs();
    if size >= 1000.0 || value == value.trunc() {
        return number(value, 0, lang);
    }
    if size >= 100.0 {
        return trimmed(value, 1, lang);
    }
    if size >= 0.1 {
        return trimmed(value, 2, lang);
    }
    // Two digits that say something, however small the number; beyond that it is as good as 0.
    let decimals = (1.0 - size.log10().floor()).clamp(2.0, 6.0) as usize;
    trimmed(value, decimals, lang)
}

/// Writes a probability in per cent with one decimal: `14,2 %`, `14.2%`.
pub fn percent(probability: f64, lang: Lang) -> String {
    percent_to(probability, 1, lang)
}

/// Writes a probability in per cent with so many decimals.
pub(crate) fn percent_to(probability: f64, decimals: usize, lang: Lang) -> String {
    with_percent_sign(number(probability * 100.0, decimals, lang), lang)
}

/// Writes a share in whole per cent: `14 %`, `14%`.
pub fn percent_whole(share: f64, lang: Lang) -> String {
    with_percent_sign(number(share * 100.0, 0, lang), lang)
}

/// Writes a change of probability in points, signed, with one decimal: `+5,2`, `−2.1`.
pub fn points(change: f64, lang: Lang) -> String {
    signed(number(change * 100.0, 1, lang))
}

/// Writes how far two probabilities are apart, in points, with the word: `5,2 points`; never `0,0`.
pub fn points_apart(distance: f64, lang: Lang) -> String {
    let points = 100.0 * distance.abs();
    let rounded = (points * 10.0).round() / 10.0;
    if rounded == 0.0 {
        let least = ("shown", number(0.1, 1, lang).into());
        return text_with(lang, "points-hardly", [least]);
    }
    let places = [
        ("count", FluentValue::from(rounded)),
        ("shown", number(points, 1, lang).into()),
    ];
    text_with(lang, "points-apart", places)
}

/// Writes a contribution in log-odds, signed, with two decimals: `+0,42`.
pub fn log_odds(contribution: f64, lang: Lang) -> String {
    signed(number(contribution, 2, lang))
}

/// Writes an amount in a currency, given by symbol or code: `24 000 €`, `€24,000`, `PLN 24,000`.
///
/// Cents are written below 100 only, where they are not zero.
pub fn money(amount: f64, currency: &str, lang: Lang) -> String {
    let cents = amount.abs() < 100.0 && (amount * 100.0).round() != amount.round() * 100.0;
    let digits = number(amount, if cents { 2 } else { 0 }, lang);
    if currency.is_empty() {
        return digits;
    }
    match lang {
        Lang::Fr => format!("{digits}{NARROW_SPACE}{currency}"),
        Lang::En => {
            let (sign, digits) = match digits.strip_prefix(MINUS) {
                Some(digits) => (MINUS.to_string(), digits),
                None => (String::new(), digits.as_str()),
            };
            let gap = if currency.chars().all(char::is_alphanumeric) {
                NO_BREAK_SPACE.to_string()
            } else {
                String::new()
            };
            format!("{sign}{currency}{gap}{digits}")
        }
    }
}

/// Writes a time span given in days, whichever way it is counted: `34 ans`, `14 mois`, `12 jours`.
///
/// Years from 2 years on (completed years, as an age is said), months from 2 months on, else days.
pub fn days(days: f64, lang: Lang) -> String {
    let span = days.abs();
    let months = (span / DAYS_IN_MONTH).round();
    if span >= 2.0 * DAYS_IN_YEAR {
        counted("years", (span / DAYS_IN_YEAR).floor(), 0, lang)
    } else if months >= 2.0 {
        counted("months", months, 0, lang)
    } else {
        counted("days", span.round(), 0, lang)
    }
}

/// Writes a day counted from the application: `3 ans avant la demande`.
pub fn date(days_after: f64, lang: Lang) -> String {
    let key = match days_after.round() {
        0.0 => return text(lang, "date-same"),
        days if days < 0.0 => "date-before",
        _ => "date-after",
    };
    text_with(lang, key, [("span", days(days_after, lang).into())])
}

/// Writes a day counted from the application, to the day: `5 ans, 1 mois, 12 jours avant la demande`.
///
/// It tells days apart that [`date`] puts into one year: when an instalment was due and when it was paid.
pub fn day(days_after: f64, lang: Lang) -> String {
    let mut rest = days_after.abs().round();
    if rest == 0.0 {
        return text(lang, "date-same");
    }
    let mut parts = Vec::with_capacity(3);
    let longer: &[(&str, f64)] = match rest < 2.0 * DAYS_IN_MONTH {
        true => &[],
        false => &[("years", DAYS_IN_YEAR), ("months", DAYS_IN_MONTH)],
    };
    for &(word, length) in longer {
        let count = (rest / length).floor();
        // Whole days only, so that no two days are written alike.
        rest -= (count * length).ceil();
        parts.push((word, count));
    }
    parts.push(("days", rest));
    let written = parts.iter().filter(|(_, count)| *count > 0.0);
    let span: Vec<String> = written
        .map(|(word, count)| counted(word, *count, 0, lang))
        .collect();
    let key = match days_after < 0.0 {
        true => "date-before",
        false => "date-after",
    };
    text_with(lang, key, [("span", span.join(", ").into())])
}

/// Writes a value of a feature as people read it; money in `currency`.
pub fn value(feature: &Feature, value: &Value, currency: &str, lang: Lang) -> String {
    match value {
        _ if value.is_missing() => text(lang, "value-missing"),
        Value::Category(category) => match feature.values.get(category) {
            Some(name) => name.get(lang).to_owned(),
            None => category.clone(),
        },
        Value::Missing => text(lang, "value-missing"),
        Value::Number(found) if feature.kind == Kind::Category => plain(*found, lang),
        Value::Number(found) => measured(feature.unit, *found, currency, lang),
    }
}

/// Writes a number in its unit; money in `currency`.
pub fn measured(unit: Unit, value: f64, currency: &str, lang: Lang) -> String {
    match unit {
        Unit::Money => money(value, currency, lang),
        Unit::Days => days(value, lang),
        Unit::Date => date(value, lang),
        // A month counted from the application, as monthly statements are.
        Unit::Months if value < 0.0 => text_with(
            lang,
            "date-before",
            [("span", counted("months", -value, 1, lang).into())],
        ),
        Unit::Months => counted("months", value, 1, lang),
        Unit::Years => counted("years", value, 1, lang),
        Unit::Share => with_percent_sign(trimmed(value * 100.0, 1, lang), lang),
        Unit::Flag if value == 1.0 => text(lang, "value-yes"),
        Unit::Flag if value == 0.0 => text(lang, "value-no"),
        // The mean of a flag over several of a client's credits.
        Unit::Flag if (0.0..1.0).contains(&value) => {
            with_percent_sign(trimmed(value * 100.0, 1, lang), lang)
        }
        Unit::Ratio | Unit::Score
            if value != value.trunc() && (0.1..100.0).contains(&value.abs()) =>
        {
            number(value, 2, lang)
        }
        Unit::Count | Unit::None | Unit::Flag | Unit::Ratio | Unit::Score => plain(value, lang),
    }
}

/// A number of years, months or days, the word in its right number.
fn counted(word: &str, count: f64, decimals: usize, lang: Lang) -> String {
    let key = match word {
        "years" => "span-years",
        "months" => "span-months",
        _ => "span-days",
    };
    let shown = trimmed(count, decimals, lang);
    let scale = 10f64.powi(decimals as i32);
    let rounded = (count.abs() * scale).round() / scale;
    text_with(
        lang,
        key,
        [
            ("count", FluentValue::from(rounded)),
            ("shown", shown.into()),
        ],
    )
}

fn with_percent_sign(digits: String, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("{digits}{NARROW_SPACE}%"),
        Lang::En => format!("{digits}%"),
    }
}

fn signed(digits: String) -> String {
    if digits.starts_with(MINUS) {
        digits
    } else {
        format!("+{digits}")
    }
}

#[cfg(test)]
mod tests {
    use Lang::{En, Fr};
    use limpide_model::{Direction, Text};

    use super::*;

    fn feature(unit: Unit) -> Feature {
        Feature {
            name: "x".into(),
            kind: Kind::Number,
            label: Text::default(),
            concept: "x".into(),
            unit,
            direction: Direction::None,
            values: Default::default(),
            actionable: false,
            protected: false,
        }
    }

    fn shown(unit: Unit, number: f64, lang: Lang) -> String {
        value(&feature(unit), &Value::Number(number), "€", lang)
    }

    #[test]
    fn per_cent_takes_a_narrow_space_and_a_comma_in_french() {
        assert_eq!(percent(0.142, Fr), "14,2\u{202f}%");
        assert_eq!(percent(0.142, En), "14.2%");
        assert_eq!(percent(1.0, Fr), "100,0\u{202f}%");
        assert_eq!(percent_whole(0.906, En), "91%");
    }

    #[test]
    fn points_are_signed_and_zero_is_never_negative() {
        assert_eq!(points(0.052, Fr), "+5,2");
        assert_eq!(points(-0.021, Fr), "\u{2212}2,1");
        assert_eq!(points(-0.021, En), "\u{2212}2.1");
        assert_eq!(points(-0.00001, En), "+0.0");
        assert_eq!(log_odds(-0.421, Fr), "\u{2212}0,42");
    }

    #[test]
    fn money_is_written_the_way_of_each_language() {
        assert_eq!(money(24_000.0, "€", Fr), "24\u{202f}000\u{202f}€");
        assert_eq!(money(24_000.0, "€", En), "€24,000");
        assert_eq!(
            money(1_234_567.89, "€", Fr),
            "1\u{202f}234\u{202f}568\u{202f}€"
        );
        assert_eq!(money(-500.0, "€", En), "\u{2212}€500");
        assert_eq!(money(-500.0, "€", Fr), "\u{2212}500\u{202f}€");
        assert_eq!(money(9.5, "€", Fr), "9,50\u{202f}€");
        assert_eq!(money(24_000.0, "PLN", En), "PLN\u{a0}24,000");
        assert_eq!(money(24_000.0, "", En), "24,000");
        assert_eq!(money(999.7, "$", En), "$1,000");
    }

    #[test]
    fn days_become_years_months_or_days() {
        assert_eq!(days(-12_600.0, Fr), "34\u{a0}ans");
        assert_eq!(days(-12_600.0, En), "34\u{a0}years");
        assert_eq!(days(-425.0, Fr), "14\u{a0}mois");
        assert_eq!(days(-425.0, En), "14\u{a0}months");
        assert_eq!(days(-730.0, Fr), "24\u{a0}mois");
        assert_eq!(days(-731.0, Fr), "2\u{a0}ans");
        assert_eq!(days(-61.0, En), "2\u{a0}months");
        assert_eq!(days(-12.0, Fr), "12\u{a0}jours");
        assert_eq!(days(-1.0, Fr), "1\u{a0}jour");
        assert_eq!(days(-1.0, En), "1\u{a0}day");
        assert_eq!(days(0.0, Fr), "0\u{a0}jour");
        assert_eq!(days(0.0, En), "0\u{a0}days");
    }

    #[test]
    fn a_day_is_written_to_the_day() {
        assert_eq!(
            day(-1837.0, Fr),
            "5\u{a0}ans, 10\u{a0}jours avant la demande"
        );
        assert_eq!(
            day(-1845.0, En),
            "5\u{a0}years, 18\u{a0}days before the request"
        );
        assert_eq!(
            day(-425.0, En),
            "1\u{a0}year, 1\u{a0}month, 28\u{a0}days before the request"
        );
        assert_eq!(day(-12.0, En), "12\u{a0}days before the request");
        assert_eq!(day(90.0, Fr), "2\u{a0}mois, 29\u{a0}jours après la demande");
        assert_eq!(day(0.0, Fr), "le jour de la demande");
        let written: std::collections::BTreeSet<String> =
            (0..4000).map(|days| day(-f64::from(days), En)).collect();
        assert_eq!(written.len(), 4000, "no two days are written alike");
    }

    #[test]
    fn every_unit_has_its_way_of_being_written() {
        assert_eq!(shown(Unit::Share, 0.31, Fr), "31\u{202f}%");
        assert_eq!(shown(Unit::Share, 0.312, En), "31.2%");
        assert_eq!(shown(Unit::Ratio, 0.31, Fr), "0,31");
        assert_eq!(shown(Unit::Ratio, 4.5, En), "4.50");
        assert_eq!(shown(Unit::Ratio, 4.0, En), "4");
        assert_eq!(shown(Unit::Score, 0.207, Fr), "0,21");
        assert_eq!(shown(Unit::Score, 0.000_043, En), "0.000043");
        assert_eq!(shown(Unit::Count, 2.0, Fr), "2");
        assert_eq!(shown(Unit::Count, 2.4, Fr), "2,4");
        assert_eq!(shown(Unit::Count, 12_345.0, En), "12,345");
        assert_eq!(shown(Unit::Months, 36.0, Fr), "36\u{a0}mois");
        assert_eq!(shown(Unit::Years, 1.0, Fr), "1\u{a0}an");
        assert_eq!(shown(Unit::Years, 1.5, Fr), "1,5\u{a0}an");
        assert_eq!(shown(Unit::Years, 1.5, En), "1.5\u{a0}years");
        assert_eq!(shown(Unit::Flag, 1.0, Fr), "oui");
        assert_eq!(shown(Unit::Flag, 0.0, En), "no");
        assert_eq!(shown(Unit::Flag, 0.25, En), "25%");
        assert_eq!(shown(Unit::None, 1234.5, Fr), "1\u{202f}234");
        assert_eq!(shown(Unit::None, -0.5, Fr), "\u{2212}0,5");
        assert_eq!(shown(Unit::None, 0.0, Fr), "0");
    }

    #[test]
    fn a_label_takes_a_capital() {
        assert_eq!(capitalised("l’ancienneté"), "L’ancienneté");
        assert_eq!(capitalised("école"), "École");
        assert_eq!(capitalised(""), "");
    }

    #[test]
    fn a_missing_value_says_so() {
        assert_eq!(
            value(&feature(Unit::Money), &Value::Missing, "€", Fr),
            "aucune donnée"
        );
        assert_eq!(
            value(&feature(Unit::Money), &Value::Number(f64::NAN), "€", En),
            "no data"
        );
        assert_eq!(
            value(
                &feature(Unit::None),
                &Value::Category("Married".into()),
                "€",
                En
            ),
            "Married"
        );
    }
}
