//! Fixed phrases that give a field: names, addresses, regions, documents, channels, purposes.

use shared::case::{Channel, DocumentKind, PaymentStatus};

/// A name after "my name is", "this is … from", "I am … calling".
pub(super) fn name(sentence: &str) -> Option<String> {
    let lower = sentence.to_ascii_lowercase();
    let strong = [
        "my name is ",
        "my names are ",
        "name's ",
        "i am called ",
        "na me be ",
    ];
    let weak = ["this is ", "i'm ", "i am ", "it's "];
    for cue in strong {
        if let Some(at) = lower.find(cue) {
            return words_of_a_name(sentence.get(at + cue.len()..)?, false);
        }
    }
    for cue in weak {
        if lower.starts_with(cue) {
            return words_of_a_name(sentence.get(cue.len()..)?, true);
        }
    }
    None
}

/// Up to three words that can be a name; after a weak cue they must be written as one.
fn words_of_a_name(rest: &str, capitals: bool) -> Option<String> {
    const STOPS: [&str; 38] = [
        "and", "i", "from", "calling", "with", "my", "the", "a", "here", "please", "so", "but",
        "of", "at", "on", "speaking", "about", "for", "not", "is", "in", "to", "your", "you",
        "account", "customer", "just", "very", "it", "that", "because", "yes", "no", "am", "we",
        "sir", "ma", "phone",
    ];
    let mut words = Vec::new();
    for word in rest.split_whitespace().take(4) {
        let bare = word.trim_matches(|character: char| !character.is_alphanumeric());
        let is_name = !bare.is_empty()
            && bare.chars().all(|character| {
                character.is_alphabetic() || matches!(character, '-' | '\'' | '’')
            })
            && !STOPS.contains(&bare.to_ascii_lowercase().as_str())
            && (!capitals || bare.starts_with(char::is_uppercase));
        if !is_name || words.len() == 3 {
            break;
        }
        let mut letters = bare.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        words.push(format!("{first}{}", letters.as_str()));
        if word.ends_with([',', '.', '?', '!']) {
            break;
        }
    }
    let least = if capitals { 2 } else { 1 };
    (words.len() >= least).then(|| words.join(" "))
}

/// A postal address after "new address is".
pub(super) fn address(sentence: &str) -> Option<String> {
    let lower = sentence.to_ascii_lowercase();
    if lower.contains("email") || lower.contains("e-mail") || lower.contains('@') {
        return None;
    }
    let cues = [
        "new address is ",
        "correct address is ",
        "billing address is ",
        "address should be ",
        "address to ",
        "moved to ",
        "relocated to ",
    ];
    let (cue, at) = cues.iter().find_map(|cue| Some((cue, lower.find(cue)?)))?;
    let rest = sentence
        .get(at + cue.len()..)?
        .trim()
        .trim_end_matches(['.', '!', '?']);
    let has_number = rest.bytes().any(|byte| byte.is_ascii_digit());
    let enough = rest.split_whitespace().count() >= 2;
    (enough && (has_number || cue.contains("address is"))).then(|| rest.chars().take(160).collect())
}

/// A region named beside a tax.
pub(super) fn tax_region(words: &str) -> Option<String> {
    const REGIONS: [(&str, &str); 16] = [
        ("nigeria", "Nigeria"),
        ("lagos state", "Lagos"),
        ("ghana", "Ghana"),
        ("south africa", "South Africa"),
        ("kenya", "Kenya"),
        ("ivory coast", "Côte d'Ivoire"),
        ("côte d'ivoire", "Côte d'Ivoire"),
        ("egypt", "Egypt"),
        ("rwanda", "Rwanda"),
        ("united kingdom", "United Kingdom"),
        ("united states", "United States"),
        ("senegal", "Senegal"),
        ("uganda", "Uganda"),
        ("tanzania", "Tanzania"),
        ("togo", "Togo"),
        ("benin", "Benin"),
    ];
    let taxed = [" tax", " vat", "tin "]
        .iter()
        .any(|cue| words.contains(cue));
    let region = REGIONS.iter().find(|(cue, _)| words.contains(cue))?;
    taxed.then(|| region.1.to_owned())
}

/// The document named.
pub(super) fn document(words: &str) -> Option<DocumentKind> {
    let has = |cues: &[&str]| cues.iter().any(|cue| words.contains(cue));
    if has(&[
        "payment link",
        "link to pay",
        "pay link",
        "checkout link",
        "the link",
    ]) {
        Some(DocumentKind::PaymentLink)
    } else if has(&[
        "tax form",
        "tax certificate",
        "withholding",
        " w2",
        "1099",
        "tax statement",
    ]) {
        Some(DocumentKind::TaxForm)
    } else if has(&["receipt", "proof of payment"]) {
        Some(DocumentKind::Receipt)
    } else if has(&["statement"]) {
        Some(DocumentKind::Statement)
    } else if has(&["invoice", "copy of my bill", "the bill"]) {
        Some(DocumentKind::Invoice)
    } else {
        None
    }
}

