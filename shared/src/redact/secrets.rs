//! API keys, private keys, passwords and links that open a document for whoever holds them.

use super::kind::Kind;
use super::lexicon::{Meaning, PhraseHash, look_up};
use super::redacted::rendered_marker;

/// What keys begin with, and how many more characters they have at least.
const PREFIXES: [(&str, usize); 46] = [
    ("sk_live_", 6),
    ("sk_test_", 6),
    ("pk_live_", 6),
    ("pk_test_", 6),
    ("rk_live_", 6),
    ("rk_test_", 6),
    ("sk-", 16),
    ("sk_", 16),
    ("whsec_", 6),
    ("xoxb-", 8),
    ("xoxp-", 8),
    ("xoxa-", 8),
    ("xoxs-", 8),
    ("xapp-", 8),
    ("ghp_", 16),
    ("gho_", 16),
    ("ghu_", 16),
    ("ghs_", 16),
    ("ghr_", 16),
    ("github_pat_", 16),
    ("glpat-", 12),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("npm_", 20),
    ("pypi-", 20),
    ("hf_", 20),
    ("SG.", 20),
    ("sq0atp-", 16),
    ("sq0csp-", 16),
    ("shpat_", 16),
    ("shpss_", 16),
    ("FLWSECK-", 10),
    ("FLWSECK_TEST-", 10),
    ("FLWPUBK-", 10),
    ("FLWSECK_LIVE-", 10),
    ("AC_secret_", 10),
    ("dop_v1_", 20),
    ("access_token$", 16),
    ("key-", 24),
    ("EAAA", 40),
    ("rzp_live_", 8),
    ("rzp_test_", 8),
    ("eyJ", 20),
    ("dn_live_", 6),
];

/// A bit for each character that some key begins with.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
const FIRST: u128 = {
    let (mut bits, mut at) = (0, 0);
    while at < PREFIXES.len() {
        if let [first, ..] = PREFIXES[at].0.as_bytes() {
            bits |= 1 << *first;
        }
        at += 1;
    }
    bits
};

/// Parameters that make a link a bearer secret.
const SIGNED: [&str; 18] = [
    "x-amz-signature=",
    "x-goog-signature=",
    "signature=",
    "sig=",
    "token=",
    "access_token=",
    "awsaccesskeyid=",
    "key-pair-id=",
    "auth=",
    "sas=",
    "secret=",
    "x-oss-signature=",
    "hash=",
    "access_key=",
    "apikey=",
    "api_key=",
    "password=",
    "code=",
];

/// Paths under which billing documents open for anyone.
const PRIVATE_PATHS: [&str; 6] = [
    "invoice.stripe.com/i/",
    "pay.stripe.com/receipts/",
    "pay.stripe.com/invoice/",
    "files.stripe.com/links/",
    "quickbooks.intuit.com/portal/",
    "connect.intuit.com/t/",
];

/// A key at the start of a word, and its end.
pub(super) fn at(text: &str, start: usize) -> Option<(Kind, usize)> {
    let rest = text.get(start..)?;
    let bytes = rest.as_bytes();
    let first = *bytes.first()?;
    if !first.is_ascii() || FIRST >> first & 1 == 0 {
        return None;
    }
    let (prefix, least) = PREFIXES.iter().find(|(prefix, _)| {
        prefix.as_bytes().first() == Some(&first) && rest.starts_with(prefix)
    })?;
    let body = bytes.get(prefix.len()..)?;
    let dots = matches!(*prefix, "eyJ" | "SG." | "ya29.");
    // Told by its first characters, so that no text makes this look far ahead in vain.
    let begins = body.get(..body.len().min(64)).unwrap_or_default();
    let mixed = begins.iter().any(u8::is_ascii_digit)
        || (begins.iter().any(u8::is_ascii_uppercase) && begins.iter().any(u8::is_ascii_lowercase))
        || prefix.len() > 6;
    if !mixed {
        return None;
    }
    let length = body
        .iter()
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || dots && **byte == b'.'
        })
        .count();
    let body = body.get(..length)?;
    // A sentence may end behind a token with dots.
    let trimmed = body
        .iter()
        .rposition(|&byte| byte != b'.')
        .map_or(0, |last| last + 1);
    (trimmed >= *least).then_some((Kind::Secret, start + prefix.len() + trimmed))
}

