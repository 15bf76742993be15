//! `OpenAPI` 3.0's dialect of JSON Schema, made into one that a validator reads.

use jsonschema::Draft;
use serde_json::{Map, Value, json};

/// Whether members that a schema does not name are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strangers {
    /// In answers: vendors add members at any time.
    Welcome,
    /// In requests: a member that the vendor does not know does nothing.
    Refused,
}

/// Follows a reference within the document, if the node is one.
pub(super) fn resolve<'a>(document: &'a Value, mut node: &'a Value) -> &'a Value {
    // A document cannot hold more references than this in a row; a circle ends here.
    for _ in 0..32 {
        let target = node.get("$ref").and_then(Value::as_str);
        let found = target
            .and_then(|target| target.strip_prefix('#'))
            .and_then(|pointer| document.pointer(pointer));
        match found {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

/// A schema without references, in JSON Schema's words.
pub(super) fn plain(document: &Value, schema: &Value, strangers: Strangers) -> Value {
    match resolve(document, schema) {
        Value::Object(members) => object(document, members, strangers),
        other => other.clone(),
    }
}

fn object(document: &Value, members: &Map<String, Value>, strangers: Strangers) -> Value {
    let mut made = Map::new();
    for (name, value) in members {
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => Value::Object(
                properties
                    .iter()
                    .map(|(name, schema)| (name.clone(), plain(document, schema, strangers)))
                    .collect(),
            ),
            ("items" | "additionalProperties" | "not", schema @ Value::Object(_)) => {
                plain(document, schema, strangers)
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                // What one branch does not name another may.
                let branch = |schema| plain(document, schema, Strangers::Welcome);
                Value::Array(schemas.iter().map(branch).collect())
            }
            // Two members of a schema are named like words of the dialect and mean nothing to it.
            ("example" | "description" | "title" | "nullable", _) => continue,
            (_, value) => value.clone(),
        };
        made.insert(name.clone(), value);
    }
    if members.get("nullable") == Some(&json!(true)) {
        allow_null(&mut made);
    }
    let composed = ["allOf", "anyOf", "oneOf"]
        .iter()
        .any(|word| made.contains_key(*word));
    if strangers == Strangers::Refused && made.contains_key("properties") && !composed {
        made.insert("additionalProperties".into(), json!(false));
    }
    Value::Object(made)
}

fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(kind) = schema.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
}

/// What is wrong with an instance: the place in it, and why.
pub(super) fn errors(schema: &Value, instance: &Value) -> Vec<(String, String)> {
    // OpenAPI 3.0 builds on the drafts before 6.
    let validator = jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .build(schema);
    match validator {
        Ok(validator) => validator
            .iter_errors(instance)
            .map(|error| (error.instance_path().to_string(), error.to_string()))
            .collect(),
        Err(error) => vec![(
            String::new(),
            format!("the schema itself is wrong: {error}"),
        )],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nullable_allows_null_and_nothing_else() {
        let document = json!({ "components": { "schemas": { "Name": {
            "type": "string", "nullable": true, "enum": ["a", "b"],
        }}}});
        let schema = json!({ "$ref": "#/components/schemas/Name" });
        let plain = plain(&document, &schema, Strangers::Welcome);
        assert!(errors(&plain, &json!(null)).is_empty());
        assert!(errors(&plain, &json!("a")).is_empty());
        assert!(!errors(&plain, &json!("c")).is_empty());
        assert!(!errors(&plain, &json!(1)).is_empty());
    }

    #[test]
    fn strangers_are_refused_in_requests_at_any_depth() {
        let schema = json!({ "type": "object", "properties": {
            "inner": { "type": "object", "properties": { "known": { "type": "integer" } } },
            "free": { "type": "object" },
        }});
        let instance = json!({ "inner": { "unknown": 1 }, "free": { "anything": 1 } });
        let strict = plain(&json!({}), &schema, Strangers::Refused);
        let places: Vec<_> = errors(&strict, &instance)
            .into_iter()
            .map(|(place, _)| place)
            .collect();
        assert_eq!(places, ["/inner"]);
        let lenient = plain(&json!({}), &schema, Strangers::Welcome);
        assert!(errors(&lenient, &instance).is_empty());
    }
}
