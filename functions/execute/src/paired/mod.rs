//! What the paired systems know about a case, read before it is decided. Each is optional and given
//! little time; one that is down lowers what we know and never stops the call.

mod quickbooks;
mod stripe;
mod tokens;

use std::time::Duration;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use shared::case::Case;
use shared::config::ContextSettings;
use shared::ids::Email;
use shared::ledger::Action;
use shared::money::Money;
use shared::vendors::exchange::ExchangeError;
use shared::vendors::hubspot::Hubspot;
use tracing::Instrument as _;

pub use quickbooks::{
    BASE_URL as QUICKBOOKS_URL, BooksCustomer, Invoice, QuickBooks, SANDBOX_URL, is_stale,
    surely_before,
};
pub use stripe::{BASE_URL as STRIPE_URL, Charge, Stripe, paystack_money};
pub use tokens::{Intuit, QuickBooksTokens, TOKEN_URL as INTUIT_URL};

/// How long all of a system's answers together may take.
const PATIENCE: Duration = Duration::from_secs(6);

/// The systems that are asked, each where it is set up.
#[derive(Debug, Clone, Default)]
pub struct Paired {
    /// Stripe, which is only read.
    pub stripe: Option<Stripe>,
    /// `HubSpot`.
    pub hubspot: Option<Hubspot>,
    /// `QuickBooks`.
    pub quickbooks: Option<QuickBooks>,
}

/// What a system answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known<T> {
    /// It is not set up, or there was nothing to ask it for.
    #[default]
    NotAsked,
    /// It did not answer, or not in time.
    NoAnswer,
    /// It knows nothing of the customer.
    Nothing,
    /// What it knows.
    Found(T),
}

/// What Stripe knows of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AtStripe {
    /// Its id of the customer.
    pub customer: String,
    /// The newest charges.
    pub charges: Vec<Charge>,
    /// The states of the subscriptions.
    pub subscriptions: Vec<String>,
    /// How many invoices are open.
    pub open_invoices: usize,
}

/// What `HubSpot` knows of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InCrm {
    /// Its id of the contact.
    pub contact: String,
    /// Who at the merchant's owns the account.
    pub owner: Option<String>,
    /// The stage that the contact has reached.
    pub lifecycle: Option<String>,
    /// Whether that stage is one of a high-value customer's.
    pub is_vip: bool,
    /// When the next renewal is due.
    pub renewal: Option<Date>,
}

/// What `QuickBooks` knows of an invoice and a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InBooks {
    /// The invoice that the call names.
    pub invoice: Option<Invoice>,
    /// Its id of the customer.
    pub customer: Option<String>,
}

/// What the paired systems know. Holds ids, states and amounts, and of people only who at the
/// merchant's owns the account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Around {
    /// Stripe.
    pub stripe: Known<AtStripe>,
    /// `HubSpot`.
    pub hubspot: Known<InCrm>,
    /// `QuickBooks`.
    pub quickbooks: Known<InBooks>,
}

impl Around {
    /// Whether the CRM counts the customer among those of high value.
    #[must_use]
    pub fn is_vip(&self) -> bool {
        matches!(&self.hubspot, Known::Found(crm) if crm.is_vip)
    }

    /// Whether Stripe shows a charge of just this amount, which its own way of counting subunits
    /// would hide.
    #[must_use]
    pub fn was_charged_at_stripe(&self, amount: Money) -> bool {
        match &self.stripe {
            Known::Found(stripe) => stripe
                .charges
                .iter()
                .any(|charge| charge.is_paid && charge.amount == Some(amount)),
            Known::NotAsked | Known::NoAnswer | Known::Nothing => false,
        }
    }
}

impl Around {
    /// Puts what is known beside an action, for whoever decides on it: what was true when it was
    /// planned. A high-value customer stays one until it is done.
    pub fn stand_beside(&self, action: &mut Action) {
        if *self == Self::default() {
            return;
        }
        if let Value::Object(parameters) = &mut action.parameters {
            let known = serde_json::to_value(self).unwrap_or_default();
            parameters.insert("context".to_owned(), known);
            if self.is_vip() {
                parameters.insert("vip".to_owned(), json!(true));
            }
            let is_charged = action
                .amount
                .is_some_and(|it| self.was_charged_at_stripe(it));
            if is_charged {
                parameters.insert("charged_at_stripe".to_owned(), json!(true));
            }
        }
    }
}

