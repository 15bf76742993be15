//! Failed renewals: the link to change the card leaves at most once, for active ones only.

use sandbox::fault::Fault;
use sandbox::paystack::{Effect, Happening};
use sandbox::wire::Method;
use serde_json::{Value, json};
use shared::case::{Case, DocumentKind, Source, Urgency, Workflow};
use shared::config::Settings;
use shared::ledger::{Anchor, State};
use shared::money::{Currency, Money};

use super::world::{World, ada, code, said, settings};

fn subscription(status: &str) -> Value {
    json!({ "subscriptions": [
        { "subscription_code": "SUB_ada1", "customer": "ada.obi@example.com", "amount": 500_000,
          "status": status,
          "most_recent_invoice": { "invoice_code": "INV_1", "status": "failed", "paid": 0,
                                   "amount": 500_000 } },
    ]})
}

#[tokio::test]
async fn the_card_update_link_is_mailed_once_in_a_day() {
    let world = World::new(subscription("attention")).await;
    let actions = world.call(&ada("call_1", Workflow::FailedRenewal)).await;
    assert_eq!(
        actions[0].state,
        State::Succeeded,
        "{:?}",
        actions[0].reason
    );
    assert_eq!(
        (actions[0].id.name.as_str(), actions[0].anchor),
        ("send_card_update_link", Anchor::None)
    );
    let actions = world.call(&ada("call_2", Workflow::FailedRenewal)).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "velocity")
    );
    assert_eq!(world.mails(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_is_a_persons_and_never_a_second_mail() {
    let world = World::new(subscription("active")).await;
    world.fault(
        Method::Post,
        "/subscription/SUB_ada1/manage/email",
        Fault::DropAnswer,
    );
    let case = ada("call_1", Workflow::FailedRenewal);
    world.call(&case).await;
    let actions = world.wait(&case, 3).await;
    assert_eq!(
        (actions[0].state, actions[0].sends),
        (State::NeedsPerson, 1)
    );
    assert_eq!(world.mails(), 1);
}

#[tokio::test]
async fn what_is_not_active_is_a_review_that_says_how_it_stands() {
    for (status, reason) in [
        ("non-renewing", "non_renewing"),
        ("cancelled", "no_subscription"),
        ("completed", "no_subscription"),
    ] {
        let world = World::new(subscription(status)).await;
        let actions = world.call(&ada("call_1", Workflow::FailedRenewal)).await;
        assert_eq!(
            (actions[0].id.name.as_str(), code(&actions[0])),
            ("review", reason)
        );
        assert_eq!(world.mails(), 0);
    }
}

fn named(call: &str) -> Case {
    let mut case = ada(call, Workflow::FailedRenewal);
    case.fields.subscription = Some(said("SUB_ada1".parse().unwrap()));
    case
}

#[tokio::test]
async fn the_missed_amount_of_an_ended_subscription_is_asked_for_once_a_person_agrees() {
    for status in ["cancelled", "completed"] {
        let world = World::new(subscription(status)).await;
        let case = named("call_1");
        let actions = world.call(&case).await;
        assert_eq!(
            (
                actions[0].id.name.as_str(),
                actions[0].state,
                code(&actions[0])
            ),
            (
                "draft_payment_request",
                State::AwaitingApproval,
                "payment_request_for_ended_subscription"
            )
        );
        assert_eq!(actions[0].amount, Some(Money::new(500_000, Currency::Ngn)));
        let actions = world.approve(&case, &actions[0], "ngozi@example.com").await;
        // The draft is seen by nobody; that it is sent is asked about too.
        assert_eq!(
            actions[0].state,
            State::Succeeded,
            "{:?}",
            actions[0].reason
        );
        assert_eq!(
            (actions[1].state, world.mails()),
            (State::AwaitingApproval, 0)
        );
        let actions = world.approve(&case, &actions[1], "ngozi@example.com").await;
        assert_eq!((actions[1].state, world.mails()), (State::Succeeded, 1));
    }
    let mut paid = subscription("cancelled");
    paid["subscriptions"][0]["most_recent_invoice"]["paid"] = json!(1);
    let world = World::new(paid).await;
    let actions = world.call(&named("call_1")).await;
    assert_eq!(code(&actions[0]), "subscription_cancelled");
}

#[tokio::test]
async fn whoever_asks_for_a_link_to_pay_is_sent_the_missed_amount_of_paystacks_own_record() {
    let world = World::new(subscription("attention")).await;
    let wish = |call: &str| {
        let mut case = ada(call, Workflow::FailedRenewal);
        case.fields.document = Some(said(DocumentKind::PaymentLink));
        // Whatever they say it was.
        case.fields.amount = Some(said(Money::new(1, Currency::Ngn)));
        case
    };
    let actions = world.call(&wish("call_1")).await;
    let states: Vec<State> = actions.iter().map(|action| action.state).collect();
    assert_eq!(states, [State::Succeeded, State::Succeeded]);
    let sent = &world.bodies(Method::Post, "/paymentrequest")[0];
    assert_eq!(
        sent["line_items"],
        json!([{ "name": "Renewal of SUB_ada1, invoice INV_1", "amount": 500_000, "quantity": 1 }])
    );
    assert_eq!(sent["currency"], json!("NGN"));
    // Another call about the same renewal asks a person first.
    let actions = world.call(&wish("call_2")).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "velocity")
    );
    assert_eq!(world.bodies(Method::Post, "/paymentrequest").len(), 1);
}

