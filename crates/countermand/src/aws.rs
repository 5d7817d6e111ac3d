//! The AWS that a command asks: an account and a region with a person's credentials, or a world in a file.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use countermand_aws::{Aws, CallContext, Context, TimeLeft, http_client, retries, timeouts};
use countermand_core::policy::{Mode, Policies};
use countermand_core::trigger::Place;
use countermand_core::verdict::{Age, Home};
use countermand_double::{Double, World};
use jiff::Timestamp;

use crate::complaint::Complaint;
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AwsArgs {
    #[command(flatten)]
    login: Login,

    /// the account that this is; else that of the credentials
    #[arg(long, value_name = "ID")]
    account: Option<String>,

    /// ask the world in this file in place of AWS, at its own time
    #[arg(long, value_name = "FILE", conflicts_with_all = ["profile", "region", "account", "endpoint_url"])]
    world: Option<PathBuf>,
}

/// Whose AWS is asked, and where.
#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "AWS")]
pub(crate) struct Login {
    /// a profile of `~/.aws/config`, as the AWS CLI takes it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// the region; else that of the event, else that of the profile
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// ask this address in place of AWS
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

/// A connection to each account and region that was asked, or to the double.
pub(crate) struct AwsConnections<'a> {
    args: &'a AwsArgs,
    world: Option<RunningWorld>,
    /// Those that were asked already, by the place of their events.
    known: Vec<(Place, Rc<AwsConnection>)>,
}

/// AWS in one account and region.
pub(crate) struct AwsConnection {
    pub(crate) aws: Aws,
    pub(crate) home: Home,
    /// A world has a time of its own.
    now: Option<Timestamp>,
    /// What a person should know of how this was chosen.
    pub(crate) note: Option<String>,
}

/// A world, and the double that lives in it.
pub(crate) struct RunningWorld {
    pub(crate) double: Double,
    home: Home,
    now: Timestamp,
}

impl AwsArgs {
    /// Whether anything was said of AWS.
    pub(crate) fn is_any(&self) -> bool {
        let login = &self.login;
        let said = [
            &login.profile,
            &login.region,
            &login.endpoint_url,
            &self.account,
        ];
        said.iter().any(|it| it.is_some()) || self.world.is_some()
    }

    pub(crate) fn connections(&self) -> Result<AwsConnections<'_>, Complaint> {
        let world = self.world.as_deref().map(RunningWorld::start).transpose()?;
        Ok(AwsConnections {
            args: self,
            world,
            known: Vec::new(),
        })
    }

    async fn connect(&self, from: &Place) -> Result<AwsConnection, Complaint> {
        let (config, region) = self.login.config(from).await?;
        let aws = Aws::new(config);
        let (account, note) = self.account(&aws, from).await?;
        Ok(AwsConnection {
            aws,
            home: Home { account, region },
            now: None,
            note,
        })
    }

    /// The account that this is, and how that is known where nobody said.
    async fn account(
        &self,
        aws: &Aws,
        from: &Place,
    ) -> Result<(String, Option<String>), Complaint> {
        if let Some(account) = &self.account {
            return Ok((account.clone(), None));
        }
        match (aws.account().await, &from.account) {
            (Ok(account), _) => Ok((account, None)),
            (Err(trouble), Some(account)) => {
                let note = format!(
                    "the account of the credentials is not known ({trouble}): taken to be that of the event"
                );
                Ok((account.clone(), Some(note)))
            }
            (Err(trouble), None) => Err(refused(&format!(
                "the account of the credentials is not known: {trouble}\nname it with `--account`"
            ))),
        }
    }
}

