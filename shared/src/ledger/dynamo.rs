//! The table on `DynamoDB`.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put,
    ReturnValuesOnConditionCheckFailure, Select, TransactWriteItem,
};
use serde_json::Value;

use super::table::{Condition, Entry, Index, Indexed, Item, Key, Table, TableError, Write};
use crate::ids::Token;

type Attributes = HashMap<String, AttributeValue>;

/// The table of one deployment.
#[derive(Debug, Clone)]
pub struct DynamoTable {
    client: Client,
    name: String,
}

impl DynamoTable {
    /// The table called `name`.
    #[must_use]
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self {
            client,
            name: name.into(),
        }
    }

    /// A query of everything in one bucket of an index.
    fn bucket_query(&self, index: Index, bucket: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.name)
            .index_name(index.name())
            .key_condition_expression("#bucket = :bucket")
            .expression_attribute_names("#bucket", index.attributes().0)
            .expression_attribute_values(":bucket", AttributeValue::S(bucket.to_owned()))
    }

    fn transact_item(&self, write: &Write) -> Result<TransactWriteItem, TableError> {
        let guard = Guard::of(write.condition());
        let keep = ReturnValuesOnConditionCheckFailure::AllOld;
        let build = |error: aws_sdk_dynamodb::error::BuildError| TableError::Refused {
            reason: error.to_string(),
        };
        Ok(match write {
            Write::Put { item, .. } => TransactWriteItem::builder().put(
                Put::builder()
                    .table_name(&self.name)
                    .set_item(Some(to_attributes(item)?))
                    .set_condition_expression(guard.expression)
                    .set_expression_attribute_values(guard.values)
                    .return_values_on_condition_check_failure(keep)
                    .build()
                    .map_err(build)?,
            ),
            Write::Delete { key, .. } => TransactWriteItem::builder().delete(
                Delete::builder()
                    .table_name(&self.name)
                    .set_key(Some(key_attributes(key)))
                    .set_condition_expression(guard.expression)
                    .set_expression_attribute_values(guard.values)
                    .return_values_on_condition_check_failure(keep)
                    .build()
                    .map_err(build)?,
            ),
            Write::Check { key, .. } => TransactWriteItem::builder().condition_check(
                ConditionCheck::builder()
                    .table_name(&self.name)
                    .set_key(Some(key_attributes(key)))
                    .set_condition_expression(
                        guard
                            .expression
                            .or_else(|| Some("attribute_exists(pk)".to_owned())),
                    )
                    .set_expression_attribute_values(guard.values)
                    .return_values_on_condition_check_failure(keep)
                    .build()
                    .map_err(build)?,
            ),
        }
        .build())
    }
}

/// A condition as `DynamoDB`'s expression language writes it.
struct Guard {
    expression: Option<String>,
    values: Option<Attributes>,
}

impl Guard {
    fn of(condition: Condition) -> Self {
        match condition {
            Condition::Always => Self {
                expression: None,
                values: None,
            },
            Condition::Absent => Self {
                expression: Some("attribute_not_exists(pk)".to_owned()),
                values: None,
            },
            Condition::Revision(read) => Self {
                expression: Some("revision = :read".to_owned()),
                values: Some(HashMap::from([(
                    ":read".to_owned(),
                    AttributeValue::N(read.to_string()),
                )])),
            },
        }
    }
}

