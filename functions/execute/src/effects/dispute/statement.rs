//! The merchant's statement as a file: one page of PDF, which Paystack takes as evidence. The same
//! answer gives the same bytes.

use std::fmt::Write as _;

use shared::money::Money;
use shared::paystack::Dispute;

/// Characters of a line; what is longer goes on in the next.
const WIDTH: usize = 88;

/// Lines of a page; a statement is never longer than one.
const LINES: usize = 52;

/// What a merchant has to say about a dispute.
pub(super) struct Statement<'a> {
    pub(super) merchant: &'a str,
    pub(super) dispute: &'a Dispute,
    pub(super) gives_back: Option<Money>,
    pub(super) words: &'a str,
}

impl Statement<'_> {
    fn lines(&self) -> Vec<String> {
        let dispute = self.dispute;
        let known = |name: &str, value: Option<String>| value.map(|it| format!("{name}: {it}"));
        let facts = [
            Some(format!("Statement of {}", self.merchant)),
            Some(format!("Dispute: {}", dispute.id)),
            known(
                "Transaction",
                dispute
                    .transaction
                    .reference
                    .as_ref()
                    .map(ToString::to_string),
            ),
            known("Claimed", dispute.money().map(|it| it.to_string())),
            known("Goes back", self.gives_back.map(|it| it.to_string())),
            Some(String::new()),
        ];
        let mut lines: Vec<String> = facts.into_iter().flatten().collect();
        for paragraph in self.words.lines() {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH {
                    lines.push(std::mem::take(&mut line));
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            lines.push(line);
        }
        lines.truncate(LINES);
        lines
    }

    /// The file.
    pub(super) fn pdf(&self) -> Vec<u8> {
        let mut text = "BT /F1 11 Tf 50 790 Td 14 TL\n".to_owned();
        for line in self.lines() {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "({}) Tj T*", escaped(&line));
        }
        text.push_str("ET");
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << /Font << /F1 5 0 R >> >> >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
                .to_owned(),
        ];
        let mut file = "%PDF-1.4\n".to_owned();
        let mut places = Vec::new();
        for (number, object) in (1..).zip(&objects) {
            places.push(file.len());
            let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
        }
        let table = file.len();
        let count = objects.len() + 1;
        let _ = write!(file, "xref\n0 {count}\n0000000000 65535 f \n");
        for place in places {
            let _ = writeln!(file, "{place:010} 00000 n ");
        }
        let _ = write!(
            file,
            "trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        );
        file.into_bytes()
    }
}

/// A line as PDF writes it: octal for what is beyond ASCII and in the font's encoding, `?` for what
/// is not.
fn escaped(line: &str) -> String {
    let mut text = String::new();
    for character in line.chars() {
        match character {
            '(' | ')' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            ' '..='~' => text.push(character),
            '\u{a0}'..='\u{ff}' => {
                let _ = write!(text, "\\{:03o}", u32::from(character));
            }
            _ => text.push('?'),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::money::Currency;

    use super::*;

    fn pdf(words: &str) -> String {
        let dispute: Dispute = serde_json::from_value(json!({
            "id": 77, "refund_amount": 1_500_000, "currency": "NGN",
            "transaction": { "id": 5001, "reference": "T-ada-1" },
        }))
        .unwrap();
        let statement = Statement {
            merchant: "Adaeze (Lagos) Stores",
            dispute: &dispute,
            gives_back: Some(Money::new(0, Currency::Ngn)),
            words,
        };
        String::from_utf8(statement.pdf()).unwrap()
    }

    #[test]
    fn the_table_at_the_end_finds_every_object() {
        let file = pdf("Delivered on 21 November.");
        let table: usize = file
            .rsplit_once("startxref\n")
            .and_then(|(_, rest)| rest.lines().next()?.parse().ok())
            .unwrap();
        assert!(file[table..].starts_with("xref\n0 6\n"));
        for (number, line) in (1..).zip(file[table..].lines().skip(3).take(5)) {
            let place: usize = line.split(' ').next().unwrap().parse().unwrap();
            assert!(
                file[place..].starts_with(&format!("{number} 0 obj")),
                "{line}"
            );
        }
        let length: usize = file
            .split_once("/Length ")
            .and_then(|(_, rest)| rest.split(' ').next()?.parse().ok())
            .unwrap();
        let (_, stream) = file.split_once("stream\n").unwrap();
        assert_eq!(&stream[length..][..10], "\nendstream");
    }

    #[test]
    fn words_cannot_end_their_line_early_and_are_wrapped() {
        let file = pdf("Signed for) Tj ET by Zoë 北 \\ (the wife)");
        assert!(
            file.contains(r"Signed for\) Tj ET by Zo\353 ? \\ \(the wife\)"),
            "{file}"
        );
        assert!(file.contains(r"(Statement of Adaeze \(Lagos\) Stores) Tj"));
        let long = pdf(&"word ".repeat(400));
        assert!(long.lines().all(|line| line.len() < 120), "{long}");
    }

    #[test]
    fn the_same_answer_gives_the_same_bytes() {
        assert_eq!(pdf("Delivered."), pdf("Delivered."));
        assert_ne!(pdf("Delivered."), pdf("Not delivered."));
    }
}
