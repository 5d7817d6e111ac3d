//! An operation that a user types on a command line, with its parameters as `key=value`.
//!
//! It is read as the entry of a policy is, so that both have the same keys and the same messages. A key that is typed twice
//! is a list; `tags.env=prod` is a tag.

use crate::operations::Action;
use crate::problem::{Problem, ProblemCode};
use crate::read::{NodeId, NodeValue, Source, Tree, TreeReader};

/// The operation, and everything that is wrong or doubtful in what was typed.
#[derive(Debug)]
pub struct TypedOperation {
    /// What was typed, as one line: problems have their places in it.
    pub source: Source,
    /// None if there is an error.
    pub action: Option<Action>,
    pub problems: Vec<Problem>,
}

/// Reads an operation and its parameters.
pub fn typed_operation(operation: &str, parameters: &[(String, String)]) -> TypedOperation {
    let words = parameters
        .iter()
        .map(|(key, value)| format!(" {key}={value}"));
    let line = operation.to_owned() + &words.collect::<String>();
    let mut typed = Typed::default();
    let (name, given) = typed.line(operation, parameters);
    let reader = TreeReader::new(&typed.tree, 0, false);
    let action = typed.tree.root.and_then(|root| reader.read(root));
    let mut problems = reader.into_problems();
    if let Some(action) = &action {
        problems.extend(typed.lint(action, name, given));
    }
    problems.sort_by_key(|it| it.span.start);
    TypedOperation {
        source: Source::new("what was typed", line.into_bytes()),
        action: action.filter(|_| !problems.iter().any(Problem::is_error)),
        problems,
    }
}

/// The line as a tree, like that of a policy file.
#[derive(Default)]
struct Typed<'s> {
    tree: Tree<'s>,
}

/// One parameter, and its offset in the line.
#[derive(Debug, Clone, Copy)]
struct Word<'s> {
    key: &'s str,
    value: &'s str,
    at: usize,
}

impl<'s> Typed<'s> {
    /// Builds the tree; returns the nodes of the operation's name and of its parameters.
    fn line(&mut self, operation: &'s str, parameters: &'s [(String, String)]) -> (NodeId, NodeId) {
        let mut at = operation.len() + 1;
        let words = parameters.iter().map(|(key, value)| {
            let word = Word { key, value, at };
            at = word.end() + 1;
            word
        });
        let words: Vec<_> = words.collect();
        let name = self.scalar(operation, 0);
        let given = self.mapping(&words, operation.len());
        let root = self.tree.add(0..at, NodeValue::Map(vec![(name, given)]), 1);
        self.tree.root = Some(root);
        (name, given)
    }

