//! `check --live`: looks up in AWS whether what the policies name exists.

use countermand_aws::{Existing, ReadClients, existing};
use countermand_core::name::Glob;
use countermand_core::operations::Action;
use countermand_core::policy::Policies;
use countermand_core::trigger::Place;
use serde::Serialize;

use crate::aws::block_on;
use crate::complaint::Complaint;
use crate::text::{FAINT, STRONG, WARNING, wrapped};
use crate::{aws, progress};

/// A key of an action, with each name as it is written and the glob of all names that it can become.
type KeyNames = (&'static str, Vec<(String, Glob)>);

/// The `live` part of `check --format json`.
#[derive(Serialize)]
pub(super) struct LiveReport {
    account: String,
    region: String,
    names: Vec<NameMatches>,
    /// The look-ups that failed, and why.
    unknown: Vec<FailedLookup>,
}

/// A name in a policy, and how many targets have it.
#[derive(Serialize)]
pub(super) struct NameMatches {
    policy: String,
    operation: &'static str,
    key: &'static str,
    name: String,
    /// How many targets have it or can get it: a part that the event fills in matches anything.
    targets: usize,
    /// Nothing has this name. Not set where nothing matches an earlier key of the action: then only that one is missing.
    missing: bool,
    /// Number of the action that it stands in, to group the output.
    #[serde(skip)]
    entry: usize,
}

#[derive(Serialize)]
struct FailedLookup {
    policy: String,
    operation: &'static str,
    why: String,
}

pub(super) fn look_up(policies: &Policies, args: &aws::AwsArgs) -> Result<LiveReport, Complaint> {
    let mut connections = args.connections()?;
    block_on(async {
        let connection = connections.connect(&Place::default()).await?;
        let mut live = LiveReport {
            account: connection.home.account.clone(),
            region: connection.home.region.clone(),
            names: Vec::new(),
            unknown: Vec::new(),
        };
        progress::with_call_count(
            &connection.aws.read,
            live.look_up_all(policies, &connection.aws.read),
        )
        .await;
        Ok(live)
    })
}

impl LiveReport {
    async fn look_up_all(&mut self, policies: &Policies, aws: &ReadClients) {
        let mut entry = 0;
        for policy in policies.list() {
            for action in &policy.actions {
                entry += 1;
                let keys = key_names(action);
                let target = keys.iter().map(|(key, names)| (*key, globs(names)));
                let operation = action.spec().name;
                let policy = policy.name.as_str();
                match existing(action, &target.collect(), aws).await {
                    Ok(found) => {
                        let names = match_names(&keys, &found).into_iter();
                        self.names
                            .extend(names.map(|(key, name, targets, missing)| NameMatches {
                                policy: policy.to_owned(),
                                operation,
                                key,
                                name,
                                targets,
                                missing,
                                entry,
                            }));
                    }
                    Err(trouble) => self.unknown.push(FailedLookup {
                        policy: policy.to_owned(),
                        operation,
                        why: trouble.to_string(),
                    }),
                }
            }
        }
    }

    pub(super) fn missing(&self) -> impl Iterator<Item = &NameMatches> {
        self.names.iter().filter(|it| it.missing)
    }

    /// A look-up was refused, or not answered.
    pub(super) fn is_incomplete(&self) -> bool {
        !self.unknown.is_empty()
    }

    pub(super) fn warnings(&self, width: usize) -> String {
        let missing = self.missing().map(|it| {
            let NameMatches {
                policy,
                operation,
                key,
                name,
                ..
            } = it;
            format!("the policy `{policy}` names `{key}: {name}` for `{operation}`, and nothing there has that name")
        });
        let unknown = self.unknown.iter().map(|it| {
            let FailedLookup {
                policy,
                operation,
                why,
            } = it;
            format!("the targets of `{operation}` in the policy `{policy}` are not known: {why}")
        });
        let said = missing.chain(unknown).map(|it| {
            let label = "warning: ";
            let lines = wrapped(&it, width.saturating_sub(label.len()));
            let lines = lines.join(&format!("\n{:1$}", "", label.len()));
            format!("{WARNING}warning{WARNING:#}: {lines}\n")
        });
        said.collect::<Vec<_>>().concat()
    }

    pub(super) fn render(&self, width: usize) -> String {
        let mut all = format!(
            "\n{FAINT}what is there now, in account {} in {}{FAINT:#}\n",
            self.account, self.region
        );
        let mut last = None;
        for it in &self.names {
            if last.replace(it.entry) != Some(it.entry) {
                let title = format!("{}: {}", it.policy, it.operation);
                let title = wrapped(&title, width).join("\n");
                all.extend(["\n", &format!("{STRONG}{title}{STRONG:#}"), "\n"]);
            }
            let targets = match it.targets {
                0 => "nothing".to_owned(),
                1 => "1 target".to_owned(),
                many => format!("{many} targets"),
            };
            let line = format!("{}: {}, {targets}", it.key, it.name);
            let lines = wrapped(&line, width - 2).join("\n    ");
            all.extend(["  ", &lines, "\n"]);
        }
        all
    }
}

fn key_names(action: &Action) -> Vec<KeyNames> {
    let keys = action.names().into_iter();
    keys.map(|(key, names)| {
        let names = names.sources().into_iter();
        let names = names.filter_map(|it| Some((it.clone(), as_glob(&it).parse().ok()?)));
        (key, names.collect())
    })
    .collect()
}

/// The name, with `*` for each part that the event fills in.
fn as_glob(name: &str) -> String {
    let mut glob = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('{') {
        glob += before;
        glob.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    glob + rest
}

/// For each name: its key, the name, how many targets have it, and whether it is missing.
fn match_names(
    wanted: &[KeyNames],
    found: &[Existing],
) -> Vec<(&'static str, String, usize, bool)> {
    let fits = |it: &&Existing, keys: &[KeyNames]| {
        keys.iter()
            .all(|(key, names)| it.is_called(key, &globs(names)))
    };
    let all = wanted.iter().enumerate().flat_map(|(at, (key, names))| {
        let earlier = wanted.get(..at).unwrap_or_default();
        let candidates: Vec<_> = found.iter().filter(|it| fits(it, earlier)).collect();
        names.iter().map(move |(name, glob)| {
            let glob = std::slice::from_ref(glob);
            let targets = found
                .iter()
                .filter(|it| fits(it, wanted) && it.is_called(key, glob));
            let can_be_missing = at == 0 || !candidates.is_empty();
            let missing = can_be_missing && !candidates.iter().any(|it| it.is_called(key, glob));
            (*key, name.clone(), targets.count(), missing)
        })
    });
    all.collect()
}

fn globs(names: &[(String, Glob)]) -> Vec<Glob> {
    names.iter().map(|(_, glob)| glob.clone()).collect()
}
