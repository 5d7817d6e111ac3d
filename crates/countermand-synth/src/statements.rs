//! IAM statements: the actions that the policies use, on the resources that they name.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::spellings;
use super::{IamStatement, StackFunction};
use countermand_core::name::{Glob, Piece, Spelling};
use countermand_core::operation::Permission;
use countermand_core::operations::Action;
use countermand_core::policy::{AlarmWhen, ChangeCalendarWhen, Mode, Policies, Policy, When};

pub(super) fn of(policies: &Policies) -> Vec<IamStatement> {
    let statements = StackFunction::ALL.into_iter().flat_map(|function| {
        let mut grants = Grants::default();
        for policy in policies.working() {
            if function.serves(policy) {
                grants.add_trigger(policy);
            }
            for action in &policy.actions {
                grants.add_operation(function, policy, action);
            }
        }
        grants.into_statements(function)
    });
    statements.collect()
}

impl StackFunction {
    /// Whether this function answers the events of the policy.
    fn serves(self, policy: &Policy) -> bool {
        match (self, &policy.when) {
            (Self::OnAlarm, When::Alarm(_))
            | (Self::OnSchedule, When::Schedule(_) | When::Freeze(_) | When::ChangeCalendar(_))
            | (Self::OnChange, When::Freeze(_) | When::ChangeCalendar(_)) => true,
            (Self::OnAlarm | Self::OnSchedule | Self::OnChange | Self::Verify, _) => false,
        }
    }

    /// The permissions that it needs for one action of a policy.
    fn needs(self, policy: &Policy, action: &Action) -> Vec<&'static Permission> {
        let spec = action.spec();
        let is_own = match self {
            // What was only watched is followed to its end too.
            Self::Verify => return spec.permissions_to_follow(),
            Self::OnChange => self.serves(policy) && !spec.announced_by.is_empty(),
            Self::OnAlarm | Self::OnSchedule => self.serves(policy),
        };
        if !is_own {
            return Vec::new();
        }
        let mut permissions = action.permissions(&policy.usage(self == Self::OnChange));
        // A policy that observes needs nothing that stops, and cannot.
        permissions.retain(|it| it.is_read() || policy.mode == Mode::Enforce);
        permissions
    }
}

/// For each action what it is for, and the resources and tags on which it is allowed.
#[derive(Default)]
struct Grants(BTreeMap<&'static str, (&'static str, BTreeSet<Scope>)>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Scope {
    resource: String,
    tags: BTreeMap<String, Vec<String>>,
}

impl Grants {
    fn add(&mut self, permission: &Permission, scope: Scope) {
        let (_, scopes) = self
            .0
            .entry(permission.action)
            .or_insert((permission.why, BTreeSet::new()));
        scopes.insert(scope);
    }

    fn add_trigger(&mut self, policy: &Policy) {
        let (permissions, calendar) = match &policy.when {
            When::Alarm(_) => (AlarmWhen::PERMISSIONS, ""),
            When::ChangeCalendar(when) => (ChangeCalendarWhen::PERMISSIONS, when.calendar.as_str()),
            When::Schedule(_) | When::Freeze(_) => return,
        };
        for permission in permissions {
            for on in permission.on {
                let resource = match calendar {
                    arn if arn.contains(":document/") => arn.to_owned(),
                    name => in_cloudformation(on).replace("{calendar}", name),
                };
                let tags = BTreeMap::new();
                self.add(permission, Scope { resource, tags });
            }
        }
    }

    fn add_operation(&mut self, function: StackFunction, policy: &Policy, action: &Action) {
        for permission in function.needs(policy, action) {
            for (on, is_tagged) in permission.on.iter().zip([true, false]) {
                let tags = if is_tagged && !permission.is_read() && *on != "*" {
                    tags(action)
                } else {
                    BTreeMap::new()
                };
                for resource in arns(on, action) {
                    let tags = tags.clone();
                    self.add(permission, Scope { resource, tags });
                }
            }
        }
    }

