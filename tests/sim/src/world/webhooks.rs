//! Paystack's webhooks on their way to us: told once, several times or never, at once or hours later,
//! in any order; and some that only claim to be Paystack's.

use std::rc::Rc;
use std::time::Duration;

use reconcile::Answer;
use sandbox::paystack::WebhookEvent;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Event, World};
use crate::functions::{self, Function};
use crate::vault;

/// How many tries Paystack makes at the quick pace, and how long it waits between them; after that
/// it tries by the hour for three days (`https://paystack.com/docs/payments/webhooks/`).
const QUICK_TRIES: u32 = 4;
const QUICK_PAUSE: Duration = Duration::from_mins(3);
const SLOW_PAUSE: Duration = Duration::from_hours(1);
const MOST_TRIES: u32 = QUICK_TRIES + 72;

/// How long the schedule looks on for what was not delivered: its job runs by the hour.
const LOOKED_FOR: Duration = Duration::from_hours(3);

/// A webhook on its way.
#[derive(Debug, Clone)]
pub struct Webhook {
    body: String,
    /// Paystack's id of the event; nothing where somebody else made it up.
    event: Option<String>,
    tries: u32,
}

impl World {
    /// Lets Paystack tell what becomes of its records from now on, and the schedule look after what
    /// is owed, and after what never reached us, for as long as the world goes on.
    pub(crate) fn look_after_all(&self) {
        self.looks_after_all.set(true);
    }

    /// Sends what Paystack has to tell since it was last asked.
    pub(super) fn send_webhooks(&self) {
        if !self.looks_after_all.get() {
            return;
        }
        let fresh: Vec<WebhookEvent> = {
            let paystack = self.paystack.lock();
            let events = paystack.model().webhook_events();
            let fresh = events.iter().skip(self.webhooks_sent.get()).cloned();
            let fresh = fresh.collect();
            self.webhooks_sent.set(events.len());
            fresh
        };
        for event in fresh {
            self.schedule_what_follows(&event);
            self.send_webhook(&event);
        }
    }

    fn send_webhook(&self, event: &WebhookEvent) {
        let odds = self.chaos.odds();
        if self.chaos.strikes(odds.webhook_lost) {
            self.tell(|| format!("{} is lost", event.name()));
            self.note_tried(&event.id, false);
            return;
        }
        let times = if self.chaos.strikes(odds.webhook_twice) {
            3
        } else {
            1
        };
        for _ in 0..times {
            let webhook = Webhook {
                body: event.payload.to_string(),
                event: Some(event.id.clone()),
                tries: 0,
            };
            let mut late = Duration::from_secs(1);
            if self.chaos.strikes(odds.webhook_late) {
                let most = self.chaos.dice().choice([10, 600, 10_000]).unwrap_or(10);
                late += self.chaos.up_to(Duration::from_secs(most));
            }
            self.schedule(late, Event::Webhook(webhook));
        }
        if self.chaos.strikes(odds.webhook_forged) {
            let webhook = Webhook {
                body: made_up(event).to_string(),
                event: None,
                tries: 0,
            };
            let late = self.chaos.up_to(Duration::from_mins(10));
            self.schedule(late, Event::Webhook(webhook));
        }
    }

    /// Time alone moves refunds on and ends disputes: it is looked at when it does.
    fn schedule_what_follows(&self, event: &WebhookEvent) {
        let moment = Duration::from_millis(1);
        let after = match event.name() {
            "refund.pending" | "refund.processing" => {
                let step = self.paystack.lock().model().settings().refund_step_ms;
                (step > 0).then(|| Duration::from_millis(step))
            }
            "charge.dispute.create" => {
                let due = event.payload.pointer("/data/dueAt").and_then(Value::as_str);
                let due = due.and_then(|due| due.parse::<jiff::Timestamp>().ok());
                due.and_then(|due| due.duration_since(self.now()).try_into().ok())
            }
            _ => None,
        };
        if let Some(after) = after {
            self.schedule(after + moment, Event::PaystackMoves);
        }
    }

    /// A webhook arrives.
    pub(super) async fn take_in_webhook(self: Rc<Self>, webhook: Webhook) {
        let key = vault::PAYSTACK_KEY.into();
        let signed_with = if webhook.event.is_some() {
            vault::PAYSTACK_KEY
        } else {
            "sk_test_somebody_elses"
        };
        let request = functions::webhook(&webhook.body, signed_with);
        let instance = self.instance();
        let work = Box::pin(instance.reconciler.take_in(request, &key));
        let answer = self.invoke(Function::Reconcile, work).await;
        let Some(event) = webhook.event.clone() else {
            if answer.is_some_and(|answer| answer != Answer::NotSigned) {
                self.break_with(format!("a forged webhook was answered with {answer:?}"));
            }
            return;
        };
        let delivered = answer.is_some_and(|answer| answer.status() == 200);
        self.tell(|| format!("webhook {event}: {answer:?}"));
        self.note_tried(&event, delivered);
        if answer == Some(Answer::Ignored) {
            self.break_with(format!(
                "a webhook of Paystack's was ignored: {}",
                webhook.body
            ));
        } else if !delivered && webhook.tries + 1 < MOST_TRIES {
            let again = Webhook {
                tries: webhook.tries + 1,
                ..webhook
            };
            let pause = if again.tries < QUICK_TRIES {
                QUICK_PAUSE
            } else {
                SLOW_PAUSE
            };
            self.schedule(pause, Event::Webhook(again));
        }
    }

    fn note_tried(&self, event: &str, delivered: bool) {
        let mut paystack = self.paystack.lock();
        paystack.model_mut().webhook_tried(event, delivered);
        if !delivered {
            let troubles_end = self.chaos.until().unwrap_or_else(Instant::now);
            let until = troubles_end.max(Instant::now()) + LOOKED_FOR;
            let known = self.webhooks_lost_until.get();
            self.webhooks_lost_until.set(known.max(Some(until)));
        }
    }
}

/// The same record, and another end of it than Paystack tells.
fn made_up(event: &WebhookEvent) -> Value {
    let name = match event.name() {
        "refund.processed" => "refund.failed",
        name if name.starts_with("refund.") => "refund.processed",
        name if name.starts_with("charge.dispute.") => "charge.dispute.resolve",
        _ => "paymentrequest.success",
    };
    json!({ "event": name, "data": event.payload.get("data") })
}
