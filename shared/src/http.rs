//! Requests as API Gateway hands them on: the raw bytes, as they were signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

/// The largest body that is taken.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// Why a request has no body that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BodyError {
    /// It is larger than anything that is sent to us.
    #[error("the body is larger than 4 MiB")]
    TooLarge,
    /// It is not base64 although it should be.
    #[error("the body is not base64")]
    NotBase64,
}

/// The body's bytes: API Gateway hands on as base64 what it does not take for text.
///
/// # Errors
/// [`BodyError`]: what is too large is refused before anything is decoded.
pub fn raw_body(body: Option<String>, is_base64: bool) -> Result<Vec<u8>, BodyError> {
    let body = body.unwrap_or_default();
    if !is_base64 {
        return if body.len() > MAX_BODY_BYTES {
            Err(BodyError::TooLarge)
        } else {
            Ok(body.into())
        };
    }
    let padding = body
        .bytes()
        .rev()
        .take_while(|&byte| byte == b'=')
        .count()
        .min(2);
    if (body.len() / 4).saturating_mul(3).saturating_sub(padding) > MAX_BODY_BYTES {
        return Err(BodyError::TooLarge);
    }
    STANDARD.decode(body).map_err(|_| BodyError::NotBase64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_body_is_taken_and_one_byte_more_is_not_in_either_spelling() {
        let largest = "a".repeat(MAX_BODY_BYTES);
        let larger = "a".repeat(MAX_BODY_BYTES + 1);
        assert_eq!(
            raw_body(Some(largest.clone()), false).unwrap().len(),
            MAX_BODY_BYTES
        );
        assert_eq!(
            raw_body(Some(larger.clone()), false),
            Err(BodyError::TooLarge)
        );
        assert_eq!(
            raw_body(Some(STANDARD.encode(&largest)), true)
                .unwrap()
                .len(),
            MAX_BODY_BYTES
        );
        assert_eq!(
            raw_body(Some(STANDARD.encode(&larger)), true),
            Err(BodyError::TooLarge)
        );
    }

    #[test]
    fn base64_that_is_none_is_malformed_and_no_body_is_an_empty_one() {
        assert_eq!(
            raw_body(Some("{\"event\":1}".into()), true),
            Err(BodyError::NotBase64)
        );
        assert_eq!(
            raw_body(Some("====".into()), true),
            Err(BodyError::NotBase64)
        );
        assert_eq!(raw_body(None, false), Ok(Vec::new()));
        assert_eq!(raw_body(None, true), Ok(Vec::new()));
    }
}
