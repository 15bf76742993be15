//! Stands in for the vendors that Ledgerline calls, as they were observed to behave.
//!
//! Each vendor is a pure model in a module of its own: [`paystack`], [`slack`], [`zendesk`],
//! [`hubspot`], [`gmail`], [`stripe`], [`quickbooks`]. Time is passed in
//! and nothing waits, so that a simulator drives a model directly:
//!
//! ```
//! use sandbox::fault::{Fault, Rule};
//! use sandbox::wire::{Method, Request};
//! use sandbox::paystack::{Effect, Model, Settings};
//!
//! let mut paystack = sandbox::Paystack::new(Model::new(Settings::default()));
//! paystack.faults_mut().add(Rule::new(Method::Post, "/customer", Fault::DropAnswer));
//!
//! let body = serde_json::json!({ "email": "ada@example.com" });
//! let request = Request::post("/customer", &body).bearer("sk_test_sandbox");
//! let now: jiff::Timestamp = "2026-10-09T12:00:00Z".parse()?;
//! let outcome = paystack.handle(&request, now);
//!
//! // The client heard nothing, and the customer is there.
//! assert_eq!(outcome.within(std::time::Duration::from_secs(30)), None);
//! let created = |effect: &Effect| matches!(effect, Effect::CustomerCreated { .. });
//! assert_eq!(paystack.log().count(created), 1);
//! # Ok::<(), jiff::Error>(())
//! ```
//!
//! [`server`] puts the same models behind HTTP, a path prefix for each vendor, with a control plane
//! under `/_sandbox`.

pub mod control;
pub mod dialnexa;
pub mod fault;
pub mod gmail;
pub mod hubspot;
pub mod identity;
pub mod journal;
mod limit;
pub mod log;
pub mod paystack;
pub mod quickbooks;
pub mod server;
pub mod slack;
pub mod stripe;
pub mod vendor;
pub mod webhooks;
pub mod wire;
pub mod zendesk;

/// Paystack with faults before it and a log beside it.
pub type Paystack = vendor::Vendor<paystack::Model>;

/// Slack with faults before it and a log beside it.
pub type Slack = vendor::Vendor<slack::Model>;

/// Zendesk with faults before it and a log beside it.
pub type Zendesk = vendor::Vendor<zendesk::Model>;

/// `HubSpot` with faults before it and a log beside it.
pub type Hubspot = vendor::Vendor<hubspot::Model>;

/// Gmail with faults before it and a log beside it.
pub type Gmail = vendor::Vendor<gmail::Model>;

/// Stripe with faults before it and a log beside it.
pub type Stripe = vendor::Vendor<stripe::Model>;

/// `QuickBooks` with faults before it and a log beside it.
pub type QuickBooks = vendor::Vendor<quickbooks::Model>;
