//! What can be asked of `ledgerline`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use ops::place::LOCAL_STACK;

/// DialNexa calls, done in Paystack. Once.
#[derive(Debug, Parser)]
#[command(name = "ledgerline", version, about)]
pub struct Arguments {
    /// The description of the local stack; without one, the environment names the deployment.
    #[arg(long, global = true, default_value = LOCAL_STACK, env = "LEDGERLINE_STACK")]
    pub stack: PathBuf,
    /// Prints JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints the header that signs a file as DialNexa would.
    Sign {
        /// The body.
        file: PathBuf,
        /// The signing secret; the local stack's where left out.
        #[arg(long, env = "DIALNEXA_SIGNING_SECRET", hide_env_values = true)]
        secret: Option<String>,
    },
    /// Delivers a file to the webhook, signed.
    Send {
        /// The body.
        file: PathBuf,
        /// The webhook; the local stack's where left out.
        #[arg(long)]
        url: Option<String>,
        /// The signing secret; the local stack's where left out.
        #[arg(long, env = "DIALNEXA_SIGNING_SECRET", hide_env_values = true)]
        secret: Option<String>,
        /// Waits until the call has come to rest, and says what became of it.
        #[arg(long)]
        follow: bool,
    },
    /// Tells the story of one call.
    Inspect {
        /// DialNexa's id of the call.
        call: String,
    },
    /// Checks that the settings are complete.
    Check {
        /// The folder of settings.toml.
        #[arg(long, default_value = "infra/config")]
        config: PathBuf,
    },
    /// Says what waits: outcomes that nobody knows, reviews, follow-ups, notices, dead letters.
    Pending {
        /// How many hours ahead what goes on by itself is shown.
        #[arg(long, default_value_t = 24)]
        hours: u32,
    },
    /// Puts a call's own messages back on their queues. Harmless: everything is done once.
    Replay {
        /// DialNexa's id of the call.
        call: String,
        /// Only says which.
        #[arg(long)]
        dry_run: bool,
    },
    /// Looks the deployment over, and says of each thing that is wrong what to do.
    Doctor {
        /// The folder of settings.toml; the local stack's own where one runs.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Where DialNexa delivers; the stack's own where left out.
        #[arg(long, env = "WEBHOOK_URL")]
        webhook_url: Option<String>,
    },
    /// Sets up the other side by its own API.
    #[command(subcommand)]
    Setup(Setup),
    /// Prints completions for a shell, to be read by it at its start.
    Completions {
        /// Which.
        shell: Shell,
    },
    /// Checks the credential of a system, and says what is missing.
    Connect {
        /// The system; all of them where left out.
        system: Option<ops::connect::Which>,
        /// The folder of settings.toml; the local stack's own where one runs.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Brings messages back from the dead-letter queue of a queue.
    Redrive {
        /// calls, cases or notices.
        queue: String,
        /// Only says how many.
        #[arg(long)]
        dry_run: bool,
    },
    /// Writes what came to its end in a stretch of days, as CSV, or as JSON lines with --json.
    Export {
        /// The first day, such as 2026-11-01, by UTC.
        #[arg(long)]
        from: jiff::civil::Date,
        /// The last day.
        #[arg(long)]
        to: jiff::civil::Date,
    },
    /// Forgets a caller: what is private to their calls goes, what money did stays.
    Forget {
        /// Their e-mail address, or telephone number with its country code.
        caller: String,
        /// Do it, and not only say what would be done.
        #[arg(long)]
        yes: bool,
    },
    /// Lists and decides what waits for a person.
    #[command(subcommand)]
    Review(Review),
    /// Checks what the ledger keeps of what was done.
    #[command(subcommand)]
    Audit(Audit),
    /// Tests the policies, and says what they would decide.
    #[command(subcommand)]
    Policy(Policy),
    /// Takes card, bank and identity data out of lines on standard input.
    Redact {
        /// Lines are plain text, not JSON.
        #[arg(long)]
        plain: bool,
    },
    /// Says what calls ask for: JSON lines in, JSON lines out.
    Classify(Understand),
    /// Says which amounts, addresses, numbers, references and dates words hold.
    Fields(Understand),
    /// Plays days in which everything goes wrong, and says which of them broke a promise.
    #[cfg(feature = "local")]
    Simulate(Simulate),
    /// Delivers sample calls to the local stack and tells what becomes of each.
    Demo {
        /// The folder of the sample bodies.
        #[arg(long, default_value = "events/dialnexa")]
        folder: PathBuf,
    },
}

/// What can be set up.
#[derive(Debug, Subcommand)]
pub enum Setup {
    /// Registers the webhook, and gives agents the analysis fields that Ledgerline reads.
    Dialnexa {
        /// An agent whose calls are to be delivered, as often as needed; without one they are listed.
        #[arg(long = "agent")]
        agents: Vec<String>,
        /// Where DialNexa is to deliver; the stack's own where left out.
        #[arg(long, env = "WEBHOOK_URL")]
        webhook_url: Option<String>,
        /// The folder of settings.toml; the local stack's own where one runs.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Only says what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

/// What can be asked of the audit trail.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Checks the trail of one call: an edit, a gap, a cut tail and a missing call each show.
    Verify {
        /// DialNexa's id of the call.
        call: String,
    },
}

/// What can be asked of the policies.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Checks the policies, and runs their table of cases.
    Test {
        /// The folder of settings and policies.
        #[arg(long, default_value = "infra/config")]
        config: PathBuf,
    },
    /// Says what would be decided on the facts in a file, and which policies decide.
    Explain {
        /// Facts as JSON, such as `{"base": "refund", "with": {"amount": 5000000}}`.
        case: PathBuf,
        /// The folder of settings and policies.
        #[arg(long, default_value = "infra/config")]
        config: PathBuf,
    },
}

/// How words are understood.
#[derive(Debug, Args)]
pub struct Understand {
    /// The folder of settings.toml; without one, naira and Lagos.
    #[arg(long)]
    pub config: Option<PathBuf>,
}

/// Which days are played.
#[cfg(feature = "local")]
#[derive(Debug, Args)]
pub struct Simulate {
    /// How many days, each made by its seed.
    #[arg(long, default_value_t = 1000)]
    pub seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    pub from: u64,
    /// Lets Paystack's lists lag by up to this many times the settle time, where one is the most
    /// that the promise of no doubles allows for.
    #[arg(long, value_name = "TIMES")]
    pub lag: Option<f64>,
    /// Goes on after a failure, and counts.
    #[arg(long)]
    pub keep_going: bool,
    /// Prints what happened on a day that failed.
    #[arg(long)]
    pub trace: bool,
    /// The folder of the policies.
    #[arg(long, default_value = "infra/config")]
    pub config: PathBuf,
}

/// What can be done with reviews.
#[derive(Debug, Subcommand)]
pub enum Review {
    /// Lists what waits, the most urgent first.
    List,
    /// Says yes to exactly what the list showed.
    Approve(Decide),
    /// Asks for less, or says what the action leaves open; what waits then is to be approved anew.
    Amend(Amend),
    /// Says no.
    Decline(Decide),
    /// Says that it has happened: you looked at Paystack, or did it yourself.
    Confirm(Decide),
}

/// A decision.
#[derive(Debug, Args)]
pub struct Decide {
    /// DialNexa's id of the call.
    pub call: String,
    /// The action, as the list shows it.
    pub action: String,
    /// What the list showed, so that nothing else is decided on.
    #[arg(long)]
    pub binding: String,
    /// Who decides.
    #[arg(long, env = "USER")]
    pub by: String,
    /// Why.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// An amendment.
#[derive(Debug, Args)]
pub struct Amend {
    /// DialNexa's id of the call.
    pub call: String,
    /// The action, as the list shows it.
    pub action: String,
    /// What the list showed, so that nothing else is amended.
    #[arg(long)]
    pub binding: String,
    /// A smaller amount, in subunits (kobo, pesewas, cents).
    #[arg(long)]
    pub subunits: Option<i64>,
    /// What you say, such as `resolution=declined`; as often as needed.
    #[arg(long = "say", value_parser = said)]
    pub says: Vec<(String, String)>,
    /// Who amends.
    #[arg(long, env = "USER")]
    pub by: String,
}

fn said(text: &str) -> Result<(String, String), String> {
    let (name, words) = text
        .split_once('=')
        .ok_or_else(|| "give a name, =, and what you say".to_owned())?;
    Ok((name.trim().to_owned(), words.trim().to_owned()))
}
