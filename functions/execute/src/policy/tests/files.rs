//! Policies that are wrong are found before a deployment, and allow nothing if they are not.

use super::{BASES, base, config};
use crate::policy::{Decision, Policy, PolicyError};

const SCHEMA: &str = include_str!("../../../../../infra/config/policy/schema.cedarschema");

/// A folder with our schema and one file of policies.
fn own(text: &str) -> tempfile::TempDir {
    let config = tempfile::tempdir().unwrap();
    let policies = config.path().join("policy");
    std::fs::create_dir(&policies).unwrap();
    std::fs::write(policies.join("schema.cedarschema"), SCHEMA).unwrap();
    std::fs::write(policies.join("own.cedar"), text).unwrap();
    config
}

fn checked(text: &str) -> Result<(), PolicyError> {
    Policy::check(own(text).path())
}

fn written(condition: &str) -> String {
    format!(
        "// In plain words.\n@id(\"own\")\n@reason(\"it is so\")\n\
         forbid (principal, action, resource)\n{condition};\n"
    )
}

#[test]
fn the_policies_we_ship_are_sound() {
    Policy::check(&config()).unwrap();
}

#[test]
fn a_sound_policy_of_ones_own_passes_the_check() {
    checked(&written("when { context.vip }")).unwrap();
}

#[test]
fn what_the_schema_does_not_know_is_found_before_a_deployment() {
    for (condition, word) in [
        ("when { context.vipp }", "vipp"),
        ("when { context.amount > \"much\" }", "String"),
        (
            "when { context.consent == Consent::\"refussed\" }",
            "refussed",
        ),
        ("when { principal == Customer::\"verified\" }", "Customer"),
        ("when { context.currency == Currency::\"NGN\" }", "currency"),
        (
            "when { context.vip && !context.vip && context.amount == \"\" }",
            "own.cedar",
        ),
    ] {
        let error = checked(&written(condition)).unwrap_err().to_string();
        assert!(
            error.contains(word) && error.contains("own.cedar"),
            "{condition}: {error}"
        );
    }
    let misspelt = written("").replace("action,", "action == Action::\"refound\",");
    let error = checked(&misspelt).unwrap_err().to_string();
    assert!(error.contains("refound"), "{error}");
}

#[test]
fn a_policy_that_never_applies_is_found_before_a_deployment() {
    let never = written("when { principal == Caller::\"matched\" && resource == principal }");
    let error = checked(&never).unwrap_err().to_string();
    assert!(error.contains("own"), "{error}");
}

#[test]
fn a_policy_that_nobody_can_read_or_name_is_found_before_a_deployment() {
    let whole = written("when { context.vip }");
    for (left_out, word) in [
        ("// In plain words.\n", "no comment above @id(\"own\")"),
        ("@id(\"own\")\n", "every policy needs @id"),
        (
            "@reason(\"it is so\")\n",
            "every policy needs @id(\"…\") and @reason",
        ),
        (";", "own.cedar"),
    ] {
        assert!(whole.contains(left_out));
        let error = checked(&whole.replace(left_out, ""))
            .unwrap_err()
            .to_string();
        assert!(error.contains(word), "{left_out}: {error}");
    }
    let twice = format!("{whole}{whole}");
    let error = checked(&twice).unwrap_err().to_string();
    assert!(error.contains("two policies with the id own"), "{error}");
}

#[test]
fn a_slip_of_the_pen_is_found_with_its_line() {
    let slip = written("when { context.amount > > 1 }");
    let error = checked(&slip).unwrap_err().to_string();
    assert!(
        error.contains("own.cedar, line 5: unexpected token `>`"),
        "{error}"
    );
    let config = own(&written(""));
    let schema = SCHEMA.replace("entity Caller enum", "entity Caller enm");
    let line = 1 + SCHEMA
        .split("entity Caller enum")
        .next()
        .unwrap()
        .matches('\n')
        .count();
    std::fs::write(config.path().join("policy/schema.cedarschema"), schema).unwrap();
    let error = Policy::check(config.path()).unwrap_err().to_string();
    assert!(
        error.contains(&format!("schema.cedarschema, line {line}: ")),
        "{error}"
    );
}

