//! A call to AWS that is not made yet: people can read it, check it, and run it themselves.

use std::fmt;

use serde::Serialize;

/// A call that stops a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// As the AWS CLI spells it.
    pub service: &'static str,
    /// As the API names it.
    pub operation: &'static str,
    /// As the API names them.
    pub parameters: Vec<(&'static str, CallValue)>,
}

/// What a call gives one of its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum CallValue {
    Text(String),
    Flag(bool),
}

impl From<String> for CallValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for CallValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// The command of the AWS CLI that makes it.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "aws {} {}", self.service, kebab(self.operation))?;
        for (name, value) in &self.parameters {
            let name = kebab(name);
            match value {
                CallValue::Text(text) => write!(f, " --{name} {}", Quoted(text))?,
                CallValue::Flag(true) => write!(f, " --{name}")?,
                CallValue::Flag(false) => write!(f, " --no-{name}")?,
            }
        }
        Ok(())
    }
}

/// `serviceDeploymentArn` is `service-deployment-arn`.
fn kebab(name: &str) -> String {
    let mut words = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            words.push('-');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// A word of a shell command, quoted if necessary.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./:=@%+,".contains(it);
        if !self.0.is_empty() && self.0.chars().all(is_plain) {
            return f.write_str(self.0);
        }
        write!(f, "'{}'", self.0.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_the_command_of_the_cli_that_makes_it() {
        let arn = "arn:aws:ecs:eu-central-1:123456789012:service-deployment/prod/checkout/a-1";
        let call = Call {
            service: "ecs",
            operation: "StopServiceDeployment",
            parameters: vec![
                ("serviceDeploymentArn", arn.to_owned().into()),
                ("stopType", "ROLLBACK".to_owned().into()),
            ],
        };
        assert_eq!(
            call.to_string(),
            format!(
                "aws ecs stop-service-deployment --service-deployment-arn {arn} --stop-type ROLLBACK"
            )
        );
    }

    #[test]
    fn a_flag_is_an_option_without_a_value() {
        for (flag, told) in [(true, "--dry-run"), (false, "--no-dry-run")] {
            let call = Call {
                service: "opensearch",
                operation: "CancelDomainConfigChange",
                parameters: vec![
                    ("DomainName", "prod-search".to_owned().into()),
                    ("DryRun", flag.into()),
                ],
            };
            assert_eq!(
                call.to_string(),
                format!(
                    "aws opensearch cancel-domain-config-change --domain-name prod-search {told}"
                )
            );
        }
    }

    #[test]
    fn a_value_that_a_shell_would_read_in_another_way_is_quoted() {
        for (value, quoted) in [
            ("web-prod", "web-prod"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's", r"'it'\''s'"),
            ("~", "'~'"),
            ("ü", "'ü'"),
        ] {
            assert_eq!(Quoted(value).to_string(), quoted, "{value}");
        }
    }
}
