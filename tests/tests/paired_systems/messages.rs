//! One call of each workflow: the messages that a person gets, in golden files.

use shared::case::Workflow;
use shared::ledger::Verdict;

use crate::calls::{ada, call_about, call_that_waits, said};
use crate::world::World;

/// Compares with `tests/golden/messages/<name>.txt`, or writes it where the environment says
/// `UPDATE_GOLDEN=1`.
fn assert_golden(name: &str, text: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/messages");
    let path = folder.join(format!("{name}.txt"));
    #[expect(
        clippy::disallowed_methods,
        reason = "asks whether to write the golden files"
    )]
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        golden, text,
        "{name} differs; look, then run with UPDATE_GOLDEN=1"
    );
}

/// Everything that anybody was told.
fn told(world: &World) -> String {
    let systems = [
        ("Slack, finance", world.alerts()),
        ("Zendesk", world.tickets()),
        ("HubSpot", world.notes()),
        ("E-mail", world.mails()),
    ];
    let text: Vec<String> = systems
        .into_iter()
        .flat_map(|(system, messages)| messages.into_iter().map(move |it| (system, it)))
        .map(|(system, message)| format!("== {system}: {}\n\n", message.trim_end()))
        .collect();
    let text = text.concat();
    // The references are hashes of our own; what they are is no matter here.
    text.split("[ref ll-")
        .enumerate()
        .map(|(number, piece)| match piece.split_once(']') {
            Some((_, rest)) if number > 0 => format!("[ref ll-…]{rest}"),
            _ => piece.to_owned(),
        })
        .collect()
}

#[tokio::test]
async fn each_workflow_tells_people_what_they_need_and_no_more() {
    for workflow in Workflow::ALL {
        let world = World::new().await;
        let case = call_about(workflow, &world);
        world.call(&case).await;
        world.tell_all(&case).await;
        let text = told(&world);
        assert!(!text.is_empty(), "nobody is told of {workflow}");
        assert_golden(workflow.as_str(), &text);
    }
}

#[tokio::test]
async fn what_a_person_decided_is_told_in_the_same_places() {
    for workflow in [Workflow::DuplicateCharge, Workflow::DocumentResend] {
        let world = World::new().await;
        let case = call_that_waits(workflow, &world);
        world.call(&case).await;
        world.tell_all(&case).await;
        world.clock.advance(jiff::SignedDuration::from_mins(20));
        world.decide(&case, Verdict::Approve).await;
        world.tell_all(&case).await;
        assert_golden(&format!("{workflow}_approved"), &told(&world));
    }
}

/// Whoever is given a case is told where the case has its place: in its alert and in its ticket.
#[tokio::test]
async fn whom_a_case_is_given_to_is_told_in_its_alert_and_its_ticket() {
    let world = World::new().await;
    let case = call_that_waits(Workflow::DuplicateCharge, &world);
    let actions = world.call(&case).await;
    world.tell_all(&case).await;
    let [alerts, tickets, notes, mails] = world.counts();
    world.clock.advance(jiff::SignedDuration::from_mins(20));
    let waiting = &actions[0];
    let shown = shared::ledger::binding(waiting);
    let ledger = &world.executor.ledger;
    let assigned = ledger.assign(
        &case.call,
        &waiting.id,
        &shown,
        "ngozi@example.com",
        "kofi@example.com",
    );
    assigned.await.unwrap();
    world.tell_all(&case).await;
    assert_eq!(world.counts(), [alerts, tickets + 1, notes, mails]);
    assert_golden("duplicate_charge_assigned", &told(&world));
}

/// What somebody says can be anything: it stays text wherever it is shown.
#[tokio::test]
async fn markup_and_mentions_spoken_by_a_caller_reach_nobody() {
    let world = World::new().await;
    let mut case = ada(Workflow::VipPaymentBlocker);
    let evil =
        "<!channel> <@U1> *x* <https://evil.example|Approve>\r\nBcc: all@example.com <b>hi</b>";
    case.fields.customer_name = Some(said(evil.to_owned()));
    case.fields.email = None;
    case.caller = None;
    world.call(&case).await;
    world.tell_all(&case).await;
    let slack = world.slack.lock().model().state().to_string();
    for piece in ["<!channel>", "<@U1>", "<https://evil.example"] {
        assert!(!slack.contains(piece), "{piece} is live in Slack: {slack}");
    }
    assert!(slack.contains("&lt;!channel&gt;"), "{slack}");
    let ticket = world.tickets().remove(0);
    assert!(
        !ticket.contains('\r') && !ticket.contains("\nBcc"),
        "{ticket}"
    );
}
