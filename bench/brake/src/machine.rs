//! Describes the machine on which it was measured.

use std::process::Command;

use jiff::Timestamp;

/// The load average of the last minute.
pub(crate) fn load() -> f64 {
    let said = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let last_minute = said.split(' ').next().and_then(|it| it.parse().ok());
    last_minute.unwrap_or(f64::NAN)
}

pub(crate) fn described([before, after]: &[f64; 2]) -> String {
    let day = Timestamp::now().strftime("%Y-%m-%d");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let linux = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let rust = said_by("rustc", &["--version"]);
    let python = said_by(
        &crate::bench()
            .join("../.tools/bench/bin/python")
            .to_string_lossy(),
        &["--version"],
    );
    format!(
        "Measured on {day} on {cores} cores of {}, Linux {}, {rust}, {python}. Programs that wanted a core: {before} before \
         it, {after} at its end, itself and its peers included.",
        processor(),
        linux.trim()
    )
}

fn processor() -> String {
    let said = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut lines = said.lines().filter_map(|line| line.split_once(':'));
    let name = lines.find(|(key, _)| key.trim() == "model name");
    name.map_or("a processor without a name", |(_, name)| name.trim())
        .to_owned()
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let said = output.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    said.unwrap_or_default()
}
