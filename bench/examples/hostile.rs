use countermand_core::load::{Source, load};
use std::time::Instant;
fn main() {
    let only = std::env::args().nth(1);
    for (name, ending, text) in countermand_bench::hostile::files() {
        if let Some(only) = &only
            && name != only.as_str()
        {
            continue;
        }
        assert!(text.len() <= 1048576, "{name} {}", text.len());
        let sources = [Source::new(format!("p.{ending}"), text.into_bytes())];
        let at = Instant::now();
        let loaded = load(&sources);
        let took = at.elapsed();
        let at = Instant::now();
        let doubts = loaded.doubts("2026-11-20T00:00:00Z".parse().unwrap());
        let doubted = at.elapsed();
        let n = loaded.problems().len();
        let first: String = loaded
            .problems()
            .first()
            .map(|p| p.message.chars().take(60).collect())
            .unwrap_or_default();
        let at = Instant::now();
        let count = loaded.policies().count();
        let policies = loaded.into_policies().ok();
        let slow = if (took + doubted + at.elapsed()).as_millis() > 500 {
            "SLOW"
        } else {
            ""
        };
        println!(
            "{slow:5}{name:50} load {took:10.1?} doubts {doubted:10.1?} ({}) index {:10.1?} {} {count}  {n} {first}",
            doubts.len(),
            at.elapsed(),
            policies.is_some()
        );
    }
}
