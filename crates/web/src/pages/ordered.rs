//! Lists that readers put in order and leaf through: heads of columns that are links, and pages.

use limpide_explain::format::number;

use super::encoded;
use crate::texts::Texts;

/// What a list is put in order by, as the address says it: a column, with a minus where the largest stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sorted<'a> {
    pub(crate) column: &'a str,
    pub(crate) falling: bool,
}

/// The head of a column, which leads to the list in that order.
pub(crate) struct Head {
    pub(crate) words: String,
    /// Empty where nobody sorts by it.
    pub(crate) address: String,
    /// What `aria-sort` says; empty where the list is not sorted by it.
    pub(crate) sorted: &'static str,
    pub(crate) is_number: bool,
}

/// What a column holds, and so which end of it stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Words: from A to Z first.
    Words,
    /// Numbers: the largest first.
    Numbers,
    /// Numbers: the smallest first.
    SmallNumbers,
}

/// A column that readers sort by: what the address calls it, the key of its words, and what it holds.
pub(crate) type Sortable = (&'static str, &'static str, Holds);

impl<'a> Sorted<'a> {
    /// Reads what the address says; `usual` where it says nothing or no column of these.
    pub(crate) fn read(asked: &'a str, columns: &[Sortable], usual: &'a str) -> Self {
        let known = |asked: &str| {
            let column = asked.strip_prefix('-').unwrap_or(asked);
            columns.iter().any(|(known, ..)| *known == column)
        };
        let asked = if known(asked) { asked } else { usual };
        match asked.strip_prefix('-') {
            Some(column) => Self {
                column,
                falling: true,
            },
            None => Self {
                column: asked,
                falling: false,
            },
        }
    }

    /// The heads of all columns. `address` makes the list's address of what `sort` is to say.
    pub(crate) fn heads(
        &self,
        columns: &[Sortable],
        texts: Texts,
        address: impl Fn(&str) -> String,
    ) -> Vec<Head> {
        let heads = columns.iter();
        heads
            .map(|&(column, words, holds)| self.head(column, texts.get(words), holds, &address))
            .collect()
    }

    /// The head of a column. `address` makes the list's address of what `sort` is to say.
    pub(crate) fn head(
        &self,
        column: &str,
        words: String,
        holds: Holds,
        address: impl Fn(&str) -> String,
    ) -> Head {
        let is_sorted = self.column == column;
        let falls_next = match is_sorted {
            true => !self.falling,
            false => holds == Holds::Numbers,
        };
        let minus = if falls_next { "-" } else { "" };
        Head {
            words,
            address: address(&format!("{minus}{column}")),
            sorted: match (is_sorted, self.falling) {
                (false, _) => "",
                (true, false) => "ascending",
                (true, true) => "descending",
            },
            is_number: holds != Holds::Words,
        }
    }
}

impl Head {
    /// The head of a column that nobody sorts by.
    pub(crate) fn plain(words: String, holds: Holds) -> Self {
        Self {
            words,
            address: String::new(),
            sorted: "",
            is_number: holds != Holds::Words,
        }
    }
}

/// Where a reader stands in a list of pages.
pub(crate) struct Leaf {
    /// Which rows are shown, in words; empty where all are.
    pub(crate) words: String,
    /// Addresses; empty at the list's ends.
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Leaf {
    /// The places that a page shows, and where it stands. `page` counts from 1; what is no page is the nearest one.
    /// `address` makes the list's address of what `page` is to say.
    pub(crate) fn of(
        found: usize,
        most: usize,
        page: &str,
        texts: Texts,
        address: impl Fn(usize) -> String,
    ) -> (std::ops::Range<usize>, Self) {
        let pages = found.div_ceil(most).max(1);
        let page = page.trim().parse::<usize>().unwrap_or(1).clamp(1, pages);
        let shown = (page - 1) * most..(page * most).min(found);
        let count = |count: usize| number(count as f64, 0, texts.lang);
        let words = match pages {
            1 => String::new(),
            _ => texts.with(
                "list-shown",
                &[
                    ("from", &count(shown.start + 1)),
                    ("to", &count(shown.end)),
                    ("all", &count(found)),
                ],
            ),
        };
        let leaf = Self {
            words,
            before: if page > 1 {
                address(page - 1)
            } else {
                String::new()
            },
            after: if page < pages {
                address(page + 1)
            } else {
                String::new()
            },
        };
        (shown, leaf)
    }
}

/// An address with what is asked there; what is empty is left out.
pub(crate) fn address(path: &str, asked: &[(&str, &str)]) -> String {
    match query(asked) {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// What is asked of a page, without what is empty.
pub(crate) fn query(asked: &[(&str, &str)]) -> String {
    let asked = asked.iter().filter(|(_, value)| !value.is_empty());
    let pairs = asked.map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use limpide_model::Lang;

    use super::*;

    #[test]
    fn a_head_leads_to_the_other_order_and_an_unknown_column_to_the_usual_one() {
        let columns = [("name", "", Holds::Words), ("size", "", Holds::Numbers)];
        let at = |sort: &str| sort.to_owned();
        let sorted = Sorted::read("-size", &columns, "name");
        let head = sorted.head("size", String::new(), Holds::Numbers, at);
        assert_eq!((head.sorted, &*head.address), ("descending", "size"));
        let head = sorted.head("name", String::new(), Holds::Words, at);
        assert_eq!((head.sorted, &*head.address), ("", "name"));
        let [usual, twice] =
            ["colour", "--size"].map(|asked| Sorted::read(asked, &columns, "name"));
        assert_eq!((usual.column, usual.falling), ("name", false));
        assert_eq!(twice, usual);
        let head = usual.head("size", String::new(), Holds::Numbers, at);
        assert_eq!((head.sorted, &*head.address), ("", "-size"));
    }

    #[test]
    fn pages_hold_every_row_once() {
        let texts = Texts::new(Lang::En);
        let page = |page: &str| Leaf::of(25, 10, page, texts, |page| page.to_string());
        let (rows, leaf) = page("2");
        assert_eq!((rows, &*leaf.before, &*leaf.after), (10..20, "1", "3"));
        for (asked, rows) in [("", 0..10), ("0", 0..10), ("x", 0..10), ("99", 20..25)] {
            assert_eq!(page(asked).0, rows, "{asked:?}");
        }
        assert_eq!(page("99").1.after, "");
        let (rows, leaf) = Leaf::of(0, 10, "3", texts, |page| page.to_string());
        assert_eq!((rows, &*leaf.words), (0..0, ""));
    }

    #[test]
    fn what_is_empty_is_not_asked() {
        assert_eq!(address("/a", &[("q", "é"), ("page", "")]), "/a?q=%C3%A9");
        assert_eq!(address("/a", &[("q", "")]), "/a");
    }
}
