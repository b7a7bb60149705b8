//! What bad people send: bodies too large or too deep, values that are none, other languages' code in every field,
//! strange addresses, somebody else's cookies. Each is refused in words or kept as it is, and the server stays.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::asking::{Answer, Asker};
use crate::database::on_both;
use crate::scene::{Scene, client_who_is, clients};
use crate::served::{Served, serving};
use crate::workspace::PROGRAM;

/// Code of another language, as text.
const CODE: &str = r#"<script>alert(1)</script>'; DROP TABLE people; --{{7*7}}${7*7}%s\u0000"#;

/// The routes of the document that take a body, for a client there is.
fn posts(program: &Asker) -> Vec<String> {
    let document = program.get("/api/v1/openapi.json").is(200);
    let client = clients(1)[0].to_string();
    let mut posts = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        if methods["post"]["requestBody"].is_object() {
            posts.push(path.replace("{id}", &client));
        }
    }
    assert!(posts.len() >= 10, "{posts:?}");
    posts
}

fn is_refused(answer: &Answer, what: &str) {
    let status = answer.status;
    assert!(
        (400..500).contains(&status),
        "{what}: {status} {}",
        answer.body
    );
    if !answer.body.is_empty() {
        answer.problem(status);
    }
    assert!(
        answer.body.len() < 20_000,
        "{what}: {} bytes",
        answer.body.len()
    );
}

