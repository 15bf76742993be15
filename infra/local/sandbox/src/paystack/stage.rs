//! Paystack under the control plane.

use super::{Model, Settings};

impl crate::control::Stage for Model {
    type Settings = Settings;

    fn begin(settings: Settings) -> Self {
        Self::new(settings)
    }

    fn set_up(&mut self) -> &mut Settings {
        self.settings_mut()
    }

    fn shown(&self) -> serde_json::Value {
        self.state()
    }

    fn fill(
        &mut self,
        records: serde_json::Value,
        now: jiff::Timestamp,
    ) -> Result<serde_json::Value, String> {
        let seed = serde_json::from_value(records).map_err(|error| error.to_string())?;
        self.seed(seed, now).map_err(|error| error.to_string())
    }
}
