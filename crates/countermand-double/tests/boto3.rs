//! The double, driven by boto3: a client that nobody here wrote reads every answer of every operation.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

use countermand_double::{Double, World};

#[test]
fn boto3_reads_every_operation() -> Result<(), Box<dyn Error>> {
    drive("json")
}

/// As aws-sdk-cloudwatch speaks to CloudWatch.
#[test]
fn boto3_reads_every_operation_with_cloudwatch_in_cbor() -> Result<(), Box<dyn Error>> {
    drive("cbor")
}

fn drive(protocol: &str) -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var_os("COUNTERMAND_PYTHON").map_or_else(
        || here.join("../../.tools/python/bin/python"),
        PathBuf::from,
    );
    assert!(
        python.exists(),
        "{} is missing: `make test` installs it",
        python.display()
    );
    let double = Double::start(World::read(include_str!("boto3/world.json"))?)?;
    let output = Command::new(python)
        .arg(here.join("tests/boto3/drive.py"))
        .args([double.url(), protocol])
        .output()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
