//! What DialNexa delivers: calls that ask for something, in every shape and at every stage.

use serde_json::{Value, json};

use crate::merchant::TRUSTED_EMAIL;

/// The day by which a caller promises to pay.
const PROMISED_BY: &str = "2026-11-26";

/// What a call asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// To be sent a payment request.
    PaymentRequest,
    /// To be reminded of the one with this code.
    Reminder(String),
    /// The money of a payment back.
    Refund {
        /// The payment's reference.
        reference: String,
        /// Whether it is only [`Call::amount`] of it.
        partly: bool,
    },
    /// That the charge with this reference is not theirs.
    Dispute(String),
    /// That they were charged twice.
    Duplicate,
    /// That the subscription with this code did not renew.
    Renewal(String),
    /// To be let pay the one with this code by a day that they name.
    Promise(String),
    /// Nothing that we could tell.
    Unclear,
}

/// A caller, and what they say.
#[derive(Debug, Clone)]
pub struct Call {
    /// DialNexa's id of the call.
    pub id: String,
    /// What it asks for.
    pub wish: Wish,
    /// Their e-mail address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their number, as DialNexa writes it.
    pub phone: String,
    /// The amount, in whole units.
    pub amount: i64,
    /// The invoice that it is about.
    pub invoice: String,
    /// The card number they say although nobody asked, in digits.
    pub card: String,
    /// A sentence that nobody else says: it may stand in no log and no shared record.
    pub own_words: String,
    /// Whether they agreed to be written to; nothing where it was not asked.
    pub consent: Option<bool>,
    /// Whether the merchant's own system says whose call it is; only the flat shape carries that.
    pub is_known: bool,
    /// When the call began.
    pub at: String,
}

/// A body to be delivered.
#[derive(Debug, Clone)]
pub struct Body {
    /// The JSON text.
    pub text: String,
    /// Whether it is of the newer shape, whose signature stands in a header of its own.
    pub is_flat: bool,
    /// The call whose end it tells, where it tells one.
    pub ends: Option<String>,
}

const DIGITS: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

