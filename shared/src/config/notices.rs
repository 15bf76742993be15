//! Who is told what, where: the destinations, the templates, and the routes that lead from a case
//! to them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::case::{Urgency, Workflow};
use crate::ledger::State;

/// A system in which people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// Finance alerts in a channel, changed in place as the case moves.
    Slack,
    /// One billing ticket for each call, and comments on it.
    Zendesk,
    /// A note on the customer's contact.
    Hubspot,
    /// A message to the customer.
    Gmail,
}

impl System {
    /// The name as it is written in settings and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Zendesk => "zendesk",
            Self::Hubspot => "hubspot",
            Self::Gmail => "gmail",
        }
    }

    /// The name as a person reads it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Slack => "Slack",
            Self::Zendesk => "Zendesk",
            Self::Hubspot => "HubSpot",
            Self::Gmail => "Gmail",
        }
    }

    /// How long what was sent may be missing from what the system lists, in seconds: Zendesk's and
    /// Gmail's searches and `HubSpot`'s associations lag, Slack's history hardly does.
    #[must_use]
    pub const fn settle_seconds(self) -> i64 {
        match self {
            Self::Slack => 30,
            Self::Hubspot | Self::Gmail => 90,
            Self::Zendesk => 120,
        }
    }

    /// Whether all that a call has to say there goes into one place, one after the other.
    #[must_use]
    pub const fn has_one_place_a_call(self) -> bool {
        match self {
            Self::Slack | Self::Zendesk => true,
            Self::Hubspot | Self::Gmail => false,
        }
    }
}

/// Who reads what arrives at a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Many: nothing of payments, taxes, addresses or telephone numbers, unless allowed by name.
    #[default]
    Broad,
    /// Those who work on it.
    Restricted,
}

/// What a detail is about, which decides who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitivity {
    /// Anybody who works for the merchant.
    Open,
    /// A payment: what was paid, how much, under which number.
    Payment,
    /// How the customer is reached.
    Contact,
    /// Taxes.
    Tax,
}

/// A detail that a message may hold, by the name under which settings speak of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Why it stands where it stands.
    Reason,
    /// Who owns it.
    Owner,
    /// By when.
    Deadline,
    /// What is to be done next.
    NextStep,
    /// What the agent promised on the call.
    Promised,
    /// Whether the caller waits to be rung.
    CallBack,
    /// What the caller promised to pay, and by when.
    PromiseToPay,
    /// The customer's name.
    Customer,
    /// The call's operational summary, which names amounts and references.
    Summary,
    /// How much it is about.
    Amount,
    /// The invoice, order, payment or subscription it is about.
    Reference,
    /// What is still owed.
    Balance,
    /// The document asked for.
    Document,
    /// Why the charge is disputed, or a refund wanted.
    Claim,
    /// The customer's address.
    Email,
    /// The number to ring.
    Phone,
    /// The region whose tax rules apply.
    TaxRegion,
    /// The postal address to be put right.
    BillingAddress,
}

impl Detail {
    /// What it is about.
    #[must_use]
    pub const fn sensitivity(self) -> Sensitivity {
        match self {
            Self::Reason
            | Self::Owner
            | Self::Deadline
            | Self::NextStep
            | Self::CallBack
            | Self::Customer
            | Self::Document => Sensitivity::Open,
            // The caller's and the agent's own words may name anything.
            Self::Promised
            | Self::Claim
            | Self::PromiseToPay
            | Self::Summary
            | Self::Amount
            | Self::Reference
            | Self::Balance => Sensitivity::Payment,
            Self::Email | Self::Phone | Self::BillingAddress => Sensitivity::Contact,
            Self::TaxRegion => Sensitivity::Tax,
        }
    }
}

/// A place where people are told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// The system.
    pub system: System,
    /// Who reads it.
    #[serde(default)]
    pub access: Access,
    /// What a broad destination gets all the same.
    #[serde(default)]
    pub allow: BTreeSet<Detail>,
    /// Slack: the channel's id.
    #[serde(default)]
    pub channel: Option<String>,
    /// Gmail: the address that mail comes from.
    #[serde(default)]
    pub from: Option<String>,
    /// Zendesk: whether the first comment may be read by the requester, who is then mailed.
    #[serde(default)]
    pub public: bool,
}

