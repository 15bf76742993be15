//! DialNexa's API, as far as a recording or missed calls are asked for.

use serde_json::json;

use crate::wire::{Method, Request, Response};

/// DialNexa with one API key.
#[derive(Debug, Clone, Default)]
pub struct DialNexa {
    /// The key that requests must carry.
    pub api_key: String,
}

impl DialNexa {
    /// Answers a request: any call has a recording, by a link that runs out.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Response {
        let wanted = format!("Bearer {}", self.api_key);
        if request.header_value("authorization") != Some(wanted.as_str()) {
            let body = json!({ "statusCode": 401, "message": "Unauthorized" });
            return Response::json(401, &body);
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
            _ => Response::json(404, &json!({ "statusCode": 404, "message": "Not Found" })),
        }
    }
}
