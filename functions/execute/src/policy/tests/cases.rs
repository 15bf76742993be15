//! The table of cases: the one we ship holds, and one that does not is told case by case.

use serde_json::json;
use shared::config::Settings;

use super::{base, config};
use crate::policy::{Bases, CaseReport, Facts, Policy, test_cases};

/// What comes of `cases` beside the bases and the policies that we ship.
fn run(cases: &str) -> CaseReport {
    let own = tempfile::tempdir().unwrap();
    let folder = own.path().join("policy/cases");
    std::fs::create_dir_all(&folder).unwrap();
    let bases = config().join("policy/cases/bases.toml");
    std::fs::copy(bases, folder.join("bases.toml")).unwrap();
    std::fs::write(folder.join("own.toml"), cases).unwrap();
    std::fs::write(folder.join("notes.txt"), "no table").unwrap();
    let policy = Policy::load(&config()).unwrap();
    test_cases(&policy, own.path()).unwrap()
}

/// A case of a refund above the second limit, which two people approve.
fn two_people(decision: &str, approvals: u32, policies: &str) -> String {
    format!(
        "[[case]]\nname = \"large\"\nbase = \"refund\"\n\
         with = {{ amount = 100_000_001, paid = 100_000_001 }}\n\
         decision = \"{decision}\"\napprovals_needed = {approvals}\npolicies = [{policies}]\n"
    )
}

const DECIDES: &str = "\"refund_above_limit\", \"second_person\"";

#[test]
fn every_policy_case_is_decided_as_the_table_says_and_every_policy_is_exercised_both_ways() {
    let policy = Policy::load(&config()).unwrap();
    let report = test_cases(&policy, &config()).unwrap();
    assert!(report.passed(), "{report}");
    assert!(report.ran >= 80, "{report}");
}

#[test]
fn a_policy_that_no_case_exercises_both_ways_is_named() {
    let extra = "@id(\"unseen\") @reason(\"it is so\")\n\
                 forbid (principal, action, resource) when { context.velocity > 1000 };\n\
                 @id(\"always\") @reason(\"it is so\")\n\
                 forbid (principal, action == Action::\"resolve_dispute\", resource);\n";
    // It always decides, and hides the one that an approval answers.
    let mut files: Vec<(String, String)> = std::fs::read_dir(config().join("policy"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "cedar"))
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    files.push(("extra.cedar".to_owned(), extra.to_owned()));
    let files = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let policy = Policy::parse(files).unwrap();
    let report = test_cases(&policy, &config()).unwrap();
    assert!(!report.passed());
    assert_eq!(
        report.unexercised,
        [
            "dispute_answer: no case has it decide",
            "unseen: no case has it decide",
            "always: no case from the same base has it not decide"
        ]
    );
}

#[test]
fn a_case_that_is_decided_otherwise_than_the_table_says_is_told_whatever_differs() {
    let right = run(&two_people("ask_person", 2, DECIDES));
    assert_eq!((right.ran, right.failures.as_slice()), (1, &[][..]));
    for (case, expected) in [
        (
            two_people("run", 2, DECIDES),
            "run, by refund_above_limit, second_person",
        ),
        (
            two_people("ask_person", 1, DECIDES),
            "ask_person (1), by refund_above_limit, second_person",
        ),
        (
            two_people("ask_person", 2, "\"refund_above_limit\""),
            "ask_person (2), by refund_above_limit",
        ),
        (two_people("forbid", 1, ""), "forbid, by no policy"),
    ] {
        let report = run(&case);
        let [failure] = report.failures.as_slice() else {
            panic!("{expected}: {report}");
        };
        assert_eq!(
            (failure.file.as_str(), failure.case.as_str()),
            ("own.toml", "large")
        );
        assert_eq!(failure.expected, expected);
        let found = "ask_person (2), by refund_above_limit, second_person";
        assert_eq!(failure.found, found);
    }
}

#[test]
fn a_case_without_its_base_or_with_a_fact_that_is_none_is_told_too() {
    let cases = "[[case]]\nname = \"lost\"\nbase = \"refnud\"\ndecision = \"run\"\npolicies = []\n\
                 [[case]]\nname = \"odd\"\nbase = \"refund\"\nwith = { amount = \"much\" }\n\
                 decision = \"run\"\npolicies = []\n";
    let report = run(cases);
    let found: Vec<&str> = report.failures.iter().map(|it| it.found.as_str()).collect();
    let [lost, odd] = found.as_slice() else {
        panic!("{report}");
    };
    assert_eq!(*lost, "there is no base \"refnud\" in bases.toml");
    assert!(odd.starts_with("these are not facts"), "{odd}");
    assert!(odd.contains("much"), "{odd}");
}

#[test]
fn a_report_passes_only_without_failures_and_with_every_policy_exercised() {
    let failed = run(&two_people("run", 1, DECIDES));
    let unexercised = CaseReport {
        failures: Vec::new(),
        ..failed.clone()
    };
    let wrong = CaseReport {
        unexercised: Vec::new(),
        ..failed.clone()
    };
    assert!(!failed.unexercised.is_empty());
    assert!(!unexercised.passed() && !wrong.passed() && !failed.passed());
    assert_eq!(
        wrong.to_string(),
        "own.toml: large\n\
         \x20 the table says  run, by refund_above_limit, second_person\n\
         \x20 decided         ask_person (2), by refund_above_limit, second_person\n\
         0 of 1 policy cases decided as the table says"
    );
}

#[test]
fn a_question_takes_what_it_does_not_say_from_its_base_and_from_the_limits() {
    let bases = Bases::load(&config()).unwrap();
    let settings = include_str!("../../../../../infra/config/settings.toml");
    let limits = Settings::parse(settings).unwrap().limits;
    let ask = |question| bases.question(&question, &limits).unwrap();
    // With a base, all else is the base's; limits are those of the settings, unless they are given.
    let with_base = ask(json!({"base": "refund", "with": {"amount": 7}}));
    let mut expected = Facts {
        amount: 7,
        ..base("refund")
    };
    expected.set_limits(&limits);
    assert_eq!(with_base, expected);
    let limited = ask(json!({"base": "refund", "with": {"limit": 1}}));
    assert_eq!(limited.limit, 1);
    // Without one, nothing is known but what is said.
    let alone =
        json!({"deed": "refund", "workflow": "refund_request", "currency": "NGN", "vip": true});
    let alone = ask(alone);
    assert!(alone.vip && !alone.recipient_confirmed);
    assert_eq!((alone.amount, alone.limit), (0, expected.limit));
}
