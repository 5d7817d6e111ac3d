//! Pages and their opaque tokens: a token is good only for the operation and input that it was given for.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::api::{ApiError, ApiResult, present, read};

/// How a list of an operation is cut into pages.
#[derive(Clone, Copy)]
pub(crate) struct PageRule {
    /// The member of the input with a page's size.
    pub(crate) size: &'static str,
    /// The size without that member; the least, and the most.
    pub(crate) default: usize,
    pub(crate) least: usize,
    pub(crate) most: usize,
    /// The member with the token, in the input and in the answer.
    pub(crate) token: &'static str,
    /// The codes and messages of the errors for another size, and for another token.
    pub(crate) bad_size: (&'static str, &'static str),
    pub(crate) bad_token: (&'static str, &'static str),
}

/// The page that an input asks for.
pub(crate) struct AskedPage {
    rule: PageRule,
    size: Option<i64>,
    token: Option<String>,
    print: u64,
}

impl PageRule {
    /// What an input asks for, and which page of it.
    pub(crate) fn read<T: DeserializeOwned>(
        self,
        input: &Value,
    ) -> Result<(T, AskedPage), ApiError> {
        let mut rest = input.clone();
        let mut take = |member| {
            let member = rest.as_object_mut().and_then(|it| it.remove(member));
            member.unwrap_or_default()
        };
        let (token, size) = (take(self.token), take(self.size));
        let page = AskedPage {
            rule: self,
            size: read(&size)?,
            token: read(&token)?,
            print: fingerprint(input, self.token),
        };
        Ok((read(&rest)?, page))
    }
}

impl AskedPage {
    /// This page of `all`, and the token of the next one.
    pub(crate) fn cut<T>(&self, all: Vec<T>) -> Result<(Vec<T>, Option<String>), ApiError> {
        let rule = &self.rule;
        let size = self
            .size
            .map_or(Some(rule.default), |it| it.try_into().ok());
        let size = size.filter(|it| (rule.least..=rule.most).contains(it));
        let size = size.ok_or_else(|| ApiError::new(rule.bad_size.0, rule.bad_size.1))?;
        page(all, size, self.token.as_deref(), self.print)
            .ok_or_else(|| ApiError::new(rule.bad_token.0, rule.bad_token.1))
    }

    /// The answer that has this page of `all`, under this name.
    pub(crate) fn answer(&self, name: &str, all: impl IntoIterator<Item = Value>) -> ApiResult {
        let (items, next) = self.cut(all.into_iter().collect())?;
        Ok(present(json!({ name: items, self.rule.token: next })))
    }
}

/// One page of `all`, and the token of the next one; `None` for a token of another request.
fn page<T>(
    all: Vec<T>,
    size: usize,
    token: Option<&str>,
    print: u64,
) -> Option<(Vec<T>, Option<String>)> {
    let from = token.map_or(Some(0), |token| offset(token, print))?;
    let to = from.saturating_add(size);
    let next = (to < all.len()).then(|| write(to, print));
    (from <= all.len()).then(|| (all.into_iter().skip(from).take(size).collect(), next))
}

/// FNV-1a: the same for the same text, in every run and on every machine.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn fingerprint(request: &Value, token: &str) -> u64 {
    let mut request = request.clone();
    request.as_object_mut().and_then(|it| it.remove(token));
    hash(&request.to_string())
}

fn write(offset: usize, print: u64) -> String {
    let hidden = (offset as u64) ^ print.rotate_left(32);
    format!("{print:016x}{hidden:016x}")
}

fn offset(token: &str, print: u64) -> Option<usize> {
    let hidden = token.strip_prefix(&format!("{print:016x}"));
    let hidden = hidden.filter(|rest| rest.len() == 16)?;
    let hidden = u64::from_str_radix(hidden, 16).ok()?;
    usize::try_from(hidden ^ print.rotate_left(32)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: PageRule = PageRule {
        size: "max",
        default: 10,
        least: 1,
        most: 20,
        token: "next",
        bad_size: ("BadSize", ""),
        bad_token: ("BadToken", ""),
    };

    /// The page of numbers up to `most` that an input asks for, and the token of the next one.
    fn page_of(most: u8, input: &Value) -> Result<(Vec<u8>, Option<String>), String> {
        let (_, page): (Value, _) = RULE.read(input).map_err(|error| error.code)?;
        page.cut((0..most).collect()).map_err(|error| error.code)
    }

    #[test]
    fn pages_cover_everything_once() {
        let mut token = None;
        let mut seen = Vec::new();
        let mut pages = 0;
        loop {
            let (items, next) = page_of(25, &json!({"cluster": "prod", "next": token})).unwrap();
            seen.extend(items);
            pages += 1;
            token = next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!((seen, pages), ((0..25).collect(), 3));
    }

    #[test]
    fn a_full_last_page_has_no_token() {
        assert_eq!(page_of(2, &json!({"max": 2})), Ok((vec![0, 1], None)));
    }

    #[test]
    fn a_token_of_another_request_is_refused() {
        let (_, token) = page_of(25, &json!({"cluster": "prod"})).unwrap();
        for (cluster, token) in [
            ("test", token.as_deref()),
            ("prod", Some("nonsense")),
            ("prod", Some("ä")),
        ] {
            let found = page_of(25, &json!({"cluster": cluster, "next": token}));
            assert_eq!(found, Err("BadToken".to_owned()), "{cluster} {token:?}");
        }
    }

    #[test]
    fn a_size_that_the_rule_does_not_allow_is_refused() {
        for (size, code) in [
            (json!(0), "BadSize"),
            (json!(21), "BadSize"),
            (json!(-1), "BadSize"),
            (json!("2"), "SerializationException"),
        ] {
            let found = page_of(25, &json!({ "max": size }));
            assert_eq!(found, Err(code.to_owned()), "{size}");
        }
    }
}
