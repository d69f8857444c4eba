//! State files: llama.cpp's own format, followed by a checksum.
//!
//! llama.cpp trusts the files it reads and may end the process over a damaged one, so nothing is
//! given to it whose checksum does not fit. A file belongs to one stamp (model, build, settings);
//! it is written aside and renamed, so that no half-written file ever has its final name.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::scheduler::Token;

const ENDING: &str = "state";
/// Before the checksum.
const SEAL: [u8; 8] = *b"comptoir";
/// Bytes of seal and checksum.
const TRAILER: usize = 16;
/// No prompt is longer.
const MOST_TOKENS: usize = 1 << 16;

/// A folder of state files.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    stamp: u64,
    limit: u64,
    /// Files of other stamps and their bytes, oldest first.
    foreign: VecDeque<(PathBuf, u64)>,
    found: Vec<(Vec<Token>, u64)>,
}

impl Folder {
    /// Opens (or makes) a folder that may hold `limit` bytes.
    ///
    /// # Errors
    /// The operating system's.
    pub(crate) fn open(path: &Path, stamp: u64, limit: u64) -> std::io::Result<Self> {
        fs::create_dir_all(path)?;
        let mut files: Vec<(SystemTime, PathBuf, u64)> = fs::read_dir(path)?
            .filter_map(Result::ok)
            .filter_map(|entry| {
                let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                Some((about.modified().ok()?, entry.path(), about.len()))
            })
            .collect();
        files.sort();
        let (path, foreign, found) = (path.to_owned(), VecDeque::new(), Vec::new());
        let mut folder = Self { path, stamp, limit, foreign, found };
        for (_, file, bytes) in files {
            folder.take_in(file, bytes);
        }
        Ok(folder)
    }

    fn take_in(&mut self, file: PathBuf, bytes: u64) {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.ends_with(&format!(".{ENDING}")) {
            // A draft that was never finished; anything else in the folder is not ours.
            if name.ends_with(".draft") {
                drop(fs::remove_file(&file));
            }
            return;
        }
        if !name.starts_with(&self.beginning()) {
            self.foreign.push_back((file, bytes));
            return;
        }
        match tokens_of(&file).filter(|tokens| self.file(tokens) == file) {
            Some(tokens) => self.found.push((tokens, bytes)),
            None => drop(fs::remove_file(&file)),
        }
    }

    /// What was there when the folder was opened, oldest first: tokens and bytes. Once.
    pub(crate) fn found(&mut self) -> Vec<(Vec<Token>, u64)> {
        std::mem::take(&mut self.found)
    }

    /// Most bytes all files may have together.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Bytes of files that belong to other stamps.
    pub(crate) fn foreign_bytes(&self) -> u64 {
        self.foreign.iter().map(|(_, bytes)| bytes).sum()
    }

    /// Removes the oldest file of another stamp. False when there is none.
    pub(crate) fn drop_foreign(&mut self) -> bool {
        let file = self.foreign.pop_front();
        file.inspect(|(file, _)| drop(fs::remove_file(file))).is_some()
    }

    /// Writes a state with what `save` puts into the file it is given. Returns the file's bytes.
    pub(crate) fn write(&self, tokens: &[Token], save: impl FnOnce(&Path) -> bool) -> Option<u64> {
        if self.limit == 0 {
            return None;
        }
        let draft = self.file(tokens).with_extension(format!("{}.draft", std::process::id()));
        let written = save(&draft).then(|| self.seal(&draft)).and_then(Result::ok);
        let done = written.filter(|_| fs::rename(&draft, self.file(tokens)).is_ok());
        if done.is_none() {
            tracing::warn!("a prompt state could not be written to disk");
            drop(fs::remove_file(&draft));
        }
        done
    }

    fn seal(&self, file: &Path) -> std::io::Result<u64> {
        let content = fs::read(file)?;
        let mut trailer = SEAL.to_vec();
        trailer.extend(self.checksum(&content).to_le_bytes());
        fs::OpenOptions::new().append(true).open(file)?.write_all(&trailer)?;
        Ok((content.len() + trailer.len()) as u64)
    }

    /// The file of a state, if it is whole.
    pub(crate) fn verified(&self, tokens: &[Token]) -> Option<PathBuf> {
        let file = self.file(tokens);
        let content = fs::read(&file).ok()?;
        let (content, trailer) = content.split_at_checked(content.len().checked_sub(TRAILER)?)?;
        let (seal, checksum) = trailer.split_at_checked(SEAL.len())?;
        let whole = seal == SEAL && checksum == self.checksum(content).to_le_bytes();
        whole.then_some(file)
    }

    /// Forgets a state's file.
    pub(crate) fn remove(&self, tokens: &[Token]) {
        drop(fs::remove_file(self.file(tokens)));
    }

    /// Makes a state the youngest, also for the next start.
    pub(crate) fn touch(&self, tokens: &[Token]) {
        let file = File::options().append(true).open(self.file(tokens));
        // An age that is not noted costs a place in the order, nothing else.
        drop(file.and_then(|file| file.set_modified(SystemTime::now())));
    }

    /// Another standard library may hash otherwise; then every file is a miss, as it should.
    fn checksum(&self, content: &[u8]) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.stamp.hash(&mut hasher);
        hasher.write(content);
        hasher.finish()
    }

    fn beginning(&self) -> String {
        format!("{:016x}-", self.stamp)
    }

    fn file(&self, tokens: &[Token]) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        tokens.hash(&mut hasher);
        self.path.join(format!("{}{:016x}.{ENDING}", self.beginning(), hasher.finish()))
    }
}

/// The tokens a state file says it holds: magic number, version, count, tokens.
fn tokens_of(file: &Path) -> Option<Vec<Token>> {
    let mut file = File::open(file).ok()?;
    let mut head = [0; 12];
    file.read_exact(&mut head).ok()?;
    let count = usize::try_from(u32::from_le_bytes(head[8..].try_into().ok()?)).ok()?;
    if count > MOST_TOKENS {
        return None;
    }
    let mut bytes = vec![0; count * size_of::<Token>()];
    file.read_exact(&mut bytes).ok()?;
    let tokens = bytes.chunks_exact(size_of::<Token>());
    tokens.map(|token| token.try_into().ok().map(Token::from_le_bytes)).collect()
}
