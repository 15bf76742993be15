//! The sandbox of vendors as a program.

use std::io::{self, Write};

use clap::Parser;
use jiff::Timestamp;
use sandbox::control::{Sandbox, Settings};
use sandbox::server::{Shared, serve};
use sandbox::{paystack, slack};
use tokio::net::TcpListener;

/// Stands in for Paystack and Slack on one port, under /paystack and /slack.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The address to listen on; port 0 for a free one, which is printed.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: std::net::SocketAddr,
    /// The secret key that Paystack's requests must carry; its prefix decides the mode.
    #[arg(long, default_value = "sk_test_sandbox")]
    paystack_key: String,
    /// Requests per Paystack endpoint and minute; 0 for no limit [default: 100 test, 600 live].
    #[arg(long)]
    paystack_rate_limit: Option<u32>,
    /// The bot token that Slack's requests must carry.
    #[arg(long, default_value = "xoxb-sandbox")]
    slack_token: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let options = Options::parse();
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let sandbox = Sandbox::new(Settings {
        paystack: paystack::Settings {
            rate_limit: options.paystack_rate_limit,
            upload_base: format!("http://{address}/paystack"),
            ..paystack::Settings::with_key(&options.paystack_key)
        },
        slack: slack::Settings {
            token: options.slack_token,
            ..slack::Settings::default()
        },
    });
    writeln!(io::stdout(), "listening on http://{address}")?;
    io::stdout().flush()?;
    serve(listener, Shared::new(sandbox, now)).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox's edge: its models are told the time"
)]
fn now() -> Timestamp {
    Timestamp::now()
}
