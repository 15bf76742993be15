use super::*;
use crate::config::Settings;

const SHIPPED: &str = include_str!("../../../infra/config/settings.toml");
const LOCAL: &str = include_str!("../../../infra/local/settings.toml");

fn told(workflow: Workflow, urgency: Urgency, state: State, action: &str) -> Told<'_> {
    Told {
        workflow,
        urgency,
        state,
        action,
        is_approved: false,
        document: None,
    }
}

/// R7: which of all cases reach finance in Slack.
#[test]
fn r7_finance_is_alerted_of_exactly_five_things() {
    for workflow in Workflow::ALL {
        for urgency in [Urgency::Normal, Urgency::High, Urgency::Critical] {
            for state in State::ALL {
                for action in ["review", "refund"] {
                    let alerted = told(workflow, urgency, state, action).is_finance_alert();
                    let always = matches!(
                        workflow,
                        Workflow::VipPaymentBlocker
                            | Workflow::DuplicateCharge
                            | Workflow::Chargeback
                    );
                    let urgent_renewal =
                        workflow == Workflow::FailedRenewal && urgency != Urgency::Normal;
                    let exception = action == "refund"
                        && matches!(state, State::AwaitingApproval | State::NeedsPerson);
                    assert_eq!(
                        alerted,
                        always || urgent_renewal || exception,
                        "{workflow} {urgency:?} {state:?} {action}"
                    );
                }
            }
        }
    }
}

#[test]
fn each_destination_is_told_once_and_the_first_route_that_fits_counts() {
    let settings = Settings::parse(LOCAL).unwrap();
    for workflow in Workflow::ALL {
        for state in State::ALL {
            let told = told(workflow, Urgency::Normal, state, "review");
            let routes = settings.notices.routes_of(&told);
            let names: BTreeSet<&str> = routes.iter().map(|(name, _)| *name).collect();
            assert_eq!(names.len(), routes.len(), "{workflow} {state:?}");
        }
    }
}

#[test]
fn a_customer_is_written_to_only_about_what_was_allowed() {
    let settings = Settings::parse(LOCAL).unwrap();
    let is_mail = |told: &Told<'_>| {
        settings
            .notices
            .routes_of(told)
            .iter()
            .any(|(name, _)| settings.notices.destinations[*name].system == System::Gmail)
    };
    let mut mails = 0;
    for workflow in Workflow::ALL {
        for state in State::ALL {
            for document in [None, Some(crate::case::DocumentKind::Receipt)] {
                let mut told = told(workflow, Urgency::Normal, state, "review");
                told.document = document;
                assert!(!is_mail(&told), "{told:?}");
                told.is_approved = true;
                if is_mail(&told) {
                    mails += 1;
                    assert_eq!(state, State::Succeeded);
                }
            }
        }
    }
    assert!(mails > 0, "no route leads to a customer");
}

#[test]
fn a_broad_destination_holds_nothing_private_unless_allowed_by_name() {
    let broad = Destination {
        system: System::Hubspot,
        access: Access::Broad,
        allow: BTreeSet::from([Detail::Amount]),
        channel: None,
        from: None,
        public: false,
    };
    for private in [
        Detail::Reference,
        Detail::Balance,
        Detail::Summary,
        Detail::Email,
        Detail::Phone,
        Detail::TaxRegion,
        Detail::BillingAddress,
    ] {
        assert!(!broad.may_hold(private), "{private:?}");
    }
    assert!(broad.may_hold(Detail::Amount) && broad.may_hold(Detail::Owner));
}

#[test]
fn a_route_that_leads_nowhere_is_refused_by_name() {
    for (written, wrong, problem) in [
        (
            "to = [\"finance_alerts\"]",
            "to = [\"finanse\"]",
            "no destination \"finanse\"",
        ),
        (
            "template = \"alert\"",
            "template = \"alarm\"",
            "no template \"alarm\"",
        ),
        (
            "when = \"approved\"",
            "when = \"waits\"",
            "only when = \"approved\"",
        ),
        ("{merchant}", "{iban}", "{iban} is not one of"),
        (
            "channel = \"C0FINANCE\"",
            "channel = \"#finance\"",
            "not a Slack channel id",
        ),
    ] {
        assert!(LOCAL.contains(written), "{written}");
        let error = Settings::parse(&LOCAL.replace(written, wrong)).unwrap_err();
        assert!(error.to_string().contains(problem), "{problem}: {error}");
    }
}

#[test]
fn the_settings_we_ship_tell_somebody_about_every_workflow() {
    let settings = Settings::parse(SHIPPED).unwrap();
    for workflow in Workflow::ALL {
        let told = told(workflow, Urgency::Normal, State::AwaitingApproval, "review");
        assert!(!settings.notices.routes_of(&told).is_empty(), "{workflow}");
    }
}
