//! `bench`: what `make bench-cold`, `make bench-warm`, `make bench-line` and `make bench-peers` run.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark tells what it measured, in numbers far below 2^52"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use bench::cost::{Cost, Meter};
use bench::counted::CountedTable;
use bench::line::{Line, Stage};
use bench::{BenchError, endpoint, webhooks};
use clap::{Parser, Subcommand};
use serde_json::{Value, json};
use shared::ledger::{Item, Key, Table as _, Write};

#[derive(Parser)]
#[command(about = "Measures the functions.")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Serve `DynamoDB`, SQS and Secrets Manager in memory; the first line says where.
    Endpoint,
    /// Take in, claim and send on, with the SDKs against `AWS_ENDPOINT_URL`.
    Webhooks {
        #[arg(long, default_value_t = 5_000)]
        calls: usize,
    },
    /// Take calls through the line without a network, and tell what each cost.
    Line {
        #[arg(long)]
        calls: usize,
        /// Where the line ends.
        #[arg(long, value_enum, default_value_t = Stage::Notify)]
        until: Stage,
        /// How many records of other calls the ledger holds.
        #[arg(long, default_value_t = 0)]
        records: usize,
        /// The folder that is deployed beside the functions.
        #[arg(long)]
        config: PathBuf,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let answer = match Arguments::parse().what {
        What::Endpoint => endpoint::serve(|address| println!("http://{address}"))
            .await
            .map_err(BenchError::from),
        What::Webhooks { calls } => webhooks(calls).await,
        What::Line {
            calls,
            until,
            records,
            config,
        } => line(calls, until, records, &config).await,
    };
    match answer {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn webhooks(calls: usize) -> Result<(), BenchError> {
    let [ingest, classify] = webhooks::measure(calls).await?;
    println!(
        "{}",
        json!({ "ingest": per_call(ingest, calls), "classify": per_call(classify, calls) })
    );
    Ok(())
}

async fn line(calls: usize, until: Stage, records: usize, config: &Path) -> Result<(), BenchError> {
    let table = Arc::new(CountedTable::default());
    fill(&table, records).await?;
    let line = Line::new(config, Arc::clone(&table)).await?;
    let before = table.counts();
    let meter = Meter::start();
    let costs = line.run(0..calls, until).await?;
    let whole = meter.stop();
    let after = table.counts();
    let finalised = line.finalised();
    if until >= Stage::Execute && finalised != calls {
        return Err(BenchError(format!(
            "{calls} calls came to {finalised} payment requests"
        )));
    }
    let each = |count: u64| count as f64 / calls as f64;
    let [ingest, classify, execute, notify] = costs.map(|cost| per_call(cost, calls));
    println!(
        "{}",
        json!({
            "calls_per_second": calls as f64 / whole.wall.as_secs_f64(),
            "ingest": ingest,
            "classify": classify,
            "execute": execute,
            "notify": notify,
            "reads": each(after.reads - before.reads),
            "items_read": each(after.items_read - before.items_read),
            "writes": each(after.writes - before.writes),
            "items_written": each(after.items_written - before.items_written),
        })
    );
    Ok(())
}

/// Puts so many records of other calls into `table`, ten to a call.
async fn fill(table: &CountedTable, records: usize) -> Result<(), BenchError> {
    for number in 0..records {
        let key = Key::new(
            format!("call#other_{}", number / 10),
            format!("event#{}", number % 10),
        );
        table
            .write(&[Write::create(Item::new(key, &number)?)])
            .await?;
    }
    Ok(())
}

fn per_call(cost: Cost, calls: usize) -> Value {
    json!({
        "calls_per_second": calls as f64 / cost.wall.as_secs_f64(),
        "processor_micros": cost.processor.as_secs_f64() * 1e6 / calls as f64,
        "allocations": cost.allocations as f64 / calls as f64,
        "allocated_bytes": cost.bytes as f64 / calls as f64,
    })
}
