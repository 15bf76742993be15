//! The desk: which request is answered by whom, and what is written down of each.

mod click;
mod decide;
mod entry;
mod look;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use futures::FutureExt as _;
use shared::config::Settings;
use shared::ids::{CallId, Tokens};
use shared::ledger::{AuditNote, Ledger, LedgerError, Post};
use shared::secrets::{ReadSecret, SecretError, session_keys};
use shared::telemetry::Metrics;
use tracing::instrument;

use crate::identity::IdentityProvider;
use crate::pages::{self, ASSETS, Frame};
use crate::recording::FindRecording;
use crate::session::Session;
use crate::signing::SigningKeys;
use crate::slack::TellMember;
use crate::web::{Answer, Request};

/// The secrets that the desk reads, by their ids.
#[derive(Debug, Clone)]
pub struct SecretIds {
    /// The keys of sessions.
    pub session: String,
    /// What Slack signs with.
    pub slack_signing: String,
    /// The key of the caller index.
    pub caller: String,
}

/// Everything the desk works with.
pub struct Desk {
    /// The ledger.
    pub ledger: Ledger,
    /// The merchant's settings.
    pub settings: Arc<Settings>,
    /// Where messages that are owed go.
    pub outbox: Arc<dyn Post>,
    /// Makes what nobody can guess.
    pub tokens: Arc<dyn Tokens>,
    /// Reads secrets.
    pub secrets: Arc<dyn ReadSecret>,
    /// Which.
    pub secret_ids: SecretIds,
    /// Who says who somebody is; nobody signs in where there is none.
    pub provider: Option<Arc<dyn IdentityProvider>>,
    /// Finds recordings.
    pub recordings: Arc<dyn FindRecording>,
    /// Tells a member in Slack why their click did nothing.
    pub members: Arc<dyn TellMember>,
    /// Where the desk is found.
    pub public_base_url: String,
    /// Counts.
    pub metrics: Metrics,
}

/// Why a request is not answered with a page.
enum Stop {
    /// Something failed; the person may try again.
    Failed(&'static str),
    /// The answer is this one.
    Answer(Box<Answer>),
}

impl From<Answer> for Stop {
    fn from(answer: Answer) -> Self {
        Self::Answer(Box::new(answer))
    }
}

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        tracing::error!(%error, class = ?error.class(), "the ledger");
        Self::Failed("The ledger does not answer. Nothing was decided.")
    }
}

impl From<shared::ledger::TableError> for Stop {
    fn from(error: shared::ledger::TableError) -> Self {
        LedgerError::from(error).into()
    }
}

impl From<SecretError> for Stop {
    fn from(error: SecretError) -> Self {
        tracing::error!(%error, "a secret");
        Self::Failed("A secret of this deployment is missing. Whoever runs it has to set it.")
    }
}

/// A person's session, with what its pages need.
struct Visit {
    session: Session,
    form_token: String,
    may_decide: bool,
}

impl Desk {
    /// Answers a request. `request_id` is Lambda's, for one that came without API Gateway's.
    #[instrument(skip_all)]
    pub async fn handle(
        &self,
        event: ApiGatewayV2httpRequest,
        request_id: &str,
    ) -> ApiGatewayV2httpResponse {
        let request_id = event
            .request_context
            .request_id
            .as_deref()
            .unwrap_or(request_id)
            .to_owned();
        let answer = match Request::read(event) {
            Some(request) => AssertUnwindSafe(self.answer(&request))
                .catch_unwind()
                .await
                .unwrap_or_else(|_| self.failed("Something went wrong here.")),
            None => Answer::text(413, "text/plain; charset=utf-8", "too large\n".to_owned()),
        };
        tracing::info!(request_id, status = answer.status, "answered");
        let class = match answer.status {
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        self.metrics.metric("Page", 1, &[("Status", class)]);
        answer.response()
    }

    /// Answers a request that was read.
    pub async fn answer(&self, request: &Request) -> Answer {
        match self.route(request).await {
            Ok(answer) => answer,
            Err(Stop::Answer(answer)) => *answer,
            Err(Stop::Failed(words)) => self.failed(words),
        }
    }

    async fn route(&self, request: &Request) -> Result<Answer, Stop> {
        let segments = request.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", []) => Ok(Answer::see("/queue")),
            ("GET", ["assets", name]) => Ok(asset(name)),
            ("GET", ["sign-in"]) => self.sign_in(request).await,
            ("GET", ["sign-in", "callback"]) => self.signed_in(request).await,
            ("POST", ["slack", "interactions"]) => self.click(request).await,
            ("GET", ["queue"]) => self.queue(request).await,
            ("GET", ["reports"]) => self.reports(request).await,
            ("GET", ["reports.csv"]) => self.reports_file(request).await,
            ("GET", ["calls", call]) => self.call(request, call).await,
            ("GET", ["calls", call, "case"]) => self.case(request, call).await,
            ("POST", ["search"]) => self.search(request).await,
            ("POST", ["calls", call, "decision"]) => self.decide(request, call).await,
            ("POST", ["calls", call, "recording"]) => self.listen(request, call).await,
            ("POST", ["sign-out"]) => self.sign_out(request).await,
            _ => Ok(self.not_found()),
        }
    }

    async fn keys(&self) -> Result<SigningKeys, Stop> {
        let keys = session_keys(&*self.secrets, &self.secret_ids.session).await?;
        Ok(SigningKeys {
            current: keys.current,
            previous: keys.previous,
        })
    }

    /// Writes down that somebody tried what they may not: in the call's own trail where there is
    /// one, else in the day's.
    async fn refuse(&self, call: Option<&CallId>, code: &str, actor: &str) {
        tracing::warn!(code, call = call.map(CallId::as_str), "refused");
        self.metrics.metric("Refused", 1, &[("Reason", code)]);
        let note = AuditNote {
            what: "refused".to_owned(),
            reason: Some(code.to_owned()),
            actor: actor.to_owned(),
            ..AuditNote::default()
        };
        let known = match call {
            Some(call) => matches!(self.ledger.call(call).await, Ok(Some(_))),
            None => false,
        };
        let written = match call.filter(|_| known) {
            Some(call) => self.ledger.note(call, note).await,
            None => self.ledger.note_refusal(note).await,
        };
        if let Err(error) = written {
            tracing::error!(code, %error, "a refusal is not in the trail");
        }
    }

    fn frame<'a>(&'a self, visit: Option<&'a Visit>) -> Frame<'a> {
        Frame {
            merchant: &self.settings.merchant.name,
            time_zone: &self.settings.merchant.time_zone,
            person: visit.map(|visit| &visit.session.person),
            may_decide: visit.is_some_and(|visit| visit.may_decide),
            form_token: visit.map_or("", |visit| visit.form_token.as_str()),
            now: self.ledger.now(),
        }
    }

    fn not_found(&self) -> Answer {
        let page = pages::message(
            &self.frame(None),
            "There is no such page",
            "It may have been mistyped.",
            Some(("/queue", "To the queue")),
        );
        Answer::page(404, page)
    }

    fn failed(&self, words: &str) -> Answer {
        let page = pages::message(
            &self.frame(None),
            "It did not work",
            words,
            Some(("/queue", "To the queue")),
        );
        Answer::page(503, page)
    }
}

fn asset(name: &str) -> Answer {
    if name == "icon.svg" {
        return Answer::asset("image/svg+xml", include_str!("../assets/icon.svg"));
    }
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, content_type, body)) => Answer::asset(content_type, body),
        None => Answer::text(404, "text/plain; charset=utf-8", String::new()),
    }
}
