//! Facts as Cedar is asked about them: who (principal), what (action), on what ground (resource),
//! and everything else (context). The names are those of `schema.cedarschema`.

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression,
    Schema,
};
use shared::case::DocumentKind;

use super::{Deed, Facts};

/// The entity types of the schema, parsed once.
#[derive(Debug, Clone)]
pub(super) struct Vocabulary {
    caller: EntityTypeName,
    action: EntityTypeName,
    workflow: EntityTypeName,
    consent: EntityTypeName,
    currency: EntityTypeName,
    document: EntityTypeName,
}

/// A question that cannot be put: a name is none that Cedar takes.
type Unaskable = Box<dyn std::error::Error + Send + Sync>;

impl Vocabulary {
    pub(super) fn new() -> Result<Self, Unaskable> {
        Ok(Self {
            caller: "Caller".parse()?,
            action: "Action".parse()?,
            workflow: "Workflow".parse()?,
            consent: "Consent".parse()?,
            currency: "Currency".parse()?,
            document: "Document".parse()?,
        })
    }

    pub(super) fn action(&self, name: &str) -> EntityUid {
        uid(&self.action, name)
    }

    /// Every deed, in its groups.
    pub(super) fn groups(&self) -> Result<Entities, Unaskable> {
        let deeds = Deed::ALL.into_iter().map(|deed| {
            let groups = deed.groups().iter().map(|name| self.action(name));
            Entity::new_no_attrs(self.action(deed.as_str()), groups.collect())
        });
        Ok(Entities::from_entities(deeds, None)?)
    }

    /// The request about `facts`, as if `approvals` people had approved; checked where a schema is
    /// given.
    pub(super) fn request(
        &self,
        facts: &Facts,
        approvals: i64,
        schema: Option<&Schema>,
    ) -> Result<Request, Unaskable> {
        Ok(Request::new(
            uid(&self.caller, facts.identity.as_str()),
            self.action(facts.deed.as_str()),
            uid(&self.workflow, facts.workflow.as_str()),
            self.context(facts, approvals)?,
            schema,
        )?)
    }

    fn context(&self, facts: &Facts, approvals: i64) -> Result<Context, Unaskable> {
        // Taken apart whole, so that a new fact cannot be forgotten here.
        let Facts {
            deed: _,
            workflow: _,
            amount,
            currency,
            limit,
            second_limit,
            identity: _,
            match_confidence,
            classification_confidence,
            confidence_needed,
            vip,
            open_dispute,
            paid,
            already_refunded,
            refund_needs_attention,
            transaction_age_days,
            refund_window_days,
            subscription_live,
            consent,
            charge_consent,
            by_email,
            recipient_confirmed,
            recipient_on_record,
            purpose_known,
            follow_up_known,
            document,
            velocity,
            velocity_limit,
            contested,
            sensitive,
            approvals: _,
        } = *facts;
        let long = |name: &str, value| (name.to_owned(), RestrictedExpression::new_long(value));
        let yes_or_no =
            |name: &str, value| (name.to_owned(), RestrictedExpression::new_bool(value));
        let one_of = |name: &str, kind: &EntityTypeName, value: &str| {
            (
                name.to_owned(),
                RestrictedExpression::new_entity_uid(uid(kind, value)),
            )
        };
        let known = [
            long("amount", amount),
            long("limit", limit),
            long("second_limit", second_limit),
            long("match_confidence", match_confidence),
            long("classification_confidence", classification_confidence),
            long("confidence_needed", confidence_needed),
            yes_or_no("vip", vip),
            yes_or_no("open_dispute", open_dispute),
            long("paid", paid),
            long("already_refunded", already_refunded),
            yes_or_no("refund_needs_attention", refund_needs_attention),
            long("transaction_age_days", transaction_age_days),
            long("refund_window_days", refund_window_days),
            yes_or_no("subscription_live", subscription_live),
            one_of("consent", &self.consent, consent.as_str()),
            one_of("charge_consent", &self.consent, charge_consent.as_str()),
            yes_or_no("by_email", by_email),
            yes_or_no("recipient_confirmed", recipient_confirmed),
            yes_or_no("recipient_on_record", recipient_on_record),
            yes_or_no("purpose_known", purpose_known),
            yes_or_no("follow_up_known", follow_up_known),
            long("velocity", velocity),
            long("velocity_limit", velocity_limit),
            yes_or_no("contested", contested),
            yes_or_no("sensitive", sensitive),
            long("approvals", approvals),
        ];
        let currency = currency.map(|it| one_of("currency", &self.currency, it.code()));
        let document = document.map(|it| one_of("document", &self.document, document_name(it)));
        Ok(Context::from_pairs(
            known.into_iter().chain(currency).chain(document),
        )?)
    }
}

fn uid(kind: &EntityTypeName, name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(name))
}

const fn document_name(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Invoice => "invoice",
        DocumentKind::Receipt => "receipt",
        DocumentKind::Statement => "statement",
        DocumentKind::TaxForm => "tax_form",
        DocumentKind::PaymentLink => "payment_link",
    }
}
