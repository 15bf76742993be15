//! A call, and a case of it: everything somebody needs who decides, on one page.

use maud::{Markup, html};
use shared::config::Settings;
use shared::ledger::{Action, State, binding, record_link};
use shared::redact::{Redacted, Segment, Speaker};

use super::context::context;
use super::layout::Frame;
use super::queue::case_url;
use crate::facts::facts;
use crate::story::Story;
use crate::words;

/// What a page is about.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Whom it is drawn for.
    pub frame: &'a Frame<'a>,
    /// The merchant's settings.
    pub settings: &'a Settings,
    /// The call.
    pub story: &'a Story,
}

/// What is said above a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It was done as asked.
    Done(String),
    /// It was not, and why.
    Refused(String),
}

/// The page of a call: what links in Paystack and tickets lead to.
#[must_use]
pub fn call(shown: Shown<'_>) -> Markup {
    let Shown { frame, story, .. } = shown;
    let content = html! {
        (heading(shown))
        section aria-labelledby="done" {
            h2 #done { "What is done" }
            @if story.actions.is_empty() { p { "Nothing is planned yet." } }
            ol.actions {
                @for action in &story.actions {
                    li {
                        b { (words::deed(action)) } " "
                        span class={ "state " (action.state.as_str()) } { (words::state(action.state)) }
                        @if action.state.waits_for_person() {
                            " " a.button href=(case_url(action)) { "Decide" }
                        }
                        @if let Some(reason) = &action.reason {
                            @if reason.code != "allowed" { div.faint { (words::capital(&reason.words)) } }
                        }
                        @if let Some(link) = record_link(action, shown.settings) {
                            div { a href=(link) rel="noreferrer" { "Open the record in Paystack" } }
                        }
                    }
                }
            }
        }
        (told(shown))
        (records(shown))
        (context(story.actions.iter()))
        (understood(shown))
        (transcript(shown))
        (timeline(shown))
    };
    frame.page(&format!("Call {}", story.record.call), &content)
}

/// The page of a case.
#[must_use]
pub fn case(shown: Shown<'_>, action: &Action, notice: Option<&Notice>) -> Markup {
    let Shown { frame, story, .. } = shown;
    let title = words::deed(action);
    let content = html! {
        @match notice {
            Some(Notice::Done(words)) => { p.notice.done role="status" { (words) } }
            Some(Notice::Refused(words)) => { p.notice.refused role="alert" { (words) } }
            None => {}
        }
        (heading(shown))
        div.split {
            div {
                section.proposal aria-labelledby="proposal" {
                    h2 #proposal { (title) }
                    p { span class={ "state " (action.state.as_str()) } { (words::state(action.state)) } }
                    dl {
                        dt { "Why a person decides" }
                        dd {
                            @match &action.reason {
                                Some(reason) => {
                                    (words::capital(&reason.words)) "."
                                    @for policy in &reason.policies { " " code { (policy) } }
                                }
                                None => { "Somebody has to look." }
                            }
                        }
                        @if action.state.waits_for_person() {
                            dt { "On approval" }
                            dd { (words::consequence(action)) }
                            dt { "Decide by" }
                            dd { (frame.time(action.not_after)) ", " (frame.countdown(action.not_after)) }
                        }
                        dt { "Owner" }
                        dd { (action.owner) }
                        @if let Some(link) = record_link(action, shown.settings) {
                            dt { "Record" }
                            dd { a href=(link) rel="noreferrer" { "Open it in Paystack" } }
                        }
                        (details(action))
                    }
                    (approvals(shown, action))
                }
                (decision(shown, action))
                (remarks(shown))
            }
            div {
                (records(shown))
                (context(std::iter::once(action).chain(&story.actions)))
                (understood(shown))
            }
        }
        (transcript(shown))
        (timeline(shown))
    };
    frame.page(&title, &content)
}

