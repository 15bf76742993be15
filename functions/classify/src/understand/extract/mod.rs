//! What can be read out of words: money, e-mail addresses, telephone numbers, references, dates.
//!
//! Each extractor walks over one list of tokens and gives what is certain; what it cannot make out
//! it leaves out, since a wrong address or amount is worse than none.

pub mod date;
pub mod email;
mod lexicon;
pub mod money;
mod number;
pub mod phone;
pub mod reference;
mod spoken;
mod text;

pub use phone::Country;
pub use text::Text;
