//! Sets DialNexa up by its own API: the webhook that delivers to us, and the analysis fields that an
//! agent should fill after each call. What is there already stays as it is, so that a second run
//! changes nothing; nothing is published, and nobody else's webhook is taken over.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use classify::understand::{Field, Mapping, normalise};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::vendors::exchange::{Exchange, ExchangeError};
use shared::vendors::http::{Method, Transport};

use crate::style;

/// How long one exchange may take.
const TIME_OUT: Duration = Duration::from_secs(20);

/// What DialNexa delivers that we act on. It is also what its list of events names first.
const EVENT: &str = "call.completed";

/// The longest address that DialNexa takes.
const LONGEST_URL: usize = 150;

/// Webhooks asked for at a time, and pages read: more than any organisation has.
const PER_PAGE: usize = 100;
const MAX_PAGES: usize = 10;

/// The fields that an agent should fill: ours, the name that is proposed, DialNexa's type, and what
/// its model is told. None asks for a number of a card, an account or a tax record.
const RECOMMENDED: [(Field, &str, &str, &str); 18] = [
    (
        Field::Outcome,
        "Outcome",
        "STRING",
        "What the caller wanted, in two to four words: payment request, document resend, refund request, duplicate charge, disputed charge, failed renewal, tax or billing address, payment status, promise to pay, or other",
    ),
    (
        Field::CustomerName,
        "Customer name",
        "STRING",
        "The caller's full name, as they gave it; empty if they gave none",
    ),
    (
        Field::Email,
        "Customer email",
        "STRING",
        "The e-mail address the caller confirmed; empty if none",
    ),
    (
        Field::Amount,
        "Amount",
        "NUMBER",
        "The amount of money the call is about, in units of its currency; empty if none was said",
    ),
    (
        Field::Currency,
        "Currency",
        "STRING",
        "The currency of the amount as its ISO code, such as NGN; empty if it was not said",
    ),
    (
        Field::Purpose,
        "Purpose",
        "STRING",
        "What the payment is for, in a few words",
    ),
    (
        Field::DueDate,
        "Due date",
        "STRING",
        "The date by which it is to be paid, as YYYY-MM-DD; empty if none was agreed",
    ),
    (
        Field::InvoiceNumber,
        "Invoice number",
        "STRING",
        "The invoice number the caller gave; empty if none",
    ),
    (
        Field::PaymentReference,
        "Payment reference",
        "STRING",
        "The transaction reference the caller gave; empty if none",
    ),
    (
        Field::Subscription,
        "Subscription",
        "STRING",
        "The subscription code or the name of the plan; empty if none",
    ),
    (
        Field::RefundReason,
        "Refund reason",
        "STRING",
        "Why the caller wants money back, in one sentence without numbers; empty if they do not",
    ),
    (
        Field::DisputeReason,
        "Dispute reason",
        "STRING",
        "What the caller says is wrong with a charge, in one sentence without numbers; empty if nothing",
    ),
    (
        Field::Consent,
        "Consent",
        "BOOLEAN",
        "True only if the caller said yes to being sent a payment request or a document",
    ),
    (
        Field::Channel,
        "Channel",
        "STRING",
        "How the caller wants to be reached: email, phone or none",
    ),
    (
        Field::RecipientConfirmed,
        "Recipient confirmed",
        "BOOLEAN",
        "True only if the agent read the address back and the caller confirmed it",
    ),
    (
        Field::PromisedNextStep,
        "Promised next step",
        "STRING",
        "What the agent promised would happen next, in one sentence; empty if nothing",
    ),
    (
        Field::FollowUpDeadline,
        "Follow up deadline",
        "STRING",
        "By when the agent promised it, as YYYY-MM-DD; empty if no day was named",
    ),
    (
        Field::CallbackExpected,
        "Callback expected",
        "BOOLEAN",
        "True only if the caller expects to be called back",
    ),
];

/// What is to be set up.
pub struct Wanted<'a> {
    /// Where DialNexa is to deliver.
    pub url: String,
    /// What it is to sign its deliveries with.
    pub secret: SecretString,
    /// The agents whose calls are to be delivered; none to have them listed.
    pub agents: Vec<String>,
    /// How their fields are read.
    pub mapping: &'a Mapping,
    /// Whether to only say what would be done.
    pub is_dry: bool,
}

/// What came of one part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// It was so already.
    AlreadySo,
    /// It is so now.
    Done,
    /// It would be made so.
    WouldBeDone,
    /// A person has to do it, and this is what.
    ForYou(String),
}

/// One part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What.
    pub what: String,
    /// What came of it.
    pub came: Came,
}

impl Part {
    fn new(what: impl Into<String>, came: Came) -> Self {
        Self {
            what: what.into(),
            came,
        }
    }
}

#[derive(Deserialize)]
struct Webhook {
    id: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    is_active: bool,
}

