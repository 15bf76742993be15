//! Scores the redactor on a labelled set: one JSON object a line, as the files beside this one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use shared::redact::{Kind, Settings, Span, Speaker, Turn, redact, redact_turns};

/// One labelled line.
#[derive(Deserialize)]
pub struct Line {
    /// Its name, for the list of misses.
    pub id: String,
    /// ISO 639 of its main language.
    pub language: String,
    /// What has to go is said in words.
    #[serde(default)]
    pub spoken: bool,
    /// One text …
    #[serde(default)]
    pub text: Option<String>,
    /// … or a conversation.
    #[serde(default)]
    pub turns: Vec<LabelledTurn>,
    /// What has to go.
    pub spans: Vec<Label>,
}

/// A turn of a labelled conversation.
#[derive(Deserialize)]
pub struct LabelledTurn {
    /// `agent` or `user`.
    pub role: String,
    /// What was said.
    pub content: String,
}

/// Something that has to go, in characters.
#[derive(Deserialize)]
pub struct Label {
    /// Its turn, in a conversation.
    #[serde(default)]
    pub turn: usize,
    /// First character.
    pub start: usize,
    /// The character after the last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// How often something was found, missed and falsely found.
#[derive(Default, Clone, Copy)]
pub struct Counts {
    /// Labels wholly cut.
    pub found: usize,
    /// Labels of which something stayed.
    pub missed: usize,
    /// Cuts where no label is.
    pub spurious: usize,
    /// Labels cut under another kind's name (counted as found).
    pub renamed: usize,
}

impl Counts {
    /// Share of labels wholly cut.
    #[must_use]
    pub fn recall(&self) -> f64 {
        ratio(self.found, self.found + self.missed)
    }

    /// Share of cuts that were right.
    #[must_use]
    pub fn precision(&self) -> f64 {
        ratio(self.found, self.found + self.spurious)
    }

    /// Their harmonic mean.
    #[must_use]
    pub fn f1(&self) -> f64 {
        let (recall, precision) = (self.recall(), self.precision());
        if recall + precision == 0.0 {
            0.0
        } else {
            2.0 * recall * precision / (recall + precision)
        }
    }

    fn add(&mut self, other: Self) {
        self.found += other.found;
        self.missed += other.missed;
        self.spurious += other.spurious;
        self.renamed += other.renamed;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of lines")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// The score of a set.
#[derive(Default)]
pub struct Score {
    /// By kind; `true` where it was spoken.
    pub kinds: BTreeMap<(Kind, bool), Counts>,
    /// By language, of what goes.
    pub languages: BTreeMap<String, Counts>,
    /// Lines on which nothing may be cut, and on how many of them something was.
    pub clean_lines: usize,
    /// See above.
    pub alarms: usize,
    /// All lines.
    pub lines: usize,
    /// What went wrong, one line each.
    pub faults: Vec<String>,
}

/// Reads every `.jsonl` file of a folder, in order of name.
///
/// # Panics
/// When a file cannot be read or a line is not of the form.
#[must_use]
pub fn read(folder: &Path) -> Vec<Line> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of the labelled set")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    files
        .iter()
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).expect("a labelled file");
            text.lines()
                .map(|line| {
                    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
                })
                .collect::<Vec<Line>>()
        })
        .collect()
}

