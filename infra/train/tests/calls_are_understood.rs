//! Whole calls are understood: main workflow, name, address, and nothing changed by redaction.

#![allow(
    clippy::unwrap_used,
    reason = "a set that cannot be read fails its test"
)]

use classify::understand::Mapping;
use shared::redact::{Settings, Speaker, Turn, redact_turns};
use train::sets::{self, understood};

#[test]
fn the_main_workflow_of_a_whole_call_is_found() {
    let calls = sets::calls().unwrap();
    assert!(calls.len() >= 300);
    let threshold = Mapping::default().abstain_below;
    let mut wrong = Vec::new();
    let (mut names, mut emails) = ((0, 0), (0, 0));
    for call in &calls {
        let turns = call.turns();
        assert!(turns.len() >= 20, "{}", call.id);
        let understood = understood(&turns);
        // An abstention counts as an error.
        if understood.workflow != call.expected.workflow
            || understood.confidence.thousandths() < threshold
        {
            wrong.push(call.id.as_str());
        }
        if let Some(name) = &call.expected.customer_name {
            names.1 += 1;
            names.0 += usize::from(
                understood
                    .fields
                    .customer_name
                    .as_ref()
                    .is_some_and(|found| found.value == *name),
            );
        }
        if let Some(email) = &call.expected.email {
            emails.1 += 1;
            emails.0 += usize::from(
                understood
                    .fields
                    .email
                    .as_ref()
                    .is_some_and(|found| found.value.expose() == email),
            );
        }
    }
    let right = calls.len() - wrong.len();
    assert!(
        right * 100 >= calls.len() * 95,
        "{right} of {}: {wrong:?}",
        calls.len()
    );
    assert!(names.0 * 100 >= names.1 * 97, "{names:?}");
    assert!(emails.0 * 100 >= emails.1 * 97, "{emails:?}");
}

#[test]
fn a_call_that_describes_its_matter_is_understood() {
    for (calls, least) in sets::blind().unwrap().into_iter().zip([50, 21, 62, 34]) {
        let wrong: Vec<&str> = calls
            .iter()
            .filter(|call| understood(&call.turns()).workflow != call.expected.workflow)
            .map(|call| call.id.as_str())
            .collect();
        let right = calls.len() - wrong.len();
        assert!(right >= least, "{right} of {}: {wrong:?}", calls.len());
    }
}

#[test]
fn redacting_first_changes_no_label() {
    for call in sets::calls().unwrap() {
        let raw = call.turns();
        let said: Vec<Turn<'_>> = raw
            .iter()
            .map(|(speaker, content)| Turn {
                speaker: *speaker,
                content,
            })
            .collect();
        let redacted: Vec<String> = redact_turns(&said, &Settings::default())
            .into_iter()
            .map(|(redacted, _)| redacted.render())
            .collect();
        let after: Vec<(Speaker, &str)> = raw
            .iter()
            .zip(&redacted)
            .map(|((speaker, _), text)| (*speaker, text.as_str()))
            .collect();
        assert_eq!(
            understood(&raw).workflow,
            understood(&after).workflow,
            "{}",
            call.id
        );
    }
}

#[test]
fn a_card_number_in_the_call_changes_no_label() {
    for (plain, redacted) in [
        (
            "I was charged twice on card 4242 4242 4242 4242",
            "I was charged twice on card [card ending 4242]",
        ),
        (
            "please refund it to account 0123456789",
            "please refund it to account [bank account removed]",
        ),
        (
            "my bank reversed it, card 5399 8300 0000 0008",
            "my bank reversed it, card [card ending 0008]",
        ),
    ] {
        let before = understood(&[(Speaker::Caller, plain)]);
        let after = understood(&[(Speaker::Caller, redacted)]);
        assert_eq!(before.workflow, after.workflow, "{plain}");
    }
}
