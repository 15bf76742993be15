//! Every workflow from the case to Paystack's records, against the sandbox's model of Paystack in
//! this process: what is planned, what waits for a person, what is sent, and what a lost answer
//! does.

#[cfg(test)]
mod billing_details;
#[cfg(test)]
mod books;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod disputes;
#[cfg(test)]
mod documentation;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod duplicates;
#[cfg(test)]
mod every_step_under_faults;
#[cfg(test)]
mod impersonation;
#[cfg(test)]
mod in_process;
#[cfg(test)]
mod payment_requests;
#[cfg(test)]
mod refunds;
#[cfg(test)]
mod renewals;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod several_wishes;
#[cfg(test)]
mod world;