    fn mapping(&mut self, words: &[Word<'s>], else_at: usize) -> NodeId {
        let mut entries: Vec<(NodeId, NodeId)> = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for word in words {
            let key = word.first_key();
            if known.contains(&key) {
                continue;
            }
            known.push(key);
            let same: Vec<_> = words.iter().filter(|it| it.first_key() == key).collect();
            let below: Vec<_> = same.iter().filter_map(|it| it.below()).collect();
            let name = self.scalar(key, word.at);
            let value = if below.is_empty() {
                self.values(&same)
            } else {
                self.mapping(&below, word.at)
            };
            entries.push((name, value));
        }
        let span = match words {
            [first, .., last] => first.at..last.end(),
            [only] => only.at..only.end(),
            [] => else_at..else_at,
        };
        self.tree.add(span, NodeValue::Map(entries), 1)
    }

    fn values(&mut self, words: &[&Word<'s>]) -> NodeId {
        let mut values: Vec<_> = words
            .iter()
            .map(|it| self.scalar(it.value, it.value_at()))
            .collect();
        match (values.pop(), words) {
            (Some(only), [_]) => only,
            (last, [first, .., end]) => {
                values.extend(last);
                self.tree
                    .add(first.value_at()..end.end(), NodeValue::List(values), 1)
            }
            _ => self.tree.add(0..0, NodeValue::List(Vec::new()), 1),
        }
    }

    fn scalar(&mut self, text: &'s str, at: usize) -> NodeId {
        // Everything is text, as in quotes: a shell has removed those.
        let value = NodeValue::Scalar {
            text: text.into(),
            plain: false,
        };
        self.tree.add(at..at + text.len(), value, 1)
    }

    /// References that only an event could fill, and what the user should look at twice.
    fn lint(&self, action: &Action, name: NodeId, given: NodeId) -> Vec<Problem> {
        let place = |key| self.tree.entry(given, key).map_or(name, |(_, value)| value);
        let problem = |at, code, message: &str, help: &str| Problem {
            code,
            source: 0,
            span: self.tree.node(at).span.clone(),
            message: message.to_owned(),
            help: vec![help.to_owned()],
        };
        let mut problems = Vec::new();
        for (key, names) in action.names() {
            let references = names.references().into_iter();
            problems.extend(references.filter(|it| it.needs_alarm()).map(|reference| {
                let message = format!("`{{{reference}}}` comes from an alarm, and there is none");
                let help = "name the target, or use `*`";
                problem(place(key), ProblemCode::NotInTrigger, &message, help)
            }));
        }
        if let Some(ended) = action.spec().ended {
            let help = "there may be nothing left that it could stop";
            problems.push(problem(name, ProblemCode::ServiceEnded, ended, help));
        }
        let doubts = action.doubts().into_iter();
        problems.extend(doubts.map(|it| problem(place(it.key), it.code, it.message, it.help)));
        problems
    }
}

impl<'s> Word<'s> {
    const TAGS: &'static str = "tags";

    fn value_at(&self) -> usize {
        self.at + self.key.len() + 1
    }

    fn end(&self) -> usize {
        self.value_at() + self.value.len()
    }

    /// `tags` for `tags.env=prod`, else the whole key.
    fn first_key(&self) -> &'s str {
        self.below().map_or(self.key, |_| Self::TAGS)
    }

    /// `env=prod` for `tags.env=prod`.
    fn below(&self) -> Option<Self> {
        let key = self.key.strip_prefix(Self::TAGS)?.strip_prefix('.')?;
        Some(Self {
            key,
            value: self.value,
            at: self.at + Self::TAGS.len() + 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problems of what is typed, each with the text at its place.
    fn told(typed: &str) -> (TypedOperation, Vec<String>) {
        let mut words = typed.split(' ');
        let operation = words.next().unwrap();
        let pairs = words.map(|it| it.split_once('=').unwrap());
        let pairs: Vec<_> = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let asked = typed_operation(operation, &pairs);
        assert_eq!(asked.source.text, typed);
        let problems = asked.problems.iter().map(|it| {
            let place = asked.source.text.get(it.span.clone()).unwrap();
            let code = serde_json::to_value(it.code).unwrap();
            format!("{place}: {}", code.as_str().unwrap())
        });
        let problems = problems.collect();
        (asked, problems)
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place_as_in_a_policy() {
        let ecs = "ecs.stop-service-deployment";
        for (typed, problems) in [
            ("cluster=prod service=web", &[][..]),
            (
                "cluster=prod service=web-* service=checkout tags.env=prod tags.env=test tags.a.b=c",
                &[],
            ),
            (
                "cluster=prod service=42 running-for=3h stop-type=rollback",
                &[],
            ),
            ("cluster={account} service=web", &[]),
            ("clustr=prod service=web", &["clustr: unknown-key"]),
            ("cluster=prod", &["cluster=prod: missing-key"]),
            ("cluster=prod service=", &[": bad-value"]),
            (
                "cluster=prod service=web running-for=soon",
                &["soon: bad-value"],
            ),
            (
                "cluster=prod service=web stop-type=stop",
                &["stop: unknown-choice"],
            ),
            (
                "cluster=prod service=web stop-type=abort",
                &["abort: abort-is-undocumented"],
            ),
            ("cluster=prod service=web tags=prod", &["prod: wrong-type"]),
            (
                "cluster=prod service={service}",
                &["{service}: not-in-trigger"],
            ),
            (
                "cluster=prod service=web running-for=3h running-for=2h",
                &["3h running-for=2h: wrong-type"],
            ),
        ] {
            let (asked, found) = told(&format!("{ecs} {typed}"));
            assert_eq!(found, problems, "{typed}");
            let is_right = !asked.problems.iter().any(Problem::is_error);
            assert_eq!(asked.action.is_some(), is_right, "{typed}");
        }
        for (typed, problems) in [
            (
                "ecs.stop-service-deploymet cluster=prod service=web",
                "ecs.stop-service-deploymet: unknown-choice",
            ),
            (
                "proton.cancel-service-instance-deployment service=a instance=b",
                "proton.cancel-service-instance-deployment: service-ended",
            ),
        ] {
            assert_eq!(told(typed).1, [problems], "{typed}");
        }
        assert_eq!(typed_operation(ecs, &[]).problems.len(), 2);
    }

    #[test]
    fn what_is_typed_means_what_a_policy_would_mean() {
        let (asked, _) = told(
            "ecs.stop-service-deployment cluster=prod service=web-* service=checkout tags.env=prod tags.env=test tags.a.b=c running-for=3h",
        );
        let action = asked.action.unwrap();
        let names = action.names();
        let sources: Vec<_> = names.iter().map(|(key, it)| (*key, it.sources())).collect();
        assert_eq!(
            sources,
            [
                ("cluster", vec!["prod".to_owned()]),
                ("service", vec!["web-*".to_owned(), "checkout".to_owned()])
            ]
        );
        let conditions = action.conditions();
        assert!(conditions.running_for.is_some());
        let tags = conditions.tags.iter();
        let tags: Vec<_> = tags
            .map(|(key, it)| (key.as_str(), it.iter().count()))
            .collect();
        assert_eq!(tags, [("a.b", 1), ("env", 2)]);
    }
}
