//! On a full disk reading goes on, and writing says why it does not.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::asking::Asker;
use crate::scene::client_who_is;
use crate::served::{Served, serving};
use crate::workspace::{PROGRAM, workspace};

/// Mounts a small disk, makes a key there, tells it, and becomes the server.
const ON_A_SMALL_DISK: &str = r#"
    mount -t tmpfs -o size=8m tmpfs "$DISK" || exit 77
    "$PROGRAM" --json --workspace "$WORKSPACE" key --database "$DISK/limpide.db" \
        add tests --scopes read,decide,audit >"$WORKSPACE/key.json" || exit 1
    exec "$PROGRAM" "$@"
"#;

#[test]
fn a_full_disk_stops_deciding_and_not_reading() {
    let (workspace, disk) = (workspace(), tempfile::tempdir().unwrap());
    if let Err(reason) = may_mount(disk.path()) {
        return eprintln!("SKIPPED: no file system may be mounted here: {reason}");
    }
    let database = disk.path().join("limpide.db");
    let mut command = Command::new("unshare");
    command
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            ON_A_SMALL_DISK,
            "sh",
        ])
        .args(serving(
            workspace.path(),
            &["--database", database.to_str().unwrap()],
        ))
        .env("PROGRAM", PROGRAM)
        .env("WORKSPACE", workspace.path())
        .env("DISK", disk.path());
    let mut served = Served::by(command);
    let key = fs::read_to_string(workspace.path().join("key.json")).unwrap();
    let key: Value = serde_json::from_str(&key).unwrap();
    let program = Asker::program(served.address(), key["key"].as_str().unwrap());
    let client = client_who_is("refused", &program);
    let of_one = |rest: &str| format!("/api/v1/clients/{client}{rest}");
    program.post(&of_one("/case/proposal"), "{}").is(201);

    // The disk as the server sees it.
    let seen = Path::new("/proc")
        .join(served.pid().to_string())
        .join("root");
    let filler = seen
        .join(disk.path().strip_prefix("/").unwrap())
        .join("filler");
    let mut file = File::create(&filler).unwrap();
    for size in [65_536, 4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    let comment = format!(r#"{{"text": "{}"}}"#, "x".repeat(9000));
    // The log's file has some room of its own left.
    let mut written = 1;
    let full = loop {
        let answer = program.post(&of_one("/case/comment"), &comment);
        if answer.status != 201 {
            break answer;
        }
        written += 1;
        assert!(written < 2000, "the disk is not full");
    };
    let problem = full.problem(507);
    assert_eq!(problem["type"], "urn:limpide:problem:full");
    assert!(
        problem["detail"].as_str().unwrap().contains("disk is full"),
        "{problem}"
    );

    let case = program.get(&of_one("/case")).is(200);
    assert_eq!(case["entries"].as_array().unwrap().len(), written);
    for read in ["/score", "/explanation", "/similar"] {
        program.get_when_ready(&of_one(read)).is(200);
    }
    program
        .post(&of_one("/case/comment"), &comment)
        .problem(507);
    // With room again it goes on by itself.
    drop(file);
    fs::remove_file(&filler).unwrap();
    program.post(&of_one("/case/comment"), &comment).is(201);
    let verified = program.get("/api/v1/audit/verify").is(200);
    assert_eq!(verified["whole"], true);
    assert_eq!(verified["entries"], written + 1);
    assert!(served.runs());
}

/// Whether a disk can be mounted in a place of one's own.
fn may_mount(at: &Path) -> Result<(), String> {
    let ran = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "mount",
            "-t",
            "tmpfs",
            "tmpfs",
        ])
        .arg(at)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    match ran.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&ran.stderr).into_owned()),
    }
}