/// The channel asked for.
pub(super) fn channel(words: &str) -> Option<Channel> {
    let has = |cues: &[&str]| cues.iter().any(|cue| words.contains(cue));
    if has(&["whatsapp"]) {
        Some(Channel::Whatsapp)
    } else if has(&[" sms", "text message", "text me", "by text"]) {
        Some(Channel::Sms)
    } else if has(&[
        "by email",
        "by mail",
        "email me",
        "my email",
        "via email",
        "to the email",
        "an email",
        "mail it",
        "email it",
        "on email",
        "through email",
        "email is fine",
        "e-mail",
        " at gmail",
        "@",
    ]) {
        Some(Channel::Email)
    } else if has(&["by phone", "call me back"]) {
        Some(Channel::Phone)
    } else {
        None
    }
}

/// The customer's account with the merchant: a code, never a bank's number.
pub(super) fn account(sentence: &str) -> Option<String> {
    let lower = sentence.to_ascii_lowercase();
    let cues = [
        "account id is ",
        "account id ",
        "account code is ",
        "account name is ",
    ];
    let (cue, at) = cues.iter().find_map(|cue| Some((cue, lower.find(cue)?)))?;
    let rest = sentence.get(at + cue.len()..)?;
    let value: String = if cue.contains("name") {
        rest.split(['.', ',', '?'])
            .next()?
            .split_whitespace()
            .take(4)
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        rest.split_whitespace()
            .next()?
            .trim_matches(['.', ',', '?', '!'])
            .to_owned()
    };
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (!value.is_empty() && digits < 9).then_some(value)
}

/// What the caller says of the payment's state.
pub(super) fn payment_status(words: &str) -> Option<PaymentStatus> {
    let has = |cues: &[&str]| cues.iter().any(|cue| words.contains(cue));
    if has(&["reversed", "came back to my account", "bounced back"]) {
        Some(PaymentStatus::Reversed)
    } else if has(&[
        "declined",
        "payment failed",
        "failed",
        "did not go through",
        "didn't go through",
    ]) {
        Some(PaymentStatus::Failed)
    } else if has(&[
        "pending",
        "not reflected",
        "has not arrived",
        "hasn't arrived",
        "not showing",
        "still processing",
    ]) {
        Some(PaymentStatus::Pending)
    } else if has(&[
        "i paid",
        "i already paid",
        "i have paid",
        "i've paid",
        "i don pay",
        "payment was successful",
        "i was debited",
        "we paid",
    ]) {
        Some(PaymentStatus::Paid)
    } else {
        None
    }
}

/// What a request to pay is for: what stands after "for" beside a request or a payment.
pub(super) fn purpose(sentence: &str, words: &str) -> Option<String> {
    const CUES: [&str; 13] = [
        "payment request",
        "invoice",
        "request",
        "bill me",
        "pay for",
        "paying for",
        "payment for",
        "deposit",
        "bill us",
        "raise",
        "purpose",
        "the money is for",
        "it is for",
    ];
    if !CUES.iter().any(|cue| words.contains(cue)) {
        return None;
    }
    let at = words
        .find("purpose is ")
        .map(|at| at + 11)
        .or_else(|| words.find(" for ").map(|at| at + 5))?;
    // `words` is the sentence with one space before it.
    let rest = sentence.get(at.checked_sub(1)?..)?;
    let phrase = rest.split(['.', ',', '?', '!', ';']).next()?;
    let kept: Vec<&str> = phrase
        .split_whitespace()
        .take_while(|word| {
            !matches!(
                word.to_ascii_lowercase().as_str(),
                "and"
                    | "to"
                    | "so"
                    | "please"
                    | "because"
                    | "by"
                    | "that"
                    | "which"
                    | "but"
                    | "then"
                    | "at"
                    | "on"
            )
        })
        .take(7)
        .collect();
    let first = kept.first()?.to_ascii_lowercase();
    let says_nothing = matches!(
        first.as_str(),
        "me" | "us" | "you" | "it" | "that" | "now" | "payment" | "a" | "him" | "her"
    ) && kept.len() < 3;
    (!says_nothing && phrase.bytes().any(|byte| byte.is_ascii_alphabetic())).then(|| kept.join(" "))
}

/// Who in finance owns it: "Mary in finance will".
pub(super) fn finance_owner(sentence: &str) -> Option<String> {
    let lower = sentence.to_ascii_lowercase();
    let at = [
        "in finance",
        "from finance",
        "in our finance",
        "from our finance",
        "in accounts",
        "from accounts",
    ]
    .iter()
    .find_map(|cue| lower.find(cue))?;
    let before: Vec<&str> = sentence.get(..at)?.split_whitespace().collect();
    let names: Vec<&str> = before
        .iter()
        .rev()
        .take(2)
        .take_while(|word| {
            word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic)
        })
        .copied()
        .collect();
    let name: Vec<&str> = names
        .into_iter()
        .rev()
        .filter(|word| !matches!(*word, "I" | "The" | "Someone"))
        .collect();
    (!name.is_empty()).then(|| name.join(" "))
}
