//! Misbehaviour on order: which request is hit, and what becomes of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::{Method, Request};

/// What goes wrong with one request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// Carried out; the connection ends without an answer.
    DropAnswer,
    /// Carried out; nothing ever comes back, so that the client's own time-out ends it.
    NeverAnswer,
    /// Carried out only `after_ms` later, and never answered: a commit after the client gave up.
    CommitLate {
        /// How much later, in milliseconds.
        after_ms: u64,
    },
    /// Carried out now, answered `after_ms` later.
    AnswerLate {
        /// How much later, in milliseconds.
        after_ms: u64,
    },
    /// The connection ends before anything was carried out.
    ResetBeforeCommit,
    /// 429 with the vendor's own headers and body.
    TooManyRequests {
        /// The seconds that the header names, whatever they mean.
        #[serde(default = "one")]
        reset: u64,
        /// Whether the request was carried out all the same.
        #[serde(default)]
        committed: bool,
    },
    /// 500 with a JSON body.
    ServerError {
        /// Whether the request was carried out all the same.
        #[serde(default)]
        committed: bool,
    },
    /// 502 with an HTML body.
    BadGateway {
        /// Whether the request was carried out all the same.
        #[serde(default)]
        committed: bool,
    },
    /// 200 with a body that says no: `status: false` at Paystack, `ok: false` at Slack.
    StatusFalse {
        /// Whether the request was carried out all the same.
        #[serde(default)]
        committed: bool,
    },
    /// Any answer at all.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The body: a JSON text is sent as it is, anything else as JSON.
        #[serde(default)]
        body: Value,
        /// Whether the request was carried out all the same.
        #[serde(default)]
        committed: bool,
    },
    /// Lists do not show what was made in the last `by_ms`; reads by id do.
    ListsLag {
        /// How far behind the list is, in milliseconds.
        by_ms: u64,
    },
}

/// Which requests a fault hits. A request stops at the first rule that fires; a rule counts only
/// the matching requests that reach it, so that rules for one address play one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The method; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// The path: `*` stands for one segment, `**` at the end for all the rest.
    pub path: String,
    /// A text that the body must hold, to tell one record's requests from another's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_contains: Option<String>,
    /// The first match to be hit, from 1.
    #[serde(default = "one_match")]
    pub nth: u32,
    /// How many matches are hit from there; 0 for all. Without it: one, and all for a lag of lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// The matches that reached the rule so far.
    #[serde(default)]
    pub seen: u32,
}

fn one() -> u64 {
    1
}

fn one_match() -> u32 {
    1
}

impl Rule {
    /// A rule for the first request of that method and path.
    #[must_use]
    pub fn new(method: Method, path: &str, fault: Fault) -> Self {
        Self {
            method: Some(method),
            path: path.to_owned(),
            body_contains: None,
            nth: 1,
            count: None,
            fault,
            seen: 0,
        }
    }

    /// The same rule, beginning with the `nth` match.
    #[must_use]
    pub fn from_match(mut self, nth: u32) -> Self {
        self.nth = nth;
        self
    }

    /// The same rule for `count` matches; 0 for all.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// The same rule, only for bodies that hold `text`.
    #[must_use]
    pub fn with_body(mut self, text: &str) -> Self {
        self.body_contains = Some(text.to_owned());
        self
    }

    fn addresses(&self, request: &Request) -> bool {
        self.method.is_none_or(|method| method == request.method)
            && path_matches(&self.path, &request.path)
            && self
                .body_contains
                .as_ref()
                .is_none_or(|text| String::from_utf8_lossy(&request.body).contains(text.as_str()))
    }

    /// Counts a match and says whether it is one of those to be hit.
    fn fires(&mut self) -> bool {
        self.seen = self.seen.saturating_add(1);
        let lag = matches!(self.fault, Fault::ListsLag { .. });
        let count = self.count.unwrap_or(u32::from(!lag));
        self.seen >= self.nth && (count == 0 || self.seen - self.nth < count)
    }
}

/// The rules in force, in their order.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    rules: Vec<Rule>,
}

/// What the rules say about one request.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Verdict {
    /// What goes wrong, if anything.
    pub(crate) fault: Option<Fault>,
    /// How far lists are behind.
    pub(crate) lists_lag: Duration,
}

