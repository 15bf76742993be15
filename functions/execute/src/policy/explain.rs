//! A decision in plain words: what would be decided, which policy decided, and what it says.

use std::fmt;

use serde::Serialize;
use shared::money::Money;

use super::{Decision, Facts, Policy, Rule};

/// A decision, with the policies that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What was asked.
    pub facts: Facts,
    /// What would be decided.
    pub decision: Decision,
    /// The policies that decided, in the order of their files.
    pub rules: Vec<Rule>,
}

/// Decides on `facts`, and says why.
#[must_use]
pub fn explain(policy: &Policy, facts: &Facts) -> Explanation {
    let decision = policy.decide(facts);
    let decided = |rule: &&Rule| decision.policies().contains(&rule.id);
    let rules = policy.rules().iter().filter(decided).cloned().collect();
    Explanation {
        facts: facts.clone(),
        decision,
        rules,
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &self.facts;
        write!(formatter, "Asked:     {}", facts.deed.as_str())?;
        match facts.currency {
            Some(currency) => write!(formatter, ", {}", Money::new(facts.amount, currency))?,
            None if facts.amount != 0 => {
                write!(formatter, ", {} subunits of no currency", facts.amount)?;
            }
            None => {}
        }
        writeln!(formatter, ", on a {} call", facts.workflow)?;
        writeln!(
            formatter,
            "           by a caller who is {}, {}",
            facts.identity.as_str(),
            approved_by(facts.approvals)
        )?;
        writeln!(
            formatter,
            "Decision:  {}",
            decision_in_words(&self.decision)
        )?;
        if let (Decision::AskPerson { reason, .. } | Decision::Forbid { reason }, true) =
            (&self.decision, self.rules.is_empty())
        {
            writeln!(formatter, "Because:   {} ({})", reason.words, reason.code)?;
        }
        for (position, rule) in self.rules.iter().enumerate() {
            let lead = if position == 0 {
                "Because:   "
            } else {
                "           "
            };
            writeln!(formatter, "{lead}{}", rule.reason)?;
            writeln!(formatter, "           policy {} in {}:", rule.id, rule.file)?;
            writeln!(formatter, "           \"{}\"", rule.comment)?;
        }
        Ok(())
    }
}

fn approved_by(approvals: i64) -> String {
    match approvals {
        0 => "approved by nobody so far".to_owned(),
        1 => "approved by 1 person".to_owned(),
        more => format!("approved by {more} people"),
    }
}

fn decision_in_words(decision: &Decision) -> String {
    match decision {
        Decision::Run { .. } => "it runs".to_owned(),
        Decision::AskPerson {
            approvals_needed: 1,
            ..
        } => "a person has to approve it first".to_owned(),
        Decision::AskPerson {
            approvals_needed, ..
        } => {
            format!("{approvals_needed} different people have to approve it first")
        }
        Decision::Forbid { .. } => "it is not done, and no approval changes that".to_owned(),
    }
}
