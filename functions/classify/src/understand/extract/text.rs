//! A text cut into tokens once, for every extractor to walk over.

use super::lexicon::{Lexeme, lexeme};

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, with apostrophes inside.
    Word,
    /// ASCII digits.
    Digits,
    /// One other character.
    Symbol(char),
}

/// A token: where it stands, what it is made of, what we know of the word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// The byte at which it starts.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
    /// The byte after its last without the apostrophe of a plural's genitive ("weeks'").
    bare: usize,
    /// What it is made of.
    pub(super) kind: Kind,
    /// What the word means to the extractors.
    pub(super) lexeme: Lexeme,
    /// Whether it touches the token before it.
    pub(super) glued: bool,
}

/// A text with its tokens.
#[derive(Debug)]
pub struct Text<'a> {
    /// As it was said.
    pub(super) raw: &'a str,
    /// In ASCII lower case: byte for byte as long as `raw`.
    pub(super) lower: String,
    /// In order.
    pub(super) tokens: Vec<Token>,
}

impl<'a> Text<'a> {
    /// Cuts `raw` into tokens.
    #[must_use]
    pub fn new(raw: &'a str) -> Self {
        let lower = raw.to_ascii_lowercase();
        let mut tokens = Vec::with_capacity(raw.len() / 4);
        let mut characters = lower.char_indices().peekable();
        let mut previous_end = usize::MAX;
        while let Some((start, first)) = characters.next() {
            if first.is_whitespace() {
                continue;
            }
            let mut end = start + first.len_utf8();
            let kind = if first.is_ascii_digit() {
                while let Some((at, next)) = characters.next_if(|(_, next)| next.is_ascii_digit()) {
                    end = at + next.len_utf8();
                }
                Kind::Digits
            } else if first.is_alphabetic() {
                while let Some((at, next)) = characters
                    .next_if(|(_, next)| next.is_alphabetic() || matches!(next, '\'' | '’'))
                {
                    end = at + next.len_utf8();
                }
                Kind::Word
            } else {
                Kind::Symbol(first)
            };
            let word = lower.get(start..end).unwrap_or_default();
            let lexeme = if kind == Kind::Word {
                lexeme(word)
            } else {
                Lexeme::Unknown
            };
            let bare = word
                .strip_suffix(['\'', '’'])
                .filter(|bare| !bare.is_empty())
                .map_or(end, |bare| start + bare.len());
            tokens.push(Token {
                start,
                end,
                bare,
                kind,
                lexeme,
                glued: previous_end == start,
            });
            previous_end = end;
        }
        Self { raw, lower, tokens }
    }

    /// The text in ASCII lower case.
    #[must_use]
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// The token at `index`.
    pub(super) fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index)
    }

    /// The token `back` places before `index`.
    pub(super) fn before(&self, index: usize, back: usize) -> Option<&Token> {
        self.tokens.get(index.checked_sub(back)?)
    }

    /// The token's word in lower case, without the apostrophe of a plural's genitive ("weeks'");
    /// empty past the end.
    pub(super) fn word(&self, index: usize) -> &str {
        self.token(index)
            .map_or("", |token| self.slice(token.start, token.bare))
    }

    /// The word `back` places before `index`; empty before the beginning.
    pub(super) fn word_before(&self, index: usize, back: usize) -> &str {
        index.checked_sub(back).map_or("", |index| self.word(index))
    }

    /// A part of the text in lower case.
    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.lower.get(start..end).unwrap_or_default()
    }

    /// A part of the text as it was said.
    pub(super) fn raw(&self, start: usize, end: usize) -> &'a str {
        self.raw.get(start..end).unwrap_or_default()
    }

    /// The lexeme at `index`.
    pub(super) fn lexeme(&self, index: usize) -> Lexeme {
        self.token(index)
            .map_or(Lexeme::Unknown, |token| token.lexeme)
    }

    /// Whether the token at `index` is this symbol.
    pub(super) fn is_symbol(&self, index: usize, symbol: char) -> bool {
        self.token(index)
            .is_some_and(|token| token.kind == Kind::Symbol(symbol))
    }
}
