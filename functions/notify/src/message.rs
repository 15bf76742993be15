//! What a notice says: short and factual, with owner, deadline, next step and link. A channel is a
//! broad audience: no payment detail, no address, no telephone number, none of the caller's words.

use shared::case::{Case, Urgency, Workflow};
use shared::config::Settings;
use shared::ids::CallId;
use shared::ledger::{Action, State};
use shared::vendors::slack::{Block, Markup, Message};

/// What a notice is about.
#[derive(Debug, Clone)]
pub struct Story {
    /// The call.
    pub call: CallId,
    /// What it is about.
    pub workflow: Workflow,
    /// How soon a person must look.
    pub urgency: Urgency,
    /// Who owns it.
    pub owner: String,
    /// The state that the notice was written about.
    pub state: State,
    /// The action it was written about.
    pub about: Option<Action>,
    /// The case, unless the caller was erased.
    pub case: Option<Case>,
}

/// The message for a notice.
#[must_use]
pub fn message(story: &Story, settings: &Settings, public_base_url: &str) -> Message {
    let title = format!("{}: {}", story.workflow.title(), outcome(story));
    let workflow = settings.workflow(story.workflow);
    let page = format!(
        "{}/calls/{}",
        public_base_url.trim_end_matches('/'),
        story.call
    );
    let fact = |name: &str, value: String| Markup::new().bold(name).text(format!("\n{value}"));
    let mut facts = vec![fact("Owner", story.owner.clone())];
    if let Some(amount) = story.about.as_ref().and_then(|about| about.amount) {
        facts.push(fact("Amount", amount.to_string()));
    }
    let waits = story.state.waits_for_person();
    if waits {
        facts.push(fact("Next step", workflow.next_step.clone()));
        if let Some(about) = &story.about {
            let due = about
                .not_after
                .to_zoned_datetime(settings.merchant.time_zone.clone());
            facts.push(fact(
                "Decide by",
                due.strftime("%-d %b %Y, %H:%M %Z").to_string(),
            ));
        }
    }
    if let Some(record) = record_link(story, &workflow.record_url) {
        facts.push(
            Markup::new()
                .bold("Paystack")
                .text("\n")
                .link(&record, "Open the record"),
        );
    }
    let mut blocks = vec![Block::Header(title.clone())];
    if let Some(reason) = story.about.as_ref().and_then(|about| about.reason.as_ref())
        && story.state != State::Succeeded
    {
        blocks.push(Block::Section(Markup::new().text(sentence(&reason.words))));
    }
    blocks.push(Block::Fields(facts));
    let suppressed = story.case.as_ref().is_some_and(Case::is_suppressed);
    let mut context = vec![Markup::new().link(&page, "Open the call")];
    if suppressed {
        context
            .push(Markup::new().text("Payment or identity data was said on the call and removed."));
    }
    blocks.push(Block::Context(context));
    let urgent = if story.urgency == Urgency::Critical {
        "Urgent: "
    } else {
        ""
    };
    Message {
        text: Markup::new().text(format!("{urgent}{title}")),
        blocks,
    }
}

/// What became of it, in a few words.
fn outcome(story: &Story) -> &'static str {
    match story.state {
        State::Succeeded => match story.about.as_ref().map(|about| about.id.name.as_str()) {
            Some("create_customer") => "customer created",
            Some("finalise_payment_request") => "payment request sent",
            Some("notify_payment_request") => "notification requested",
            _ => "done",
        },
        State::AwaitingApproval => "needs a decision",
        State::NeedsPerson => "outcome unknown, please look",
        State::Rejected => "refused by Paystack",
        State::Expired => "nobody decided in time",
        State::Declined => "declined",
        State::Observed => "observed, nothing was done",
        State::Planned
        | State::Approved
        | State::Claimed
        | State::Sent
        | State::Deferred
        | State::Unknown => "in progress",
    }
}

fn record_link(story: &Story, pattern: &str) -> Option<String> {
    let receipt = story.about.as_ref()?.receipt.as_ref()?;
    let id = receipt.second.as_ref().unwrap_or(&receipt.id);
    (!id.is_empty()).then(|| pattern.replace("{id}", id))
}

fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), characters.as_str())
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
