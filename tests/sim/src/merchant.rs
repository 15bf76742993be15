//! The made-up merchant whose calls the simulator plays.

use std::path::Path;
use std::sync::Arc;

use execute::policy::Policy;
use shared::config::Settings;

use crate::SimError;

/// The name of `metadata` by which the merchant's own system names a customer.
pub const TRUSTED_EMAIL: &str = "crm_email";

/// What the merchant set, and what follows from it: the same for every world.
pub struct Merchant {
    /// The settings.
    pub settings: Arc<Settings>,
    /// How calls are read.
    pub mapping: classify::understand::Mapping,
    /// What may be done without a person.
    pub policy: Arc<Policy>,
}

impl Merchant {
    /// The merchant of the local stack, with the times of a real deployment and the policies of
    /// `config`, the folder that is deployed.
    ///
    /// # Errors
    /// Where the settings or the policies cannot be read.
    pub fn with_policies_of(config: &Path) -> Result<Arc<Self>, SimError> {
        let text = include_str!("../../../infra/local/settings.toml");
        let mut settings = Settings::parse(text).map_err(|error| SimError(error.to_string()))?;
        settings.limits.settle_seconds = 120;
        settings.limits.request_time_out_seconds = 20;
        settings
            .fields
            .metadata
            .insert(TRUSTED_EMAIL.to_owned(), "email".to_owned());
        let mapping = classify::mapping(&settings).map_err(|error| SimError(error.to_string()))?;
        let policy = Policy::load(config).map_err(|error| SimError(error.to_string()))?;
        Ok(Arc::new(Self {
            settings: Arc::new(settings),
            mapping,
            policy: Arc::new(policy),
        }))
    }
}
