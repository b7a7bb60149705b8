//! PostgreSQL over TLS, with an authority of the test's own: what is asked for is what is had.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use limpide_store::{Location, Store};

use crate::server::Server;

/// A server that speaks TLS alone, under a certificate for `localhost`; the authority that signed it and
/// another one lie beside it.
fn server() -> Option<(Server, u16)> {
    // Free a moment ago.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let port = free.unwrap().port();
    let started = Server::start_with(port, |folder| {
        make(folder, "ca", &["-subj", "/CN=Some authority"])?;
        make(folder, "other", &["-subj", "/CN=Another authority"])?;
        let signed = "-subj /CN=localhost -CA ca.pem -CAkey ca.key \
             -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost";
        make(
            folder,
            "server",
            &signed.split_whitespace().collect::<Vec<_>>(),
        )?;
        let who = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n";
        std::fs::write(folder.join("hba"), who).map_err(|error| error.to_string())?;
        let file = |name: &str| folder.join(name).display().to_string();
        Ok(vec![
            "listen_addresses=127.0.0.1".to_owned(),
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", file("server.pem")),
            format!("ssl_key_file={}", file("server.key")),
            format!("hba_file={}", file("hba")),
        ])
    });
    match started {
        Ok(server) => Some((server, port)),
        Err(reason) if std::env::var_os("CI").is_none() => {
            eprintln!("not tried over TLS: {reason}");
            None
        }
        Err(reason) => panic!("{reason}: in CI the tests must run over TLS too"),
    }
}

/// Makes NAME.key and NAME.pem.
fn make(folder: &Path, name: &str, more: &[&str]) -> Result<(), String> {
    let made = Command::new("openssl")
        .current_dir(folder)
        .args(["req", "-x509", "-nodes", "-days", "2", "-newkey", "ec"])
        .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-keyout", &format!("{name}.key"), "-out"])
        .arg(format!("{name}.pem"))
        .args(more)
        .output()
        .map_err(|error| format!("openssl: {error}"))?;
    if made.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&made.stderr).into_owned())
}

#[tokio::test]
async fn tls_is_had_as_it_is_asked_for_and_a_wrong_certificate_is_refused_in_words() {
    let Some((server, port)) = server() else {
        return;
    };
    let open = async |host: &str, settings: &str| {
        let settings = settings.replace("FOLDER", &server.folder().display().to_string());
        let url = format!("postgres://limpide:s3cret@{host}:{port}/postgres?{settings}");
        let location: Location = url.parse().unwrap();
        Store::connect(&location).await.map_err(|error| {
            let text = format!("{error} {error:?}");
            assert!(!text.contains("s3cret"), "{text}");
            error.to_string()
        })
    };
    for (host, settings) in [
        ("localhost", "sslmode=verify-full&sslrootcert=FOLDER/ca.pem"),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=FOLDER/ca.pem"),
        ("localhost", "sslmode=require"),
        ("localhost", ""),
    ] {
        let store = open(host, settings).await.unwrap();
        assert!(store.list().await.unwrap().is_empty(), "{settings}");
        store.close().await;
    }
    for (host, settings, words) in [
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/other.pem",
            "sslrootcert=FILE",
        ),
        (
            "localhost",
            "sslmode=verify-ca&sslrootcert=FOLDER/other.pem",
            "sslrootcert=FILE",
        ),
        // The authority is none of those that browsers know.
        ("localhost", "sslmode=verify-full", "sslrootcert=FILE"),
        (
            "127.0.0.1",
            "sslmode=verify-full&sslrootcert=FOLDER/ca.pem",
            "another host's",
        ),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/absent.pem",
            "absent.pem",
        ),
        // The server takes no connection that is not encrypted.
        ("localhost", "sslmode=disable", "no encryption"),
    ] {
        let error = open(host, settings).await.unwrap_err();
        assert!(error.contains(words), "{settings}: {error}");
        assert!(
            error.contains("cannot open the database postgres://limpide@"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let Ok(server) = Server::start() else {
        return;
    };
    let url = format!("{}&sslmode=require", server.url());
    let error = Store::connect(&url.parse().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
}
