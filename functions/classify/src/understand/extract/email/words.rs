//! The words that end an address, belong to a provider, or stand around an address.

/// Words of the sentence around an address, which are no part of one.
pub(super) fn is_stop(word: &str) -> bool {
    STOPS.contains(&word)
}

/// See [`is_stop`].
const STOPS: [&str; 128] = [
    "is",
    "it's",
    "its",
    "it",
    "my",
    "email",
    "mail",
    "address",
    "to",
    "the",
    "that's",
    "that",
    "as",
    "be",
    "use",
    "send",
    "on",
    "me",
    "um",
    "uh",
    "er",
    "erm",
    "yes",
    "yeah",
    "yah",
    "okay",
    "ok",
    "sure",
    "so",
    "please",
    "and",
    "or",
    "via",
    "through",
    "for",
    "am",
    "name",
    "spelled",
    "spelt",
    "spell",
    "no",
    "actually",
    "sorry",
    "at",
    "with",
    "of",
    "from",
    "correct",
    "right",
    "you",
    "we",
    "him",
    "her",
    "them",
    "reach",
    "contact",
    "your",
    "his",
    "na",
    "abeg",
    "now",
    "still",
    "live",
    "work",
    "look",
    "looking",
    "working",
    "stay",
    "based",
    "available",
    "here",
    "there",
    "are",
    "was",
    "will",
    "can",
    "have",
    "has",
    "this",
    "in",
    "by",
    "registered",
    "using",
    "under",
    "account",
    "then",
    "just",
    "write",
    "emails",
    "called",
    "invoice",
    "receipt",
    "again",
    "sir",
    "ma",
    "well",
    "also",
    "id",
    "box",
    "been",
    "oh",
    "ah",
    "hmm",
    "eh",
    "like",
    "not",
    "but",
    "new",
    "one",
    "old",
    "same",
    "gmail",
    "yahoo",
    "arrived",
    "would",
    "should",
    "could",
    "i'm",
    "i've",
    "wrong",
    "instead",
    "changed",
    "everything",
    "anything",
    "forward",
    "copy",
    "me's",
    "dey",
];

pub(super) fn is_top_level(label: &str) -> bool {
    matches!(
        label,
        "com"
            | "org"
            | "net"
            | "ng"
            | "gh"
            | "za"
            | "ke"
            | "ci"
            | "eg"
            | "rw"
            | "uk"
            | "us"
            | "io"
            | "co"
            | "africa"
            | "edu"
            | "gov"
            | "info"
            | "biz"
            | "me"
            | "app"
            | "dev"
            | "tech"
            | "xyz"
            | "online"
            | "store"
            | "ai"
            | "fr"
            | "de"
            | "ca"
            | "au"
            | "in"
            | "sn"
            | "cm"
            | "tz"
            | "ug"
            | "zm"
            | "zw"
            | "bw"
            | "ma"
            | "tn"
            | "dz"
            | "et"
            | "mil"
            | "int"
            | "name"
            | "pro"
            | "cloud"
            | "email"
            | "site"
            | "test"
            | "example"
            | "eu"
            | "nl"
            | "it"
            | "es"
            | "ch"
            | "se"
            | "no"
            | "ie"
            | "br"
            | "jp"
            | "cn"
            | "tv"
            | "cc"
            | "ly"
            | "so"
            | "tg"
            | "bj"
            | "bf"
            | "ml"
            | "ne"
            | "gm"
            | "sl"
            | "lr"
            | "agency"
            | "company"
            | "bank"
    )
}

pub(super) fn is_provider(label: &str) -> bool {
    matches!(
        label,
        "gmail"
            | "yahoo"
            | "hotmail"
            | "outlook"
            | "icloud"
            | "ymail"
            | "live"
            | "protonmail"
            | "aol"
            | "zoho"
            | "rocketmail"
            | "geemail"
            | "jimail"
            | "mail"
            | "msn"
    )
}

/// "g mail", "hot mail", "i cloud": a provider's name said in two.
pub(super) fn is_provider_piece(label: &str, word: &str) -> bool {
    matches!(
        (label, word),
        (
            "g" | "gee"
                | "ji"
                | "hot"
                | "y"
                | "proton"
                | "zoho"
                | "fast"
                | "rocket"
                | "web"
                | "voda",
            "mail"
        ) | ("i", "cloud")
            | ("out", "look")
            | ("ya", "hoo")
    )
}
