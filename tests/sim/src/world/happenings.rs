//! What happens besides calls: people at their desks, payers, banks, and messages that come again.

use sandbox::paystack::Happening;
use sandbox::wire;
use serde_json::{Value, json};

use super::World;
use crate::vault;

/// The note of a refund that no call asked for.
pub(crate) const BY_HAND: &str = "by hand";

impl World {
    /// Brings back what lies in the dead-letter queues.
    pub fn redrive(&self) {
        for queue in [&self.calls, &self.cases, &self.notices] {
            let moved = queue.redrive();
            if moved > 0 {
                self.tell(|| format!("redrive of {moved}"));
            }
        }
    }

    pub(super) fn pay(&self, request: &str) {
        let happening = Happening::PaymentRequestPaid {
            request: request.to_owned(),
        };
        let now = self.now();
        let paid = self.paystack.lock().happen(&happening, now);
        self.tell(|| format!("{request} is paid: {paid:?}"));
    }

    /// The bank takes up a payment.
    pub(super) fn dispute(&self, reference: &str) {
        let seed = json!({ "disputes": [
            { "transaction": reference, "category": "chargeback", "created_at": self.now().to_string() },
        ]});
        self.disputed
            .borrow_mut()
            .push((reference.to_owned(), self.now()));
        self.seed("the bank disputes", reference, seed);
    }

    /// The merchant pays in.
    pub(super) fn top_up(&self) {
        self.seed(
            "top-up",
            "NGN",
            json!({ "balances": { "NGN": 1_000_000_000_i64 } }),
        );
    }

    fn seed(&self, what: &str, whose: &str, seed: Value) {
        let now = self.now();
        let mut paystack = self.paystack.lock();
        paystack.settle(now);
        let done =
            serde_json::from_value(seed).map(|seed| paystack.model_mut().seed(seed, now).is_ok());
        self.tell(|| format!("{what} {whose}: {done:?}"));
    }

    /// Somebody gives money back on Paystack's own pages: with no key of ours.
    pub(super) fn refund_by_hand(&self, reference: &str, amount: i64) {
        let body = json!({
            "transaction": reference, "amount": amount, "merchant_note": BY_HAND,
        });
        let request = wire::Request::post("/refund", &body).bearer(vault::PAYSTACK_KEY);
        let mut paystack = self.paystack.lock();
        paystack.faults_mut().clear();
        let outcome = paystack.handle(&request, self.now());
        self.tell(|| format!("{amount} of {reference} by hand: {outcome:?}"));
    }

    /// Lets every message that was ever sent come once more.
    pub fn repeat_all_messages(&self) {
        for queue in [&self.calls, &self.cases, &self.notices] {
            for message in queue.ever_sent() {
                queue.put(message);
            }
        }
    }

    pub(super) fn repeat_old_message(&self) {
        let queues = [&self.calls, &self.cases, &self.notices];
        let queue = self.chaos.dice().choice(queues);
        if let Some(queue) = queue {
            let ever = queue.ever_sent();
            let old = self.chaos.dice().choice(ever);
            if let Some(old) = old {
                self.tell(|| format!("old message: {}", first_of(&old)));
                queue.put(old);
            }
        }
    }
}

fn first_of(text: &str) -> &str {
    text.get(..60).unwrap_or(text)
}
