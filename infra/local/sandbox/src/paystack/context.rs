//! One request on its way through the model: its fields read as leniently, and refused as
//! strictly, as Paystack was seen to do it.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::effect::Effect;
use super::refusal::Refusal;
use crate::vendor::earlier;
use crate::wire::{Request, Response};

/// An answer or a refusal.
pub(super) type Reply = Result<Response, Refusal>;

/// A request, the present instant, and what was done so far.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) now: Timestamp,
    pub(super) effects: Vec<Effect>,
    request: &'a Request,
    body: Map<String, Value>,
    lists_lag: Duration,
}

impl<'a> Context<'a> {
    pub(super) fn new(request: &'a Request, now: Timestamp, lists_lag: Duration) -> Self {
        Self {
            now,
            effects: Vec::new(),
            request,
            body: Map::new(),
            lists_lag,
        }
    }

    /// Reads the body as the JSON object that Paystack takes; no body is an empty one.
    pub(super) fn read_body(&mut self) -> Result<(), Refusal> {
        if self.request.body.is_empty() {
            return Ok(());
        }
        match serde_json::from_slice(&self.request.body) {
            Ok(Value::Object(body)) => {
                self.body = body;
                Ok(())
            }
            Ok(_) | Err(_) => Err(Refusal::invalid("Invalid JSON sent in the request body")),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.request.body
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.request.query_value(name)
    }

    /// Whether a record of that age is in the lists yet.
    pub(super) fn listed(&self, created_at: Timestamp) -> bool {
        created_at <= earlier(self.now, self.lists_lag)
    }

    /// Whether an instant lies in the query's `from` and `to`.
    pub(super) fn in_window(&self, instant: Timestamp) -> Result<bool, Refusal> {
        let from = self.query_instant("from")?;
        let to = self.query_instant("to")?;
        Ok(from.is_none_or(|from| instant >= from) && to.is_none_or(|to| instant <= to))
    }

    fn query_instant(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        self.query(name)
            .map(|text| {
                instant(text)
                    .ok_or_else(|| Refusal::invalid(format!("\"{name}\" must be a valid date")))
            })
            .transpose()
    }

    /// A member of the body, `null` counting as absent.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    /// A text, absent where empty.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.field(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Refusal::invalid(format!("\"{name}\" must be a string"))),
        }
    }

    /// A text that must be there.
    pub(super) fn required_text(&self, name: &str) -> Result<String, Refusal> {
        self.text(name)?
            .ok_or_else(|| Refusal::missing(format!("\"{name}\" is required")))
    }

    /// A code or id: a text, or a number taken as its digits.
    pub(super) fn reference(&self, name: &str) -> Option<String> {
        match self.field(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A flag, also as the text `true` or `false`.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.field(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if text == "true" => Ok(Some(true)),
            Some(Value::String(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(Refusal::invalid(format!("\"{name}\" must be a boolean"))),
        }
    }

    /// An object; a JSON text is not one, although the specification says so.
    pub(super) fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, Refusal> {
        match self.field(name) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object.clone())),
            Some(_) => Err(Refusal::invalid(format!(
                "\"{name}\" must be of type object"
            ))),
        }
    }

    /// A list of objects.
    pub(super) fn objects(&self, name: &str) -> Result<Option<Vec<Map<String, Value>>>, Refusal> {
        let wrong = || Refusal::invalid(format!("\"{name}\" must be an array"));
        match self.field(name) {
            None => Ok(None),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_object().cloned().ok_or_else(wrong))
                .collect::<Result<Vec<_>, _>>()
                .map(Some),
            Some(_) => Err(wrong()),
        }
    }

    /// A whole number.
    pub(super) fn whole(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.field(name)
            .map(|value| whole_number(name, value))
            .transpose()
    }

    /// An amount in subunits: `5000`, `5000.0` and `"5000"` are taken, `50.5` and nothing are not.
    pub(super) fn amount(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.field(name)
            .map(|value| amount(name, value))
            .transpose()
    }
}

/// An amount in subunits, more than nothing.
pub(super) fn amount(name: &str, value: &Value) -> Result<i64, Refusal> {
    let amount = whole_number(name, value)?;
    if amount > 0 {
        Ok(amount)
    } else {
        Err(Refusal::invalid("Invalid Amount Sent"))
    }
}

fn whole_number(name: &str, value: &Value) -> Result<i64, Refusal> {
    let wrong = || Refusal::invalid(format!("\"{name}\" must be an integer"));
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().and_then(exact))
            .ok_or_else(wrong),
        Value::String(text) => text.parse().map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

/// `100.0` as 100; nothing for `100.5` or what a float cannot hold exactly.
fn exact(float: f64) -> Option<i64> {
    // 2^53: beyond it a float skips integers.
    let exactly_held = float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0;
    exactly_held
        .then(|| format!("{float:.0}").parse().ok())
        .flatten()
}

/// An ISO date or date-time.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    // jiff would read `2026-12-31T10:00` as a date; both are UTC to Paystack.
    let civil = text.parse::<DateTime>().or_else(|_| {
        text.parse::<Date>()
            .map(|date| date.to_datetime(jiff::civil::Time::MIN))
    });
    TimeZone::UTC.to_timestamp(civil.ok()?).ok()
}

/// An instant as Paystack writes it: `2026-01-01T00:00:00.000Z`.
pub(super) fn stamp(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// An instant as Paystack writes it, or `null`.
pub(super) fn stamp_or_null(instant: Option<Timestamp>) -> Value {
    instant.map_or(Value::Null, |instant| json!(stamp(instant)))
}

/// A success with data.
pub(super) fn success(message: &str, data: &Value) -> Response {
    Response::json(
        200,
        &json!({ "status": true, "message": message, "data": data }),
    )
}

/// A success that says no more than that.
pub(super) fn done(message: &str) -> Response {
    Response::json(200, &json!({ "status": true, "message": message }))
}
