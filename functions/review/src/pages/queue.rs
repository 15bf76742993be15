//! The queue, and what a search found.

use std::collections::BTreeSet;

use maud::{Markup, html};
use shared::case::Workflow;
use shared::config::Settings;
use shared::ids::CallId;
use shared::ledger::Action;

use super::layout::Frame;
use crate::queue::{Filter, Queue};
use crate::words;

/// The page of a case.
pub(super) fn case_url(action: &Action) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("action", &action.id.to_string());
    format!("/calls/{}/case?{}", action.call, query.finish())
}

/// The queue.
#[must_use]
pub fn queue(frame: &Frame<'_>, settings: &Settings, filter: &Filter, queue: &Queue) -> Markup {
    let content = html! {
        h1 { "Queue" }
        p.counts role="status" {
            (counts(filter, queue))
            @if !queue.is_counted { " " a href=(queue_url(filter, "count", "all")) { "Count them" } }
        }
        @if !queue.by_workflow.is_empty() {
            ul.tally aria-label="Waiting by workflow" {
                @for (workflow, count) in &queue.by_workflow {
                    li {
                        a href={ "/queue?workflow=" (workflow) } { (workflow.title()) }
                        " " b { (count) }
                    }
                }
            }
        }
        div.tools {
            (filters(settings, filter))
            (search_form(frame, ""))
        }
        @if queue.actions.is_empty() {
            p.empty {
                @if filter.is_empty() { "Nothing waits for a person." }
                @else { "Nothing here fits the filter." }
            }
        } @else {
            (table(frame, &queue.actions))
        }
        @if let Some(next) = &queue.next {
            p { a.button href=(queue_url(filter, "after", next)) { "Look further" } }
        }
    };
    frame.page("Queue", &content)
}

fn counts(filter: &Filter, queue: &Queue) -> String {
    let verb = if queue.waiting == 1 { "waits" } else { "wait" };
    let more = if queue.is_counted { "" } else { "More than " };
    let waiting = format!("{more}{} {verb} for a person", queue.waiting);
    match queue.matching {
        Some(matching) if !filter.is_empty() => format!("{waiting}; {matching} fit the filter."),
        _ if queue.actions.len() < queue.waiting => {
            format!("{waiting}; shown are {}.", queue.actions.len())
        }
        _ => format!("{waiting}."),
    }
}

/// The queue with this filter and one thing more.
fn queue_url(filter: &Filter, name: &str, value: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filter.pairs());
    query.append_pair(name, value);
    format!("/queue?{}", query.finish())
}

fn filters(settings: &Settings, filter: &Filter) -> Markup {
    let mut owners: BTreeSet<&str> = Workflow::ALL
        .into_iter()
        .map(|workflow| settings.workflow(workflow).owner.as_str())
        .collect();
    owners.extend(settings.people.approvers.iter().map(String::as_str));
    owners.extend(filter.owner.as_deref());
    let chosen = |name: &str| {
        filter
            .pairs()
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    };
    let ages = [
        ("4", "4 hours"),
        ("24", "a day"),
        ("72", "3 days"),
        ("168", "a week"),
    ];
    let hours = chosen("hours");
    html! {
        form.filters method="get" action="/queue" aria-label="Filter" {
            div.field {
                label for="workflow" { "Workflow" }
                select #workflow name="workflow" {
                    option value="" { "Any" }
                    @for workflow in Workflow::ALL {
                        option value=(workflow) selected[filter.workflow == Some(workflow)] {
                            (workflow.title())
                        }
                    }
                }
            }
            div.field {
                label for="owner" { "Owner" }
                select #owner name="owner" {
                    option value="" { "Anybody" }
                    @for owner in owners {
                        option value=(owner) selected[filter.owner.as_deref() == Some(owner)] { (owner) }
                    }
                }
            }
            div.field {
                label for="at_least" { "At least (" (settings.merchant.currency) ")" }
                input #at_least name="at_least" inputmode="decimal" autocomplete="off" size="10"
                    value=(chosen("at_least"));
            }
            div.field {
                label for="hours" { "Waiting for" }
                select #hours name="hours" {
                    option value="" { "Any time" }
                    @for (value, label) in ages {
                        option value=(value) selected[hours == value] { (label) " or longer" }
                    }
                }
            }
            button type="submit" { "Filter" }
            @if !filter.is_empty() { a href="/queue" { "Show all" } }
        }
    }
}

fn search_form(frame: &Frame<'_>, wanted: &str) -> Markup {
    html! {
        // Posted, so that nobody's address stands in an address line or a log.
        form.search method="post" action="/search" role="search" {
            (frame.token_field())
            div.field {
                label for="wanted" { "Call, reference or e-mail" }
                input #wanted type="search" name="wanted" value=(wanted) autocomplete="off" maxlength="254";
            }
            button type="submit" { "Search" }
        }
    }
}

fn table(frame: &Frame<'_>, actions: &[Action]) -> Markup {
    html! {
        table.cases {
            caption.unseen { "What waits, the most urgent first" }
            thead {
                tr {
                    th scope="col" { "Case" }
                    th scope="col" { "Amount" }
                    th scope="col" { "Why a person" }
                    th scope="col" { "Owner" }
                    th scope="col" { "Urgency" }
                    th scope="col" { "Decide by" }
                }
            }
            tbody {
                @for action in actions {
                    tr {
                        th scope="row" {
                            a href=(case_url(action)) { (words::deed(action)) }
                            div.faint { (action.workflow.title()) ", call " (action.call) }
                        }
                        td.amount data-label="Amount" {
                            @match action.amount { Some(amount) => { (amount) } None => { "–" } }
                        }
                        td data-label="Why a person" {
                            @if let Some(reason) = &action.reason { (words::capital(&reason.words)) }
                            @if action.approvals_needed > 1 {
                                div.faint {
                                    (action.standing_approvals()) " of " (action.approvals_needed) " approvals"
                                }
                            }
                        }
                        td data-label="Owner" { (action.owner) }
                        td data-label="Urgency" {
                            span class={ "urgency " (words::urgency(action.urgency).to_lowercase()) } {
                                (words::urgency(action.urgency))
                            }
                        }
                        td data-label="Decide by" {
                            (frame.countdown(action.not_after))
                            div.faint { (frame.time(action.not_after)) }
                        }
                    }
                }
            }
        }
    }
}

/// A call that a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The call.
    pub call: CallId,
    /// What it is about.
    pub workflow: Workflow,
    /// When it began.
    pub at: jiff::Timestamp,
    /// Whether something of it waits.
    pub waits: bool,
}

/// What a search found.
#[must_use]
pub fn search(frame: &Frame<'_>, wanted: &str, found: &[Found]) -> Markup {
    let content = html! {
        h1 { "Search" }
        (search_form(frame, wanted))
        p role="status" {
            @match found.len() {
                0 => "No call is known by that.",
                1 => "One call.",
                count => { (count) " calls, the latest first." }
            }
        }
        @if !found.is_empty() {
            ul.found {
                @for call in found {
                    li {
                        a href={ "/calls/" (call.call) } { (call.workflow.title()) ", call " (call.call) }
                        " " (frame.time(call.at))
                        @if call.waits { " " span.badge { "waits for a decision" } }
                    }
                }
            }
        }
    };
    frame.page("Search", &content)
}
