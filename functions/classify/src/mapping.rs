//! How calls are read, as the merchant's settings say it.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};
use shared::config::Settings;
use thiserror::Error;

use crate::understand::extract::Country;
use crate::understand::{Field, Mapping};

/// Settings that name what does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MappingError {
    /// A field that a call has not.
    #[error("{place} maps {name:?} to {field:?}, which is no field of a call")]
    UnknownField {
        /// The table of the settings.
        place: &'static str,
        /// The merchant's name.
        name: String,
        /// What it was mapped to.
        field: String,
    },
    /// A country whose telephone numbers we cannot complete.
    #[error("merchant.country {0:?} is none of NG, GH, ZA, KE, CI, EG, RW, US")]
    UnknownCountry(String),
}

/// Reads the mapping from settings.
///
/// # Errors
/// [`MappingError`] with the place that is wrong.
pub fn mapping(settings: &Settings) -> Result<Mapping, MappingError> {
    let mut mapping = Mapping {
        default_currency: settings.merchant.currency,
        time_zone: settings.merchant.time_zone.clone(),
        country: Country::from_iso(&settings.merchant.country)
            .ok_or_else(|| MappingError::UnknownCountry(settings.merchant.country.clone()))?,
        ..Mapping::default()
    };
    for (name, field) in &settings.fields.analysis {
        mapping.map_analysis(name, read_field("fields.analysis", name, field)?);
    }
    for (name, field) in &settings.fields.metadata {
        mapping.trust_metadata(name, read_field("fields.metadata", name, field)?);
    }
    for (value, workflow) in &settings.fields.outcomes {
        mapping.map_outcome(value, *workflow);
    }
    Ok(mapping)
}

fn read_field(place: &'static str, name: &str, field: &str) -> Result<Field, MappingError> {
    let reader: StrDeserializer<'_, ValueError> = field.into_deserializer();
    Field::deserialize(reader).map_err(|_| MappingError::UnknownField {
        place,
        name: name.to_owned(),
        field: field.to_owned(),
    })
}
