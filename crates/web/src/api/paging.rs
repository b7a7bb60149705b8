//! Pages of long lists: how many items, after which one, and where the next page is.
//!
//! A cursor holds what the last item is sorted by, so that items that come or go meanwhile neither
//! repeat nor hide others. Only its bytes in hexadecimal are seen: nobody is to make one.

use axum::http::Uri;

use crate::error::{Error, FieldProblem};

/// Items on a page unless another number is asked for.
pub(crate) const USUAL: usize = 50;
/// Most items on a page.
pub(crate) const MOST: usize = 500;

/// How many items a page holds.
pub(crate) fn limit(asked: Option<&str>) -> Result<usize, Error> {
    let Some(found) = asked else {
        return Ok(USUAL);
    };
    let limit = found
        .parse()
        .ok()
        .filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(|| {
        let expected = format!("a whole number from 1 to {MOST}");
        Error::Row(vec![FieldProblem::new("limit", told(found), expected)])
    })
}

/// A cursor of these bytes.
pub(crate) fn cursor(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a cursor.
pub(crate) fn bytes_of(cursor: &str) -> Result<Vec<u8>, Error> {
    let digits = cursor.as_bytes();
    let pairs = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair)
            .ok()
            .filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs
        .collect::<Option<_>>()
        .ok_or_else(|| wrong_cursor(cursor))
}

/// What is no cursor of this list.
pub(crate) fn wrong_cursor(found: &str) -> Error {
    let expected = "what the page before gave under next, with the same order";
    Error::Row(vec![FieldProblem::new("after", told(found), expected)])
}

/// The address of the next page: all that was asked, after another item.
pub(crate) fn next(uri: &Uri, cursor: &str) -> String {
    let asked = uri.query().unwrap_or_default().split('&');
    let asked = asked.filter(|part| !part.is_empty() && !part.starts_with("after="));
    let mut next = format!("{}?", uri.path());
    for part in asked {
        next.push_str(part);
        next.push('&');
    }
    next + "after=" + cursor
}

/// A value of a query as a message shows it.
pub(crate) fn told(found: &str) -> String {
    const MOST: usize = 60;
    format!("{:?}", found.chars().take(MOST).collect::<String>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_cursor_gives_its_bytes_back() {
        let bytes = [0, 7, 255, 16];
        assert_eq!(bytes_of(&cursor(&bytes)).unwrap(), bytes);
        for wrong in ["0", "zz", "é"] {
            assert!(bytes_of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_next_page_is_asked_for_in_the_same_words() {
        let uri: Uri = "/api/v1/clients?q=10&after=00&sort=number".parse().unwrap();
        assert_eq!(
            next(&uri, "ff"),
            "/api/v1/clients?q=10&sort=number&after=ff"
        );
        let uri: Uri = "/api/v1/clients".parse().unwrap();
        assert_eq!(next(&uri, "ff"), "/api/v1/clients?after=ff");
    }
}
