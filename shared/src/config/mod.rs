//! What a function is told: its environment, read here and nowhere else, the AWS clients that
//! follow from it, and the merchant's settings.

mod aws;
mod environment;
mod limits;
mod notices;
mod people;
mod settings;

pub use aws::{AwsTimeouts, aws_config};
pub use environment::{ConfigError, Environment, Variable};
pub use limits::Limits;
pub use notices::{
    Access, Destination, Detail, NoticeSettings, Route, Sensitivity, System, Template, Told, When,
};
pub use people::{People, SignIn};
pub use settings::{
    ContextSettings, FieldNames, Merchant, RunMode, Settings, SettingsError, WorkflowSettings,
};