impl Destination {
    /// Whether `detail` may go there.
    #[must_use]
    pub fn may_hold(&self, detail: Detail) -> bool {
        self.access == Access::Restricted
            || detail.sensitivity() == Sensitivity::Open
            || self.allow.contains(&detail)
    }

    /// Whether it may be told what a correction of tax details is about.
    #[must_use]
    pub fn may_hold_tax(&self) -> bool {
        self.may_hold(Detail::TaxRegion)
    }
}

/// How a message is laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Template {
    /// What it holds, in this order: for people who work for the merchant.
    pub details: Vec<Detail>,
    /// The subject of a message to a customer; `{name}` stands for what it is filled with.
    pub subject: Option<String>,
    /// Its text.
    pub body: Option<String>,
}

/// What a message to a customer may be filled with.
pub const PLACEHOLDERS: [&str; 7] = [
    "merchant",
    "customer",
    "amount",
    "reference",
    "paid_on",
    "payments",
    "next_step",
];

impl Template {
    /// The names that stand in braces in subject and text.
    pub fn placeholders(&self) -> impl Iterator<Item = &str> {
        [&self.subject, &self.body]
            .into_iter()
            .flatten()
            .flat_map(|text| text.split('{').skip(1))
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
    }
}

/// What has to have happened for a route to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Whatever people are told.
    #[default]
    Told,
    /// A person has to do something.
    Waits,
    /// It is done.
    Done,
    /// It is done, and a person or policy allowed that the customer is written to.
    Approved,
}

/// From what a case has come to, to the places where it is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Of which workflows; of all where none is named.
    #[serde(default)]
    pub workflows: BTreeSet<Workflow>,
    /// From which urgency on.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// About which document, where it is about one.
    #[serde(default)]
    pub document: Option<crate::case::DocumentKind>,
    /// When.
    #[serde(default)]
    pub when: When,
    /// Where, by the names of destinations.
    pub to: Vec<String>,
    /// Laid out how, by the name of a template.
    pub template: String,
}

/// What a case has come to, as routes look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'a> {
    /// What it is about.
    pub workflow: Workflow,
    /// How urgent it is.
    pub urgency: Urgency,
    /// What the action has come to.
    pub state: State,
    /// The action's name.
    pub action: &'a str,
    /// Whether a person approved it.
    pub is_approved: bool,
    /// The document it is about, where it is about one.
    pub document: Option<crate::case::DocumentKind>,
}

/// The name of an action that only a person can do.
const REVIEW: &str = "review";

/// The name of the action by which policy lets a document go to the address on record.
const SEND_DOCUMENT: &str = "send_document";

impl Told<'_> {
    /// Whether finance is alerted of it, which is for exactly: payment blockers of VIPs, duplicate
    /// charges, chargebacks, urgent renewal failures, and exceptions that need approval (R7).
    #[must_use]
    pub fn is_finance_alert(&self) -> bool {
        let needs_approval = self.state.waits_for_person() && self.action != REVIEW;
        match self.workflow {
            Workflow::VipPaymentBlocker | Workflow::DuplicateCharge | Workflow::Chargeback => true,
            Workflow::FailedRenewal => self.urgency >= Urgency::High || needs_approval,
            Workflow::DisputedCharge
            | Workflow::DocumentResend
            | Workflow::RefundRequest
            | Workflow::TaxBillingAddress
            | Workflow::CreateCustomer
            | Workflow::PaymentRequest
            | Workflow::PaymentStatus
            | Workflow::Collections
            | Workflow::Other => needs_approval,
        }
    }

    fn takes(&self, route: &Route) -> bool {
        let done = self.state == State::Succeeded;
        (route.workflows.is_empty() || route.workflows.contains(&self.workflow))
            && route.urgency.is_none_or(|least| self.urgency >= least)
            && route
                .document
                .is_none_or(|kind| self.document == Some(kind))
            && match route.when {
                When::Told => true,
                When::Waits => self.state.waits_for_person(),
                When::Done => done,
                When::Approved => done && (self.is_approved || self.action == SEND_DOCUMENT),
            }
    }
}

