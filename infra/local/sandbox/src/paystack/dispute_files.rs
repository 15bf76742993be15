//! What a merchant brings against a dispute: evidence in words, and a file at a signed address.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Model;
use super::context::{Context, Reply, stamp, success};
use super::disputes::unknown_dispute;
use super::effect::Effect;
use super::refusal::Refusal;
use crate::vendor::later;
use crate::wire::Response;

/// How long a signed address works.
const ADDRESS_LIVES: Duration = Duration::from_mins(30);

/// A file that was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    expires_at: Timestamp,
    arrived: bool,
}

/// The words of an evidence.
#[derive(Debug)]
pub(super) struct Evidence {
    customer_email: String,
    customer_name: String,
    customer_phone: String,
    service_details: String,
    delivery_address: Option<String>,
    delivery_date: Option<String>,
}

impl Evidence {
    pub(super) fn read(context: &Context<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            customer_email: context.required_text("customer_email")?,
            customer_name: context.required_text("customer_name")?,
            customer_phone: context.required_text("customer_phone")?,
            service_details: context.required_text("service_details")?,
            delivery_address: context.text("delivery_address")?,
            delivery_date: context.text("delivery_date")?,
        })
    }

    pub(super) fn json(&self, id: u64, dispute: u64, now: Timestamp) -> Value {
        json!({
            "id": id,
            "dispute": dispute,
            "customer_email": self.customer_email,
            "customer_name": self.customer_name,
            "customer_phone": self.customer_phone,
            "service_details": self.service_details,
            "delivery_address": self.delivery_address,
            "delivery_date": self.delivery_date,
            "createdAt": stamp(now),
            "updatedAt": stamp(now),
        })
    }
}

impl Model {
    pub(super) fn upload_url(&mut self, id: &str, context: &Context<'_>) -> Reply {
        self.dispute(id).ok_or_else(unknown_dispute)?;
        let name = context.query("upload_filename").unwrap_or("evidence.pdf");
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase())
            .filter(|extension| matches!(extension.as_str(), "jpg" | "jpeg" | "pdf"))
            .ok_or_else(|| Refusal::plain(400, "File must be .jpg, .jpeg or .pdf"))?;
        let file_name = format!("{}.{extension}", self.ids.code(""));
        let expires_at = later(context.now, ADDRESS_LIVES);
        let signed = format!(
            "{}/uploads/{file_name}?expires={}",
            self.settings.upload_base,
            expires_at.as_second()
        );
        self.uploads.insert(
            file_name.clone(),
            Upload {
                expires_at,
                arrived: false,
            },
        );
        let data = json!({ "signedUrl": signed, "fileName": file_name });
        Ok(success("Upload url generated", &data))
    }

    /// Takes the bytes at a signed address: no key, no JSON, an empty answer.
    pub(super) fn upload(&mut self, file_name: &str, context: &mut Context<'_>) -> Response {
        let bytes = context.bytes().len();
        match self.uploads.get_mut(file_name) {
            Some(upload) if context.now < upload.expires_at => {
                upload.arrived = true;
                let file_name = file_name.to_owned();
                context
                    .effects
                    .push(Effect::FileUploaded { file_name, bytes });
                Response::empty(200)
            }
            Some(_) | None => Response::html(403, "<Error><Code>AccessDenied</Code></Error>"),
        }
    }

    pub(super) fn uploaded(&self, file_name: &str) -> bool {
        self.uploads
            .get(file_name)
            .is_some_and(|upload| upload.arrived)
    }
}
