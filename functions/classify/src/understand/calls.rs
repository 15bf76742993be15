//! What a whole call asks for: its sentences are scored, the caller's before the agent's, what is
//! taken back is taken out, and the lines that decided are kept.

use shared::case::{Confidence, Workflow};
use shared::redact::Speaker;

use super::agent::{named_by_agent, opened_about_debt, speaks_of_something};
use super::concepts::{BLOCK, Ideas, MONEY, VIP};
use super::model::{LABELS, Scores, Sums, confidence as calibrated, score};
use super::situations;
use super::turns::{LONG, asks, is_aside, lower, sentences, takes_back};
use super::utterance;

/// In a call of many sentences one sentence less sure than this starts nothing.
const HEARD: u16 = 550;
/// A main workflow of a call of many sentences has at least this much evidence.
const STARTS: f32 = 0.55;
/// A further workflow has at least this much.
const ALSO: f32 = 0.70;
/// A turn of fewer bytes is "yes" or a name.
const WORD: usize = 16;
/// A sentence of at most so many words may be an answer and no more.
const SAYS_MORE: usize = 4;
/// Two turns heard together start nothing below this.
const TOGETHER: u16 = 800;
/// A call that leads to `other` by less is one for a person to look at.
const TELLS_LITTLE: f32 = 1.5;
/// A call that leads by this to `other` tells of nothing, whatever our agent names.
const TELLS_NOTHING: f32 = 3.0;
/// A caller who is heard so surely to have been charged twice wants one of the charges back.
const TWICE: u16 = 850;
/// How sure a workflow is at most that only the agent named.
const GUESS: u16 = 480;
/// What a whole call tells is at least so sure.
const TOLD: u16 = 300;
/// It is so sure against a single turn that says otherwise.
const TOLD_OTHERWISE: u16 = 750;
/// It is so sure against a single turn that asks for something else.
const TOLD_AGAINST: u16 = 930;
/// A text of one turn of at most this many bytes is one utterance.
const ONE_UTTERANCE: usize = 700;
/// A turn of at most this many bytes is also scored whole.
const WHOLE_TURN: usize = 420;

/// What a call asks for.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    /// What it is mainly about.
    pub(super) workflow: Workflow,
    /// How sure that is.
    pub(super) confidence: Confidence,
    /// What else it asks for, the surest first.
    pub(super) also: Vec<Workflow>,
    /// The turns that decided, the most telling first.
    pub(super) evidence: Vec<usize>,
    /// Whether the main one was asked for or came up again, and not only told in passing.
    pub(super) is_meant: bool,
}

/// What was heard of one workflow.
#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    /// The chance that none of its sentences was right.
    doubt: f32,
    /// Its surest sentence.
    surest: u16,
    /// The turn of it.
    turn: usize,
    /// How many sentences spoke of it.
    count: u16,
    /// The last turn that spoke of it.
    last: usize,
    /// Whether it was asked for, and not only told.
    asked: bool,
}

