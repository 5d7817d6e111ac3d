//! Pages and their opaque tokens: a token is good only for the operation and input that it was given for.

use serde_json::Value;

pub(crate) struct InvalidToken;

/// One page of `all`, and the token of the next one. `request` is the input without its own token.
pub(crate) fn page<T>(
    all: Vec<T>,
    size: usize,
    token: Option<&str>,
    request: &Value,
) -> Result<(Vec<T>, Option<String>), InvalidToken> {
    let print = fingerprint(request);
    let from = token.map_or(Ok(0), |token| read(token, print))?;
    if from > all.len() {
        return Err(InvalidToken);
    }
    let to = from.saturating_add(size);
    let next = (to < all.len()).then(|| write(to, print));
    Ok((all.into_iter().skip(from).take(size).collect(), next))
}

/// FNV-1a: the same for the same text, in every run and on every machine.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn fingerprint(request: &Value) -> u64 {
    let mut request = request.clone();
    if let Some(members) = request.as_object_mut() {
        members.remove("nextToken");
        members.remove("NextToken");
    }
    hash(&request.to_string())
}

fn write(offset: usize, print: u64) -> String {
    let hidden = (offset as u64) ^ print.rotate_left(32);
    format!("{print:016x}{hidden:016x}")
}

fn read(token: &str, print: u64) -> Result<usize, InvalidToken> {
    let hidden = token
        .strip_prefix(&format!("{print:016x}"))
        .filter(|rest| rest.len() == 16)
        .ok_or(InvalidToken)?;
    let hidden = u64::from_str_radix(hidden, 16).map_err(|_| InvalidToken)?;
    usize::try_from(hidden ^ print.rotate_left(32)).map_err(|_| InvalidToken)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_cover_everything_once() {
        let mut token: Option<String> = None;
        let mut seen = Vec::new();
        let mut pages = 0;
        loop {
            let request = json!({"cluster": "prod", "nextToken": token});
            let (items, next) = page((0..25).collect(), 10, token.as_deref(), &request)
                .ok()
                .unwrap();
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
        assert_eq!(
            page(vec![1, 2], 2, None, &json!({})).ok().unwrap(),
            (vec![1, 2], None)
        );
    }

    #[test]
    fn a_token_of_another_request_is_refused() {
        let (_, token) = page(vec![1, 2, 3], 2, None, &json!({"cluster": "prod"}))
            .ok()
            .unwrap();
        assert!(
            page(
                vec![1, 2, 3],
                2,
                token.as_deref(),
                &json!({"cluster": "test"})
            )
            .is_err()
        );
        assert!(
            page(
                vec![1, 2, 3],
                2,
                Some("nonsense"),
                &json!({"cluster": "prod"})
            )
            .is_err()
        );
        assert!(page(vec![1, 2, 3], 2, Some("ä"), &json!({"cluster": "prod"})).is_err());
    }
}
