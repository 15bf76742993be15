//! All that the desk shows of one call.

use shared::call::{CallEvent, TurnRecord};
use shared::case::{Case, RecordShown};
use shared::ids::CallId;
use shared::ledger::{
    Action, ActionId, AuditEntry, CallRecord, Ledger, LedgerError, RECORDS, Remark, verify_audit,
};

/// A call.
#[derive(Debug, Clone)]
pub struct Story {
    /// The claim.
    pub record: CallRecord,
    /// The case, unless the caller was erased.
    pub case: Option<Case>,
    /// What was said, redacted.
    pub transcript: Vec<TurnRecord>,
    /// Whether DialNexa told of a recording.
    pub has_recording: bool,
    /// The records of other systems as they were read when the call was planned.
    pub records: Vec<RecordShown>,
    /// What is done.
    pub actions: Vec<Action>,
    /// Who was told.
    pub notices: Vec<Action>,
    /// What was said about its actions.
    pub remarks: Vec<Remark>,
    /// The trail of it all.
    pub trail: Vec<AuditEntry>,
    /// What is wrong with the trail, where something is.
    pub trail_fault: Option<String>,
}

impl Story {
    /// Reads it; nothing where the ledger does not know the call.
    ///
    /// # Errors
    /// [`LedgerError`] where the ledger cannot be read.
    pub async fn read(ledger: &Ledger, call: &CallId) -> Result<Option<Self>, LedgerError> {
        let Some((record, _)) = ledger.call(call).await? else {
            return Ok(None);
        };
        let (case, events, records, remarks) = futures::try_join!(
            ledger.case(call),
            ledger.events(call),
            ledger.private::<Vec<RecordShown>>(call, RECORDS),
            ledger.remarks(call),
        )?;
        let (actions, notices, audit) = futures::try_join!(
            ledger.actions(call),
            ledger.notices(call),
            ledger.audit(call),
        )?;
        let (trail, sequence, hash) = audit;
        let trail_fault = verify_audit(&trail, sequence, &hash)
            .err()
            .map(|fault| fault.to_string());
        let only = |found: Vec<(Action, u64)>| found.into_iter().map(|(it, _)| it).collect();
        Ok(Some(Self {
            record,
            case,
            has_recording: events.iter().any(|event| event.recording.is_some()),
            transcript: transcript(events),
            records: records.unwrap_or_default(),
            actions: only(actions),
            notices: only(notices),
            remarks,
            trail,
            trail_fault,
        }))
    }

    /// One of its actions.
    #[must_use]
    pub fn action(&self, id: &ActionId) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == *id)
    }

    /// The turns that decided what the call is about.
    #[must_use]
    pub fn deciding_turns(&self) -> &[usize] {
        self.case.as_ref().map_or(&[], |case| &case.evidence)
    }
}

/// The transcript that a call's turns are counted in: of several events the one with the most
/// turns, the first of those.
fn transcript(mut events: Vec<CallEvent>) -> Vec<TurnRecord> {
    events.sort_by(|one, other| {
        (one.received_at, one.shape, &one.name).cmp(&(other.received_at, other.shape, &other.name))
    });
    let mut longest = Vec::new();
    for event in events {
        if event.transcript.len() > longest.len() {
            longest = event.transcript;
        }
    }
    longest
}
