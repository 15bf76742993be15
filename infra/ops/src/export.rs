//! What came to its end in a stretch of days, from the ledger's day book: for a spreadsheet, or
//! another system.

use std::io::Write;

use jiff::civil::Date;
use shared::ledger::Settled;

use crate::error::OpsError;
use crate::place::Place;
use crate::progress;

/// Reads what came to its end from one day to another, both included, by UTC.
///
/// # Errors
/// [`OpsError`] where the days are in the wrong order, or the ledger cannot be read.
pub async fn settled(place: &Place, from: Date, to: Date) -> Result<Vec<Settled>, OpsError> {
    if to < from {
        return Err(OpsError::Other(format!("{to} is before {from}")));
    }
    let mut all = Vec::new();
    let days: Vec<Date> = from
        .series(jiff::Span::new().days(1))
        .take_while(|day| *day <= to)
        .collect();
    let bar = progress::bar(u64::try_from(days.len()).unwrap_or_default(), "Reading");
    for day in days {
        all.extend(place.ledger.settled_on(day).await?);
        bar.inc(1);
    }
    Ok(all)
}

/// Writes it as comma-separated values (RFC 4180), one line for each action.
///
/// # Errors
/// Where the output cannot be written.
pub fn csv(settled: &[Settled], out: &mut dyn Write) -> std::io::Result<()> {
    write!(
        out,
        "call,action,record,workflow,state,subunits,currency,by_person,planned_at,settled_at\r\n"
    )?;
    for line in settled {
        let amount = line.amount.map(|amount| (amount.subunits, amount.currency));
        let (subunits, currency) = amount.map_or_else(Default::default, |(subunits, currency)| {
            (subunits.to_string(), currency.to_string())
        });
        // Ids hold neither commas nor quotes.
        write!(
            out,
            "{},{},{},{},{},{subunits},{currency},{},{},{}\r\n",
            line.call,
            line.action.name,
            line.action.target,
            line.workflow,
            line.state.as_str(),
            line.by_person,
            line.planned_at,
            line.settled_at,
        )?;
    }
    Ok(())
}

/// Writes it as JSON, one object a line.
///
/// # Errors
/// Where the output cannot be written.
pub fn json(settled: &[Settled], out: &mut dyn Write) -> std::io::Result<()> {
    for line in settled {
        serde_json::to_writer(&mut *out, line)?;
        writeln!(out)?;
    }
    Ok(())
}
