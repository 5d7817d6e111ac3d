//! Reads policy files from a path: a file, or a folder with its sub-folders. Files over the limit are not read.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use countermand_core::load::{LARGEST, Source};

const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// The path has no policies. The second line of the message says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPolicies {
    #[error("`{0}` does not exist\nname a policy file, or a folder of them")]
    NotThere(String),
    #[error(
        "`{0}` has no policy files\na folder is searched for `*.yaml`, `*.yml` and `*.json`, in its sub-folders too; hidden ones are skipped"
    )]
    Empty(String),
}

/// Reads the file, whatever its name; or all policy files in the folder and its sub-folders, in the order of their names.
/// A file that cannot be read is a source too, so that its error is reported among the others.
pub fn read(path: &Path) -> Result<Vec<Source>, NoPolicies> {
    match path.metadata() {
        Ok(it) if it.is_dir() => {
            let mut folder = FolderSearch::default();
            folder.search(path);
            if folder.sources.is_empty() {
                return Err(NoPolicies::Empty(name(path)));
            }
            Ok(folder.sources)
        }
        // Also a pipe, since somebody named it.
        Ok(_) => Ok(vec![file(path)]),
        Err(error) if is_not_there(&error) => Err(NoPolicies::NotThere(name(path))),
        Err(error) => Ok(vec![unreadable(path, &error)]),
    }
}

#[derive(Default)]
struct FolderSearch {
    sources: Vec<Source>,
    /// Folders that were searched, since links can form a cycle.
    searched: BTreeSet<PathBuf>,
}

impl FolderSearch {
    fn search(&mut self, folder: &Path) {
        let entries = folder.canonicalize().and_then(|place| {
            if !self.searched.insert(place) {
                return Ok(Vec::new());
            }
            let entries = folder.read_dir()?;
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<io::Result<Vec<_>>>()
        });
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                self.sources.push(unreadable(folder, &error));
                return;
            }
        };
        entries.sort_unstable();
        for path in entries.iter().filter(|path| !is_hidden(path)) {
            self.entry(path);
        }
    }

    fn entry(&mut self, path: &Path) {
        match path.metadata() {
            Ok(it) if it.is_dir() => self.search(path),
            _ if !is_policy_file(path) => {}
            Ok(it) if it.is_file() => self.sources.push(file(path)),
            // Reading a pipe or a device could block for ever.
            Ok(_) => {
                let why = "it is not a regular file";
                self.sources.push(Source::unreadable(name(path), why));
            }
            Err(error) => self.sources.push(unreadable(path, &error)),
        }
    }
}

fn file(path: &Path) -> Source {
    match bytes(path) {
        Ok(FileContent::Whole(bytes)) => Source::new(name(path), bytes),
        Ok(FileContent::TooLarge(size)) => Source::too_large(name(path), size),
        Err(error) => unreadable(path, &error),
    }
}

enum FileContent {
    Whole(Vec<u8>),
    TooLarge(u64),
}

fn bytes(path: &Path) -> io::Result<FileContent> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let largest = LARGEST as u64;
    if size > largest {
        return Ok(FileContent::TooLarge(size));
    }
    // Read one byte more, to detect a pipe or a growing file that is too large.
    let mut bytes = Vec::new();
    file.take(largest + 1).read_to_end(&mut bytes)?;
    Ok(FileContent::Whole(bytes))
}

fn is_policy_file(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    EXTENSIONS
        .iter()
        .any(|it| extension.eq_ignore_ascii_case(it))
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn is_not_there(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Says why in the words of the operating system, without its error number.
fn unreadable(path: &Path, error: &io::Error) -> Source {
    let said = error.to_string();
    let why = said.split(" (os error").next().unwrap_or(&said);
    let why = match path.read_link() {
        Ok(to) => format!("{why}: it is a link to `{}`", to.display()),
        Err(_) => why.to_owned(),
    };
    Source::unreadable(name(path), why)
}

fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
