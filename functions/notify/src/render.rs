//! What a message says: short and factual, with owner, deadline, next step and link. Built once,
//! free of any system's markup; each system's own writing of it comes last, so that nobody's words
//! can become a mention, a link or markup anywhere.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use shared::case::{Case, DocumentKind, PromiseToPay, Urgency, Workflow};
use shared::clock::earlier;
use shared::config::{Destination, Detail, Settings, Template};
use shared::ledger::{State, record_link};
use shared::money::Money;
use shared::vendors::slack::{Block, Markup, Message};

use crate::decision::{Question, decided, question};
use crate::outcome::outcome;
use crate::story::Story;

/// The longest value of one detail: who needs more opens the call.
const LONGEST_VALUE: usize = 600;

/// What a message says, in no system's markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What it is about and what became of it.
    pub title: String,
    /// Whether a person must look now.
    pub is_urgent: bool,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// Labels and values.
    pub details: Vec<(&'static str, String)>,
    /// Labels and https links of ours.
    pub links: Vec<(&'static str, String)>,
    /// What was kept out.
    pub remark: Option<&'static str>,
    /// Who decided what, and when.
    pub decided: Vec<String>,
    /// What may be decided here.
    pub question: Option<Question>,
}

/// The message about `story`, as `destination` may read it, laid out by `template`.
#[must_use]
pub fn render(
    story: &Story,
    destination: &Destination,
    template: &Template,
    settings: &Settings,
    public_base_url: &str,
) -> Rendered {
    let writer = Writer {
        story,
        destination,
        settings,
    };
    let mut reason = None;
    let mut details = Vec::new();
    for detail in template
        .details
        .iter()
        .filter(|detail| destination.may_hold(**detail))
    {
        if *detail == Detail::Reason {
            reason = writer.reason();
        } else {
            details.extend(
                writer
                    .value(*detail)
                    .map(|(label, value)| (label, one_line(&value))),
            );
        }
    }
    let page = format!(
        "{}/calls/{}",
        public_base_url.trim_end_matches('/'),
        story.call
    );
    let mut links = vec![("Open the call", page)];
    links.extend(writer.record().map(|record| ("Open in Paystack", record)));
    let is_suppressed = story.case.as_ref().is_some_and(Case::is_suppressed);
    Rendered {
        title: format!("{}: {}", writer.subject(), outcome(story)),
        is_urgent: story.urgency == Urgency::Critical,
        reason,
        details,
        links,
        remark: is_suppressed
            .then_some("Payment or identity data was said on the call and removed."),
        decided: decided(story, settings),
        question: question(story, destination, settings),
    }
}

struct Writer<'a> {
    story: &'a Story,
    destination: &'a Destination,
    settings: &'a Settings,
}