fn heading(shown: Shown<'_>) -> Markup {
    let Shown { frame, story, .. } = shown;
    let record = &story.record;
    let sure = record.confidence.thousandths() / 10;
    html! {
        div.heading {
            h1 { (record.workflow.title()) }
            p.faint {
                "Call " a href={ "/calls/" (record.call) } { (record.call) } ", " (frame.time(record.at))
                ", " (sure) " % sure what it is about"
            }
            @match &story.case {
                Some(case) => { p.summary { (case.summary) } }
                None => { p.summary { "What was said on the call was erased." } }
            }
            @if record.contested {
                p.notice.refused { "A later report of this call contradicts what it was planned on." }
            }
            @if !record.removed.is_empty() {
                p.notice {
                    "Said on the call and removed: "
                    (record.removed.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ")) "."
                }
            }
            @if story.has_recording {
                form method="post" action={ "/calls/" (record.call) "/recording" } {
                    (frame.token_field())
                    button.quiet type="submit" { "Listen to the recording" }
                }
            }
        }
    }
}

/// What the vendor will be told, beyond the amount.
fn details(action: &Action) -> Markup {
    let shown = action
        .parameters
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.as_str() != "last" && !name.ends_with("_subunits"))
        .filter_map(|(name, value)| {
            let value = match value {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Number(number) => number.to_string(),
                serde_json::Value::Bool(true) => "yes".to_owned(),
                serde_json::Value::Bool(false) => "no".to_owned(),
                serde_json::Value::Array(list) => list
                    .iter()
                    .map(|item| {
                        item.as_str()
                            .map_or_else(|| item.to_string(), str::to_owned)
                    })
                    .collect::<Vec<_>>()
                    .join(", "),
                serde_json::Value::Object(_) | serde_json::Value::Null => return None,
            };
            let name = words::capital(&name.replace('_', " "));
            (!value.is_empty()).then_some((name, value))
        });
    html! {
        @for (name, value) in shown {
            dt { (name) }
            dd { (value) }
        }
    }
}

fn approvals(shown: Shown<'_>, action: &Action) -> Markup {
    let now = binding(action);
    html! {
        @if action.approvals_needed > 1 {
            p {
                "Two different people approve this: "
                (action.standing_approvals()) " of " (action.approvals_needed) " have."
            }
        }
        @if !action.approvals.is_empty() {
            ul {
                @for given in &action.approvals {
                    li {
                        (given.by) ", " (shown.frame.time(given.at))
                        @if given.binding != now && action.state.waits_for_person() {
                            " (of how it was before; it no longer counts)"
                        }
                        @if !given.reason.is_empty() { ": " (given.reason) }
                    }
                }
            }
        }
    }
}

fn decision(shown: Shown<'_>, action: &Action) -> Markup {
    let Shown { frame, story, .. } = shown;
    if !action.state.waits_for_person() {
        return html! {};
    }
    if !frame.may_decide {
        return html! { p.notice { "You may look at this case, and not decide on it." } };
    }
    let target = format!("/calls/{}/decision", story.record.call);
    let bound = html! {
        (frame.token_field())
        input type="hidden" name="action" value=(action.id);
        input type="hidden" name="binding" value=(binding(action));
    };
    let unknown = action.state == State::NeedsPerson;
    html! {
        section.decide aria-labelledby="decide" {
            h2 #decide { "Decide" }
            form method="post" action=(target) {
                (bound)
                div.field {
                    label for="reason" { "Reason (needed to decline)" }
                    textarea #reason name="reason" rows="2" maxlength="1000" {}
                }
                div.buttons {
                    button.primary type="submit" name="verdict" value="approve" {
                        @if unknown { "It did not happen: send it again" } @else { "Approve" }
                    }
                    @if unknown {
                        button type="submit" name="verdict" value="confirm" { "It has happened" }
                    }
                    button.danger type="submit" name="verdict" value="decline" { "Decline" }
                }
            }
            (amendment(action, &target, &bound))
            form.line method="post" action=(target) {
                (bound)
                div.field {
                    label for="new_owner" { "Give it to" }
                    input #new_owner name="owner" type="email" autocomplete="off" required maxlength="254";
                }
                button type="submit" name="verdict" value="assign" { "Assign" }
            }
            form.line method="post" action=(target) {
                (bound)
                div.field {
                    label for="words" { "Ask for more" }
                    input #words name="words" autocomplete="off" required maxlength="1000";
                }
                button type="submit" name="verdict" value="ask" { "Ask" }
            }
        }
    }
}

/// What may be changed before it is decided: the amount, downwards, and what is left for a person to
/// say.
fn amendment(action: &Action, target: &str, bound: &Markup) -> Markup {
    let open: Vec<&str> = action
        .parameters
        .get("open")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .collect();
    let may_amend = action.state == State::AwaitingApproval && action.sends == 0;
    if !may_amend || (action.amount.is_none() && open.is_empty()) {
        return html! {};
    }
    let said = |name: &str| {
        let said = action.parameters.get(name);
        said.and_then(serde_json::Value::as_str).unwrap_or_default()
    };
    html! {
        form.line method="post" action=(target) {
            (bound)
            @for name in &open {
                div.field {
                    label for={ "answer-" (name) } { (words::capital(&name.replace('_', " "))) }
                    input id={ "answer-" (name) } name={ "answer." (name) } value=(said(name))
                        autocomplete="off" maxlength="2000";
                }
            }
            @if let Some(amount) = action.amount {
                div.field {
                    label for="amount" { "Lower the amount (" (amount.currency) ")" }
                    input #amount name="amount" inputmode="decimal" autocomplete="off" size="12"
                        required[open.is_empty()];
                }
            }
            button type="submit" name="verdict" value="amend" { "Change it" }
        }
    }
}

