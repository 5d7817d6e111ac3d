//! Policies by the thousand, and events for them.

use std::fmt::Write;

use countermand_core::event::{self, Reading};
use countermand_core::load::{Source, load};
use countermand_core::policy::Policies;
use countermand_core::trigger::Trigger;

/// How policies tell their alarms apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmNaming {
    /// `svc-17-*`
    Prefix,
    /// `t17-{service}-http-5xx`: the longest literal is the same in all of them.
    SharedSuffix,
    /// `svc-17-5xx`
    Exact,
    /// `*-cpu-high`, and a dimension.
    Dimension,
}

impl AlarmNaming {
    pub const ALL: [(Self, &str); 4] = [
        (Self::Prefix, "prefix"),
        (Self::SharedSuffix, "shared-suffix"),
        (Self::Exact, "exact"),
        (Self::Dimension, "dimension"),
    ];

    fn alarm(self, index: usize) -> String {
        match self {
            Self::Prefix => format!(r#""name": "svc-{index}-*""#),
            Self::SharedSuffix => format!(r#""name": "t{index}-{{service}}-http-5xx""#),
            Self::Exact => format!(r#""name": "svc-{index}-5xx""#),
            Self::Dimension => {
                format!(r#""name": "*-cpu-high", "dimensions": {{ "ServiceName": "svc-{index}" }}"#)
            }
        }
    }

    /// An event that matches the policy with this index, and no other.
    pub fn event(self, index: usize) -> Trigger {
        let alarm = match self {
            Self::Prefix | Self::Exact => format!("svc-{index}-5xx"),
            Self::SharedSuffix => format!("t{index}-checkout-http-5xx"),
            Self::Dimension => format!("svc-{index}-cpu-high"),
        };
        let json = ALARM
            .replace("checkout-5xx", &alarm)
            .replace(
                "targetgroup/checkout/73e2d6bc24d8a067",
                &format!("svc-{index}"),
            )
            .replace("TargetGroup", "ServiceName");
        match event::read(json.as_bytes()) {
            Reading::Ours(trigger) => trigger,
            other => unreachable!("{other:?}"),
        }
    }
}

/// An alarm, as EventBridge delivers it.
pub const ALARM: &str = include_str!("../../tests/events/an-alarm-fires.json");

/// The beginning of a deployment, as EventBridge delivers it.
pub const DEPLOYMENT: &str = include_str!("../../tests/events/an-ecs-deployment-begins.json");

const IN_A_FILE: usize = 1_000;

/// Policies as people write them in YAML, some 390 bytes each.
pub fn yaml(naming: AlarmNaming, policies: std::ops::Range<usize>) -> String {
    let mut text = "version: 1\n\npolicies:\n".to_owned();
    for index in policies {
        let alarm = naming.alarm(index);
        let _ = write!(
            text,
            r#"
  - name: roll-back-{index}
    description: Roll the service {index} back when its alarm fires while it is being deployed.
    mode: enforce
    when:
      alarm: {{ {alarm} }}
    do:
      - ecs.stop-service-deployment: {{ cluster: "prod-{index}", service: "svc-{index}" }}
    except:
      - {{ service: "payments-*", why: has a brake of its own }}
    limit: {{ changes: 3, alarms: 5 }}
    settle: 1h
"#
        );
    }
    text
}

/// This many policies, loaded.
pub fn policies(naming: AlarmNaming, how_many: usize) -> Policies {
    let files = (0..how_many).step_by(IN_A_FILE).map(|first| {
        let policies = first..how_many.min(first + IN_A_FILE);
        Source::new(format!("{first}.yaml"), yaml(naming, policies).into_bytes())
    });
    let files: Vec<_> = files.collect();
    match load(&files).into_policies() {
        Ok(policies) => policies,
        Err(problems) => unreachable!("{problems:?}"),
    }
}
