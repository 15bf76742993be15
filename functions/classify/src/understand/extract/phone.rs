//! Telephone numbers, written or said digit by digit, to E.164.
//!
//! A table of our own for the markets we serve: the `phonenumber` crate parses the metadata of
//! every country when it is first asked: 46 ms measured, more than all else of a cold start.

use serde::{Deserialize, Serialize};
use shared::ids::PhoneNumber;

use super::lexicon::Lexeme;
use super::spoken;
use super::text::{Kind, Text};

/// A country whose telephone numbers we read without their country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Country {
    /// Nigeria.
    Nigeria,
    /// Ghana.
    Ghana,
    /// South Africa.
    SouthAfrica,
    /// Kenya.
    Kenya,
    /// Côte d'Ivoire.
    CoteDIvoire,
    /// Egypt.
    Egypt,
    /// Rwanda.
    Rwanda,
    /// The United States.
    UnitedStates,
}

impl Country {
    /// The country with this ISO 3166-1 alpha-2 code.
    #[must_use]
    pub fn from_iso(code: &str) -> Option<Self> {
        Some(match code {
            "NG" => Self::Nigeria,
            "GH" => Self::Ghana,
            "ZA" => Self::SouthAfrica,
            "KE" => Self::Kenya,
            "CI" => Self::CoteDIvoire,
            "EG" => Self::Egypt,
            "RW" => Self::Rwanda,
            "US" => Self::UnitedStates,
            _ => return None,
        })
    }
}

