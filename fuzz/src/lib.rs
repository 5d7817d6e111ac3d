//! What several targets do with policies.

use std::sync::LazyLock;

use countermand_core::event::{self, Reading};
use countermand_core::load::{Source, load};
use countermand_core::matching::find_matches;
use countermand_core::trigger::Trigger;

static EVENT: LazyLock<Trigger> = LazyLock::new(|| {
    match event::read(include_bytes!("../../tests/events/an-alarm-fires.json")) {
        Reading::Ours(trigger) => trigger,
        other => panic!("{other:?}"),
    }
});

/// Every problem has its place, and policies without an error can be matched.
pub fn load_and_match(name: &str, bytes: &[u8]) {
    let sources = [Source::new(name, bytes.to_vec())];
    let text = &sources[0].text;
    let loaded = load(&sources);
    let doubts = loaded.warnings("2026-11-20T22:04:06Z".parse().expect("a time"));
    for problem in loaded.problems().iter().chain(&doubts) {
        let span = problem.span.clone();
        assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end.max(span.start)), "{problem:?}");
        sources[0].position(span.start);
    }
    if let Ok(policies) = loaded.into_policies() {
        find_matches(&policies, &EVENT);
    }
}