#[derive(Deserialize)]
struct Webhooks {
    #[serde(default)]
    webhooks: Vec<Webhook>,
}

/// What is answered to a change: flat as in its examples, or below `webhook` as in its schema.
#[derive(Deserialize)]
struct Changed {
    id: Option<String>,
    webhook: Option<Webhook>,
}

#[derive(Deserialize)]
struct Agents {
    #[serde(default)]
    agents: Vec<Agent>,
}

#[derive(Deserialize)]
struct Agent {
    id: String,
    webhook_id: Option<String>,
    #[serde(default)]
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    #[serde(rename = "version_number")]
    number: u64,
    title: Option<String>,
    #[serde(default)]
    is_published: bool,
    #[serde(default, rename = "postcall_analysis", alias = "post_call_analysis")]
    analysis: Option<Vec<Value>>,
}

/// Sets DialNexa up over `transport`, and says what came of each part.
///
/// # Errors
/// [`ExchangeError`] where DialNexa refuses or does not answer; a second run goes on from there.
pub async fn dialnexa(
    transport: Arc<dyn Transport>,
    wanted: &Wanted<'_>,
) -> Result<Vec<Part>, ExchangeError> {
    let setup = Setup {
        exchange: Exchange::new(transport, "DialNexa", TIME_OUT),
        wanted,
    };
    let mut parts = Vec::new();
    let webhook = setup.webhook(&mut parts).await?;
    if wanted.agents.is_empty() {
        setup.list_agents(&mut parts).await?;
    }
    for agent in &wanted.agents {
        setup.agent(agent, webhook.as_deref(), &mut parts).await?;
    }
    Ok(parts)
}

struct Setup<'a> {
    exchange: Exchange,
    wanted: &'a Wanted<'a>,
}

