//! Who is signed in.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::config::{Settings, SignIn};

use crate::signing::{Purpose, SigningKeys};

/// How long a sign-in lasts: a working day. A group that was taken away is gone after it.
pub const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(9);

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "ledgerline_session";

/// A person, as the identity provider names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their e-mail address, in lower case: the name they decide under, here and in Slack.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// The groups that the identity provider puts them in.
    pub groups: Vec<String>,
}

impl Person {
    /// Whether they may see cases.
    #[must_use]
    pub fn may_view(&self, settings: &Settings) -> bool {
        self.is_in(&settings.sign_in.viewer_groups) || self.may_decide(settings)
    }

    /// Whether they may decide.
    #[must_use]
    pub fn may_decide(&self, settings: &Settings) -> bool {
        self.is_in(&settings.sign_in.approver_groups) || is_approver(&self.email, settings)
    }

    fn is_in(&self, groups: &std::collections::BTreeSet<String>) -> bool {
        self.groups.iter().any(|group| groups.contains(group))
    }
}

/// Whether settings name `email` as an approver.
#[must_use]
pub fn is_approver(email: &str, settings: &Settings) -> bool {
    settings
        .people
        .approvers
        .iter()
        .any(|approver| approver.eq_ignore_ascii_case(email))
}

/// A session, as its cookie holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Tells this session from every other.
    pub id: String,
    /// Whose it is.
    pub person: Person,
    /// Until when it counts.
    pub until: Timestamp,
}

/// Why a request comes from nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSession {
    /// It carries no cookie.
    NoCookie,
    /// Its cookie is not one that we signed.
    Forged,
    /// Its cookie has run out.
    Expired,
}

impl NoSession {
    /// The code in the trail of refused tries.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoCookie => "no_cookie",
            Self::Forged => "forged_cookie",
            Self::Expired => "expired_cookie",
        }
    }
}

impl Session {
    /// Reads the session of a cookie.
    ///
    /// # Errors
    /// [`NoSession`] where there is none that counts.
    pub fn read(
        cookie: Option<&str>,
        keys: &SigningKeys,
        now: Timestamp,
    ) -> Result<Self, NoSession> {
        let cookie = cookie.ok_or(NoSession::NoCookie)?;
        let session: Self = keys
            .open(Purpose::Session, cookie)
            .ok_or(NoSession::Forged)?;
        if now < session.until {
            Ok(session)
        } else {
            Err(NoSession::Expired)
        }
    }
}

/// What `sign_in` makes of the claims of an ID token: who the person is.
///
/// An address counts only where the provider says that it verified it, or where settings say that
/// everybody it names is of one organisation that does.
#[must_use]
pub fn person(
    claims: &serde_json::Map<String, serde_json::Value>,
    sign_in: &SignIn,
) -> Option<Person> {
    let text = |name: &str| claims.get(name).and_then(serde_json::Value::as_str);
    let verified = match claims.get("email_verified") {
        Some(serde_json::Value::Bool(verified)) => *verified,
        Some(serde_json::Value::String(verified)) => verified == "true",
        _ => sign_in.trust_email,
    };
    let email = text("email").filter(|_| verified)?;
    let email = shared::ids::Email::new(email).ok()?.normalised();
    let groups = match claims.get(&sign_in.groups_claim) {
        Some(serde_json::Value::Array(groups)) => groups
            .iter()
            .filter_map(serde_json::Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(serde_json::Value::String(group)) => vec![group.clone()],
        _ => Vec::new(),
    };
    Some(Person {
        name: text("name").unwrap_or(&email).to_owned(),
        email,
        groups,
    })
}