/// Works out what the turns ask for.
pub(super) fn decide(turns: &[(Speaker, &str)]) -> Decision {
    let mut heard = [Evidence {
        doubt: 1.0,
        ..Evidence::default()
    }; LABELS];
    let mut others = 1000_u16;
    let mut units = 0_usize;
    let mut single: Option<Scores> = None;
    let mut latest: Option<Workflow> = None;
    let mut withdrawn = false;
    if let [(speaker, text)] = turns
        && *speaker != Speaker::Agent
        && text.len() <= ONE_UTTERANCE
        && !(text.len() > LONG / 2 && sentences(&lower(text)).into_iter().any(takes_back))
    {
        // The model learned from utterances: one is its own to judge.
        return of_one(utterance::decide(text, |part| score(part).best()));
    }
    let by_agent = opened_about_debt(turns);
    let mut before: Option<(Sums, usize)> = None;
    let mut ideas: Ideas = 0;
    for (turn, (speaker, text)) in turns.iter().enumerate() {
        if *speaker == Speaker::Agent {
            continue;
        }
        let lower = lower(text);
        let mut whole: Option<Sums> = None;
        let mut count = 0;
        let mut set_aside = false;
        for sentence in sentences(&lower) {
            count += 1;
            if takes_back(sentence) {
                withdraw(sentence, &mut heard, latest);
                withdrawn = true;
                (units, set_aside) = (units + 1, true);
                continue;
            }
            if is_aside(sentence) {
                (units, set_aside) = (units + 1, true);
                continue;
            }
            let sums = Sums::of(sentence);
            if turns.len() > 1 && is_an_answer(sentence, sums.ideas) {
                units += 1;
                continue;
            }
            whole = Some(whole.map_or(sums, |whole| whole.with(&sums)));
            ideas |= sums.ideas;
            let scores = sums.scores();
            single = Some(scores);
            units += 1;
            if let Some(workflow) = weigh(&scores, turns.len(), &mut others) {
                note(&mut heard, workflow.0, workflow.1, turn, asks(sentence));
                latest = Some(workflow.0);
            }
        }
        let Some(whole) = whole.filter(|_| !set_aside && text.len() <= WHOLE_TURN) else {
            before = None;
            continue;
        };
        if count > 1 {
            units += 1;
            let scores = whole.scores();
            single = Some(scores);
            if let Some(workflow) = weigh(&scores, turns.len(), &mut others) {
                note(&mut heard, workflow.0, workflow.1, turn, asks(&lower));
                latest = Some(workflow.0);
            }
        }
        // What a caller says bit by bit: two turns are heard together.
        let more_than_a_word = text.len() >= WORD;
        if let Some((sums, length)) = before.filter(|_| more_than_a_word)
            && length + text.len() < WHOLE_TURN
        {
            let (workflow, margin) = whole.with(&sums).scores().best();
            let confidence = calibrated(workflow, margin).thousandths();
            // What one of them says alone is not said again by both.
            let is_new = slot(&mut heard, workflow).is_some_and(|known| known.count == 0);
            if workflow != Workflow::Other && confidence >= TOGETHER && is_new {
                note(&mut heard, workflow, confidence, turn, false);
            }
        }
        before = more_than_a_word.then_some((whole, text.len()));
    }
    if let Some(turn) = by_agent {
        note(&mut heard, Workflow::Collections, 970, turn, true);
    }
    // An important caller may say who they are in one turn and what is blocked in another.
    if units > 1 && ideas & VIP != 0 && ideas & BLOCK != 0 {
        note(&mut heard, Workflow::VipPaymentBlocker, 850, 0, true);
    }
    match single {
        // One sentence: the model's own answer.
        Some(scores) if units == 1 && by_agent.is_none() => of_one(scores.best()),
        _ => {
            let settled = settle(&heard, others);
            if withdrawn {
                settled
            } else {
                described(turns, &heard, settled)
            }
        }
    }
}

/// What the whole call tells of, where no sentence of it names anything, or a single turn does.
fn described(turns: &[(Speaker, &str)], heard: &[Evidence; LABELS], settled: Decision) -> Decision {
    let is_nothing = settled.workflow == Workflow::Other;
    let mut named = heard.iter().filter(|evidence| evidence.count > 0);
    let least = match (is_nothing, named.next(), named.next()) {
        (true, _, _) => TOLD,
        (false, Some(only), None) if only.last == only.turn && !only.asked => TOLD_OTHERWISE,
        (false, Some(only), None) if only.last == only.turn => TOLD_AGAINST,
        _ => return settled,
    };
    let told = situations::told(turns);
    let tells = told.workflow != Workflow::Other;
    if tells && told.workflow != settled.workflow && told.confidence.thousandths() >= least {
        return Decision {
            workflow: told.workflow,
            confidence: told.confidence,
            also: Vec::new(),
            evidence: vec![situations::telling(turns, told.workflow)],
            is_meant: true,
        };
    }
    if !is_nothing {
        return settled;
    }
    let sure = if tells || told.lead < TELLS_LITTLE {
        settled.confidence.thousandths().min(GUESS)
    } else {
        settled.confidence.thousandths()
    };
    let settled = Decision {
        confidence: Confidence::from_thousandths(sure),
        ..settled
    };
    // Where the caller surely wants nothing, what the agent named is not looked for.
    if tells || told.lead < TELLS_NOTHING {
        named_by_agent(turns).map_or(settled, guess)
    } else {
        settled
    }
}

