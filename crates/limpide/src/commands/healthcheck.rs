//! `limpide healthcheck`: does the server of this machine answer? For container engines, whose images
//! hold no other program that could ask.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(5);

#[derive(clap::Args)]
pub struct Arguments {
    /// The address that the server listens on.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "A")]
    address: SocketAddr,
}

/// Says nothing if all is well.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let address = arguments.address;
    ureq::get(format!("http://{address}/healthz"))
        .config()
        .timeout_global(Some(ANSWER))
        .build()
        .call()
        .with_context(|| format!("{address} does not answer as it should"))?;
    Ok(())
}
