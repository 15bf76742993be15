//! What words alone settle, and what they forbid: the rule layer over the model's scores.
//!
//! A rule adds to a workflow's score; a gate takes a workflow out of the question where nothing
//! in the sentence speaks of its matter, however the rest of it sounds ("how long will the chicken
//! take" is no question about a payment).

use shared::case::Workflow;

use super::concepts::{
    ACCOUNT, ADDRESS, BALANCE, BANK, BILL, BLOCK, CANCEL, CARD, CHANGE, CHARGE, CHARGEBACK,
    COLLECT, CONTACT, CREATE, DISPUTE, DOCUMENT, DUE, ELSEWHERE, EXTEND, FAIL, FEE, FRAUD,
    INVOICE_ME, Ideas, LINK, LOST, MONEY, MOVED, NOT, ORDER, OWE, PAY, PURCHASE, REFUND, REMOVE,
    RENEW, REQUEST, RETURN, REVERSE, SEE, SEND, SOMEONE, STATUS, SUBSCRIPTION, TAX, TRANSFER,
    TWICE, UNKNOWN, VIP, WITHDRAW, WRONG,
};

/// A workflow out of the question.
const FORBIDDEN: f32 = -12.0;
/// What words settle, in log-odds.
const SETTLED: f32 = 2.5;

/// What a sentence's ideas add to the score of `workflow`.
pub(super) fn adjustment(workflow: Workflow, ideas: Ideas) -> f32 {
    if !is_possible(workflow, ideas) {
        return FORBIDDEN;
    }
    if is_settled(workflow, ideas) {
        SETTLED
    } else {
        0.0
    }
}

const fn any(ideas: Ideas, of: Ideas) -> bool {
    ideas & of != 0
}

const fn all(ideas: Ideas, of: Ideas) -> bool {
    ideas & of == of
}

/// Whether anything in the sentence speaks of the workflow's matter.
fn is_possible(workflow: Workflow, ideas: Ideas) -> bool {
    /// What can be paid, owed or taken.
    const PAID: Ideas = CHARGE | BILL | FEE | WITHDRAW | MONEY | PAY | TRANSFER;
    /// What is wrong with a charge.
    const OBJECTED: Ideas =
        CHARGE | DISPUTE | WRONG | UNKNOWN | FRAUD | NOT | REMOVE | WITHDRAW | REFUND | SOMEONE;
    match workflow {
        // What it would cost to end something is a question.
        Workflow::DisputedCharge if all(ideas, FEE | CANCEL) && !any(ideas, OBJECTED) => false,
        Workflow::DisputedCharge => {
            any(ideas, PAID | DISPUTE | DOCUMENT | REMOVE)
                || any(ideas, PURCHASE)
                    && any(ideas, UNKNOWN | NOT | FRAUD | WRONG | STATUS | SOMEONE)
                || any(ideas, WRONG | SOMEONE | FRAUD | UNKNOWN)
                    && any(ideas, CARD | ACCOUNT | BANK)
                || any(ideas, UNKNOWN | FRAUD) && any(ideas, ORDER)
        }
        Workflow::DuplicateCharge => {
            any(ideas, PAID | CARD) && any(ideas, TWICE | CHARGE | PAY | TRANSFER)
                || all(ideas, TWICE | STATUS)
        }
        Workflow::Chargeback => any(ideas, CHARGEBACK | BANK | REVERSE | DISPUTE | CARD),
        Workflow::DocumentResend => {
            any(ideas, DOCUMENT | LINK | TAX) || any(ideas, BILL) && any(ideas, SEND | SEE)
        }
        Workflow::FailedRenewal => {
            any(ideas, RENEW)
                && any(
                    ideas,
                    FAIL | NOT | BLOCK | CANCEL | WRONG | CHARGE | CARD | PAY | LOST,
                )
                || any(ideas, SUBSCRIPTION)
        }
        Workflow::RefundRequest => {
            any(ideas, REFUND | PAID | OWE | REVERSE)
                || any(ideas, PURCHASE) && any(ideas, CANCEL | RETURN | NOT | WRONG)
        }
        Workflow::TaxBillingAddress => {
            any(ideas, MOVED | TAX)
                || any(ideas, ADDRESS | BILL | DOCUMENT) && any(ideas, CHANGE | WRONG | NOT)
        }
        // "I am a new customer and my top-up is pending" is about the top-up.
        Workflow::CreateCustomer if any(ideas, TRANSFER) && !any(ideas, ACCOUNT) => false,
        Workflow::CreateCustomer => any(ideas, CREATE) || all(ideas, ACCOUNT | NOT),
        Workflow::PaymentRequest => {
            any(ideas, INVOICE_ME | DOCUMENT | LINK | BILL)
                || any(ideas, REQUEST | SEND) && any(ideas, PAY | MONEY)
                || all(ideas, COLLECT | MONEY)
        }
        Workflow::PaymentStatus => {
            any(ideas, PAID | BALANCE)
                || any(ideas, STATUS) && any(ideas, PURCHASE | CARD | ACCOUNT)
        }
        Workflow::Collections => {
            any(ideas, OWE)
                || any(ideas, PAY | EXTEND | DUE) && any(ideas, PAID | BALANCE | DOCUMENT)
        }
        Workflow::VipPaymentBlocker => any(ideas, VIP) && any(ideas, BLOCK | PAY | FAIL | NOT),
        Workflow::Other => true,
    }
}

