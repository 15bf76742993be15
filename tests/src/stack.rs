//! A local stack of a test's own: the emulator with the deployed template and the real functions,
//! and the sandbox. It ends with the test, however the test ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ops::deliver::{self, Target};
use ops::place::{LocalStack, Place};
use serde_json::Value;

/// A stack that runs.
pub struct Stack {
    // Its standard input is what keeps the stack up.
    _keeper: Child,
    folder: tempfile::TempDir,
    /// What it says of itself.
    pub about: LocalStack,
    /// Its ledger and queues.
    pub place: Place,
    /// Speaks HTTP to it.
    pub client: reqwest::Client,
}

/// The checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn stack_tool(order: &str, folder: &Path) -> Command {
    let mut command = Command::new(root().join(".local/venv/bin/python"));
    command
        .current_dir(root())
        .args(["infra/local/stack.py", order, "--state-dir"])
        .arg(folder);
    command
}

impl Stack {
    /// Starts one and waits until it answers.
    ///
    /// # Panics
    /// Where it does not come up: `make setup build` has to be done before.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = stack_tool("up", folder.path())
            .args(["--json", "--hold"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the stack's tools are there: run `make setup` first");
        // The description is several lines of JSON; the closing brace stands alone.
        let mut text = String::new();
        for line in BufReader::new(keeper.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            text.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let about: LocalStack = serde_json::from_str(&text).expect("the stack came up");
        let place = Place::find(&folder.path().join("stack.json")).unwrap();
        shared::vendors::http::HttpClients::new().unwrap();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            .no_proxy()
            .build()
            .unwrap();
        Self {
            _keeper: keeper,
            folder,
            about,
            place,
            client,
        }
    }

    /// A sample body of `events/dialnexa`, with the call's id replaced by `call`.
    ///
    /// # Panics
    /// Where there is no such sample.
    #[must_use]
    pub fn sample(file: &str, call: &str) -> Vec<u8> {
        let body = std::fs::read(root().join("events/dialnexa").join(file)).unwrap();
        let old = deliver::call_id(&body).expect("the sample names a call");
        String::from_utf8(body)
            .unwrap()
            .replace(&old, call)
            .into_bytes()
    }

    /// Delivers `body` as DialNexa would; the answer's status and text.
    ///
    /// # Panics
    /// Where there is no answer.
    pub async fn deliver(&self, body: Vec<u8>) -> (u16, String) {
        let secret = self.about.signing_secret().unwrap();
        let target = Target {
            url: self.about.webhook_url.clone(),
            secret,
        };
        deliver::send(&self.client, &target, body).await.unwrap()
    }

    /// Gives the sandbox an order, such as `POST seed`.
    ///
    /// # Panics
    /// Where the sandbox refuses it.
    pub async fn order(&self, method: reqwest::Method, order: &str, body: &Value) -> Value {
        let url = format!("{}/_sandbox/{order}", self.about.sandbox_url);
        let answer = self
            .client
            .request(method, url)
            .json(body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "the sandbox refuses {order}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// The file in which it describes itself.
    #[must_use]
    pub fn description(&self) -> PathBuf {
        self.folder.path().join("stack.json")
    }

    /// What the sandbox's vendors saw and did.
    ///
    /// # Panics
    /// Where the sandbox does not answer.
    pub async fn log(&self) -> Value {
        self.order(reqwest::Method::GET, "log", &Value::Null).await
    }

    /// Everything that the functions logged.
    ///
    /// # Panics
    /// Where the logs cannot be read.
    #[must_use]
    pub fn function_logs(&self) -> String {
        let output = stack_tool("logs", self.folder.path()).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// The values of the stack's secrets, without what only names an account.
    ///
    /// # Panics
    /// Where they cannot be read.
    #[must_use]
    pub fn secret_values(&self) -> Vec<String> {
        const IDENTIFIERS: [&str; 4] = ["client_id", "email", "realm_id", "subdomain"];
        fn texts(value: &Value, into: &mut Vec<String>) {
            match value {
                Value::String(text) if !text.is_empty() => into.push(text.clone()),
                Value::Object(map) => map
                    .iter()
                    .filter(|(name, _)| !IDENTIFIERS.contains(&name.as_str()))
                    .for_each(|(_, value)| texts(value, into)),
                Value::Array(items) => items.iter().for_each(|value| texts(value, into)),
                _ => {}
            }
        }
        let text = std::fs::read_to_string(&self.about.secrets_file).unwrap();
        let mut values = Vec::new();
        texts(&serde_json::from_str(&text).unwrap(), &mut values);
        values
    }
}

/// The whole table as text, private records unpacked.
pub struct TableText {
    /// Every item.
    pub everything: String,
    /// Every item but the private ones.
    pub not_private: String,
}

impl Stack {
    /// Reads every item of the table.
    ///
    /// # Panics
    /// Where the table cannot be read.
    pub async fn whole_table(&self) -> TableText {
        let mut text = TableText {
            everything: String::new(),
            not_private: String::new(),
        };
        let pages = self
            .place
            .dynamo
            .scan()
            .table_name(&self.about.table_name)
            .into_paginator();
        let mut items = pages.items().send();
        let mut private = std::collections::BTreeMap::<(String, String), String>::new();
        while let Some(item) = items.next().await {
            let item = item.unwrap();
            let place = |name: &str| item[name].as_s().unwrap().clone();
            let written = format!("{item:?}\n");
            let sort = place("sk");
            if sort.starts_with("private#") {
                let (record, _part) = sort.rsplit_once('#').unwrap();
                let body = item["body"].as_m().unwrap();
                let chunk = body["gzip_base64"].as_s().unwrap();
                private
                    .entry((place("pk"), record.to_owned()))
                    .or_default()
                    .push_str(chunk);
            } else {
                text.not_private.push_str(&written);
            }
            text.everything.push_str(&written);
        }
        for packed in private.values() {
            let json = shared::ledger::unpack(packed).expect("a private record");
            text.everything.push_str(&String::from_utf8(json).unwrap());
        }
        text
    }

    /// Every message that lies in a queue or dead-letter queue, as text. What is received comes
    /// back at once.
    ///
    /// # Panics
    /// Where a queue cannot be read.
    pub async fn whole_queues(&self) -> String {
        let mut text = String::new();
        for url in self
            .about
            .queues
            .values()
            .chain(self.about.dead_letter_queues.values())
        {
            let batch = self
                .place
                .sqs
                .receive_message()
                .queue_url(url)
                .max_number_of_messages(10)
                .visibility_timeout(0)
                .send()
                .await
                .unwrap();
            for message in batch.messages() {
                text.push_str(message.body().unwrap_or_default());
            }
        }
        text
    }

    /// Has a queue put a message aside once it has failed so often.
    ///
    /// # Panics
    /// Where the queue does not take it.
    pub async fn give_up_after(&self, queue: &str, receives: u32) {
        use aws_sdk_sqs::types::QueueAttributeName as Name;
        let dead = self.about.dead_letter_queues[queue].as_str();
        let answer = self
            .place
            .sqs
            .get_queue_attributes()
            .queue_url(dead)
            .attribute_names(Name::QueueArn)
            .send()
            .await
            .unwrap();
        let arn = answer.attributes().unwrap()[&Name::QueueArn].clone();
        let policy = serde_json::json!({ "deadLetterTargetArn": arn, "maxReceiveCount": receives });
        self.place
            .sqs
            .set_queue_attributes()
            .queue_url(&self.about.queues[queue])
            .attributes(Name::RedrivePolicy, policy.to_string())
            .send()
            .await
            .unwrap();
    }

    /// How many messages lie in the queues or are being worked on.
    ///
    /// # Panics
    /// Where a queue cannot be asked.
    pub async fn messages_in_flight(&self) -> usize {
        use aws_sdk_sqs::types::QueueAttributeName as Name;
        let mut count = 0;
        for url in self.about.queues.values() {
            let answer = self
                .place
                .sqs
                .get_queue_attributes()
                .queue_url(url)
                .attribute_names(Name::All)
                .send()
                .await
                .unwrap();
            for name in [
                Name::ApproximateNumberOfMessages,
                Name::ApproximateNumberOfMessagesNotVisible,
            ] {
                count += answer
                    .attributes()
                    .and_then(|all| all.get(&name))
                    .and_then(|number| number.parse::<usize>().ok())
                    .unwrap_or(0);
            }
        }
        count
    }
}

/// Asks again and again until `found` gives something, at most for `patience`.
///
/// # Panics
/// Where it never does.
pub async fn eventually<T, F>(what: &str, patience: Duration, mut found: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let began = Instant::now();
    loop {
        if let Some(value) = found().await {
            return value;
        }
        assert!(
            began.elapsed() < patience,
            "{what} did not come about within {patience:?}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
