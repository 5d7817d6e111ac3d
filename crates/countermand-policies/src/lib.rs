//! A policy file, or a folder of them, as sources: no file is read that is too large to be one.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use countermand_core::load::{LARGEST, Source};

const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// There is nothing to read policies from. The second line says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPolicies {
    #[error("`{0}` does not exist\nname a policy file, or a folder of them")]
    NotThere(String),
    #[error(
        "`{0}` has no policy files\na folder is searched for `*.yaml`, `*.yml` and `*.json`, in its sub-folders too; hidden ones are skipped"
    )]
    Empty(String),
}

/// A file as it is; of a folder its policy files and those of its sub-folders, in the order of their names.
pub fn read(path: &Path) -> Result<Vec<Source>, NoPolicies> {
    match path.metadata() {
        Ok(it) if it.is_dir() => {
            let mut folder = Folder::default();
            folder.search(path);
            if folder.sources.is_empty() {
                return Err(NoPolicies::Empty(name(path)));
            }
            Ok(folder.sources)
        }
        // A pipe is fine where somebody names it.
        Ok(_) => Ok(vec![file(path)]),
        Err(error) if is_not_there(&error) => Err(NoPolicies::NotThere(name(path))),
        Err(error) => Ok(vec![unreadable(path, &error)]),
    }
}

#[derive(Default)]
struct Folder {
    sources: Vec<Source>,
    /// Links may lead to where we have been.
    searched: BTreeSet<PathBuf>,
}

impl Folder {
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
            // It could keep us waiting for ever.
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
        Ok(Content::Whole(bytes)) => Source::new(name(path), bytes),
        Ok(Content::TooLarge(size)) => Source::too_large(name(path), size),
        Err(error) => unreadable(path, &error),
    }
}

enum Content {
    Whole(Vec<u8>),
    TooLarge(u64),
}

fn bytes(path: &Path) -> io::Result<Content> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let largest = LARGEST as u64;
    if size > largest {
        return Ok(Content::TooLarge(size));
    }
    // One byte more tells of a pipe, or of a file that grows, that it is too large.
    let mut bytes = Vec::new();
    file.take(largest + 1).read_to_end(&mut bytes)?;
    Ok(Content::Whole(bytes))
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

/// In the system's words, without its number for it.
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
