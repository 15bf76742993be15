//! What every page has: the head, the way round, and who is signed in.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, html};

use crate::session::Person;

/// The files that pages refer to, by a name that changes with what is in them.
pub const ASSETS: [(&str, &str, &str); 2] = [
    (
        concat!("desk-", env!("CARGO_PKG_VERSION"), "-2.css"),
        "text/css; charset=utf-8",
        include_str!("../assets/desk.css"),
    ),
    (
        concat!("desk-", env!("CARGO_PKG_VERSION"), "-1.js"),
        "text/javascript; charset=utf-8",
        include_str!("../assets/desk.js"),
    ),
];

/// What a page is drawn for.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// The merchant's name.
    pub merchant: &'a str,
    /// Where the merchant's days begin and end.
    pub time_zone: &'a TimeZone,
    /// Who is signed in.
    pub person: Option<&'a Person>,
    /// Whether they may decide.
    pub may_decide: bool,
    /// The token that every form carries.
    pub form_token: &'a str,
    /// The present instant.
    pub now: Timestamp,
}

impl Frame<'_> {
    /// An instant, as the merchant's clocks show it.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> Markup {
        let shown = at
            .to_zoned_datetime(self.time_zone.clone())
            .strftime("%-d %b %Y, %H:%M")
            .to_string();
        html! { time datetime=(at.to_string()) { (shown) } }
    }

    /// How long until `due`; the script counts it down.
    #[must_use]
    pub fn countdown(&self, due: Timestamp) -> Markup {
        let overdue = due < self.now;
        html! {
            time.countdown.overdue[overdue] datetime=(due.to_string()) data-countdown {
                (crate::words::countdown(due, self.now))
            }
        }
    }

    /// The hidden field by which a form is known to be of our own page.
    #[must_use]
    pub fn token_field(&self) -> Markup {
        html! { input type="hidden" name="form_token" value=(self.form_token); }
    }

    /// A whole page around `content`.
    #[must_use]
    pub fn page(&self, title: &str, content: &Markup) -> Markup {
        let [(style, ..), (script, ..)] = ASSETS;
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (title) " · Ledgerline" }
                    link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href={ "/assets/" (style) };
                    script src={ "/assets/" (script) } defer {}
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    header {
                        div.bar {
                            a.brand href="/queue" { "Ledgerline" }
                            span.merchant { (self.merchant) }
                            @if let Some(person) = self.person {
                                nav aria-label="Desk" {
                                    a href="/queue" { "Queue" }
                                    a href="/reports" { "Reports" }
                                }
                                form.sign-out method="post" action="/sign-out" {
                                    (self.token_field())
                                    span.person { (person.name) @if !self.may_decide { " (may look only)" } }
                                    button.quiet type="submit" { "Sign out" }
                                }
                            }
                        }
                    }
                    main #content tabindex="-1" { (content) }
                }
            }
        }
    }
}

/// A page that says one thing.
#[must_use]
pub fn message(frame: &Frame<'_>, title: &str, words: &str, link: Option<(&str, &str)>) -> Markup {
    let content = html! {
        h1 { (title) }
        p { (words) }
        @if let Some((href, label)) = link {
            p { a.button href=(href) { (label) } }
        }
    };
    frame.page(title, &content)
}
