//! Measures redact-core on our transcripts and our labelled set, the way `presidio.py` does.

use std::time::Instant;

use redact_core::AnalyzerEngine;
use serde_json::Value;

/// What counts as a find of our kinds; the others (names, dates, phones) are no concern here.
const IGNORED: [&str; 14] = [
    "PERSON",
    "LOCATION",
    "ORGANIZATION",
    "DATE_TIME",
    "PHONE_NUMBER",
    "EMAIL_ADDRESS",
    "URL",
    "IP_ADDRESS",
    "DOMAIN_NAME",
    "AGE",
    "GUID",
    "MAC_ADDRESS",
    "UK_POSTCODE",
    "US_ZIP_CODE",
];

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../redaction");
    let benches = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/benches");
    let begin = Instant::now();
    let engine = AnalyzerEngine::new();
    println!(
        "redact-core 0.12: start {:.1} ms",
        begin.elapsed().as_secs_f64() * 1e3
    );
    for name in ["transcript.txt", "digits.txt"] {
        let text = std::fs::read_to_string(format!("{benches}/{name}")).expect("a bench text");
        let mut times: Vec<f64> = (0..200)
            .map(|_| {
                let begin = Instant::now();
                std::hint::black_box(engine.analyze(&text, None).expect("an analysis"));
                begin.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "redact-core 0.12: {name} median {:.0} µs",
            times[times.len() / 2]
        );
    }
    let (mut found, mut labels, mut alarms, mut clean) = ([0, 0], [0, 0], 0, 0);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the set")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
    {
        for line in std::fs::read_to_string(path).expect("a file").lines() {
            let line: Value = serde_json::from_str(line).expect("a line");
            let texts: Vec<&str> = match line["text"].as_str() {
                Some(text) => vec![text],
                None => line["turns"]
                    .as_array()
                    .expect("turns")
                    .iter()
                    .filter_map(|turn| turn["content"].as_str())
                    .collect(),
            };
            let spans: Vec<Vec<(usize, usize)>> = texts
                .iter()
                .map(|text| {
                    let result = engine.analyze(text, None).expect("an analysis");
                    result
                        .detected_entities
                        .iter()
                        .filter(|entity| !IGNORED.contains(&entity.entity_type.as_str()))
                        .map(|entity| (entity.start, entity.end))
                        .collect()
                })
                .collect();
            let wanted = line["spans"].as_array().expect("spans");
            if wanted.is_empty() {
                clean += 1;
                alarms += usize::from(spans.iter().any(|spans| !spans.is_empty()));
            }
            let said = usize::from(line["spoken"].as_bool() == Some(true));
            for label in wanted {
                let turn = label["turn"].as_u64().unwrap_or(0) as usize;
                let byte = |character: &str| {
                    let at = label[character].as_u64().expect("a place") as usize;
                    texts[turn]
                        .char_indices()
                        .nth(at)
                        .map_or(texts[turn].len(), |(byte, _)| byte)
                };
                let (start, end) = (byte("start"), byte("end"));
                labels[said] += 1;
                let covered = texts[turn][start..end]
                    .char_indices()
                    .filter(|(_, c)| c.is_alphanumeric())
                    .all(|(at, _)| {
                        spans[turn]
                            .iter()
                            .any(|&(from, to)| (from..to).contains(&(start + at)))
                    });
                found[said] += usize::from(covered);
            }
        }
    }
    println!(
        "redact-core 0.12: written {} of {}, spoken {} of {}, false alarms on {alarms} of {clean} lines",
        found[0], labels[0], found[1], labels[1]
    );
}
