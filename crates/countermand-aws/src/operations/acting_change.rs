//! Changes in flight without the type of their operation, and this crate's half of the registry.

use countermand_core::failure::CallFailure;
use countermand_core::operation::{ChangeRef, Latest, Operation};
use countermand_core::operations::{self, Action};
use countermand_core::record::text::Along;
use countermand_core::verdict::{AnyChange, Target, TypedChange};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;

use super::{Acting, Existing, Found, Query, StopReply};
use crate::services::{ReadClients, StopClients};

/// A change of any operation that can be looked up and stopped: [`Acting`] without its type.
pub(crate) trait ActingChange: AnyChange {
    fn look_closer<'s>(
        &'s mut self,
        aws: &'s ReadClients,
        now: Timestamp,
    ) -> LocalBoxFuture<'s, Result<(), CallFailure>>;

    fn dry_run<'s>(&'s self, aws: &'s ReadClients) -> LocalBoxFuture<'s, Option<String>>;

    fn stop<'s>(
        &'s self,
        aws: &'s StopClients,
    ) -> LocalBoxFuture<'s, Result<StopReply, CallFailure>>;

    fn stop_along<'s>(
        &'s self,
        read: &'s ReadClients,
        stop: &'s StopClients,
    ) -> LocalBoxFuture<'s, Vec<Along>>;
}

/// What was found for one action of a policy.
pub(crate) type FoundChanges<'p> = Found<Box<dyn ActingChange + 'p>>;

/// Expands the core's rows: an operation without an acting half does not compile.
macro_rules! registry {
    ($($module:ident::$name:ident,)+) => {
        /// The changes in flight that an action could stop.
        pub(crate) async fn find<'p>(
            action: &'p Action,
            query: Query<'_>,
            aws: &ReadClients,
        ) -> FoundChanges<'p> {
            match action {
                $(Action::$name(parameters) => find_typed(parameters, query, aws).await,)+
            }
        }

        /// The latest state of a change of the operation with this name.
        pub(crate) async fn look_again(
            operation: &str,
            which: &ChangeRef,
            aws: &ReadClients,
        ) -> Result<Latest, CallFailure> {
            $(if operation == operations::$module::$name::SPEC.name {
                return operations::$module::$name::look_again(which, aws).await;
            })+
            Err(CallFailure::Refused {
                call: "nothing",
                code: "not asked".to_owned(),
                message: format!("`{operation}` is no operation that is known here"),
            })
        }

        /// All resources that could be the target, from list calls only.
        pub async fn existing(
            action: &Action,
            target: &Target,
            aws: &ReadClients,
        ) -> Result<Vec<Existing>, CallFailure> {
            match action {
                $(Action::$name(_) => operations::$module::$name::existing(target, aws).await,)+
            }
        }
    };
}

countermand_core::for_each_operation!(registry);

async fn find_typed<'p, O: Acting>(
    parameters: &'p O,
    query: Query<'_>,
    aws: &ReadClients,
) -> FoundChanges<'p> {
    let Found {
        changes,
        failures,
        is_close,
    } = parameters.find(query, aws).await;
    let changes = changes.into_iter().map(|change| {
        let one: Box<dyn ActingChange + 'p> = Box::new(TypedChange { parameters, change });
        one
    });
    FoundChanges {
        changes: changes.collect(),
        failures,
        is_close,
    }
}

impl<O: Acting> ActingChange for TypedChange<'_, O> {
    fn look_closer<'s>(
        &'s mut self,
        aws: &'s ReadClients,
        now: Timestamp,
    ) -> LocalBoxFuture<'s, Result<(), CallFailure>> {
        self.parameters
            .look_closer(&mut self.change, aws, now)
            .boxed_local()
    }

    fn dry_run<'s>(&'s self, aws: &'s ReadClients) -> LocalBoxFuture<'s, Option<String>> {
        self.parameters.dry_run(&self.change, aws).boxed_local()
    }

    fn stop<'s>(
        &'s self,
        aws: &'s StopClients,
    ) -> LocalBoxFuture<'s, Result<StopReply, CallFailure>> {
        self.parameters.stop(&self.change, aws).boxed_local()
    }

    fn stop_along<'s>(
        &'s self,
        read: &'s ReadClients,
        stop: &'s StopClients,
    ) -> LocalBoxFuture<'s, Vec<Along>> {
        self.parameters
            .stop_along(&self.change, read, stop)
            .boxed_local()
    }
}
