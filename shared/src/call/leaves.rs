//! Nested JSON as a flat list of the values in it, each with the path that led there.

use std::borrow::Cow;
use std::collections::HashMap;

use super::json::Json;
use crate::redact::{Redacted, Settings, redact};

/// A value that holds no others.
pub(super) struct Leaf<'json> {
    /// Where it stood: `call_transfer.destination`, `words.3.text`. Its names are redacted.
    pub(super) path: String,
    /// The nearest name on the path, which tells what the value is: `destination`, `text`.
    pub(super) label: &'json str,
    /// The value as text.
    pub(super) value: Cow<'json, str>,
    /// The path without the places in lists, of a value within one: `words.*.text`.
    series: Option<String>,
}

/// The values of some JSON, in the order in which they came.
pub(super) struct Leaves<'settings, 'json> {
    settings: &'settings Settings,
    values: Vec<Leaf<'json>>,
    /// What was taken out of names.
    pub(super) from_names: Vec<Redacted>,
}

impl<'settings, 'json> Leaves<'settings, 'json> {
    /// No values yet.
    pub(super) const fn new(settings: &'settings Settings) -> Self {
        Self {
            settings,
            values: Vec::new(),
            from_names: Vec::new(),
        }
    }

    /// The values so far.
    pub(super) fn as_slice(&self) -> &[Leaf<'json>] {
        &self.values
    }

    /// Adds the values within `value`, which stands under `name`.
    pub(super) fn add(&mut self, name: &'json str, value: &'json Json<'_>) {
        let place = Place {
            path: self.name(name),
            label: name,
            series: None,
        };
        self.walk(&place, value);
    }

    /// Adds the values within `value`, which stands under `name` at a place of the list `list`.
    pub(super) fn add_within(
        &mut self,
        list: &'json str,
        position: usize,
        name: &'json str,
        value: &'json Json<'_>,
    ) {
        let place = Place {
            path: list.to_owned(),
            label: list,
            series: None,
        };
        let place = self.entry(&place.item(position), name);
        self.walk(&place, value);
    }

    /// Adds a text that stands under `name` and is what `label` says.
    pub(super) fn add_text(&mut self, name: &'json str, label: &'json str, value: &'json str) {
        let value = Cow::Borrowed(value);
        self.values.push(Leaf {
            path: name.to_owned(),
            label,
            value,
            series: None,
        });
    }

    /// The leaves that belong to one series, as their places: those of a list of digits, or of one
    /// field in a list of words.
    pub(super) fn series(&self) -> Vec<Vec<usize>> {
        let mut by_series: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, leaf) in self.values.iter().enumerate() {
            if let Some(series) = &leaf.series {
                by_series.entry(series).or_default().push(place);
            }
        }
        by_series
            .into_values()
            .filter(|members| members.len() > 1)
            .collect()
    }

    fn walk(&mut self, place: &Place<'json>, value: &'json Json<'_>) {
        match value {
            Json::Map(entries) => {
                for (name, value) in entries {
                    let place = self.entry(place, name);
                    self.walk(&place, value);
                }
            }
            Json::List(items) => {
                for (position, item) in items.iter().enumerate() {
                    self.walk(&place.item(position), item);
                }
            }
            scalar => {
                if let Some(value) = scalar.scalar().filter(|text| !text.is_empty()) {
                    let path = place.path.clone();
                    let series = place.series.clone();
                    self.values.push(Leaf {
                        path,
                        label: place.label,
                        value,
                        series,
                    });
                }
            }
        }
    }

    fn entry(&mut self, place: &Place<'json>, name: &'json str) -> Place<'json> {
        // An object whose keys count its entries is a list in disguise.
        if let Some(position) = name
            .parse()
            .ok()
            .filter(|position| *position < 100_000_usize)
        {
            return place.item(position);
        }
        Place {
            path: format!("{}.{}", place.path, self.name(name)),
            label: name,
            series: place
                .series
                .as_ref()
                .map(|series| format!("{series}.{name}")),
        }
    }

    /// A name is text from outside too. One that is short and has few digits holds no secret.
    fn name(&mut self, name: &str) -> String {
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        if name.is_ascii() && name.len() <= 40 && digits <= 4 {
            return name.to_owned();
        }
        let (redacted, _) = redact(name, self.settings);
        let rendered = redacted.render();
        self.from_names.push(redacted);
        rendered
    }
}

struct Place<'json> {
    path: String,
    label: &'json str,
    series: Option<String>,
}

impl Place<'_> {
    fn item(&self, position: usize) -> Self {
        let so_far = self.series.as_deref().unwrap_or(&self.path);
        Self {
            path: format!("{}.{position}", self.path),
            label: self.label,
            series: Some(format!("{so_far}.*")),
        }
    }
}