impl Faults {
    /// Adds a rule after those in force.
    pub fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Removes all rules.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub(crate) fn judge(&mut self, request: &Request) -> Verdict {
        let mut verdict = Verdict::default();
        for rule in self.rules.iter_mut().filter(|rule| rule.addresses(request)) {
            if let Fault::ListsLag { by_ms } = rule.fault {
                // A lag is no answer of its own: it goes along with whatever else befalls the list.
                if rule.fires() {
                    verdict.lists_lag = verdict.lists_lag.max(Duration::from_millis(by_ms));
                }
            } else if verdict.fault.is_none() && rule.fires() {
                verdict.fault = Some(rule.fault.clone());
            }
        }
        verdict
    }
}

/// Whether `path` has the shape of `pattern`.
pub(crate) fn path_matches(pattern: &str, path: &str) -> bool {
    let mut pattern = pattern.trim_matches('/').split('/');
    let mut path = path.trim_matches('/').split('/');
    loop {
        match (pattern.next(), path.next()) {
            (Some("**"), _) | (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(expected), Some(actual)) if expected == actual => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_by_segment() {
        assert!(path_matches("/refund", "/refund"));
        assert!(!path_matches("/refund", "/refund/1"));
        assert!(path_matches(
            "/paymentrequest/notify/*",
            "/paymentrequest/notify/PRQ_1"
        ));
        assert!(!path_matches(
            "/paymentrequest/*",
            "/paymentrequest/notify/PRQ_1"
        ));
        assert!(path_matches(
            "/paymentrequest/**",
            "/paymentrequest/notify/PRQ_1"
        ));
        assert!(path_matches("/paymentrequest/**", "/paymentrequest"));
    }

    #[test]
    fn rules_for_one_address_play_one_after_the_other() {
        // Given a 500 and then a dropped answer for the same request
        let mut faults = Faults::default();
        let server_error = Fault::ServerError { committed: false };
        faults.add(Rule::new(Method::Post, "/refund", server_error.clone()));
        faults.add(Rule::new(Method::Post, "/refund", Fault::DropAnswer));
        let request = Request::new(Method::Post, "/refund");
        // When it is sent three times
        let played: Vec<_> = (0..3).map(|_| faults.judge(&request).fault).collect();
        // Then each fault hits once, in order
        assert_eq!(played, [Some(server_error), Some(Fault::DropAnswer), None]);
    }

    #[test]
    fn nth_and_count_choose_the_matches() {
        let mut faults = Faults::default();
        faults.add(
            Rule::new(Method::Get, "/refund/*", Fault::DropAnswer)
                .from_match(2)
                .times(2),
        );
        let request = Request::get("/refund/7");
        let hit: Vec<_> = (0..4)
            .map(|_| faults.judge(&request).fault.is_some())
            .collect();
        assert_eq!(hit, [false, true, true, false]);
        assert_eq!(faults.judge(&Request::get("/refund")), Verdict::default());
    }

    #[test]
    fn a_rule_can_pick_one_record_by_the_body() {
        let mut faults = Faults::default();
        faults.add(Rule::new(Method::Post, "/customer", Fault::DropAnswer).with_body("b@x.co"));
        let other = Request::post("/customer", &serde_json::json!({"email": "a@x.co"}));
        let meant = Request::post("/customer", &serde_json::json!({"email": "b@x.co"}));
        assert_eq!(faults.judge(&other).fault, None);
        assert_eq!(faults.judge(&meant).fault, Some(Fault::DropAnswer));
    }

    #[test]
    fn a_lag_of_lists_lasts_and_goes_with_other_faults() {
        let mut faults = Faults::default();
        faults.add(Rule::new(
            Method::Get,
            "/refund",
            Fault::ListsLag { by_ms: 5 },
        ));
        faults.add(Rule::new(Method::Get, "/refund", Fault::DropAnswer));
        let request = Request::get("/refund?transaction=1");
        let lag = Duration::from_millis(5);
        let first = faults.judge(&request);
        assert_eq!(
            first,
            Verdict {
                fault: Some(Fault::DropAnswer),
                lists_lag: lag
            }
        );
        assert_eq!(
            faults.judge(&request),
            Verdict {
                fault: None,
                lists_lag: lag
            }
        );
    }

    #[test]
    fn a_rule_reads_from_the_json_that_tests_send() {
        let rule: Rule = serde_json::from_value(serde_json::json!({
            "method": "POST", "path": "/refund", "fault": "too_many_requests", "reset": 7
        }))
        .unwrap();
        let fault = Fault::TooManyRequests {
            reset: 7,
            committed: false,
        };
        assert_eq!(rule, Rule::new(Method::Post, "/refund", fault));
    }
}
