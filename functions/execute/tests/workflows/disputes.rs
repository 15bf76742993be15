//! Disputed charges and chargebacks: never a refund beside a bank's dispute, and its own deadline.

use sandbox::fault::Fault;
use sandbox::paystack::Effect;
use sandbox::wire::Method;
use serde_json::json;
use shared::case::{Case, Urgency, Workflow};
use shared::ledger::{Action, Amendment, State};
use shared::money::{Currency, Money};

use super::world::{World, ada_about_payment, code, settings};

/// The action of that name.
fn action<'a>(actions: &'a [Action], name: &str) -> &'a Action {
    actions.iter().find(|it| it.id.name == name).unwrap()
}

const DUE: &str = "2026-11-25T02:00:00Z";

fn dispute() -> serde_json::Value {
    json!({ "disputes": [{ "transaction": "T-ada-1", "category": "chargeback", "due_at": DUE }] })
}

#[tokio::test]
async fn r5_an_open_dispute_is_a_review_that_is_due_when_the_bank_says() {
    for workflow in [
        Workflow::DisputedCharge,
        Workflow::Chargeback,
        Workflow::RefundRequest,
    ] {
        let world = World::new(dispute()).await;
        let case = ada_about_payment("call_1", workflow);
        let actions = world.call(&case).await;
        let review = action(&actions, "answer_dispute");
        assert_eq!(code(review), "dispute_open", "{workflow}");
        assert_eq!(
            (review.state, review.urgency),
            (State::AwaitingApproval, Urgency::Critical)
        );
        assert_eq!(review.not_after, DUE.parse().unwrap());
        assert_eq!(review.parameters["transaction"], json!("5001"));
        assert_eq!(review.parameters["category"], json!("chargeback"));
        // What a person may say, and what comes after it.
        assert_eq!(
            review.parameters["open"],
            json!(["resolution", "statement"])
        );
        assert_eq!(actions.len(), 4);
        // R7: finance is told.
        assert_eq!(world.notices(&case).await, 1);
        assert_eq!(world.refunds(), []);
    }
}

#[tokio::test]
async fn a_dispute_that_comes_between_the_approval_and_the_refund_stops_it() {
    // Given a disputed charge whose refund waits for a person
    let world = World::new(json!({})).await;
    let case = ada_about_payment("call_1", Workflow::DisputedCharge);
    let actions = world.call(&case).await;
    assert_eq!(
        (actions[0].id.name.as_str(), actions[0].state),
        ("refund", State::AwaitingApproval)
    );
    // When the bank opens a dispute, and the person says yes
    world.seed(dispute());
    let actions = world.approve(&case, &actions[0], "ngozi@example.com").await;
    // Then nothing is given back beside it, approval or not
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::Declined, "refund_beside_dispute")
    );
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn a_disputed_charge_without_a_dispute_is_refunded_once_a_person_agrees() {
    let world = World::new(json!({})).await;
    let case = ada_about_payment("call_1", Workflow::DisputedCharge);
    let actions = world.call(&case).await;
    assert_eq!(world.refunds(), []);
    world.approve(&case, &actions[0], "ngozi@example.com").await;
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 1_500_000)]);
}

#[tokio::test]
async fn a_chargeback_call_without_a_dispute_proposes_no_refund() {
    let world = World::new(json!({})).await;
    let actions = world
        .call(&ada_about_payment("call_1", Workflow::Chargeback))
        .await;
    assert_eq!(
        (actions[0].id.name.as_str(), code(&actions[0])),
        ("review", "no_bank_dispute")
    );
    let world = World::new(json!({ "disputes": [
        { "transaction": "T-ada-1", "status": "resolved" }
    ]}))
    .await;
    let actions = world
        .call(&ada_about_payment("call_1", Workflow::Chargeback))
        .await;
    assert_eq!(code(&actions[0]), "dispute_over");
}

const NGOZI: &str = "ngozi@example.com";

async fn disputed(seed: serde_json::Value) -> (World, Case, Action) {
    let world = World::new(seed).await;
    let case = ada_about_payment("call_1", Workflow::Chargeback);
    let actions = world.call(&case).await;
    let answer = action(&actions, "answer_dispute").clone();
    (world, case, answer)
}

fn fraud() -> serde_json::Value {
    json!({ "disputes": [{ "transaction": "T-ada-1", "category": "fraud", "due_at": DUE }] })
}

fn says(resolution: &str, statement: &str) -> Amendment {
    Amendment {
        answers: [("resolution", resolution), ("statement", statement)]
            .map(|(name, said)| (name.to_owned(), said.to_owned()))
            .into(),
        ..Amendment::default()
    }
}

