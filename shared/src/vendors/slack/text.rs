//! Text and blocks for Slack, built so that nobody's words can become a mention, a link or markup
//! of ours, and cut to Slack's limits where they are too long.

use std::fmt;

use serde_json::{Value, json};

use super::ButtonToken;

/// The longest text of a section.
const SECTION: usize = 3_000;
/// The longest text of one field of a section, and how many there may be.
const FIELD: usize = 2_000;
const FIELDS: usize = 10;
/// The longest header.
const HEADER: usize = 150;
/// How many texts a context block holds.
const CONTEXTS: usize = 10;
/// How many blocks a message holds.
const BLOCKS: usize = 50;
/// The longest fallback text; Slack cuts at 40,000 and advises 4,000.
const FALLBACK: usize = 4_000;

/// The longest label of a button, and the longest texts of the question that it asks.
const BUTTON: usize = 75;
const CONFIRM_TITLE: usize = 100;
const CONFIRM_TEXT: usize = 300;
const CONFIRM_BUTTON: usize = 30;

/// What a cut text ends with.
const ELLIPSIS: char = '…';

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Bold(String),
    Link { url: String, label: String },
}

/// A text in Slack's markup. What is put in is escaped; markup comes only from the methods' names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markup(Vec<Piece>);

impl Markup {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds text as it is.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    /// Adds text in bold.
    #[must_use]
    pub fn bold(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Bold(text.into()));
        self
    }

    /// Adds a link of ours. Anything but `https` is shown as its label alone.
    #[must_use]
    pub fn link(mut self, url: &str, label: &str) -> Self {
        // The local stack's desk is opened over plain HTTP, on the same machine.
        let near = cfg!(feature = "local") && url.starts_with("http://localhost:");
        let safe = (url.starts_with("https://") || near)
            && !url.contains(|character: char| character.is_whitespace() || character.is_control());
        self.0.push(if safe {
            Piece::Link {
                url: url.to_owned(),
                label: label.to_owned(),
            }
        } else {
            Piece::Text(label.to_owned())
        });
        self
    }

    /// The text for the wire, at most `limit` long. A piece of markup is left out whole rather than
    /// cut; text is cut between characters, never inside an escape.
    fn render(&self, limit: usize) -> String {
        let mut out = Bounded::new(limit);
        for piece in &self.0 {
            let whole = match piece {
                Piece::Text(text) => out.push_text(text),
                Piece::Bold(text) => out.push_whole(&format!("*{}*", escape(text))),
                Piece::Link { url, label } => {
                    let url = escape(url).replace('|', "%7C");
                    let label = escape(label).replace('|', "¦");
                    out.push_whole(&format!("<{url}|{label}>"))
                }
            };
            if !whole {
                out.finish();
                break;
            }
        }
        out.text
    }
}

impl fmt::Display for Markup {
    /// The text as Slack is sent it, cut where a message's own text would be.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.render(FALLBACK))
    }
}

/// Escapes the three characters that Slack reads as control: what is left cannot mention anybody.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match escape_of(character) {
            Some(entity) => escaped.push_str(entity),
            None => escaped.push(character),
        }
    }
    escaped
}

const fn escape_of(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

/// A text that grows to a limit, counted in UTF-16 units: Slack does not say what it counts, and no
/// other way of counting gives more.
struct Bounded {
    text: String,
    length: usize,
    limit: usize,
}

impl Bounded {
    const fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            length: 0,
            limit,
        }
    }

    /// Adds `piece` if it fits and leaves room for the ellipsis.
    fn push_whole(&mut self, piece: &str) -> bool {
        let length = piece.encode_utf16().count();
        let fits = self.length + length < self.limit;
        if fits {
            self.text.push_str(piece);
            self.length += length;
        }
        fits
    }

    fn push_text(&mut self, text: &str) -> bool {
        let mut buffer = [0; 4];
        text.chars().all(|character| match escape_of(character) {
            Some(entity) => self.push_whole(entity),
            None => self.push_whole(character.encode_utf8(&mut buffer)),
        })
    }

    fn finish(&mut self) {
        self.text.push(ELLIPSIS);
    }
}

/// `text` without markup or escapes, at most `limit` long.
fn plain(text: &str, limit: usize) -> String {
    let mut out = Bounded::new(limit);
    let mut buffer = [0; 4];
    if !text
        .chars()
        .all(|character| out.push_whole(character.encode_utf8(&mut buffer)))
    {
        out.finish();
    }
    out.text
}

/// A block of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading, in plain text.
    Header(String),
    /// A paragraph.
    Section(Markup),
    /// Short facts in two columns, at most ten.
    Fields(Vec<Markup>),
    /// Small print, at most ten pieces.
    Context(Vec<Markup>),
    /// A line.
    Divider,
    /// Buttons that approve and decline.
    Decision {
        /// What the buttons carry.
        token: String,
        /// What is asked again before it is approved, such as "Refund NGN 5,000.00?".
        question: String,
        /// What will happen.
        consequence: String,
    },
}

