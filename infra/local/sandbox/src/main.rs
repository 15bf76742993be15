//! The sandbox of vendors as a program.

use std::io::{self, Write};

use clap::Parser;
use jiff::Timestamp;
use sandbox::control::{Sandbox, Settings};
use sandbox::dialnexa::DialNexa;
use sandbox::journal::Journal;
use sandbox::server::{Shared, serve};
use sandbox::{gmail, hubspot, identity, paystack, quickbooks, slack, stripe, zendesk};
use tokio::net::TcpListener;

/// Stands in for Paystack and the systems around it on one port, each under its name.
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
    /// A file in which everything asked is written down, and from which the sandbox goes on.
    #[arg(long)]
    journal: Option<std::path::PathBuf>,
    /// The bot token that Slack's requests must carry.
    #[arg(long, default_value = "xoxb-sandbox")]
    slack_token: String,
    /// The agent's address that Zendesk's requests must carry.
    #[arg(long, default_value = "billing-bot@example.com")]
    zendesk_email: String,
    /// The token that Zendesk's requests must carry.
    #[arg(long, default_value = "zendesk-sandbox")]
    zendesk_token: String,
    /// The token that requests to the CRM must carry.
    #[arg(long, default_value = "pat-sandbox")]
    hubspot_token: String,
    /// The refresh token that Google gives access tokens for.
    #[arg(long, default_value = "google-refresh-sandbox")]
    gmail_refresh_token: String,
    /// The restricted key that Stripe's requests must carry.
    #[arg(long, default_value = "rk_test_sandbox")]
    stripe_key: String,
    /// The client secret that Intuit's token requests must carry.
    #[arg(long, default_value = "intuit-secret-sandbox")]
    quickbooks_client_secret: String,
    /// The refresh token that Intuit gives access tokens for, until it rotates.
    #[arg(long, default_value = "intuit-refresh-0")]
    quickbooks_refresh_token: String,
    /// The secret by which the identity provider knows the desk.
    #[arg(long, default_value = "sandbox")]
    identity_secret: String,
    /// The key that requests to DialNexa's API must carry.
    #[arg(long, default_value = "key_sandbox:secret")]
    dialnexa_key: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let options = Options::parse();
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let mut sandbox = Sandbox::new(Settings {
        paystack: paystack::Settings {
            rate_limit: options.paystack_rate_limit,
            upload_base: format!("http://{address}/paystack"),
            ..paystack::Settings::with_key(&options.paystack_key)
        },
        slack: slack::Settings {
            token: options.slack_token,
            ..slack::Settings::default()
        },
        zendesk: zendesk::Settings {
            email: options.zendesk_email,
            token: options.zendesk_token,
            ..zendesk::Settings::default()
        },
        hubspot: hubspot::Settings {
            token: options.hubspot_token,
            ..hubspot::Settings::default()
        },
        gmail: gmail::Settings {
            refresh_token: options.gmail_refresh_token,
            ..gmail::Settings::default()
        },
        stripe: stripe::Settings {
            key: options.stripe_key,
            ..stripe::Settings::default()
        },
        quickbooks: quickbooks::Settings {
            client_secret: options.quickbooks_client_secret,
            refresh_token: options.quickbooks_refresh_token,
            ..quickbooks::Settings::default()
        },
        identity: identity::Settings {
            issuer: format!("http://{address}/identity"),
            client_id: "ledgerline".to_owned(),
            client_secret: options.identity_secret,
        },
        dialnexa: DialNexa::new(&options.dialnexa_key),
    });
    writeln!(io::stdout(), "listening on http://{address}")?;
    io::stdout().flush()?;
    let journal = options
        .journal
        .map(|path| Journal::resume(&path, &mut sandbox))
        .transpose()?;
    let shared = Shared::new(sandbox, now);
    let shared = match journal {
        Some(journal) => shared.with_journal(journal),
        None => shared,
    };
    serve(listener, shared).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox's edge: its models are told the time"
)]
fn now() -> Timestamp {
    Timestamp::now()
}
