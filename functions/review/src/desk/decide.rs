//! Deciding, by the form on a case's page.

use std::collections::BTreeMap;

use shared::ids::{CallId, Email};
use shared::ledger::{ActionId, Amendment, Decision, DecisionError, Destination, Verdict};

use super::{Desk, Stop, Visit};
use crate::pages::Notice;
use crate::web::{Answer, Request};
use crate::words::read_amount;

/// The longest reason or question that is kept.
const LONGEST: usize = 1_000;

/// What a form asks for.
enum Wish {
    Decide(Verdict),
    Amend,
    Assign,
    Ask,
}

impl Wish {
    fn read(name: &str) -> Option<Self> {
        Some(match name {
            "approve" => Self::Decide(Verdict::Approve),
            "decline" => Self::Decide(Verdict::Decline),
            "confirm" => Self::Decide(Verdict::Confirm),
            "amend" => Self::Amend,
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
            Wish::Amend => {
                let amendment = self.amendment(call, id, by, form).await?;
                self.ledger.amend(call, id, &amendment).await?;
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

    /// The amendment that a form asks for. An amount is one of the action's own currency.
    async fn amendment(
        &self,
        call: &CallId,
        id: &ActionId,
        by: &str,
        form: &BTreeMap<String, String>,
    ) -> Result<Amendment, Refusal> {
        let field = |name: &str| form.get(name).map_or("", |value| value.trim());
        let found = self.ledger.action(call, id).await;
        let found = found.map_err(|error| DecisionError::Ledger(error.into()))?;
        let (action, _) = found.ok_or(DecisionError::NotFound)?;
        let amount = match (field("amount"), action.amount) {
            ("", _) | (_, None) => None,
            (typed, Some(shown)) => Some(read_amount(typed, shown.currency).ok_or(
                Refusal::Form("Give an amount such as 12,500.50. Nothing was done."),
            )?),
        };
        let answers = form
            .iter()
            .filter_map(|(name, said)| Some((name.strip_prefix("answer.")?, said.trim())))
            .filter(|(_, said)| !said.is_empty())
            .map(|(name, said)| (name.to_owned(), said.to_owned()))
            .collect::<BTreeMap<String, String>>();
        if amount.is_none() && answers.is_empty() {
            return Err(Refusal::Form(
                "Say what is to be changed. Nothing was done.",
            ));
        }
        Ok(Amendment {
            by: by.to_owned(),
            binding: field("binding").to_owned(),
            amount,
            answers,
        })
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
