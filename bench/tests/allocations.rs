//! What is allocated while an event is matched.

use countermand_bench::worlds::{self, AlarmNaming};
use countermand_core::matching::find_matches;

#[test]
fn a_policy_that_does_not_match_allocates_nothing() {
    for (naming, name) in AlarmNaming::ALL {
        let event = naming.event(5);
        let allocated = |policies: usize| {
            let policies = worlds::policies(naming, policies);
            let info = allocation_counter::measure(|| {
                assert_eq!(find_matches(&policies, &event).len(), 1);
            });
            (info.count_total, info.bytes_total)
        };
        assert_eq!(allocated(10), allocated(1_000), "{name}");
    }
}
