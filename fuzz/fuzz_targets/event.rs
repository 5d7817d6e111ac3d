//! Any bytes read as an event of ours, as none of ours, or as broken; an event of ours can be matched and described.
#![no_main]

use std::sync::LazyLock;

use countermand_core::event::{self, Reading};
use countermand_core::load::{Source, load};
use countermand_core::matching::find_matches;
use countermand_core::policy::Policies;
use countermand_core::record::TriggerRecord;
use libfuzzer_sys::fuzz_target;

static POLICIES: LazyLock<Policies> = LazyLock::new(|| {
    let texts = [
        include_str!("../../policies/change-calendar.yaml"),
        include_str!("../../policies/rollback-by-dimension.yaml"),
        include_str!("../../policies/rollback-on-alarm.yaml"),
        include_str!("../../policies/stuck-maintenance.yaml"),
    ];
    let sources = texts.map(|text| Source::new("p.yaml", text.into()));
    load(&sources).into_policies().expect("the examples are right")
});

fuzz_target!(|json: &[u8]| {
    if let Reading::Ours(trigger) = event::read(json) {
        let _ = Told::from(&trigger);
        for matched in find_matches(&POLICIES, &trigger) {
            assert!(POLICIES.list().iter().any(|it| std::ptr::eq(it, matched.policy)));
        }
    }
});
