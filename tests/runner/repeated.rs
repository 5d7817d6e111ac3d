//! Large worlds in small files: `{"repeat": 995, "name": "service-{n}", …}` in a list stands for 995 items.

use serde_json::Value;

const REPEAT: &str = "repeat";

/// The world with every repetition expanded; `{n}` becomes the number of the item, from 1.
pub(crate) fn written_out(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().flat_map(one_or_many).collect(),
        Value::Object(members) => {
            let members = members.into_iter();
            Value::Object(members.map(|(key, it)| (key, written_out(it))).collect())
        }
        value => value,
    }
}

fn one_or_many(mut item: Value) -> Vec<Value> {
    let repeat = item.as_object_mut().and_then(|it| it.remove(REPEAT));
    let Some(times) = repeat else {
        return vec![written_out(item)];
    };
    let times = times.as_u64().unwrap();
    (1..=times)
        .map(|n| numbered(&item, n))
        .map(written_out)
        .collect()
}

fn numbered(value: &Value, n: u64) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("{n}", &n.to_string())),
        Value::Array(items) => items.iter().map(|it| numbered(it, n)).collect(),
        Value::Object(members) => {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(key, it)| (key.clone(), numbered(it, n)))
                    .collect(),
            )
        }
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::written_out;

    #[test]
    fn what_is_repeated_is_numbered() {
        let written = json!({"services": [{"repeat": 2, "name": "s-{n}", "deployments": [{"id": "d-{n}"}]}, {"name": "x"}]});
        let meant = json!({"services": [
            {"name": "s-1", "deployments": [{"id": "d-1"}]},
            {"name": "s-2", "deployments": [{"id": "d-2"}]},
            {"name": "x"},
        ]});
        assert_eq!(written_out(written), meant);
    }
}
