//! The merchant's settings: what each workflow does, who owns it, and what must be known before
//! it may run. A file that a person edits, read at start and checked before every deployment.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::limits::Limits;
use super::notices::NoticeSettings;
use super::people::{People, SignIn};
use crate::case::{Urgency, Workflow};
use crate::money::Currency;

/// How far a workflow goes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    /// Decide, write down what would be done, do nothing.
    #[default]
    Observe,
    /// As `observe`, and tell the people who would be told.
    DryRun,
    /// Do it.
    Live,
}

/// What the merchant is and how its calls are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// The merchant's name, as notices call it.
    pub name: String,
    /// The currency of an amount said without one.
    pub currency: Currency,
    /// The country of a telephone number said without one, as ISO 3166-1 alpha-2.
    pub country: String,
    /// Where the merchant's days begin and end.
    pub time_zone: TimeZone,
}

impl Merchant {
    /// The calling code of the merchant's country, digits only.
    #[must_use]
    pub fn calling_code(&self) -> &'static str {
        CALLING_CODES
            .iter()
            .find(|(country, _)| *country == self.country)
            .map_or("", |(_, code)| code)
    }
}

/// The countries a merchant may be in, with their calling codes (ITU-T E.164).
const CALLING_CODES: [(&str, &str); 8] = [
    ("CI", "225"),
    ("EG", "20"),
    ("GH", "233"),
    ("KE", "254"),
    ("NG", "234"),
    ("RW", "250"),
    ("US", "1"),
    ("ZA", "27"),
];

/// What a workflow is mapped to before launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowSettings {
    /// How far it goes by itself.
    pub mode: RunMode,
    /// The kind of record at Paystack that it ends in.
    pub destination: String,
    /// Who in finance owns it.
    pub owner: String,
    /// The status a new case is given.
    pub status: String,
    /// How soon a person must look.
    pub urgency: Urgency,
    /// The next step, in the merchant's words.
    pub next_step: String,
    /// Within how many hours the next step is due.
    pub deadline: SignedDuration,
    /// Where the record can be seen; `{id}` stands for its id.
    pub record_url: String,
    /// How long an action of it may still run by itself.
    pub not_after: SignedDuration,
    /// The fields a call has to give before anything is done.
    pub required_fields: BTreeSet<String>,
}

/// Names by which a call's fields are known, as the merchant set them in DialNexa.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldNames {
    /// Post-call analysis fields: a model's guesses.
    pub analysis: BTreeMap<String, String>,
    /// Metadata that the merchant's own system sets when it places a call.
    pub metadata: BTreeMap<String, String>,
    /// The values of the outcome field, and the workflow each stands for.
    pub outcomes: BTreeMap<String, Workflow>,
}

/// What the paired systems are asked for before a case is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextSettings {
    /// The stages of `HubSpot`'s contacts that are high-value customers'.
    pub vip_lifecycle_stages: BTreeSet<String>,
    /// The pipeline of `HubSpot`'s deals that are renewals; any where it is not set.
    pub renewal_pipeline: Option<String>,
}

/// Everything a merchant sets.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The merchant.
    pub merchant: Merchant,
    /// Limits and times.
    pub limits: Limits,
    /// What fields are called.
    pub fields: FieldNames,
    /// Where notices go.
    pub notices: NoticeSettings,
    /// What the paired systems are asked for.
    pub context: ContextSettings,
    /// Who decides.
    pub people: People,
    /// How people sign in at the desk.
    pub sign_in: SignIn,
    workflows: BTreeMap<Workflow, WorkflowSettings>,
}