/// Where a link that begins at `start` ends, and whether it opens something private.
pub(super) fn link(text: &str, start: usize) -> Option<(usize, bool)> {
    let bytes = text
        .as_bytes()
        .get(start..)
        .filter(|bytes| is_link(bytes))?;
    let length = link_length(bytes);
    Some((start + length, is_private(bytes.get(..length)?)))
}

fn is_link(bytes: &[u8]) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        bytes
            .get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme.as_bytes()))
    })
}

fn link_length(bytes: &[u8]) -> usize {
    let length = bytes
        .iter()
        .take_while(|byte| {
            !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'<' | b'>' | b'|' | b'`')
        })
        .count();
    let link = bytes.get(..length).unwrap_or_default();
    link.iter()
        .rposition(|byte| !matches!(byte, b'.' | b',' | b')' | b']' | b';' | b'!' | b'?' | b'\''))
        .map_or(0, |last| last + 1)
}

fn is_private(link: &[u8]) -> bool {
    let contains = |part: &str| {
        link.windows(part.len())
            .any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    };
    let query = link.iter().position(|&byte| byte == b'?');
    if query.is_none() {
        return PRIVATE_PATHS.iter().any(|path| contains(path));
    }
    let query = link.get(query.unwrap_or(0)..).unwrap_or_default();
    query
        .split(|byte| matches!(byte, b'?' | b'&'))
        .any(|parameter| {
            SIGNED.iter().any(|name| {
                parameter.len() >= name.len() + 6
                    && parameter
                        .get(..name.len())
                        .is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
            })
        })
        || PRIVATE_PATHS.iter().any(|path| contains(path))
}

/// Words that come after "password" without being one.
const NOT_VALUES: [&str; 92] = [
    "reset",
    "not",
    "no",
    "wrong",
    "incorrect",
    "correct",
    "expired",
    "expires",
    "invalid",
    "does",
    "doesnt",
    "isnt",
    "wasnt",
    "was",
    "were",
    "never",
    "always",
    "still",
    "been",
    "being",
    "and",
    "or",
    "but",
    "because",
    "so",
    "if",
    "when",
    "for",
    "to",
    "too",
    "on",
    "in",
    "at",
    "of",
    "with",
    "please",
    "manager",
    "protected",
    "change",
    "changed",
    "again",
    "today",
    "yesterday",
    "page",
    "email",
    "link",
    "field",
    "policy",
    "working",
    "required",
    "needed",
    "blank",
    "empty",
    "secure",
    "safe",
    "weak",
    "strong",
    "long",
    "short",
    "the",
    "a",
    "an",
    "my",
    "your",
    "our",
    "this",
    "that",
    "it",
    "you",
    "i",
    "we",
    "they",
    "he",
    "she",
    "what",
    "which",
    "just",
    "only",
    "also",
    "something",
    "set",
    "saved",
    "stored",
    "missing",
    "lost",
    "forgotten",
    "hidden",
    "shared",
    "removed",
    "gone",
    "leaked",
    "locked",
];

