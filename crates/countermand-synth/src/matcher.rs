//! Names as EventBridge matches them: exactly, by prefix, by suffix, or with the one wildcard `*`.

use serde_json::{Value, json};

use countermand_core::name::{Piece, Spelling};

/// EventBridge refuses patterns that are too complex, and does not document the limit.
const MOST_STARS: usize = 3;

/// The matcher for one name of `source`; `None` if any text matches. Where it matches more than the policy means,
/// `broader` says why.
pub(super) fn matcher(pieces: &[Piece], source: &str, broader: &mut Vec<String>) -> Option<Value> {
    let (texts, why) = texts(pieces);
    if let Some(why) = why {
        let said = format!("`{source}`: {why}");
        if !broader.contains(&said) {
            broader.push(said);
        }
    }
    value(&texts)
}

/// The texts between the stars, and why these match more than the policy means, if they do.
fn texts(pieces: &[Piece]) -> (Vec<String>, Option<&'static str>) {
    let mut broader = None;
    let mut texts = vec![String::new()];
    let mut is_after_star = false;
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                is_after_star = false;
                if let Some(last) = texts.last_mut() {
                    last.push_str(text);
                }
            }
            Piece::One => broader = Some("EventBridge has no `?`: any text may stand there"),
            Piece::Some if broader.is_none() => {
                broader = Some("EventBridge takes `{…}` for any text, also for none");
            }
            Piece::Some | Piece::Any => {}
        }
        // EventBridge refuses two stars in a row.
        if !matches!(piece, Piece::Text(_)) && !is_after_star {
            texts.push(String::new());
            is_after_star = true;
        }
    }
    if texts.len() > MOST_STARS + 1 {
        broader = Some(
            "EventBridge may refuse so many wildcards: it is told the beginning and the end only",
        );
        texts.drain(1..texts.len() - 1);
    }
    (texts, broader)
}

fn value(texts: &[String]) -> Option<Value> {
    match texts {
        [exact] => Some(json!(exact)),
        [before, behind] if before.is_empty() && behind.is_empty() => None,
        [before, behind] if behind.is_empty() => Some(json!({ "prefix": before })),
        [before, behind] if before.is_empty() => Some(json!({ "suffix": behind })),
        _ => {
            let escaped = texts.iter().map(|text| text.replace('\\', r"\\"));
            let escaped: Vec<_> = escaped.collect();
            Some(json!({ "wildcard": escaped.join("*") }))
        }
    }
}

/// The matchers of all names as a list; `None` where one of them matches any text.
pub(super) fn any_of<'s>(
    spellings: impl IntoIterator<Item = &'s Spelling>,
    source: &str,
    broader: &mut Vec<String>,
) -> Option<Value> {
    let mut list = Vec::new();
    let mut is_anything = false;
    for spelling in spellings {
        match matcher(spelling.pieces(), source, broader) {
            Some(value) if !list.contains(&value) => list.push(value),
            Some(_) => {}
            None => is_anything = true,
        }
    }
    (!is_anything).then_some(Value::Array(list))
}
