//! Lines whose fields stand apart by any run of spaces and tabs, handed on with one tab between them.

use std::io::{self, Read};

/// A stream of text, counted; runs of spaces and tabs become one tab if that is asked for, and none at the ends of
/// a line.
pub(crate) struct Fields<'a> {
    input: &'a mut dyn Read,
    squeezes: bool,
    /// Bytes of the input so far.
    pub bytes: u64,
    /// A run of blanks has begun whose tab is still owed.
    owes_tab: bool,
    is_line_start: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(input: &'a mut dyn Read, squeezes: bool) -> Self {
        Self {
            input,
            squeezes,
            bytes: 0,
            owes_tab: false,
            is_line_start: true,
        }
    }
}

impl Read for Fields<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A tab owed from before takes a place of its own; buffers have two or more.
        let most = buffer.len().saturating_sub(1).max(1);
        loop {
            let mut read = vec![0; if self.squeezes { most } else { 0 }];
            let count = match self.squeezes {
                true => self.input.read(&mut read)?,
                false => self.input.read(buffer)?,
            };
            self.bytes += count as u64;
            if !self.squeezes || count == 0 {
                return Ok(count);
            }
            let mut written = 0;
            for &byte in &read[..count] {
                match byte {
                    b' ' | b'\t' => self.owes_tab = !self.is_line_start,
                    b'\n' | b'\r' => {
                        self.owes_tab = false;
                        self.is_line_start = true;
                        buffer[written] = byte;
                        written += 1;
                    }
                    _ => {
                        if self.owes_tab {
                            buffer[written] = b'\t';
                            written += 1;
                        }
                        self.owes_tab = false;
                        self.is_line_start = false;
                        buffer[written] = byte;
                        written += 1;
                    }
                }
            }
            // Nothing but blanks is not the end.
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_blanks_are_one_tab_however_the_stream_is_cut() {
        let text = "  a  b \t c\n1 2   3 \r\n\n x\ty  z";
        for size in [2, 3, 5, 64] {
            let mut input = text.as_bytes();
            let mut fields = Fields::new(&mut input, true);
            let (mut all, mut buffer) = (Vec::new(), vec![0; size]);
            loop {
                let count = fields.read(&mut buffer).unwrap();
                if count == 0 {
                    break;
                }
                all.extend_from_slice(&buffer[..count]);
            }
            assert_eq!(
                String::from_utf8(all).unwrap(),
                "a\tb\tc\n1\t2\t3\r\n\nx\ty\tz"
            );
            assert_eq!(fields.bytes, text.len() as u64);
        }
    }
}
