//! The kinds of findings, each with its help.

use serde::Serialize;

use super::FindingSeverity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident => $severity:ident, $help:literal;)+) => {
        /// What kind of finding it is. The names are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum FindingCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl FindingCode {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            pub(super) fn severity(self) -> FindingSeverity {
                match self {
                    $(Self::$name => FindingSeverity::$severity,)+
                }
            }

            /// What to do about it, with the name of the stack filled in.
            pub(super) fn help(self, stack: &str) -> String {
                let help = match self {
                    $(Self::$name => $help,)+
                };
                help.replace("{stack}", stack)
            }
        }
    };
}

codes! {
    /// A deployment of the stack is under way.
    StackIsBusy => Note, "look again when it is over";
    /// The last deployment of the stack failed, or was taken back.
    StackFailed => Problem, "see why: `aws cloudformation describe-stack-events --stack-name {stack}`; then deploy again";
    /// A function of the stack is not there.
    FunctionMissing => Problem, "is this the right account and region? Then somebody deleted it: delete the stack, and deploy it again";
    /// Lambda cannot run a function.
    FunctionBroken => Problem, "mend what Lambda says, and deploy";
    /// No event reaches a function: its concurrency is set to none.
    FunctionThrottled => Problem, "somebody set it to 0: `aws lambda delete-function-concurrency --function-name {stack}-…` takes that back, unless it was meant";
    /// A function has no layer, and is told of no other place to find policies in.
    PoliciesMissing => Problem, "deploy: the layer of policies is gone";
    /// A function works in another mode than the stack says.
    ModeDiffers => Problem, "`countermand on --stack {stack}` puts back what the stack says; to keep it, deploy with `Mode` set to it. CloudTrail knows who did it, as `UpdateFunctionConfiguration`";
    /// The mode of a function is no mode, which counts as `disabled`.
    ModeUnknown => Problem, "`countermand on --stack {stack}` puts back what the stack says";
    /// The stack itself says so.
    SwitchedOff => Note, "to switch it on, deploy with `Mode=enforce`";
    /// The stack itself says so.
    OnlyObserves => Note, "to let the policies that enforce do so, deploy with `Mode=enforce`";
    /// Nothing brings verify its messages.
    VerifyNotFed => Problem, "enable the event source mapping of `{stack}-verify`: the console has it under `Triggers`";
    /// A function has lost a variable that the template sets.
    VariableMissing => Problem, "somebody replaced its variables: deploy with another `Mode`, and then with the one you want; CloudFormation sets what changes";
    /// A rule is disabled.
    RuleDisabled => Problem, "`aws events enable-rule --name NAME`, unless it was meant";
    /// A schedule is disabled.
    ScheduleDisabled => Problem, "enable it in the console of EventBridge Scheduler, unless it was meant";
    /// A schedule that was deployed is not there.
    ScheduleGone => Problem, "somebody deleted it: deploy with its policy on `mode: disabled`, and then as it is; CloudFormation makes what is new to it";
    /// Events could not be answered.
    DeadLetters => Problem, "give what `aws sqs receive-message` says to `countermand explain -`: it tells what would have been done; `countermand apply --accept-age` does it";
    /// It is not known what became of stops.
    VerifyDeadLetters => Problem, "look at the changes in their console; then move the messages back with `Start DLQ redrive`";
    /// The policies that were deployed are others than these.
    PoliciesDiffer => Problem, "deploy, or look at the policies that were deployed";
    /// The policies need a rule that is not there.
    RuleMissing => Problem, "deploy. Where that does not help, somebody deleted it: deploy with its policies on `mode: disabled`, and then as they are";
    /// A rule lets through something else than the policies need.
    RuleDiffers => Problem, "deploy";
    /// A rule is there that no policy needs.
    RuleLeftOver => Problem, "deploy";
    /// The policies need a schedule that is not there.
    ScheduleMissing => Problem, "deploy";
    /// A schedule is there that no policy needs.
    ScheduleLeftOver => Problem, "deploy";
    /// A function may not do what the policies need.
    PermissionMissing => Problem, "deploy";
    /// A function may do what no policy needs.
    PermissionLeftOver => Problem, "deploy";
}
