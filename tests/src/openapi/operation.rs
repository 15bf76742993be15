//! One operation of a specification: its parameters, body and answers.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::schema::{Strangers, errors, plain, resolve};
use super::{Sent, Violation};

/// An operation, found by a method and a path.
pub(super) struct Operation<'a> {
    document: &'a Value,
    method: String,
    template: &'a str,
    /// The path item, which may hold parameters of its own.
    item: &'a Value,
    described: &'a Value,
    /// The parameters that the path carries, decoded.
    path_parameters: Vec<(&'a str, String)>,
}

impl<'a> Operation<'a> {
    pub(super) fn find(document: &'a Value, method: &str, path: &str) -> Option<Self> {
        let paths = document.get("paths")?.as_object()?;
        let matching = paths.iter().filter_map(|(template, item)| {
            let operation = item.get(method.to_ascii_lowercase())?;
            let path_parameters = match_path(template, path)?;
            Some(Self {
                document,
                method: method.to_ascii_uppercase(),
                template,
                item,
                described: operation,
                path_parameters,
            })
        });
        // `/refund/{id}` and `/dispute/export`: what is spelled out wins.
        matching.min_by_key(|operation| operation.path_parameters.len())
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    pub(super) fn check_request(&self, sent: &Sent) -> Vec<Violation> {
        let mut violations = Vec::new();
        for (name, value) in &self.path_parameters {
            match self.parameter("path", name) {
                Some(parameter) => {
                    violations.extend(self.check_parameter("path", parameter, name, value));
                }
                None => violations.push(self.violation(&format!("path, {name}"), UNNAMED)),
            }
        }
        for (name, value) in &sent.query {
            match self.parameter("query", name) {
                Some(parameter) => {
                    violations.extend(self.check_parameter("query", parameter, name, value));
                }
                None => violations.push(self.violation(&format!("query, {name}"), UNNAMED)),
            }
        }
        for parameter in self
            .parameters()
            .filter(|parameter| is(parameter, "in", "query"))
        {
            let name = parameter
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let required = parameter.get("required") == Some(&json!(true));
            if required && !sent.query.contains_key(name) {
                violations.push(self.violation(&format!("query, {name}"), "is missing"));
            }
        }
        violations.extend(self.check_body(&sent.body));
        violations
    }

    fn check_body(&self, body: &Value) -> Vec<Violation> {
        let described = self
            .described
            .get("requestBody")
            .map(|body| resolve(self.document, body))
            .and_then(content);
        match described {
            None if body.is_null() => Vec::new(),
            None => vec![self.violation("body", "the operation takes no body")],
            Some(schema) => {
                // No body is one without members: what is required will be missed.
                let empty = json!({});
                let body = if body.is_null() { &empty } else { body };
                let schema = plain(self.document, schema, Strangers::Refused);
                self.violations("body", errors(&schema, body))
            }
        }
    }

    pub(super) fn check_answer(&self, status: u16, body: &Value) -> Vec<Violation> {
        let place = format!("answer {status}");
        let answers = self.described.get("responses");
        let described = answers
            .and_then(|answers| answers.get(status.to_string()))
            .map(|answer| resolve(self.document, answer))
            .and_then(content);
        // Refusals that the operation does not describe look like those that it does.
        let refusal = || self.document.pointer("/components/schemas/Error");
        let schema = if status >= 400 {
            described.or_else(refusal)
        } else {
            described
        };
        match schema {
            Some(schema) => {
                let schema = plain(self.document, schema, Strangers::Welcome);
                self.violations(&place, errors(&schema, body))
            }
            None => vec![self.violation(&place, "the operation has no such answer")],
        }
    }

    fn parameters(&self) -> impl Iterator<Item = &'a Value> {
        let lists = [
            self.item.get("parameters"),
            self.described.get("parameters"),
        ];
        let document = self.document;
        lists
            .into_iter()
            .flatten()
            .filter_map(Value::as_array)
            .flatten()
            .map(move |parameter| resolve(document, parameter))
    }

    fn parameter(&self, place: &str, name: &str) -> Option<&'a Value> {
        self.parameters()
            .find(|parameter| is(parameter, "in", place) && is(parameter, "name", name))
    }

    fn check_parameter(
        &self,
        place: &str,
        parameter: &Value,
        name: &str,
        value: &str,
    ) -> Vec<Violation> {
        let empty = json!({});
        let schema = parameter.get("schema").unwrap_or(&empty);
        let schema = plain(self.document, schema, Strangers::Welcome);
        self.violations(
            &format!("{place}, {name}"),
            errors(&schema, &typed(&schema, value)),
        )
    }

    fn violations(&self, place: &str, errors: Vec<(String, String)>) -> Vec<Violation> {
        let violation = |(within, what): (String, String)| {
            let place = if within.is_empty() {
                place.to_owned()
            } else {
                format!("{place}, {within}")
            };
            self.violation(&place, &what)
        };
        errors.into_iter().map(violation).collect()
    }

    fn violation(&self, place: &str, what: &str) -> Violation {
        Violation {
            place: format!("{}, {place}", self.name()),
            what: what.to_owned(),
        }
    }
}

const UNNAMED: &str = "the specification does not name it";

fn is(node: &Value, name: &str, wanted: &str) -> bool {
    node.get(name).and_then(Value::as_str) == Some(wanted)
}

fn content(described: &Value) -> Option<&Value> {
    described.pointer("/content/application~1json/schema")
}

/// The value of a parameter as its schema would have it: texts that are numbers become numbers.
fn typed(schema: &Value, text: &str) -> Value {
    let wants = |kind: &str| is(schema, "type", kind);
    let number = || {
        serde_json::from_str::<Value>(text)
            .ok()
            .filter(Value::is_number)
    };
    if wants("integer") || wants("number") {
        number().unwrap_or_else(|| json!(text))
    } else if wants("boolean") {
        text.parse::<bool>()
            .map_or_else(|_| json!(text), |flag| json!(flag))
    } else {
        json!(text)
    }
}

/// The parameters of a path that has the shape of a template.
fn match_path<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let mut parameters = Vec::new();
    let mut segments = path.trim_matches('/').split('/');
    for expected in template.trim_matches('/').split('/') {
        let segment = segments.next()?;
        match expected
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(name) => {
                let value = percent_decode_str(segment).decode_utf8_lossy().into_owned();
                parameters.push((name, value));
            }
            None if expected == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(parameters)
}