/// How each dispute ended, and what was given back because of it.
fn ends(world: &World) -> (Vec<String>, i64) {
    let effects = world.effects();
    let resolutions = effects.iter().filter_map(|effect| match effect {
        Effect::DisputeResolved { resolution, .. } => Some(resolution.clone()),
        _ => None,
    });
    let moved = effects.iter().filter_map(|effect| match effect {
        Effect::MoneyMoved { amount, .. } => Some(*amount),
        _ => None,
    });
    (resolutions.collect(), moved.sum())
}

#[tokio::test]
async fn a_dispute_is_accepted_exactly_as_a_person_approved_it_and_once() {
    let (world, case, answer) = disputed(dispute()).await;
    assert_eq!(ends(&world), (vec![], 0));
    let actions = world.approve(&case, &answer, NGOZI).await;
    world.work(&case).await;
    for step in &actions {
        assert_eq!(
            step.state,
            State::Succeeded,
            "{} {:?}",
            step.id,
            step.reason
        );
    }
    assert_eq!(
        ends(&world),
        (vec!["merchant-accepted".to_owned()], 1_500_000)
    );
    let path = format!("/dispute/{}/resolve", answer.id.target);
    let sent = &world.bodies(Method::Put, &path);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["refund_amount"], json!(1_500_000));
    // No evidence is brought against a claim that is accepted.
    let path = format!("/dispute/{}/evidence", answer.id.target);
    assert_eq!(world.bodies(Method::Post, &path).len(), 0);
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn a_part_of_a_claim_is_accepted_once_a_person_has_amended_the_amount() {
    let (world, case, answer) = disputed(dispute()).await;
    let part = Amendment {
        amount: Some(Money::new(400_000, Currency::Ngn)),
        ..Amendment::default()
    };
    let amended = world.amend(&case, &answer, part).await.unwrap();
    // What was shown before can no longer be approved.
    let stale = world
        .executor
        .ledger
        .decide(
            &case.call,
            &answer.id,
            &shared::ledger::Decision {
                by: NGOZI.to_owned(),
                verdict: shared::ledger::Verdict::Approve,
                binding: shared::ledger::binding(&answer),
                reason: String::new(),
            },
        )
        .await;
    assert!(stale.is_err());
    let actions = world.approve(&case, &amended, NGOZI).await;
    let resolved = action(&actions, "resolve_dispute");
    assert_eq!(resolved.amount, Some(Money::new(400_000, Currency::Ngn)));
    assert_eq!(
        ends(&world),
        (vec!["merchant-accepted".to_owned()], 400_000)
    );
}

#[tokio::test]
async fn a_claim_of_fraud_is_declined_with_a_statement_evidence_and_a_file() {
    let (world, case, answer) = disputed(fraud()).await;
    let declined = says(
        "declined",
        "The hamper was handed over on 21 November (signed).",
    );
    let amended = world.amend(&case, &answer, declined).await.unwrap();
    let actions = world.approve(&case, &amended, NGOZI).await;
    for step in &actions {
        assert_eq!(
            step.state,
            State::Succeeded,
            "{} {:?}",
            step.id,
            step.reason
        );
    }
    assert_eq!(ends(&world), (vec!["declined".to_owned()], 0));
    let evidence = &world.bodies(
        Method::Post,
        &format!("/dispute/{}/evidence", answer.id.target),
    )[0];
    assert_eq!(evidence["customer_email"], json!("ada.obi@example.com"));
    assert_eq!(
        evidence["service_details"],
        json!("The hamper was handed over on 21 November (signed).")
    );
    let sent = &world.bodies(
        Method::Put,
        &format!("/dispute/{}/resolve", answer.id.target),
    )[0];
    let added = action(&actions, "add_dispute_evidence");
    let file = action(&actions, "upload_dispute_file");
    let id = |action: &Action| action.receipt.as_ref().unwrap().id.clone();
    assert_eq!(sent["evidence"].to_string(), id(added));
    assert_eq!(sent["uploaded_filename"], json!(id(file)));
    let uploads = world
        .effects()
        .into_iter()
        .filter(|effect| matches!(effect, Effect::FileUploaded { bytes, .. } if *bytes > 500));
    assert_eq!(uploads.count(), 1);
}

