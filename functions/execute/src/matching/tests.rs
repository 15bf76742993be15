use serde_json::json;
use shared::case::{Captured, Source};
use shared::ids::{CustomerCode, Email, PhoneNumber};
use shared::paystack::Customer;

use super::{Records, identify};
use crate::policy::Identity;
use crate::sample::{payment_request, said};

fn customer(email: &str, phone: &str) -> Records {
    let record = json!({
        "id": 7, "customer_code": "CUS_ada1", "email": email, "phone": phone,
    });
    let customer: Customer = serde_json::from_value(record).unwrap();
    Records {
        customer: Some(customer),
        ..Records::default()
    }
}

fn set_by_merchant<T>(value: T) -> Captured<T> {
    Captured {
        source: Source::MerchantSystem,
        ..said(value)
    }
}

#[test]
fn a_number_on_record_matches_however_it_is_written() {
    let case = payment_request();
    for phone in [
        "+2348012345678",
        "2348012345678",
        "0801 234 5678",
        "08012345678",
    ] {
        let records = customer("ada.obi@example.com", phone);
        assert_eq!(
            identify(&case, &records, "234").0,
            Identity::Matched,
            "{phone}"
        );
    }
}

#[test]
fn another_number_a_missing_one_or_no_caller_does_not_match() {
    let case = payment_request();
    for phone in ["+2348012345679", "", "+233801234567"] {
        let records = customer("ada.obi@example.com", phone);
        assert_eq!(
            identify(&case, &records, "234").0,
            Identity::Unmatched,
            "{phone}"
        );
    }
    let mut withheld = payment_request();
    withheld.caller = None;
    let records = customer("ada.obi@example.com", "+2348012345678");
    assert_eq!(identify(&withheld, &records, "234").0, Identity::Unmatched);
}

#[test]
fn an_address_that_is_not_the_one_on_record_contradicts_the_number() {
    let case = payment_request();
    let records = customer("ada.obl@example.com", "+2348012345678");
    assert_eq!(identify(&case, &records, "234").0, Identity::Unmatched);
}

#[test]
fn only_the_merchants_own_system_verifies_and_only_the_customer_it_names() {
    let mut case = payment_request();
    case.fields.customer_code = Some(set_by_merchant(CustomerCode::new("CUS_ada1").unwrap()));
    let records = customer("ada.obi@example.com", "");
    assert_eq!(identify(&case, &records, "234").0, Identity::Verified);
    case.fields.customer_code = Some(set_by_merchant(CustomerCode::new("CUS_other").unwrap()));
    assert_eq!(identify(&case, &records, "234").0, Identity::Unmatched);
    case.fields.customer_code = Some(said(CustomerCode::new("CUS_ada1").unwrap()));
    assert_eq!(identify(&case, &records, "234").0, Identity::Unmatched);
}

#[test]
fn a_new_caller_needs_two_sources_for_the_address_and_a_number() {
    let new = Records {
        is_new_customer: true,
        ..Records::default()
    };
    let mut case = payment_request();
    assert_eq!(
        identify(&case, &new, "234"),
        (Identity::NewCorroborated, 900)
    );
    case.fields.email = Some(Captured {
        corroborated: false,
        ..said(Email::new("ada.obi@example.com").unwrap())
    });
    assert_eq!(identify(&case, &new, "234").0, Identity::Unmatched);
    let mut withheld = payment_request();
    withheld.caller = None;
    assert_eq!(identify(&withheld, &new, "234").0, Identity::Unmatched);
    // Nobody asked Paystack: nothing says that the customer is new.
    assert_eq!(
        identify(&payment_request(), &Records::default(), "234").0,
        Identity::Unmatched
    );
}

#[test]
fn a_number_that_the_case_gives_for_itself_is_no_match() {
    // The number that counts is the network's, not one that was said on the call.
    let mut case = payment_request();
    case.caller = Some(PhoneNumber::new("2349099999999").unwrap());
    case.fields.phone = Some(said(PhoneNumber::new("2348012345678").unwrap()));
    let records = customer("ada.obi@example.com", "+2348012345678");
    assert_eq!(identify(&case, &records, "234").0, Identity::Unmatched);
}