impl Writer<'_> {
    /// Whether what it is about is a tax matter that this destination does not read.
    fn hides_tax(&self) -> bool {
        let document = self
            .story
            .case
            .as_ref()
            .and_then(|case| case.fields.document.as_ref());
        let is_form = document.is_some_and(|document| document.value == DocumentKind::TaxForm);
        let is_tax = self.story.workflow == Workflow::TaxBillingAddress || is_form;
        is_tax && !self.destination.may_hold_tax()
    }

    fn subject(&self) -> &'static str {
        match self.story.workflow {
            Workflow::TaxBillingAddress if self.hides_tax() => "Billing record",
            workflow => workflow.title(),
        }
    }

    fn reason(&self) -> Option<String> {
        if self.story.state == State::Succeeded || self.hides_tax() {
            return None;
        }
        if let Some(followed_up) = self.story.followed_up {
            return followed_up.reason().map(str::to_owned);
        }
        let about = self.story.about.as_ref()?;
        let words = sentence(&about.reason.as_ref()?.words);
        let may_name_records = self.destination.may_hold(Detail::Reference);
        Some(one_line(&if may_name_records {
            words
        } else {
            without_ids(&words)
        }))
    }

    fn record(&self) -> Option<String> {
        record_link(self.story.about.as_ref()?, self.settings)
    }

    /// By when somebody else has to do something that is done on our side: a request to pay or a
    /// promise.
    fn followed_until(&self) -> Option<Timestamp> {
        if self.story.state != State::Succeeded {
            return None;
        }
        let due = self.story.about.as_ref()?.parameters.get("due_at")?;
        due.as_str()?.parse().ok()
    }

    /// A time of day, where the merchant is.
    fn moment(&self, at: Timestamp) -> String {
        let zone = self.settings.merchant.time_zone.clone();
        let at = at.to_zoned_datetime(zone);
        at.strftime("%-d %b %Y, %H:%M %Z").to_string()
    }

    /// The day that ends at `end`, where the merchant is.
    fn day_until(&self, end: Timestamp) -> String {
        let zone = &self.settings.merchant.time_zone;
        let within = earlier(end, SignedDuration::from_secs(1));
        day(zone.to_datetime(within).date())
    }

    fn value(&self, detail: Detail) -> Option<(&'static str, String)> {
        let fields = self.story.case.as_ref().map(|case| &case.fields);
        let waits = self.story.state.waits_for_person();
        let workflow = self.settings.workflow(self.story.workflow);
        match detail {
            // A paragraph of its own.
            Detail::Reason => None,
            Detail::Owner => Some(("Owner", self.story.owner.clone())),
            Detail::Deadline => {
                if let Some(end) = self.followed_until() {
                    return Some(("Due", self.day_until(end)));
                }
                let about = self.story.about.as_ref().filter(|_| waits)?;
                let is_review = about.id.name == "review";
                let label = if is_review { "Due" } else { "Decide by" };
                Some((label, self.moment(about.not_after)))
            }
            Detail::NextStep => (waits || self.followed_until().is_some()).then(|| {
                let step = if self.hides_tax() {
                    "Open the call".to_owned()
                } else {
                    workflow.next_step.clone()
                };
                ("Next step", step)
            }),
            Detail::Promised => {
                let promised = fields?.promised_next_step.as_ref()?.value.clone();
                let by = fields?.follow_up_deadline.as_ref().map(|by| day(by.value));
                Some((
                    "Promised on the call",
                    match by {
                        Some(by) => format!("{promised} (by {by})"),
                        None => promised,
                    },
                ))
            }
            Detail::CallBack => fields?
                .callback_expected
                .as_ref()?
                .value
                .then(|| ("Call back", "The caller waits to be rung".to_owned())),
            Detail::PromiseToPay => {
                let promise = &fields?.promise_to_pay.as_ref()?.value;
                Some(("Promise to pay", self.promise(promise)?))
            }
            Detail::Customer => {
                let on_record = self.story.recipient.as_ref().and_then(|it| it.name.clone());
                let said = || Some(fields?.customer_name.as_ref()?.value.clone());
                Some(("Customer", on_record.or_else(said)?))
            }
            Detail::Summary => {
                let summary = self.story.case.as_ref()?.summary.clone();
                (!summary.is_empty()).then_some(("Summary", summary))
            }
            Detail::Amount => match self.story.about.as_ref().and_then(|about| about.amount) {
                Some(amount) => Some(("Amount", amount.to_string())),
                None => Some((
                    "Amount said on the call",
                    fields?.amount.as_ref()?.value.to_string(),
                )),
            },
            Detail::Reference => self.reference().map(|reference| ("Concerns", reference)),
            Detail::Balance => {
                let about = self.story.about.as_ref()?;
                let balance = about.parameters.get("balance")?.clone();
                let balance: Money = serde_json::from_value(balance).ok()?;
                Some(("Balance", balance.to_string()))
            }
            Detail::Document => {
                let kind = fields?.document.as_ref()?.value;
                (!self.hides_tax()).then(|| ("Document", document(kind).to_owned()))
            }
            Detail::Claim => {
                let claim = fields?
                    .dispute_reason
                    .as_ref()
                    .or(fields?.refund_reason.as_ref())?;
                Some(("The caller says", claim.value.clone()))
            }
            Detail::Email => {
                let on_record = self.story.recipient.as_ref().map(|it| &it.email);
                let said = || Some(&fields?.email.as_ref()?.value);
                Some(("E-mail", on_record.or_else(said)?.expose().to_owned()))
            }
            Detail::Phone => {
                let caller = self.story.case.as_ref()?.caller.as_ref()?;
                Some(("Telephone", caller.expose().to_owned()))
            }
            Detail::TaxRegion => Some(("Tax region", fields?.tax_region.as_ref()?.value.clone())),
            Detail::BillingAddress => Some((
                "Billing address",
                fields?.billing_address.as_ref()?.value.clone(),
            )),
        }
    }

    /// A promise without its amount where amounts may not be read.
    fn promise(&self, promise: &PromiseToPay) -> Option<String> {
        let amount = promise
            .amount
            .filter(|_| self.destination.may_hold(Detail::Amount))
            .map(|amount| amount.to_string());
        let by = promise.by.map(|by| format!("by {}", day(by)));
        let parts: Vec<String> = [amount, by].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn reference(&self) -> Option<String> {
        let fields = &self.story.case.as_ref()?.fields;
        let named = [
            fields
                .invoice_number
                .as_ref()
                .map(|it| format!("invoice {}", it.value)),
            fields
                .order_number
                .as_ref()
                .map(|it| format!("order {}", it.value)),
            fields
                .payment_reference
                .as_ref()
                .map(|it| format!("payment {}", it.value)),
            fields
                .request_code
                .as_ref()
                .map(|it| format!("payment request {}", it.value)),
            fields
                .subscription
                .as_ref()
                .map(|it| format!("subscription {}", it.value)),
        ];
        let named: Vec<String> = named.into_iter().flatten().collect();
        (!named.is_empty()).then(|| named.join(", "))
    }
}

