//! Bugs on purpose, a cargo feature each, which the simulator has to find.
//!
//! A build without such a feature holds none of them: `mutant!` is then the constant `false`.

/// Names the one that is at work, where several are built in.
#[cfg(feature = "mutants")]
const VARIABLE: &str = "LEDGERLINE_MUTANT";

/// Whether the bug that this feature builds in is at work.
#[macro_export]
macro_rules! mutant {
    ($feature:literal) => {
        cfg!(feature = $feature) && $crate::mutants::is_chosen($feature)
    };
}

/// Whether no other one was chosen in its place.
#[cfg(feature = "mutants")]
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "no setting of ours: it is there in builds with bugs only"
)]
pub fn is_chosen(feature: &str) -> bool {
    static CHOSEN: std::sync::LazyLock<Option<String>> =
        std::sync::LazyLock::new(|| std::env::var(VARIABLE).ok());
    CHOSEN.as_ref().is_none_or(|chosen| chosen == feature)
}

/// Whether no other one was chosen in its place.
#[cfg(not(feature = "mutants"))]
#[must_use]
pub const fn is_chosen(_feature: &str) -> bool {
    false
}
