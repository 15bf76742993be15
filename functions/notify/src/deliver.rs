//! From a notice to its system: what is said there, and how it is told once.

use jiff::{SignedDuration, Timestamp};
use shared::case::{Case, Channel};
use shared::config::{Settings, System};
use shared::error::Class;
use shared::ids::Email;
use shared::ledger::{
    Action, Check, Effect, Failure, Ledger, Paid, Reason, Receipt, Sighting, State,
};
use shared::vendors::hubspot::Hubspot;
use shared::vendors::slack::Slack;

use crate::gmail::{Gmail, Letter, Mail, Unfilled, fill};
use crate::hubspot::Note;
use crate::render::{Rendered, day, render};
use crate::slack::Alert;
use crate::story::{Story, Told};
use crate::zendesk::{Ticket, Zendesk};

/// The systems in which people are told, each where it is set up.
#[derive(Debug, Clone, Default)]
pub struct Systems {
    /// Slack.
    pub slack: Option<Slack>,
    /// Zendesk.
    pub zendesk: Option<Zendesk>,
    /// `HubSpot`.
    pub hubspot: Option<Hubspot>,
    /// Gmail.
    pub gmail: Option<Gmail>,
}

/// That a system was set up when the notice was sent, and no longer is.
pub(crate) fn not_set_up(system: &str) -> Failure {
    let words = format!("{system} is no longer set up");
    Failure::new(Class::RetryLater, "not_set_up", words)
}