/// Where notices go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoticeSettings {
    /// The places, by name.
    pub destinations: BTreeMap<String, Destination>,
    /// The layouts, by name.
    pub templates: BTreeMap<String, Template>,
    /// Which of them are told what; for each place the first route that fits counts.
    pub routes: Vec<Route>,
}

impl NoticeSettings {
    /// The names of the destinations and templates for what a case has come to, each destination
    /// once.
    #[must_use]
    pub fn routes_of(&self, told: &Told<'_>) -> Vec<(&str, &str)> {
        let mut chosen: BTreeMap<&str, &str> = BTreeMap::new();
        for route in self.routes.iter().filter(|route| told.takes(route)) {
            for name in &route.to {
                chosen.entry(name).or_insert(&route.template);
            }
        }
        chosen.into_iter().collect()
    }

    /// What is wrong with them, each with where it is and what to do.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut require = |holds: bool, problem: String| {
            if !holds {
                problems.push(problem);
            }
        };
        for (name, destination) in &self.destinations {
            let place = format!("notices.destinations.{name}");
            let well_named = !name.is_empty()
                && name.len() <= 40
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            require(
                well_named,
                format!("{place}: a name holds a to z, 0 to 9 and _, at most 40"),
            );
            let is_slack = destination.system == System::Slack;
            require(
                destination.channel.is_some() == is_slack,
                format!("{place}.channel must be set for slack, and for nothing else"),
            );
            if let Some(channel) = &destination.channel {
                let channel = crate::vendors::slack::ChannelId::new(channel.as_str());
                let words = channel.err().map(|error| error.to_string());
                require(
                    words.is_none(),
                    format!("{place}.channel is {}", words.unwrap_or_default()),
                );
            }
            let is_gmail = destination.system == System::Gmail;
            let from = destination.from.as_deref();
            require(
                from.is_some_and(|from| crate::ids::Email::new(from).is_ok()) == is_gmail,
                format!("{place}.from must be an e-mail address for gmail, and unset elsewhere"),
            );
            require(
                !destination.public || destination.system == System::Zendesk,
                format!("{place}.public is for zendesk only"),
            );
        }
        for (name, template) in &self.templates {
            for unknown in template
                .placeholders()
                .filter(|name| !PLACEHOLDERS.contains(name))
            {
                require(
                    false,
                    format!(
                        "notices.templates.{name}: {{{unknown}}} is not one of {}",
                        PLACEHOLDERS.join(", ")
                    ),
                );
            }
            let subject = template.subject.as_deref().unwrap_or_default();
            require(
                !subject.contains(['\r', '\n']),
                format!("notices.templates.{name}.subject must be one line"),
            );
        }
        for (number, route) in (1..).zip(&self.routes) {
            let place = format!("notices.routes, number {number}");
            let template = self.templates.get(&route.template);
            require(
                template.is_some(),
                format!("{place}: there is no template {:?}", route.template),
            );
            for name in &route.to {
                let Some(destination) = self.destinations.get(name) else {
                    require(false, format!("{place}: there is no destination {name:?}"));
                    continue;
                };
                let to_customer = destination.system == System::Gmail;
                require(
                    !to_customer || route.when == When::Approved,
                    format!("{place}: a customer is written to only when = \"approved\""),
                );
                let fits = template.is_none_or(|template| {
                    let is_letter = template.subject.is_some() && template.body.is_some();
                    if to_customer {
                        is_letter
                    } else {
                        !template.details.is_empty()
                    }
                });
                let needs = if to_customer {
                    "subject and body"
                } else {
                    "details"
                };
                require(
                    fits,
                    format!(
                        "{place}: {name} needs a template with {needs}, which {:?} has not",
                        route.template
                    ),
                );
            }
        }
        problems
    }
}

#[cfg(test)]
#[path = "notices_tests.rs"]
mod tests;
