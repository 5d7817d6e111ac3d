//! One file for each command: its arguments, and what it does.

pub(crate) mod apply;
pub(crate) mod calendar;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod freeze;
pub(crate) mod man;
pub(crate) mod operations;
pub(crate) mod report;
pub(crate) mod schema;
pub(crate) mod stop;
pub(crate) mod switch;
pub(crate) mod synth;
