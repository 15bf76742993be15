//! Captures the fields from what was said: who said it, in which turn, and how sure it is.

mod agreement;
mod mood;
mod phrases;

use jiff::civil::Date;
use shared::case::{Captured, PromiseToPay, Source, Workflow};
use shared::redact::Speaker;

use super::Heard;
use super::claims::captured;
use super::collect::Collected;
use super::extract::money::{Amount, amounts};
use super::extract::reference::{Reference, references};
use super::extract::{Text, date, email, phone};
use super::mapping::Mapping;
use super::turns::sentences;

/// The longest text kept of a reason or a promise, in characters.
const LONGEST: usize = 160;

/// Where words come from.
#[derive(Debug, Clone, Copy)]
struct Place {
    source: Source,
    turn: Option<usize>,
}

/// Adds what the summary and the turns say.
pub(super) fn collect(
    heard: &Heard<'_>,
    mapping: &Mapping,
    workflow: Workflow,
    evidence: &[usize],
    collected: &mut Collected,
) {
    let today = mapping.time_zone.to_datetime(heard.at).date();
    if let Some(summary) = heard.summary {
        let place = Place {
            source: Source::Summary,
            turn: None,
        };
        facts(summary, place, today, mapping, collected);
    }
    // The turn that decided speaks first: its amount is the amount that the call is about.
    let decided = evidence.iter().copied();
    let order = decided.chain((0..heard.turns.len()).filter(|turn| !evidence.contains(turn)));
    for turn in order {
        let Some((speaker, text)) = heard.turns.get(turn) else {
            continue;
        };
        let source = if *speaker == Speaker::Agent {
            Source::Agent
        } else {
            Source::Caller
        };
        let place = Place {
            source,
            turn: Some(turn),
        };
        facts(text, place, today, mapping, collected);
        for sentence in sentences(text) {
            let words = format!(" {} ", sentence.to_ascii_lowercase().replace('’', "'"));
            match source {
                Source::Agent => agent(sentence, &words, place, today, mapping, collected),
                _ => caller(sentence, &words, place, today, mapping, collected),
            }
        }
    }
    reasons(heard, workflow, evidence, collected);
    agreement::collect(heard, collected);
}

/// What stands in the words whoever says them: addresses, amounts, references, dates.
fn facts(text: &str, place: Place, today: Date, mapping: &Mapping, collected: &mut Collected) {
    let text = Text::new(text);
    let Place { source, turn } = place;
    // One value of each kind from each source: the first said.
    macro_rules! first {
        ($name:ident, $value:expr) => {
            if collected.$name.iter().all(|known| known.source != source)
                && let Some(value) = $value
            {
                collected.$name.push(captured(value, source, turn));
            }
        };
    }
    first!(email, email::emails(&text).into_iter().next());
    first!(
        phone,
        phone::phones(&text, mapping.country).into_iter().next()
    );
    let amounts = amounts(&text, mapping.default_currency);
    if collected.amount.iter().all(|known| known.source != source)
        && let Some(amount) = amounts.first()
    {
        collected.amount.push(said_amount(amount, place));
    }
    for reference in references(&text) {
        match reference {
            Reference::Transaction(value) => first!(payment_reference, Some(value)),
            Reference::Customer(value) => first!(customer_code, Some(value)),
            Reference::Request(value) => first!(request_code, Some(value)),
            Reference::Subscription(value) => first!(subscription, Some(value)),
            Reference::Plan(value) => first!(plan, Some(value)),
            Reference::Invoice(value) => first!(invoice_number, Some(value)),
            Reference::Order(value) => first!(order_number, Some(value)),
            Reference::Ticket(value) => first!(ticket, Some(value)),
        }
    }
    if text.lower().contains("due") {
        first!(
            due_date,
            date::dates(&text, today)
                .into_iter()
                .map(|dated| dated.date)
                .next()
        );
    }
}

/// An amount without a currency is the merchant's default, and less sure for it.
fn said_amount(amount: &Amount, place: Place) -> Captured<shared::money::Money> {
    let mut said = captured(amount.money, place.source, place.turn);
    if !amount.currency_said {
        let sure = said.confidence.thousandths();
        said.confidence = shared::case::Confidence::from_thousandths(sure.saturating_sub(100));
    }
    said
}

