//! What a command is given to read: a file, or what is piped in.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// `-` is what is piped in.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// No more than so many bytes of it.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if is_stdin(path) {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
