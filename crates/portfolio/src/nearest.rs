//! The valid name that is nearest to one that is not.

/// Characters of the longest name that is looked for: nobody mistypes a longer one.
const LONGEST: usize = 64;

/// The candidate that the fewest changes of letters lead to; upper and lower case count as one. `None` if there is
/// no candidate, or the name is longer than 64 characters.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.chars().nth(LONGEST).is_some() {
        return None;
    }
    let letters: Vec<char> = name.to_lowercase().chars().collect();
    candidates.into_iter().min_by_key(|candidate| {
        let other: Vec<char> = candidate.to_lowercase().chars().collect();
        (distance(&letters, &other), candidate.len(), *candidate)
    })
}

/// What was expected, and which of it was perhaps meant.
pub(crate) fn perhaps(expected: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("{expected}, perhaps {meant}"),
        None => expected.to_owned(),
    }
}

/// Letters to insert, remove or replace, and neighbours to swap, between two words.
///
/// # Source
/// The optimal string alignment distance: Boytsov, "Indexing methods for approximate dictionary
/// searching", ACM JEA 16, 2011, section 2.1.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row.push(best);
        }
        before_last = last;
        last = row;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_the_one_that_was_meant() {
        let names = ["DAYS_CREDIT", "DAYS_CREDIT_UPDATE", "CREDIT_TYPE", "label"];
        for (typed, meant) in [
            ("DAYS_CREDT", "DAYS_CREDIT"),
            ("DAYS_CREIDT", "DAYS_CREDIT"),
            ("days_credit", "DAYS_CREDIT"),
            ("DAYS_CREDITUPDATE", "DAYS_CREDIT_UPDATE"),
            ("lable", "label"),
        ] {
            assert_eq!(nearest(typed, names), Some(meant));
        }
        assert_eq!(nearest("x", []), None);
        assert_eq!(nearest(&"x".repeat(65), names), None);
    }
}
