//! Whether the world's statements allow a call, and what AWS answers where they do not.

mod statement;

use std::collections::BTreeMap;
use std::iter;

pub use statement::{AccessEffect, AccessStatement, AccessTexts};

use crate::api::ApiError;
use crate::world::{ResourceTags, World};

/// The first resource that the call is not allowed on; none in a world without statements, which allows all.
pub(crate) fn denial<'r>(
    world: &World,
    action: &str,
    resources: &'r [String],
) -> Option<(&'r str, DenialCause)> {
    let statements = world.iam.as_deref()?;
    resources.iter().find_map(|resource| {
        let effect = effect(statements, action, resource, world.tags_of(resource));
        Some((resource.as_str(), effect.err()?))
    })
}

/// Why a call is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DenialCause {
    NothingAllows,
    Denied,
}

/// The error that AWS answers.
pub(crate) fn denied(world: &World, action: &str, resource: &str, cause: DenialCause) -> ApiError {
    let because = match cause {
        DenialCause::NothingAllows => {
            format!("because no identity-based policy allows the {action} action")
        }
        DenialCause::Denied => "with an explicit deny in an identity-based policy".to_owned(),
    };
    let account = &world.account;
    let user = format!("arn:aws:sts::{account}:assumed-role/countermand/on-alarm");
    let message = format!(
        "User: {user} is not authorized to perform: {action} on resource: {resource} {because}"
    );
    ApiError::new("AccessDeniedException", message)
}

fn effect(
    statements: &[AccessStatement],
    action: &str,
    resource: &str,
    tags: Option<&ResourceTags>,
) -> Result<(), DenialCause> {
    // IAM's actions are not case-sensitive.
    let action = action.to_lowercase();
    let applying = statements.iter().filter(|it| {
        let mut actions = it.action.iter();
        let mut resources = it.resource.iter();
        actions.any(|wanted| is_like(&action, &wanted.to_lowercase()))
            && resources.any(|wanted| is_like(resource, wanted))
    });
    let mut allowed = Err(DenialCause::NothingAllows);
    for statement in applying {
        // A condition that the double does not know counts against the call.
        match (statement.effect, holds(&statement.condition, tags)) {
            (AccessEffect::Deny, None | Some(true)) => return Err(DenialCause::Denied),
            (AccessEffect::Allow, Some(true)) => allowed = Ok(()),
            (AccessEffect::Deny, Some(false)) | (AccessEffect::Allow, None | Some(false)) => {}
        }
    }
    allowed
}

/// Whether all of the conditions hold; none where the double does not know one of them.
fn holds(
    conditions: &BTreeMap<String, BTreeMap<String, AccessTexts>>,
    tags: Option<&ResourceTags>,
) -> Option<bool> {
    let mut all = true;
    for (operator, keys) in conditions {
        for (key, values) in keys {
            all &= one_holds(operator, key, values, tags)?;
        }
    }
    Some(all)
}

fn one_holds(
    operator: &str,
    key: &str,
    values: &AccessTexts,
    tags: Option<&ResourceTags>,
) -> Option<bool> {
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
    // The names of condition keys, which include the tag's key, are not case-sensitive.
    let tag = tags.find(|(key, _)| key.eq_ignore_ascii_case(wanted));
    Some(tag.is_some_and(|(_, value)| values.iter().any(|wanted| fits(value, wanted))))
}

/// With `*` and `?` as wildcards.
fn is_like(text: &str, pattern: &str) -> bool {
    let text: Vec<_> = text.chars().collect();
    // Whether the pattern, as far as it is read, fits the first 0, 1, 2, … characters of the text.
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
