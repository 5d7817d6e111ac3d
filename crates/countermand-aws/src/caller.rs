//! Whose credentials these are: those that a person has at hand need not be for the account that an event is about.

use aws_config::SdkConfig;
use countermand_core::failure::CallFailure;

use crate::failure::failure;
use crate::services::sdk_config;

/// The account that calls are made in.
pub(crate) async fn account(config: &SdkConfig) -> Result<String, CallFailure> {
    const CALL: &str = "sts:GetCallerIdentity";
    let sts = aws_sdk_sts::Client::from_conf(sdk_config!(aws_sdk_sts, config).build());
    let told = sts.get_caller_identity().send().await;
    let told = told.map_err(|error| failure(CALL, &error))?;
    told.account.ok_or_else(|| CallFailure::NoAnswer {
        call: CALL,
        why: "the answer names no account".to_owned(),
    })
}
