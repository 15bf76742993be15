//! A TLS server of our own, so that no test needs the network and none goes without TLS.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What the server does once it has read a request.
#[derive(Clone)]
pub(crate) enum Then {
    /// Answers, and keeps the connection.
    Answer(String),
    /// Says nothing.
    Hang,
    /// Hangs up.
    Close,
    /// Announces more than it sends, and hangs up.
    Truncate,
}

impl Then {
    /// Answers with this status and body.
    pub(crate) fn answer(status: u16, body: &str) -> Self {
        let length = body.len();
        Self::Answer(format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
    }

    /// Answers that all went well.
    pub(crate) fn ok(body: &str) -> Self {
        Self::answer(200, body)
    }
}

/// A TLS server with a certificate of its own.
pub(crate) struct Server {
    pub(crate) base_url: String,
    pub(crate) pem: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(then: Then) -> Self {
        let names = vec!["localhost".to_owned()];
        let own = rcgen::generate_simple_self_signed(names).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(own.signing_key.serialize_der());
        let settings = rustls::ServerConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.unwrap())
        .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(settings));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            base_url: format!(
                "https://localhost:{}",
                listener.local_addr().unwrap().port()
            ),
            pem: own.cert.pem(),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, requests) = (server.connections.clone(), server.requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, then) = (acceptor.clone(), then.clone());
                let (connections, requests) = (connections.clone(), requests.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    connections.fetch_add(1, Ordering::SeqCst);
                    while let Some(request) = read_request(&mut stream).await {
                        requests.lock().unwrap().push(request);
                        let text = match &then {
                            Then::Answer(text) => text.clone(),
                            Then::Hang => std::future::pending().await,
                            Then::Close => return,
                            Then::Truncate => {
                                "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{".to_owned()
                            }
                        };
                        if stream.write_all(text.as_bytes()).await.is_err()
                            || matches!(then, Then::Truncate)
                        {
                            return;
                        }
                    }
                });
            }
        });
        server
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// One request with its body; `None` where the client has hung up.
async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream
            .read(&mut buffer)
            .await
            .ok()
            .filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
    }
}
