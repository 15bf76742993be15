//! What the words around a number say of it.

use super::check::{Digits, is_card_range, value};
use super::element::{Element, Gap, Look, Number, What};
use super::expires::{expires, may_speak_of_cards};
use super::kind::Kind;
use super::lexicon::Cue;

/// What a cue says of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// It names it: this kind goes.
    Take(Kind),
    /// It names it: something that stays.
    Stay,
    /// It says nothing of it.
    Skip,
}

/// The kind, where the number fits it.
const fn take(fits: bool, kind: Kind) -> Verdict {
    if fits {
        Verdict::Take(kind)
    } else {
        Verdict::Skip
    }
}

/// What the rules ask of a cue.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about a number"
)]
#[derive(Clone, Copy)]
pub(super) struct Question {
    /// How many digits (and spelled letters) the number has, at least and at most: where some were
    /// taken back, nobody knows how many.
    pub(super) least: usize,
    pub(super) length: usize,
    pub(super) letters: usize,
    pub(super) digits: Digits,
    /// Ordinary words between.
    pub(super) words: u32,
    /// A line, a question or a turn ended between: the number may be an answer.
    pub(super) crossed: bool,
    /// A sentence ended between.
    pub(super) stopped: bool,
    pub(super) phone: bool,
    /// Told digit by digit.
    pub(super) told: bool,
    pub(super) expiry: bool,
    /// A year alone.
    pub(super) year: bool,
    /// Right behind "is", a colon or an equals sign, as in a table.
    pub(super) field: bool,
    pub(super) keep_last_four: bool,
}

impl Question {
    /// Within so many ordinary words: fewer in one sentence, more in an answer.
    const fn within(&self, same: u32, answer: u32) -> bool {
        self.words <= if self.crossed { answer } else { same }
    }

    /// Close by: told digit by digit, it may stand further from its name than a quantity.
    const fn is_close(&self, same: u32, answer: u32) -> bool {
        self.within(if self.told { same + 4 } else { same }, answer)
    }

    /// It may have from so many digits to so many.
    const fn fits(&self, from: usize, to: usize) -> bool {
        self.length >= from && self.least <= to
    }

    /// "the PIN that I always use is 4471"
    const fn is_told_of(&self) -> bool {
        self.field && self.within(5, 5)
    }

    /// One or two digits are no number of any kind, but half an expiry.
    pub(super) const fn is_too_short(&self) -> bool {
        self.length < 3 && !self.expiry
    }

    /// So many elements before the number may hold its name.
    pub(super) const fn looked_at(&self) -> usize {
        if self.length < 3 { 10 } else { LOOKED_AT }
    }

    /// It may be the expiry that a cue at its distance asks for; one or two digits are half of one.
    pub(super) const fn may_expire(&self) -> bool {
        let near = if self.length < 3 {
            self.crossed && self.words <= 2 || self.field && self.words == 0
        } else {
            self.within(1, 8)
        };
        self.expiry && near
    }

    /// "When does it expire?" – "oh nine, twenty-seven": no plan ends in a month by its number.
    pub(super) const fn may_answer_expiry(&self) -> bool {
        self.crossed && self.words == 0 && self.length == 4 && !self.year
    }

    /// In one sentence, or in the answer to it.
    const fn unbroken(&self) -> bool {
        self.crossed || !self.stopped
    }

    /// What "ending in" says: of four digits, and of the card in full behind them.
    fn ask_last_four(&self) -> Verdict {
        let four = self.length <= 4 && self.within(1, 4);
        let in_full = self.fits(15, 16)
            && !self.phone
            && is_card_range(&self.digits.values())
            && self.within(4, 10);
        if four && self.keep_last_four {
            return Verdict::Stay;
        }
        take(four && self.length == 4 || in_full, Kind::CardNumber)
    }

