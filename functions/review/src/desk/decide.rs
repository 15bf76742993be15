//! Deciding, by the form on a case's page.

use std::collections::BTreeMap;

use shared::ids::{CallId, Email};
use shared::ledger::{ActionId, Decision, DecisionError, Destination, Verdict};

use super::{Desk, Stop, Visit};
use crate::pages::Notice;
use crate::web::{Answer, Request};

/// The longest reason or question that is kept.
const LONGEST: usize = 1_000;

/// What a form asks for.
enum Wish {
    Decide(Verdict),
    Assign,
    Ask,
}

impl Wish {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "approve" => Self::Decide(Verdict::Approve),
            "decline" => Self::Decide(Verdict::Decline),
            "confirm" => Self::Decide(Verdict::Confirm),
            "assign" => Self::Assign,
            "ask" => Self::Ask,
            _ => return None,
        })
    }
}

/// Why a wish was not carried out.
enum Refusal {
    /// The form is not filled in as it has to be.
    Form(&'static str),
    /// The ledger says no.
    Decision(DecisionError),
}

impl From<DecisionError> for Refusal {
    fn from(error: DecisionError) -> Self {
        Self::Decision(error)
    }
}

impl Desk {
    pub(super) async fn decide(&self, request: &Request, call: &str) -> Result<Answer, Stop> {
        let known = CallId::new(call).ok();
        let visit = self.visit_with_form(request, known.as_ref()).await?;
        let call = known.ok_or_else(|| self.not_found())?;
        let form = request.form();
        let field = |name: &str| form.get(name).map_or("", |value| value.trim());
        let id = ActionId::parse(field("action")).ok_or_else(|| self.not_found())?;
        let verdict = field("verdict");
        let wish = Wish::read(verdict).ok_or_else(|| self.not_found())?;
        if !visit.may_decide {
            self.refuse(Some(&call), "not_an_approver", &visit.session.person.email)
                .await;
            let notice = Notice::Refused("You may not decide. Nothing was done.".to_owned());
            return self.case_page(&visit, &call, &id, Some(&notice), 403).await;
        }
        match self.carry_out(&wish, &call, &id, &visit, &form).await {
            Ok(()) => {
                self.send_on(&call).await;
                let mut query = form_urlencoded::Serializer::new(String::new());
                query.append_pair("action", &id.to_string());
                query.append_pair("done", verdict);
                Ok(Answer::see(format!(
                    "/calls/{call}/case?{}",
                    query.finish()
                )))
            }
            Err(Refusal::Form(words)) => {
                let notice = Notice::Refused(words.to_owned());
                self.case_page(&visit, &call, &id, Some(&notice), 422).await
            }
            Err(Refusal::Decision(DecisionError::Ledger(error))) => Err(error.into()),
            Err(Refusal::Decision(DecisionError::NotFound)) => Err(self.not_found().into()),
            Err(Refusal::Decision(error)) => {
                self.refuse(Some(&call), code(&error), &visit.session.person.email)
                    .await;
                let words = format!("Nothing was done: {error}. Below is how it stands now.");
                let notice = Notice::Refused(words);
                self.case_page(&visit, &call, &id, Some(&notice), 409).await
            }
        }
    }

    async fn carry_out(
        &self,
        wish: &Wish,
        call: &CallId,
        id: &ActionId,
        visit: &Visit,
        form: &BTreeMap<String, String>,
    ) -> Result<(), Refusal> {
        let field = |name: &str| form.get(name).map_or("", |value| value.trim());
        let by = &visit.session.person.email;
        let binding = field("binding");
        match wish {
            Wish::Decide(verdict) => {
                let reason = field("reason");
                if *verdict == Verdict::Decline && reason.is_empty() {
                    return Err(Refusal::Form("Give a reason to decline. Nothing was done."));
                }
                let decision = Decision {
                    by: by.clone(),
                    verdict: *verdict,
                    binding: binding.to_owned(),
                    reason: reason.chars().take(LONGEST).collect(),
                };
                self.ledger.decide(call, id, &decision).await?;
            }
            Wish::Assign => {
                let owner = Email::new(field("owner"))
                    .map_err(|_| Refusal::Form("Give an e-mail address. Nothing was done."))?;
                self.ledger
                    .assign(call, id, binding, by, &owner.normalised())
                    .await?;
            }
            Wish::Ask => {
                let words: String = field("words").chars().take(LONGEST).collect();
                if words.is_empty() {
                    return Err(Refusal::Form("Say what you ask for. Nothing was done."));
                }
                self.ledger.ask(call, id, binding, by, &words).await?;
            }
        }
        Ok(())
    }

    /// Sends on what a decision owes. What does not go now is sent by the sweep.
    pub(super) async fn send_on(&self, call: &CallId) {
        for destination in [Destination::Cases, Destination::Notices] {
            if let Err(failure) = self.ledger.flush(call, destination, &*self.outbox).await {
                tracing::warn!(%call, reason = failure.reason.code, "sent later, by the sweep");
            }
        }
    }
}

/// The code of a refused decision in the trail.
pub(super) const fn code(error: &DecisionError) -> &'static str {
    match error {
        DecisionError::NotFound => "no_such_action",
        DecisionError::Settled(_) => "already_settled",
        DecisionError::Changed => "changed_since_shown",
        DecisionError::TooLate => "too_late",
        DecisionError::NothingSent => "nothing_sent",
        DecisionError::SamePerson => "same_person",
        DecisionError::Sent => "already_sent",
        DecisionError::NotLess => "not_less",
        DecisionError::NotOpen(_) => "not_open",
        DecisionError::Ledger(_) => "ledger",
    }
}
