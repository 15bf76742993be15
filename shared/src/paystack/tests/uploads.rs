//! Files of evidence go to the place that Paystack keeps for them, and nowhere else, whatever a signed
//! URL says.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

use super::client;
use crate::paystack::{PaystackError, UploadTarget};
use crate::vendors::http::{PutFile, TransportError};

const PLACE: &str = "https://s3.eu-west-1.amazonaws.com/files.paystack.co/";

/// Whoever is sent a file, and where.
#[derive(Default)]
struct Files(Mutex<Vec<String>>);

#[async_trait]
impl PutFile for Files {
    async fn put_file(
        &self,
        url: &SecretString,
        _content_type: &'static str,
        _file: Vec<u8>,
        _timeout: Duration,
    ) -> Result<u16, TransportError> {
        self.0.lock().unwrap().push(url.expose_secret().to_owned());
        Ok(200)
    }
}

async fn put_at(url: &str) -> (Result<(), PaystackError>, Vec<String>) {
    let files = Arc::new(Files::default());
    let (paystack, _) = client([]);
    let paystack = paystack.with_uploads(files.clone(), PLACE.to_owned());
    let target = UploadTarget {
        signed_url: url.to_owned().into(),
        file_name: "statement-77.pdf".to_owned(),
    };
    let outcome = paystack.put_evidence(&target, b"%PDF-1.4".to_vec()).await;
    let sent = files.0.lock().unwrap().clone();
    (outcome, sent)
}

#[tokio::test]
async fn a_signed_url_of_another_host_or_place_is_sent_nothing() {
    for url in [
        "https://evil.example/files.paystack.co/statement.pdf?signature=s",
        "https://s3.eu-west-1.amazonaws.com.evil.example/files.paystack.co/statement.pdf",
        "https://s3.eu-west-1.amazonaws.com@evil.example/files.paystack.co/statement.pdf",
        "https://s3.eu-west-1.amazonaws.com:8443/files.paystack.co/statement.pdf",
        "https://s3.eu-west-1.amazonaws.com/files.paystack.co.evil/statement.pdf",
        "https://s3.eu-west-1.amazonaws.com/another-bucket/statement.pdf?signature=s",
        "https://s3.eu-west-1.amazonaws.com/files.paystack.co/../another/statement.pdf",
        "https://s3.eu-west-1.amazonaws.com/files.paystack.co/%2e%2e/statement.pdf",
        r"https://s3.eu-west-1.amazonaws.com/files.paystack.co/\evil.example/statement.pdf",
        "https://s3.eu-west-1.amazonaws.com/files.paystack.co/?signature=s",
        "HTTPS://S3.EU-WEST-1.AMAZONAWS.COM/files.paystack.co/statement.pdf",
        "http://s3.eu-west-1.amazonaws.com/files.paystack.co/statement.pdf",
        "//s3.eu-west-1.amazonaws.com/files.paystack.co/statement.pdf",
        "file:///etc/passwd",
        "",
    ] {
        let (outcome, sent) = put_at(url).await;
        assert!(
            matches!(outcome, Err(PaystackError::Mismatch { .. })),
            "{url}: {outcome:?}"
        );
        assert_eq!(sent, Vec::<String>::new(), "{url}");
    }
}

#[tokio::test]
async fn a_url_signed_for_the_place_is_sent_the_file_as_it_is() {
    let url = format!("{PLACE}statement-77.pdf?X-Amz-Signature=0f&X-Amz-Expires=1800");
    let (outcome, sent) = put_at(&url).await;
    outcome.unwrap();
    assert_eq!(sent, [url]);
}
