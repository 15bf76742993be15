//! Looking: the queue, a call, a case, a search, the reports, a recording.

use shared::ids::{CallId, Email};
use shared::ledger::{ActionId, AuditNote, CallerIndex, Index};
use shared::secrets::caller_key;

use super::{Desk, Stop, Visit};
use crate::pages::{self, Found, Notice, Shown};
use crate::queue::{Filter, Queue};
use crate::recording::RecordingError;
use crate::reports::{MOST_DAYS, Report};
use crate::story::Story;
use crate::web::{Answer, Request};

/// For how many days a report is where nobody says.
const DAYS: i64 = 14;

impl Desk {
    pub(super) async fn queue(&self, request: &Request) -> Result<Answer, Stop> {
        let visit = self.visit(request, None).await?;
        let filter = Filter::read(request, self.settings.merchant.currency);
        let now = self.ledger.now();
        let (after, count) = (request.asked("after"), request.asked("count").is_some());
        let queue = Queue::read(&self.ledger, &filter, after, count, now).await?;
        let page = pages::queue(&self.frame(Some(&visit)), &self.settings, &filter, &queue);
        Ok(Answer::page(200, page))
    }

    pub(super) async fn call(&self, request: &Request, call: &str) -> Result<Answer, Stop> {
        let known = CallId::new(call).ok();
        let visit = self.visit(request, known.as_ref()).await?;
        let story = self.story(known.as_ref()).await?;
        self.note_view(&story, None, &visit, "viewed").await?;
        let frame = self.frame(Some(&visit));
        let shown = Shown {
            frame: &frame,
            settings: &self.settings,
            story: &story,
        };
        Ok(Answer::page(200, pages::call(shown)))
    }

    pub(super) async fn case(&self, request: &Request, call: &str) -> Result<Answer, Stop> {
        let known = CallId::new(call).ok();
        let visit = self.visit(request, known.as_ref()).await?;
        let id = request.asked("action").and_then(ActionId::parse);
        let call = known.ok_or_else(|| self.not_found())?;
        let id = id.ok_or_else(|| self.not_found())?;
        let done = request.asked("done").and_then(done_words).map(Notice::Done);
        self.case_page(&visit, &call, &id, done.as_ref(), 200).await
    }

    /// The page of a case as it stands now.
    pub(super) async fn case_page(
        &self,
        visit: &Visit,
        call: &CallId,
        id: &ActionId,
        notice: Option<&Notice>,
        status: u16,
    ) -> Result<Answer, Stop> {
        let story = self.story(Some(call)).await?;
        let action = story.action(id).ok_or_else(|| self.not_found())?;
        self.note_view(&story, Some(id), visit, "viewed").await?;
        let frame = self.frame(Some(visit));
        let shown = Shown {
            frame: &frame,
            settings: &self.settings,
            story: &story,
        };
        Ok(Answer::page(status, pages::case(shown, action, notice)))
    }

    async fn story(&self, call: Option<&CallId>) -> Result<Story, Stop> {
        let story = match call {
            Some(call) => Story::read(&self.ledger, call).await?,
            None => None,
        };
        story.ok_or_else(|| self.not_found().into())
    }

    async fn note_view(
        &self,
        story: &Story,
        action: Option<&ActionId>,
        visit: &Visit,
        what: &str,
    ) -> Result<(), Stop> {
        let note = AuditNote {
            what: what.to_owned(),
            action: action.cloned(),
            actor: visit.session.person.email.clone(),
            ..AuditNote::default()
        };
        Ok(self.ledger.note(&story.record.call, note).await?)
    }