    /// What a cue before the number says of it.
    pub(super) fn ask(&self, cue: Cue) -> Verdict {
        let n = self.length;
        let stay = |fits: bool| if fits { Verdict::Stay } else { Verdict::Skip };
        match cue {
            Cue::CardNumber => {
                let near = match n {
                    12.. => self.within(8, 30),
                    5..=11 => self.within(2, 14),
                    4 => self.within(0, 10) && self.unbroken(),
                    _ => false,
                };
                take(near && !self.phone, Kind::CardNumber)
            }
            Cue::Card => take(
                self.fits(12, 19) && !self.phone && self.within(10, 25),
                Kind::CardNumber,
            ),
            Cue::LastFour => self.ask_last_four(),
            // Banks call what they send so too.
            Cue::SecurityCode if self.fits(5, 8) && self.least > 4 => {
                let near = if self.told || self.digits.len() >= 6 {
                    3
                } else {
                    0
                };
                take(
                    self.within(near, 8) && self.unbroken(),
                    Kind::OneTimePassword,
                )
            }
            Cue::SecurityCode => take(
                self.fits(3, 4) && (self.is_close(0, 8) || self.is_told_of()) && self.unbroken(),
                Kind::CardSecurityCode,
            ),
            Cue::Expiry => take(self.expiry && self.within(1, 8), Kind::CardExpiry),
            // "From 3310 to 4429" has a nine of them, said.
            Cue::Pin => take(
                self.fits(4, if self.told { 9 } else { 8 })
                    && (self.is_close(0, 8) || self.is_told_of())
                    && self.unbroken(),
                Kind::Pin,
            ),
            Cue::OneTimePassword => take(
                self.fits(4, 10) && self.is_close(2, 12),
                Kind::OneTimePassword,
            ),
            Cue::Code => {
                let near = if self.told && self.least >= 6 { 2 } else { 0 };
                take(
                    self.fits(4, 8) && self.within(near, 5),
                    Kind::OneTimePassword,
                )
            }
            Cue::AccountNumber => take(self.fits(6, 20) && self.within(5, 20), Kind::BankAccount),
            Cue::Account => {
                let beside = self.words == 0 && !self.crossed;
                let eleven = self.digits.len() == 11 && self.digits.first() == Some(0);
                let phone = self.phone || eleven && !beside;
                take(
                    self.fits(8, 18)
                        && (self.digits.len() >= 8 || self.least < self.digits.len())
                        && !phone
                        && self.within(4, 12),
                    Kind::BankAccount,
                )
            }
            Cue::Iban => take(self.fits(8, 34) && self.within(4, 12), Kind::Iban),
            Cue::SortCode => take(self.fits(6, 6) && self.within(2, 8), Kind::SortCode),
            Cue::Routing => take(self.fits(8, 10) && self.within(3, 10), Kind::RoutingNumber),
            Cue::BankCode => take(self.fits(6, 11) && self.within(1, 6), Kind::BankCode),
            Cue::Wallet => take(self.fits(9, 13) && self.within(6, 12), Kind::MobileMoney),
            Cue::Identifier(Kind::TaxId, 10, 19) if n >= 12 && self.letters == 0 => {
                take(self.least <= 19 && self.within(4, 12), Kind::CardNumber)
            }
            Cue::Identifier(kind, least, most) => {
                let (least, most) = (usize::from(least), usize::from(most));
                let fits = self.fits(least.saturating_sub(1), most + 1)
                    || self.letters > 0 && self.fits(6, 20);
                take(fits && self.within(4, 14), kind)
            }
            Cue::Reference => stay(self.within(4, 8)),
            Cue::Mention => stay(self.words == 0),
            Cue::Phone => stay(self.fits(6, 15) && self.within(4, 10)),
            Cue::Handset => stay(self.fits(6, 15) && self.within(1, 2)),
            Cue::Amount if self.told && self.digits.len() > 4 => Verdict::Skip,
            Cue::Amount => stay(self.digits.len() <= 9 && !self.crossed && self.words <= 2),
            Cue::Expires | Cue::Term | Cue::Login | Cue::Password | Cue::Key => Verdict::Skip,
        }
    }
}

/// No cue names a number from further away, in words.
pub(super) const FARTHEST: u32 = 30;

/// Whether a cue may say something, as far as the number alone tells.
pub(super) fn may_say(asked: &Question, cue: Cue) -> bool {
    match cue {
        Cue::Expiry | Cue::Expires => asked.may_expire(),
        cue => asked.ask(cue) != Verdict::Skip,
    }
}

/// The distance from an earlier element to a later one, in words, and what ended between.
pub(super) fn distance(from: &Element, to: &Element) -> (u32, bool, bool) {
    (
        to.words.saturating_sub(from.words),
        to.answers > from.answers,
        to.stops > from.stops,
    )
}

/// What the nearest cue before element `at` says of the number there.
pub(super) fn before(elements: &[Element], at: usize, question: Question) -> Option<Verdict> {
    naming(elements, at, question).map(|(verdict, _)| verdict)
}

