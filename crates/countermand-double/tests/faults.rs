//! What faults look like from a bare socket, where a client could not hide the difference.

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use countermand_double::{Double, World};
use serde_json::json;

/// What comes back for ListClusters, and how the connection ends.
fn answer(fault: &str) -> Result<(String, Option<ErrorKind>), Box<dyn Error>> {
    let faults = json!([{"call": "ecs:ListClusters", "fault": fault}]);
    let double = Double::start(World::from_value(json!({"faults": faults}))?)?;
    let mut socket = TcpStream::connect(double.url().trim_start_matches("http://"))?;
    let request = "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/x-amz-json-1.1\r\n\
        x-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters\r\ncontent-length: 2\r\n\r\n{}";
    socket.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    let end = socket
        .read_to_end(&mut bytes)
        .err()
        .map(|error| error.kind());
    let calls = double.calls();
    assert_eq!(
        calls.first().and_then(|call| call.fault.as_deref()),
        Some(fault)
    );
    Ok((String::from_utf8(bytes)?, end))
}

#[test]
fn a_reset_connection_says_nothing_before_it_ends() {
    assert_eq!(
        answer("reset").unwrap(),
        (String::new(), Some(ErrorKind::ConnectionReset))
    );
}

#[test]
fn a_cut_answer_ends_before_its_length() {
    let (text, end) = answer("cut").unwrap();
    let whole = r#"{"clusterArns":[]}"#;
    assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
    assert!(
        text.contains(&format!("content-length: {}", whole.len())),
        "{text}"
    );
    assert!(
        text.ends_with(&format!("\r\n\r\n{}", &whole[..whole.len() / 2])),
        "{text}"
    );
    assert_eq!(end, None);
}

#[test]
fn garbage_is_a_success_that_cannot_be_read() {
    let (text, end) = answer("garbage").unwrap();
    assert!(
        text.starts_with("HTTP/1.1 200 OK") && text.ends_with("</html>"),
        "{text}"
    );
    assert_eq!(end, None);
}