    /// Looks for a call by its id, by the number of a record in Paystack, or by the caller's
    /// e-mail address, of which the index knows a keyed hash only.
    pub(super) async fn search(&self, request: &Request) -> Result<Answer, Stop> {
        let visit = self.visit_with_form(request, None).await?;
        let form = request.form();
        let wanted = form.get("wanted").map_or("", |text| text.trim());
        let mut calls = Vec::new();
        if let Ok(email) = Email::new(wanted) {
            let key = caller_key(&*self.secrets, &self.secret_ids.caller).await?;
            let bucket = CallerIndex::new(key).email(&email);
            calls = self.ledger.calls_by(Index::Caller, &bucket).await?;
        } else if let Ok(call) = CallId::new(wanted) {
            if self.ledger.call(&call).await?.is_some() {
                return Ok(Answer::see(format!("/calls/{call}")));
            }
            calls = self.ledger.calls_by(Index::Paystack, wanted).await?;
        } else if !wanted.is_empty() && wanted.len() <= 100 {
            calls = self.ledger.calls_by(Index::Paystack, wanted).await?;
        }
        let mut found = Vec::new();
        for call in calls {
            let Some((record, _)) = self.ledger.call(&call).await? else {
                continue;
            };
            let actions = self.ledger.actions(&call).await?;
            found.push(Found {
                workflow: record.workflow,
                at: record.at,
                waits: actions.iter().any(|(it, _)| it.state.waits_for_person()),
                call,
            });
        }
        let page = pages::search(&self.frame(Some(&visit)), wanted, &found);
        Ok(Answer::page(200, page))
    }

    /// Opens the recording by a link that is made for this one time.
    pub(super) async fn listen(&self, request: &Request, call: &str) -> Result<Answer, Stop> {
        let known = CallId::new(call).ok();
        let visit = self.visit_with_form(request, known.as_ref()).await?;
        let story = self.story(known.as_ref()).await?;
        let call = &story.record.call;
        self.note_view(&story, None, &visit, "asked for the recording")
            .await?;
        let (status, title, words, link) = match self.recordings.recording(call).await {
            Ok(link) => (
                200,
                "The recording",
                "The link is for you alone and soon runs out.",
                Some((link, "Listen at DialNexa")),
            ),
            Err(error) => {
                tracing::warn!(%error, class = ?error.class(), "no recording");
                let words = match error {
                    RecordingError::None => "DialNexa has no recording of this call, or no longer.",
                    RecordingError::Key => {
                        "DialNexa's key is missing or refused. Whoever runs this deployment has to set it."
                    }
                    RecordingError::Unavailable => {
                        "DialNexa does not answer. Try again in a moment."
                    }
                };
                let back = format!("/calls/{call}");
                (
                    502,
                    "There is no recording",
                    words,
                    Some((back, "Back to the call")),
                )
            }
        };
        let link = link.as_ref().map(|(href, label)| (href.as_str(), *label));
        let page = pages::message(&self.frame(Some(&visit)), title, words, link);
        Ok(Answer::page(status, page))
    }

    pub(super) async fn reports(&self, request: &Request) -> Result<Answer, Stop> {
        let visit = self.visit(request, None).await?;
        let days = days(request);
        let report = Report::read(&self.ledger, days, self.ledger.now()).await?;
        let page = pages::reports(&self.frame(Some(&visit)), days, &report);
        Ok(Answer::page(200, page))
    }

    pub(super) async fn reports_file(&self, request: &Request) -> Result<Answer, Stop> {
        self.visit(request, None).await?;
        let days = days(request);
        let report = Report::read(&self.ledger, days, self.ledger.now()).await?;
        let name = format!("ledgerline-{days}-days.csv");
        Ok(Answer::file("text/csv; charset=utf-8", name, report.csv()))
    }
}

fn days(request: &Request) -> i64 {
    request
        .asked("days")
        .and_then(|days| days.parse().ok())
        .unwrap_or(DAYS)
        .clamp(1, MOST_DAYS)
}

/// What is said after a redirect, by a code that anybody may write into an address.
fn done_words(code: &str) -> Option<String> {
    let words = match code {
        "approve" => "You approved it.",
        "decline" => "You declined it.",
        "confirm" => "You confirmed that it has happened.",
        "amend" => "You changed it. What was approved before no longer counts.",
        "assign" => "You gave it to somebody.",
        "ask" => "Your question is kept with the case.",
        _ => return None,
    };
    Some(words.to_owned())
}
