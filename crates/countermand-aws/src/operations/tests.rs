//! Every operation against the double: what it finds, which calls it makes, and how it reads the answers.

mod again;
mod calls;
pub(in crate::operations) mod cases;
mod errors;
mod permissions;
mod states;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use countermand_core::failure::CallFailure;
use countermand_core::load::{Source, load};
use countermand_core::operation::Latest;
use countermand_core::policy::{Policies, Policy};
use countermand_core::trigger::{AnnouncedChange, Asked, Place, Trigger, TriggerKind};
use countermand_core::verdict::{Case, Freeze, HoldCode, Home, Since, Target, Verdict, targets};
use countermand_double::{Double, World};
use serde_json::Value;

use super::{ActingChange, FoundChanges, Query, StopReply, find, look_again};
use crate::Aws;

/// A world, and one policy to try in it.
struct Stage {
    double: Double,
    aws: Aws,
    policies: Policies,
    trigger: Trigger,
    target: Target,
}

impl Stage {
    /// `action` as it stands in a policy.
    fn new(world: Value, action: &str) -> Self {
        Self::with(world, action, "")
    }

    /// `more` are further keys of the policy; without a `when` it is a schedule.
    fn with(world: Value, action: &str, more: &str) -> Self {
        let http = aws_smithy_http_client::Builder::new().build_http();
        Self::through(http, world, action, more)
    }

    fn through(http: SharedHttpClient, world: Value, action: &str, more: &str) -> Self {
        let when = if more.contains("when:") {
            ""
        } else {
            "when: { schedule: { expression: rate(1 hour) } }"
        };
        let text = format!(
            "version: 1\npolicies:\n- name: tried\n  mode: enforce\n  {when}\n  do: [{{ {action} }}]\n  {more}\n"
        );
        let sources = [Source::new("policies.yaml", text.clone().into_bytes())];
        let policies = load(&sources)
            .into_policies()
            .unwrap_or_else(|problems| panic!("{text}\n{problems:?}"));
        let world = World::from_value(world).unwrap();
        let home = Home {
            account: world.account.clone(),
            region: world.region.clone(),
        };
        let trigger = Trigger {
            event_id: None,
            at: world.now,
            from: Place {
                account: None,
                region: None,
            },
            kind: TriggerKind::Asked(Asked {
                why: "to try it".to_owned(),
            }),
        };
        let target = targets(&policies.list()[0].actions[0], &trigger, &[], &home).unwrap();
        let keys = Credentials::new("test", "test", None, None, "test");
        let region = Region::new(home.region);
        let double = Double::start(world).unwrap();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(double.url())
            .region(region)
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .retry_config(RetryConfig::disabled())
            .http_client(http);
        let aws = Aws::new(config.build());
        Self {
            double,
            aws,
            policies,
            trigger,
            target,
        }
    }

    fn policy(&self) -> &Policy {
        &self.policies.list()[0]
    }

    fn case(&self) -> Case<'_> {
        let freeze = self.policy().when.in_flight().map(|in_flight| Freeze {
            name: "year-end",
            since: Since::Ever,
            until: "2026-11-22T12:00:00Z".parse().ok(),
            in_flight,
            calendars: Vec::new(),
            is_by_change_calendar: true,
        });
        Case::of(self.policy(), &self.trigger, freeze, self.trigger.at)
    }

    async fn find(&self) -> FoundChanges<'_> {
        let case = self.case();
        let query = Query::by(&case, &self.target);
        find(&self.policy().actions[0], query, &self.aws.read).await
    }

    /// By an event that tells of this change, and not from a list.
    async fn find_announced(&self, change: &dyn ActingChange) -> FoundChanges<'_> {
        let which = change.which();
        let keys = change.spec().targets.iter();
        let announced = AnnouncedChange {
            operation: change.spec().name,
            names: keys.map(|key| (*key, which.name(key).to_owned())).collect(),
            change: Some(which.change.clone()),
            state: String::new(),
            began_at: None,
            is_rollback: false,
        };
        let case = self.case();
        let query = Query {
            announced: Some(&announced),
            ..Query::by(&case, &self.target)
        };
        find(&self.policy().actions[0], query, &self.aws.read).await
    }

    async fn look_again(&self, change: &dyn ActingChange) -> Result<Latest, CallFailure> {
        look_again(change.spec().name, &change.which(), &self.aws.read).await
    }

    /// As a survey does: `look_closer` only for a change that would be stopped.
    async fn judge(
        &self,
        change: &mut dyn ActingChange,
        is_close: bool,
    ) -> Result<Verdict, CallFailure> {
        let case = self.case();
        if change.judge(&case) == Verdict::Stop && !is_close {
            change.look_closer(&self.aws.read, self.trigger.at).await?;
        }
        Ok(change.judge(&case))
    }

    /// Finds, judges and stops all changes, and returns the result of each.
    async fn run(&self) -> Vec<Attempt> {
        let found = self.find().await;
        let mut attempts: Vec<_> = found.failures.into_iter().map(Attempt::Failed).collect();
        for mut change in found.changes {
            attempts.push(match self.judge(change.as_mut(), found.is_close).await {
                Err(failure) => Attempt::Failed(failure),
                Ok(Verdict::Hold(reasons)) => {
                    Attempt::Held(reasons.into_iter().map(|it| it.code).collect())
                }
                Ok(Verdict::Stop) => match change.stop(&self.aws.stop).await {
                    Ok(stopping) => Attempt::Stopping(stopping),
                    Err(failure) => Attempt::Failed(failure),
                },
            });
        }
        attempts
    }

    /// How often each operation was called, by IAM's name for it.
    fn calls(&self) -> BTreeMap<String, usize> {
        let mut calls = BTreeMap::new();
        for call in self.double.calls() {
            *calls.entry(iam_name(&call.name())).or_default() += 1;
        }
        calls
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Attempt {
    Held(Vec<HoldCode>),
    Stopping(StopReply),
    Failed(CallFailure),
}

const REQUESTED: Attempt = Attempt::Stopping(StopReply::Requested);

fn iam_name(call: &str) -> String {
    call.replacen("opensearch:", "es:", 1)
}

/// The script's output for these lines.
fn python(script: &str, lines: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = std::env::var_os("COUNTERMAND_PYTHON")
        .map_or_else(|| root.join(".tools/python/bin/python"), PathBuf::from);
    let mut child = Command::new(python)
        .arg(root.join(script))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`make test` installs Python's packages");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(lines.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{script}: {text}");
    text
}
