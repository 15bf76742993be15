//! Who may decide, how they sign in, and who is never decided on by a machine.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// Who may decide, and who is never decided on by a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Who may approve, by the e-mail address they sign in with.
    pub approvers: BTreeSet<String>,
    /// Customer codes of high-value customers.
    pub vip_customers: BTreeSet<String>,
    /// The Slack workspace whose clicks count, by its team id.
    pub slack_team: Option<String>,
    /// Who may approve in Slack: the member's id, and the address they sign in with at the desk, so
    /// that one person is one person in both places.
    pub slack_approvers: BTreeMap<String, String>,
}

impl People {
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.slack_approvers.is_empty() && self.slack_team.is_none() {
            problems.push(
                "people.slack_team is not set: without it no click in Slack counts".to_owned(),
            );
        }
        for (member, email) in &self.slack_approvers {
            if !email.contains('@') {
                problems.push(format!(
                    "people.slack_approvers.{member} must be the address they sign in with"
                ));
            }
        }
        problems
    }
}

/// How people sign in at the desk: by an OpenID Connect provider such as Cognito, Google, Okta or
/// Entra.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignIn {
    /// The provider's issuer, exactly as its tokens name it; nobody signs in while it is not set.
    pub issuer: Option<String>,
    /// The id under which the provider knows the desk.
    pub client_id: String,
    /// The claim that holds a person's groups: `cognito:groups`, `groups`, `roles`.
    pub groups_claim: String,
    /// Groups that may see cases.
    pub viewer_groups: BTreeSet<String>,
    /// Groups that may decide as well.
    pub approver_groups: BTreeSet<String>,
    /// Whether an address counts that the provider does not call verified, since all it names are
    /// people of one organisation.
    pub trust_email: bool,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            issuer: None,
            client_id: "ledgerline".to_owned(),
            groups_claim: "groups".to_owned(),
            viewer_groups: BTreeSet::new(),
            approver_groups: BTreeSet::new(),
            trust_email: false,
        }
    }
}

impl SignIn {
    pub(super) fn problems(&self) -> Vec<String> {
        match &self.issuer {
            Some(issuer) if !issuer.starts_with("https://") => {
                vec!["sign_in.issuer must begin with https://".to_owned()]
            }
            Some(_) | None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_without_a_workspace_and_an_issuer_in_the_clear_are_problems() {
        let mut people = People {
            slack_approvers: [("U0NGOZI".to_owned(), "ngozi@example.com".to_owned())].into(),
            ..People::default()
        };
        assert_eq!(people.problems().len(), 1);
        people.slack_team = Some("T0SANDBOX".to_owned());
        assert_eq!(people.problems(), Vec::<String>::new());
        people
            .slack_approvers
            .insert("U0KOFI".to_owned(), "kofi".to_owned());
        assert_eq!(people.problems().len(), 1);
        let issuer = |issuer: &str| SignIn {
            issuer: Some(issuer.to_owned()),
            ..SignIn::default()
        };
        assert_eq!(SignIn::default().problems(), Vec::<String>::new());
        assert_eq!(issuer("https://login.example.com").problems().len(), 0);
        assert_eq!(issuer("http://login.example.com").problems().len(), 1);
    }
}
