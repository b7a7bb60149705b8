//! A full disk: a small file system in memory, filled to its last byte.
//!
//! It is mounted in a name space of the test's own, so nobody else sees it and it goes away with the test. Where that
//! is not allowed the test says that it was skipped.

use std::process::Command;

use crate::workspace::{PROGRAM, Ran, folder, source, text, workspace};

/// Fills the file system, runs every command that writes, makes room again, and looks at what is left.
const SCRIPT: &str = r#"
set -u
mount -t tmpfs -o size=24m tmpfs "$DISK" || exit 77
cp -r "$PREPARED" "$DISK/workspace" || exit 78
limpide() { "$PROGRAM" --workspace "$DISK/workspace" "$@"; }
# What `df` still calls free is taken in smaller and smaller pieces.
for block in 65536 4096 1; do dd if=/dev/zero of="$DISK/filler-$block" bs=$block 2>/dev/null; done
try() {
    name=$1; shift
    "$@" >"$OUT/$name.out" 2>"$OUT/$name.err"
    echo $? >"$OUT/$name.code"
}
cp "$DISK/workspace/portfolio.json" "$OUT/before.json"
cp "$DISK/workspace/features.json" "$OUT/features-before.json"
try ingest limpide ingest "$SOURCE"
try features limpide features
try train limpide train
try score limpide score --out "$DISK/scores.csv"
try synth limpide synth --clients 100 --out "$DISK/synthetic"
try zip limpide synth --clients 100 --out "$DISK/synthetic.zip"
try user limpide user add camille --role adviser
try explain limpide explain --client 100002
rm "$DISK"/filler-*
cp "$DISK/workspace/portfolio.json" "$OUT/after.json"
cp "$DISK/workspace/features.json" "$OUT/features-after.json"
ls "$DISK/workspace/portfolio" "$DISK/workspace/features" "$DISK" >"$OUT/left"
try again limpide --json features
"#;

#[test]
fn a_full_disk_is_named_and_what_was_there_stays() {
    let (disk, out, prepared) = (folder(), folder(), workspace());
    let ran = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", SCRIPT])
        .env("DISK", disk.path())
        .env("OUT", out.path())
        .env("PREPARED", prepared.path())
        .env("SOURCE", source())
        .env("PROGRAM", PROGRAM)
        .output();
    let ran = match ran {
        Ok(ran) => Ran::from(ran),
        Err(error) => return eprintln!("SKIPPED: unshare cannot be run: {error}"),
    };
    if ran.code == Some(77) || ran.err.contains("unshare failed") || ran.err.contains("unshare: ") {
        return eprintln!(
            "SKIPPED: no file system may be mounted here: {}",
            ran.err.trim()
        );
    }
    assert_ne!(
        ran.code,
        Some(78),
        "the prepared workspace is too large: {}",
        ran.err
    );
    let read = |name: &str| std::fs::read_to_string(out.path().join(name)).unwrap();
    let of = |name: &str| Ran {
        code: read(&format!("{name}.code")).trim().parse().ok(),
        out: read(&format!("{name}.out")),
        err: read(&format!("{name}.err")),
    };
    let full = "No space left on device";
    for name in ["ingest", "features", "train", "score", "synth", "zip"] {
        of(name).refuses(&[text(disk.path()), full]);
    }
    // SQLite says it in its own words.
    of("user").refuses(&["full"]);
    let explained = of("explain");
    assert_eq!(
        explained.code,
        Some(0),
        "reading needs no room: {}",
        explained.err
    );
    assert_eq!(read("before.json"), read("after.json"));
    assert_eq!(read("features-before.json"), read("features-after.json"));
    assert!(!read("left").contains("partial"), "{}", read("left"));
    assert!(!read("left").contains("synthetic"), "{}", read("left"));
    assert!(!read("left").contains("scores.csv"), "{}", read("left"));
    let before: serde_json::Value = serde_json::from_str(&read("features-before.json")).unwrap();
    assert_eq!(of("again").json()["hash"], before["hash"]);
}
