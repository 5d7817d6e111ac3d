//! Asks the person at the terminal whether to go on.

use std::io::{self, BufRead, IsTerminal};

use crate::terminal::Terminal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    Given,
    Refused,
    /// There is no terminal, and `--yes` is not given.
    NobodyToAsk,
}

pub(super) fn consent(yes: bool, question: &str, to: &Terminal) -> io::Result<Consent> {
    if yes {
        return Ok(Consent::Given);
    }
    let (asked_at, answered_at) = (io::stderr(), io::stdin());
    if !asked_at.is_terminal() || !answered_at.is_terminal() {
        return Ok(Consent::NobodyToAsk);
    }
    to.err(&format!("\n{question} [y/N] "))?;
    let mut answer = String::new();
    answered_at.lock().read_line(&mut answer)?;
    Ok(read_answer(&answer))
}

/// Anything but a yes refuses.
fn read_answer(answer: &str) -> Consent {
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Consent::Given,
        _ => Consent::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_yes_is_a_yes() {
        for (answer, meant) in [
            ("y\n", Consent::Given),
            (" YES \r\n", Consent::Given),
            ("\n", Consent::Refused),
            ("", Consent::Refused),
            ("n\n", Consent::Refused),
            ("yo\n", Consent::Refused),
        ] {
            assert_eq!(read_answer(answer), meant, "{answer:?}");
        }
    }
}
