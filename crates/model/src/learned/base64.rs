//! Numbers in JSON that nobody reads one by one: their bytes as base64 (RFC 4648, padded).
//!
//! As decimal text the neighbours' points would take twice the space and ten times as long to read.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PADDING: u8 = b'=';

/// Writes bytes as text.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = match place <= chunk.len() {
                true => ALPHABET[(bits >> (18 - 6 * place)) as usize & 63],
                false => PADDING,
            };
            text.push(char::from(letter));
        }
    }
    text
}

/// Reads bytes back; `None` where the text is no base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let letters = text.strip_suffix(b"==").or(text.strip_suffix(b"="));
    let letters = letters.unwrap_or(text);
    let mut values = [u8::MAX; 256];
    for (value, &letter) in (0u8..).zip(ALPHABET) {
        values[usize::from(letter)] = value;
    }
    let mut bytes = Vec::with_capacity(letters.len() * 3 / 4);
    for chunk in letters.chunks(4) {
        let mut bits = 0;
        for &letter in chunk {
            let value = values[usize::from(letter)];
            if value == u8::MAX {
                return None;
            }
            bits = bits << 6 | u32::from(value);
        }
        bits <<= 6 * (4 - chunk.len());
        let wanted = chunk.len() - 1;
        bytes.extend_from_slice(bits.to_be_bytes().get(1..1 + wanted)?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_the_rfc() {
        let known = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (bytes, text) in known {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        for wrong in ["Zg=", "Z", "Zm9v!A==", "Zm 9", "===="] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
