//! What differs between a deployment and the template of this version, in what calls and money rest
//! on: how long messages are kept and hidden, when they are given up, and the indexes of the table.
//! `aws cloudformation detect-stack-drift` compares the rest.

use std::collections::BTreeSet;

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::Value;

use crate::error::OpsError;
use crate::place::{Place, QUEUES};
use crate::redrive;

/// The template that this command line was built with.
const TEMPLATE: &str = include_str!("../../template.yaml");

/// The properties of a queue that are plain numbers in the template, and SQS's names for them.
const QUEUE_PROPERTIES: [(&str, QueueAttributeName); 2] = [
    (
        "MessageRetentionPeriod",
        QueueAttributeName::MessageRetentionPeriod,
    ),
    ("VisibilityTimeout", QueueAttributeName::VisibilityTimeout),
];

/// What differs, in words.
///
/// # Errors
/// [`OpsError`] where a queue or the table cannot be asked.
pub async fn find(place: &Place) -> Result<Vec<String>, OpsError> {
    let template = template()?;
    let mut differences = Vec::new();
    for queue in QUEUES {
        let title = format!(
            "{}{}Queue",
            queue.get(..1).unwrap_or_default().to_uppercase(),
            queue.get(1..).unwrap_or_default()
        );
        let dead = title.replace("Queue", "DeadLetterQueue");
        let urls = [
            (title, place.queue(queue)?),
            (dead, place.dead_letter_queue(queue)?),
        ];
        for (resource, url) in urls {
            let is = redrive::attributes(place, url).await?;
            let wanted = template.pointer(&format!("/Resources/{resource}/Properties"));
            let wanted = wanted.unwrap_or(&Value::Null);
            for (property, attribute) in QUEUE_PROPERTIES {
                let is = is.get(&attribute).map(String::as_str);
                differences.extend(difference(&resource, property, wanted.get(property), is));
            }
            let redrive = is.get(&QueueAttributeName::RedrivePolicy);
            let redrive: Value = redrive
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default();
            let is = redrive.get("maxReceiveCount").map(plain);
            let wanted = wanted.pointer("/RedrivePolicy/maxReceiveCount");
            differences.extend(difference(
                &resource,
                "maxReceiveCount",
                wanted,
                is.as_deref(),
            ));
        }
    }
    differences.extend(indexes(place, &template).await?);
    Ok(differences)
}

/// The template as JSON, its short functions (`!Ref`) read as the text that they stand before.
fn template() -> Result<Value, OpsError> {
    serde_saphyr::from_str(TEMPLATE).map_err(|error| OpsError::Other(error.to_string()))
}

/// The difference in one property that the template sets to a plain number.
fn difference(
    resource: &str,
    property: &str,
    wanted: Option<&Value>,
    is: Option<&str>,
) -> Option<String> {
    let wanted = plain(wanted?);
    (is != Some(wanted.as_str())).then(|| {
        let is = is.unwrap_or("not set");
        format!("{resource}: {property} is {is}, and {wanted} in the template")
    })
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

async fn indexes(place: &Place, template: &Value) -> Result<Vec<String>, OpsError> {
    let wanted = template.pointer("/Resources/Table/Properties/GlobalSecondaryIndexes");
    let wanted: BTreeSet<&str> = wanted
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|index| index.get("IndexName")?.as_str())
        .collect();
    let is = place.index_names().await?;
    let is: BTreeSet<&str> = is.iter().map(String::as_str).collect();
    let lacking = wanted.difference(&is);
    Ok(lacking
        .map(|name| format!("Table: it has no index {name}"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_read_with_the_numbers_that_are_compared() {
        let template = template().unwrap();
        for (resource, seconds) in [
            ("CallsQueue", 180),
            ("CasesQueue", 540),
            ("NoticesQueue", 360),
        ] {
            let properties = &template["Resources"][resource]["Properties"];
            assert_eq!(properties["VisibilityTimeout"], seconds, "{resource}");
            assert!(
                properties["RedrivePolicy"]["maxReceiveCount"].is_u64(),
                "{resource}"
            );
        }
        let indexes = &template["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"];
        assert_eq!(indexes.as_array().map(Vec::len), Some(4));
    }

    #[test]
    fn a_queue_that_gives_up_too_early_is_named_with_both_numbers() {
        let wanted = Value::from(10);
        assert_eq!(
            difference("CasesQueue", "maxReceiveCount", Some(&wanted), Some("10")),
            None
        );
        let told = difference("CasesQueue", "maxReceiveCount", Some(&wanted), Some("1")).unwrap();
        assert_eq!(
            told,
            "CasesQueue: maxReceiveCount is 1, and 10 in the template"
        );
        assert!(difference("CasesQueue", "maxReceiveCount", Some(&wanted), None).is_some());
        // What the template leaves to AWS is not compared.
        assert_eq!(
            difference("CasesDeadLetterQueue", "maxReceiveCount", None, None),
            None
        );
    }
}
