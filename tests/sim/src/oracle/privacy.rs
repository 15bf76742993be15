//! Nothing of what was taken out is anywhere.

use std::collections::BTreeSet;

use memchr::memmem::Finder;

use super::Evidence;
use crate::calls::Call;
use crate::queue::SimQueue;
use crate::vault;
use crate::world::World;

/// Nothing of a card number and no secret anywhere; none of the caller's own words where many
/// people look.
pub(super) async fn nothing_is_told(
    world: &World,
    evidence: &Evidence,
    calls: &[Call],
) -> Result<(), String> {
    let mut broad: Vec<(String, String)> = Vec::new();
    let mut narrow: Vec<(String, String)> = Vec::new();
    for item in &evidence.items {
        let place = format!("the table at {} {}", item.key.pk, item.key.sk);
        let text = item.body.to_string();
        if item.key.sk.starts_with("private#") {
            narrow.push((place, text));
        } else {
            broad.push((place, text));
        }
    }
    for call in evidence.calls().keys() {
        let events = world
            .ledger()
            .events(call)
            .await
            .map_err(|error| error.to_string())?;
        let case = world
            .ledger()
            .case(call)
            .await
            .map_err(|error| error.to_string())?;
        let text = serde_json::to_string(&(events, case)).map_err(|error| error.to_string())?;
        narrow.push((format!("the private record of {call}"), text));
    }
    let sent = |queue: &SimQueue| queue.ever_sent().join("\n");
    narrow.push(("queue calls".to_owned(), sent(&world.calls)));
    broad.push(("queue cases".to_owned(), sent(&world.cases)));
    broad.push(("queue notices".to_owned(), sent(&world.notices)));
    broad.push(("the metrics".to_owned(), world.metrics.written().join("\n")));
    broad.push(("the logs".to_owned(), world.logs()));
    for entry in world.paystack.lock().log().entries() {
        broad.push((format!("Paystack's {}", entry.path), entry.body.to_string()));
    }
    for entry in world.slack.lock().log().entries() {
        broad.push((format!("Slack's {}", entry.path), entry.body.to_string()));
    }
    for entry in world.zendesk.lock().log().entries() {
        broad.push((format!("Zendesk's {}", entry.path), entry.body.to_string()));
    }
    for entry in world.hubspot.lock().log().entries() {
        broad.push((format!("HubSpot's {}", entry.path), entry.body.to_string()));
    }
    let spoken: Vec<String> = calls.iter().map(Call::spoken_card).collect();
    let cards: BTreeSet<&str> = calls
        .iter()
        .map(|call| call.card.as_str())
        .chain(spoken.iter().map(String::as_str))
        .collect();
    let all = || broad.iter().chain(&narrow);
    stands_nowhere(vault::ALL, all(), "a secret stands")?;
    stands_nowhere(cards, all(), "a card number stands")?;
    let own_words = calls.iter().map(|call| call.own_words.as_str());
    stands_nowhere(own_words, broad.iter(), "the caller's own words stand")
}

/// None of `needles` stands in any of `texts`, each with its place.
fn stands_nowhere<'a>(
    needles: impl IntoIterator<Item = &'a str>,
    texts: impl Iterator<Item = &'a (String, String)>,
    what: &str,
) -> Result<(), String> {
    let finders: Vec<Finder> = needles.into_iter().map(Finder::new).collect();
    let mut stands = texts.filter(|(_, text)| {
        let text = text.as_bytes();
        finders.iter().any(|finder| finder.find(text).is_some())
    });
    match stands.next() {
        Some((place, _)) => Err(format!("{what} in {place}")),
        None => Ok(()),
    }
}
