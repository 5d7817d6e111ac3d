//! What is allocated while an event is matched.

use countermand_bench::worlds::{self, Shape};
use countermand_core::matching::find_matches;

#[test]
fn a_policy_that_does_not_match_allocates_nothing() {
    for (shape, name) in Shape::ALL {
        let event = shape.event(5);
        let allocated = |policies: usize| {
            let policies = worlds::policies(shape, policies);
            let info = allocation_counter::measure(|| {
                assert_eq!(find_matches(&policies, &event).len(), 1);
            });
            (info.count_total, info.bytes_total)
        };
        assert_eq!(allocated(10), allocated(1_000), "{name}");
    }
}