/// A notice on its way to one system.
pub enum Delivery<'a> {
    /// An alert in Slack.
    Alert(Alert<'a>),
    /// A ticket or comment in Zendesk.
    Ticket(Box<Ticket<'a>>),
    /// A note in `HubSpot`.
    Note(Note<'a>),
    /// A message to the customer.
    Mail(Box<Mail<'a>>),
    /// Nothing: the settings no longer name where it was to go.
    Nowhere(Nowhere),
}

/// A notice whose destination or layout the settings no longer name: it waits for them, and in the
/// end for a person.
pub struct Nowhere;

#[async_trait::async_trait]
impl Effect for Nowhere {
    async fn check(&self, _action: &Action) -> Result<Check, Failure> {
        Err(nowhere())
    }

    async fn send(&self, _action: &Action) -> Result<Receipt, Failure> {
        Err(nowhere())
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        Err(nowhere())
    }

    fn announce(&self, _action: &Action) -> Vec<Action> {
        Vec::new()
    }
}

fn nowhere() -> Failure {
    Failure::new(
        Class::RetryLater,
        "no_destination",
        "the settings no longer name the notice's destination or template",
    )
}

/// What a delivery is made from.
pub struct Desk<'a> {
    /// The systems.
    pub systems: &'a Systems,
    /// The merchant's settings.
    pub settings: &'a Settings,
    /// Where our own call pages live.
    pub public_base_url: &'a str,
    /// The time.
    pub now: Timestamp,
}

impl<'a> Desk<'a> {
    /// The delivery of `notice`, which is about `story`; `earlier` is what an earlier notice of the
    /// call left at the same destination.
    #[must_use]
    pub fn delivery(
        &self,
        notice: &Action,
        story: &Story,
        told: Told<'a>,
        earlier: Earlier<'a>,
    ) -> Delivery<'a> {
        let mark = format!("[ref {}]", notice.key);
        let message = render(
            story,
            told.destination,
            told.template,
            self.settings,
            self.public_base_url,
        );
        match told.destination.system {
            System::Slack => Delivery::Alert(Alert {
                slack: self.systems.slack.as_ref(),
                channel: told.destination.channel.as_deref().unwrap_or_default(),
                is_for_finance: notice.parameters.get("alert") == Some(&serde_json::json!(true)),
                earlier,
                message: message.for_slack(),
            }),
            System::Zendesk => {
                Delivery::Ticket(Box::new(self.ticket(story, told, earlier, &message, mark)))
            }
            System::Hubspot => Delivery::Note(Note {
                hubspot: self.systems.hubspot.as_ref(),
                email: story.recipient.as_ref().map(|it| it.email.clone()),
                body: message.as_html(&mark),
                mark,
                left_of_today: self.left_of_today(),
            }),
            System::Gmail => Delivery::Mail(Box::new(Mail {
                gmail: self.systems.gmail.as_ref(),
                letter: self.letter(notice, story, told),
            })),
        }
    }

    /// Until midnight where the merchant is.
    fn left_of_today(&self) -> SignedDuration {
        let zone = &self.settings.merchant.time_zone;
        let tomorrow = zone.to_datetime(self.now).date().tomorrow().ok();
        let midnight = tomorrow.and_then(|day| zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
        midnight.unwrap_or(self.now).duration_since(self.now)
    }

    fn ticket(
        &self,
        story: &Story,
        told: Told<'a>,
        earlier: Earlier<'a>,
        message: &Rendered,
        mark: String,
    ) -> Ticket<'a> {
        let waits = story.state.waits_for_person();
        Ticket {
            zendesk: self.systems.zendesk.as_ref(),
            earlier,
            external_id: format!("call:{}", story.call),
            subject: message.title.clone(),
            body: message.as_text(&mark),
            mark,
            public: told.destination.public,
            requester: story.recipient.clone(),
            urgency: story.urgency,
            tags: vec![
                "dialnexa".to_owned(),
                "ledgerline".to_owned(),
                story.workflow.to_string(),
            ],
            due: story
                .about
                .as_ref()
                .filter(|_| waits)
                .map(|about| about.not_after),
        }
    }

    /// The message to the customer, or why there can be none.
    fn letter(&self, notice: &Action, story: &Story, told: Told<'a>) -> Result<Letter, Reason> {
        let case = story.case.as_ref().ok_or_else(|| {
            Reason::new("erased", "the caller's data was erased before it was sent")
        })?;
        let recipient = story.recipient.as_ref().ok_or_else(|| {
            Reason::new(
                "no_address_on_record",
                "the caller is not known to be a customer with an address on Paystack's record",
            )
        })?;
        refuse_unwilling(case)?;
        let text = |text: &Option<String>| {
            fill(text.as_deref().unwrap_or_default(), |name| {
                self.value(name, story)
            })
        };
        let unfilled = |error: Unfilled| Reason::new("unfilled", error.to_string());
        let from = told.destination.from.as_deref().unwrap_or_default();
        let from = Email::new(from)
            .map_err(|_| Reason::new("no_sender", "the settings name no address to send from"))?;
        let (_, domain) = from.expose().rsplit_once('@').unwrap_or_default();
        Ok(Letter {
            message_id: format!("{}@{domain}", notice.key),
            from_name: self.settings.merchant.name.clone(),
            to: recipient.email.clone(),
            subject: text(&told.template.subject).map_err(unfilled)?,
            body: text(&told.template.body)
                .map_err(unfilled)?
                .trim_start()
                .to_owned(),
            at: notice.created_at,
            from,
        })
    }

    /// What stands for a placeholder: from Paystack's records and the settings, never from what the
    /// caller said.
    fn value(&self, name: &str, story: &Story) -> Option<String> {
        let recipient = story.recipient.as_ref()?;
        let payment = recipient.payments.first();
        match name {
            "merchant" => Some(self.settings.merchant.name.clone()),
            "customer" => Some(
                recipient
                    .name
                    .clone()
                    .unwrap_or_else(|| "customer".to_owned()),
            ),
            "amount" => {
                let moved = story.about.as_ref().and_then(|about| about.amount);
                let amount = moved.or_else(|| payment.map(|payment| payment.amount))?;
                Some(amount.to_string())
            }
            "reference" => payment.map(|payment| payment.reference.clone()),
            "paid_on" => self.paid_on(payment?),
            "payments" => {
                let lines: Vec<String> = recipient
                    .payments
                    .iter()
                    .map(|payment| {
                        let on = self.paid_on(payment).unwrap_or_default();
                        format!("{on}  {}  {}", payment.amount, payment.reference)
                    })
                    .collect();
                (!lines.is_empty()).then(|| lines.join("\n"))
            }
            "next_step" => Some(self.settings.workflow(story.workflow).next_step.clone()),
            _ => None,
        }
    }

    fn paid_on(&self, payment: &Paid) -> Option<String> {
        let zone = self.settings.merchant.time_zone.clone();
        Some(day(payment.at?.to_zoned_datetime(zone).date()))
    }
}

/// Nobody is written to who refused, or who expects to be reached another way.
fn refuse_unwilling(case: &Case) -> Result<(), Reason> {
    let fields = &case.fields;
    if fields
        .consent
        .as_ref()
        .is_some_and(|consent| !consent.value)
    {
        return Err(Reason::new(
            "consent_refused",
            "the caller refused to be written to",
        ));
    }
    let other = |channel: Channel| channel != Channel::Email;
    if fields.channel.as_ref().is_some_and(|it| other(it.value)) {
        return Err(Reason::new(
            "other_channel",
            "the caller does not expect the answer by e-mail",
        ));
    }
    Ok(())
}

impl Delivery<'_> {
    fn inner(&self) -> &dyn Effect {
        match self {
            Self::Alert(effect) => effect,
            Self::Ticket(effect) => &**effect,
            Self::Note(effect) => effect,
            Self::Mail(effect) => &**effect,
            Self::Nowhere(effect) => effect,
        }
    }
}

