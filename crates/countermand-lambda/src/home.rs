//! The account and region that the function runs in.

use countermand_core::verdict::Home;

/// Lambda passes the function's ARN with every event; emulators pass something else, and then it is `fallback`.
pub(crate) fn of_function(arn: &str, fallback: &Home) -> Home {
    let parts: Vec<_> = arn.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "lambda", region, account, ..] => Home {
            account: (*account).to_owned(),
            region: (*region).to_owned(),
        },
        _ => fallback.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn home_is_in_the_function_s_own_arn() {
        let home = |account: &str, region: &str| Home {
            account: account.to_owned(),
            region: region.to_owned(),
        };
        let stand_in = home("stand-in", "stand-in");
        for (arn, found) in [
            (
                "arn:aws:lambda:eu-central-1:123456789012:function:on-alarm",
                home("123456789012", "eu-central-1"),
            ),
            (
                "arn:aws-cn:lambda:cn-north-1:123456789012:function:on-alarm:live",
                home("123456789012", "cn-north-1"),
            ),
            ("function-arn", stand_in.clone()),
            ("", stand_in.clone()),
            ("arn:aws:lambda", stand_in.clone()),
            (
                "arn:aws:iam:eu-central-1:123456789012:role",
                stand_in.clone(),
            ),
        ] {
            assert_eq!(of_function(arn, &stand_in), found, "{arn}");
        }
    }
}