impl Call {
    /// A caller who wants to be sent a payment request, and whom Paystack does not know.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            wish: Wish::PaymentRequest,
            email: "ada.obi@example.com".to_owned(),
            name: "Ada Obi".to_owned(),
            phone: "2348031234567".to_owned(),
            amount: 15_000,
            invoice: "1042".to_owned(),
            card: "4084084084084081".to_owned(),
            own_words: "my purple umbrella flew over Balogun".to_owned(),
            consent: Some(true),
            is_known: false,
            at: "2026-11-24T09:12:40.318Z".to_owned(),
        }
    }

    /// The card number as it is spoken.
    #[must_use]
    pub fn spoken_card(&self) -> String {
        let digits = self.card.bytes().filter(u8::is_ascii_digit);
        let words: Vec<&str> = digits
            .filter_map(|digit| DIGITS.get(usize::from(digit - b'0')).copied())
            .collect();
        words.join(" ")
    }

    fn ask(&self) -> String {
        match &self.wish {
            Wish::PaymentRequest => format!(
                "Please send me a payment request for invoice {}, {} naira.",
                self.invoice, self.amount
            ),
            Wish::Reminder(code) => {
                format!("I deleted the payment request {code}. Please send it to me again.")
            }
            Wish::Refund { reference, partly } => {
                let much = if *partly {
                    format!("{} naira of", self.amount)
                } else {
                    "all of".to_owned()
                };
                format!("I want a refund of {much} my payment {reference}, it never arrived.")
            }
            Wish::Dispute(reference) => {
                format!("I do not recognise the charge {reference} and I dispute it.")
            }
            Wish::Duplicate => format!("I was charged twice, {} naira each time.", self.amount),
            Wish::Renewal(code) => {
                format!("My subscription {code} did not renew, the charge on my card failed.")
            }
            Wish::Promise(code) => format!(
                "I owe you the payment request {code}. I promise to pay the {} naira by {PROMISED_BY}.",
                self.amount
            ),
            Wish::Unclear => "I only wanted to ask how you are all doing.".to_owned(),
        }
    }

    fn turns(&self) -> Vec<(&'static str, String)> {
        let ask = self.ask();
        vec![
            (
                "assistant",
                "Adaeze Stores billing, how can I help?".to_owned(),
            ),
            (
                "user",
                format!("My name is {}, and {}.", self.name, self.own_words),
            ),
            ("user", ask),
            ("user", format!("My card number is {}.", self.spoken_card())),
            (
                "assistant",
                "Please stop, I cannot take card details.".to_owned(),
            ),
            ("user", format!("It is {} on the front.", self.card)),
            (
                "assistant",
                "Which e-mail address should we write to?".to_owned(),
            ),
            (
                "user",
                format!("{}. Yes, I agree, e-mail is fine.", self.email),
            ),
        ]
    }

    fn analysis(&self) -> Value {
        let mut analysis = json!({
            "Customer name": self.name,
            "Customer email": self.email,
            "Channel": "email",
            "Recipient confirmed": true,
        });
        let mut more = match &self.wish {
            Wish::PaymentRequest => json!({
                "Outcome": "Payment request",
                "Amount": self.amount.to_string(),
                "Purpose": format!("Invoice {}", self.invoice),
                "Invoice number": self.invoice,
            }),
            Wish::Reminder(code) => json!({
                "Outcome": "Payment request",
                "Amount": self.amount.to_string(),
                "Purpose": format!("Invoice {}", self.invoice),
                "Payment request code": code,
            }),
            Wish::Refund { reference, partly } => json!({
                "Outcome": "Refund request",
                "Payment reference": reference,
                "Amount": partly.then(|| self.amount.to_string()),
                "Refund reason": "It never arrived",
            }),
            Wish::Dispute(reference) => json!({
                "Outcome": "Disputed charge",
                "Payment reference": reference,
                "Dispute reason": "They do not recognise it",
            }),
            Wish::Duplicate => json!({
                "Outcome": "Duplicate charge",
                "Amount": self.amount.to_string(),
            }),
            Wish::Renewal(code) => json!({
                "Outcome": "Failed renewal",
                "Subscription code": code,
            }),
            Wish::Promise(code) => json!({
                "Outcome": "Collections call",
                "Payment request code": code,
                "Promise amount": self.amount.to_string(),
                "Promise date": PROMISED_BY,
            }),
            Wish::Unclear => json!({ "Outcome": "Other" }),
        };
        if let (Some(fields), Some(more)) = (analysis.as_object_mut(), more.as_object_mut()) {
            fields.append(more);
            fields.retain(|_, value| !value.is_null());
            if fields.contains_key("Amount") {
                fields.insert("Currency".to_owned(), json!("NGN"));
            }
            if let Some(consent) = self.consent {
                fields.insert("Consent".to_owned(), json!(consent));
            }
        }
        analysis
    }

    fn summary(&self) -> String {
        match &self.wish {
            Wish::PaymentRequest | Wish::Reminder(_) => {
                format!("{} called about invoice {}.", self.name, self.invoice)
            }
            Wish::Refund { reference, .. } => {
                format!("{} wants a refund of the payment {reference}.", self.name)
            }
            Wish::Dispute(reference) => {
                format!("{} disputes the charge {reference}.", self.name)
            }
            Wish::Duplicate => format!("{} was charged twice.", self.name),
            Wish::Renewal(code) => {
                format!("The subscription {code} of {} did not renew.", self.name)
            }
            Wish::Promise(code) => format!("{} promised to pay {code}.", self.name),
            Wish::Unclear => format!("{} had a question.", self.name),
        }
    }

    fn plain_transcript(&self) -> String {
        let line = |(who, words): (&str, String)| {
            let who = if who == "user" { "Customer" } else { "Agent" };
            format!("{who}: {words}")
        };
        let lines: Vec<String> = self.turns().into_iter().map(line).collect();
        lines.join("\n")
    }

    /// The event at the beginning of the call.
    #[must_use]
    pub fn initiated(&self) -> Body {
        nested(
            &json!({
                "event_type": "call_initiated",
                "payload": { "call": {
                    "id": self.id,
                    "direction": "inbound",
                    "from_number": self.phone,
                    "to_number": "2342013300456",
                    "status": "initiated",
                    "initiated_at": self.at,
                }},
            }),
            None,
        )
    }

    fn transcript(&self) -> Vec<Value> {
        let turns = self.turns().into_iter();
        turns
            .map(|(role, content)| json!({ "role": role, "content": content }))
            .collect()
    }

    /// The event at its end, with a recording link signed by `link`.
    #[must_use]
    pub fn ended(&self, link: &str) -> Body {
        nested(
            &json!({
                "event_type": "call_ended",
                "payload": { "call": {
                    "id": self.id,
                    "direction": "inbound",
                    "from_number": self.phone,
                    "to_number": "2342013300456",
                    "status": "completed",
                    "initiated_at": self.at,
                    "duration_in_seconds": 149,
                    "transcript": self.transcript(),
                    "summary": self.summary(),
                    "recording_url":
                        format!("https://recordings.dialnexa.com/calls/{}.mp3?sig={link}", self.id),
                    "post_call_analysis": self.analysis(),
                }},
            }),
            Some(self.id.clone()),
        )
    }

    /// The call as DialNexa's API gives it, with a recording link signed by `link`.
    #[must_use]
    pub fn kept(&self, link: &str) -> Value {
        json!({
            "id": self.id,
            "call_direction": "inbound",
            "from_number": self.phone,
            "to_number": "2342013300456",
            "status": "completed",
            "createdAt": self.at,
            "duration": 149,
            "transcript": self.transcript(),
            "summary": self.summary(),
            "recording_sas_url":
                format!("https://recordings.dialnexa.com/calls/{}.mp3?sig={link}", self.id),
            "postcallanalysis": self.analysis(),
        })
    }

    /// The same end in the flat shape, which carries no telephone number.
    #[must_use]
    pub fn flat(&self, link: &str) -> Body {
        let known = if self.is_known {
            json!({ TRUSTED_EMAIL: self.email })
        } else {
            json!({})
        };
        let body = json!({
            "call_id": self.id,
            "status": "completed",
            "summary": self.summary(),
            "transcript": self.plain_transcript(),
            "extracted_data": self.analysis(),
            "duration": 149,
            "recording_url":
                format!("https://recordings.dialnexa.com/calls/{}.mp3?sig={link}", self.id),
            "metadata": known,
        });
        Body {
            text: body.to_string(),
            is_flat: true,
            ends: Some(self.id.clone()),
        }
    }
}

fn nested(body: &Value, ends: Option<String>) -> Body {
    Body {
        text: body.to_string(),
        is_flat: false,
        ends,
    }
}
