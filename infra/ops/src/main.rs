//! `ledgerline`: try it, look into it, decide, and bring back what failed.

mod arguments;
mod operate;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use classify::understand::Mapping;
use ops::classify::Ask;
use ops::closing;
use ops::deliver::{self, Target};
use ops::demo;
use ops::error::OpsError;
use ops::inspect;
use ops::place::{LocalStack, Place};
use ops::review::{self, Amended, Given};
use ops::style;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Settings;
use shared::ids::CallId;
use shared::ledger::{Amendment, Verdict};

use arguments::{Amend, Arguments, Audit, Command, Decide, Policy, Review, Understand};
use operate::Asked;

/// The simulator does little else than ask for memory.
#[cfg(feature = "local")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    let asked = Asked {
        stack,
        as_json: arguments.json,
    };
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
        Command::Inspect { call } => operate::inspect(asked, call, out).await?,
        Command::Pending { hours } => operate::pending(asked, hours, out).await?,
        Command::Replay { call, dry_run } => operate::replay(asked, call, dry_run, out).await?,
        Command::Doctor {
            config,
            webhook_url,
        } => return operate::doctor(asked, config.as_deref(), webhook_url, out).await,
        Command::Setup(what) => return operate::set_up(asked, what, out).await,
        Command::Completions { shell } => operate::completions(shell, out)?,
        Command::Check { config } => {
            let settings = Settings::load(&config)?;
            classify::mapping(&settings).map_err(|error| OpsError::Other(error.to_string()))?;
            execute::policy::Policy::check(&config)
                .map_err(|error| OpsError::Other(error.to_string()))?;
            let told = style::good("Settings and policies are complete:");
            writeln!(out, "{told} {}", config.display())?;
        }
        Command::Connect { system, config } => {
            return operate::connect(asked, system, config.as_deref(), out).await;
        }
        Command::Redrive { queue, dry_run } => {
            operate::redrive(asked, &queue, dry_run, out).await?;
        }
        Command::Export { from, to } => operate::export(asked, (from, to), out).await?,
        Command::Forget { caller, yes } => operate::forget(asked, &caller, yes, out).await?,
        Command::Review(what) => desk(asked, what, out).await?,
        Command::Policy(Policy::Test { config }) => {
            let report =
                ops::policy::test(&config).map_err(|error| OpsError::Other(error.to_string()))?;
            write!(out, "{report}")?;
            if !report.passed() {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Audit(Audit::Verify { call }) => return operate::verify(asked, call, out).await,
        Command::Policy(Policy::Explain { case, config }) => {
            let limits = Settings::load(&config)?.limits;
            let facts = std::fs::read_to_string(&case)
                .map_err(|error| OpsError::File(case.clone(), error))?;
            let explanation = ops::policy::explain(&config, &limits, &facts)
                .map_err(|error| OpsError::Other(error.to_string()))?;
            writeln!(out, "{explanation}")?;
        }
        Command::Redact { plain } => {
            ops::redact::run(std::io::stdin().lock(), out, plain)?;
        }
        Command::Classify(how) => understand(&how, Ask::Classify, out)?,
        Command::Fields(how) => understand(&how, Ask::Fields, out)?,
        #[cfg(feature = "local")]
        Command::Simulate(ask) => return simulate(ask, arguments.json, out),
        Command::Demo { folder } => return demonstrate(stack, &folder, out).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn desk(
    asked: Asked<'_>,
    what: Review,
    out: &mut (dyn Write + Send),
) -> Result<(), OpsError> {
    let stack = asked.stack;
    match what {
        Review::List => {
            let waiting = review::waiting(&Place::find(stack)?).await?;
            if asked.as_json {
                operate::json(&review::as_json(&waiting), out)?;
            } else {
                review::print(&waiting, out)?;
            }
        }
        Review::Approve(decide) => take(stack, decide, Verdict::Approve, out).await?,
        Review::Amend(given) => amend(stack, given, out).await?,
        Review::Decline(decide) => take(stack, decide, Verdict::Decline, out).await?,
        Review::Confirm(decide) => take(stack, decide, Verdict::Confirm, out).await?,
    }
    Ok(())
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
    ops::classify::run(input, out, ask, &mapping, SystemClock.now())?;
    Ok(())
}

#[cfg(feature = "local")]
fn simulate(
    ask: arguments::Simulate,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> Result<ExitCode, OpsError> {
    use ops::simulate;

    let ask = simulate::Ask {
        seeds: ask.from..ask.from.saturating_add(ask.seeds),
        lag: ask.lag,
        keep_going: ask.keep_going,
        trace: ask.trace,
        json: as_json,
        config: ask.config,
    };
    let sum = simulate::run(&ask, &mut anstream::stderr())?;
    simulate::print(&ask, &sum, out)?;
    Ok(if sum.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
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

pub(crate) fn client() -> Result<reqwest::Client, OpsError> {
    // Makes *ring* the TLS provider of the process.
    shared::vendors::http::HttpClients::new()
        .map_err(|error| OpsError::Other(error.to_string()))?;
    reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .no_proxy()
        .build()
        .map_err(|error| OpsError::Http("the HTTP client".to_owned(), error))
}
