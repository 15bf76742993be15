//! Text from which the redactor has taken what may not be kept.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::kind::Kind;

/// The version of the rules that made a [`Redacted`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RulesVersion(u16);

impl RulesVersion {
    /// The rules in this build.
    pub const CURRENT: Self = Self(1);

    /// The version as a number, for records and reports.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// The last four digits of a card: all of a card number that may stay.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LastFour([u8; 4]);

impl LastFour {
    /// Takes four decimal digits (values, not characters); `None` when one is not a digit.
    #[must_use]
    pub(super) fn from_values(values: [u8; 4]) -> Option<Self> {
        values
            .iter()
            .all(|&digit| digit < 10)
            .then_some(Self(values))
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 4] = text.as_bytes().try_into().ok()?;
        Self::from_values(bytes.map(|byte| byte.wrapping_sub(b'0')))
    }
}

impl fmt::Display for LastFour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|digit| write!(formatter, "{digit}"))
    }
}

impl fmt::Debug for LastFour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LastFour(_)")
    }
}

impl Serialize for LastFour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LastFour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("last_four is not four digits"))
    }
}

/// A stretch of text that stays, or a marker where something was.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Segment {
    /// Text that stays, as it came.
    Text(String),
    /// Something was here.
    Marker {
        /// What it was.
        kind: Kind,
        /// The last four digits, of a card, where the settings allow it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_four: Option<LastFour>,
    },
}

impl fmt::Debug for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(formatter, "Text({} bytes)", text.len()),
            Self::Marker { kind, .. } => write!(formatter, "Marker({})", kind.name()),
        }
    }
}

/// Text without card numbers, bank details, identifiers and secrets.
///
/// Only the redactor makes one: [`redact`](super::redact) and its sisters. Reading one back checks
/// its structure and never rewrites its text. What is a marker is told by the structure, not by
/// what the rendered text looks like: a caller who says "[card ending 4242]" makes text, not a
/// marker.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Redacted {
    rules: RulesVersion,
    segments: Vec<Segment>,
}

impl Redacted {
    pub(super) fn from_segments(segments: Vec<Segment>) -> Self {
        Self {
            rules: RulesVersion::CURRENT,
            segments,
        }
    }

    /// The version of the rules that made it.
    #[must_use]
    pub const fn rules(&self) -> RulesVersion {
        self.rules
    }

    /// The segments, in order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The kinds that were removed, in order, one for each marker.
    pub fn markers(&self) -> impl Iterator<Item = Kind> + '_ {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Text(_) => None,
            Segment::Marker { kind, .. } => Some(*kind),
        })
    }

    /// Nothing was removed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.markers().next().is_none()
    }

    /// There is neither text nor marker in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The text with a marker such as `[card ending 4242]` where something was.
    ///
    /// Redacting the result changes nothing. For readers outside the private record use
    /// [`mask::for_broad_audience`](super::mask::for_broad_audience).
    #[must_use]
    pub fn render(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments.iter().try_for_each(|segment| match segment {
            Segment::Text(text) => formatter.write_str(text),
            Segment::Marker { kind, last_four } => {
                write!(
                    formatter,
                    "{}",
                    Marker {
                        kind: *kind,
                        last_four: *last_four
                    }
                )
            }
        })
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: usize = self
            .segments
            .iter()
            .map(|segment| match segment {
                Segment::Text(text) => text.len(),
                Segment::Marker { .. } => 0,
            })
            .sum();
        formatter
            .debug_struct("Redacted")
            .field("rules", &self.rules.0)
            .field("text_bytes", &bytes)
            .field("markers", &self.markers().count())
            .finish()
    }
}

impl<'de> Deserialize<'de> for Redacted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Wire {
            rules: RulesVersion,
            segments: Vec<Segment>,
        }
        let Wire { rules, segments } = Wire::deserialize(deserializer)?;
        check(rules, &segments).map_err(serde::de::Error::custom)?;
        Ok(Self { rules, segments })
    }
}

/// What the redactor never writes, and so is not ours.
fn check(rules: RulesVersion, segments: &[Segment]) -> Result<(), &'static str> {
    if rules.0 == 0 || rules > RulesVersion::CURRENT {
        return Err("made by rules that this build does not know");
    }
    let mut after_text = false;
    for segment in segments {
        match segment {
            Segment::Text(text) if text.is_empty() => return Err("an empty text segment"),
            Segment::Text(_) if after_text => return Err("two text segments in a row"),
            Segment::Marker {
                kind,
                last_four: Some(_),
            } if *kind != Kind::CardNumber => {
                return Err("last four digits of something other than a card");
            }
            Segment::Text(_) | Segment::Marker { .. } => {}
        }
        after_text = matches!(segment, Segment::Text(_));
    }
    Ok(())
}

/// A marker as it is rendered.
#[derive(Clone, Copy)]
pub(super) struct Marker {
    pub(super) kind: Kind,
    pub(super) last_four: Option<LastFour>,
}

impl Marker {
    const CARD: &str = "[card ending ";
    const REMOVED: &str = " removed]";

    /// Its length in bytes.
    pub(super) const fn length(self) -> usize {
        match self.last_four {
            Some(_) => Self::CARD.len() + 4 + 1,
            None => 1 + self.kind.label().len() + Self::REMOVED.len(),
        }
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last_four {
            Some(last_four) => write!(formatter, "{}{last_four}]", Self::CARD),
            None => write!(formatter, "[{}{}", self.kind.label(), Self::REMOVED),
        }
    }
}

/// Reads a rendered marker at the start of `text`: its length in bytes and its kind.
///
/// The redactor leaves such text alone, so that redacting rendered output changes nothing.
pub(super) fn rendered_marker(text: &str) -> Option<(usize, Kind)> {
    if let Some(rest) = text.strip_prefix(Marker::CARD) {
        LastFour::parse(rest.get(..4)?)?;
        let length = Marker::CARD.len() + 4 + 1;
        return rest
            .get(4..)?
            .starts_with(']')
            .then_some((length, Kind::CardNumber));
    }
    let inner = text.strip_prefix('[')?;
    Kind::ALL.into_iter().find_map(|kind| {
        let marker = Marker {
            kind,
            last_four: None,
        };
        inner
            .strip_prefix(kind.label())?
            .starts_with(Marker::REMOVED)
            .then_some((marker.length(), kind))
    })
}
