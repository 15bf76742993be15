//! What a call claims, as hashes: whether an event says anything that we have not heard.
//!
//! The same call reaches us as F1 and as F2, again and again, with fresh links each time. What
//! counts is what it *claims*, by section:
//!
//! - `analysis`: the merchant's fields, `metadata`: what the merchant's system set, `summary`, and
//!   `words`: what was said, whoever the shape says spoke. Each is a hash of its normalised text,
//!   absent where there is none.
//! - `network`: whether the numbers and the direction are there. They do not change during a call,
//!   and a hash of a telephone number gives the number away, so only their presence is kept.
//!
//! Two events of one call agree where the sections that both have are equal; F1 *covers* F2, which
//! has no numbers, and F2 does not cover F1. Left out: links, names of events and agents, times,
//! the shape, the order of keys, case, white space and punctuation.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::event::{CallEvent, Direction};
use crate::redact::Redacted;

/// What stands first in a written [`FactsHash`]: the version of the rules above.
const VERSION: &str = "1";

/// A section's hash: 128 bits of SHA-256 under the call's id.
type SectionHash = [u8; 16];

/// The hash of an event's normalised facts, by section.
///
/// Written as `1:ANALYSIS:METADATA:SUMMARY:WORDS:NETWORK`, each part empty where there is none:
/// equal text is equal facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FactsHash {
    analysis: Option<SectionHash>,
    metadata: Option<SectionHash>,
    summary: Option<SectionHash>,
    words: Option<SectionHash>,
    network: BTreeSet<Network>,
}

/// What the network says about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Network {
    From,
    Inbound,
    Outbound,
    To,
}

impl Network {
    const ALL: [Self; 4] = [Self::From, Self::Inbound, Self::Outbound, Self::To];

    const fn letter(self) -> char {
        match self {
            Self::From => 'f',
            Self::Inbound => 'i',
            Self::Outbound => 'o',
            Self::To => 't',
        }
    }
}

impl FactsHash {
    /// Whether everything that `other` claims is claimed here too: then it is no news.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let section = |ours: &Option<SectionHash>, theirs: &Option<SectionHash>| {
            theirs.is_none() || ours == theirs
        };
        section(&self.analysis, &other.analysis)
            && section(&self.metadata, &other.metadata)
            && section(&self.summary, &other.summary)
            && section(&self.words, &other.words)
            && self.network.is_superset(&other.network)
    }

    /// What was claimed here and in `later`, whose word counts where both speak.
    #[must_use]
    pub fn merge(&self, later: &Self) -> Self {
        Self {
            analysis: later.analysis.or(self.analysis),
            metadata: later.metadata.or(self.metadata),
            summary: later.summary.or(self.summary),
            words: later.words.or(self.words),
            network: self.network.union(&later.network).copied().collect(),
        }
    }
}

/// The hash of an event's normalised facts.
#[must_use]
pub fn facts_hash(event: &CallEvent) -> FactsHash {
    let section = |name: &str, facts: BTreeSet<String>| hash(event, name, &facts);
    let words: String = event
        .transcript
        .iter()
        .map(|turn| letters(&turn.text) + " ")
        .collect();
    let network = [
        event.from.as_ref().map(|_| Network::From),
        event.to.as_ref().map(|_| Network::To),
        event.direction.map(|direction| match direction {
            Direction::Inbound => Network::Inbound,
            Direction::Outbound => Network::Outbound,
        }),
    ];
    FactsHash {
        analysis: section("analysis", fields(&event.analysis)),
        metadata: section("metadata", fields(&event.metadata)),
        summary: section("summary", event.summary.iter().map(letters).collect()),
        words: section("words", BTreeSet::from([words.trim_end().to_owned()])),
        network: network.into_iter().flatten().collect(),
    }
}

fn hash(event: &CallEvent, section: &str, facts: &BTreeSet<String>) -> Option<SectionHash> {
    if facts.iter().all(String::is_empty) {
        return None;
    }
    let mut hasher = Sha256::new();
    let facts = facts.iter().map(String::as_str);
    for part in [event.call.as_str(), section].into_iter().chain(facts) {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().first_chunk().copied()
}

/// Fields as `name=value`, without those that say nothing.
fn fields(fields: &BTreeMap<String, Redacted>) -> BTreeSet<String> {
    fields
        .iter()
        .filter_map(|(name, value)| {
            let value = letters(value);
            let says_nothing = matches!(value.as_str(), "" | "na" | "n a" | "null" | "none");
            (!says_nothing).then(|| {
                let name: String = name
                    .chars()
                    .filter(|letter| letter.is_alphanumeric())
                    .collect();
                format!("{}={value}", name.to_lowercase())
            })
        })
        .collect()
}

/// A text's letters and digits in lower case, words apart by one space. A point or comma between
/// two digits stays: 1.5 is not 15. A fraction of nothing goes: 5000.0 is 5000.
fn letters(text: &Redacted) -> String {
    let text = text.render();
    let mut normalised = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let next_is_digit = characters.peek().is_some_and(char::is_ascii_digit);
        if character.is_alphanumeric() {
            normalised.extend(character.to_lowercase());
        } else if matches!(character, '.' | ',') && before.is_ascii_digit() && next_is_digit {
            normalised.push(character);
        } else if !normalised.is_empty() && !normalised.ends_with(' ') {
            normalised.push(' ');
        }
        before = character;
    }
    normalised.truncate(normalised.trim_end().len());
    let whole = normalised
        .strip_suffix(".00")
        .or_else(|| normalised.strip_suffix(".0"));
    whole.map_or_else(|| normalised.clone(), str::to_owned)
}

/// A text that is no [`FactsHash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a hash of facts that this build reads")]
pub struct InvalidFactsHash;

impl fmt::Display for FactsHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(VERSION)?;
        for section in [&self.analysis, &self.metadata, &self.summary, &self.words] {
            write!(
                formatter,
                ":{}",
                section.map(hex::encode).unwrap_or_default()
            )?;
        }
        formatter.write_str(":")?;
        self.network
            .iter()
            .try_for_each(|item| write!(formatter, "{}", item.letter()))
    }
}

impl FromStr for FactsHash {
    type Err = InvalidFactsHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split(':').collect();
        let &[VERSION, analysis, metadata, summary, words, network] = parts.as_slice() else {
            return Err(InvalidFactsHash);
        };
        let section = |text: &str| {
            if text.is_empty() {
                return Ok(None);
            }
            let mut bytes = SectionHash::default();
            hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidFactsHash)?;
            Ok(Some(bytes))
        };
        let item = |letter| {
            Network::ALL
                .into_iter()
                .find(|item| item.letter() == letter)
        };
        Ok(Self {
            analysis: section(analysis)?,
            metadata: section(metadata)?,
            summary: section(summary)?,
            words: section(words)?,
            network: network
                .chars()
                .map(|letter| item(letter).ok_or(InvalidFactsHash))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<String> for FactsHash {
    type Error = InvalidFactsHash;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FactsHash> for String {
    fn from(hash: FactsHash) -> Self {
        hash.to_string()
    }
}