impl Setup<'_> {
    /// Registers the webhook, or puts right the one that is there. Gives its id, once it has one.
    async fn webhook(&self, parts: &mut Vec<Part>) -> Result<Option<String>, ExchangeError> {
        let url = &self.wanted.url;
        let what = format!("the webhook {url}");
        if url.len() > LONGEST_URL {
            let advice = format!("DialNexa takes addresses of at most {LONGEST_URL} characters");
            parts.push(Part::new(what, Came::ForYou(advice)));
            return Ok(None);
        }
        let Some(known) = self.registered().await? else {
            parts.push(Part::new(what, self.came()));
            if self.wanted.is_dry {
                return Ok(None);
            }
            let body = json!({
                "url": url, "events": [EVENT], "is_active": true,
                "secret": self.wanted.secret.expose_secret(),
            });
            let request = self.exchange.request(Method::Post, "/v1/user-webhooks");
            let made: Changed = self.exchange.write(request.body(body)).await?;
            return Ok(made.id.or(made.webhook.map(|webhook| webhook.id)));
        };
        if known.is_active && known.events.iter().any(|event| event == EVENT) {
            parts.push(Part::new(what, Came::AlreadySo));
            return Ok(Some(known.id));
        }
        parts.push(Part::new(
            format!("{what}: {EVENT}, switched on"),
            self.came(),
        ));
        if !self.wanted.is_dry {
            let mut events = known.events;
            if !events.iter().any(|event| event == EVENT) {
                events.push(EVENT.to_owned());
            }
            let request = self
                .exchange
                .request(Method::Patch, "/v1/user-webhooks/{id}")
                .parameter(&known.id)
                .body(json!({ "events": events, "is_active": true }));
            let _changed: Value = self.exchange.write(request).await?;
        }
        Ok(Some(known.id))
    }

    async fn registered(&self) -> Result<Option<Webhook>, ExchangeError> {
        for page in 1..=MAX_PAGES {
            let request = self
                .exchange
                .request(Method::Get, "/v1/user-webhooks")
                .query("page", page.to_string())
                .query("limit", PER_PAGE.to_string());
            let listed: Webhooks = self.exchange.read(request).await?;
            let is_last = listed.webhooks.len() < PER_PAGE;
            let ours = |webhook: &Webhook| webhook.url == self.wanted.url;
            if let Some(known) = listed.webhooks.into_iter().find(ours) {
                return Ok(Some(known));
            }
            if is_last {
                return Ok(None);
            }
        }
        // A second webhook of the same address would deliver everything twice.
        Err(self.exchange.incomplete())
    }

    async fn list_agents(&self, parts: &mut Vec<Part>) -> Result<(), ExchangeError> {
        let request = self.exchange.request(Method::Get, "/v1/agents");
        let listed: Agents = self.exchange.read(request).await?;
        for agent in listed.agents {
            let title = agent.newest().and_then(|version| version.title.clone());
            let what = format!("agent {} ({})", agent.id, title.unwrap_or_default());
            let advice = format!("give --agent {} to set it up", agent.id);
            parts.push(Part::new(what, Came::ForYou(advice)));
        }
        Ok(())
    }

    async fn agent(
        &self,
        id: &str,
        webhook: Option<&str>,
        parts: &mut Vec<Part>,
    ) -> Result<(), ExchangeError> {
        let request = self.exchange.request(Method::Get, "/v1/agents/{id}");
        let agent: Option<Agent> = self.exchange.find(request.parameter(id)).await?;
        let Some(newest) = agent.as_ref().and_then(Agent::newest) else {
            let advice = "DialNexa knows no such agent: copy its id from the dashboard";
            parts.push(Part::new(
                format!("agent {id}"),
                Came::ForYou(advice.to_owned()),
            ));
            return Ok(());
        };
        let known = newest.analysis.clone().unwrap_or_default();
        let missing = missing(&known, self.wanted.mapping);
        let reports_to = agent.as_ref().and_then(|agent| agent.webhook_id.as_deref());
        let is_elsewhere = reports_to.is_some_and(|other| webhook.is_some_and(|our| our != other));
        if is_elsewhere {
            let advice = "it reports to another webhook: change that in the dashboard, if it should \
                          report to Ledgerline";
            parts.push(Part::new(
                format!("agent {id}: its webhook"),
                Came::ForYou(advice.to_owned()),
            ));
        }
        let is_linked = reports_to.is_some();
        if missing.is_empty() && is_linked {
            parts.push(Part::new(format!("agent {id}"), Came::AlreadySo));
            return Ok(());
        }
        let names: Vec<&str> = missing.iter().map(|(_, name, ..)| *name).collect();
        let fields = (!names.is_empty()).then(|| format!("fields {}", names.join(", ")));
        let link = (!is_linked).then(|| "its webhook".to_owned());
        let parts_of: Vec<String> = fields.into_iter().chain(link).collect();
        let version = newest.number;
        let what = format!("agent {id}, version {version}: {}", parts_of.join("; "));
        if newest.is_published {
            let advice = "this version is published, and DialNexa changes drafts only: make a new \
                          version in the dashboard, and run this again";
            parts.push(Part::new(what, Came::ForYou(advice.to_owned())));
            return Ok(());
        }
        parts.push(Part::new(what, self.came()));
        if self.wanted.is_dry {
            return Ok(());
        }
        let mut all = known;
        all.extend(missing.into_iter().map(|(_, name, kind, description)| {
            json!({ "field_name": name, "field_type": kind, "field_description": description })
        }));
        let mut body = json!({
            "version_number": newest.number, "post_call_analysis": all,
        });
        if let (false, Some(webhook), Some(body)) = (is_linked, webhook, body.as_object_mut()) {
            body.insert("webhook_id".to_owned(), json!(webhook));
        }
        let request = self.exchange.request(Method::Patch, "/v1/agents/{id}");
        let _changed: Value = self
            .exchange
            .write(request.parameter(id).body(body))
            .await?;
        let advice = "look at the draft in the dashboard, and publish it";
        parts.push(Part::new(
            format!("agent {id}"),
            Came::ForYou(advice.to_owned()),
        ));
        Ok(())
    }

    fn came(&self) -> Came {
        if self.wanted.is_dry {
            Came::WouldBeDone
        } else {
            Came::Done
        }
    }
}

impl Agent {
    fn newest(&self) -> Option<&Version> {
        self.versions.iter().max_by_key(|version| version.number)
    }
}

/// The recommended fields that an agent has under no name that we know.
fn missing(
    fields: &[Value],
    mapping: &Mapping,
) -> Vec<(Field, &'static str, &'static str, &'static str)> {
    let meant: Vec<&Field> = fields
        .iter()
        .filter_map(|field| field.get("field_name")?.as_str())
        .filter_map(|name| mapping.analysis.get(&normalise(name)))
        .collect();
    RECOMMENDED
        .into_iter()
        .filter(|(field, ..)| !meant.contains(&field))
        .collect()
}

/// Says what came of it.
///
/// # Errors
/// Where the output cannot be written.
pub fn print(parts: &[Part], out: &mut dyn Write) -> std::io::Result<()> {
    for part in parts {
        let came = match &part.came {
            Came::AlreadySo => style::faint("so already"),
            Came::Done => style::good("done"),
            Came::WouldBeDone => style::busy("would be done"),
            Came::ForYou(advice) => style::attention(advice),
        };
        writeln!(out, "{}: {came}", part.what)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recommended_field_is_understood_as_what_it_is_recommended_for() {
        let mapping = Mapping::default();
        for (field, name, kind, description) in RECOMMENDED {
            assert_eq!(
                mapping.analysis.get(&normalise(name)),
                Some(&field),
                "{name}"
            );
            assert!(["STRING", "NUMBER", "BOOLEAN"].contains(&kind), "{name}");
            assert!(!description.is_empty(), "{name}");
        }
    }
}