#[test]
fn bodies_that_cannot_be_read_are_refused_by_every_route() {
    let scene = Scene::alone();
    let mut served = scene.serve();
    let program = scene.program(&served);
    let deep = |open: &str, close: &str| {
        let text = format!(
            r#"{{"text": {}1{}}}"#,
            open.repeat(10_000),
            close.repeat(10_000)
        );
        text.into_bytes()
    };
    let bodies: [(&str, Vec<u8>); 15] = [
        ("nothing", Vec::new()),
        ("half an object", b"{".to_vec()),
        ("a list", b"[{}]".to_vec()),
        ("null", b"null".to_vec()),
        ("two objects", b"{}{}".to_vec()),
        ("10,000 lists in each other", deep("[", "]")),
        ("10,000 objects in each other", deep(r#"{"a":"#, "}")),
        ("10,000 lists that do not end", b"[".repeat(10_000)),
        ("not a number", br#"{"text": NaN}"#.to_vec()),
        ("infinity", br#"{"text": -Infinity}"#.to_vec()),
        ("a number beyond all", br#"{"text": 1e999}"#.to_vec()),
        ("half a character", br#"{"text": "\ud800"}"#.to_vec()),
        ("no UTF-8", b"{\"text\": \"\xff\xfe\"}".to_vec()),
        ("a name twice", br#"{"text": "a", "text": "b"}"#.to_vec()),
        (
            "a name twice, deep inside",
            br#"{"features": {"A": 1, "A": 2}}"#.to_vec(),
        ),
    ];
    for path in posts(&program) {
        for (what, body) in &bodies {
            let answer = program.send(&path, &[], body).unwrap();
            is_refused(&answer, &format!("{path}: {what}"));
        }
        for other in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "text/json; charset=x",
            "",
        ] {
            let answer = program
                .send(&path, &[("content-type", other)], b"{}")
                .unwrap();
            is_refused(&answer, &format!("{path}: {other:?}"));
        }
    }
    assert!(served.runs());
    let log = program.get("/api/v1/audit/log").is(200);
    assert_eq!(log["entries"], json!([]), "something was taken");
}

#[test]
fn extreme_numbers_are_scored_in_full_or_refused() {
    let scene = Scene::alone();
    let served = scene.serve();
    let program = scene.program(&served);
    let client = clients(1)[0];
    let explained = program
        .get(&format!("/api/v1/clients/{client}/explanation"))
        .is(200);
    let contributions = explained["contributions"].as_array().unwrap();
    let numbers = contributions.iter().filter(|one| one["value"].is_number());
    for one in numbers.take(20) {
        let feature = one["feature"].as_str().unwrap();
        for number in [
            "1e308",
            "-1e308",
            "5e-324",
            "9223372036854775808",
            "-0.0",
            &"9".repeat(300),
        ] {
            let body = format!(r#"{{"features": {{"{feature}": {number}}}}}"#);
            let answer = program.post("/api/v1/score?explain=true", &body);
            if answer.status != 200 {
                is_refused(&answer, &body);
                continue;
            }
            let told = answer.json();
            let probability = told["probability"].as_f64();
            assert!(
                probability.is_some_and(|it| (0.0..=1.0).contains(&it)),
                "{body}: {told}"
            );
            let sum: f64 = told["contributions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["contribution"].as_f64().unwrap())
                .sum();
            let margin = told["margin"].as_f64().unwrap();
            assert!(
                (told["base"].as_f64().unwrap() + sum - margin).abs() < 1e-9,
                "{body}"
            );
        }
    }
    let of_one = format!("/api/v1/clients/{client}");
    for number in ["1e308", "-1e308", "9223372036854775808", "1e-320"] {
        let edits = format!(r#"{{"edits": {{"AMT_CREDIT": {number}}}}}"#);
        let answer = program.post(&format!("{of_one}/what-if"), &edits);
        assert!(answer.status < 500, "{edits}: {}", answer.body);
        let rows = format!(r#"{{"tables": {{"application": [{{"AMT_CREDIT": {number}}}]}}}}"#);
        let answer = program.post("/api/v1/score/rows", &rows);
        assert!(answer.status < 500, "{rows}: {}", answer.body);
    }
}

#[tokio::test]
async fn code_in_every_field_is_kept_as_text_and_runs_nowhere() {
    on_both(async |database| {
        let scene = Scene::open(database);
        let hostile = scene.add(
            "hostile",
            &["--role", "adviser", "--full-name", CODE, "--title", CODE],
        );
        let served = scene.serve();
        let program = scene.program(&served);
        let client = client_who_is("refused", &program);
        let of_one = |rest: &str| format!("/api/v1/clients/{client}{rest}");
        let adviser = Asker::person(served.address(), "hostile", &hostile);
        adviser.post(&of_one("/case/proposal"), "{}").is(201);
        let text = format!("{CODE}\0\u{202e}\u{feff}\r\n");
        let said = json!({ "text": text }).to_string();
        let commented = adviser.post(&of_one("/case/comment"), &said).is(201);
        assert_eq!(commented["entry"]["told"]["text"], text.trim());
        assert_eq!(commented["entry"]["by"]["name"], CODE);
        let reason = json!({ "verdict": "granted", "reason": text }).to_string();
        let key = [("idempotency-key", "';DROP/**/TABLE/**/people;--<b>")];
        let path = of_one("/case/decision");
        let decided = adviser
            .send(&path, &key, reason.as_bytes())
            .unwrap()
            .is(201);
        assert_eq!(decided["entry"]["told"]["reason"], text.trim());
        // Where a field takes no text of one's own, code is told back as it came, in JSON.
        for (path, body) in [
            ("/api/v1/score", json!({"features": {CODE: 1}})),
            (
                "/api/v1/score",
                json!({"features": {"CODE_GENDER": CODE}, CODE: CODE}),
            ),
            (
                "/api/v1/score/rows",
                json!({"tables": {CODE: [{CODE: CODE}]}}),
            ),
            (of_one("/what-if").as_str(), json!({"edits": {CODE: CODE}})),
            (of_one("/ways").as_str(), json!({"only": [CODE]})),
            (of_one("/case/outcome").as_str(), json!({"outcome": CODE})),
        ] {
            is_refused(&program.post(path, &body.to_string()), path);
        }
        let encoded: String = CODE.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for path in [
            format!("/comparison?feature={encoded}&with={encoded}"),
            format!("/similar?filter={encoded}%3D{encoded}"),
            format!("/rows?feature={encoded}"),
            format!("/case?case={encoded}"),
            format!("/explanation?lang={encoded}"),
        ] {
            is_refused(&program.get_when_ready(&of_one(&path)), &path);
        }
        // A page shows it as text, wherever it comes from.
        let nobody = Asker::nobody(served.address());
        let refused = nobody.sign_in(CODE, CODE);
        let found = adviser.get(&format!("/?q={encoded}"));
        let own = adviser.get("/");
        let missing = adviser.get(&format!("/{encoded}"));
        for page in [&refused, &found, &own, &missing] {
            assert!(!page.body.contains("<script>alert"), "{}", page.body);
            assert!(
                page.header("content-security-policy")
                    .contains("default-src 'none'")
            );
        }
        assert!(own.body.contains("alert(1)"), "the name is shown");
        assert_eq!((refused.status, own.status), (401, 200));
        assert_eq!(nobody.sign_in("a\0b", "\0").status, 401);
        let verified = program.get("/api/v1/audit/verify").is(200);
        assert_eq!(
            (&verified["whole"], &verified["entries"]),
            (&json!(true), &json!(3))
        );
    })
    .await;
}

#[test]
fn strange_addresses_and_headers_are_refused_and_reach_no_client() {
    let scene = Scene::alone();
    let mut served = scene.serve();
    let client = clients(1)[0];
    let number = client.to_string();
    let authorization = format!("authorization: Bearer {}\r\n", scene.key);
    let long = "9".repeat(100_000);
    let headers: String = (0..5000).map(|at| format!("x-{at}: {at}\r\n")).collect();
    let asked = [
        (format!("/api/v1/clients/{number}%00/score"), String::new()),
        (format!("/api/v1/clients/%00{number}/score"), String::new()),
        (
            format!("/api/v1/clients/7/../{number}/score"),
            String::new(),
        ),
        (
            format!("/api/v1/clients/7%2F..%2F{number}/score"),
            String::new(),
        ),
        (format!("/api/v1/clients/..;/{number}/score"), String::new()),
        (format!("/api/v1/clients/+{number}/score"), String::new()),
        (format!("/api/v1/clients/0x{client:x}/score"), String::new()),
        (format!("/api/v1//clients/{number}/score"), String::new()),
        (format!("/api/v1/clients/{long}/score"), String::new()),
        (
            "/api/v1/clients/99999999999999999999/score".to_owned(),
            String::new(),
        ),
        ("/api/v1/clients/%ff/score".to_owned(), String::new()),
        (
            "/assets/%2e%2e/%2e%2e%2fCargo.toml".to_owned(),
            String::new(),
        ),
        ("/assets/../../../../etc/passwd".to_owned(), String::new()),
        (
            format!("/api/v1/clients/{number}/score"),
            format!("x-long: {long}{long}{long}{long}{long}\r\n"),
        ),
        (format!("/api/v1/clients/{number}/score"), headers),
        (
            format!("/api/v1/clients/{number}/score HTTP/1.1\r\nx: y"),
            "a line\r\n".to_owned(),
        ),
    ];
    for (path, headers) in asked {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{authorization}{headers}\r\n"
        );
        let answer = raw(&served, request.as_bytes());
        let what = format!("{:.80} {:.40}", path, headers);
        // Cut off without a word is refused too.
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{what}: {answer:.200}"
        );
        assert!(
            !answer.contains("probability") && !answer.contains("[package]"),
            "{what}"
        );
        assert!(served.runs(), "{what}");
    }
}

/// Sends bytes and reads what comes back until the connection ends.
fn raw(served: &Served, request: &[u8]) -> String {
    let mut stream = connect(served);
    // A server that has refused may not read on.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn connect(served: &Served) -> TcpStream {
    let place = served.address().strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(place).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream
        .set_write_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream
}

#[test]
fn bodies_of_100_megabytes_are_refused_and_not_kept() {
    const MEGABYTE: usize = 1 << 20;
    let scene = Scene::alone();
    let mut served = scene.serve();
    let program = scene.program(&served);
    let before = most_memory(&served);
    let paths = posts(&program);
    for path in paths.iter().map(String::as_str).chain(["/login"]) {
        for chunked in [false, true] {
            let length = match chunked {
                true => "transfer-encoding: chunked".to_owned(),
                false => format!("content-length: {}", 100 * MEGABYTE),
            };
            let form = "application/x-www-form-urlencoded";
            let media_type = if path == "/login" {
                form
            } else {
                "application/json"
            };
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {media_type}\r\n\
                 authorization: Bearer {}\r\n{length}\r\n\r\n",
                scene.key
            );
            let mut stream = connect(&served);
            stream.write_all(head.as_bytes()).unwrap();
            let mut part = vec![b'['; MEGABYTE];
            if chunked {
                part = [format!("{MEGABYTE:x}\r\n").as_bytes(), &part, b"\r\n"].concat();
            }
            let taken = (0..100)
                .take_while(|_| stream.write_all(&part).is_ok())
                .count();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            let answer = String::from_utf8_lossy(&answer).into_owned();
            assert!(
                answer.starts_with("HTTP/1.1 4") || (answer.is_empty() && taken < 100),
                "{path}: took {taken} MB, said {answer:.200}"
            );
        }
    }
    let grown = most_memory(&served) - before;
    assert!(grown < 150 << 20, "{} MB more", grown >> 20);
    assert!(served.runs());
    program.get("/api/v1/audit/verify").is(200);
}

/// The most memory that the server ever had, in bytes.
fn most_memory(served: &Served) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", served.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() << 10
}

#[test]
fn who_sends_slowly_is_left() {
    /// Longer than the limits that the server was given.
    const LONGEST: Duration = Duration::from_secs(15);
    let scene = Scene::alone();
    let mut command = Command::new(PROGRAM);
    command
        .args(serving(scene.workspace.path(), &[]))
        .env("LIMPIDE_HEADER_SECONDS", "3")
        .env("LIMPIDE_BODY_SECONDS", "3");
    let served = Served::by(command);
    let program = scene.program(&served);
    let head = format!(
        "POST /api/v1/score HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 10000\r\n\r\n",
        scene.key
    );
    let (served, head) = (&served, &head);
    // A byte now and then, in the middle of the header or of the body.
    thread::scope(|threads| {
        let slow: Vec<_> = [&head[..40], head.as_str()]
            .map(|start| {
                threads.spawn(move || {
                    let mut stream = connect(served);
                    stream.write_all(start.as_bytes()).unwrap();
                    stream
                        .set_read_timeout(Some(Duration::from_millis(500)))
                        .unwrap();
                    let began = Instant::now();
                    while began.elapsed() < LONGEST {
                        let mut read = [0; 1000];
                        match stream.read(&mut read) {
                            Ok(0) => return true,
                            Ok(_) => {}
                            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                            Err(_) => return true,
                        }
                        if stream.write_all(b"x").is_err() {
                            return true;
                        }
                    }
                    false
                })
            })
            .into();
        // Others are answered meanwhile.
        program.get("/healthz").is(200);
        let left: Vec<bool> = slow.into_iter().map(|one| one.join().unwrap()).collect();
        assert_eq!(left, [true, true], "in the header, in the body");
    });
}

#[tokio::test]
async fn a_cookie_opens_nothing_once_its_person_has_left() {
    on_both(async |database| {
        let scene = Scene::open(database);
        let names = ["leaves", "is-disabled", "renews"];
        let passwords = names.map(|name| scene.add(name, &["--role", "adviser"]));
        let served = scene.serve();
        let client = clients(1)[0];
        let score = format!("/api/v1/clients/{client}/score");
        let people: Vec<Asker> = (names.iter().zip(&passwords))
            .map(|(name, password)| Asker::person(served.address(), name, password))
            .collect();
        for person in &people {
            // As a thief would use it beside its person.
            let stolen = person.clone();
            stolen.get(&score).is(200);
        }
        let left = people[0].send("/logout", &[], b"").unwrap();
        assert_eq!(left.status, 303);
        scene.ask(&["user", "disable", names[1]]);
        scene.ask(&["user", "password", names[2]]);
        for replayed in &people {
            replayed.get(&score).problem(401);
            assert_eq!(replayed.get("/").header("location"), "/login");
        }
        // Neither does one that is made up, changed, or a hash out of the database.
        let again = Asker::person(served.address(), names[2], &renewed(&scene, names[2]));
        again.get(&score).is(200);
        let cookie = again.cookie().to_owned();
        let (name, token) = cookie.split_once('=').unwrap();
        let mut turned: String = token.chars().rev().collect();
        turned.push('A');
        let tokens = [
            turned.as_str(),
            "",
            "AAAAAAAAAAAAAAAAAAAAAA",
            "../../x",
            "' OR 1=1 --",
            &token[1..],
        ];
        for token in tokens {
            let made_up = Asker::session(served.address(), &format!("{name}={token}"));
            made_up.get(&score).problem(401);
        }
    })
    .await;
}

fn renewed(scene: &Scene, username: &str) -> String {
    let made: Value = scene.ask(&["user", "password", username]);
    made["password"].as_str().unwrap().to_owned()
}

#[test]
fn a_decision_changed_behind_the_programs_back_is_shown() {
    let scene = Scene::alone();
    let mut served = scene.serve();
    let program = scene.program(&served);
    let client = client_who_is("refused", &program);
    let act = |act: &str, body: &str| {
        let path = format!("/api/v1/clients/{client}/case/{act}");
        program.post(&path, body).is(201)
    };
    act("proposal", "{}");
    act(
        "decision",
        r#"{"verdict": "refused", "reason": "revenus trop justes"}"#,
    );
    let verified = program.get("/api/v1/audit/verify").is(200);
    assert_eq!(verified["whole"], true);
    served.kill();
    // Opened and closed in good order: all of the log is in one file.
    scene.ask(&["audit", "verify"]);
    let mut bytes = fs::read(&scene.database).unwrap();
    let (before, after) = (b"revenus trop justes", b"revenus trop hauts!");
    let found: Vec<usize> = (0..bytes.len() - before.len())
        .filter(|&at| &bytes[at..at + before.len()] == before)
        .collect();
    assert!(!found.is_empty());
    for at in found {
        bytes[at..at + before.len()].copy_from_slice(after);
    }
    fs::write(&scene.database, bytes).unwrap();

    let served = scene.serve();
    let shown = scene.program(&served).get("/api/v1/audit/verify").is(200);
    let broken = json!({"sequence": 2, "fault": "what the entry tells was changed"});
    assert_eq!(
        (&shown["whole"], &shown["broken"]),
        (&json!(false), &broken)
    );
    let arguments = ["audit", "verify", "--database", &scene.database];
    let told = crate::workspace::limpide(scene.workspace.path(), &arguments);
    told.refuses(&["broken at entry 2", "changed"]);
}