/// What is wrong with the settings: every problem, not only the first.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct SettingsError {
    /// The problems, each with where it is and what to do.
    pub problems: Vec<String>,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.problems.len() == 1 {
            "problem"
        } else {
            "problems"
        };
        write!(
            formatter,
            "the settings have {} {noun}:",
            self.problems.len()
        )?;
        for problem in &self.problems {
            write!(formatter, "\n  - {problem}")?;
        }
        Ok(())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    merchant: WrittenMerchant,
    limits: Limits,
    fields: FieldNames,
    notices: NoticeSettings,
    context: ContextSettings,
    people: People,
    sign_in: SignIn,
    workflows: BTreeMap<Workflow, WrittenWorkflow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenMerchant {
    name: Option<String>,
    currency: Option<String>,
    country: Option<String>,
    time_zone: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenWorkflow {
    mode: RunMode,
    destination: Option<String>,
    owner: Option<String>,
    status: Option<String>,
    urgency: Option<Urgency>,
    next_step: Option<String>,
    deadline_hours: Option<i64>,
    record_url: Option<String>,
    not_after_hours: Option<i64>,
    required_fields: BTreeSet<String>,
}

/// Collects problems while values are taken.
#[derive(Default)]
pub(super) struct Problems(Vec<String>);

impl Problems {
    fn text(&mut self, place: &str, value: Option<String>) -> String {
        let value = value
            .map(|value| value.trim().to_owned())
            .unwrap_or_default();
        if value.is_empty() {
            self.0.push(format!(
                "{place} is not set; every workflow and the merchant need it"
            ));
        }
        value
    }

    fn hours(&mut self, place: &str, value: Option<i64>) -> SignedDuration {
        match value {
            Some(hours @ 1..=8760) => SignedDuration::from_hours(hours),
            Some(_) => {
                self.0
                    .push(format!("{place} must be between 1 and 8760 hours"));
                SignedDuration::ZERO
            }
            None => {
                self.0
                    .push(format!("{place} is not set; give a number of hours"));
                SignedDuration::ZERO
            }
        }
    }

    pub(super) fn require(&mut self, holds: bool, problem: impl FnOnce() -> String) {
        if !holds {
            self.0.push(problem());
        }
    }
}

impl Settings {
    /// Reads and checks `settings.toml` in `folder`.
    ///
    /// # Errors
    /// [`SettingsError`] where there is no such file, or with every problem found in it.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join("settings.toml");
        let text = std::fs::read_to_string(&path).map_err(|error| SettingsError {
            problems: vec![format!("{} cannot be read: {error}", path.display())],
        })?;
        Self::parse(&text)
    }

    /// Reads and checks settings written in TOML.
    ///
    /// # Errors
    /// [`SettingsError`] with every problem found.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let written: Written = toml::from_str(text).map_err(|error| SettingsError {
            problems: vec![error.to_string().trim().to_owned()],
        })?;
        let mut problems = Problems::default();
        let merchant = merchant(&mut problems, written.merchant);
        let workflows = workflows(&mut problems, written.workflows);
        written.limits.check(&mut problems);
        problems.0.extend(written.notices.problems());
        problems.0.extend(written.people.problems());
        problems.0.extend(written.sign_in.problems());
        if problems.0.is_empty() {
            Ok(Self {
                merchant,
                limits: written.limits,
                fields: written.fields,
                notices: written.notices,
                context: written.context,
                people: written.people,
                sign_in: written.sign_in,
                workflows,
            })
        } else {
            Err(SettingsError {
                problems: problems.0,
            })
        }
    }

    /// What `workflow` is mapped to.
    ///
    /// # Panics
    /// Never: [`Settings::parse`] refuses settings with a workflow missing.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "`parse` refuses settings with a workflow missing"
    )]
    pub fn workflow(&self, workflow: Workflow) -> &WorkflowSettings {
        self.workflows
            .get(&workflow)
            .expect("every workflow is mapped")
    }
}

fn merchant(problems: &mut Problems, written: WrittenMerchant) -> Merchant {
    let name = problems.text("merchant.name", written.name);
    let currency = problems.text("merchant.currency", written.currency);
    let currency = currency.parse().unwrap_or_else(|error| {
        problems.require(currency.is_empty(), || {
            format!("merchant.currency: {error}")
        });
        Currency::Ngn
    });
    let country = problems.text("merchant.country", written.country);
    let known = CALLING_CODES.iter().any(|(code, _)| *code == country);
    problems.require(country.is_empty() || known, || {
        "merchant.country must be one of CI, EG, GH, KE, NG, RW, US, ZA".to_owned()
    });
    let zone = problems.text("merchant.time_zone", written.time_zone);
    let time_zone = TimeZone::get(&zone).unwrap_or_else(|_| {
        problems.require(zone.is_empty(), || {
            format!("merchant.time_zone {zone:?} is not a time zone; give one such as Africa/Lagos")
        });
        TimeZone::UTC
    });
    Merchant {
        name,
        currency,
        country,
        time_zone,
    }
}

