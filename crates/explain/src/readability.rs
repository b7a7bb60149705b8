//! How easy a text is to read, from 0 (hard) to 100 (easy), in English and French.
//!
//! Both measures are of the same make: long sentences and long words cost. From 60 on a text is
//! plain, below 30 it is a scholar's. Texts of a line or two scatter widely; judge many at once.

use limpide_model::Lang;

/// Gives a text's reading ease: Flesch's for English, Kandel and Moles' for French.
///
/// `None` for a text without words. A number counts as a word of one syllable: both formulas are of
/// prose, and figures are read at a glance.
///
/// # Source
/// Flesch, "A new readability yardstick", Journal of Applied Psychology 32, 1948:
/// 206.835 − 1.015 · words a sentence − 84.6 · syllables a word. Kandel and Moles, "Application de
/// l’indice de Flesch à la langue française", Cahiers Études de Radio-Télévision 19, 1958:
/// 207 − 1.015 · words a sentence − 73.6 · syllables a word.
pub fn reading_ease(text: &str, lang: Lang) -> Option<f64> {
    let words: Vec<&str> = words(text);
    if words.is_empty() {
        return None;
    }
    let count = words.len() as f64;
    let sentences = sentences(text).max(1) as f64;
    let syllables: usize = words.iter().map(|word| syllables(word, lang)).sum();
    let (long, heavy) = (count / sentences, syllables as f64 / count);
    Some(match lang {
        Lang::En => 206.835 - 1.015 * long - 84.6 * heavy,
        Lang::Fr => 207.0 - 1.015 * long - 73.6 * heavy,
    })
}

/// Words and numbers; what an apostrophe or a hyphen joins is two.
fn words(text: &str) -> Vec<&str> {
    // A number keeps its point, comma and narrow spaces.
    const MARKS: [char; 3] = ['.', ',', '\u{202f}'];
    let is_inside = |c: char| c.is_alphanumeric() || MARKS.contains(&c);
    text.split(|c: char| !is_inside(c))
        .flat_map(|part| {
            let is_number = part.starts_with(|c: char| c.is_ascii_digit());
            let marks: &[char] = if is_number { &[] } else { &MARKS };
            part.trim_end_matches(MARKS).split(marks)
        })
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect()
}

/// Ends of sentences: a full stop, question or exclamation mark before a space or the end.
fn sentences(text: &str) -> usize {
    let mut letters = text.trim_end().chars().peekable();
    let mut found = 0;
    while let Some(letter) = letters.next() {
        let ends = letters.peek().is_none_or(|next| next.is_whitespace());
        if matches!(letter, '.' | '?' | '!') && ends {
            found += 1;
        }
    }
    found
}

/// Counts the syllables of a word as groups of vowels, less the silent e; at least one.
fn syllables(word: &str, lang: Lang) -> usize {
    let mut lower = word.to_lowercase();
    if lower.starts_with(|c: char| c.is_ascii_digit()) {
        return 1;
    }
    if lang == Lang::Fr {
        // The u of "banque" is not said, and the é of "échéance" stands apart.
        for (from, to) in [
            ("qu", "q"),
            ("gue", "ge"),
            ("gui", "gi"),
            ("éa", "é-a"),
            ("éo", "é-o"),
        ] {
            lower = lower.replace(from, to);
        }
    }
    let is_vowel = |c: char| match lang {
        Lang::En => "aeiouy".contains(c),
        Lang::Fr => "aeiouyàâäéèêëîïôöùûüœæ".contains(c),
    };
    let mut groups = 0;
    let mut inside = false;
    for letter in lower.chars() {
        if is_vowel(letter) && !inside {
            groups += 1;
        }
        inside = is_vowel(letter);
    }
    let silent = match lang {
        // "made", "based" and "loans", but not "table" or "granted".
        Lang::En => {
            let stem = lower.strip_suffix("es").or(lower.strip_suffix("ed"));
            let stem = stem.or(lower.strip_suffix('e'));
            stem.is_some_and(|stem| {
                let last = stem.chars().next_back();
                let voiced = lower.ends_with("le")
                    || (lower.ends_with("ed") && matches!(last, Some('t' | 'd')))
                    || (lower.ends_with("es") && matches!(last, Some('s' | 'z' | 'x' | 'h' | 'g')));
                last.is_some_and(|last| !is_vowel(last)) && !voiced
            })
        }
        Lang::Fr => {
            let stem = ["es", "ent", "e"]
                .iter()
                .find_map(|end| lower.strip_suffix(end));
            // "paient" is silent; nouns in -ment are not.
            let voiced = lower.ends_with("ment") || lower.ends_with("cent");
            stem.is_some_and(|stem| {
                stem.chars().next_back().is_some_and(|last| !is_vowel(last)) && !voiced
            })
        }
    };
    (groups - usize::from(silent && groups > 1)).max(1)
}

#[cfg(test)]
mod tests {
    use Lang::{En, Fr};

    use super::*;

    #[test]
    fn syllables_are_counted_as_they_are_said() {
        for (word, count) in [
            ("loan", 1),
            ("made", 1),
            ("table", 2),
            ("granted", 2),
            ("income", 2),
            ("based", 1),
            ("instalment", 3),
            ("the", 1),
            ("request", 2),
            ("24,000", 1),
            ("credits", 2),
        ] {
            assert_eq!(syllables(word, En), count, "{word}");
        }
        for (word, count) in [
            ("prêt", 1),
            ("demande", 2),
            ("mensualité", 4),
            ("crédits", 2),
            ("retard", 2),
            ("le", 1),
            ("banques", 1),
            ("paiement", 2),
            ("échéances", 3),
            ("revenu", 3),
        ] {
            assert_eq!(syllables(word, Fr), count, "{word}");
        }
    }

    #[test]
    fn words_and_sentences_are_told_apart() {
        assert_eq!(words("L’emploi, 14 mois."), ["L", "emploi", "14", "mois"]);
        assert_eq!(
            words("It is €24,000.50, no more."),
            ["It", "is", "24,000.50", "no", "more"]
        );
        assert_eq!(sentences("One. Two? 3.5 is three."), 3);
    }

    #[test]
    fn the_formulas_are_those_of_their_authors() {
        // Six words of six syllables, one sentence.
        let ease = reading_ease("The cat sat on the mat.", En).unwrap();
        assert!((ease - (206.835 - 1.015 * 6.0 - 84.6)).abs() < 1e-12);
        // Six words of seven syllables.
        let ease = reading_ease("Le chat dort sur le tapis.", Fr).unwrap();
        assert!((ease - (207.0 - 1.015 * 6.0 - 73.6 * 7.0 / 6.0)).abs() < 1e-12);
        assert_eq!(reading_ease("…", Fr), None);
    }
}
