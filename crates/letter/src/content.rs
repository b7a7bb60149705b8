//! What a letter holds: words and numbers as they are to be read, in the reader's language.

use limpide_model::Lang;

/// A letter, or a file for the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    /// The language of all words.
    pub lang: Lang,
    /// The heading of the whole, and the file's title.
    pub title: String,
    /// Who writes.
    pub sender: String,
    /// The sender's address, line by line; none where it is not known.
    pub sender_address: Vec<String>,
    /// The day, as it is written in the letter.
    pub date: String,
    /// The same day, for the file's properties.
    pub day: Day,
    /// To whom, line by line.
    pub recipient: Vec<String>,
    /// What it is about, under the title.
    pub subject: String,
    /// What it says.
    pub body: Vec<Block>,
    /// What stands at the foot of every page, beside the page's number.
    pub foot: String,
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

/// A part of a letter.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// The heading of what follows.
    Heading(String),
    /// A paragraph; a line feed begins a new line.
    Paragraph(String),
    /// A paragraph in small print, on the page of what follows.
    Note(String),
    /// Items, each behind a dot.
    List(Vec<String>),
    /// The result: a gauge with words beside it.
    Result(Gauge, Callout),
    /// The result in words alone.
    Callout(Callout),
    /// What counted, with a bar for each effect.
    Effects(Effects),
    /// A table.
    Table(Table),
}

/// Whether something speaks for the client. Never told by colour alone: the words say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// For.
    Favour,
    /// Against.
    Against,
    /// Neither.
    Neutral,
}

/// An estimated risk on an arc that is cut at the threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    /// The risk, as it is written.
    pub figure: String,
    /// What the figure is.
    pub label: String,
    /// The threshold, as it is written.
    pub threshold: String,
    /// What the end of the arc stands for, as it is written.
    pub end: String,
    /// Where the risk stands on the arc, 0 to 1.
    pub at: f64,
    /// Where the threshold stands on the arc, 0 to 1.
    pub threshold_at: f64,
    /// All of it in words, for whoever does not see it.
    pub words: String,
}

/// Words in a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Callout {
    /// What it means for the client.
    pub tone: Tone,
    /// In one line.
    pub title: String,
    /// What there is to add.
    pub text: String,
}

/// What counted, the strongest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// What the table is, for whoever hears it.
    pub summary: String,
    /// Titles of the three columns: what counted, the bar, the number.
    pub columns: [String; 3],
    /// What counted.
    pub rows: Vec<Effect>,
}

/// Something that counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// What it is called.
    pub label: String,
    /// What it says of the client.
    pub sentence: String,
    /// How much it counted; above 0 against the client. Bars are drawn in proportion.
    pub size: f64,
    /// The same as it is written.
    pub written: String,
    /// What the bar shows, in words.
    pub words: String,
}

/// A table whose first column names its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What the table is, for whoever hears it.
    pub summary: String,
    /// The columns; without any title, no row of titles is shown.
    pub columns: Vec<Column>,
    /// The rows: a cell a column.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What it is called.
    pub title: String,
    /// Its part of the width; parts are summed up.
    pub share: f32,
    /// Where its cells stand.
    pub align: Align,
}

/// Where a cell's words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left.
    Left,
    /// At the right, with figures of one width: numbers.
    Right,
}