/// Redacts every line and compares.
#[must_use]
pub fn score(lines: &[Line]) -> Score {
    let mut score = Score::default();
    for line in lines {
        score.lines += 1;
        let (texts, spans) = redact_line(line);
        let before = score.faults.len();
        for label in &line.spans {
            let text = texts.get(label.turn).copied().unwrap_or_default();
            let counts = score.kinds.entry((label.kind, line.spoken)).or_default();
            if covered(text, label, &spans) {
                counts.found += 1;
                score
                    .languages
                    .entry(line.language.clone())
                    .or_default()
                    .found += 1;
                if !spans
                    .iter()
                    .any(|span| overlaps(span, label) && span.kind == label.kind)
                {
                    counts.renamed += 1;
                    score.faults.push(format!(
                        "{} {} under another name",
                        line.id,
                        label.kind.name()
                    ));
                }
            } else {
                counts.missed += 1;
                score
                    .languages
                    .entry(line.language.clone())
                    .or_default()
                    .missed += 1;
                score
                    .faults
                    .push(format!("{} {} missed", line.id, label.kind.name()));
            }
        }
        for span in &spans {
            if !line.spans.iter().any(|label| overlaps(span, label)) {
                score
                    .kinds
                    .entry((span.kind, line.spoken))
                    .or_default()
                    .spurious += 1;
                score
                    .faults
                    .push(format!("{} {} where nothing is", line.id, span.kind.name()));
            }
        }
        if line.spans.is_empty() {
            score.clean_lines += 1;
            score.alarms += usize::from(!spans.is_empty());
        }
        if let (true, Some(last)) = (score.faults.len() > before, score.faults.last_mut()) {
            let _ = write!(last, "  <<{}>>", texts.join(" / "));
        }
    }
    score
}

fn redact_line(line: &Line) -> (Vec<&str>, Vec<Span>) {
    let settings = Settings::default();
    if let Some(text) = &line.text {
        return (vec![text], redact(text, &settings).1);
    }
    let turns: Vec<Turn<'_>> = line
        .turns
        .iter()
        .map(|turn| Turn {
            speaker: if turn.role == "agent" {
                Speaker::Agent
            } else {
                Speaker::Caller
            },
            content: &turn.content,
        })
        .collect();
    let spans = redact_turns(&turns, &settings)
        .into_iter()
        .flat_map(|(_, spans)| spans)
        .collect();
    (
        line.turns
            .iter()
            .map(|turn| turn.content.as_str())
            .collect(),
        spans,
    )
}

fn overlaps(span: &Span, label: &Label) -> bool {
    span.turn.unwrap_or(0) == label.turn && span.start < label.end && label.start < span.end
}

/// Every letter and digit of a label lies in a cut, but for a filler at its edge.
fn covered(text: &str, label: &Label, spans: &[Span]) -> bool {
    text.chars()
        .enumerate()
        .skip(label.start)
        .take(label.end - label.start)
        .filter(|(_, c)| c.is_alphanumeric())
        .all(|(at, _)| {
            spans.iter().any(|span| {
                span.turn.unwrap_or(0) == label.turn && (span.start..span.end).contains(&at)
            })
        })
}

/// The score as a table for people.
#[must_use]
pub fn table(score: &Score) -> String {
    let mut out = String::from(
        "kind                 said     labels  found  missed  false  recall  precision     F1\n",
    );
    let mut sums = [Counts::default(); 2];
    let row = |name: &str, said: &str, counts: &Counts| {
        format!(
            "{name:<20} {said:<8} {:>6} {:>6} {:>7} {:>6} {:>7.3} {:>10.3} {:>6.3}\n",
            counts.found + counts.missed,
            counts.found,
            counts.missed,
            counts.spurious,
            counts.recall(),
            counts.precision(),
            counts.f1(),
        )
    };
    for ((kind, spoken), counts) in &score.kinds {
        out += &row(
            kind.name(),
            if *spoken { "spoken" } else { "written" },
            counts,
        );
        if let Some(sum) = sums.get_mut(usize::from(*spoken)) {
            sum.add(*counts);
        }
    }
    let [written, spoken] = sums;
    let mut all = written;
    all.add(spoken);
    out += &row("all", "written", &written);
    out += &row("all", "spoken", &spoken);
    out += &row("all", "both", &all);
    out += "by language, found of labels:";
    for (language, counts) in &score.languages {
        let _ = write!(
            out,
            " {language} {}/{}",
            counts.found,
            counts.found + counts.missed
        );
    }
    out.push('\n');
    let _ = writeln!(
        out,
        "{} lines; false alarms on {} of {} lines that must survive untouched; {} finds under another name",
        score.lines, score.alarms, score.clean_lines, all.renamed,
    );
    out
}