fn key_attributes(key: &Key) -> Attributes {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(key.pk.clone())),
        ("sk".to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

fn to_attributes(item: &Item) -> Result<Attributes, TableError> {
    let mut attributes = key_attributes(&item.key);
    attributes.insert(
        "revision".to_owned(),
        AttributeValue::N(item.revision.to_string()),
    );
    if let Some(token) = &item.written_by {
        attributes.insert(
            "written_by".to_owned(),
            AttributeValue::S(token.as_str().to_owned()),
        );
    }
    for entry in &item.entries {
        let (bucket, sort) = entry.index.attributes();
        attributes.insert(bucket.to_owned(), AttributeValue::S(entry.bucket.clone()));
        attributes.insert(sort.to_owned(), AttributeValue::S(entry.sort.clone()));
    }
    if let Some(expires_at) = item.expires_at {
        attributes.insert(
            "expires_at".to_owned(),
            AttributeValue::N(expires_at.to_string()),
        );
    }
    let body: AttributeValue =
        serde_dynamo::to_attribute_value(&*item.body).map_err(|error| TableError::Refused {
            reason: error.to_string(),
        })?;
    attributes.insert("body".to_owned(), body);
    Ok(attributes)
}

fn from_attributes(mut attributes: Attributes) -> Result<Item, TableError> {
    let mut text = |name: &str| match attributes.remove(name) {
        Some(AttributeValue::S(value) | AttributeValue::N(value)) => Some(value),
        _ => None,
    };
    let missing = |name: &str| TableError::Refused {
        reason: format!("an item without {name}"),
    };
    let pk = text("pk").ok_or_else(|| missing("pk"))?;
    let sk = text("sk").ok_or_else(|| missing("sk"))?;
    let revision = text("revision")
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| missing("a readable revision"))?;
    let written_by = text("written_by")
        .and_then(|value| u128::from_str_radix(&value, 16).ok())
        .map(Token::from_bits);
    let expires_at = text("expires_at").and_then(|value| value.parse().ok());
    let created_at = text("created_at");
    let entries = Index::ALL
        .into_iter()
        .filter_map(|index| {
            let (bucket, sort) = index.attributes();
            let bucket = text(bucket)?;
            let sort = if sort == "created_at" {
                created_at.clone()
            } else {
                text(sort)
            }?;
            Some(Entry {
                index,
                bucket,
                sort,
            })
        })
        .collect();
    let body = attributes.remove("body").ok_or_else(|| missing("a body"))?;
    let body: Value =
        serde_dynamo::from_attribute_value(body).map_err(|error| TableError::Refused {
            reason: error.to_string(),
        })?;
    Ok(Item {
        key: Key { pk, sk },
        revision,
        written_by,
        entries,
        expires_at,
        body: Arc::new(body),
    })
}

/// What an index projects at least: the item's key and its place in the index.
fn indexed(mut attributes: Attributes, sort_name: &str) -> Result<Indexed, TableError> {
    let mut text = |name: &str| match attributes.remove(name) {
        Some(AttributeValue::S(value)) => Ok(value),
        _ => Err(TableError::Refused {
            reason: format!("an index entry without {name}"),
        }),
    };
    Ok(Indexed {
        sort: text(sort_name)?,
        key: Key {
            pk: text("pk")?,
            sk: text("sk")?,
        },
    })
}

/// Sorts the service's error codes into ours: what is worth another try, and what never is.
fn failure<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> TableError {
    let reason = error
        .code()
        .map_or_else(|| transport_reason(error), str::to_owned);
    let hopeless = matches!(
        reason.as_str(),
        "ValidationException"
            | "AccessDeniedException"
            | "ResourceNotFoundException"
            | "UnrecognizedClientException"
            | "IdempotentParameterMismatchException"
            | "ItemCollectionSizeLimitExceededException"
    );
    if hopeless {
        TableError::Refused { reason }
    } else {
        TableError::Unavailable { reason }
    }
}

fn transport_reason<E, R>(error: &SdkError<E, R>) -> String {
    match error {
        SdkError::TimeoutError(_) => "time-out".to_owned(),
        SdkError::DispatchFailure(_) => "not reached".to_owned(),
        SdkError::ResponseError(_) => "unreadable answer".to_owned(),
        _ => "failed".to_owned(),
    }
}

