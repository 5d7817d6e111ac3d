//! Whose credentials these are: a person's may belong to another account than the event.

use aws_config::SdkConfig;
use countermand_core::failure::CallFailure;

use crate::failure::failure;
use crate::services::sdk_config;

/// The account of the credentials.
pub(crate) async fn account(config: &SdkConfig) -> Result<String, CallFailure> {
    const CALL: &str = "sts:GetCallerIdentity";
    let sts = aws_sdk_sts::Client::from_conf(sdk_config!(aws_sdk_sts, config).build());
    let identity = sts
        .get_caller_identity()
        .send()
        .await
        .map_err(failure(CALL))?;
    identity.account.ok_or_else(|| CallFailure::NoAnswer {
        call: CALL,
        why: "the answer names no account".to_owned(),
    })
}
