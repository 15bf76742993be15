//! Looks a deployment over, and says of each thing that is wrong what to do about it, in words that
//! need no knowledge of the code. It changes nothing: its deliveries are ones that must be refused.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Settings;

use crate::connect::{Connector, Finding, Which};
use crate::drift;
use crate::error::OpsError;
use crate::place::Place;
use crate::style;

/// How far this machine's clock may be from the deployment's. AWS refuses requests that are five
/// minutes off.
const MOST_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// How long one exchange may take.
const TIME_OUT: Duration = Duration::from_secs(20);

/// What DialNexa sends when a webhook is registered: the one thing that is taken in unsigned.
const GREETING: &str = r#"{"event_type":"verification","payload":{"message":"ledgerline doctor"}}"#;

/// A delivery in no shape of anybody's: it must be refused for its signature before it is read.
const FORGED: &str = r#"{"event_type":"doctor"}"#;

/// What one check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict", content = "words")]
pub enum Verdict {
    /// As it should be.
    Well,
    /// It was not looked at, and why.
    Skipped(String),
    /// What is wrong, and what to do.
    Fault(Vec<String>),
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub what: String,
    /// What it came to.
    #[serde(flatten)]
    pub verdict: Verdict,
}

impl Check {
    fn new(what: impl Into<String>, verdict: Verdict) -> Self {
        Self {
            what: what.into(),
            verdict,
        }
    }

    fn of(what: impl Into<String>, faults: Vec<String>) -> Self {
        let verdict = if faults.is_empty() {
            Verdict::Well
        } else {
            Verdict::Fault(faults)
        };
        Self::new(what, verdict)
    }

    /// Whether somebody has to do something.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        matches!(self.verdict, Verdict::Fault(_))
    }
}

/// Looks the settings in one folder over, and the policies in another: on the local stack they lie
/// apart.
#[must_use]
pub fn settings(config: &Path, policies: &Path) -> Check {
    let told = |error: String| format!("{error}: edit it, run `make check`, deploy again");
    let mut faults = Vec::new();
    match Settings::load(config) {
        Ok(settings) => {
            let mapping = classify::mapping(&settings);
            faults.extend(mapping.err().map(|error| told(error.to_string())));
        }
        Err(error) => faults.push(told(error.to_string())),
    }
    let policy = execute::policy::Policy::check(policies);
    faults.extend(policy.err().map(|error| told(error.to_string())));
    Check::of(
        format!("settings in {}, and policies", config.display()),
        faults,
    )
}

/// Looks every credential over, each with its own system.
pub async fn credentials(connector: &Connector) -> Vec<Check> {
    let check = |name: &str, finding: Finding| {
        let what = format!("credentials of {name}");
        match finding {
            Finding::Ready => Check::new(what, Verdict::Well),
            Finding::NotUsed => Check::new(
                what,
                Verdict::Skipped("not used: its secret is empty".to_owned()),
            ),
            Finding::Missing(missing) => Check::of(what, missing),
        }
    };
    let mut checks = Vec::new();
    for which in Which::ALL {
        checks.push(check(which.name(), connector.check(which).await));
    }
    checks.push(check("the desk", connector.desk().await));
    checks
}

/// Looks whether the ledger can be read, and whether table and queues are as the template of this
/// version has them.
pub async fn stack(place: &Place) -> Vec<Check> {
    let read = place.ledger.reviews(1).await.err().map(|error| {
        format!("{error}: look whether your credentials may read the table, and name its region")
    });
    let mut checks = vec![Check::of("the ledger", read.into_iter().collect())];
    let drifted = drift::find(place).await;
    checks.push(match drifted {
        Ok(differences) => Check::of(
            "queues and table against the template",
            differences
                .into_iter()
                .map(|difference| format!("{difference}: `make deploy` puts it right"))
                .collect(),
        ),
        Err(error) => Check::of(
            "queues and table against the template",
            vec![error.to_string()],
        ),
    });
    checks
}

