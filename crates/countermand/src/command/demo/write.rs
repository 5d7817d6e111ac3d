//! Writes the policies, the world and the event of the story as files, with the current time.

use std::fs;
use std::path::Path;

use countermand_core::verdict::Home;
use countermand_double::World;
use jiff::{SignedDuration, Timestamp};

use super::events::alarm;
use super::stage::{NIGHT, POLICIES, QUIET_WEEKENDS};
use crate::complaint::Complaint;
use crate::exit::Exit;

/// The port of `countermand-double` in the environment file.
const PORT: u16 = 4567;

pub(super) fn write(folder: &Path) -> Result<String, Complaint> {
    let world = World::read(NIGHT).map_err(|error| Complaint::of(&error, Exit::Wrong))?;
    let home = Home {
        account: world.account,
        region: world.region,
    };
    let fired_at = Timestamp::now().saturating_sub(SignedDuration::from_secs(6));
    let event = alarm("checkout", fired_at.unwrap_or(Timestamp::UNIX_EPOCH), &home);
    let environment = format!(
        "export AWS_ENDPOINT_URL=http://127.0.0.1:{PORT}\n\
         export AWS_ACCESS_KEY_ID=nobody AWS_SECRET_ACCESS_KEY=nothing\n\
         export AWS_REGION={region} AWS_ACCOUNT_ID={account}\n\
         export COUNTERMAND_POLICIES={policies}\n",
        region = home.region,
        account = home.account,
        policies = folder.join("policies.yaml").display(),
    );
    let files = [
        ("policies.yaml", POLICIES.to_owned()),
        ("world.json", NIGHT.to_owned()),
        ("event.json", format!("{event:#}\n")),
        ("environment", environment),
        ("weekend.yaml", QUIET_WEEKENDS.to_owned()),
    ];
    let mut written = Vec::new();
    fs::create_dir_all(folder).map_err(|error| refused(folder, &error))?;
    for (name, text) in files {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|error| refused(&file, &error))?;
        written.push(format!("{}\n", file.display()));
    }
    Ok(written.concat())
}

fn refused(path: &Path, error: &std::io::Error) -> Complaint {
    let said = format!(
        "`{}` cannot be written: {error}\nname a folder with `--write`",
        path.display()
    );
    Complaint::of(&said, Exit::Usage)
}
