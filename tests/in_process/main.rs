//! Runs every scenario in this process, through the loop that the functions and the tool share.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod cuts;
mod follow;
mod least_privilege;
mod role;
mod run;

use countermand_double::RecordedCall;
use countermand_tests::{Scenario, misfits};
use jiff::Timestamp;
use run::{Story, run};

#[test]
fn every_scenario_ends_as_expected_and_every_request_of_it_fits_the_models_of_aws() {
    let misfits = misfits(&calls_of(&Scenario::to_run()));
    assert!(misfits.is_empty(), "{misfits}");
}

#[test]
fn every_scenario_ends_the_same_at_another_time() {
    let later: Timestamp = "2028-02-28T22:58:59.750Z".parse().unwrap();
    let all = Scenario::to_run();
    let moved: Vec<_> = all.iter().map(|it| it.moved_to(later)).collect();
    calls_of(&moved);
}

/// All calls of the scenarios, each of which ends as expected.
fn calls_of(scenarios: &[Scenario]) -> Vec<RecordedCall> {
    let stories: Vec<_> = scenarios.iter().map(Story::of).collect();
    run::all_well(run(&stories))
        .into_iter()
        .flat_map(|end| end.calls)
        .collect()
}
