//! What must hold whatever went wrong.

mod evidence;
mod follow_ups;
mod limits;
mod privacy;
mod records;
mod refunds;
mod requests;
mod trails;

use jiff::SignedDuration;

pub use evidence::Evidence;
pub(crate) use follow_ups::{loops_are_closed, open_ends};

use crate::calls::Call;
use crate::world::World;
use trails::Trails;

/// How long a worker may take between its look at Paystack and its request: an invocation's time.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(90);

/// Checks everything that must hold at the end.
///
/// # Errors
/// What does not.
pub async fn check(world: &World, calls: &[Call]) -> Result<(), String> {
    let evidence = Evidence::of(world);
    if let Some(broken) = world.broken() {
        return Err(broken);
    }
    if let Some(clash) = world.table.clash() {
        return Err(clash);
    }
    let trails = Trails::read(world, &evidence).await?;
    trails.tell(world);
    trails.decisions_are_kept()?;
    requests::requests_are_made_once(world, &evidence, &trails)?;
    requests::mails_leave_once(world, &evidence, &trails)?;
    requests::what_was_paid_is_let_be(world)?;
    limits::limits_are_kept(&evidence, &trails)?;
    refunds::refunds_are_made_once(world, &evidence, &trails)?;
    refunds::what_the_bank_has_is_let_be(world)?;
    refunds::money_is_what_was_approved(world, &evidence, &trails)?;
    records::people_are_told_once(world, &evidence)?;
    records::records_say_what_happened(world, &evidence)?;
    privacy::nothing_is_told(world, &evidence, calls).await
}
