//! The demonstration: sample calls arrive as DialNexa would send them, and what becomes of each is
//! told as it happens.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use shared::ids::CallId;

use crate::deliver::{self, Target};
use crate::error::OpsError;
use crate::inspect::{Story, print_outcome};
use crate::place::Place;
use crate::style;

/// How long a call may take before the demonstration goes on without it.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often the ledger is asked.
const EVERY: Duration = Duration::from_millis(250);

/// A sample call: its file and what it shows, in one line.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The file in `events/dialnexa`.
    pub file: &'static str,
    /// What it shows.
    pub shows: &'static str,
}

/// The sample calls of `make run`, in the order in which they arrive.
pub const SAMPLES: [Sample; 5] = [
    Sample {
        file: "payment-request.json",
        shows: "Ada in Lagos asks for a payment request, and starts to read out her card number",
    },
    Sample {
        file: "notify-again.json",
        shows: "Kwame in Accra cannot find the invoice e-mail he was sent",
    },
    Sample {
        file: "charged-twice.json",
        shows: "A caller was charged twice: money, so a person decides",
    },
    Sample {
        file: "consent-refused.json",
        shows: "Thandi in Johannesburg will pay at month's end, and does not want to be written to",
    },
    Sample {
        file: "unclear-caller.json",
        shows: "A caller who does not say what it is about",
    },
];

/// Puts the records in place that the samples speak of: the sandbox's Paystack has heard of Kwame.
///
/// # Errors
/// [`OpsError`] where the file cannot be read or the sandbox does not take it.
pub async fn seed(
    client: &reqwest::Client,
    sandbox_url: &str,
    records: &Path,
) -> Result<(), OpsError> {
    order(client, sandbox_url, "seed", deliver::read(records)?).await
}

/// Gives the sandbox an order.
pub(crate) async fn order(
    client: &reqwest::Client,
    sandbox_url: &str,
    name: &str,
    body: Vec<u8>,
) -> Result<(), OpsError> {
    let url = format!("{sandbox_url}/_sandbox/{name}");
    let failed = |error| OpsError::Http(url.clone(), error);
    let answer = client.post(&url).body(body).send().await.map_err(failed)?;
    answer.error_for_status().map(|_| ()).map_err(failed)
}

/// Delivers each sample and tells what became of it. Whether all came to an end.
///
/// # Errors
/// [`OpsError`] where a file cannot be read, or the stack does not answer.
pub async fn run(
    place: &Place,
    target: &Target,
    client: &reqwest::Client,
    folder: &Path,
    samples: &[Sample],
    out: &mut (dyn Write + Send),
) -> Result<bool, OpsError> {
    let mut settled = true;
    for (number, sample) in (1..).zip(samples) {
        let body = deliver::read(&folder.join(sample.file))?;
        let call = deliver::call_id(&body)
            .ok_or_else(|| OpsError::Other(format!("{} names no call", sample.file)))?;
        let call = CallId::new(call)?;
        writeln!(
            out,
            "\n{} {}",
            style::busy(&format!("☎ {number}/{}", samples.len())),
            style::strong(sample.shows)
        )?;
        let began = Instant::now();
        let (status, _) = deliver::send(client, target, body).await?;
        let accepted = (200..300).contains(&status);
        let answer = if accepted {
            style::good("accepted")
        } else {
            style::bad("refused")
        };
        writeln!(
            out,
            "  received  {} {} {}",
            call,
            answer,
            style::faint(&format!(
                "(HTTP {status}, {} ms)",
                began.elapsed().as_millis()
            )),
        )?;
        if !accepted {
            settled = false;
            continue;
        }
        if let Some(story) = wait(place, &call).await? {
            print_outcome(&story, out)?;
            let took = format!("after {:.1} s", began.elapsed().as_secs_f32());
            writeln!(out, "  {}", style::faint(&took))?;
        } else {
            settled = false;
            writeln!(
                out,
                "  {}",
                style::bad("no end within a minute; see `ledgerline inspect`")
            )?;
        }
    }
    Ok(settled)
}

/// Waits until a call has come to rest, and says what became of it.
///
/// # Errors
/// [`OpsError`] where the ledger cannot be read.
pub async fn wait(place: &Place, call: &CallId) -> Result<Option<Story>, OpsError> {
    let settled = async || Ok(Story::read(place, call).await?.filter(Story::is_settled));
    until(PATIENCE, settled).await
}

/// Asks until there is an answer, or nothing where patience runs out.
pub(crate) async fn until<T>(
    patience: Duration,
    ask: impl AsyncFn() -> Result<Option<T>, OpsError>,
) -> Result<Option<T>, OpsError> {
    let began = Instant::now();
    while began.elapsed() < patience {
        if let Some(answer) = ask().await? {
            return Ok(Some(answer));
        }
        tokio::time::sleep(EVERY).await;
    }
    Ok(None)
}
