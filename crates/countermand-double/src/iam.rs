//! Whether the world's statements allow a call, and what AWS answers where they do not.

use std::collections::BTreeMap;
use std::iter;

use crate::operation::{Operation, Service};
use crate::resources::tags_of;
use crate::wire::Refusal;
use crate::world::{Effect, Statement, Tags, Texts, World};

/// The resource for which the call is refused; none where all are allowed, as in a world without statements.
pub(crate) fn denial<'r>(
    world: &World,
    action: &str,
    resources: &'r [String],
) -> Option<(&'r str, Why)> {
    let statements = world.iam.as_deref()?;
    resources.iter().find_map(|resource| {
        let effect = effect(statements, action, resource, tags_of(world, resource));
        Some((resource.as_str(), effect.err()?))
    })
}

/// Why a call is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    NothingAllows,
    Denied,
}

/// What AWS answers.
pub(crate) fn denied(world: &World, action: &str, resource: &str, why: Why) -> Refusal {
    let because = match why {
        Why::NothingAllows => {
            format!("because no identity-based policy allows the {action} action")
        }
        Why::Denied => "with an explicit deny in an identity-based policy".to_owned(),
    };
    let account = &world.account;
    let user = format!("arn:aws:sts::{account}:assumed-role/countermand/on-alarm");
    let message = format!(
        "User: {user} is not authorized to perform: {action} on resource: {resource} {because}"
    );
    Refusal::new("AccessDeniedException", message)
}

/// As IAM names it, which for one service is not as its SDK does.
pub(crate) fn action(service: &Service, operation: &Operation) -> String {
    let service = match service.name {
        "opensearch" => "es",
        name => name,
    };
    format!("{service}:{}", operation.name)
}

fn effect(
    statements: &[Statement],
    action: &str,
    resource: &str,
    tags: Option<&Tags>,
) -> Result<(), Why> {
    // IAM's actions are not case-sensitive.
    let action = action.to_lowercase();
    let about = statements.iter().filter(|it| {
        let mut actions = it.action.iter();
        let mut resources = it.resource.iter();
        actions.any(|wanted| is_like(&action, &wanted.to_lowercase()))
            && resources.any(|wanted| is_like(resource, wanted))
    });
    let mut allowed = Err(Why::NothingAllows);
    for statement in about {
        // What cannot be told counts against the call.
        match (statement.effect, holds(&statement.condition, tags)) {
            (Effect::Deny, None | Some(true)) => return Err(Why::Denied),
            (Effect::Allow, Some(true)) => allowed = Ok(()),
            (Effect::Deny, Some(false)) | (Effect::Allow, None | Some(false)) => {}
        }
    }
    allowed
}

/// Whether all of the conditions hold; none where the double does not know one of them.
fn holds(
    conditions: &BTreeMap<String, BTreeMap<String, Texts>>,
    tags: Option<&Tags>,
) -> Option<bool> {
    let mut all = true;
    for (operator, keys) in conditions {
        for (key, values) in keys {
            all &= one_holds(operator, key, values, tags)?;
        }
    }
    Some(all)
}

fn one_holds(operator: &str, key: &str, values: &Texts, tags: Option<&Tags>) -> Option<bool> {
    let (prefix, wanted) = key.split_once('/')?;
    if !prefix.eq_ignore_ascii_case("aws:ResourceTag") {
        return None;
    }
    let fits = match operator {
        "StringEquals" => |value: &str, wanted: &str| value == wanted,
        "StringLike" => is_like,
        _ => return None,
    };
    let mut tags = tags.into_iter().flatten();
    // The names of condition keys, with the tag's key in them, are not case-sensitive.
    let tag = tags.find(|(key, _)| key.eq_ignore_ascii_case(wanted));
    Some(tag.is_some_and(|(_, value)| values.iter().any(|wanted| fits(value, wanted))))
}

/// With `*` and `?` as wildcards.
fn is_like(text: &str, pattern: &str) -> bool {
    let text: Vec<_> = text.chars().collect();
    // Which beginnings of the text the pattern fits as far as it is read, the shortest first.
    let mut fits: Vec<bool> = iter::once(true).chain(text.iter().map(|_| false)).collect();
    for wanted in pattern.chars() {
        if wanted == '*' {
            let mut any = false;
            for it in &mut fits {
                any |= *it;
                *it = any;
            }
        } else {
            let longer = fits
                .iter()
                .zip(&text)
                .map(|(fits, next)| *fits && (wanted == '?' || wanted == *next));
            fits = iter::once(false).chain(longer).collect();
        }
    }
    fits.last() == Some(&true)
}

#[cfg(test)]
mod tests;
