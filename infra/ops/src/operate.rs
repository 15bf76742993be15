//! The commands of whoever runs a deployment: what is asked for, done elsewhere, and shown.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;
use jiff::SignedDuration;
use jiff::civil::Date;
use ops::connect::{Connector, Finding, Which};
use ops::doctor;
use ops::error::OpsError;
use ops::inspect::{self as stories, Story};
use ops::pending::Pending;
use ops::place::Place;
use ops::redrive::Redriven;
use ops::setup::{self, Came, Wanted};
use ops::style;
use serde::Serialize;
use serde_json::json as object;
use shared::config::Settings;
use shared::ids::CallId;

use crate::arguments::{Arguments, Setup};
use crate::client;

/// What every command is asked with.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The description of the local stack.
    pub stack: &'a Path,
    /// Whether a program reads the answer.
    pub as_json: bool,
}

impl Asked<'_> {
    fn place(self) -> Result<Place, OpsError> {
        Place::find(self.stack)
    }
}

/// What credentials are checked with, by the settings that belong to `place` unless others are named.
fn connector(place: &Place, config: Option<&Path>) -> Result<Connector, OpsError> {
    place.connector(Settings::load(config.unwrap_or(own_settings(place)))?)
}

fn own_settings(place: &Place) -> &'static Path {
    Path::new(if place.sandbox_url().is_some() {
        "infra/local"
    } else {
        "infra/config"
    })
}

type Output<'a> = &'a mut (dyn Write + Send);

/// Writes an answer for a program, on one line.
///
/// # Errors
/// Where the output cannot be written.
pub fn json(answer: &impl Serialize, out: Output<'_>) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    writeln!(out)
}

