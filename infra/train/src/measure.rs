//! Measures: F1 by label, the confusion of labels, reliability.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use shared::case::Workflow;

/// One answer: what it should be, what it was, how sure (in thousandths).
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// What it should be.
    pub expected: Workflow,
    /// What it was.
    pub given: Workflow,
    /// How sure it was, in thousandths.
    pub confidence: u16,
}

/// What the answers come to.
#[derive(Debug, Clone)]
pub struct Measures {
    /// The mean of the labels' F1.
    pub macro_f1: f64,
    /// The share of right answers.
    pub accuracy: f64,
    /// Precision, recall, F1 and count of each label that occurs.
    pub labels: Vec<(Workflow, f64, f64, f64, usize)>,
    /// The share of `other` that started a workflow.
    pub started: f64,
    /// Expected calibration error over ten bins.
    pub calibration_error: f64,
}

/// Measures `answers`.
#[must_use]
pub fn measure(answers: &[Answer]) -> Measures {
    let share = |part: usize, whole: usize| {
        if whole == 0 {
            0.0
        } else {
            part as f64 / whole as f64
        }
    };
    let count =
        |wanted: &dyn Fn(&Answer) -> bool| answers.iter().filter(|answer| wanted(answer)).count();
    let mut labels = Vec::new();
    for workflow in Workflow::ALL {
        let expected = count(&|answer| answer.expected == workflow);
        if expected == 0 {
            continue;
        }
        let given = count(&|answer| answer.given == workflow);
        let right = count(&|answer| answer.given == workflow && answer.expected == workflow);
        let (precision, recall) = (share(right, given), share(right, expected));
        let f1 = if right == 0 {
            0.0
        } else {
            2.0 * precision * recall / (precision + recall)
        };
        labels.push((workflow, precision, recall, f1, expected));
    }
    let right = count(&|answer| answer.expected == answer.given);
    let harmless = count(&|answer| answer.expected == Workflow::Other);
    let started =
        count(&|answer| answer.expected == Workflow::Other && answer.given != Workflow::Other);
    let mut calibration_error = 0.0;
    for (_, stated, right, size) in reliability(answers) {
        calibration_error += (stated - right).abs() * share(size, answers.len());
    }
    Measures {
        macro_f1: labels.iter().map(|label| label.3).sum::<f64>() / labels.len().max(1) as f64,
        accuracy: share(right, answers.len()),
        labels,
        started: share(started, harmless),
        calibration_error,
    }
}

/// Ten bins of stated confidence: the bin, what was stated, what was right, how many.
#[must_use]
pub fn reliability(answers: &[Answer]) -> Vec<(usize, f64, f64, usize)> {
    let mut bins: BTreeMap<usize, (f64, usize, usize)> = BTreeMap::new();
    for answer in answers {
        let bin = bins
            .entry(usize::from(answer.confidence.min(999)) / 100)
            .or_default();
        bin.0 += f64::from(answer.confidence) / 1000.0;
        bin.1 += usize::from(answer.expected == answer.given);
        bin.2 += 1;
    }
    bins.into_iter()
        .map(|(bin, (stated, right, size))| {
            (bin, stated / size as f64, right as f64 / size as f64, size)
        })
        .collect()
}

/// The measures as a table for people.
#[must_use]
pub fn table(title: &str, answers: &[Answer]) -> String {
    let measures = measure(answers);
    let mut text = format!(
        "{title}: {} answers, macro-F1 {:.3}, accuracy {:.3}, other that started one {:.2} %, calibration error {:.3}\n",
        answers.len(),
        measures.macro_f1,
        measures.accuracy,
        measures.started * 100.0,
        measures.calibration_error
    );
    for (workflow, precision, recall, f1, size) in &measures.labels {
        let _ = writeln!(
            text,
            "  {:20} precision {precision:.3}  recall {recall:.3}  F1 {f1:.3}  of {size}",
            workflow.as_str()
        );
    }
    let mut confusion: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for answer in answers
        .iter()
        .filter(|answer| answer.expected != answer.given)
    {
        *confusion
            .entry((answer.expected.as_str(), answer.given.as_str()))
            .or_default() += 1;
    }
    for ((expected, given), size) in confusion {
        let _ = writeln!(text, "  taken wrongly: {expected} for {given}: {size}");
    }
    for (bin, stated, right, size) in reliability(answers) {
        let _ = writeln!(
            text,
            "  stated {:.1} to {:.1}: mean {stated:.3}, right {right:.3}, of {size}",
            bin as f64 / 10.0,
            (bin + 1) as f64 / 10.0
        );
    }
    text
}
