//! Runs the built tool and checks its output and exit code.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod apply;
#[cfg(target_os = "linux")]
mod at_a_terminal;
mod calendar;
mod check;
mod commands;
mod demo;
mod explain;
mod freeze;
mod operations;
mod readme;
mod report;
mod run;
mod stop;
mod switch;
