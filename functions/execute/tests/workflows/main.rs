//! Every workflow from the case to Paystack's records, against the sandbox's model of Paystack in
//! this process: what is planned, what waits for a person, what is sent, and what a lost answer
//! does.

#[cfg(test)]
mod billing_details;
#[cfg(test)]
mod disputes;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod duplicates;
#[cfg(test)]
mod impersonation;
#[cfg(test)]
mod refunds;
#[cfg(test)]
mod renewals;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod world;