    /// One statement for all actions of a service on the same resources and tags.
    fn into_statements(self, function: StackFunction) -> Vec<IamStatement> {
        let mut together: BTreeMap<(&str, bool, BTreeMap<_, _>, Vec<String>), BTreeMap<_, _>> =
            BTreeMap::new();
        for (action, (why, scopes)) in self.0 {
            let service = action
                .split_once(':')
                .map_or(action, |(service, _)| service);
            let is_read = Permission {
                action,
                on: &[],
                why,
            }
            .is_read();
            let mut resources: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for scope in without_included(&scopes) {
                resources
                    .entry(scope.tags)
                    .or_default()
                    .push(scope.resource);
            }
            for (tags, resources) in resources {
                let same = together
                    .entry((service, is_read, tags, resources))
                    .or_default();
                same.insert(action, why);
            }
        }
        let statements = together.into_iter().zip(1..);
        statements
            .map(
                |(((service, is_read, tags, resources), actions), number)| IamStatement {
                    sid: format!(
                        "{}{}{number}",
                        capitalized(service),
                        if is_read { "Read" } else { "Stop" }
                    ),
                    function,
                    actions,
                    resources,
                    tags,
                },
            )
            .collect()
    }
}

/// Leaves out an ARN that another one with the same tags, or with none, includes.
fn without_included(scopes: &BTreeSet<Scope>) -> Vec<Scope> {
    let plain = |scope: &Scope| scope.resource.replace("${", "").replace('}', "");
    let globs: Vec<Option<Glob>> = scopes.iter().map(|it| plain(it).parse().ok()).collect();
    let is_included = |scope: &Scope| {
        let plain = plain(scope);
        scopes.iter().zip(&globs).any(|(other, glob)| {
            other.resource != scope.resource
                && (other.tags.is_empty() || other.tags == scope.tags)
                && glob.as_ref().is_some_and(|glob| glob.matches(&plain))
        })
    };
    scopes
        .iter()
        .filter(|scope| !is_included(scope))
        .cloned()
        .collect()
}

/// The ARNs of the registry with the names of the action filled in. A name that only an event gives becomes `*`.
fn arns(on: &str, action: &Action) -> Vec<String> {
    let mut arns = vec![String::new()];
    let mut rest = on;
    while let Some((before, after)) = rest.split_once('{') {
        let (key, behind) = after.split_once('}').unwrap_or((after, ""));
        let values = match key {
            "partition" | "region" | "account" => vec![in_cloudformation(&format!("{{{key}}}"))],
            key => names(key, action),
        };
        arns = arns
            .iter()
            .flat_map(|begun| {
                values
                    .iter()
                    .map(move |value| format!("{begun}{before}{value}"))
            })
            .collect();
        rest = behind;
    }
    arns.iter().map(|begun| format!("{begun}{rest}")).collect()
}

fn in_cloudformation(on: &str) -> String {
    on.replace("{partition}", "${AWS::Partition}")
        .replace("{region}", "${AWS::Region}")
        .replace("{account}", "${AWS::AccountId}")
}

fn names(key: &str, action: &Action) -> Vec<String> {
    let mut names: Vec<_> = spellings(action, key)
        .iter()
        .map(|spelling| {
            // The ARN contains an id, and the policy a name.
            if action.spec().is_name_of_id(key, spelling.exact()) {
                "*".to_owned()
            } else {
                in_iam(spelling)
            }
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.iter().any(|name| name == "*") {
        return vec!["*".to_owned()];
    }
    names
}

/// IAM has the same two wildcards. What an event gives can be anything.
fn in_iam(spelling: &Spelling) -> String {
    let pieces = spelling.pieces().iter().map(|piece| match piece {
        Piece::Text(text) => text.as_str(),
        Piece::One => "?",
        Piece::Some | Piece::Any => "*",
    });
    pieces.collect()
}

fn tags(action: &Action) -> BTreeMap<String, Vec<String>> {
    let tags = action.conditions().tags.iter();
    tags.map(|(key, globs)| {
        let values = globs.iter().map(ToString::to_string);
        (key.clone(), values.collect())
    })
    .collect()
}

fn capitalized(service: &str) -> String {
    let mut letters = service.chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
