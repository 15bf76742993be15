//! DialNexa's API, as far as Ledgerline asks it: a recording, missed calls, the registration of a
//! webhook, and the analysis fields of an agent (`https://api.dialnexa.com/v1`, as its `OpenAPI`
//! description of August 2026 has it).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::wire::{Method, Request, Response};

/// DialNexa with one API key.
#[derive(Debug, Clone, Default)]
pub struct DialNexa {
    /// The key that requests must carry.
    pub api_key: String,
    /// The registered webhooks, in the order of their making.
    pub webhooks: Vec<Map<String, Value>>,
    /// The agents by id: each with its versions, the newest last.
    pub agents: BTreeMap<String, Vec<Version>>,
}

/// A version of an agent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Version {
    /// Whether it is in use: then it can no longer be changed.
    pub is_published: bool,
    /// The webhook that hears of its calls.
    pub webhook_id: Option<String>,
    /// What is asked of a call when it has ended.
    pub analysis: Vec<Value>,
}

impl DialNexa {
    /// DialNexa with one agent, a draft as the dashboard makes it: with a field of its own.
    #[must_use]
    pub fn new(api_key: &str) -> Self {
        let draft = Version {
            analysis: vec![json!({
                "field_name": "issue_type", "field_type": "STRING", "display_order": 1,
                "field_description": "Main customer issue discussed on the call",
            })],
            ..Version::default()
        };
        Self {
            api_key: api_key.to_owned(),
            webhooks: Vec::new(),
            agents: BTreeMap::from([("agent_sandbox".to_owned(), vec![draft])]),
        }
    }

    /// Answers a request: any call has a recording, by a link that runs out.
    #[must_use]
    pub fn answer(&mut self, request: &Request) -> Response {
        let wanted = format!("Bearer {}", self.api_key);
        if request.header_value("authorization") != Some(wanted.as_str()) {
            return refused(401, "API key is missing or invalid");
        }
        let segments = request.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (request.method, path.as_slice()) {
            (Method::Get, ["v1", "calls", call]) => {
                let link = format!("https://recordings.dialnexa.example/{call}.mp3?sig=sandbox");
                let body = json!({ "id": call, "status": "completed", "recording_sas_url": link });
                Response::json(200, &body)
            }
            // Every call of the sandbox is delivered.
            (Method::Get, ["v1", "calls"]) => Response::json(200, &json!([])),
            (Method::Get, ["v1", "user-webhooks"]) => self.list_webhooks(request),
            (Method::Post, ["v1", "user-webhooks"]) => self.register(request),
            (Method::Patch, ["v1", "user-webhooks", id]) => self.change_webhook(id, request),
            (Method::Get, ["v1", "agents"]) => {
                let agents: Vec<Value> =
                    self.agents.keys().filter_map(|id| self.agent(id)).collect();
                Response::json(200, &json!({ "agents": agents }))
            }
            (Method::Get, ["v1", "agents", id]) => match self.agent(id) {
                Some(agent) => Response::json(200, &agent),
                None => refused(404, "Agent not found"),
            },
            (Method::Patch, ["v1", "agents", id]) => self.change_agent(id, request),
            _ => refused(404, "Not Found"),
        }
    }

    fn list_webhooks(&self, request: &Request) -> Response {
        let number = |name| request.query_value(name).and_then(|text| text.parse().ok());
        let limit: usize = number("limit").unwrap_or(10).max(1);
        let page: usize = number("page").unwrap_or(1).max(1);
        let shown: Vec<_> = self
            .webhooks
            .iter()
            .skip((page - 1) * limit)
            .take(limit)
            .collect();
        let total = self.webhooks.len();
        let body = json!({
            "message": "Webhooks fetched successfully", "webhooks": shown,
            "page": page, "limit": limit, "total": total,
        });
        Response::json(200, &body)
    }

    fn register(&mut self, request: &Request) -> Response {
        let Value::Object(asked) = request.body_value() else {
            return refused(400, "Request validation failed");
        };
        let text = |name: &str| asked.get(name).and_then(Value::as_str);
        let is_url = text("url").is_some_and(|url| url.starts_with("http") && url.len() <= 150);
        let has_events = asked.get("events").is_some_and(Value::is_array);
        if !is_url || !has_events || text("secret").is_none_or(str::is_empty) {
            return refused(400, "url must be a valid URL");
        }
        let mut webhook = asked.clone();
        let id = format!("webhook_{}", self.webhooks.len() + 1);
        webhook.insert("id".to_owned(), json!(id));
        webhook.entry("is_active").or_insert(json!(true));
        // Shown once, and masked from then on.
        let shown = json!({ "message": "Webhook created successfully", "webhook": webhook });
        webhook.insert("secret".to_owned(), json!("********"));
        self.webhooks.push(webhook);
        Response::json(201, &shown)
    }

    fn change_webhook(&mut self, id: &str, request: &Request) -> Response {
        let Value::Object(asked) = request.body_value() else {
            return refused(400, "Request validation failed");
        };
        let of_id = |webhook: &&mut Map<String, Value>| webhook.get("id") == Some(&json!(id));
        let Some(webhook) = self.webhooks.iter_mut().find(of_id) else {
            return refused(404, "Webhook not found");
        };
        for (name, value) in asked {
            let value = if name == "secret" {
                json!("********")
            } else {
                value
            };
            webhook.insert(name, value);
        }
        let body = json!({ "message": "Webhook updated successfully", "webhook": webhook });
        Response::json(200, &body)
    }

    fn agent(&self, id: &str) -> Option<Value> {
        let versions: Vec<Value> = self
            .agents
            .get(id)?
            .iter()
            .zip(1..)
            .map(|(version, number)| {
                json!({
                    "agent_id": id, "version_number": number,
                    "title": "Billing line", "is_published": version.is_published,
                    "postcall_analysis": version.analysis,
                })
            })
            .collect();
        let newest = self.agents.get(id)?.last();
        Some(json!({
            "id": id,
            "agent_type": "Single_Prompt_Agent",
            "current_version_number": versions.len(),
            "webhook_id": newest.and_then(|version| version.webhook_id.as_ref()),
            "current_version": versions.last(),
            "versions": versions,
        }))
    }

    fn change_agent(&mut self, id: &str, request: &Request) -> Response {
        let asked = request.body_value();
        let number = asked.get("version_number").and_then(Value::as_u64);
        let version = self.agents.get_mut(id).and_then(|versions| {
            let index = usize::try_from(number?.checked_sub(1)?).ok()?;
            versions.get_mut(index)
        });
        let Some(version) = version else {
            return refused(404, "Agent not found");
        };
        if version.is_published {
            return refused(400, "Published versions cannot be updated");
        }
        if let Some(fields) = asked.get("post_call_analysis").and_then(Value::as_array) {
            let is_field = |field: &Value| {
                ["field_name", "field_type", "field_description"]
                    .iter()
                    .all(|name| field.get(*name).is_some_and(Value::is_string))
            };
            if !fields.iter().all(is_field) {
                return refused(400, "Request validation failed");
            }
            version.analysis.clone_from(fields);
        }
        if let Some(webhook) = asked.get("webhook_id").and_then(Value::as_str) {
            version.webhook_id = Some(webhook.to_owned());
        }
        match self.agent(id) {
            Some(agent) => Response::json(200, &agent),
            None => refused(404, "Agent not found"),
        }
    }
}

fn refused(status: u16, message: &str) -> Response {
    Response::json(
        status,
        &json!({ "statusCode": status, "message": message, "error": "Error" }),
    )
}