fn told(shown: Shown<'_>) -> Markup {
    let notices = &shown.story.notices;
    html! {
        @if !notices.is_empty() {
            section aria-labelledby="told" {
                h2 #told { "Who was told" }
                ul {
                    @for notice in notices {
                        li {
                            (notice.owner) ", " (shown.frame.time(notice.updated_at)) ": "
                            (words::state(notice.state).to_lowercase())
                        }
                    }
                }
            }
        }
    }
}

fn remarks(shown: Shown<'_>) -> Markup {
    let remarks = &shown.story.remarks;
    html! {
        @if !remarks.is_empty() {
            section aria-labelledby="said" {
                h2 #said { "Said about it" }
                ul {
                    @for remark in remarks {
                        li { (remark.by) ", " (shown.frame.time(remark.at)) ": " (remark.words) }
                    }
                }
            }
        }
    }
}

fn records(shown: Shown<'_>) -> Markup {
    let Shown { frame, story, .. } = shown;
    html! {
        section aria-labelledby="records" {
            h2 #records { "On record" }
            @if story.records.is_empty() { p { "No record was found for this call." } }
            @for record in &story.records {
                div.record {
                    h3 {
                        (record.system) ": " (record.kind) " "
                        @match record.link.as_deref().filter(|link| link.starts_with("https://")) {
                            Some(link) => { a href=(link) rel="noreferrer" { (record.id) } }
                            None => { (record.id) }
                        }
                    }
                    dl {
                        @for (name, value) in &record.facts {
                            dt { (name) }
                            dd { (value) }
                        }
                    }
                    p.faint { "As it was read on " (frame.time(record.read_at)) }
                }
            }
        }
    }
}

fn understood(shown: Shown<'_>) -> Markup {
    let Some(case) = &shown.story.case else {
        return html! {};
    };
    html! {
        section aria-labelledby="understood" {
            h2 #understood { "What the caller asked" }
            table.facts {
                caption.unseen { "What was understood, from where, and how surely" }
                thead {
                    tr {
                        th scope="col" { "What" }
                        th scope="col" { "As understood" }
                        th scope="col" { "From" }
                        th scope="col" { "Sure" }
                    }
                }
                tbody {
                    @for fact in facts(case) {
                        tr {
                            th scope="row" { (fact.name) }
                            td data-label="As understood" { (fact.value) }
                            td data-label="From" {
                                (words::source(fact.source))
                                @if let Some(turn) = fact.turn {
                                    ", " a href={ "#turn-" (turn) } { "line " (turn + 1) }
                                }
                                @if fact.corroborated { ", and a second source" }
                            }
                            td data-label="Sure" { (fact.confidence.thousandths() / 10) " %" }
                        }
                    }
                }
            }
            @for disagreement in &case.disagreements {
                p.notice { (words::capital(disagreement)) }
            }
        }
    }
}

fn transcript(shown: Shown<'_>) -> Markup {
    let deciding = shown.story.deciding_turns();
    let turns = &shown.story.transcript;
    html! {
        section aria-labelledby="transcript" {
            h2 #transcript { "What was said" }
            @if turns.is_empty() { p { "There is no transcript." } }
            ol.transcript {
                @for (number, turn) in turns.iter().enumerate() {
                    @let decides = deciding.contains(&number);
                    li.decides[decides] id={ "turn-" (number) } {
                        span.speaker { (speaker(turn.speaker)) }
                        @if decides { span.badge { "decided" } }
                        p { (redacted(&turn.text)) }
                    }
                }
            }
        }
    }
}

const fn speaker(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Caller => "Caller",
        Speaker::Agent => "Agent",
        Speaker::Unknown => "Somebody",
    }
}

/// Text, with a labelled bar where something was taken out.
fn redacted(text: &Redacted) -> Markup {
    html! {
        @for segment in text.segments() {
            @match segment {
                Segment::Text(text) => { (text) }
                Segment::Marker { kind, last_four } => {
                    span.removed {
                        (kind.label()) " removed"
                        @if let Some(last_four) = last_four { ", ending " (last_four) }
                    }
                }
            }
        }
    }
}

fn timeline(shown: Shown<'_>) -> Markup {
    let Shown { frame, story, .. } = shown;
    html! {
        section aria-labelledby="timeline" {
            h2 #timeline { "Timeline" }
            @if let Some(fault) = &story.trail_fault {
                p.notice.refused role="alert" { "The trail does not hold together: " (fault) "." }
            }
            ol.timeline {
                @for entry in &story.trail {
                    li {
                        (frame.time(entry.at)) " "
                        (words::entry(entry))
                        @if !entry.note.actor.is_empty() { span.faint { ", by " (entry.note.actor) } }
                        @if let Some(reason) = &entry.note.reason { " " code { (reason) } }
                        @for policy in &entry.note.policies { " " code { (policy) } }
                    }
                }
            }
        }
    }
}
