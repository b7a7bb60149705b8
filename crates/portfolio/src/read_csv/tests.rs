//! Broken input, made by breaking good input, never panics and is always told in one line.

use super::*;

const SCHEMA: &str = r#"
client = "id"
label = "defaulted"
missing = [{ value = "365243", columns = "days*" }, { value = "XNA", columns = "*" }]
[[table]]
name = "applications"
files = [{ name = "train", labelled = true }]
unique = "id"
keys = ["id"]
numbers = ["amount", "days"]
texts = ["job"]
"#;

const GOOD: &str = "id,defaulted,amount,days,job\n\
    1,0,1500.5,-12,Cook\n\
    2,1,,365243,\"Cook, head\"\n\
    3,0,2e3,-1.0,XNA\n\
    4.0,0,7,,\"say \"\"hi\"\"\"\n";

fn read(bytes: &[u8]) -> Result<(FileSummary, Vec<RecordBatch>)> {
    let schema: Schema = toml::from_str(SCHEMA).expect("the schema above parses");
    let file = CsvFile {
        schema: &schema,
        table: &schema.tables[0],
        index: 0,
        name: "train.csv".to_owned(),
        rows_before: 0,
    };
    let mut batches = Vec::new();
    let summary = read_csv(&mut &bytes[..], &file, |batch| {
        batches.push(batch);
        Ok(())
    })?;
    Ok((summary, batches))
}

#[test]
fn sentinels_and_empty_fields_are_missing_and_counted() {
    let (summary, batches) = read(GOOD.as_bytes()).expect("the input is good");
    assert_eq!((summary.rows, summary.columns), (4, 5));
    assert_eq!(summary.bytes, GOOD.len() as u64);
    assert_eq!(summary.set_to_missing["365243"], 1);
    assert_eq!(summary.set_to_missing["XNA"], 1);
    // amount once, days twice, job once, of 20 fields.
    assert_eq!(summary.missing_share, 4.0 / 20.0);
    assert_eq!(batches.len(), 1);
    assert_eq!(batches[0].column(1).null_count(), 1);
    assert_eq!(batches[0].column(2).null_count(), 2);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_read() {
    let text = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    let (summary, _) = read(text.as_bytes()).expect("both are ordinary");
    assert_eq!(summary.rows, 4);
}

#[test]
fn broken_input_is_refused_in_one_line_and_never_panics() {
    let mut state = 1u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let mut refused = 0;
    for _ in 0..20_000 {
        let mut bytes = GOOD.as_bytes().to_vec();
        for _ in 0..=next(4) {
            let place = next(bytes.len());
            match next(5) {
                0 => bytes[place] = next(256) as u8,
                1 => bytes.truncate(place.max(1)),
                2 => bytes.insert(place, b",\"\n\xff0-"[next(6)]),
                3 => drop(bytes.remove(place.min(bytes.len() - 1))),
                _ => bytes.extend_from_within(place..),
            }
            if bytes.is_empty() {
                bytes.push(b'i');
            }
        }
        if let Err(error) = read(&bytes) {
            let words = error.to_string();
            assert!(words.starts_with("train.csv"), "{words}");
            assert!(!words.contains('\n'), "{words}");
            refused += 1;
        }
    }
    assert!(
        refused > 10_000,
        "only {refused} broken inputs were refused"
    );
}
