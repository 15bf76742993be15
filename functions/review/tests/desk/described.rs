//! The desk's doors are the ones that `docs/openapi.yaml` describes.

use std::collections::BTreeSet;

use doors::Doors;
use review::Request;

use crate::world::World;

/// The desk's table of routes, as its source has it.
const ROUTES: &str = include_str!("../../src/desk/mod.rs");

/// Reads `("GET", ["calls", call, "case"])` as `GET /calls/{call}/case`.
fn route(line: &str) -> Option<(String, String)> {
    let (method, rest) = line.trim().strip_prefix("(\"")?.split_once("\", [")?;
    let (segments, _) = rest.split_once("]) =>")?;
    let path: Vec<String> = segments
        .split(", ")
        .filter(|segment| !segment.is_empty())
        .map(|segment| match segment.strip_prefix('"') {
            Some(fixed) => fixed.trim_end_matches('"').to_owned(),
            None => format!("{{{segment}}}"),
        })
        .collect();
    Some((method.to_owned(), format!("/{}", path.join("/"))))
}

#[test]
fn every_route_of_the_code_is_in_the_file_and_the_reverse() {
    let in_code: BTreeSet<(String, String)> = ROUTES.lines().filter_map(route).collect();
    let in_file: BTreeSet<(String, String)> = Doors::read()
        .routes()
        .into_iter()
        .filter(|(_, path)| !path.starts_with("/webhooks/"))
        .collect();
    assert!(in_code.len() > 10, "{in_code:?}");
    assert_eq!(in_code, in_file);
}

#[tokio::test]
async fn what_the_file_does_not_describe_is_no_door() {
    let world = World::new();
    for (method, target) in [
        ("GET", "/webhooks/dialnexa"),
        ("PUT", "/queue"),
        ("GET", "/calls/call_a1/decision"),
        ("POST", "/calls/call_a1/refund"),
        ("GET", "/calls"),
        ("GET", "/admin"),
    ] {
        let answer = world.answer(&Request::new(method, target)).await;
        assert_eq!(answer.status, 404, "{method} {target}");
    }
}
