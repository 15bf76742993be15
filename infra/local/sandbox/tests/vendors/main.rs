//! The sandbox's vendors, one quirk at a time, in process and over HTTP.

#[cfg(test)]
mod customers_keys_and_pages;
#[cfg(test)]
mod faults_play_as_ordered;
#[cfg(test)]
mod http_plays_the_same_faults;
#[cfg(test)]
mod payment_requests_mail_too_early;
#[cfg(test)]
mod refunds_are_doubled;
#[cfg(test)]
mod slack_messages;
#[cfg(test)]
mod support;
#[cfg(test)]
mod transactions_subscriptions_and_disputes;
