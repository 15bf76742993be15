//! The decision on one action, made by Cedar.
//!
//! Cedar knows two answers, and we need three. So an approval is a fact like any other, and the
//! question is put again with one more approval until the answer is yes:
//!
//! ```text
//! asked with the approvals there are ─▶ yes  Run
//!            │ no
//!            ▼
//! asked as if one more had approved ─▶ yes  AskPerson, with the reasons of the first answer
//!            │ no, up to the most that ever approve
//!            ▼
//!          Forbid, with the reasons that no approval took away
//! ```
//!
//! An approval is therefore no way round a policy: what `never.cedar` forbids stays forbidden, and
//! what two people have to approve waits for the second.

use std::collections::BTreeMap;
use std::path::Path;

use cedar_policy::{
    ActionConstraint, Authorizer, Decision as Answer, Entities, EntityUid, PolicySet,
};
use shared::ledger::Reason;

use super::files::Files;
use super::request::Vocabulary;
use super::{Decision, Deed, Facts, PolicyError, Rule};

/// The most approvals that a policy may ask for.
const MOST_APPROVALS: i64 = 3;

/// The code of a no that no policy gave.
const NO_POLICY: &str = "no_policy";

/// The code of a no because a policy could not be evaluated.
const POLICY_FAILED: &str = "policy_failed";

/// The policies of one deployment, ready to be asked.
#[derive(Debug)]
pub struct Policy {
    authorizer: Authorizer,
    /// For each deed, the policies that can say anything about it.
    by_deed: BTreeMap<Deed, PolicySet>,
    groups: Entities,
    vocabulary: Vocabulary,
    rules: Vec<Rule>,
}

/// One answer of Cedar's.
struct Ruling {
    allowed: bool,
    /// Whether a policy could not be evaluated; then nothing is allowed.
    failed: bool,
    /// Where the policies that decided stand among the rules, in their order.
    decided: Vec<usize>,
}

impl Policy {
    /// Reads the policies in the folder `policy` of `config`, the folder of the settings. What the
    /// schema does not allow is found by [`Policy::check`], before a deployment.
    ///
    /// # Errors
    /// [`PolicyError`] where the files cannot be read or parsed, or a policy has no id or reason.
    pub fn load(config: &Path) -> Result<Self, PolicyError> {
        Self::new(Files::read(config)?)
    }

    /// Takes the policies from texts: each file's name with its text.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, PolicyError> {
        Self::new(Files::parse(files)?)
    }

    fn new(files: Files) -> Result<Self, PolicyError> {
        let vocabulary = vocabulary()?;
        let groups = vocabulary
            .groups()
            .map_err(|error| PolicyError::one(error.to_string()))?;
        let mut by_deed = BTreeMap::new();
        for deed in Deed::ALL {
            let action = vocabulary.action(deed.as_str());
            let concerned = files
                .policies
                .policies()
                .filter(|policy| concerns(&policy.action_constraint(), &action, &groups));
            let policies = PolicySet::from_policies(concerned.cloned())
                .map_err(|error| PolicyError::one(error.to_string()))?;
            by_deed.insert(deed, policies);
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            by_deed,
            groups,
            vocabulary,
            rules: files.rules,
        })
    }

    /// The policies, in the order of their files.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Decides on one action.
    #[must_use]
    pub fn decide(&self, facts: &Facts) -> Decision {
        let first = self.ask(facts, facts.approvals);
        if first.allowed {
            return Decision::Run {
                policies: self.ids(&first),
            };
        }
        if first.failed {
            return cannot_decide(facts);
        }
        let mut last = None;
        for approvals in facts.approvals.saturating_add(1)..=MOST_APPROVALS {
            let ruling = self.ask(facts, approvals);
            if ruling.failed {
                return cannot_decide(facts);
            }
            if ruling.allowed {
                return Decision::AskPerson {
                    reason: self.reason(&first),
                    approvals_needed: u32::try_from(approvals).unwrap_or(u32::MAX),
                };
            }
            last = Some(ruling);
        }
        Decision::Forbid {
            reason: self.reason(last.as_ref().unwrap_or(&first)),
        }
    }

    fn ask(&self, facts: &Facts, approvals: i64) -> Ruling {
        let failed = Ruling {
            allowed: false,
            failed: true,
            decided: Vec::new(),
        };
        let Some(policies) = self.by_deed.get(&facts.deed) else {
            return failed;
        };
        let Ok(request) = self.vocabulary.request(facts, approvals, None) else {
            return failed;
        };
        let response = self
            .authorizer
            .is_authorized(&request, policies, &self.groups);
        // Cedar leaves out a policy that it cannot evaluate, a forbidding one too. We do not.
        if response.diagnostics().errors().next().is_some() {
            return failed;
        }
        let mut decided: Vec<usize> = response
            .diagnostics()
            .reason()
            .filter_map(|id| {
                let id: &str = id.as_ref();
                self.rules.iter().position(|rule| rule.id == id)
            })
            .collect();
        decided.sort_unstable();
        Ruling {
            allowed: response.decision() == Answer::Allow,
            failed: false,
            decided,
        }
    }

    fn decided<'a>(&'a self, ruling: &'a Ruling) -> impl Iterator<Item = &'a Rule> {
        ruling
            .decided
            .iter()
            .filter_map(|position| self.rules.get(*position))
    }

    fn ids(&self, ruling: &Ruling) -> Vec<String> {
        self.decided(ruling).map(|rule| rule.id.clone()).collect()
    }

    fn reason(&self, ruling: &Ruling) -> Reason {
        let policies = self.ids(ruling);
        let Some(first) = policies.first() else {
            return Reason::new(NO_POLICY, "no policy lets this run without a person");
        };
        let words: Vec<&str> = self
            .decided(ruling)
            .map(|rule| rule.reason.as_str())
            .collect();
        Reason {
            code: first.clone(),
            words: words.join("; "),
            policies,
        }
    }
}

/// A policy that cannot be evaluated allows nothing: a person looks, and where one has looked
/// already, it ends.
fn cannot_decide(facts: &Facts) -> Decision {
    let reason = Reason::new(
        POLICY_FAILED,
        "a policy could not be evaluated on these facts",
    );
    if facts.approvals > 0 {
        Decision::Forbid { reason }
    } else {
        Decision::AskPerson {
            reason,
            approvals_needed: 1,
        }
    }
}

/// The names that questions are put in.
pub(super) fn vocabulary() -> Result<Vocabulary, PolicyError> {
    Vocabulary::new().map_err(|error| PolicyError::one(error.to_string()))
}

/// Whether a policy on `constraint` can say anything about `action`.
fn concerns(constraint: &ActionConstraint, action: &EntityUid, groups: &Entities) -> bool {
    let within = |named: &EntityUid| named == action || groups.is_ancestor_of(named, action);
    match constraint {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(named) => named == action,
        ActionConstraint::In(named) => named.iter().any(within),
    }
}