/// What only our own agent named: never sure enough to act on.
fn guess((workflow, confidence, turn): (Workflow, u16, usize)) -> Decision {
    Decision {
        workflow,
        confidence: Confidence::from_thousandths(confidence.min(GUESS)),
        also: Vec::new(),
        evidence: vec![turn],
        is_meant: false,
    }
}

/// Whether a sentence only answers what it was asked, such as "fifteen thousand naira": a few words
/// that name nothing anybody asks for start nothing by themselves.
fn is_an_answer(sentence: &str, ideas: Ideas) -> bool {
    ideas & !MONEY == 0 && sentence.split_whitespace().nth(SAYS_MORE).is_none()
}

/// The workflow that a sentence starts, if it does, and how sure it is; a doubt goes to `others`.
fn weigh(scores: &Scores, turns: usize, others: &mut u16) -> Option<(Workflow, u16)> {
    let (workflow, margin) = scores.best();
    let confidence = calibrated(workflow, margin).thousandths();
    if workflow == Workflow::Other {
        *others = (*others).min(confidence);
        return None;
    }
    if confidence < HEARD && turns > 1 {
        *others = (*others).min(1000 - confidence);
        return None;
    }
    Some((workflow, confidence))
}

fn of_one((workflow, margin): (Workflow, f32)) -> Decision {
    let evidence = if workflow == Workflow::Other {
        Vec::new()
    } else {
        vec![0]
    };
    Decision {
        workflow,
        confidence: calibrated(workflow, margin),
        also: Vec::new(),
        evidence,
        is_meant: true,
    }
}

fn note(
    heard: &mut [Evidence; LABELS],
    workflow: Workflow,
    confidence: u16,
    turn: usize,
    asks: bool,
) {
    let Some(evidence) = slot(heard, workflow) else {
        return;
    };
    // A sentence that asks says more than one that tells.
    let share = if asks { 0.97 } else { 0.80 };
    evidence.doubt *= 1.0 - share * f32::from(confidence) / 1000.0;
    evidence.count += 1;
    evidence.last = turn;
    evidence.asked |= asks;
    if confidence > evidence.surest {
        (evidence.surest, evidence.turn) = (confidence, turn);
    }
}

fn slot(heard: &mut [Evidence; LABELS], workflow: Workflow) -> Option<&mut Evidence> {
    Workflow::ALL
        .iter()
        .position(|known| *known == workflow)
        .and_then(|index| heard.get_mut(index))
}

fn settle(heard: &[Evidence; LABELS], others: u16) -> Decision {
    let twice = Workflow::ALL
        .into_iter()
        .zip(heard)
        .any(|(workflow, evidence)| {
            workflow == Workflow::DuplicateCharge && evidence.surest >= TWICE
        });
    // To have one of two equal charges back is what a caller who was charged twice wants.
    let is_part = |workflow: Workflow| twice && workflow == Workflow::RefundRequest;
    let mut ranked: Vec<(Workflow, f32, Evidence)> = Workflow::ALL
        .into_iter()
        .zip(heard)
        .filter(|(workflow, evidence)| {
            *workflow != Workflow::Other && evidence.count > 0 && !is_part(*workflow)
        })
        .map(|(workflow, evidence)| (workflow, weight(workflow, evidence), *evidence))
        .collect();
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
    let Some((workflow, lead, evidence)) =
        ranked.first().copied().filter(|first| first.1 >= STARTS)
    else {
        return Decision {
            workflow: Workflow::Other,
            confidence: Confidence::from_thousandths(others),
            also: Vec::new(),
            evidence: Vec::new(),
            is_meant: true,
        };
    };
    // What is told once in passing is no second wish: it is asked for, or comes up again.
    let is_meant = |(_, _, told): &&(Workflow, f32, Evidence)| told.asked || told.last != told.turn;
    let others_meant = || ranked.iter().skip(1).filter(is_meant);
    let rival = others_meant().next().map_or(0.0, |second| second.1);
    // Two workflows as strong as each other leave open which is the main one.
    let doubt = if rival > lead - 0.04 { 150 } else { 0 };
    let confidence = evidence.surest.saturating_sub(doubt);
    let also = others_meant().filter(|(_, weight, _)| *weight >= ALSO);
    Decision {
        workflow,
        confidence: Confidence::from_thousandths(confidence),
        also: also.map(|(workflow, _, _)| *workflow).collect(),
        evidence: evidence_turns(&evidence),
        is_meant: evidence.asked || evidence.last != evidence.turn,
    }
}

