//! What clients may do: enforced by their type, and by an interceptor that checks every call.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_opensearch::operation::cancel_domain_config_change::CancelDomainConfigChangeInput;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, SharedInterceptor};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_types::config_bag::ConfigBag;

use crate::failure::NotARead;

/// What a client may do.
pub trait Access: fmt::Debug {
    /// The interceptor that refuses all other calls.
    fn guard() -> Option<SharedInterceptor>;
}

/// Only reads: Describe, Get and List, and dry runs.
#[derive(Debug, Clone, Copy)]
pub struct ReadOnly;

/// Also the calls that stop changes.
#[derive(Debug, Clone, Copy)]
pub struct Stopping;

impl Access for ReadOnly {
    fn guard() -> Option<SharedInterceptor> {
        Some(SharedInterceptor::new(RefuseToChange))
    }
}

impl Access for Stopping {
    fn guard() -> Option<SharedInterceptor> {
        None
    }
}

/// Refuses every other call, before it is sent.
#[derive(Debug)]
pub struct RefuseToChange;

impl Intercept for RefuseToChange {
    fn name(&self) -> &'static str {
        "RefuseToChange"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &aws_smithy_runtime_api::client::runtime_components::RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map_or("", |it| it.name());
        let reads = ["Describe", "Get", "List"];
        // A dry run cancels nothing: AWS only says what it would cancel.
        let is_dry_run = context
            .input()
            .downcast_ref::<CancelDomainConfigChangeInput>()
            .is_some_and(|it| it.dry_run() == Some(true));
        if is_dry_run || reads.iter().any(|verb| operation.starts_with(verb)) {
            return Ok(());
        }
        Err(NotARead(operation.to_owned()).into())
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct CountCalls(Arc<AtomicU32>);

impl CountCalls {
    pub(super) fn so_far(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Intercept for CountCalls {
    fn name(&self) -> &'static str {
        "CountCalls"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