/// Looks at the doors from outside: that they answer, that they let in nothing unsigned, and what
/// time it is behind them.
pub async fn doors(
    client: &reqwest::Client,
    webhook: Option<&str>,
    desk: Option<&str>,
) -> Vec<Check> {
    let Some(webhook) = webhook else {
        let why = "give --webhook-url, the WebhookUrl of the stack's outputs".to_owned();
        return vec![Check::new("the webhooks", Verdict::Skipped(why))];
    };
    let paystack = webhook.replace("/webhooks/dialnexa", "/webhooks/paystack");
    let greeted = Answer::of(client, webhook, GREETING, None).await;
    let forged = Answer::of(client, webhook, FORGED, Some("x-dialnexa-signature")).await;
    let from_paystack = Answer::of(client, &paystack, FORGED, Some("x-paystack-signature")).await;
    let mut checks = vec![
        Check::of("DialNexa's webhook is reached", reached(webhook, &greeted)),
        Check::of(
            "DialNexa's webhook refuses what DialNexa did not sign",
            refused(&forged, "DialNexa's signing secret"),
        ),
        Check::of(
            "Paystack's webhook refuses what Paystack did not sign",
            refused(&from_paystack, "Paystack's key"),
        ),
        clock(&greeted),
    ];
    if let Some(desk) = desk {
        let url = format!("{}/sign-in", desk.trim_end_matches('/'));
        let answered = client.get(&url).timeout(TIME_OUT).send().await;
        let faults = match answered.map(|answer| answer.status().as_u16()) {
            Ok(200..=399) => Vec::new(),
            Ok(status) => vec![format!(
                "{url} answers {status}: look at the log of `review`; 503 means that sign_in in \
                 settings.toml or the identity provider's secret is not set"
            )],
            Err(_) => vec![format!(
                "{url} is not reached: look whether PublicBaseUrl's domain leads to the API"
            )],
        };
        checks.push(Check::of("the desk is reached", faults));
    }
    checks
}

/// What a door answered.
struct Answer {
    /// The status; nothing where it was not reached.
    status: Option<u16>,
    /// The time by its clock, and by ours when it came.
    times: Option<(Timestamp, Timestamp)>,
}

impl Answer {
    async fn of(
        client: &reqwest::Client,
        url: &str,
        body: &'static str,
        signature: Option<&'static str>,
    ) -> Self {
        let mut request = client
            .post(url)
            .timeout(TIME_OUT)
            .header("content-type", "application/json")
            .body(body);
        if let Some(name) = signature {
            // Of the right length, so that it is compared, and wrong.
            let length = if name == "x-paystack-signature" {
                128
            } else {
                64
            };
            request = request.header(name, "0".repeat(length));
        }
        match request.send().await {
            Ok(answer) => Self {
                status: Some(answer.status().as_u16()),
                times: answer
                    .headers()
                    .get("date")
                    .and_then(|date| date.to_str().ok())
                    .and_then(|date| jiff::fmt::rfc2822::parse(date).ok())
                    .map(|date| (date.timestamp(), SystemClock.now())),
            },
            Err(_) => Self {
                status: None,
                times: None,
            },
        }
    }
}

fn reached(url: &str, answer: &Answer) -> Vec<String> {
    match answer.status {
        Some(200..=299) => Vec::new(),
        Some(404) => vec![format!(
            "{url} answers 404: copy WebhookUrl from the stack's outputs"
        )],
        Some(status) => vec![format!(
            "{url} answers {status}: look at the log of `ingest`"
        )],
        None => vec![format!(
            "{url} is not reached: look at the address, and whether this machine reaches the network"
        )],
    }
}

fn refused(answer: &Answer, secret: &str) -> Vec<String> {
    match answer.status {
        Some(401) => Vec::new(),
        Some(503) => vec![format!(
            "it answers 503: {secret} is unset or cannot be read, so nothing is accepted; put it \
             into Secrets Manager"
        )],
        Some(status @ 200..=299) => vec![format!(
            "it answers {status} to a forged delivery: something else answers at this address, or \
             stands before it; let nobody use it until it refuses"
        )],
        Some(status) => vec![format!(
            "it answers {status}, not 401: look at its function's log"
        )],
        None => vec!["it is not reached".to_owned()],
    }
}

fn clock(answer: &Answer) -> Check {
    const WHAT: &str = "this machine's clock";
    let Some((theirs, ours)) = answer.times else {
        let why = "no answer told the time".to_owned();
        return Check::new(WHAT, Verdict::Skipped(why));
    };
    let skew = ours.duration_since(theirs).abs();
    let fault = (skew > MOST_SKEW).then(|| {
        format!(
            "it is {} s from the deployment's: AWS refuses requests that are five minutes off; set \
             it by NTP",
            skew.as_secs()
        )
    });
    Check::of(WHAT, fault.into_iter().collect())
}

/// Says what was found.
///
/// # Errors
/// Where the output cannot be written.
pub fn print(checks: &[Check], out: &mut dyn Write) -> Result<(), OpsError> {
    for check in checks {
        match &check.verdict {
            Verdict::Well => writeln!(out, "{} {}", style::good("✔"), check.what)?,
            Verdict::Skipped(why) => {
                writeln!(
                    out,
                    "{} {}: {}",
                    style::faint("–"),
                    check.what,
                    style::faint(why)
                )?;
            }
            Verdict::Fault(faults) => {
                writeln!(out, "{} {}", style::bad("✘"), style::strong(&check.what))?;
                for fault in faults {
                    writeln!(out, "    {fault}")?;
                }
            }
        }
    }
    let faults = checks.iter().filter(|check| check.is_fault()).count();
    let told = match faults {
        0 => style::good("All is well."),
        1 => style::bad("One thing needs you."),
        many => style::bad(&format!("{many} things need you.")),
    };
    writeln!(out, "{told}")?;
    Ok(())
}
