//! Text to lines of a width: as many words as fit, French signs kept with their words, and words that are
//! too long for a line cut.

use krilla::text::KrillaGlyph;

use crate::fonts::{Prepared, Style, shape};

/// A line, ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// In points, without the space at its end.
    pub(crate) width: f32,
    /// What the text is to be read as, where a sign was replaced.
    pub(crate) read_as: Option<String>,
    pub(crate) style: Style,
}

/// Sets a text in lines of at most this width; a line feed begins a new one.
pub(crate) fn set(text: &str, style: Style, width: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let text = text.trim();
    let mut paragraphs = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .peekable();
    while let Some(paragraph) = paragraphs.next() {
        let mut paragraph = paragraph.trim().to_owned();
        if paragraphs.peek().is_some() {
            // Whoever reads the file's text finds words apart, also where lines end.
            paragraph.push(' ');
        }
        set_paragraph(
            &Prepared::new(&paragraph, style.weight),
            style,
            width,
            &mut lines,
        );
    }
    lines
}

/// Sets a text in one line, however wide.
pub(crate) fn set_one(text: &str, style: Style) -> Line {
    let prepared = Prepared::new(text.trim(), style.weight);
    let glyphs = shape(&prepared.text, &style);
    line(&prepared, &glyphs, style)
}

fn set_paragraph(prepared: &Prepared, style: Style, width: f32, lines: &mut Vec<Line>) {
    let glyphs = shape(&prepared.text, &style);
    let most = width / style.size;
    // The line's first glyph, its width so far, and the last place where it may end.
    let (mut start, mut reached, mut end) = (0, 0.0, None);
    let mut at = 0;
    while at < glyphs.len() {
        let glyph = &glyphs[at];
        let place = glyph.text_range.start;
        if at > start && may_break(&prepared.text, place) {
            end = Some(at);
        }
        let is_space = prepared.text[glyph.text_range.clone()].chars().all(breaks);
        if reached + glyph.x_advance > most && !is_space && at > start {
            let cut = end.unwrap_or_else(|| cluster_start(&glyphs, start, at));
            lines.push(line(prepared, &glyphs[start..cut], style));
            (start, reached, end) = (cut, 0.0, None);
            at = cut;
            continue;
        }
        reached += glyph.x_advance;
        at += 1;
    }
    if start < glyphs.len() {
        lines.push(line(prepared, &glyphs[start..], style));
    }
}

/// The glyph that begins the cluster of this one, but never the first of the line.
fn cluster_start(glyphs: &[KrillaGlyph], first: usize, at: usize) -> usize {
    let cluster = glyphs[at].text_range.start;
    let begins = (first + 1..at).rev();
    let mut same = begins.take_while(|&before| glyphs[before].text_range.start == cluster);
    same.by_ref().last().unwrap_or(at)
}

fn line(prepared: &Prepared, glyphs: &[KrillaGlyph], style: Style) -> Line {
    let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else {
        return Line {
            text: String::new(),
            glyphs: Vec::new(),
            width: 0.0,
            read_as: None,
            style,
        };
    };
    let part = first.text_range.start..last.text_range.end;
    let text = prepared.text[part.clone()].to_owned();
    let mut glyphs = glyphs.to_vec();
    for glyph in &mut glyphs {
        glyph.text_range.start -= part.start;
        glyph.text_range.end -= part.start;
    }
    let shown = text.trim_end_matches(breaks).len();
    let seen = glyphs.iter().filter(|glyph| glyph.text_range.start < shown);
    Line {
        width: seen.map(|glyph| glyph.x_advance).sum::<f32>() * style.size,
        read_as: prepared.read_as(part),
        glyphs,
        text,
        style,
    }
}

/// A space at which a line may end; those that hold words together are none.
fn breaks(sign: char) -> bool {
    matches!(sign, ' ' | '\u{200b}' | '\u{2002}' | '\u{2003}')
}

/// Whether a line may end before this place: behind a space, unless a sign belongs to the word before
/// it; behind a hyphen or a dash between words.
fn may_break(text: &str, place: usize) -> bool {
    let mut before = text[..place].chars().rev();
    let mut after = text[place..].chars();
    let (Some(last), Some(next)) = (before.next(), after.next()) else {
        return false;
    };
    let inner = before.next().unwrap_or(' ');
    if breaks(last) {
        return !matches!(next, '?' | '!' | ';' | ':' | '»' | '%' | '€') && inner != '«';
    }
    matches!(last, '-' | '‐' | '–' | '—') && inner.is_alphabetic() && next.is_alphabetic()
}

#[cfg(test)]
mod tests {
    use limpide_model::Lang;

    use super::*;
    use crate::colours::INK;

    fn style() -> Style {
        Style::regular(10.0, 14.0, INK, Lang::Fr)
    }

    fn texts(text: &str, width: f32) -> Vec<String> {
        let lines = set(text, style(), width);
        for line in &lines {
            assert!(line.width <= width, "{} is {} wide", line.text, line.width);
        }
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn words_fill_a_line_and_the_space_between_lines_stays() {
        let said = "Nous avons étudié votre demande avec soin, et voici ce qui en résulte.";
        let lines = texts(said, 120.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.concat(), said);
        for line in &lines[..lines.len() - 1] {
            assert!(line.ends_with(' '), "{line:?}");
        }
    }

    #[test]
    fn numbers_and_french_signs_stay_with_their_words() {
        for said in [
            "aaaa bbbb 24\u{202f}000\u{202f}€ cccc",
            "aaaa bbbb : cccc",
            "aaaa bbbb ? cccc",
            "aaaa « bbbb » cccc",
        ] {
            for width in 60..140 {
                for line in texts(said, width as f32) {
                    let line = line.trim_end();
                    assert!(!line.starts_with([':', '?', '»', '€']), "{width}: {line:?}");
                    assert!(!line.ends_with(['«', '\u{202f}']), "{width}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn a_word_that_is_too_long_is_cut() {
        let lines = texts(&"0123456789abcdef".repeat(4), 100.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.concat(), "0123456789abcdef".repeat(4));
    }

    #[test]
    fn a_hyphen_between_words_ends_a_line_and_a_minus_does_not() {
        assert_eq!(texts("sommes-nous", 50.0), ["sommes-", "nous"]);
        assert!(!may_break("un -5", 4));
    }

    #[test]
    fn a_sign_that_the_font_lacks_is_shown_and_read() {
        let lines = set("王 Müller 😀 Жанна", style(), 500.0);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].text, "□ Müller □ Жанна");
        assert_eq!(lines[0].read_as.as_deref(), Some("王 Müller 😀 Жанна"));
        assert_eq!(set("Müller", style(), 500.0)[0].read_as, None);
    }

    #[test]
    fn what_steers_a_text_and_is_not_seen_is_left_out() {
        assert_eq!(texts("a\u{202e}b\u{feff}c\u{0}d\te", 500.0), ["abc d e"]);
        assert_eq!(texts("un\n\ndeux", 500.0), ["un ", "deux"]);
        assert!(texts(" \n ", 500.0).is_empty());
    }
}
