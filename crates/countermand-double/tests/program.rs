//! The double as a program: a world in a file, requests over a socket.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A running double; dropped, it is ended.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it with this world, and tells its address.
fn start(world: &Value) -> Result<(Program, String), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("world.json");
    fs::write(&file, world.to_string())?;
    let mut program = Command::new(env!("CARGO_BIN_EXE_countermand-double"))
        .arg("--world")
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    let said = program.stdout.take().ok_or("nothing is said")?;
    let program = Program(program);
    BufReader::new(said).read_line(&mut line)?;
    let address = line.trim().trim_start_matches("http://").to_owned();
    Ok((program, address))
}

/// The answer to a call of ECS without parameters.
fn call(address: &str, operation: &str) -> Result<String, Box<dyn Error>> {
    let mut socket = TcpStream::connect(address)?;
    let request = format!(
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.1\r\n\
        x-amz-target: AmazonEC2ContainerServiceV20141113.{operation}\r\ncontent-length: 2\r\n\r\n{{}}"
    );
    socket.write_all(request.as_bytes())?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn what_the_statements_of_its_world_do_not_allow_is_refused() {
    let world = json!({
        "ecs": { "clusters": [{ "name": "default" }] },
        "iam": [{ "Effect": "Allow", "Action": "ecs:ListClusters", "Resource": "*" }],
    });
    let (_program, address) = start(&world).unwrap();
    let allowed = call(&address, "ListClusters").unwrap();
    assert!(allowed.starts_with("HTTP/1.1 200 OK"), "{allowed}");
    let refused = call(&address, "ListServices").unwrap();
    assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
    assert!(
        refused.contains(r#""__type":"AccessDeniedException""#),
        "{refused}"
    );
}