#[async_trait::async_trait]
impl Effect for Delivery<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        self.inner().check(action).await
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        self.inner().send(action).await
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        self.inner().look_up(action).await
    }

    fn announce(&self, action: &Action) -> Vec<Action> {
        self.inner().announce(action)
    }
}

/// What an earlier notice of the call left at the same destination.
pub struct Earlier<'a> {
    ledger: &'a Ledger,
    known: Option<Receipt>,
}

impl<'a> Earlier<'a> {
    /// As it stands among `others`, before the turn of `notice` has come.
    #[must_use]
    pub fn among(ledger: &'a Ledger, notice: &Action, others: &[Action]) -> Self {
        let known = left_by_another(notice, others);
        Self { ledger, known }
    }

    /// As it stands now that the place is this notice's: while it waited for its turn, another may
    /// have been told.
    ///
    /// # Errors
    /// [`Failure`] where the ledger cannot be read.
    pub async fn now(&self, notice: &Action) -> Result<Option<Receipt>, Failure> {
        if self.known.is_some() {
            return Ok(self.known.clone());
        }
        let all = self.ledger.notices(&notice.call).await?;
        let others: Vec<Action> = all.into_iter().map(|(other, _)| other).collect();
        Ok(left_by_another(notice, &others))
    }
}

fn left_by_another(notice: &Action, others: &[Action]) -> Option<Receipt> {
    others
        .iter()
        .filter(|it| it.id.name == notice.id.name && it.id != notice.id)
        .filter(|it| it.state == State::Succeeded)
        .filter_map(|it| it.receipt.clone())
        .find(|receipt| !receipt.id.is_empty())
}

/// The newest notice of the call to the same destination: what has one place is always brought to
/// how things stand now.
#[must_use]
pub fn newest<'a>(notice: &Action, others: &'a [Action]) -> Option<&'a Action> {
    others
        .iter()
        .filter(|it| it.id.name == notice.id.name)
        .max_by_key(|it| (it.created_at, it.id.clone()))
}

/// A failure before anything was sent: it is tried again, and not looked for.
pub(crate) fn unsent(failure: Failure) -> Failure {
    Failure {
        class: match failure.class {
            Class::Bug => Class::Bug,
            Class::Rejected | Class::RetryLater | Class::OutcomeUnknown => Class::RetryLater,
        },
        ..failure
    }
}