#[tokio::test]
async fn a_dispute_is_not_declined_without_a_statement_nor_answered_in_other_words() {
    for (resolution, reason) in [("declined", "no_statement"), ("maybe", "no_resolution")] {
        let (world, case, answer) = disputed(dispute()).await;
        let amended = world
            .amend(&case, &answer, says(resolution, " "))
            .await
            .unwrap();
        let actions = world.approve(&case, &amended, NGOZI).await;
        let answer = action(&actions, "answer_dispute");
        assert_eq!(
            (answer.state, code(answer)),
            (State::AwaitingApproval, reason)
        );
        assert_eq!(ends(&world), (vec![], 0));
    }
}

#[tokio::test]
async fn what_a_person_declines_or_lets_pass_is_left_to_the_dashboard() {
    let (world, case, answer) = disputed(dispute()).await;
    let actions = world.decline(&case, &answer, NGOZI).await;
    assert!(actions.iter().all(|step| step.state == State::Declined));
    assert_eq!(ends(&world), (vec![], 0));
    // Nobody decides: the bank's time runs out, and we do nothing after it.
    let (world, case, _) = disputed(dispute()).await;
    let actions = world.wait(&case, 17).await;
    assert_eq!(action(&actions, "answer_dispute").state, State::Expired);
    assert_eq!(action(&actions, "resolve_dispute").state, State::Declined);
    // Told when it came, and told that it expired.
    assert_eq!(world.notices(&case).await, 2);
}

#[tokio::test]
async fn a_resolution_whose_answer_is_lost_is_found_in_the_dispute_itself() {
    for fault in [
        Fault::DropAnswer,
        Fault::NeverAnswer,
        Fault::ResetBeforeCommit,
    ] {
        let (world, case, answer) = disputed(
            json!({ "disputes": [{ "transaction": "T-ada-1", "due_at": "2026-11-26T02:00:00Z" }] }),
        )
        .await;
        let path = format!("/dispute/{}/resolve", answer.id.target);
        world.fault(Method::Put, &path, fault.clone());
        world.approve(&case, &answer, NGOZI).await;
        let actions = world.wait(&case, 3).await;
        let resolved = action(&actions, "resolve_dispute");
        assert_eq!(resolved.state, State::Succeeded, "{fault:?}");
        assert_eq!(
            ends(&world),
            (vec!["merchant-accepted".to_owned()], 1_500_000)
        );
    }
}

#[tokio::test]
async fn a_file_of_which_it_is_not_known_whether_it_arrived_is_a_persons_to_put_again() {
    let (world, case, answer) = disputed(dispute()).await;
    world.fault(Method::Put, "/uploads/*", Fault::DropAnswer);
    let actions = world.approve(&case, &answer, NGOZI).await;
    let file = action(&actions, "upload_dispute_file");
    assert_eq!((file.state, file.sends), (State::NeedsPerson, 1));
    assert_eq!(ends(&world), (vec![], 0));
    let actions = world.approve(&case, &file.clone(), NGOZI).await;
    assert_eq!(action(&actions, "resolve_dispute").state, State::Succeeded);
}

#[tokio::test]
async fn r4_a_claim_above_the_second_limit_takes_two_people() {
    let mut settings = settings();
    settings
        .limits
        .second_approval_subunits
        .insert(Currency::Ngn, 1_000_000);
    settings.limits.payment_request_subunits.clear();
    settings.limits.refund_subunits.clear();
    let world = World::with(dispute(), settings).await;
    let case = ada_about_payment("call_1", Workflow::Chargeback);
    let actions = world.call(&case).await;
    let answer = action(&actions, "answer_dispute").clone();
    assert_eq!(answer.approvals_needed, 2);
    let actions = world.approve(&case, &answer, NGOZI).await;
    assert_eq!(
        action(&actions, "answer_dispute").state,
        State::AwaitingApproval
    );
    assert_eq!(ends(&world), (vec![], 0));
    world.approve(&case, &answer, "kofi@example.com").await;
    assert_eq!(
        ends(&world),
        (vec!["merchant-accepted".to_owned()], 1_500_000)
    );
}

#[tokio::test]
async fn a_dispute_that_is_answered_elsewhere_meanwhile_is_not_answered_again() {
    let (world, case, answer) = disputed(dispute()).await;
    // The bank's own deadline passes in the hour in which a person makes up their mind.
    world.clock.advance(jiff::SignedDuration::from_hours(15));
    let before = world.approve(&case, &answer, NGOZI).await;
    assert_eq!(action(&before, "resolve_dispute").state, State::Succeeded);
    let other = ada_about_payment("call_2", Workflow::Chargeback);
    let actions = world.call(&other).await;
    assert_eq!(code(&actions[0]), "dispute_over");
    assert_eq!(ends(&world).0.len(), 1);
}
