//! The double as a program: prints its endpoint URL and serves until it is ended.

use std::io::{self, Write};
use std::process::ExitCode;

use countermand_double::{Double, World};

const USAGE: &str = "usage: countermand-double --world FILE [--port N]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // There is nobody left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "{why}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), String> {
    let (mut file, mut port) = (None, 0);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or(USAGE)?;
        match argument.as_str() {
            "--world" => file = Some(value),
            "--port" => port = value.parse().map_err(|_| format!("`{value}` is no port"))?,
            _ => return Err(USAGE.to_owned()),
        }
    }
    let file = file.ok_or(USAGE)?;
    let text = std::fs::read_to_string(&file)
        .map_err(|error| format!("`{file}` cannot be read: {error}"))?;
    let world = World::read(&text).map_err(|error| format!("`{file}`: {error}"))?;
    let double = Double::start_on(world, port)
        .map_err(|error| format!("port {port} cannot be used: {error}"))?;
    let mut out = io::stdout();
    writeln!(out, "{}", double.url())
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())?;
    double.serve();
    Ok(())
}
