//! The reports, as plots and as a table.

use maud::{Markup, PreEscaped, html};
use shared::money::Money;

use super::layout::Frame;
use crate::plots::stacked;
use crate::reports::Report;
use crate::words;

/// The reports of some days.
#[must_use]
pub fn reports(frame: &Frame<'_>, days: i64, report: &Report) -> Markup {
    let automatic = report.by_day(|line| line.automatic);
    let approved = report.by_day(|line| line.approved);
    let total = |numbers: &[u64]| numbers.iter().sum::<u64>();
    let (by_itself, by_person) = (total(&automatic), total(&approved));
    let content = html! {
        h1 { "Reports" }
        form.filters method="get" action="/reports" aria-label="Days" {
            div.field {
                label for="days" { "Days" }
                select #days name="days" {
                    @for (value, label) in [(7, "7 days"), (14, "14 days"), (31, "31 days")] {
                        option value=(value) selected[value == days] { (label) }
                    }
                }
            }
            button type="submit" { "Show" }
            a href={ "/reports.csv?days=" (days) } download { "Download as CSV" }
        }
        @match stacked(&automatic, &approved) {
            Some(svg) => {
                figure {
                    div.plot role="img" aria-label={
                        "Done per day: " (by_itself) " by themselves and " (by_person)
                        " after a person approved them. The table below holds the numbers."
                    } { (PreEscaped(svg)) }
                    figcaption {
                        span.key.first { "by itself" } span.key.second { "after approval" }
                        " Done per day, " (report.days.first().map(ToString::to_string).unwrap_or_default())
                        " to " (report.days.last().map(ToString::to_string).unwrap_or_default()) " (UTC)"
                    }
                }
            }
            None => { p.empty { "Nothing came to its end in these days." } }
        }
        @if !report.lines.is_empty() {
            table.cases {
                caption.unseen { "What came to its end, by day and workflow" }
                thead {
                    tr {
                        th scope="col" { "Day" }
                        th scope="col" { "Workflow" }
                        th scope="col" { "By itself" }
                        th scope="col" { "Approved" }
                        th scope="col" { "Declined" }
                        th scope="col" { "Failed or expired" }
                        th scope="col" { "Money moved" }
                        th scope="col" { "Took (median)" }
                    }
                }
                tbody {
                    @for ((day, workflow), line) in report.lines.iter().rev() {
                        tr {
                            th scope="row" { (day) }
                            td data-label="Workflow" { (workflow.title()) }
                            td.amount data-label="By itself" { (line.automatic) }
                            td.amount data-label="Approved" { (line.approved) }
                            td.amount data-label="Declined" { (line.declined) }
                            td.amount data-label="Failed or expired" { (line.failed) }
                            td.amount data-label="Money moved" {
                                @if line.moved.is_empty() { "–" }
                                @for (currency, subunits) in &line.moved {
                                    div { (Money::new(*subunits, *currency)) }
                                }
                            }
                            td data-label="Took (median)" {
                                @match line.median() { Some(took) => { (words::span(took)) } None => { "–" } }
                            }
                        }
                    }
                }
            }
        }
    };
    frame.page("Reports", &content)
}