/// What the nearest cue before element `at` asks for, however long the number there is: it may go
/// on later.
pub(super) fn wanted(elements: &[Element], at: usize, question: Question) -> Option<Cue> {
    let any = Question {
        least: 0,
        length: usize::MAX,
        ..question
    };
    naming(elements, at, any)
        .filter(|(verdict, _)| matches!(verdict, Verdict::Take(_)))
        .map(|(_, cue)| cue)
}

/// No more elements before any number may hold its name.
pub(super) const LOOKED_AT: usize = 40;

/// The nearest cue before element `at` that says something of the number there.
fn naming(elements: &[Element], at: usize, question: Question) -> Option<(Verdict, Cue)> {
    if question.is_too_short() {
        return None;
    }
    let number = elements.get(at)?;
    let mut passed: Option<Kind> = None;
    let mut nearest_passed = number;
    // What stands between counts like words do, but for the parts of one number. What was counted
    // has had the cue: "I changed my PIN 3 times in 2019".
    let mut numbers = 0;
    let said = number.gap.has(Gap::IS);
    let mut corrected = matches!(
        elements.get(at.wrapping_sub(1)).map(|e| e.what),
        Some(What::Correction)
    );
    let mut left = question.looked_at();
    let mut cards = None;
    for (index, element) in elements.get(..at)?.iter().enumerate().rev() {
        if !element.is_there() {
            continue;
        }
        if left == 0 || number.words - element.words + numbers / 2 > FARTHEST {
            break;
        }
        left -= 1;
        if matches!(
            element.what,
            What::Found(_) | What::Number(_) | What::Code { .. }
        ) && index + 1 < at
        {
            numbers += if counts(element) || said { 1 } else { 4 };
        }
        match element.what {
            What::Found(kind) => {
                if passed.is_some_and(|earlier| earlier != kind) {
                    return None;
                }
                if passed.replace(kind).is_none() {
                    nearest_passed = element;
                }
            }
            What::Number(ref other) if other.digits.len() >= 3 && element.look == Look::Plain => {
                // Another number stands between: a list shares its cue only when it stays.
                if question.length >= 5 && number.words.saturating_sub(element.words) <= 2 {
                    nearest_passed = element;
                } else if !corrected {
                    return None;
                }
            }
            What::Cue(cue) => {
                let (words, crossed, stopped) = distance(element, number);
                let asked = Question {
                    words: words + numbers / 2,
                    crossed,
                    stopped,
                    field: index + 1 == at && number.gap.has(Gap::COLON | Gap::IS),
                    ..question
                };
                let expires = match cue {
                    Cue::Expiry | Cue::Expires if !asked.may_expire() => Some(Verdict::Skip),
                    Cue::Expires
                        if !asked.may_answer_expiry()
                            && !*cards.get_or_insert_with(|| may_speak_of_cards(elements, at)) =>
                    {
                        Some(Verdict::Skip)
                    }
                    cue => expires(elements, index, cue, asked),
                };
                match expires.unwrap_or_else(|| asked.ask(cue)) {
                    Verdict::Skip => {}
                    Verdict::Stay => return Some((Verdict::Stay, cue)),
                    Verdict::Take(kind) => {
                        // A cue names one number; more only in a list of its own kind.
                        let (since, crossed_since, _) = distance(nearest_passed, number);
                        let shared = match passed {
                            None => true,
                            Some(earlier) => {
                                let beside = since == 0 && number.links - nearest_passed.links <= 2;
                                let list =
                                    !crossed_since && (question.length >= 6 || corrected || beside);
                                earlier == kind && since <= 2 && (list || kind == Kind::CardExpiry)
                            }
                        };
                        return shared.then_some((Verdict::Take(kind), cue));
                    }
                }
            }
            What::Correction => corrected = true,
            What::Digits => {
                let count = elements
                    .get(index.wrapping_sub(1))
                    .and_then(Element::number);
                let (words, crossed, _) = distance(element, number);
                if let Some(kind) = count.and_then(|count| asked_for(count, &question))
                    && crossed
                    && words <= 4
                    && passed.is_none()
                {
                    return Some((Verdict::Take(kind), Cue::Code));
                }
            }
            _ => {}
        }
    }
    None
}

/// "And the six digits?": how many are asked for tells what they are.
fn asked_for(count: &Number, question: &Question) -> Option<Kind> {
    let digits = usize::try_from(value(&count.digits.values())).ok()?;
    let kind = match digits {
        3 => Kind::CardSecurityCode,
        6 => Kind::OneTimePassword,
        10 => Kind::BankAccount,
        11 => Kind::NationalId,
        15 | 16 | 19 => Kind::CardNumber,
        _ => return None,
    };
    (question.fits(digits, digits) && !question.phone).then_some(kind)
}

