//! What the sandbox was asked, line by line, so that it can be killed and started again as it was:
//! its models give the same answers to the same requests at the same times.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::control::Sandbox;
use crate::wire::Request;

/// A journal that is written to.
#[derive(Debug)]
pub struct Journal(Mutex<File>);

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    request: Request,
}

impl Journal {
    /// Takes `sandbox` through whatever the file at `path` tells of, and goes on writing there. A
    /// last line that was cut short was never answered: it is left out.
    ///
    /// # Errors
    /// Where the file cannot be read or written.
    pub fn resume(path: &Path, sandbox: &mut Sandbox) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(path)?;
        let mut whole = 0;
        for line in BufReader::new(&mut file).split(b'\n') {
            let line = line?;
            let Ok(Line { at, request }) = serde_json::from_slice(&line) else {
                break;
            };
            whole += u64::try_from(line.len()).unwrap_or(u64::MAX) + 1;
            if request.path.starts_with("/_sandbox") {
                sandbox.order(&request, at);
            } else {
                sandbox.handle(&request, at);
            }
        }
        file.set_len(whole)?;
        Ok(Self(Mutex::new(file)))
    }

    /// Writes down what is asked, before it is done.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn note(&self, request: &Request, at: Timestamp) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line {
            at,
            request: request.clone(),
        })?;
        line.push(b'\n');
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::Settings;
    use serde_json::json;

    fn ask(sandbox: &mut Sandbox, journal: &Journal, request: &Request, second: i64) {
        let at = Timestamp::from_second(1_800_000_000 + second).unwrap();
        journal.note(request, at).unwrap();
        if request.path.starts_with("/_sandbox") {
            sandbox.order(request, at);
        } else {
            sandbox.handle(request, at).unwrap();
        }
    }

    #[test]
    fn a_sandbox_that_was_killed_comes_back_as_it_was() {
        let folder = std::env::temp_dir().join(format!("journal-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("journal.jsonl");
        let _ = std::fs::remove_file(&path);
        let mut first = Sandbox::new(Settings::default());
        let journal = Journal::resume(&path, &mut first).unwrap();
        let seed = json!({ "paystack": { "transactions": [
            { "id": 7, "reference": "T-1", "amount": 5_000, "customer": "ada@example.com" },
        ] } });
        ask(
            &mut first,
            &journal,
            &Request::post("/_sandbox/seed", &seed),
            0,
        );
        let refund = json!({ "transaction": "7", "amount": 2_000, "merchant_note": "ll-1" });
        let refund = Request::post("/paystack/refund", &refund).bearer("sk_test_sandbox");
        ask(&mut first, &journal, &refund, 5);
        // Killed while a line was being written.
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"at\":\"2027-").unwrap();
        let mut second = Sandbox::new(Settings::default());
        Journal::resume(&path, &mut second).unwrap();
        assert_eq!(
            second.paystack.model().state(),
            first.paystack.model().state()
        );
        assert!(!second.paystack.log().entries().is_empty());
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.ends_with('\n'), "the half line is gone");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
