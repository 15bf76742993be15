//! `ledgerline policy`: whether the policies are sound, whether they decide as their table of cases
//! says, and what they would decide on given facts.

use std::path::Path;

use execute::policy::{
    Bases, CaseReport, CasesError, Explanation, Policy, PolicyError, test_cases,
};
use shared::config::Limits;
use thiserror::Error;

/// Why a question about the policies has no answer.
#[derive(Debug, Error)]
pub enum PolicyCommandError {
    /// The policies themselves are wrong.
    #[error(transparent)]
    Policies(#[from] PolicyError),
    /// The table of cases, or the facts that were given, cannot be read.
    #[error(transparent)]
    Cases(#[from] CasesError),
    /// What was given is not JSON.
    #[error("the case is not JSON")]
    NotJson(#[source] serde_json::Error),
}

/// Checks the policies of `config`, the folder of the settings, then runs their table of cases. The report says whether it
/// [`passed`](CaseReport::passed).
///
/// # Errors
/// [`PolicyCommandError`] where the policies are unsound or the table cannot be read.
pub fn test(config: &Path) -> Result<CaseReport, PolicyCommandError> {
    Policy::check(config)?;
    Ok(test_cases(&Policy::load(config)?, config)?)
}

/// What the policies of `config` would decide on the facts in `json`, and why, under `limits` where
/// the facts give no limits of their own.
///
/// The facts are those that matter, as in `{"deed": "refund", "workflow": "refund_request",
/// "amount": 500000, "currency": "NGN", "identity": "verified"}`; what is not given is not known.
/// Or they are differences from a base of the table of cases, as in `{"base": "refund", "with":
/// {"amount": 5000000}}`.
///
/// # Errors
/// [`PolicyCommandError`] where the policies cannot be read, or what was given is no facts.
pub fn explain(
    config: &Path,
    limits: &Limits,
    json: &str,
) -> Result<Explanation, PolicyCommandError> {
    let policy = Policy::load(config)?;
    let question = serde_json::from_str(json).map_err(PolicyCommandError::NotJson)?;
    let facts = Bases::load(config)?.question(&question, limits)?;
    Ok(execute::policy::explain(&policy, &facts))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use shared::config::Settings;

    use super::*;

    fn config() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../config")
    }

    fn limits() -> Limits {
        Settings::load(&config()).unwrap().limits
    }

    #[test]
    fn the_table_of_cases_is_decided_as_it_says() {
        let report = test(&config()).unwrap();
        assert!(report.passed(), "{report}");
        assert!(
            report
                .to_string()
                .ends_with("policy cases decided as the table says")
        );
    }

    #[test]
    fn a_decision_is_explained_in_the_words_of_the_policies_that_decided() {
        let json = r#"{"base": "refund", "with": {"amount": 3000000, "vip": true}}"#;
        let explained = explain(&config(), &limits(), json).unwrap().to_string();
        let expected = "\
Asked:     refund, NGN 30,000.00, on a refund_request call
           by a caller who is verified, approved by nobody so far
Decision:  a person has to approve it first
Because:   the customer is a high-value one
           policy vip_customer in always_a_person.cedar:
           \"A customer of high value is looked after by a person.\"
           the refund is above what runs by itself
           policy refund_above_limit in refunds.cedar:
           \"A refund above the limit of the settings is approved by a person.\"
";
        assert_eq!(explained, expected);
    }

    #[test]
    fn the_limits_are_those_of_the_settings_unless_the_question_gives_its_own() {
        let ask = |limits: &Limits, json: &str| {
            explain(&config(), limits, json)
                .unwrap()
                .decision
                .policies()
                .to_vec()
        };
        let json = r#"{"base": "refund", "with": {"amount": 2500001}}"#;
        assert_eq!(ask(&limits(), json), ["refund_above_limit"]);
        let mut raised = limits();
        raised
            .refund_subunits
            .insert(shared::money::Currency::Ngn, 2_500_001);
        assert_eq!(ask(&raised, json), ["refund_runs_alone"]);
        let own = r#"{"base": "refund", "with": {"amount": 2500001, "limit": 1}}"#;
        assert_eq!(ask(&raised, own), ["refund_above_limit"]);
    }

    #[test]
    fn facts_that_are_not_given_are_not_known() {
        let json = r#"{"deed": "send_document", "workflow": "document_resend"}"#;
        let explained = explain(&config(), &limits(), json).unwrap();
        let decided = explained.decision.policies();
        assert!(
            decided.contains(&"unmatched_caller".to_owned()),
            "{decided:?}"
        );
        assert!(
            decided.contains(&"recipient_not_confirmed".to_owned()),
            "{decided:?}"
        );
    }

    #[test]
    fn a_misspelt_fact_is_refused_by_name() {
        let json = r#"{"base": "refund", "with": {"ammount": 1}}"#;
        let error = explain(&config(), &limits(), json).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("ammount"), "{cause}");
    }
}
