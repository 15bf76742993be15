//! What a notice is about, as the ledger has it now.

use jiff::Timestamp;
use shared::case::{Case, Urgency, Workflow};
use shared::config::{Destination, Template};
use shared::ids::CallId;
use shared::ledger::{Action, ActionId, Ledger, LedgerError, Recipient, State};

use crate::follow_up::FollowedUp;

/// What a notice is about.
#[derive(Debug, Clone)]
pub struct Story {
    /// The call.
    pub call: CallId,
    /// What it is about.
    pub workflow: Workflow,
    /// How soon a person must look.
    pub urgency: Urgency,
    /// Who owns it.
    pub owner: String,
    /// The state that people are told of.
    pub state: State,
    /// The action it was written about.
    pub about: Option<Action>,
    /// What was followed up, where it was written about that.
    pub followed_up: Option<FollowedUp>,
    /// Who has given it to its owner, and when, where it was written about that.
    pub assigned: Option<(String, Timestamp)>,
    /// The case, unless the caller was erased.
    pub case: Option<Case>,
    /// The customer on Paystack's record, where the caller is known to be them.
    pub recipient: Option<Recipient>,
}

impl Story {
    /// Reads what `notice` is about.
    ///
    /// # Errors
    /// [`LedgerError`] where the ledger cannot be read.
    pub async fn read(ledger: &Ledger, notice: &Action) -> Result<Self, LedgerError> {
        let text = |name: &str| {
            notice
                .parameters
                .get(name)
                .and_then(serde_json::Value::as_str)
        };
        let about = match text("about").and_then(ActionId::parse) {
            Some(id) => ledger.action(&notice.call, &id).await?,
            None => None,
        };
        let state = notice
            .parameters
            .get("state")
            .and_then(|state| serde_json::from_value(state.clone()).ok())
            .unwrap_or(State::NeedsPerson);
        Ok(Self {
            call: notice.call.clone(),
            workflow: notice.workflow,
            urgency: notice.urgency,
            owner: notice.owner.clone(),
            state,
            about: about.map(|(action, _)| action),
            followed_up: FollowedUp::read(&notice.parameters),
            assigned: text("assigned_by").map(|by| (by.to_owned(), notice.created_at)),
            case: ledger.case(&notice.call).await?,
            recipient: ledger.recipient(&notice.call).await?,
        })
    }
}

/// How a notice is told: where, and laid out how.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The destination.
    pub destination: &'a Destination,
    /// The layout.
    pub template: &'a Template,
}