fn workflows(
    problems: &mut Problems,
    mut written: BTreeMap<Workflow, WrittenWorkflow>,
) -> BTreeMap<Workflow, WorkflowSettings> {
    Workflow::ALL
        .into_iter()
        .map(|workflow| {
            let place = |field: &str| format!("workflows.{workflow}.{field}");
            let written = written.remove(&workflow).unwrap_or_default();
            problems.require(written.urgency.is_some(), || {
                format!(
                    "{} is not set; give normal, high or critical",
                    place("urgency")
                )
            });
            let record_url = problems.text(&place("record_url"), written.record_url);
            problems.require(
                record_url.is_empty() || record_url.starts_with("https://"),
                || format!("{} must begin with https://", place("record_url")),
            );
            let settings = WorkflowSettings {
                mode: written.mode,
                destination: problems.text(&place("destination"), written.destination),
                owner: problems.text(&place("owner"), written.owner),
                status: problems.text(&place("status"), written.status),
                urgency: written.urgency.unwrap_or(Urgency::Normal),
                next_step: problems.text(&place("next_step"), written.next_step),
                deadline: problems.hours(&place("deadline_hours"), written.deadline_hours),
                record_url,
                not_after: problems.hours(&place("not_after_hours"), written.not_after_hours),
                required_fields: written.required_fields,
            };
            (workflow, settings)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &str = include_str!("../../../infra/config/settings.toml");

    #[test]
    fn the_settings_we_ship_are_complete_and_only_observe() {
        let settings = Settings::parse(SETTINGS).unwrap();
        for workflow in Workflow::ALL {
            assert_eq!(
                settings.workflow(workflow).mode,
                RunMode::Observe,
                "{workflow}"
            );
        }
    }

    #[test]
    fn r3_each_required_field_is_missed_by_name_when_it_is_taken_out() {
        let whole: toml::Table = SETTINGS.parse().unwrap();
        let mut required: Vec<(Vec<String>, String)> = ["name", "currency", "country", "time_zone"]
            .map(|field| (vec!["merchant".to_owned()], field.to_owned()))
            .to_vec();
        for workflow in Workflow::ALL {
            for field in [
                "destination",
                "owner",
                "status",
                "urgency",
                "next_step",
                "deadline_hours",
                "record_url",
                "not_after_hours",
            ] {
                required.push((
                    vec!["workflows".to_owned(), workflow.to_string()],
                    field.to_owned(),
                ));
            }
        }
        for (path, field) in required {
            let mut broken = whole.clone();
            let table = path.iter().fold(&mut broken, |table, name| {
                table
                    .get_mut(name)
                    .and_then(toml::Value::as_table_mut)
                    .unwrap()
            });
            assert!(
                table.remove(&field).is_some(),
                "{path:?} {field} is not in the settings"
            );
            let error = Settings::parse(&broken.to_string()).unwrap_err();
            let place = format!("{}.{field}", path.join("."));
            assert_eq!(error.problems.len(), 1, "{error}");
            assert!(error.problems[0].starts_with(&place), "{place}: {error}");
        }
    }

    #[test]
    fn a_misspelt_field_is_refused_with_its_line() {
        let error = Settings::parse(&SETTINGS.replace("next_step", "nextstep"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line") && error.contains("nextstep"),
            "{error}"
        );
    }

    #[test]
    fn a_refund_settle_time_below_a_quarter_of_an_hour_is_refused() {
        let text = SETTINGS.replace("refund_settle_seconds = 900", "refund_settle_seconds = 60");
        let error = Settings::parse(&text).unwrap_err().to_string();
        assert!(error.contains("refund_settle_seconds"), "{error}");
    }

    #[test]
    fn what_runs_alone_cannot_need_two_people() {
        for (written, wrong, place) in [
            (
                "NGN = 100_000_000",
                "NGN = 2_000_000",
                "limits.second_approval_subunits.NGN",
            ),
            (
                "ZAR = 2_000_000",
                "# none",
                "limits.second_approval_subunits.ZAR",
            ),
            ("NGN = 2_500_000", "NGN = -1", "limits.refund_subunits.NGN"),
            (
                "refund_window_days = 30",
                "refund_window_days = -1",
                "limits.refund_window_days",
            ),
        ] {
            assert!(SETTINGS.contains(written), "{written}");
            let error = Settings::parse(&SETTINGS.replace(written, wrong)).unwrap_err();
            assert!(
                error
                    .problems
                    .iter()
                    .all(|problem| problem.starts_with(place)),
                "{error}"
            );
        }
    }
}
