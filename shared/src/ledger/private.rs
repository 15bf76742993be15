//! What is private to a call: the redacted transcript and contact data, compressed, in chunks,
//! apart from everything else, so that erasing a caller is deleting these items.

use std::io::{Read, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::commit::{Ledger, LedgerError};
use super::record::partition;
use super::table::{Item, Key, Write};
use crate::ids::CallId;

/// The most that one item holds: `DynamoDB`'s limit is 400 kB, names and indexes included.
const CHUNK_BYTES: usize = 350_000;

/// The most that a private record may unfold to: far above the 4 MB that `ingest` lets in.
const UNFOLDED_LIMIT: u64 = 64 * 1024 * 1024;

#[derive(Debug, Serialize, Deserialize)]
struct Chunk {
    part: usize,
    parts: usize,
    gzip_base64: String,
}

/// The writes that put `record` under `private#<name>`, replacing what is there.
///
/// # Errors
/// [`LedgerError`] where it cannot be written as JSON.
pub(super) fn private_writes(
    call: &CallId,
    name: &str,
    record: &impl Serialize,
    expires_at: Option<Timestamp>,
) -> Result<Vec<Write>, LedgerError> {
    let json = serde_json::to_vec(record)
        .map_err(|_| LedgerError::Private("it cannot be written as JSON"))?;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder
        .write_all(&json)
        .and_then(|()| encoder.finish())
        .map_err(|_| LedgerError::Private("it cannot be compressed"))?;
    let text = BASE64.encode(packed);
    let parts = text.len().div_ceil(CHUNK_BYTES);
    (0..parts)
        .map(|part| {
            let from = part * CHUNK_BYTES;
            let until = text.len().min(from + CHUNK_BYTES);
            let chunk = Chunk {
                part,
                parts,
                gzip_base64: text.get(from..until).unwrap_or_default().to_owned(),
            };
            let key = Key::new(partition(call), format!("private#{name}#{part:03}"));
            let mut item = Item::new(key, &chunk)?;
            item.expires_at = expires_at.map(Timestamp::as_second);
            Ok(Write::Put {
                item,
                condition: super::table::Condition::Always,
            })
        })
        .collect()
}

/// The JSON of a private record, from the text of its chunks put together.
///
/// # Errors
/// [`LedgerError::Private`] where the text is damaged.
pub fn unpack(text: &str) -> Result<Vec<u8>, LedgerError> {
    let packed = BASE64
        .decode(text)
        .map_err(|_| LedgerError::Private("it is not base64"))?;
    let mut json = Vec::new();
    GzDecoder::new(packed.as_slice())
        .take(UNFOLDED_LIMIT)
        .read_to_end(&mut json)
        .map_err(|_| LedgerError::Private("it is damaged"))?;
    Ok(json)
}

impl Ledger {
    /// The private record called `name`, or nothing where it was never there or is erased.
    ///
    /// # Errors
    /// [`LedgerError`] where the table cannot be read or a chunk is damaged.
    pub async fn private<T: DeserializeOwned>(
        &self,
        call: &CallId,
        name: &str,
    ) -> Result<Option<T>, LedgerError> {
        let items = self
            .table
            .query(&partition(call), &format!("private#{name}#"))
            .await?;
        read_private(&items, self.now().as_second())
    }
}

/// The private record that `items` are the chunks of; nothing where one is missing or past its
/// time. The table forgets within days of the time, item by item: what is past it is gone.
pub(super) fn read_private<T: DeserializeOwned>(
    items: &[Item],
    now: i64,
) -> Result<Option<T>, LedgerError> {
    let is_kept = |item: &&Item| item.expires_at.is_none_or(|at| at > now);
    let mut chunks = items.iter().filter(is_kept).map(Item::read::<Chunk>);
    let Some(first) = chunks.next().transpose()? else {
        return Ok(None);
    };
    // What is beyond the first's count is left over from an earlier, longer record.
    let parts = first.parts;
    let mut text = first.gzip_base64;
    let mut found = usize::from(first.part == 0);
    for chunk in chunks {
        let chunk = chunk?;
        if chunk.part == found && found < parts {
            text.push_str(&chunk.gzip_base64);
            found += 1;
        }
    }
    if found < parts {
        return Ok(None);
    }
    let json = unpack(&text)?;
    serde_json::from_slice(&json)
        .map(Some)
        .map_err(|_| LedgerError::Private("it is not the record it should be"))
}