/// How a country writes its numbers.
struct Plan {
    country: Country,
    code: &'static str,
    /// What is dialled before a national number.
    trunk: &'static str,
    /// Digits of a national number, without trunk, and what they may begin with.
    shapes: &'static [(usize, &'static [&'static str])],
}

const PLANS: [Plan; 8] = [
    Plan {
        country: Country::Nigeria,
        code: "234",
        trunk: "0",
        shapes: &[
            (10, &["70", "71", "80", "81", "90", "91"]),
            (8, &["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
        ],
    },
    Plan {
        country: Country::Ghana,
        code: "233",
        trunk: "0",
        shapes: &[(9, &["2", "3", "5"])],
    },
    Plan {
        country: Country::SouthAfrica,
        code: "27",
        trunk: "0",
        shapes: &[(9, &["1", "2", "3", "4", "5", "6", "7", "8"])],
    },
    Plan {
        country: Country::Kenya,
        code: "254",
        trunk: "0",
        shapes: &[(9, &["7", "1", "2", "4", "5", "6"])],
    },
    Plan {
        country: Country::CoteDIvoire,
        code: "225",
        trunk: "",
        shapes: &[(10, &["01", "05", "07", "21", "25", "27"])],
    },
    Plan {
        country: Country::Egypt,
        code: "20",
        trunk: "0",
        shapes: &[
            (10, &["10", "11", "12", "15"]),
            (9, &["2", "3", "4", "5", "6", "8", "9"]),
        ],
    },
    Plan {
        country: Country::Rwanda,
        code: "250",
        trunk: "0",
        shapes: &[(9, &["7", "2"])],
    },
    Plan {
        country: Country::UnitedStates,
        code: "1",
        trunk: "",
        shapes: &[(10, &["2", "3", "4", "5", "6", "7", "8", "9"])],
    },
];

impl Plan {
    fn is_national(&self, digits: &str) -> bool {
        self.shapes.iter().any(|(length, heads)| {
            digits.len() == *length && heads.iter().any(|head| digits.starts_with(head))
        })
    }
}

/// Every telephone number in `text`, in order, each once.
#[must_use]
pub fn phones(text: &Text<'_>, country: Country) -> Vec<PhoneNumber> {
    let mut found: Vec<PhoneNumber> = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let Some((digits, international, next)) = run(text, at) else {
            at += 1;
            continue;
        };
        if digits.len() >= 7
            && !is_something_else(text, at)
            && !is_social_security(text, at)
            && let Some(phone) = read(
                &digits,
                international,
                country,
                has_cue(text, at) || is_american(text, at),
            )
            && !found.contains(&phone)
        {
            found.push(phone);
        }
        at = next.max(at + 1);
    }
    found
}

/// A number as an analysis field or a form writes it.
#[must_use]
pub fn written(value: &str, country: Country) -> Option<PhoneNumber> {
    phones(&Text::new(&format!("phone {value}")), country)
        .into_iter()
        .next()
}

fn read(digits: &str, international: bool, country: Country, cue: bool) -> Option<PhoneNumber> {
    let (digits, international) = match digits.strip_prefix("00") {
        Some(rest) if digits.len() > 11 => (rest, true),
        _ => (digits, international),
    };
    let known = PLANS.iter().find_map(|plan| {
        let rest = digits.strip_prefix(plan.code)?;
        // "+234 0803 …": the trunk digit left in.
        let rest = rest
            .strip_prefix(plan.trunk)
            .filter(|rest| plan.is_national(rest))
            .unwrap_or(rest);
        plan.is_national(rest)
            .then(|| format!("+{}{rest}", plan.code))
    });
    if international {
        let any = || (digits.len() >= 9 && !digits.starts_with('0')).then(|| format!("+{digits}"));
        return PhoneNumber::new(&known.or_else(any)?).ok();
    }
    let plan = PLANS.iter().find(|plan| plan.country == country)?;
    let trunked = digits
        .strip_prefix(plan.trunk)
        .filter(|rest| plan.is_national(rest));
    if let Some(rest) = trunked
        && (!plan.trunk.is_empty() || cue || digits.starts_with('0'))
    {
        return PhoneNumber::new(&format!("+{}{rest}", plan.code)).ok();
    }
    if cue && plan.is_national(digits) && digits.len() >= 9 {
        return PhoneNumber::new(&format!("+{}{digits}", plan.code)).ok();
    }
    let with_code = known.filter(|_| digits.len() >= 11);
    PhoneNumber::new(&with_code?).ok()
}

/// The run of digits that starts at `start`, whether a `+` opens it, and the token after it.
fn run(text: &Text<'_>, start: usize) -> Option<(String, bool, usize)> {
    let plus = text.is_symbol(start, '+') || text.word(start) == "plus";
    let mut at = start + usize::from(plus);
    if text.is_symbol(at, '(') {
        at += 1;
    }
    let first = text.token(at)?;
    let starts = spoken::is_digit(text, at)
        || (text.word(at) == "o"
            && matches!(text.lexeme(at + 1), Lexeme::Unit(_) | Lexeme::Ten(_)));
    let code_before = start > 0
        && first.glued
        && !plus
        && text.before(start, 1).is_some_and(|token| {
            token.kind == Kind::Word
                || matches!(token.kind, Kind::Symbol('_' | '-' | '#' | '.' | '@'))
        });
    if !starts || code_before {
        return None;
    }
    let mut digits = String::new();
    let mut next = at;
    loop {
        if let Some((said, after)) = spoken::digits(text, next) {
            digits.push_str(&said);
            next = after;
        } else if text.word(next) == "o" {
            digits.push('0');
            next += 1;
        } else if plus && is_optional_trunk(text, next) {
            next += 3;
        } else if is_between(text, next) && continues(text, next + 1) {
            next += 1;
        } else {
            break;
        }
    }
    // Letters glued behind make it a code.
    let runs_on = text.token(next).is_some_and(|token| {
        token.glued && (token.kind == Kind::Word || matches!(token.kind, Kind::Symbol('_' | '@')))
    });
    if runs_on {
        return Some((String::new(), false, next));
    }
    Some((digits, plus, next))
}

/// "+44 (0)20 …": what is dialled at home only.
fn is_optional_trunk(text: &Text<'_>, at: usize) -> bool {
    text.is_symbol(at, '(') && text.word(at + 1) == "0" && text.is_symbol(at + 2, ')')
}

/// What is written or heard between the digits of one number.
fn is_between(text: &Text<'_>, at: usize) -> bool {
    text.token(at)
        .is_some_and(|token| matches!(token.kind, Kind::Symbol('-' | '(' | ')' | '.' | ',' | '/')))
}

/// Whether a digit, said or written, stands at `at`.
fn continues(text: &Text<'_>, at: usize) -> bool {
    spoken::is_digit(text, at) || (text.is_symbol(at, '(') && spoken::is_digit(text, at + 1))
}

/// Whether the digits are said to be something else: an order, an account, a reference.
fn is_something_else(text: &Text<'_>, at: usize) -> bool {
    (1..=4).any(|back| {
        matches!(
            text.word_before(at, back),
            "order"
                | "invoice"
                | "reference"
                | "ref"
                | "account"
                | "ticket"
                | "receipt"
                | "transaction"
                | "tracking"
                | "meter"
                | "policy"
                | "code"
                | "naira"
                | "ngn"
                | "₦"
                | "bvn"
                | "nin"
                | "rrn"
                | "session"
        )
    })
}

/// "011-12-3456": digits in the shape of an American social security number.
fn is_social_security(text: &Text<'_>, at: usize) -> bool {
    let digits = |index, length| is_group(text, index, length);
    let dash = |index: usize| text.is_symbol(index, '-');
    digits(at, 3) && dash(at + 1) && digits(at + 2, 2) && dash(at + 3) && digits(at + 4, 4)
}

/// Whether a group of `length` digits stands at `index`.
fn is_group(text: &Text<'_>, index: usize, length: usize) -> bool {
    text.token(index)
        .is_some_and(|token| token.kind == Kind::Digits && token.end - token.start == length)
}

/// "650-701-8887" and "(650) 701-8887": digits grouped as North Americans write a number.
fn is_american(text: &Text<'_>, at: usize) -> bool {
    let open = usize::from(text.is_symbol(at, '('));
    let digits = |index, length| is_group(text, index, length);
    let close = at + open + 1;
    let parted = usize::from(text.is_symbol(close, ')'));
    let dash = usize::from(text.is_symbol(close + parted, '-'));
    let second = close + parted + dash;
    digits(at + open, 3)
        && parted + dash > 0
        && digits(second, 3)
        && text.is_symbol(second + 1, '-')
        && digits(second + 2, 4)
}

/// Whether a word about telephones stands shortly before.
fn has_cue(text: &Text<'_>, at: usize) -> bool {
    (1..=6).any(|back| {
        matches!(
            text.word_before(at, back),
            "phone"
                | "number"
                | "call"
                | "whatsapp"
                | "mobile"
                | "cell"
                | "line"
                | "reach"
                | "telephone"
                | "tel"
                | "sms"
                | "text"
                | "dial"
                | "ring"
                | "contact"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(words: &str, country: Country) -> Vec<String> {
        phones(&Text::new(words), country)
            .iter()
            .map(|phone| phone.expose().to_owned())
            .collect()
    }

    #[test]
    fn a_number_is_heard_digit_by_digit_in_its_own_country() {
        let cases = [
            ("0803 123 4567", Country::Nigeria, "+2348031234567"),
            (
                "zero eight zero three one two three four five six seven",
                Country::Nigeria,
                "+2348031234567",
            ),
            (
                "oh eight oh double three, one two three, four five six",
                Country::Nigeria,
                "+2348033123456",
            ),
            ("+234 (0) 803-123-4567", Country::Ghana, "+2348031234567"),
            ("my number is 024 412 3456", Country::Ghana, "+233244123456"),
            (
                "plus two five four seven one two three four five six seven eight",
                Country::Kenya,
                "+254712345678",
            ),
            ("call 082 123 4567", Country::SouthAfrica, "+27821234567"),
            ("07 07 12 34 56", Country::CoteDIvoire, "+2250707123456"),
            ("010 1234 5678", Country::Egypt, "+201012345678"),
            ("0788 123 456", Country::Rwanda, "+250788123456"),
            (
                "(212) 555-0100 is my phone, phone 212 555 0100",
                Country::UnitedStates,
                "+12125550100",
            ),
            ("2348031234567", Country::Nigeria, "+2348031234567"),
            ("650-701-8887", Country::UnitedStates, "+16507018887"),
            ("(650) 701-8887", Country::UnitedStates, "+16507018887"),
        ];
        for (words, country, expected) in cases {
            assert_eq!(heard(words, country), [expected], "{words}");
        }
    }

    #[test]
    fn other_digits_are_no_telephone_number() {
        for words in [
            "order number 08031234567",
            "I paid 15,000 on 03/11/2026",
            "reference T685312322670591",
            "zero eight zero",
            "011-12-3456",
        ] {
            assert_eq!(
                heard(words, Country::Nigeria),
                Vec::<String>::new(),
                "{words}"
            );
        }
    }
}