/// Whether the sentence's words settle the workflow.
fn is_settled(workflow: Workflow, ideas: Ideas) -> bool {
    match workflow {
        Workflow::Chargeback => any(ideas, CHARGEBACK) || all(ideas, BANK | REVERSE),
        Workflow::DuplicateCharge => {
            any(ideas, TWICE) && any(ideas, CHARGE) && !any(ideas, CHARGEBACK)
        }
        Workflow::RefundRequest => {
            any(ideas, REFUND)
                && !any(
                    ideas,
                    TWICE | CHARGEBACK | ELSEWHERE | DOCUMENT | UNKNOWN | FRAUD | DISPUTE,
                )
        }
        Workflow::FailedRenewal => {
            any(ideas, RENEW) && any(ideas, FAIL | NOT) && !any(ideas, ELSEWHERE | REFUND)
        }
        Workflow::TaxBillingAddress => {
            (any(ideas, ADDRESS) && any(ideas, CHANGE | MOVED)
                || any(ideas, TAX) && any(ideas, WRONG | CHANGE))
                && !any(ideas, ELSEWHERE | CONTACT)
        }
        Workflow::DisputedCharge => {
            (any(ideas, FRAUD) && any(ideas, MONEY | CHARGE | WITHDRAW | PAY | TRANSFER)
                || any(ideas, UNKNOWN) && any(ideas, CHARGE | PAY | TRANSFER | WITHDRAW)
                || all(ideas, SOMEONE | WITHDRAW) && any(ideas, ACCOUNT | MONEY | LOST))
                && !any(ideas, TWICE | CHARGEBACK | REFUND | CONTACT)
        }
        Workflow::VipPaymentBlocker => any(ideas, VIP) && any(ideas, BLOCK),
        Workflow::DocumentResend => {
            (any(ideas, DOCUMENT) && any(ideas, SEND | SEE) || all(ideas, LINK | SEND | FAIL))
                && !any(
                    ideas,
                    INVOICE_ME | WRONG | CHARGE | REQUEST | STATUS | OWE | FRAUD | REFUND,
                )
        }
        // Money asked for from somebody.
        Workflow::PaymentRequest
            if all(ideas, REQUEST | COLLECT | MONEY)
                && !any(
                    ideas,
                    REFUND
                        | WRONG
                        | CHARGE
                        | STATUS
                        | DISPUTE
                        | FRAUD
                        | TWICE
                        | WITHDRAW
                        | ACCOUNT
                        | BANK
                        | PURCHASE
                        | NOT,
                ) =>
        {
            true
        }
        Workflow::PaymentRequest => {
            all(ideas, REQUEST | PAY | SEND)
                && !any(
                    ideas,
                    REFUND | WRONG | CHARGE | STATUS | DISPUTE | ELSEWHERE | FRAUD,
                )
        }
        Workflow::CreateCustomer
        | Workflow::PaymentStatus
        | Workflow::Collections
        | Workflow::Other => false,
    }
}
