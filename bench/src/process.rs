//! Times `countermand check` as a whole process.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use countermand_bench::worlds::{self, AlarmNaming};

use crate::clock;
use crate::row::BenchRow;

const WITHIN: Duration = Duration::from_millis(60);

/// A thousand policies in a folder of ten files.
pub(crate) fn check() -> BenchRow {
    BenchRow {
        name: "process/check".to_owned(),
        instructions: None,
        took: timed(),
        within: Some(WITHIN),
    }
}

fn timed() -> Option<Duration> {
    let program = built()?;
    let folder = std::env::temp_dir().join(format!("countermand-bench-{}", std::process::id()));
    let median = fill(&folder).ok().and_then(|()| {
        let start = || {
            let output = Command::new(&program)
                .arg("check")
                .arg(&folder)
                .output()
                .ok()?;
            // Without output it has not checked anything.
            (output.status.success() && !(output.stdout.is_empty() && output.stderr.is_empty()))
                .then_some(())
        };
        start()?;
        Some(clock::median(&mut || {
            start();
        }))
    });
    let _ = std::fs::remove_dir_all(&folder);
    median
}

/// Builds the tool in this program's profile, which puts it into the same folder.
fn built() -> Option<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let mut build = Command::new(cargo);
    build.args([
        "build",
        "--quiet",
        "--profile",
        "measure",
        "--package",
        "countermand",
    ]);
    build
        .current_dir(workspace)
        .status()
        .ok()?
        .success()
        .then_some(())?;
    Some(std::env::current_exe().ok()?.with_file_name("countermand"))
}

fn fill(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for first in (0..1_000).step_by(100) {
        let text = worlds::yaml(AlarmNaming::Prefix, first..first + 100);
        std::fs::write(folder.join(format!("{first:04}.yaml")), text)?;
    }
    Ok(())
}