#[test]
fn a_schema_that_groups_deeds_otherwise_than_the_program_is_found() {
    let config = own(&written(""));
    let other = r#"action "record_call" in ["moves_money"] appliesTo"#;
    let schema = SCHEMA.replace(r#"action "record_call" appliesTo"#, other);
    std::fs::write(config.path().join("policy/schema.cedarschema"), schema).unwrap();
    let problems = Policy::check(config.path()).unwrap_err().problems;
    let [problem] = problems.as_slice() else {
        panic!("not one problem: {problems:?}");
    };
    assert!(
        problem.contains(r#"record_call is in the groups {"moves_money"}"#),
        "{problem}"
    );
}

#[test]
fn a_question_that_the_schema_does_not_know_is_found() {
    for (known, unknown, told) in [
        (
            "\"chargeback\"",
            "\"chargebacks\"",
            "refund on chargeback: ",
        ),
        ("sensitive: Bool,", "", "refund on refund_request: "),
    ] {
        let config = own(&written(""));
        assert!(SCHEMA.contains(known), "{known}");
        let schema = SCHEMA.replace(known, unknown);
        std::fs::write(config.path().join("policy/schema.cedarschema"), schema).unwrap();
        let problems = Policy::check(config.path()).unwrap_err().problems;
        assert!(
            problems.iter().any(|problem| problem.starts_with(told)),
            "{told}: {problems:?}"
        );
    }
}

#[test]
fn a_rule_says_whether_it_allows() {
    let text = format!(
        "// All may.\n@id(\"open\")\n@reason(\"it is free\")\n\
         permit (principal, action, resource);\n{}",
        written("")
    );
    let policy = Policy::parse([("own.cedar", text.as_str())]).unwrap();
    let rules: Vec<_> = policy
        .rules()
        .iter()
        .map(|rule| (rule.id.as_str(), rule.comment.as_str(), rule.allows))
        .collect();
    assert_eq!(
        rules,
        [
            ("open", "All may.", true),
            ("own", "In plain words.", false)
        ]
    );
}

#[test]
fn every_problem_is_told_at_once() {
    let two = format!(
        "{}{}",
        written("when { context.vipp }"),
        written("when { context.amoun == 0 }")
            .replace("own", "other")
            .replace("// In plain words.\n", "")
    );
    let all = checked(&two).unwrap_err();
    assert_eq!(all.problems.len(), 3);
    assert!(
        all.to_string()
            .starts_with("the policies have 3 problems:\n  - ")
    );
    let one = checked(&written("when { context.vipp }")).unwrap_err();
    assert!(
        one.to_string()
            .starts_with("the policies have 1 problem:\n  - ")
    );
}

#[test]
fn a_folder_without_policies_or_schema_is_refused() {
    let config = tempfile::tempdir().unwrap();
    let error = Policy::load(config.path()).unwrap_err().to_string();
    assert!(error.contains("policy"), "{error}");
    let config = own("");
    let error = Policy::load(config.path()).unwrap_err().to_string();
    assert!(error.contains("no policy at all"), "{error}");
    std::fs::remove_file(config.path().join("policy/schema.cedarschema")).unwrap();
    let error = Policy::check(config.path()).unwrap_err().to_string();
    assert!(error.contains("schema.cedarschema"), "{error}");
}

#[test]
fn a_policy_that_cannot_be_evaluated_allows_nothing() {
    // Cedar leaves such a policy out of its answer, so that a broken `forbid` would let pass what
    // it was written to stop.
    let open = "@id(\"open\") @reason(\"all may\") permit (principal, action, resource);\n";
    let broken = written("when { context.vipp }");
    let text = format!("{open}{broken}");
    let policy = Policy::parse([("own.cedar", text.as_str())]).unwrap();
    for name in BASES {
        let mut facts = base(name);
        let Decision::AskPerson {
            reason,
            approvals_needed: 1,
        } = policy.decide(&facts)
        else {
            panic!("{name}: a person is asked first");
        };
        assert_eq!(reason.code, "policy_failed");
        facts.approvals = 1;
        let Decision::Forbid { reason } = policy.decide(&facts) else {
            panic!("{name}: denied again after an approval is an end");
        };
        assert_eq!(reason.code, "policy_failed");
    }
}

#[test]
fn what_no_policy_speaks_of_asks_a_person() {
    let text = "@id(\"approved\") @reason(\"a person approved it\")\n\
                permit (principal, action, resource) when { context.approvals >= 1 };\n";
    let policy = Policy::parse([("own.cedar", text)]).unwrap();
    for name in BASES {
        let Decision::AskPerson {
            reason,
            approvals_needed: 1,
        } = policy.decide(&base(name))
        else {
            panic!("{name}: default deny");
        };
        assert_eq!(
            (reason.code.as_str(), reason.policies.len()),
            ("no_policy", 0)
        );
    }
}