/// The value that a named secret has in what follows its name: "is hunter2", ": s3cret"; empty
/// where it was removed before.
///
/// `login` tells that a user's name was given just before: then the password follows bare.
pub(super) fn value_after(text: &str, name_end: usize, login: bool) -> Option<(usize, usize)> {
    let rest = text.get(name_end..)?;
    let skipped =
        |rest: &str| rest.len() - rest.trim_start_matches([' ', '\t', '"', '\'', '`']).len();
    let mut at = skipped(rest);
    let sign = rest
        .as_bytes()
        .get(at)
        .copied()
        .filter(|byte| matches!(byte, b':' | b'='));
    let said = text
        .get(..name_end)
        .is_some_and(|name| name.ends_with("'s") || name.ends_with("’s"));
    let mut named = sign.is_some() || said || login;
    if sign.is_some() {
        at += 1;
        at += rest.get(at..).map_or(0, skipped);
    } else if !said && !login {
        // ", it's": what follows is told, not said of it.
        let comma = rest.as_bytes().get(at) == Some(&b',');
        if comma {
            at += 1;
            at += rest.get(at..).map_or(0, skipped);
        }
        // "password for the portal is …": a few small words, then "is".
        for _ in 0..6 {
            let word = rest
                .get(at..)?
                .split(|c: char| !c.is_alphanumeric() && c != '\'')
                .next()?;
            // "capital b lowercase a": it is being spelled.
            if is_spelling(word) {
                named = true;
                break;
            }
            if word.is_empty() || word.bytes().any(|byte| byte.is_ascii_digit()) {
                break;
            }
            let bare = word.len();
            at += bare + rest.get(at + bare..).map_or(0, skipped);
            let hash = folded(word);
            match look_up(hash).and_then(|found| found.meaning) {
                // "the password that's linked to my account" tells none.
                Some(Meaning::ItIs) if !comma && is_relative(word) => break,
                Some(Meaning::Is | Meaning::ItIs) if !word.eq_ignore_ascii_case("as") => {
                    named = true;
                    // "is:", "is,"
                    if let Some(b':' | b',') = rest.as_bytes().get(at) {
                        at += 1;
                        at += rest.get(at..).map_or(0, skipped);
                    }
                    break;
                }
                Some(Meaning::Link | Meaning::Filler | Meaning::Number(_)) | None
                    if !NOT_VALUES
                        .iter()
                        .any(|other| word.eq_ignore_ascii_case(other))
                        || is_small(word) => {}
                _ => break,
            }
        }
    }
    if !named && !is_odd_token(rest) {
        return None;
    }
    if !named {
        at = skipped(rest);
    }
    let value = rest.get(at..)?;
    if rendered_marker(value).is_some() {
        return Some((name_end + at, name_end + at));
    }
    let first = value.split(char::is_whitespace).next().unwrap_or_default();
    let first = first.trim_end_matches(['.', ',', ';', '"', '\'', '`', ')', '?']);
    let bare: String = first
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(24)
        .collect();
    let odd =
        first.chars().any(|c| !c.is_alphabetic()) || first.chars().skip(1).any(char::is_uppercase);
    let ordinary = sign.is_none() && tells_of_it(&bare)
        || NOT_VALUES
            .iter()
            .any(|other| bare.eq_ignore_ascii_case(other));
    let said_of_it = ordinary && !(odd && first.chars().any(|c| c.is_ascii_digit()));
    if first.is_empty() || said_of_it && !(named && is_passphrase(value)) {
        return None;
    }
    let length = if odd || sign.is_some() {
        first.len()
    } else {
        spoken_length(value)
    };
    Some((name_end + at, name_end + at + length))
}

/// What follows a name right behind has letters, digits and signs in it, as no word has.
fn is_odd_token(rest: &str) -> bool {
    let token = rest.split_whitespace().next().unwrap_or_default();
    let token = token.trim_end_matches(['.', ',', '?', '!', ')']);
    is_random(token)
        || token.len() >= 8
            && token.bytes().any(|byte| byte.is_ascii_digit())
            && token.bytes().any(|byte| byte.is_ascii_lowercase())
            && token.bytes().any(|byte| byte.is_ascii_uppercase())
            && token
                .bytes()
                .any(|byte| byte.is_ascii_punctuation() && byte != b'-' && byte != b'_')
}

/// Many letters and digits among each other, as a machine makes them up.
fn is_random(token: &str) -> bool {
    let count = |is: fn(&u8) -> bool| token.bytes().filter(is).count();
    token.len() >= 20
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && count(u8::is_ascii_digit) >= 4
        && count(u8::is_ascii_alphabetic) >= 4
}

fn is_relative(word: &str) -> bool {
    word.get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("that"))
}

