//! `bench`: what `make bench-cold`, `make bench-warm`, `make bench-line` and `make bench-peers` run.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark tells what it measured, in numbers far below 2^52"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::counted::CountedTable;
use bench::line::Line;
use bench::webhooks::{self, Took};
use bench::{BenchError, endpoint};
use clap::{Parser, Subcommand};
use serde_json::json;
use shared::ledger::{Item, Key, Table as _, Write};

/// How many records are written at once while a ledger is filled.
const WRITES_AT_ONCE: usize = 100;

#[derive(Parser)]
#[command(about = "Measures the functions.")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Serve DynamoDB, SQS and Secrets Manager in memory; the first line says where.
    Endpoint,
    /// Take in, claim and send on, with the SDKs against `AWS_ENDPOINT_URL`.
    Webhooks {
        #[arg(long, default_value_t = 5_000)]
        calls: usize,
    },
    /// Take calls in without a network; for an instruction counter.
    Ingest {
        #[arg(long)]
        calls: usize,
        #[arg(long)]
        config: PathBuf,
    },
    /// Take calls through the whole line without a network, in growing bursts.
    Line {
        #[arg(long, value_delimiter = ',', default_value = "1,10,100,1000,10000")]
        calls: Vec<usize>,
        /// How many records of other calls the ledger holds.
        #[arg(long, default_value_t = 0)]
        records: usize,
        #[arg(long)]
        config: PathBuf,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse().what).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(what: What) -> Result<(), BenchError> {
    match what {
        What::Endpoint => endpoint::serve(|address| println!("http://{address}")).await?,
        What::Webhooks { calls } => {
            let [ingest, classify] = webhooks::measure(calls).await?;
            println!("{}", json!({ "ingest": per_call(ingest, calls), "classify": per_call(classify, calls) }));
        }
        What::Ingest { calls, config } => {
            let line = Line::new(&config, Arc::default()).await?;
            let mut spent = Duration::ZERO;
            for number in 0..calls {
                line.take_in(number, &mut spent).await?;
            }
            println!("{:.1} µs of the processor a call", micros(spent) / calls as f64);
        }
        What::Line { calls, records, config } => {
            println!("{:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7} {:>11} {:>7} {:>13}", "calls", "calls/s", "ingest", "classify", "execute", "notify", "reads", "items read", "writes", "items written");
            println!("{:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7}", "", "", "µs", "µs", "µs", "µs", "a call, each from here on");
            for burst in calls {
                one_burst(burst, records, &config).await?;
            }
        }
    }
    Ok(())
}

async fn one_burst(calls: usize, records: usize, config: &Path) -> Result<(), BenchError> {
    let table = Arc::new(CountedTable::default());
    fill(&table, records).await?;
    let line = Line::new(config, table).await?;
    let before = line.table().counts();
    let began = Instant::now();
    let spent = line.run(0..calls).await?;
    let took = began.elapsed();
    let after = line.table().counts();
    if line.finalised() != calls {
        return Err(BenchError(format!("{calls} calls came to {} payment requests", line.finalised())));
    }
    let each = |total: u64| total as f64 / calls as f64;
    let part = |spent: Duration| micros(spent) / calls as f64;
    println!(
        "{calls:>8} {:>9.0} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>7.2} {:>11.2} {:>7.2} {:>13.2}",
        calls as f64 / took.as_secs_f64(),
        part(spent.ingest),
        part(spent.classify),
        part(spent.execute),
        part(spent.notify),
        each(after.reads - before.reads),
        each(after.items_read - before.items_read),
        each(after.writes - before.writes),
        each(after.items_written - before.items_written),
    );
    Ok(())
}

/// Puts so many records of other calls into `table`, ten to a call.
async fn fill(table: &CountedTable, records: usize) -> Result<(), BenchError> {
    let mut writes = Vec::with_capacity(WRITES_AT_ONCE);
    for number in 0..records {
        let key = Key::new(format!("call#other_{}", number / 10), format!("event#{}", number % 10));
        writes.push(Write::create(Item::new(key, &number)?));
        if writes.len() == WRITES_AT_ONCE || number + 1 == records {
            table.write(&writes).await?;
            writes.clear();
        }
    }
    Ok(())
}

fn per_call(took: Took, calls: usize) -> serde_json::Value {
    json!({
        "calls_per_second": calls as f64 / took.wall.as_secs_f64(),
        "processor_micros": micros(took.processor) / calls as f64,
    })
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
