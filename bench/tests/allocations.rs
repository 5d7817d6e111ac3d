//! What is allocated while an event is matched.

use countermand_bench::worlds::{self, AlarmNaming};

#[test]
fn a_policy_that_does_not_match_allocates_nothing() {
    for (naming, name) in AlarmNaming::ALL {
        let event = naming.event(5);
        let allocated = |policies: usize| {
            let policies = worlds::policies(naming, policies);
            let info = allocation_counter::measure(|| {
                assert_eq!(policies.matching(&event).len(), 1);
            });
            (info.count_total, info.bytes_total)
        };
        assert_eq!(allocated(10), allocated(1_000), "{name}");
    }
}
