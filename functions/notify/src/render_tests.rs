use super::*;

#[test]
fn what_many_read_names_no_record_and_no_amount() {
    for (words, shown) in [
        (
            "several payments may be meant: 5001, T-ada-1, CUS_ada1",
            "several payments may be meant: … … …",
        ),
        (
            "the caller says NGN 1,500.00 twice",
            "the caller says NGN … twice",
        ),
        (
            "due 25 Nov 2026, 03:00 WAT (in 2 days)",
            "due 25 Nov 2026, 03:00 WAT (in 2 days)",
        ),
        ("above 500 or 12345", "above … or …"),
    ] {
        assert_eq!(without_ids(words), shown);
    }
}

#[test]
fn a_value_is_one_line_without_characters_that_turn_text_round() {
    assert_eq!(
        one_line("Ada\r\nBcc: x\u{202e}y\u{0}z\t!"),
        "Ada Bcc: xy z !"
    );
    assert_eq!(one_line(&"é".repeat(2_000)).chars().count(), LONGEST_VALUE);
}

#[test]
fn html_holds_no_markup_of_anybodys() {
    let rendered = Rendered {
        title: "<b>Chargeback</b>".to_owned(),
        is_urgent: false,
        reason: Some("a & b".to_owned()),
        details: vec![("Customer", "<script>alert('x')</script>".to_owned())],
        links: vec![("Open the call", "https://x.example/?a=\"><i>".to_owned())],
        remark: None,
    };
    let html = rendered.as_html("[ref ll-1]");
    for tag in ["<b>", "<script>", "<i>", "\"><"] {
        assert!(!html.contains(tag), "{tag}: {html}");
    }
    assert!(html.ends_with("[ref ll-1]"));
}
