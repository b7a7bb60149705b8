//! A running `limpide serve` over a workspace, ended when dropped.

#![allow(dead_code, reason = "each test file uses its part")]

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_limpide");

/// The server and where it listens.
pub struct Served {
    program: Child,
    address: String,
}

impl Served {
    /// Starts the server and waits until it listens.
    pub fn start(workspace: &Path, arguments: &[&str]) -> Self {
        let mut program = Command::new(PROGRAM);
        program.args(serving(workspace, arguments));
        Self::by(program)
    }

    /// Waits until a command that becomes the server listens.
    pub fn by(mut program: Command) -> Self {
        let mut program = program
            .env_remove("RUST_LOG")
            .env_remove("LIMPIDE_API_KEY")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let said = program.stderr.take().expect("stderr is piped");
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        let mut all = String::new();
        let address = lines.find_map(|line| {
            all.push_str(&line);
            all.push('\n');
            let after = line.split("address=").nth(1)?;
            Some(after.split_whitespace().next()?.to_owned())
        });
        // The rest is read to its end, so that the server never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let Some(address) = address else {
            let _ = program.kill();
            panic!("the server never listened; it said:\n{all}");
        };
        Self {
            program,
            address: format!("http://{address}"),
        }
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Number of the server's process.
    pub fn pid(&self) -> u32 {
        self.program.id()
    }

    /// Ends the server at once, as `kill -9` does.
    pub fn kill(&mut self) {
        self.program.kill().expect("the server runs");
        self.program.wait().expect("the server ends");
    }

    /// Whether the server still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.program.try_wait(), Ok(None))
    }

    /// Signs in and reads a page.
    pub fn page_of(&self, username: &str, password: &str, path: &str) -> String {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .max_redirects(0)
            .build()
            .into();
        let form = [("username", username), ("password", password)];
        let signed_in = agent
            .post(format!("{}/login", self.address))
            .send_form(form)
            .expect("the server answers");
        let cookies = signed_in.headers().get_all("set-cookie").iter();
        let cookies: Vec<&str> = cookies
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect();
        let mut answer = agent
            .get(format!("{}{path}", self.address))
            .header("cookie", cookies.join("; "))
            .call()
            .expect("the server answers");
        answer.body_mut().read_to_string().expect("a page is text")
    }
}

/// The program's arguments to serve a workspace at a free port.
pub fn serving(workspace: &Path, arguments: &[&str]) -> Vec<OsString> {
    let mut all: Vec<OsString> = vec!["--workspace".into(), workspace.into()];
    all.extend(["serve", "--listen", "127.0.0.1:0"].map(OsString::from));
    all.extend(arguments.iter().map(OsString::from));
    all
}

impl Drop for Served {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
