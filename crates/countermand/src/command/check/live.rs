//! Whether what the policies name exists in AWS.

use countermand_aws::{Aws, Existing, existing};
use countermand_core::name::Glob;
use countermand_core::operations::Action;
use countermand_core::policy::Policies;
use countermand_core::trigger::Place;
use serde::Serialize;

use crate::complaint::Complaint;
use crate::exit::Exit;
use crate::text::{FAINT, STRONG, WARNING, wrapped};
use crate::{aws, progress};

/// A key, its names as they are written, and what they can become.
type Key = (&'static str, Vec<(String, Glob)>);

/// What there is now.
#[derive(Serialize)]
pub(super) struct Live {
    account: String,
    region: String,
    names: Vec<Named>,
    /// What could not be looked up, and why.
    unknown: Vec<Unknown>,
}

/// A name in a policy.
#[derive(Serialize)]
pub(super) struct Named {
    policy: String,
    operation: &'static str,
    key: &'static str,
    name: String,
    /// Of how many targets it is the name, or can be: what an event says is taken to be anything.
    targets: usize,
    /// Nothing has it: where nothing has any name of an earlier key, those of later ones are not to blame.
    missing: bool,
    /// Which entry of the policies it is of.
    #[serde(skip)]
    entry: usize,
}

#[derive(Serialize)]
struct Unknown {
    policy: String,
    operation: &'static str,
    why: String,
}

pub(super) fn look(policies: &Policies, args: &aws::Args) -> Result<Live, Complaint> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::of(&error, Exit::Refused))?;
    let mut reach = args.reach()?;
    runtime.block_on(async {
        let side = reach.to(&Place::default()).await?;
        let mut live = Live {
            account: side.home.account.clone(),
            region: side.home.region.clone(),
            names: Vec::new(),
            unknown: Vec::new(),
        };
        progress::shown(&side.aws, live.look(policies, &side.aws)).await;
        Ok(live)
    })
}

impl Live {
    async fn look(&mut self, policies: &Policies, aws: &Aws) {
        let mut entry = 0;
        for policy in policies.list() {
            for action in &policy.actions {
                entry += 1;
                let meant = meant(action);
                let target = meant.iter().map(|(key, names)| (*key, globs(names)));
                let operation = action.about().name;
                let policy = policy.name.as_str();
                match existing(action, &target.collect(), aws).await {
                    Ok(found) => {
                        let names = named(&meant, &found).into_iter();
                        self.names
                            .extend(names.map(|(key, name, targets, missing)| Named {
                                policy: policy.to_owned(),
                                operation,
                                key,
                                name,
                                targets,
                                missing,
                                entry,
                            }));
                    }
                    Err(trouble) => self.unknown.push(Unknown {
                        policy: policy.to_owned(),
                        operation,
                        why: trouble.to_string(),
                    }),
                }
            }
        }
    }

    pub(super) fn missing(&self) -> impl Iterator<Item = &Named> {
        self.names.iter().filter(|it| it.missing)
    }

    /// AWS refused to tell something, or did not answer.
    pub(super) fn is_in_the_dark(&self) -> bool {
        !self.unknown.is_empty()
    }

    pub(super) fn warnings(&self, width: usize) -> String {
        let missing = self.missing().map(|it| {
            let Named {
                policy,
                operation,
                key,
                name,
                ..
            } = it;
            format!("the policy `{policy}` names `{key}: {name}` for `{operation}`, and nothing there has that name")
        });
        let unknown = self.unknown.iter().map(|it| {
            let Unknown {
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

fn meant(action: &Action) -> Vec<Key> {
    let keys = action.names().into_iter();
    keys.map(|(key, names)| {
        let names = names.sources().into_iter();
        let names = names.filter_map(|it| Some((it.clone(), anything(&it).parse().ok()?)));
        (key, names.collect())
    })
    .collect()
}

/// The name with `*` for what an event says.
fn anything(name: &str) -> String {
    let mut glob = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('{') {
        glob += before;
        glob.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    glob + rest
}

/// Key, name, of how many targets it is the name, and whether it is missing.
fn named(meant: &[Key], found: &[Existing]) -> Vec<(&'static str, String, usize, bool)> {
    let fits = |it: &&Existing, keys: &[Key]| {
        keys.iter()
            .all(|(key, names)| it.is_called(key, &globs(names)))
    };
    let all = meant.iter().enumerate().flat_map(|(at, (key, names))| {
        let earlier = meant.get(..at).unwrap_or_default();
        let candidates: Vec<_> = found.iter().filter(|it| fits(it, earlier)).collect();
        names.iter().map(move |(name, glob)| {
            let glob = std::slice::from_ref(glob);
            let targets = found
                .iter()
                .filter(|it| fits(it, meant) && it.is_called(key, glob));
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
