//! The value of a decision's button: which action, and exactly what of it was shown.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::ids::CallId;

/// Tells this form of the value from a later one.
const PREFIX: &str = "v1.";

/// What a button stands for. Slack hands the value back as it was posted, in a request that it
/// signs; whoever presses it decides on this binding and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ButtonToken {
    /// The call.
    pub call: CallId,
    /// The action's place.
    pub action: String,
    /// The binding of what the message shows.
    pub binding: String,
}

impl ButtonToken {
    /// The id of the button that approves.
    pub const APPROVE: &'static str = "ledgerline_approve";
    /// The id of the button that declines.
    pub const DECLINE: &'static str = "ledgerline_decline";

    /// The token as a button's value.
    #[must_use]
    pub fn write(&self) -> String {
        let parts = [self.call.as_str(), &self.action, &self.binding].join("\n");
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(parts))
    }

    /// Reads a button's value; nothing where it is none of ours.
    #[must_use]
    pub fn read(value: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(value.strip_prefix(PREFIX)?).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut parts = text.split('\n');
        let token = Self {
            call: CallId::new(parts.next()?).ok()?,
            action: parts.next()?.to_owned(),
            binding: parts.next()?.to_owned(),
        };
        parts.next().is_none().then_some(token)
    }
}
