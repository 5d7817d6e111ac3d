//! As much of HTTP/1.1 as it takes to read answers with a `content-length`.

use std::io::{self, Read};

pub(crate) struct FloorAnswer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl FloorAnswer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

pub(crate) fn answer(from: &mut impl Read) -> io::Result<FloorAnswer> {
    let mut bytes = Vec::with_capacity(4096);
    let mut chunk = [0; 16 * 1024];
    loop {
        if let Some(answer) = whole(&bytes) {
            return Ok(answer);
        }
        let read = from.read(&mut chunk)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(chunk.get(..read).unwrap_or_default());
    }
}

fn whole(bytes: &[u8]) -> Option<FloorAnswer> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let length: usize = header(&head, "content-length")?.parse().ok()?;
    let body = bytes.get(end + 4..end + 4 + length)?.to_vec();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(FloorAnswer { status, head, body })
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim()))
}
