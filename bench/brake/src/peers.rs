//! The programs that do the same job: the floor, ours, and boto3.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use countermand_tests::{FunctionProcess, SECRET_KEY};

use crate::endpoint::Endpoint;
use crate::scene;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    Floor,
    Ours,
    Boto3,
}

/// The programs and files that the peers are started with.
#[derive(Debug)]
pub(crate) struct Peers {
    floor: PathBuf,
    ours: PathBuf,
    python: PathBuf,
    handler: PathBuf,
    /// For the files of this run.
    folder: PathBuf,
}

/// The size of our binary and of its zip, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PackageSize {
    pub(crate) binary: u64,
    pub(crate) zip: u64,
}

impl Peers {
    /// Builds the programs in the profile in which they are deployed, and makes a certificate.
    pub(crate) fn build(ours: Option<PathBuf>) -> io::Result<Self> {
        let bench = crate::bench();
        let workspace = bench.parent().unwrap_or(bench);
        let release = workspace.join("target/release");
        let ours = if let Some(ours) = ours {
            ours
        } else {
            build("on-alarm", workspace)?;
            release.join("on-alarm")
        };
        build("floor", workspace)?;
        let python = workspace.join(".tools/bench/bin/python");
        let folder = std::env::temp_dir().join(format!("countermand-brake-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut authority = Command::new(&python);
        authority.arg(bench.join("peers/authority.py")).arg(&folder);
        run(&mut authority)?;
        Ok(Self {
            floor: release.join("floor"),
            ours,
            python,
            handler: bench.join("peers"),
            folder,
        })
    }

    pub(crate) fn identity(&self) -> PathBuf {
        self.folder.join("endpoint.pem")
    }

    pub(crate) fn package(&self) -> io::Result<PackageSize> {
        let zip = self.folder.join("on-alarm.zip");
        let mut zipped = Command::new(&self.python);
        zipped.args(["-m", "zipfile", "-c"]).arg(&zip);
        run(zipped.arg(&self.ours))?;
        let size = |path: &Path| Ok::<_, io::Error>(std::fs::metadata(path)?.len());
        Ok(PackageSize {
            binary: size(&self.ours)?,
            zip: size(&zip)?,
        })
    }

    pub(crate) fn start(
        &self,
        peer: Peer,
        policies: &str,
        endpoint: &Endpoint,
    ) -> io::Result<FunctionProcess> {
        let file = self.folder.join("policies.yaml");
        std::fs::write(&file, policies)?;
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let trusted = path(&self.folder.join("trusted.pem"));
        let environment = [
            ("AWS_REGION", scene::home().region),
            ("AWS_DEFAULT_REGION", scene::home().region),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
            ("AWS_SESSION_TOKEN", "of-the-role".repeat(30)),
            ("AWS_ENDPOINT_URL_ECS", endpoint.ecs.clone()),
            ("AWS_ENDPOINT_URL_CLOUDWATCH", endpoint.cloudwatch.clone()),
            // Each peer reads its trusted certificates from another variable.
            ("SSL_CERT_FILE", trusted.clone()),
            ("AWS_CA_BUNDLE", trusted),
            ("COUNTERMAND_POLICIES", path(&file)),
        ];
        let mut command = match peer {
            Peer::Floor => Command::new(&self.floor),
            Peer::Ours => Command::new(&self.ours),
            Peer::Boto3 => {
                let mut python = Command::new(&self.python);
                // `-B` writes no bytecode beside the source; that of the installed packages is there already.
                python.arg("-B");
                python.args(["-m", "awslambdaric", "handler.handle"]);
                python.current_dir(&self.handler);
                python
            }
        };
        Ok(FunctionProcess::start_command(&mut command, environment))
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn build(package: &str, workspace: &Path) -> io::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args([
        "build",
        "--quiet",
        "--locked",
        "--release",
        "--package",
        package,
    ]);
    run(build.current_dir(workspace))
}

fn run(command: &mut Command) -> io::Result<()> {
    if command.status()?.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{command:?} has failed")))
    }
}
