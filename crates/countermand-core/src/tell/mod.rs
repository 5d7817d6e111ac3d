//! What is told to others: events on a bus, a sentence for people, figures.

mod event;
mod metrics;
mod notification;
#[cfg(test)]
mod tests;

pub use event::{
    DecisionTold, Event, MOST_ENTRIES, OutcomeTold, SOURCE, batches, of_outcome, of_record,
};
pub use metrics::{
    METRICS, Metric, Unit, of_outcome as metrics_of_outcome, of_record as metrics_of_record,
};
pub use notification::{Content, Metadata, Notification};
