//! A change in flight whose operation only its own file knows.

use std::fmt;

use countermand_core::operations::Operation as _;
use countermand_core::operations::ecs_stop_service_deployment::StopServiceDeployment;
use countermand_core::operations::opensearch_cancel_service_software_update::CancelServiceSoftwareUpdate;
use countermand_core::operations::proton_cancel_service_instance_deployment::CancelServiceInstanceDeployment;
use countermand_core::operations::ssm_cancel_maintenance_window_execution::CancelMaintenanceWindowExecution;
use countermand_core::operations::{About, Action, Call, Change, Latest, Outcome, Phase, Which};
use countermand_core::verdict::{Case, Checked, Verdict, explain, judge};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;

use super::{Acting, Found, Sought, Stopping};
use crate::{Aws, Trouble};

/// What the loop does with a change, whatever its operation is.
pub(crate) trait InFlight: fmt::Debug {
    fn about(&self) -> &'static About;

    /// What the stop call takes.
    fn id(&self) -> &str;

    /// What people call its target, as `prod/checkout`.
    fn target(&self) -> String;

    fn which(&self) -> Which;

    fn began_at(&self) -> Option<Timestamp>;

    /// Since when it runs; `None` where it does not run yet, or nobody knows.
    fn running_since(&self) -> Option<Timestamp>;

    /// All that AWS told of it.
    fn facts(&self) -> serde_json::Value;

    /// The call that tags the target.
    fn tagging(&self, tag: (&str, &str)) -> Option<Call>;

    /// What a person who reads that it is to be stopped should know besides.
    fn remark(&self) -> Option<String>;

    fn judge(&self, case: &Case<'_>) -> Verdict;

    /// What each guard saw of it.
    fn explain(&self, case: &Case<'_>) -> Vec<Checked>;

    /// The call that stops it.
    fn call(&self) -> Call;

    fn look_closer<'s>(
        &'s mut self,
        aws: &'s Aws,
        now: Timestamp,
    ) -> LocalBoxFuture<'s, Result<(), Trouble>>;

    fn stop<'s>(&'s self, aws: &'s Aws) -> LocalBoxFuture<'s, Result<Stopping, Trouble>>;

    fn stop_along<'s>(&'s self, aws: &'s Aws) -> LocalBoxFuture<'s, Vec<String>>;

    fn look_again<'s>(&'s self, aws: &'s Aws) -> LocalBoxFuture<'s, Result<Again, Trouble>>;
}

/// What a change has come to since it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// As AWS calls it.
    pub state: String,
    /// Where the state is final.
    pub outcome: Option<Outcome>,
}

/// What was found for one action of a policy.
#[derive(Debug)]
pub(crate) struct Looked<'p> {
    pub(crate) changes: Vec<Box<dyn InFlight + 'p>>,
    pub(crate) troubles: Vec<Trouble>,
    pub(crate) is_close: bool,
}

impl Looked<'_> {
    pub(crate) fn trouble(trouble: Trouble) -> Self {
        Self {
            changes: Vec::new(),
            troubles: vec![trouble],
            is_close: false,
        }
    }
}

/// The registry of this crate: an operation that the core knows and this does not is an error of the compiler.
pub(crate) async fn find<'p>(action: &'p Action, sought: Sought<'_>, aws: &Aws) -> Looked<'p> {
    match action {
        Action::StopServiceDeployment(parameters) => of(parameters, sought, aws).await,
        Action::CancelMaintenanceWindowExecution(parameters) => of(parameters, sought, aws).await,
        Action::CancelServiceSoftwareUpdate(parameters) => of(parameters, sought, aws).await,
        Action::CancelServiceInstanceDeployment(parameters) => of(parameters, sought, aws).await,
    }
}

/// What has become of a change of which no more is known than this.
pub(crate) async fn look_again(
    operation: &str,
    which: &Which,
    aws: &Aws,
) -> Result<Latest, Trouble> {
    macro_rules! of {
        ($($parameters:ty,)+) => {
            match operation {
                $(it if it == <$parameters>::ABOUT.name => <$parameters>::look_again(which, aws).await,)+
                _ => Err(Trouble::Refused {
                    call: "nothing",
                    code: "not asked".to_owned(),
                    message: format!("`{operation}` is no operation that is known here"),
                }),
            }
        };
    }
    of! {
        StopServiceDeployment,
        CancelMaintenanceWindowExecution,
        CancelServiceSoftwareUpdate,
        CancelServiceInstanceDeployment,
    }
}

async fn of<'p, O: Acting>(parameters: &'p O, sought: Sought<'_>, aws: &Aws) -> Looked<'p> {
    let Found {
        changes,
        troubles,
        is_close,
    } = parameters.find(sought, aws).await;
    let changes = changes.into_iter().map(|change| {
        let one: Box<dyn InFlight + 'p> = Box::new(One { parameters, change });
        one
    });
    Looked {
        changes: changes.collect(),
        troubles,
        is_close,
    }
}

struct One<'p, O: Acting> {
    parameters: &'p O,
    change: Change<O::Facts>,
}

impl<O: Acting> fmt::Debug for One<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.change.fmt(f)
    }
}

impl<O: Acting> InFlight for One<'_, O> {
    fn about(&self) -> &'static About {
        &O::ABOUT
    }

    fn id(&self) -> &str {
        &self.change.id
    }

    fn target(&self) -> String {
        let keys = O::ABOUT.targets.iter();
        let names = keys.filter_map(|key| self.change.names.get(key).map(String::as_str));
        names.collect::<Vec<_>>().join("/")
    }

    fn which(&self) -> Which {
        self.change.which()
    }

    fn began_at(&self) -> Option<Timestamp> {
        self.change.began_at
    }

    fn running_since(&self) -> Option<Timestamp> {
        let is_running = O::phase(&self.change) == Phase::Running;
        self.change.began_at.filter(|_| is_running)
    }

    fn tagging(&self, tag: (&str, &str)) -> Option<Call> {
        O::tagging(&self.change, tag)
    }

    fn remark(&self) -> Option<String> {
        self.parameters.remark(&self.change)
    }

    fn facts(&self) -> serde_json::Value {
        // There is no key in it but text.
        serde_json::to_value(&self.change).unwrap_or_default()
    }

    fn judge(&self, case: &Case<'_>) -> Verdict {
        judge(self.parameters, &self.change, case)
    }

    fn explain(&self, case: &Case<'_>) -> Vec<Checked> {
        explain(self.parameters, &self.change, case)
    }

    fn call(&self) -> Call {
        self.parameters.call(&self.change)
    }

    fn look_closer<'s>(
        &'s mut self,
        aws: &'s Aws,
        now: Timestamp,
    ) -> LocalBoxFuture<'s, Result<(), Trouble>> {
        self.parameters
            .look_closer(&mut self.change, aws, now)
            .boxed_local()
    }

    fn stop<'s>(&'s self, aws: &'s Aws) -> LocalBoxFuture<'s, Result<Stopping, Trouble>> {
        self.parameters.stop(&self.change, aws).boxed_local()
    }

    fn stop_along<'s>(&'s self, aws: &'s Aws) -> LocalBoxFuture<'s, Vec<String>> {
        self.parameters.stop_along(&self.change, aws).boxed_local()
    }

    fn look_again<'s>(&'s self, aws: &'s Aws) -> LocalBoxFuture<'s, Result<Again, Trouble>> {
        async move {
            let latest = O::look_again(&self.change.which(), aws).await?;
            let outcome = O::end(&latest).map(Outcome::of_stopped);
            let state = latest.state;
            Ok(Again { state, outcome })
        }
        .boxed_local()
    }
}