fn code(is_well: bool) -> ExitCode {
    if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// `inspect`.
pub async fn inspect(asked: Asked<'_>, call: String, out: Output<'_>) -> Result<(), OpsError> {
    let story = Story::read(&asked.place()?, &CallId::new(call.as_str())?)
        .await?
        .ok_or(OpsError::NoCall(call))?;
    if asked.as_json {
        json(&stories::as_json(&story), out)?;
        return Ok(());
    }
    writeln!(out, "{}", style::strong(story.record.call.as_str()))?;
    stories::print_outcome(&story, out)?;
    writeln!(out)?;
    stories::print_trail(&story, &jiff::tz::TimeZone::UTC, out)?;
    Ok(())
}

/// `pending`.
pub async fn pending(asked: Asked<'_>, hours: u32, out: Output<'_>) -> Result<(), OpsError> {
    let horizon = SignedDuration::from_hours(hours.into());
    let pending = Pending::read(&asked.place()?, horizon).await?;
    if asked.as_json {
        json(&pending, out)?;
    } else {
        pending.print(out)?;
    }
    Ok(())
}

/// `replay`.
pub async fn replay(
    asked: Asked<'_>,
    call: String,
    is_dry: bool,
    out: Output<'_>,
) -> Result<(), OpsError> {
    let replayed = ops::replay::replay(&asked.place()?, &CallId::new(call)?, is_dry).await?;
    if asked.as_json {
        json(&replayed, out)?;
    } else {
        ops::replay::print(&replayed, out)?;
    }
    Ok(())
}

/// `redrive`.
pub async fn redrive(
    asked: Asked<'_>,
    queue: &str,
    is_dry: bool,
    out: Output<'_>,
) -> Result<(), OpsError> {
    let redriven = ops::redrive::redrive(&asked.place()?, queue, is_dry).await?;
    if asked.as_json {
        json(&object!({ "queue": queue, "redriven": redriven }), out)?;
        return Ok(());
    }
    match redriven {
        Redriven::Nothing => writeln!(out, "Nothing lies in the dead-letter queue of {queue}."),
        Redriven::WouldMove(count) => writeln!(out, "{count} would be brought back to {queue}."),
        Redriven::Started(count) => {
            writeln!(out, "SQS is bringing about {count} back to {queue}.")
        }
        Redriven::Moved(count) => writeln!(out, "{count} brought back to {queue}."),
    }?;
    Ok(())
}

/// `doctor`: fails where something is wrong.
pub async fn doctor(
    asked: Asked<'_>,
    config: Option<&Path>,
    webhook_url: Option<String>,
    out: Output<'_>,
) -> Result<ExitCode, OpsError> {
    let place = asked.place()?;
    let own = config.unwrap_or(own_settings(&place));
    // The local stack deploys its own settings beside the policies that everybody gets.
    let policies = config.unwrap_or(Path::new("infra/config"));
    let mut checks = vec![doctor::settings(own, policies)];
    checks.extend(doctor::stack(&place).await);
    // Without settings no credential can be looked at; that they are broken was said above.
    if let Ok(connector) = connector(&place, config) {
        checks.extend(doctor::credentials(&connector).await);
    }
    let webhook = webhook_url.as_deref().or(place.webhook_url());
    checks.extend(doctor::doors(&client()?, webhook, place.desk_url()).await);
    if asked.as_json {
        json(&checks, out)?;
    } else {
        doctor::print(&checks, out)?;
    }
    Ok(code(!checks.iter().any(doctor::Check::is_fault)))
}

/// `setup`: fails where nothing could be set up.
pub async fn set_up(asked: Asked<'_>, what: Setup, out: Output<'_>) -> Result<ExitCode, OpsError> {
    let Setup::Dialnexa {
        agents,
        webhook_url,
        config,
        dry_run,
    } = what;
    let place = asked.place()?;
    let connector = connector(&place, config.as_deref())?;
    let other = |error: &dyn std::error::Error| OpsError::Other(error.to_string());
    let mapping = classify::mapping(&connector.settings).map_err(|error| other(&error))?;
    let url = webhook_url
        .or_else(|| place.webhook_url().map(str::to_owned))
        .ok_or_else(|| {
            OpsError::Other("give --webhook-url, the WebhookUrl of the stack's outputs".to_owned())
        })?;
    let secret = connector.dialnexa_signs_with().await;
    let wanted = Wanted {
        url,
        secret: secret.map_err(|error| other(&error))?,
        agents,
        mapping: &mapping,
        is_dry: dry_run,
    };
    let way = connector
        .dialnexa_api()
        .await
        .map_err(|error| other(&error))?;
    let parts = setup::dialnexa(way, &wanted)
        .await
        .map_err(|error| OpsError::Other(format!("{error}; what is set up stays: run it again")))?;
    if asked.as_json {
        json(&parts, out)?;
    } else {
        setup::print(&parts, out)?;
    }
    let is_well = parts
        .iter()
        .any(|part| !matches!(part.came, Came::ForYou(_)));
    Ok(code(is_well))
}

/// `completions`.
pub fn completions(shell: Shell, out: Output<'_>) -> std::io::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "ledgerline", &mut script);
    out.write_all(&script)
}

/// `connect`: fails where a system is not ready.
pub async fn connect(
    asked: Asked<'_>,
    system: Option<Which>,
    config: Option<&Path>,
    out: Output<'_>,
) -> Result<ExitCode, OpsError> {
    let connector = connector(&asked.place()?, config)?;
    let wanted = system.map_or_else(|| Which::ALL.to_vec(), |one| vec![one]);
    let mut is_ready = true;
    let mut findings = serde_json::Map::new();
    for which in wanted {
        let finding = connector.check(which).await;
        is_ready &= !matches!(finding, Finding::Missing(_));
        if asked.as_json {
            findings.insert(which.name().to_owned(), object!(finding));
            continue;
        }
        let told = match &finding {
            Finding::Ready => style::good("ready"),
            Finding::NotUsed => style::faint("not used: its secret is empty"),
            Finding::Missing(_) => style::bad("not ready"),
        };
        writeln!(out, "{:<11} {told}", which.name())?;
        if let Finding::Missing(missing) = finding {
            for what in missing {
                writeln!(out, "  - {what}")?;
            }
        }
    }
    if asked.as_json {
        json(&findings, out)?;
    }
    Ok(code(is_ready))
}

/// `export`.
pub async fn export(
    asked: Asked<'_>,
    (from, to): (Date, Date),
    out: Output<'_>,
) -> Result<(), OpsError> {
    let settled = ops::export::settled(&asked.place()?, from, to).await?;
    if asked.as_json {
        ops::export::json(&settled, out)?;
    } else {
        ops::export::csv(&settled, out)?;
    }
    Ok(())
}

/// `forget`.
pub async fn forget(
    asked: Asked<'_>,
    caller: &str,
    is_sure: bool,
    out: Output<'_>,
) -> Result<(), OpsError> {
    let place = asked.place()?;
    let index = place.caller_index().await?;
    let found = ops::forget::find(&place, &index, caller).await?;
    let erased = if is_sure {
        Some(ops::forget::erase(&place, &found).await?)
    } else {
        None
    };
    if asked.as_json {
        json(&object!({ "found": found, "erased_items": erased }), out)?;
    } else {
        ops::forget::print(&found, erased, out)?;
    }
    Ok(())
}

/// `audit verify`: fails where a trail does not hold together.
pub async fn verify(asked: Asked<'_>, call: String, out: Output<'_>) -> Result<ExitCode, OpsError> {
    let call = CallId::new(call)?;
    let verified = asked.place()?.ledger.verify_audit(&call).await?;
    if asked.as_json {
        let answer = match &verified {
            Ok(entries) => object!({ "call": call, "entries": entries }),
            Err(fault) => object!({ "call": call, "fault": fault.to_string() }),
        };
        json(&answer, out)?;
    } else {
        let told = match &verified {
            Ok(entries) => style::good(&format!("{call}: {entries} entries hold together")),
            Err(fault) => style::bad(&format!("{call}: {fault}")),
        };
        writeln!(out, "{told}")?;
    }
    Ok(code(verified.is_ok()))
}