/// What only the caller's own words say.
fn caller(
    sentence: &str,
    words: &str,
    place: Place,
    today: Date,
    mapping: &Mapping,
    collected: &mut Collected,
) {
    let Place { source, turn } = place;
    macro_rules! add {
        ($name:ident, $value:expr) => {
            if collected.$name.iter().all(|known| known.source != source) {
                collected
                    .$name
                    .extend($value.map(|value| captured(value, source, turn)));
            }
        };
    }
    add!(customer_name, phrases::name(sentence));
    add!(billing_address, phrases::address(sentence));
    add!(tax_region, phrases::tax_region(words));
    add!(document, phrases::document(words));
    add!(channel, phrases::channel(words));
    add!(account, phrases::account(sentence));
    add!(credit_request, mood::wants_credit(words));
    add!(callback_expected, mood::callback(words));
    add!(urgency, mood::urgency(words));
    add!(tone, mood::tone(words));
    add!(payment_status, phrases::payment_status(words));
    if mood::escalates(words) {
        add!(escalation_reason, Some(short(sentence)));
    }
    add!(purpose, phrases::purpose(sentence, words));
    if mood::promises_to_pay(words) {
        let text = Text::new(sentence);
        let promise = PromiseToPay {
            amount: amounts(&text, mapping.default_currency)
                .first()
                .map(|amount| amount.money),
            by: date::dates(&text, today).first().map(|dated| dated.date),
        };
        if promise.amount.is_some() || promise.by.is_some() {
            add!(promise_to_pay, Some(promise));
        }
    }
}

/// What only the agent's words say: promises, and what finance asks.
fn agent(
    sentence: &str,
    words: &str,
    place: Place,
    today: Date,
    mapping: &Mapping,
    collected: &mut Collected,
) {
    let Place { source, turn } = place;
    let has = |cues: &[&str]| cues.iter().any(|cue| words.contains(cue));
    let promises = has(&[
        " we will ",
        " i will ",
        " i'll ",
        " we'll ",
        " you will receive",
        " you'll receive",
        " you will get",
        " you'll get",
        " someone will",
        " our team will",
        " finance will",
    ]);
    let question = sentence.contains('?');
    if promises && !question {
        // The last promise stands.
        collected
            .promised_next_step
            .retain(|known| known.source != source);
        collected
            .promised_next_step
            .push(captured(short(sentence), source, turn));
        let text = Text::new(sentence);
        if let Some(dated) = date::dates(&text, today).first() {
            collected
                .follow_up_deadline
                .retain(|known| known.source != source);
            collected
                .follow_up_deadline
                .push(captured(dated.date, source, turn));
        }
    }
    if has(&["approv"]) && has(&[" above ", " over ", " more than ", " beyond "]) {
        let text = Text::new(sentence);
        if let Some(amount) = amounts(&text, mapping.default_currency).first() {
            collected
                .approval_threshold
                .push(captured(amount.money, source, turn));
        }
    }
    collected
        .finance_owner
        .extend(phrases::finance_owner(sentence).map(|owner| captured(owner, source, turn)));
}

/// Why the caller disputes, or wants money back: the sentence that decided, as redacted.
fn reasons(heard: &Heard<'_>, workflow: Workflow, evidence: &[usize], collected: &mut Collected) {
    let Some(turn) = evidence.first() else { return };
    let Some((_, text)) = heard.turns.get(*turn) else {
        return;
    };
    let reason = || captured(short(text), Source::Caller, Some(*turn));
    match workflow {
        Workflow::RefundRequest => collected.refund_reason.push(reason()),
        Workflow::DisputedCharge | Workflow::DuplicateCharge | Workflow::Chargeback => {
            collected.dispute_reason.push(reason());
        }
        _ => {}
    }
}

/// The first words of a text, cut at a word's end.
fn short(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(LONGEST) else {
        return text.to_owned();
    };
    let cut = text.get(..end).unwrap_or_default();
    let at = cut.rfind(' ').unwrap_or(end);
    format!("{}…", cut.get(..at).unwrap_or(cut))
}