impl Paired {
    /// What is known of the customer with this address on Paystack's record, and of the invoice that
    /// the call names. All are asked at once.
    pub async fn around(
        &self,
        case: &Case,
        email: Option<&Email>,
        settings: &ContextSettings,
        today: Date,
    ) -> Around {
        let number = case.fields.invoice_number.as_ref();
        let number = number.map(|number| number.value.as_str());
        let stripe = async {
            match self.stripe.as_ref().zip(email) {
                Some((stripe, email)) => in_time("stripe", at_stripe(stripe, email)).await,
                None => Known::NotAsked,
            }
        };
        let hubspot = async {
            match self.hubspot.as_ref().zip(email) {
                Some((crm, email)) => in_time("hubspot", in_crm(crm, email, settings, today)).await,
                None => Known::NotAsked,
            }
        };
        let quickbooks = async {
            match &self.quickbooks {
                Some(books) if email.is_some() || number.is_some() => {
                    in_time("quickbooks", in_books(books, email, number)).await
                }
                Some(_) | None => Known::NotAsked,
            }
        };
        let (stripe, hubspot, quickbooks) = tokio::join!(stripe, hubspot, quickbooks);
        Around {
            stripe,
            hubspot,
            quickbooks,
        }
    }
}

async fn in_time<T>(
    system: &'static str,
    asking: impl Future<Output = Result<Option<T>, ExchangeError>>,
) -> Known<T> {
    let span = tracing::debug_span!("context", system);
    match tokio::time::timeout(PATIENCE, asking.instrument(span)).await {
        Ok(Ok(Some(found))) => Known::Found(found),
        Ok(Ok(None)) => Known::Nothing,
        Ok(Err(error)) => {
            tracing::warn!(system, class = ?error.class(), %error, "no context");
            Known::NoAnswer
        }
        Err(_) => {
            tracing::warn!(system, "no context in time");
            Known::NoAnswer
        }
    }
}

async fn at_stripe(stripe: &Stripe, email: &Email) -> Result<Option<AtStripe>, ExchangeError> {
    let Some(customer) = stripe.customer(email).await? else {
        return Ok(None);
    };
    Ok(Some(AtStripe {
        charges: stripe.charges(&customer).await?,
        subscriptions: stripe.subscriptions(&customer).await?,
        open_invoices: stripe.open_invoices(&customer).await?,
        customer,
    }))
}

async fn in_crm(
    crm: &Hubspot,
    email: &Email,
    settings: &ContextSettings,
    today: Date,
) -> Result<Option<InCrm>, ExchangeError> {
    let Some(contact) = crm.contact(email).await? else {
        return Ok(None);
    };
    let owner = match &contact.owner {
        Some(owner) => crm.owner(owner).await?.and_then(|owner| owner.email),
        None => None,
    };
    let deals = crm.deals(&contact).await?;
    let is_renewal = |pipeline: &Option<String>| match &settings.renewal_pipeline {
        Some(wanted) => pipeline.as_ref() == Some(wanted),
        None => true,
    };
    let renewal = deals
        .iter()
        .filter(|deal| is_renewal(&deal.pipeline))
        .filter_map(|deal| deal.closes)
        .filter(|day| *day >= today)
        .min();
    let is_vip = contact
        .lifecycle
        .as_ref()
        .is_some_and(|stage| settings.vip_lifecycle_stages.contains(stage));
    Ok(Some(InCrm {
        contact: contact.id,
        owner,
        lifecycle: contact.lifecycle,
        is_vip,
        renewal,
    }))
}

async fn in_books(
    books: &QuickBooks,
    email: Option<&Email>,
    number: Option<&str>,
) -> Result<Option<InBooks>, ExchangeError> {
    let invoice = match number {
        Some(number) => books.invoice(number).await?,
        None => None,
    };
    let customer = match email {
        Some(email) => books.customer(email).await?.map(|customer| customer.id),
        None => None,
    };
    Ok((invoice.is_some() || customer.is_some()).then_some(InBooks { invoice, customer }))
}
