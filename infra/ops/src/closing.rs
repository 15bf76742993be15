//! The end of the demonstration: somebody approves the refund of a double charge, Paystack pays it
//! out, says so by webhook, and the case closes.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use shared::ids::CallId;
use shared::ledger::{Action, Stage, State, Subject, Verdict, binding};

use crate::deliver;
use crate::demo::{order, until};
use crate::error::OpsError;
use crate::inspect::{deed, print_told};
use crate::place::{LocalStack, Place};
use crate::review::{self, Given};
use crate::style;

/// The sample call whose refund is followed to its end.
const SAMPLE: &str = "charged-twice.json";

/// The approver of the local stack's settings who decides.
const APPROVER: &str = "ngozi@example.com";

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Has the sandbox's Paystack post to this stack whatever happens from now on.
///
/// # Errors
/// [`OpsError`] where the sandbox does not take it.
pub async fn listen(client: &reqwest::Client, local: &LocalStack) -> Result<(), OpsError> {
    let url = local.webhook_url.replace("/dialnexa", "/paystack");
    let body = json!({ "url": url }).to_string();
    order(client, &local.sandbox_url, "webhooks", body.into_bytes()).await
}

/// Tells the story of the refund: approved, paid out, closed. Whether it came to its end.
///
/// # Errors
/// [`OpsError`] where a file cannot be read, or the stack does not answer.
pub async fn run(
    place: &Place,
    local: &LocalStack,
    client: &reqwest::Client,
    folder: &Path,
    out: &mut (dyn Write + Send),
) -> Result<bool, OpsError> {
    let body = deliver::read(&folder.join(SAMPLE))?;
    let call = deliver::call_id(&body)
        .ok_or_else(|| OpsError::Other(format!("{SAMPLE} names no call")))?;
    let call = CallId::new(call)?;
    writeln!(
        out,
        "\n{} {}",
        style::busy("⚑"),
        style::strong("Ngozi in finance looks at the double charge, and approves the refund")
    )?;
    let Some(refund) = refund_of(place, &call).await? else {
        writeln!(out, "  {}", style::bad("there is no refund to decide on"))?;
        return Ok(false);
    };
    if refund.state == State::AwaitingApproval {
        let given = Given {
            call: call.clone(),
            action: refund.id.to_string(),
            by: APPROVER.to_owned(),
            binding: binding(&refund),
            reason: "the same order, paid twice within a minute".to_owned(),
        };
        review::decide(place, given, Verdict::Approve).await?;
    }
    let done = until(PATIENCE, async || {
        let refund = refund_of(place, &call).await?;
        Ok(refund.filter(|refund| refund.state == State::Succeeded))
    });
    let Some(refund) = done.await? else {
        writeln!(out, "  {}", style::bad("the refund was not done"))?;
        return Ok(false);
    };
    let id = refund.receipt.as_ref().map_or("", |receipt| &receipt.id);
    writeln!(
        out,
        "  {}  {}: {} {}",
        style::good("✔      "),
        deed(&refund),
        style::state(refund.state),
        style::faint(id)
    )?;
    let heard = until(PATIENCE, async || {
        let notices = place.ledger.notices(&call).await?;
        let notices: Vec<Action> = notices.into_iter().map(|(notice, _)| notice).collect();
        let is_told = notices.iter().all(|notice| notice.state.is_final());
        Ok(is_told.then_some(notices))
    });
    print_told(&heard.await?.unwrap_or_default(), out)?;
    let number: u64 = id.parse().unwrap_or_default();
    for status in ["processing", "processed"] {
        let moves = json!({ "event": "refund_moves", "refund": number, "status": status });
        let body = moves.to_string().into_bytes();
        order(client, &local.sandbox_url, "happen", body).await?;
    }
    writeln!(
        out,
        "\n{} {}",
        style::busy("↩"),
        style::strong("Paystack pays the money out, and says so by webhook")
    )?;
    let closed = until(PATIENCE, async || {
        let all = place.ledger.follow_ups(&call).await?;
        let mut refunds = all.into_iter().map(|(follow_up, _)| follow_up);
        Ok(refunds.find(|it| it.subject == Subject::Refund && it.stage.is_closed()))
    });
    let Some(owner) = closed
        .await?
        .filter(|it| it.stage == Stage::Done)
        .map(|it| it.owner)
    else {
        writeln!(out, "  {}", style::bad("the case did not close"))?;
        return Ok(false);
    };
    writeln!(
        out,
        "  {}  the refund is paid out, read from Paystack's own record; the case is closed",
        style::good("✔      ")
    )?;
    writeln!(out, "  told      {owner}")?;
    Ok(true)
}

async fn refund_of(place: &Place, call: &CallId) -> Result<Option<Action>, OpsError> {
    let actions = place.ledger.actions(call).await?;
    let mut actions = actions.into_iter().map(|(action, _)| action);
    Ok(actions.find(|action| action.id.name == "refund"))
}
