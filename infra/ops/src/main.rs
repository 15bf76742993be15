//! `ledgerline`: try it, look into it, decide, and bring back what failed.

mod arguments;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use classify::understand::Mapping;
use ops::classify::Ask;
use ops::closing;
use ops::connect::{Finding, Which};
use ops::deliver::{self, Target};
use ops::demo;
use ops::error::OpsError;
use ops::inspect::{self, Story};
use ops::place::{LocalStack, Place};
use ops::redrive::{Redriven, redrive};
use ops::review::{self, Amended, Given};
use ops::style;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Settings;
use shared::ids::CallId;
use shared::ledger::{Amendment, Verdict};

use arguments::{Amend, Arguments, Command, Decide, Policy, Review, Understand};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = anstream::stdout();
    match run(arguments, &mut out).await {
        Ok(code) => code,
        Err(OpsError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "{} {error}", style::bad("error:"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments, out: &mut (dyn Write + Send)) -> Result<ExitCode, OpsError> {
    let stack = arguments.stack.as_path();
    match arguments.command {
        Command::Sign { file, secret } => {
            let body = deliver::read(&file)?;
            let target = Target::find(Some(String::new()), secret, stack)?;
            writeln!(
                out,
                "{}: {}",
                deliver::HEADER,
                deliver::sign(&target.secret, &body)
            )?;
        }
        Command::Send {
            file,
            url,
            secret,
            follow,
        } => {
            let target = Target::find(url, secret, stack)?;
            let body = deliver::read(&file)?;
            let call = deliver::call_id(&body);
            let (status, answer) = deliver::send(&client()?, &target, body).await?;
            writeln!(out, "HTTP {status} {answer}")?;
            if !(200..300).contains(&status) {
                return Ok(ExitCode::FAILURE);
            }
            if let Some(call) = call.filter(|_| follow) {
                return follow_to_its_end(&Place::find(stack)?, &CallId::new(call)?, out).await;
            }
        }
        Command::Inspect { call } => {
            let place = Place::find(stack)?;
            let story = Story::read(&place, &CallId::new(call.as_str())?)
                .await?
                .ok_or(OpsError::NoCall(call))?;
            writeln!(out, "{}", style::strong(story.record.call.as_str()))?;
            inspect::print_outcome(&story, out)?;
            writeln!(out)?;
            inspect::print_trail(&story, &jiff::tz::TimeZone::UTC, out)?;
        }
        Command::Check { config } => {
            let settings = Settings::load(&config)?;
            classify::mapping(&settings).map_err(|error| OpsError::Other(error.to_string()))?;
            execute::policy::Policy::check(&config)
                .map_err(|error| OpsError::Other(error.to_string()))?;
            let told = style::good("Settings and policies are complete:");
            writeln!(out, "{told} {}", config.display())?;
        }
        Command::Connect { system, config } => {
            return connect_to(stack, system, config.as_deref(), out).await;
        }
        Command::Redrive { queue, dry_run } => {
            tell_redrive(
                redrive(&Place::find(stack)?, &queue, dry_run).await?,
                &queue,
                out,
            )?;
        }
        Command::Review(Review::List) => {
            review::print(&review::waiting(&Place::find(stack)?).await?, out)?;
        }
        Command::Review(Review::Approve(decide)) => {
            take(stack, decide, Verdict::Approve, out).await?;
        }
        Command::Review(Review::Amend(given)) => amend(stack, given, out).await?,
        Command::Review(Review::Decline(decide)) => {
            take(stack, decide, Verdict::Decline, out).await?;
        }
        Command::Review(Review::Confirm(decide)) => {
            take(stack, decide, Verdict::Confirm, out).await?;
        }
        Command::Policy(Policy::Test { config }) => {
            let report =
                ops::policy::test(&config).map_err(|error| OpsError::Other(error.to_string()))?;
            write!(out, "{report}")?;
            if !report.passed() {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Policy(Policy::Explain { case, config }) => {
            let limits = Settings::load(&config)?.limits;
            let facts = std::fs::read_to_string(&case)
                .map_err(|error| OpsError::File(case.clone(), error))?;
            let explanation = ops::policy::explain(&config, &limits, &facts)
                .map_err(|error| OpsError::Other(error.to_string()))?;
            writeln!(out, "{explanation}")?;
        }
        Command::Redact { plain } => {
            ops::redact::run(std::io::stdin().lock(), out, plain)
                .map_err(|error| OpsError::Other(error.to_string()))?;
        }
        Command::Classify(how) => understand(&how, Ask::Classify, out)?,
        Command::Fields(how) => understand(&how, Ask::Fields, out)?,
        Command::Demo { folder } => return demonstrate(stack, &folder, out).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn connect_to(
    stack: &Path,
    system: Option<Which>,
    config: Option<&Path>,
    out: &mut (dyn Write + Send),
) -> Result<ExitCode, OpsError> {
    let place = Place::find(stack)?;
    let own = if place.sandbox_url().is_some() {
        Path::new("infra/local")
    } else {
        Path::new("infra/config")
    };
    let connector = place.connector(Settings::load(config.unwrap_or(own))?)?;
    let asked = system.map_or_else(|| Which::ALL.to_vec(), |one| vec![one]);
    let mut is_ready = true;
    for which in asked {
        let finding = connector.check(which).await;
        let told = match &finding {
            Finding::Ready => style::good("ready"),
            Finding::NotUsed => style::faint("not used: its secret is empty"),
            Finding::Missing(_) => style::bad("not ready"),
        };
        writeln!(out, "{:<11} {told}", which.name())?;
        if let Finding::Missing(missing) = finding {
            is_ready = false;
            for what in missing {
                writeln!(out, "  - {what}")?;
            }
        }
    }
    Ok(if is_ready {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn understand(how: &Understand, ask: Ask, out: &mut (dyn Write + Send)) -> Result<(), OpsError> {
    let mapping = match &how.config {
        Some(folder) => {
            let settings = Settings::load(folder)?;
            classify::mapping(&settings).map_err(|error| OpsError::Other(error.to_string()))?
        }
        None => Mapping::default(),
    };
    let input = std::io::stdin().lock();
    ops::classify::run(input, out, ask, &mapping, SystemClock.now())
        .map_err(|error| OpsError::Other(error.to_string()))
}

async fn follow_to_its_end(
    place: &Place,
    call: &CallId,
    out: &mut (dyn Write + Send),
) -> Result<ExitCode, OpsError> {
    if let Some(story) = demo::wait(place, call).await? {
        inspect::print_outcome(&story, out)?;
        Ok(ExitCode::SUCCESS)
    } else {
        writeln!(out, "{}", style::attention("It has come to no end yet."))?;
        Ok(ExitCode::FAILURE)
    }
}

async fn demonstrate(
    stack: &Path,
    folder: &Path,
    out: &mut (dyn Write + Send),
) -> Result<ExitCode, OpsError> {
    let local = LocalStack::read(stack)?.ok_or(OpsError::NoStack)?;
    let place = Place::find(stack)?;
    let target = Target::find(None, None, stack)?;
    let client = client()?;
    demo::seed(
        &client,
        &local.sandbox_url,
        &folder.join("sandbox-records.json"),
    )
    .await?;
    closing::listen(&client, &local).await?;
    let settled = demo::run(&place, &target, &client, folder, &demo::SAMPLES, out).await?;
    let closed = closing::run(&place, &local, &client, folder, out).await?;
    let waiting = review::waiting(&place).await?.len();
    writeln!(out, "\n{}", style::strong("Where things are"))?;
    writeln!(out, "  webhook          {}", local.webhook_url)?;
    writeln!(out, "  sandbox          {}/_sandbox/log", local.sandbox_url)?;
    writeln!(
        out,
        "  your own call    target/debug/ledgerline send --follow FILE"
    )?;
    writeln!(
        out,
        "  one call's story target/debug/ledgerline inspect CALL_ID"
    )?;
    writeln!(
        out,
        "  {waiting} wait for you    {} (sign in as Ngozi Eze)",
        local.desk_url
    )?;
    writeln!(out, "  stop it all      make stop")?;
    Ok(if settled && closed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn take(
    stack: &Path,
    decide: Decide,
    verdict: Verdict,
    out: &mut (dyn Write + Send),
) -> Result<(), OpsError> {
    let place = Place::find(stack)?;
    let given = Given {
        call: CallId::new(decide.call)?,
        action: decide.action,
        by: decide.by,
        binding: decide.binding,
        reason: decide.reason,
    };
    let action = review::decide(&place, given, verdict).await?;
    writeln!(
        out,
        "{}: {}",
        inspect::deed(&action),
        style::state(action.state)
    )?;
    Ok(())
}

async fn amend(stack: &Path, given: Amend, out: &mut (dyn Write + Send)) -> Result<(), OpsError> {
    let place = Place::find(stack)?;
    let amended = Amended {
        call: CallId::new(given.call)?,
        action: given.action,
        subunits: given.subunits,
        amendment: Amendment {
            by: given.by,
            binding: given.binding,
            amount: None,
            answers: given.says.into_iter().collect(),
        },
    };
    let action = review::amend(&place, amended).await?;
    writeln!(out, "Amended. It waits as another thing to decide on:")?;
    review::print(&[action], out)?;
    Ok(())
}

fn tell_redrive(
    redriven: Redriven,
    queue: &str,
    out: &mut (dyn Write + Send),
) -> std::io::Result<()> {
    match redriven {
        Redriven::Nothing => writeln!(out, "Nothing lies in the dead-letter queue of {queue}."),
        Redriven::WouldMove(count) => writeln!(out, "{count} would be brought back to {queue}."),
        Redriven::Started(count) => {
            writeln!(out, "SQS is bringing about {count} back to {queue}.")
        }
        Redriven::Moved(count) => writeln!(out, "{count} brought back to {queue}."),
    }
}

fn client() -> Result<reqwest::Client, OpsError> {
    // Makes *ring* the TLS provider of the process.
    shared::vendors::http::HttpClients::new()
        .map_err(|error| OpsError::Other(error.to_string()))?;
    reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .no_proxy()
        .build()
        .map_err(|error| OpsError::Http("the HTTP client".to_owned(), error))
}