#[async_trait]
impl Table for DynamoTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key_attributes(key)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| failure(&error))?;
        answer.item.map(from_attributes).transpose()
    }

    async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, TableError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
                .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            for attributes in answer.items.unwrap_or_default() {
                items.push(from_attributes(attributes)?);
            }
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    async fn query_index(
        &self,
        index: Index,
        bucket: &str,
        up_to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Indexed>, TableError> {
        let (bucket_name, sort_name) = index.attributes();
        let mut condition = "#bucket = :bucket".to_owned();
        let mut names = HashMap::from([("#bucket".to_owned(), bucket_name.to_owned())]);
        let mut values =
            HashMap::from([(":bucket".to_owned(), AttributeValue::S(bucket.to_owned()))]);
        if let Some(up_to) = up_to {
            condition.push_str(" AND #sort <= :up_to");
            names.insert("#sort".to_owned(), sort_name.to_owned());
            values.insert(":up_to".to_owned(), AttributeValue::S(up_to.to_owned()));
        }
        let mut places = Vec::new();
        let mut start = None;
        while places.len() < limit {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .index_name(index.name())
                .key_condition_expression(&condition)
                .set_expression_attribute_names(Some(names.clone()))
                .set_expression_attribute_values(Some(values.clone()))
                .limit(i32::try_from(limit - places.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            for attributes in answer.items.unwrap_or_default() {
                places.push(indexed(attributes, sort_name)?);
            }
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                break;
            }
        }
        Ok(places)
    }

    async fn index_items(
        &self,
        index: Index,
        bucket: &str,
        after: Option<&Indexed>,
        limit: usize,
    ) -> Result<Vec<Item>, TableError> {
        let (bucket_name, sort_name) = index.attributes();
        // A place need not be taken, nor be of this bucket's own items, to be gone on from.
        let mut start = after.map(|after| {
            let mut key = key_attributes(&after.key);
            key.insert(bucket_name.to_owned(), AttributeValue::S(bucket.to_owned()));
            key.insert(sort_name.to_owned(), AttributeValue::S(after.sort.clone()));
            key
        });
        let mut items = Vec::new();
        while items.len() < limit {
            let answer = self
                .bucket_query(index, bucket)
                .limit(i32::try_from(limit - items.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            for attributes in answer.items.unwrap_or_default() {
                items.push(from_attributes(attributes)?);
            }
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                break;
            }
        }
        Ok(items)
    }

    async fn index_count(&self, index: Index, bucket: &str) -> Result<usize, TableError> {
        let mut count = 0_usize;
        let mut start = None;
        loop {
            let answer = self
                .bucket_query(index, bucket)
                .select(Select::Count)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|error| failure(&error))?;
            count = count.saturating_add(usize::try_from(answer.count).unwrap_or(0));
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(count);
            }
        }
    }

    async fn write(&self, writes: &[Write]) -> Result<(), TableError> {
        let items = writes
            .iter()
            .map(|write| self.transact_item(write))
            .collect::<Result<Vec<_>, _>>()?;
        let result = self
            .client
            .transact_write_items()
            .set_transact_items(Some(items))
            .send()
            .await;
        match result {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    cancelled_writes(writes, cancelled.cancellation_reasons())
                }
                _ => Err(failure(&error)),
            },
        }
    }
}

/// Reads why a transaction was cancelled: a repeat of our own write is a success.
fn cancelled_writes(writes: &[Write], reasons: &[CancellationReason]) -> Result<(), TableError> {
    let mut first_failed = None;
    for (write, reason) in writes.iter().zip(reasons) {
        if reason.code() != Some("ConditionalCheckFailed") {
            continue;
        }
        let current = reason
            .item()
            .filter(|attributes| !attributes.is_empty())
            .cloned()
            .map(from_attributes)
            .transpose()?;
        if current
            .as_ref()
            .is_some_and(|now| super::is_own(write, now))
        {
            return Ok(());
        }
        if first_failed.is_none() {
            first_failed = Some((write.key().clone(), current));
        }
    }
    if let Some((key, current)) = first_failed {
        return Err(TableError::ConditionFailed {
            key,
            current: current.map(Box::new),
        });
    }
    let reason = reasons
        .iter()
        .filter_map(CancellationReason::code)
        .find(|code| *code != "None")
        .unwrap_or("TransactionCanceled")
        .to_owned();
    Err(if reason == "ValidationError" {
        TableError::Refused { reason }
    } else {
        TableError::Unavailable { reason }
    })
}