fn charge_limit() -> Settings {
    let mut settings = settings();
    settings
        .limits
        .charge_subunits
        .insert(Currency::Ngn, 500_000);
    settings
}

fn agrees_to_a_charge(call: &str) -> Case {
    let mut case = ada(call, Workflow::FailedRenewal);
    case.fields.charge_consent = Some(said(true));
    case
}

fn charges(world: &World) -> usize {
    let is_charge = |effect: &&Effect| matches!(effect, Effect::CardCharged { .. });
    world.effects().iter().filter(is_charge).count()
}

#[tokio::test]
async fn a_saved_card_is_charged_with_consent_under_our_own_reference_and_once() {
    let world = World::with(subscription("attention"), charge_limit()).await;
    let case = agrees_to_a_charge("call_1");
    let actions = world.call(&case).await;
    world.work(&case).await;
    assert_eq!(
        actions[0].state,
        State::Succeeded,
        "{:?}",
        actions[0].reason
    );
    assert_eq!(actions[0].anchor, Anchor::ByKey);
    let sent = &world.bodies(Method::Post, "/transaction/charge_authorization")[0];
    assert_eq!(sent["reference"], json!(actions[0].key));
    assert_eq!(sent["amount"], json!(500_000));
    // Another call about the same renewal charges nothing.
    let again = world.call(&agrees_to_a_charge("call_2")).await;
    assert_ne!(again[0].state, State::Succeeded);
    assert_eq!(charges(&world), 1);
}

#[tokio::test]
async fn a_charge_whose_answer_is_lost_is_found_by_its_reference() {
    for fault in [
        Fault::DropAnswer,
        Fault::NeverAnswer,
        Fault::ResetBeforeCommit,
    ] {
        let world = World::with(subscription("attention"), charge_limit()).await;
        world.fault(
            Method::Post,
            "/transaction/charge_authorization",
            fault.clone(),
        );
        let case = agrees_to_a_charge("call_1");
        world.call(&case).await;
        let actions = world.wait(&case, 3).await;
        assert_eq!(
            actions[0].state,
            State::Succeeded,
            "{fault:?} {:?}",
            actions[0].reason
        );
        assert_eq!(charges(&world), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn r10_no_card_is_charged_unless_the_merchant_allows_it_and_the_caller_agreed() {
    // The settings that we ship allow no charge at all.
    let world = World::new(subscription("attention")).await;
    let actions = world.call(&agrees_to_a_charge("call_1")).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "charge_above_limit")
    );
    // Without a word about it, the link is sent and the card is left alone.
    let world = World::with(subscription("attention"), charge_limit()).await;
    let actions = world.call(&ada("call_1", Workflow::FailedRenewal)).await;
    assert_eq!(actions[0].id.name, "send_card_update_link");
    // A caller known by their number only is asked about.
    let mut by_number = agrees_to_a_charge("call_2");
    by_number.fields.email.as_mut().unwrap().source = Source::Analysis;
    let actions = world.call(&by_number).await;
    assert_eq!(code(&actions[0]), "verified_caller_needed");
    assert_eq!(charges(&world), 0);
}

#[tokio::test]
async fn a_renewal_that_was_paid_while_a_person_decided_is_not_charged() {
    let world = World::new(subscription("attention")).await;
    let case = agrees_to_a_charge("call_1");
    let actions = world.call(&case).await;
    world.happen(&Happening::RenewalPaid {
        subscription: "SUB_ada1".to_owned(),
    });
    let actions = world.approve(&case, &actions[0], "ngozi@example.com").await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::Rejected, "renewal_paid")
    );
    assert_eq!(charges(&world), 0);
}

#[tokio::test]
async fn r7_finance_is_alerted_of_an_urgent_renewal_although_the_link_went_by_itself() {
    let alerts = async |world: &World, case: &Case| {
        let notices = world.executor.ledger.notices(&case.call).await.unwrap();
        let alerts = notices
            .iter()
            .filter(|(notice, _)| notice.parameters["alert"] == json!(true));
        alerts.count()
    };
    let world = World::new(subscription("attention")).await;
    let mut urgent = ada("call_1", Workflow::FailedRenewal);
    urgent.fields.urgency = Some(said(Urgency::Critical));
    let actions = world.call(&urgent).await;
    assert_eq!(actions[0].state, State::Succeeded);
    assert_eq!(alerts(&world, &urgent).await, 1);
    // A record is no alert: its owner has it in the ticket.
    let plain = ada("call_2", Workflow::Other);
    world.call(&plain).await;
    assert_eq!(alerts(&world, &plain).await, 0);
}

#[tokio::test]
async fn whoever_did_not_agree_to_be_written_to_is_not() {
    let world = World::new(subscription("attention")).await;
    let mut case = ada("call_1", Workflow::FailedRenewal);
    case.fields.consent = None;
    let actions = world.call(&case).await;
    assert_eq!(actions[0].state, State::AwaitingApproval);
    let mut refused = ada("call_2", Workflow::FailedRenewal);
    refused.fields.consent = Some(said(false));
    assert_eq!(code(&world.call(&refused).await[0]), "consent_refused");
    assert_eq!(world.mails(), 0);
}