impl Block {
    fn render(&self) -> Value {
        match self {
            Self::Header(text) => json!({
                "type": "header",
                "text": { "type": "plain_text", "text": plain(text, HEADER), "emoji": false },
            }),
            Self::Section(text) => json!({ "type": "section", "text": mrkdwn(text, SECTION) }),
            Self::Fields(fields) => {
                let fields: Vec<Value> = fields
                    .iter()
                    .take(FIELDS)
                    .map(|field| mrkdwn(field, FIELD))
                    .collect();
                json!({ "type": "section", "fields": fields })
            }
            Self::Context(texts) => {
                let elements: Vec<Value> = texts
                    .iter()
                    .take(CONTEXTS)
                    .map(|text| mrkdwn(text, FIELD))
                    .collect();
                json!({ "type": "context", "elements": elements })
            }
            Self::Divider => json!({ "type": "divider" }),
            Self::Decision {
                token,
                question,
                consequence,
            } => {
                let button = |id: &str, style: &str, label: &str, confirm: Value| {
                    json!({
                        "type": "button", "action_id": id, "style": style, "value": token,
                        "text": label_of(label, BUTTON), "confirm": confirm,
                    })
                };
                let confirm = |title: &str, text: &str, yes: &str| {
                    json!({
                        "title": label_of(title, CONFIRM_TITLE), "text": label_of(text, CONFIRM_TEXT),
                        "confirm": label_of(yes, CONFIRM_BUTTON), "deny": label_of("Back", CONFIRM_BUTTON),
                    })
                };
                let elements = [
                    button(
                        ButtonToken::APPROVE,
                        "primary",
                        "Approve",
                        confirm(question, consequence, "Approve"),
                    ),
                    button(
                        ButtonToken::DECLINE,
                        "danger",
                        "Decline",
                        confirm("Decline it?", "Nothing is done.", "Decline"),
                    ),
                ];
                json!({ "type": "actions", "elements": elements })
            }
        }
    }
}

fn label_of(text: &str, limit: usize) -> Value {
    json!({ "type": "plain_text", "text": plain(text, limit), "emoji": false })
}

/// `verbatim` keeps Slack from turning names and addresses in somebody's words into links.
fn mrkdwn(text: &Markup, limit: usize) -> Value {
    json!({ "type": "mrkdwn", "text": text.render(limit), "verbatim": true })
}

/// The blocks for the wire, the first fifty.
pub(super) fn blocks(blocks: &[Block]) -> Value {
    Value::Array(blocks.iter().take(BLOCKS).map(Block::render).collect())
}

/// The fallback text for the wire.
pub(super) fn fallback(text: &Markup) -> String {
    text.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_words_cannot_ping_a_channel_or_link_anywhere() {
        let text = Markup::new()
            .text("<!channel> & <https://evil.example|Approve>")
            .bold("<@U1>")
            .link("https://desk.example/calls/a|b", "Open <!here>|now");
        assert_eq!(
            text.render(SECTION),
            "&lt;!channel&gt; &amp; &lt;https://evil.example|Approve&gt;*&lt;@U1&gt;*\
             <https://desk.example/calls/a%7Cb|Open &lt;!here&gt;¦now>"
        );
    }

    #[test]
    fn a_link_that_is_not_https_is_only_its_label() {
        for url in [
            "http://a.example",
            "javascript:alert(1)",
            "https://a.example/ b",
            "//a",
        ] {
            assert_eq!(
                Markup::new().link(url, "Open").render(SECTION),
                "Open",
                "{url}"
            );
        }
    }

    #[test]
    fn a_cut_never_splits_a_character_an_escape_or_a_link() {
        for limit in 1..40 {
            let text = Markup::new()
                .text("é😀&<ü&>")
                .link("https://a.example", "x")
                .render(limit);
            assert!(text.encode_utf16().count() <= limit, "{limit}: {text}");
            let unescaped = text
                .replace("&amp;", "")
                .replace("&lt;", "")
                .replace("&gt;", "");
            assert!(!unescaped.contains('&'), "{limit}: {text}");
            assert_eq!(
                unescaped.contains('<'),
                unescaped.ends_with("|x>"),
                "{limit}: {text}"
            );
        }
    }

    #[test]
    fn a_text_over_the_limit_says_that_it_was_cut() {
        let long = "a".repeat(5_000);
        let section = Block::Section(Markup::new().text(long.clone())).render();
        let text = section["text"]["text"].as_str().unwrap();
        assert_eq!(text.chars().count(), SECTION);
        assert!(text.ends_with('…'));
        let header = Block::Header(long).render();
        assert_eq!(
            header["text"]["text"].as_str().unwrap().chars().count(),
            HEADER
        );
    }

    #[test]
    fn lists_keep_to_slacks_counts() {
        let fields = Block::Fields(vec![Markup::new().text("a"); 12]).render();
        assert_eq!(fields["fields"].as_array().unwrap().len(), FIELDS);
        assert_eq!(
            blocks(&vec![Block::Divider; 60]).as_array().unwrap().len(),
            BLOCKS
        );
    }
}