const fn document(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Invoice => "invoice",
        DocumentKind::Receipt => "receipt",
        DocumentKind::Statement => "statement",
        DocumentKind::TaxForm => "tax form",
        DocumentKind::PaymentLink => "payment link",
    }
}

/// A day as a person reads it.
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), characters.as_str())
}

/// The words without numbers, codes and amounts: of what holds a digit, days, years and hours stay.
fn without_ids(words: &str) -> String {
    let is_short = |word: &str| {
        let bare = word.trim_matches(|it: char| !it.is_alphanumeric());
        let digits = bare.bytes().all(|it| it.is_ascii_digit());
        let is_year = bare.len() == 4 && (bare.starts_with("19") || bare.starts_with("20"));
        let is_hour = bare.len() == 5
            && bare.as_bytes().get(2) == Some(&b':')
            && bare.bytes().all(|it| it.is_ascii_digit() || it == b':');
        (digits && (bare.len() <= 2 || is_year)) || is_hour
    };
    let is_id = |word: &str| word.contains(|it: char| it.is_ascii_digit() || it == '_');
    let kept: Vec<&str> = words
        .split_whitespace()
        .map(|word| {
            if is_id(word) && !is_short(word) {
                "…"
            } else {
                word
            }
        })
        .collect();
    kept.join(" ")
}

/// The text in one line, without control or direction characters, and not too long.
pub(crate) fn one_line(text: &str) -> String {
    let is_direction = |it: char| matches!(it, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let visible: String = text
        .chars()
        .filter(|it| !is_direction(*it))
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    let mut line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > LONGEST_VALUE {
        line = line.chars().take(LONGEST_VALUE - 1).collect();
        line.push('…');
    }
    line
}

impl Rendered {
    fn heading(&self) -> String {
        let urgent = if self.is_urgent { "Urgent: " } else { "" };
        format!("{urgent}{}", self.title)
    }

    /// The same for Slack.
    #[must_use]
    pub fn for_slack(&self) -> Message {
        let fact = |name: &str, value: &str| Markup::new().bold(name).text(format!("\n{value}"));
        let mut blocks = vec![Block::Header(self.title.clone())];
        if let Some(reason) = &self.reason {
            blocks.push(Block::Section(Markup::new().text(reason)));
        }
        let facts: Vec<Markup> = self
            .details
            .iter()
            .map(|(label, value)| fact(label, value))
            .collect();
        // Slack takes ten in one block.
        blocks.extend(facts.chunks(10).map(|facts| Block::Fields(facts.to_vec())));
        if !self.decided.is_empty() {
            let words = self.decided.join("\n");
            blocks.push(Block::Section(Markup::new().text(words)));
        }
        if let Some(question) = &self.question {
            blocks.push(Block::Decision {
                token: question.token.write(),
                question: question.words.clone(),
                consequence: "Everything about it is on the call's page.".to_owned(),
            });
        }
        let mut context: Vec<Markup> = self
            .links
            .iter()
            .map(|(label, url)| Markup::new().link(url, label))
            .collect();
        context.extend(self.remark.map(|remark| Markup::new().text(remark)));
        blocks.push(Block::Context(context));
        Message {
            text: Markup::new().text(self.heading()),
            blocks,
        }
    }

    /// The same in plain text, its last line the mark by which it is found again.
    #[must_use]
    pub fn as_text(&self, mark: &str) -> String {
        let mut lines = vec![self.heading(), String::new()];
        lines.extend(self.reason.clone());
        lines.extend(
            self.details
                .iter()
                .map(|(label, value)| format!("{label}: {value}")),
        );
        lines.extend(self.decided.iter().cloned());
        lines.push(String::new());
        lines.extend(
            self.links
                .iter()
                .map(|(label, url)| format!("{label}: {url}")),
        );
        lines.extend(self.remark.map(str::to_owned));
        lines.push(mark.to_owned());
        lines.join("\n")
    }

    /// The same in HTML, everything in it escaped.
    #[must_use]
    pub fn as_html(&self, mark: &str) -> String {
        let mut lines = vec![format!("<strong>{}</strong>", escape_html(&self.heading()))];
        lines.extend(self.reason.as_deref().map(escape_html));
        lines.extend(
            self.details
                .iter()
                .map(|(label, value)| format!("{label}: {}", escape_html(value))),
        );
        lines.extend(
            self.links
                .iter()
                .map(|(label, url)| format!("<a href=\"{}\">{label}</a>", escape_html(url))),
        );
        lines.extend(self.remark.map(escape_html));
        lines.push(escape_html(mark));
        lines.join("<br>")
    }
}

/// Escapes what HTML reads as markup.
fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