impl AwsConnections<'_> {
    /// Where an event from there is looked at.
    pub(crate) async fn connect(&mut self, from: &Place) -> Result<Rc<AwsConnection>, Complaint> {
        if let Some((_, connection)) = self.known.iter().find(|(place, _)| place == from) {
            return Ok(Rc::clone(connection));
        }
        let connection = Rc::new(match &self.world {
            Some(world) => world.connect().await,
            None => self.args.connect(from).await?,
        });
        self.known.push((from.clone(), Rc::clone(&connection)));
        Ok(connection)
    }

    /// Lets so much time pass: a world's clock is turned.
    pub(crate) async fn wait(&self, time: Duration) {
        match &self.world {
            Some(world) => world.double.advance(time),
            None => tokio::time::sleep(time).await,
        }
    }
}

impl AwsConnection {
    /// The real time, or the world's.
    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    /// The time of the world, or else this one.
    pub(crate) fn now_or(&self, at: Timestamp) -> Timestamp {
        self.now.unwrap_or(at)
    }

    /// A person has as much time as it takes, and can interrupt it.
    pub(crate) fn context<'a>(&'a self, policies: &'a Policies, now: Timestamp) -> Context<'a> {
        Context {
            policies,
            home: &self.home,
            ceiling: Mode::Enforce,
            age: Age::Guarded,
            calls: CallContext {
                aws: &self.aws.read,
                now,
                time_left: TimeLeft::ENDLESS,
            },
        }
    }
}

/// Calls to AWS are made one beside the other, in one thread.
pub(crate) fn block_on<T>(
    future: impl Future<Output = Result<T, Complaint>>,
) -> Result<T, Complaint> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::of(&error, Exit::Refused))?;
    runtime.block_on(future)
}

impl Login {
    /// With credentials that were found, and the region that it is for.
    pub(crate) async fn config(&self, from: &Place) -> Result<(SdkConfig, String), Complaint> {
        let mut config = config();
        if let Some(profile) = &self.profile {
            config = config.profile_name(profile);
        }
        if let Some(url) = &self.endpoint_url {
            config = config.endpoint_url(url);
        }
        if let Some(region) = self.region.as_ref().or(from.region.as_ref()) {
            config = config.region(Region::new(region.clone()));
        }
        let config = config.load().await;
        let Some(region) = config.region().map(ToString::to_string) else {
            return Err(refused("no region is known\nname one with `--region`"));
        };
        let has_credentials = match config.credentials_provider() {
            Some(provider) => provider.provide_credentials().await.is_ok(),
            None => false,
        };
        if !has_credentials {
            return Err(refused(
                "no AWS credentials were found, or they have expired\nlog in, as with `aws sso login`, or name a profile with `--profile`",
            ));
        }
        Ok((config, region))
    }
}

impl RunningWorld {
    fn start(file: &Path) -> Result<Self, Complaint> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|error| Complaint::unreadable(&name, &error, "name a file with a world"))?;
        let world = World::read(&text).map_err(|why| {
            let message = format!("`{name}`: {why}");
            Complaint::new(message, "mend the world, or ask AWS", Exit::Usage)
        })?;
        Self::of(world)
    }

    pub(crate) fn of(world: World) -> Result<Self, Complaint> {
        let (account, region, now) = (world.account.clone(), world.region.clone(), world.now);
        let double = Double::start(world).map_err(|error| {
            let said = format!("no port of this machine could be opened: {error}");
            Complaint::of(&said, Exit::Usage)
        })?;
        Ok(Self {
            double,
            home: Home { account, region },
            now,
        })
    }

    pub(crate) async fn connect(&self) -> AwsConnection {
        let keys = Credentials::new("world", "world", None, None, "world");
        let config = config()
            .empty_test_environment()
            .endpoint_url(self.double.url())
            .region(Region::new(self.home.region.clone()))
            .credentials_provider(keys);
        AwsConnection {
            aws: Aws::new(config.load().await),
            home: self.home.clone(),
            now: Some(self.now),
            note: None,
        }
    }
}

fn config() -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client())
        .retry_config(retries())
        .timeout_config(timeouts())
}

fn refused(said: &str) -> Complaint {
    Complaint::of(said, Exit::Refused)
}