fn is_small(word: &str) -> bool {
    [
        "for", "to", "on", "the", "my", "your", "our", "of", "was", "i", "we", "you", "set",
    ]
    .iter()
    .any(|small| word.eq_ignore_ascii_case(small))
}

fn folded(word: &str) -> PhraseHash {
    word.chars()
        .filter_map(super::characters::fold)
        .fold(PhraseHash::START, PhraseHash::push)
}

/// "fine", "okay", "rejected": how it is, or what became of it.
fn tells_of_it(word: &str) -> bool {
    let filler = matches!(
        look_up(folded(word)).and_then(|found| found.meaning),
        Some(Meaning::Filler)
    );
    // Mohammed is a name.
    let passive = word.len() >= 6 && word.ends_with("ed") && !word.ends_with("mmed");
    filler || passive
}

/// Says how a letter is written.
fn is_spelling(word: &str) -> bool {
    ["capital", "uppercase", "lowercase", "caps", "underscore"]
        .iter()
        .any(|spelling| word.eq_ignore_ascii_case(spelling))
}

/// Four words in a row that say nothing else, as generators of passwords make them: "correct horse
/// battery staple" tells one, "correct but it fails" does not.
fn is_passphrase(value: &str) -> bool {
    let ordinary = |word: &str| {
        word.len() >= 3
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && look_up(folded(word)).is_none()
            && !["ly", "ed", "ing"].iter().any(|end| word.ends_with(end))
            && !NOT_VALUES.contains(&word)
    };
    let mut count = 0;
    for word in value.split_whitespace().take(5) {
        let core = word.trim_end_matches(['.', ',', '!', '?', ';']);
        count += 1;
        if count > 1 && !ordinary(core) {
            return false;
        }
        if core.len() < word.len() {
            break;
        }
    }
    count == 4
}

/// The password in "login: ada / s3cret", where the name of the user stands behind `name_end`.
pub(super) fn after_login(text: &str, name_end: usize) -> Option<(usize, usize)> {
    let rest = text.get(name_end..)?;
    let user = rest.trim_start().strip_prefix([':', '='])?.trim_start();
    let behind = user.get(token_length(user)?..)?.trim_start();
    let value = behind.strip_prefix(['/', '|'])?.trim_start();
    let length = token_length(value).filter(|_| rendered_marker(value).is_none())?;
    let token = value.get(..length)?;
    let odd = length >= 6 && token.bytes().any(|byte| !byte.is_ascii_lowercase());
    let start = text.len() - value.len();
    odd.then_some((start, start + length))
}

/// How long the word is that a text begins with; none that go on for ever.
fn token_length(text: &str) -> Option<usize> {
    let length = text
        .bytes()
        .take(65)
        .take_while(|byte| !byte.is_ascii_whitespace())
        .count();
    (1..=64).contains(&length).then_some(length)
}

/// A password said in words goes on to the end of its sentence, or to a word that leaves it.
fn spoken_length(value: &str) -> usize {
    let (mut length, mut at) = (0, 0);
    // "k o f i at sign", "sk live underscore a"
    let begins = || value.split_whitespace().take(4);
    let spelled = begins().any(is_spelling) || begins().filter(|word| word.len() == 1).count() > 1;
    let most = if spelled { 24 } else { 8 };
    for (index, word) in value.split_inclusive([' ', '\n']).enumerate() {
        let bare = word.trim_end();
        let core = bare.trim_end_matches(['.', ',', ';', '!', '?', '"']);
        let leaves = index > 0
            && !(spelled && core.len() == 1)
            && [
                "and", "but", "because", "so", "if", "when", "which", "please", "is", "can",
                "with", "i", "it", "that",
            ]
            .iter()
            .any(|word| core.eq_ignore_ascii_case(word));
        if leaves || index >= most || core.is_empty() || core.starts_with('[') {
            break;
        }
        length = at + core.len();
        at += word.len();
        if core.len() < bare.len() || word.ends_with('\n') {
            break;
        }
    }
    length
}
