//! The stable codes of reasons to hold.

use serde::Deserialize;

/// What a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The event as a whole: no change is looked up, or those that were found are left alone.
    Event,
    Target,
    Change,
    AllChanges,
}

codes! {
    /// Why a change is held. The order is the order of the guards.
    #[derive(Deserialize)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub enum HoldCode, scope Scope:
    Event {
        /// The event's account or region is not the function's own.
        FromElsewhere,
        /// The alarm is in a state that the policy does not want.
        AlarmStateNotWanted,
        /// A mute rule mutes the alarm's actions.
        AlarmMuted,
        /// A composite alarm's actions are suppressed.
        AlarmSuppressed,
        /// The alarm's actions are disabled: somebody has silenced it.
        AlarmActionsDisabled,
        /// The policy asks for tags of the alarm, and the event has none: their propagation is not switched on.
        AlarmTagsUnknown,
        /// The event is older than `max-age`; or its time has not come, by more than clocks differ.
        EventTooOld,
        /// The alarm has left the state that the event told of.
        AlarmRecovered,
        /// More alarms than `limit.alarms` that the policy matches are in a wanted state now.
        TooManyAlarms,
        /// The calendar of the policy is open; or will be, at the time for which a change is planned.
        CalendarOpen,
    }
    Target {
        /// The event does not say, or not clearly, which target is meant.
        TargetUnknown,
        /// The policy leaves this target alone.
        Excepted,
        /// The target does not have the tags that the policy asks for.
        TagMismatch,
        /// The tag `countermand:hold-until` names a time that is not past.
        HeldByTag,
        /// Nothing is in flight there, or no such target exists.
        NothingInFlight,
        /// AWS refused to tell what is in flight.
        LookupRefused,
    }
    Change {
        /// The change began after the alarm fired: it is probably the fix.
        BeganAfterTrigger,
        /// The alarm was in a wanted state already when the change began: this change did not cause it.
        AlarmWasAlreadyFiring,
        /// The change began longer ago than `began-within`.
        BeganTooLongAgo,
        /// The change has not been in flight as long as `running-for` asks.
        NotRunningLongEnough,
        /// The change had begun when the period began, and the policy lets such changes finish.
        InFlightWhenFrozen,
        /// The change is being stopped already.
        AlreadyStopping,
        /// The change rolls back another one.
        IsItselfARollback,
        /// Another change drives this one, and that is the one to stop.
        PartOfALargerChange,
        /// No person began the change: AWS did, and will begin it again.
        BegunByAws,
        /// AWS is rolling the change back by itself.
        RollingBackNatively,
        /// The target was rolled back less than `settle` ago.
        RecentlyRolledBack,
        /// There is no earlier revision.
        NothingToRollBackTo,
        /// The service's deployments are controlled by something else than ECS.
        UnsupportedController,
        /// The change waits for a person's approval: nothing of it runs, so it did not cause the alarm.
        AwaitingApproval,
        /// The change is in a state in which it cannot be stopped, or in one that is not known.
        NotInAStoppableState,
        /// AWS says that the change cannot be cancelled.
        NotCancellable,
        /// The automated update date is past.
        PastAutomatedUpdateDate,
        /// The update is required, and its deadline is near.
        TooNearMandatoryDeadline,
    }
    AllChanges {
        /// More changes than `limit.changes` are in flight.
        TooManyChanges,
    }
}
