//! What is measured, and the worlds that it is measured in.

pub mod cases;
pub mod worlds;