/// A number that is not an amount, a date or a quantity.
fn counts(element: &Element) -> bool {
    matches!(element.look, Look::Plain | Look::Phone)
}

/// What a cue just after the number says of it: "456 is my CVV".
pub(super) fn after(elements: &[Element], at: usize, question: Question) -> Option<Kind> {
    let number = elements.get(at)?;
    let cue_element = elements.get(at + 1)?;
    let cue = cue_element.cue()?;
    let (words, crossed, stopped) = distance(number, cue_element);
    let links = cue_element.links - number.links;
    let is = cue_element.gap.has(Gap::IS);
    let card = matches!(cue, Cue::CardNumber | Cue::Card);
    let allowed = match cue {
        // "… that's what it says on the card"
        Cue::CardNumber | Cue::Card if question.fits(15, 19) => 3,
        // "… is your Google verification code"
        Cue::OneTimePassword | Cue::Code if is => 1,
        _ => 0,
    };
    if words > allowed || crossed || stopped || links > 5 {
        return None;
    }
    // "5399… CVV 812": what guards a card stands behind it.
    let guarded = matches!(cue, Cue::SecurityCode | Cue::Expiry | Cue::Expires)
        && !question.told
        && question.fits(15, 16)
        && is_card_range(&question.digits.values());
    if guarded {
        return Some(Kind::CardNumber);
    }
    // "use 482913 to log in"
    if cue == Cue::Login && links == 0 && question.fits(5, 8) && cue_element.gap.only(Gap::SPACE) {
        return Some(Kind::OneTimePassword);
    }
    let said = is
        || match cue {
            Cue::CardNumber | Cue::Card => question.length >= 12,
            Cue::SecurityCode if links <= 1 => question.fits(3, 3),
            Cue::SecurityCode | Cue::Pin | Cue::OneTimePassword => {
                links <= 3 && cue_element.gap.only(Gap::SPACE)
            }
            Cue::Account => question.fits(8, 12) && links <= 1,
            _ => false,
        };
    // "four five six … on the card"
    let part = card && links > 0 && question.told && question.fits(8, 19);
    // The cue may have a number of its own.
    let own = elements.get(at + 2).is_some_and(|next| {
        next.is_number() && next.words == cue_element.words && next.gap.has(Gap::IS | Gap::COLON)
    });
    // "45 PIN retries"
    let counted = elements.get(at + 2).is_some_and(|next| {
        matches!(next.what, What::Unit)
            && (next.piece, next.words, next.links)
                == (cue_element.piece, cue_element.words, cue_element.links)
    });
    if own || counted {
        return None;
    }
    let beside = Question {
        words: 0,
        crossed: false,
        stopped: false,
        ..question
    };
    match beside.ask(cue) {
        Verdict::Take(kind) if said => Some(kind),
        _ => part.then_some(Kind::CardNumber),
    }
}

/// The cue behind a number says in so many words that it is it: "4821 is the code".
pub(super) fn is_named_behind(elements: &[Element], at: usize) -> bool {
    elements
        .get(at + 1)
        .is_some_and(|cue| cue.gap.has(Gap::IS) && !cue.gap.has(Gap::COMMA | Gap::STOP))
}

/// The nearest cue before a number calls it a phone.
pub(super) fn is_called_phone(elements: &[Element], at: usize) -> bool {
    let Some(number) = elements.get(at) else {
        return false;
    };
    let before = elements.get(..at).unwrap_or_default().iter().rev().take(6);
    before
        .take_while(|element| number.words - element.words <= 3)
        .find_map(Element::cue)
        .is_some_and(|cue| matches!(cue, Cue::Phone | Cue::Handset))
}

/// A card is spoken of near an element.
pub(super) fn card_near(elements: &[Element], first: usize, last: usize) -> bool {
    let near = |element: &Element, other: &Element| {
        element.words.abs_diff(other.words) <= 8
            && matches!(
                element.what,
                What::Cue(Cue::Card | Cue::CardNumber | Cue::SecurityCode | Cue::Expiry)
            )
    };
    let (Some(start), Some(end)) = (elements.get(first), elements.get(last)) else {
        return false;
    };
    elements
        .get(..first)
        .unwrap_or_default()
        .iter()
        .rev()
        .filter(|element| element.is_there())
        .take(8)
        .any(|element| near(element, start))
        || elements
            .get(last + 1..)
            .unwrap_or_default()
            .iter()
            .filter(|element| element.is_there())
            .take(6)
            .any(|element| near(element, end))
}
