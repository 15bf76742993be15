//! Reports: per day and workflow, how much was done by itself and how much by a person, what money
//! moved, and how long it took.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use shared::case::Workflow;
use shared::ledger::{Ledger, Settled, State, TableError};
use shared::money::Currency;

/// For how many days a report may ask.
pub const MOST_DAYS: i64 = 31;

/// A day's work on one workflow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Done without a person.
    pub automatic: u64,
    /// Done after a person approved it.
    pub approved: u64,
    /// Declined, by a person or by policy.
    pub declined: u64,
    /// Refused by Paystack, or not decided in time.
    pub failed: u64,
    /// What moved, in subunits by currency.
    pub moved: BTreeMap<Currency, i64>,
    /// How long each took, from the plan to its end.
    pub took: Vec<SignedDuration>,
}

impl Line {
    /// The middle of how long they took.
    #[must_use]
    pub fn median(&self) -> Option<SignedDuration> {
        let mut took = self.took.clone();
        took.sort_unstable();
        took.get(took.len() / 2).copied()
    }

    fn add(&mut self, settled: &Settled) {
        match settled.state {
            State::Succeeded if settled.by_person => self.approved += 1,
            State::Succeeded => self.automatic += 1,
            State::Declined => self.declined += 1,
            State::Rejected | State::Expired => self.failed += 1,
            _ => return,
        }
        self.took
            .push(settled.settled_at.duration_since(settled.planned_at));
        if settled.state == State::Succeeded
            && let Some(amount) = settled.amount
        {
            let sum = self.moved.entry(amount.currency).or_default();
            *sum = sum.saturating_add(amount.subunits);
        }
    }
}

/// The lines of a report.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The days, the earliest first.
    pub days: Vec<Date>,
    /// What was done, by day and workflow.
    pub lines: BTreeMap<(Date, Workflow), Line>,
}

impl Report {
    /// Reads the last `days` days, today among them.
    ///
    /// # Errors
    /// [`TableError`] where the day book cannot be read.
    pub async fn read(ledger: &Ledger, days: i64, now: Timestamp) -> Result<Self, TableError> {
        let today = TimeZone::UTC.to_datetime(now).date();
        let days: Vec<Date> = (0..days.clamp(1, MOST_DAYS))
            .rev()
            .filter_map(|back| today.checked_sub(back.days()).ok())
            .collect();
        let settled = try_join_all(days.iter().map(|day| ledger.settled_on(*day))).await?;
        let mut lines: BTreeMap<(Date, Workflow), Line> = BTreeMap::new();
        for (day, settled) in days.iter().zip(settled) {
            for one in settled {
                lines.entry((*day, one.workflow)).or_default().add(&one);
            }
        }
        Ok(Self { days, lines })
    }

    /// A number of each day, added up over its workflows.
    #[must_use]
    pub fn by_day(&self, number: impl Fn(&Line) -> u64) -> Vec<u64> {
        self.days
            .iter()
            .map(|day| {
                self.lines
                    .iter()
                    .filter(|((of, _), _)| of == day)
                    .map(|(_, line)| number(line))
                    .sum()
            })
            .collect()
    }

    /// The report as comma-separated values (RFC 4180).
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = String::from(
            "day,workflow,automatic,approved,declined,failed,currency,moved_subunits,median_minutes\r\n",
        );
        for ((day, workflow), line) in &self.lines {
            let median = line
                .median()
                .map(|took| took.as_mins().to_string())
                .unwrap_or_default();
            let counts = format!(
                "{day},{workflow},{},{},{},{}",
                line.automatic, line.approved, line.declined, line.failed
            );
            let mut rows: Vec<String> = line
                .moved
                .iter()
                .map(|(currency, subunits)| format!("{counts},{currency},{subunits},{median}\r\n"))
                .collect();
            if rows.is_empty() {
                rows.push(format!("{counts},,,{median}\r\n"));
            }
            text.extend(rows);
        }
        text
    }
}
