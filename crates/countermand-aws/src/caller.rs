//! Whose credentials these are: what a person has on a laptop need not be what an event is about.

use crate::{Aws, Trouble};

/// The account that calls are made in.
pub async fn account(aws: &Aws) -> Result<String, Trouble> {
    const CALL: &str = "sts:GetCallerIdentity";
    let told = aws.sts().get_caller_identity().send().await;
    let told = told.map_err(|error| Trouble::of(CALL, &error))?;
    told.account.ok_or_else(|| Trouble::NoAnswer {
        call: CALL,
        why: "the answer names no account".to_owned(),
    })
}
