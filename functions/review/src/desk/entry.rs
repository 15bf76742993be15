//! Coming in and going out.

use shared::ids::CallId;

use super::{Desk, Stop, Visit};
use crate::identity::{
    CALLBACK, IdentityError, IdentityProvider, Pending, SIGN_IN_COOKIE, SIGN_IN_LASTS, begin,
    finish,
};
use crate::pages;
use crate::session::{NoSession, SESSION_COOKIE, SESSION_LASTS, Session, person};
use crate::signing::Purpose;
use crate::web::{Answer, Cookie, Request};

impl Desk {
    /// Sends the browser to the identity provider.
    pub(super) async fn sign_in(&self, request: &Request) -> Result<Answer, Stop> {
        let provider = self.provider()?;
        let metadata = provider
            .metadata()
            .await
            .map_err(|error| self.closed(&error))?;
        let keys = self.keys().await?;
        let (url, pending) = begin(
            &metadata,
            &self.settings.sign_in.client_id,
            &self.redirect_uri(),
            request.asked("to").unwrap_or("/queue"),
            &*self.tokens,
            self.ledger.now(),
        );
        let cookie = Cookie::new(
            SIGN_IN_COOKIE,
            keys.seal(Purpose::SignIn, &pending),
            SIGN_IN_LASTS.as_secs(),
        );
        Ok(Answer::see(url).with(cookie))
    }

    /// Takes the browser back from the identity provider.
    pub(super) async fn signed_in(&self, request: &Request) -> Result<Answer, Stop> {
        let provider = self.provider()?;
        let keys = self.keys().await?;
        let pending: Option<Pending> = request
            .cookie(SIGN_IN_COOKIE)
            .and_then(|cookie| keys.open(Purpose::SignIn, cookie));
        let (Some(pending), Some(code), Some(state)) =
            (pending, request.asked("code"), request.asked("state"))
        else {
            self.refuse(None, "sign_in_not_begun", "").await;
            return Ok(
                self.not_signed_in("The sign-in was not begun in this browser, or was given up.")
            );
        };
        let now = self.ledger.now();
        let claims = finish(
            &*provider,
            &pending,
            state,
            code,
            &self.settings.sign_in.client_id,
            &self.redirect_uri(),
            now,
        )
        .await;
        let claims = match claims {
            Ok(claims) => claims,
            Err(error) => {
                self.refuse(None, error.code(), "").await;
                return Err(self.closed(&error));
            }
        };
        let Some(person) = person(&claims, &self.settings.sign_in) else {
            self.refuse(None, "no_verified_email", "").await;
            return Ok(
                self.not_signed_in("The identity provider does not vouch for your e-mail address.")
            );
        };
        if !person.may_view(&self.settings) {
            self.refuse(None, "outside_the_groups", &person.email).await;
            return Ok(self.not_signed_in("You are in none of the groups that may use this desk."));
        }
        let session = Session {
            id: self.tokens.token().as_str().to_owned(),
            person,
            until: now.saturating_add(SESSION_LASTS).unwrap_or(now),
        };
        let cookie = Cookie::new(
            SESSION_COOKIE,
            keys.seal(Purpose::Session, &session),
            SESSION_LASTS.as_secs(),
        );
        Ok(Answer::see(pending.wanted)
            .with(cookie)
            .with(Cookie::gone(SIGN_IN_COOKIE)))
    }

    /// Forgets the session.
    pub(super) async fn sign_out(&self, request: &Request) -> Result<Answer, Stop> {
        self.visit_with_form(request, None).await?;
        let page = pages::message(
            &self.frame(None),
            "You are signed out",
            "Whoever uses this browser next has to sign in.",
            Some(("/sign-in", "Sign in again")),
        );
        Ok(Answer::page(200, page).with(Cookie::gone(SESSION_COOKIE)))
    }

    /// Who makes this request; whoever is not signed in is sent to sign in, and that is written
    /// down.
    pub(super) async fn visit(
        &self,
        request: &Request,
        call: Option<&CallId>,
    ) -> Result<Visit, Stop> {
        let keys = self.keys().await?;
        let read = Session::read(request.cookie(SESSION_COOKIE), &keys, self.ledger.now());
        let session = match read {
            Ok(session) => session,
            Err(none) => {
                // Nobody is signed in: a call's own trail is not for strangers to write in.
                self.refuse(None, none.code(), "").await;
                return Err(self.to_sign_in(request, none).into());
            }
        };
        let person = &session.person;
        if !person.may_view(&self.settings) {
            self.refuse(call, "outside_the_groups", &person.email).await;
            return Err(self
                .not_signed_in("You are in none of the groups that may use this desk.")
                .into());
        }
        Ok(Visit {
            form_token: keys.form_token(&session.id),
            may_decide: person.may_decide(&self.settings),
            session,
        })
    }

    /// Who sends this form; one that was not shown to them is refused.
    pub(super) async fn visit_with_form(
        &self,
        request: &Request,
        call: Option<&CallId>,
    ) -> Result<Visit, Stop> {
        let visit = self.visit(request, call).await?;
        let keys = self.keys().await?;
        let form = request.form();
        let token = form.get("form_token").map_or("", String::as_str);
        if keys.is_form_token(&visit.session.id, token) {
            return Ok(visit);
        }
        self.refuse(call, "form_token", &visit.session.person.email)
            .await;
        let page = pages::message(
            &self.frame(Some(&visit)),
            "Nothing was done",
            "The form was not of a page that was shown to you. Open the page again.",
            Some(("/queue", "To the queue")),
        );
        Err(Answer::page(403, page).into())
    }

    fn to_sign_in(&self, request: &Request, none: NoSession) -> Answer {
        if request.method != "GET" {
            let words = match none {
                NoSession::Expired => "Your sign-in has run out. Nothing was done.",
                NoSession::NoCookie | NoSession::Forged => {
                    "You are not signed in. Nothing was done."
                }
            };
            return self.not_signed_in(words);
        }
        let mut wanted = request.path.clone();
        if !request.query.is_empty() {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&request.query);
            wanted = format!("{wanted}?{}", query.finish());
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("to", &wanted);
        Answer::see(format!("/sign-in?{}", query.finish())).with(Cookie::gone(SESSION_COOKIE))
    }

    pub(super) fn not_signed_in(&self, words: &str) -> Answer {
        let page = pages::message(
            &self.frame(None),
            "You are not signed in",
            words,
            Some(("/sign-in", "Sign in")),
        );
        Answer::page(403, page)
    }

    fn provider(&self) -> Result<std::sync::Arc<dyn IdentityProvider>, Stop> {
        self.provider.clone().ok_or(Stop::Failed(
            "No identity provider is set: whoever runs this deployment sets sign_in.issuer.",
        ))
    }

    fn closed(&self, error: &IdentityError) -> Stop {
        tracing::error!(%error, class = ?error.class(), "sign-in");
        match error {
            IdentityError::CodeRefused | IdentityError::Token(_) => self
                .not_signed_in("The identity provider does not vouch for this sign-in. Try again.")
                .into(),
            IdentityError::Unavailable
            | IdentityError::Misconfigured
            | IdentityError::Secret(_) => {
                Stop::Failed("The identity provider cannot be asked. Try again in a moment.")
            }
        }
    }

    fn redirect_uri(&self) -> String {
        format!("{}{CALLBACK}", self.public_base_url)
    }
}
