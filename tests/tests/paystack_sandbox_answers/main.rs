//! What our client sends and what the sandbox answers, held against Paystack's own specification;
//! and our corrections of it, held against whether anything needs them.

#[cfg(test)]
mod drive;

#[cfg(test)]
mod answers {
    use std::collections::BTreeSet;
    use std::path::Path;

    use tests::openapi::{Sent, Specification, Violation};

    use crate::drive::{Exchange, exchanges};

    fn golden_requests() -> Vec<(String, Sent)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/paystack");
        let mut golden = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let text = std::fs::read_to_string(&path).unwrap();
                let sent = serde_json::from_str(&text)
                    .unwrap_or_else(|error| panic!("{name} is not a golden request: {error}"));
                golden.push((name, sent));
            }
        }
        golden
    }

    fn check(specification: &Specification, exchange: &Exchange) -> Vec<Violation> {
        let Exchange {
            sent,
            status,
            answer,
        } = exchange;
        let mut violations = specification.check_request(sent);
        let answered = specification.check_answer(&sent.method, &sent.path, *status, answer);
        violations.extend(answered);
        violations
    }

    fn listed<T: std::fmt::Display>(violations: impl IntoIterator<Item = T>) -> String {
        let distinct: BTreeSet<String> = violations
            .into_iter()
            .map(|violation| violation.to_string())
            .collect();
        distinct.into_iter().collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_sandbox_is_asked_and_answers_as_paystack_describes() {
        let specification = Specification::paystack().unwrap();
        let exchanges = exchanges();
        let violations = exchanges
            .iter()
            .flat_map(|exchange| check(&specification, exchange));
        let violations = listed(violations);
        assert!(violations.is_empty(), "\n{violations}");
    }

    #[test]
    fn every_request_of_ours_is_one_that_paystack_describes() {
        let specification = Specification::paystack().unwrap();
        let golden = golden_requests();
        assert!(!golden.is_empty(), "there is no golden request to check");
        let violations = golden.iter().flat_map(|(name, sent)| {
            let violations = specification.check_request(sent);
            violations
                .into_iter()
                .map(move |violation| format!("{name}: {violation}"))
        });
        let violations = listed(violations);
        assert!(violations.is_empty(), "\n{violations}");
    }

    #[test]
    fn the_sandbox_answers_every_request_that_our_client_can_send() {
        let specification = Specification::paystack().unwrap();
        let operation = |sent: &Sent| specification.operation(&sent.method, &sent.path).unwrap();
        let answered: BTreeSet<_> = exchanges()
            .iter()
            .filter(|exchange| exchange.status == 200)
            .map(|exchange| operation(&exchange.sent))
            .collect();
        let unanswered: Vec<_> = golden_requests()
            .into_iter()
            .filter(|(_, sent)| !answered.contains(&operation(sent)))
            .map(|(name, _)| name)
            .collect();
        assert!(
            unanswered.is_empty(),
            "the day at the sandbox leaves out {unanswered:?}"
        );
    }

    #[test]
    fn each_correction_is_needed() {
        let specification = Specification::paystack().unwrap();
        let exchanges = exchanges();
        let golden = golden_requests();
        let mut needless = Vec::new();
        for (index, correction) in specification.corrections().iter().enumerate() {
            // Where another correction builds on it, it is needed.
            let Ok(without) = specification.without(index) else {
                continue;
            };
            let needed = golden
                .iter()
                .any(|(_, sent)| !without.check_request(sent).is_empty())
                || exchanges
                    .iter()
                    .any(|exchange| !check(&without, exchange).is_empty());
            if !needed {
                needless.push(format!("{} ({})", correction.target, correction.because));
            }
        }
        assert!(
            needless.is_empty(),
            "nothing needs\n{}",
            needless.join("\n")
        );
    }

    #[test]
    fn each_correction_cites_where_paystack_was_seen_to_differ() {
        let specification = Specification::paystack().unwrap();
        for correction in specification.corrections() {
            let section = correction
                .because
                .split_once(": ")
                .map(|(section, _)| section);
            let numbered = section
                .and_then(|section| section.strip_prefix("B."))
                .is_some_and(|number| number.parse::<u8>().is_ok());
            assert!(numbered, "{} cites no section", correction.target);
        }
    }

    #[test]
    fn the_checker_tells_what_is_wrong_and_where() {
        let specification = Specification::paystack().unwrap();
        let sent = |text: &str| serde_json::from_str::<Sent>(text).unwrap();
        for (text, place) in [
            (r#"{"method":"GET","path":"/nowhere"}"#, "GET /nowhere"),
            (
                r#"{"method":"GET","path":"/refund/x"}"#,
                "GET /refund/{id}, path, id",
            ),
            (
                r#"{"method":"GET","path":"/refund","query":{"reference":"T_1"}}"#,
                "GET /refund, query, reference",
            ),
            (
                r#"{"method":"GET","path":"/refund","query":{"perPage":"many"}}"#,
                "GET /refund, query, perPage",
            ),
            (
                r#"{"method":"POST","path":"/refund","body":{}}"#,
                "POST /refund, body",
            ),
            (
                r#"{"method":"POST","path":"/refund","body":{"transaction":"T_1","amount":"x"}}"#,
                "POST /refund, body, /amount",
            ),
            (
                r#"{"method":"POST","path":"/refund","body":{"transaction":"T_1","key":"x"}}"#,
                "POST /refund, body",
            ),
            (
                r#"{"method":"GET","path":"/balance","body":{}}"#,
                "GET /balance, body",
            ),
        ] {
            let violations = specification.check_request(&sent(text));
            let places: Vec<_> = violations
                .iter()
                .map(|violation| &violation.place)
                .collect();
            assert_eq!(places, [place], "{text}");
        }
        let answer = serde_json::json!({ "status": true, "message": "ok", "data": {} });
        let violations = specification.check_answer("GET", "/balance", 200, &answer);
        assert_eq!(violations[0].place, "GET /balance, answer 200, /data");
        let strange = specification.check_answer("GET", "/balance", 204, &answer);
        assert_eq!(strange[0].what, "the operation has no such answer");
    }
}
