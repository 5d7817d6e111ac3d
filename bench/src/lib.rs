//! What is measured, the worlds that it is measured in, and where the numbers go.

pub mod cases;
pub mod report;
pub mod worlds;
