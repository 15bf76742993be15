//! The messages, and how each becomes the body of an SQS message and is read back.

use std::io::{Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::QueueError;
use crate::call::{CallEvent, Kept};
use crate::ids::CallId;

/// The version of every message that this build writes and reads.
pub(super) const VERSION: u64 = 1;

/// The largest body we hand to SQS. It takes 1 MiB with the attributes counted in; the call's id
/// as an attribute needs a few hundred bytes of it.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024 - 4096;

/// A body above this is compressed: SQS bills by 64 KiB, and a function reads up to ten at once.
const COMPRESS_ABOVE_BYTES: usize = 200_000;

/// What a compressed body may open to. `ingest` takes 4 MB, which grow by their structure.
const MAX_OPENED_BYTES: usize = 32 * 1024 * 1024;

/// A message as it goes to SQS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The body.
    pub body: String,
    /// The call it belongs to, sent beside it as the attribute `call_id`.
    pub call: Option<CallId>,
}

/// A message of one of the queues.
pub trait Message: Sized {
    /// The message as it goes to SQS.
    ///
    /// # Errors
    /// [`QueueError::TooLarge`] where it does not fit even compressed.
    fn encode(&self) -> Result<Outgoing, QueueError>;

    /// Reads the body of an SQS message.
    ///
    /// # Errors
    /// [`QueueError`] where it is not a message of this queue and version.
    fn decode(body: &str) -> Result<Self, QueueError>;
}

/// Queue `calls`: what DialNexa delivered, redacted.
#[derive(Debug, Clone, PartialEq)]
pub enum CallsMessage {
    /// An event of a call.
    Event(Box<CallEvent>),
    /// A delivery in no shape that we know, kept for an operator.
    Kept(Box<Kept>),
}

/// Queue `cases`: a call whose case is ready to be worked on. The case stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMessage {
    /// The call.
    pub call: CallId,
}

/// Queue `notices`: something to tell someone. The notice stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeMessage {
    /// The call.
    pub call: CallId,
    /// The notice's name within the call.
    pub notice: String,
}

/// How a message of `calls` is written; exactly one of the three is there.
#[derive(Serialize)]
struct CallsWriting<'message> {
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'message CallEvent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<&'message Kept>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deflate: Option<&'message str>,
}

/// How a message of `calls` is read.
#[derive(Deserialize)]
struct CallsReading {
    #[serde(default)]
    event: Option<Box<CallEvent>>,
    #[serde(default)]
    kept: Option<Box<Kept>>,
    #[serde(default)]
    deflate: Option<String>,
}

/// How a message of `cases` and `notices` is written and read.
#[derive(Serialize, Deserialize)]
struct Pointer {
    version: u64,
    call: CallId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
}

impl CallsMessage {
    /// The call that the message belongs to, where it names one.
    #[must_use]
    pub fn call(&self) -> Option<&CallId> {
        match self {
            Self::Event(event) => Some(&event.call),
            Self::Kept(_) => None,
        }
    }
}

impl Message for CallsMessage {
    fn encode(&self) -> Result<Outgoing, QueueError> {
        let (event, kept) = match self {
            Self::Event(event) => (Some(event.as_ref()), None),
            Self::Kept(kept) => (None, Some(kept.as_ref())),
        };
        let plain = write(&CallsWriting {
            version: VERSION,
            event,
            kept,
            deflate: None,
        })?;
        let body = if plain.len() <= COMPRESS_ABOVE_BYTES && is_sendable(&plain) {
            plain
        } else {
            let packed = pack(&plain)?;
            write(&CallsWriting {
                version: VERSION,
                event: None,
                kept: None,
                deflate: Some(&packed),
            })?
        };
        if body.len() > MAX_MESSAGE_BYTES {
            return Err(QueueError::TooLarge { bytes: body.len() });
        }
        Ok(Outgoing {
            body,
            call: self.call().cloned(),
        })
    }

    fn decode(body: &str) -> Result<Self, QueueError> {
        let outer: CallsReading = read(body)?;
        let content = match outer.deflate {
            Some(packed) => read(&unpack(&packed)?)?,
            None => outer,
        };
        match (content.event, content.kept) {
            (Some(event), None) => Ok(Self::Event(event)),
            (None, Some(kept)) => Ok(Self::Kept(kept)),
            (Some(_), Some(_)) | (None, None) => Err(QueueError::Malformed { line: 0, column: 0 }),
        }
    }
}

impl Message for CaseMessage {
    fn encode(&self) -> Result<Outgoing, QueueError> {
        let pointer = Pointer {
            version: VERSION,
            call: self.call.clone(),
            notice: None,
        };
        Ok(Outgoing {
            body: write(&pointer)?,
            call: Some(pointer.call),
        })
    }

    fn decode(body: &str) -> Result<Self, QueueError> {
        let pointer: Pointer = read(body)?;
        Ok(Self { call: pointer.call })
    }
}

impl Message for NoticeMessage {
    fn encode(&self) -> Result<Outgoing, QueueError> {
        let notice = Some(self.notice.clone());
        let pointer = Pointer {
            version: VERSION,
            call: self.call.clone(),
            notice,
        };
        Ok(Outgoing {
            body: write(&pointer)?,
            call: Some(pointer.call),
        })
    }

    fn decode(body: &str) -> Result<Self, QueueError> {
        let pointer: Pointer = read(body)?;
        let notice = pointer
            .notice
            .ok_or(QueueError::Malformed { line: 0, column: 0 })?;
        Ok(Self {
            call: pointer.call,
            notice,
        })
    }
}

fn write(message: &impl Serialize) -> Result<String, QueueError> {
    serde_json::to_string(message).map_err(QueueError::Unwritable)
}

/// Reads a message after its version, so that a later release's message is called that and not
/// malformed.
fn read<T: DeserializeOwned>(body: &str) -> Result<T, QueueError> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u64,
    }
    let Versioned { version } = serde_json::from_str(body).map_err(malformed)?;
    if version != VERSION {
        return Err(QueueError::UnknownVersion { found: version });
    }
    serde_json::from_str(body).map_err(malformed)
}

/// Where the reading stopped; the reader's own message may quote what it read.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` takes"
)]
fn malformed(error: serde_json::Error) -> QueueError {
    QueueError::Malformed {
        line: error.line(),
        column: error.column(),
    }
}

/// SQS refuses these two characters for good, whoever said them.
fn is_sendable(body: &str) -> bool {
    !body.contains(['\u{fffe}', '\u{ffff}'])
}

fn pack(plain: &str) -> Result<String, QueueError> {
    if plain.len() > MAX_OPENED_BYTES {
        return Err(QueueError::TooLarge { bytes: plain.len() });
    }
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    let packed = encoder
        .write_all(plain.as_bytes())
        .and_then(|()| encoder.finish());
    let packed = packed.map_err(|error| QueueError::Unwritable(serde_json::Error::io(error)))?;
    Ok(STANDARD_NO_PAD.encode(packed))
}

fn unpack(packed: &str) -> Result<String, QueueError> {
    let packed = STANDARD_NO_PAD
        .decode(packed)
        .map_err(|_| QueueError::Corrupt)?;
    let mut plain = String::new();
    let limit = u64::try_from(MAX_OPENED_BYTES).unwrap_or(u64::MAX);
    DeflateDecoder::new(packed.as_slice())
        .take(limit.saturating_add(1))
        .read_to_string(&mut plain)
        .map_err(|_| QueueError::Corrupt)?;
    if plain.len() > MAX_OPENED_BYTES {
        Err(QueueError::Corrupt)
    } else {
        Ok(plain)
    }
}