/// What a workflow weighs: what was heard, and which of two workflows contains the other.
fn weight(workflow: Workflow, evidence: &Evidence) -> f32 {
    let heard = 1.0 - evidence.doubt;
    match workflow {
        // A caller who names the special case also says the general one.
        Workflow::DuplicateCharge | Workflow::Chargeback | Workflow::VipPaymentBlocker => {
            heard + 0.06
        }
        Workflow::FailedRenewal | Workflow::Collections => heard + 0.03,
        Workflow::PaymentStatus | Workflow::CreateCustomer => heard - 0.03,
        _ => heard,
    }
}

fn evidence_turns(evidence: &Evidence) -> Vec<usize> {
    if evidence.last == evidence.turn {
        vec![evidence.turn]
    } else {
        vec![evidence.turn, evidence.last]
    }
}

/// Takes out what `sentence` takes back: what it names, or else what was spoken of last.
fn withdraw(sentence: &str, heard: &mut [Evidence; LABELS], latest: Option<Workflow>) {
    let scores = score(sentence);
    let named = if speaks_of_something(scores.ideas) {
        scores.best_of_ours()
    } else {
        latest
    };
    if let Some(evidence) = named.and_then(|workflow| slot(heard, workflow)) {
        *evidence = Evidence {
            doubt: 1.0,
            ..Evidence::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_dunning_call_is_a_collections_call() {
        let turns = [
            (
                Speaker::Agent,
                "Good morning, I am calling about your overdue balance of 5,000 naira.",
            ),
            (Speaker::Caller, "Okay, I will sort it."),
        ];
        assert_eq!(decide(&turns).workflow, Workflow::Collections);
    }

    #[test]
    fn what_only_the_agent_named_is_a_guess_and_never_sure() {
        let mut turns = vec![
            (
                Speaker::Agent,
                "Good day, I can help with invoices, refunds and payments.",
            ),
            (Speaker::Caller, "Nobody gave me one when I was there."),
            (
                Speaker::Agent,
                "I see, you need a copy of the receipt by e-mail.",
            ),
            (Speaker::Caller, "Exactly that."),
        ];
        let decision = decide(&turns);
        assert_eq!(decision.workflow, Workflow::DocumentResend);
        assert!(decision.confidence.thousandths() <= GUESS);
        assert_eq!(decision.evidence, [2]);
        // A greeting lists everything, and names nothing.
        turns.truncate(2);
        assert_eq!(decide(&turns).workflow, Workflow::Other);
    }

    #[test]
    fn what_the_caller_takes_back_is_out() {
        let turns = [
            (Speaker::Caller, "I want a refund for my order."),
            (Speaker::Agent, "I can help with that."),
            (
                Speaker::Caller,
                "Actually never mind the refund. Please just send me the invoice again.",
            ),
        ];
        let decision = decide(&turns);
        assert_eq!(decision.workflow, Workflow::DocumentResend);
        assert!(!decision.also.contains(&Workflow::RefundRequest));
    }

    #[test]
    fn one_of_two_equal_charges_is_no_further_wish() {
        let turns = [
            (Speaker::Caller, "You charged me twice for one order."),
            (Speaker::Agent, "What would you like us to do?"),
            (
                Speaker::Caller,
                "Please refund one of them, I want my money back.",
            ),
        ];
        let decision = decide(&turns);
        assert_eq!(decision.workflow, Workflow::DuplicateCharge);
        assert!(decision.also.is_empty(), "{:?}", decision.also);
    }

    #[test]
    fn what_is_described_over_several_turns_is_heard() {
        let turns = [
            (Speaker::Agent, "Good evening, how can I help?"),
            (
                Speaker::Caller,
                "Every month it goes by itself from my card.",
            ),
            (Speaker::Agent, "I see."),
            (
                Speaker::Caller,
                "This month nothing was taken and now the screen is off.",
            ),
        ];
        assert_eq!(decide(&turns).workflow, Workflow::FailedRenewal);
    }
}
