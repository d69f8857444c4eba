//! The store with a toy context memory whose states are their tokens, written to real files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::runtime::{Retuned, StepError};
use crate::scheduler::Plan;

/// Sequences and what they hold.
#[derive(Default)]
struct Toy(BTreeMap<Seq, Vec<Token>>);

impl Runtime for Toy {
    type State = Vec<Token>;

    fn step(&mut self, _: &Plan) -> Result<(), StepError> {
        Ok(())
    }

    fn logits(&self, _: usize) -> &[f32] {
        &[]
    }

    fn retune(&mut self) -> Result<Retuned, StepError> {
        Err(StepError::Full)
    }

    fn save(&mut self, seq: Seq) -> Option<Vec<Token>> {
        self.0.get(&seq).cloned()
    }

    fn load(&mut self, state: &Vec<Token>, seq: Seq) -> bool {
        self.0.insert(seq, state.clone());
        true
    }

    fn state_bytes(state: &Vec<Token>) -> u64 {
        10 * state.len() as u64
    }

    /// The head of llama.cpp's format, then ten bytes for each token.
    fn write(&mut self, seq: Seq, tokens: &[Token], file: &Path) -> bool {
        assert_eq!(self.0.get(&seq).map(Vec::as_slice), Some(tokens));
        let mut bytes = vec![0; 8];
        bytes.extend(u32::try_from(tokens.len()).unwrap_or(0).to_le_bytes());
        bytes.extend(tokens.iter().flat_map(|token| token.to_le_bytes()));
        bytes.resize(bytes.len() + 10 * tokens.len(), 7);
        fs::write(file, bytes).is_ok()
    }

    fn read(&mut self, file: &Path, seq: Seq, tokens: &[Token]) -> bool {
        assert!(fs::read(file).is_ok_and(|bytes| bytes.len() == 12 + 14 * tokens.len() + 16));
        self.0.insert(seq, tokens.to_vec());
        true
    }
}

type Store = StateStore<Vec<Token>>;

fn text(kind: Token) -> Vec<Token> {
    (0..20).map(|at| if at < 10 { at } else { kind }).collect()
}

fn keep(store: &mut Store, kind: Token) {
    let mut toy = Toy::default();
    toy.0.insert(Seq(3), text(kind));
    store.keep(&mut toy, Seq(3), &text(kind));
}

/// Loads what is offered for a prompt that goes on after `kind`'s text.
fn load(store: &mut Store, kind: Token) -> Option<Vec<Token>> {
    let mut prompt = text(kind);
    prompt.push(99);
    let (state, common) = store.best(&prompt).map(|offer| (offer.state, offer.common))?;
    let mut toy = Toy::default();
    (common == 20 && store.load(&mut toy, state, Seq(5))).then(|| toy.0[&Seq(5)].clone())
}

fn on_disk(folder: &Path, limit: u64) -> Store {
    Store::new(0, Folder::open(folder, 42, limit).ok())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("readable");
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

/// Bytes of one file of the toy.
const FILE: u64 = 12 + 14 * 20 + 16;

#[test]
fn a_state_comes_back_from_memory_and_from_disk() {
    let folder = tempfile::tempdir().expect("temporary folder");
    for mut store in [Store::new(1000, None), on_disk(folder.path(), 1 << 20)] {
        keep(&mut store, 1);
        keep(&mut store, 2);
        assert_eq!(load(&mut store, 1), Some(text(1)));
        assert_eq!(load(&mut store, 2), Some(text(2)));
        assert_eq!(load(&mut store, 3), None);
        assert!(store.holds(&text(1)) && !store.holds(&text(1)[..19]));
        assert_eq!((store.numbers().count, store.numbers().loaded), (2, 2));
    }
}

#[test]
fn files_survive_a_restart_but_not_another_model() {
    let folder = tempfile::tempdir().expect("temporary folder");
    keep(&mut on_disk(folder.path(), 1 << 20), 1);
    assert_eq!(load(&mut on_disk(folder.path(), 1 << 20), 1), Some(text(1)));
    let mut other = Store::new(0, Folder::open(folder.path(), 43, 1 << 20).ok());
    assert_eq!(load(&mut other, 1), None);
    assert_eq!(other.numbers().disk_bytes, FILE, "it counts all the same");
    keep(&mut other, 1);
    assert_eq!(load(&mut on_disk(folder.path(), 1 << 20), 1), Some(text(1)));
}

#[test]
fn a_damaged_file_is_a_miss_and_goes() {
    let damages: [fn(&mut Vec<u8>); 4] = [
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes[150] ^= 1,
        |bytes| bytes.clear(),
        |bytes| bytes.truncate(5),
    ];
    for damage in damages {
        let folder = tempfile::tempdir().expect("temporary folder");
        let mut store = on_disk(folder.path(), 1 << 20);
        keep(&mut store, 1);
        let file = files(folder.path()).remove(0);
        let mut bytes = fs::read(&file).expect("readable");
        damage(&mut bytes);
        fs::write(&file, bytes).expect("written");
        let mut reopened = on_disk(folder.path(), 1 << 20);
        assert_eq!((load(&mut store, 1), load(&mut reopened, 1)), (None, None));
        assert_eq!((store.numbers().count, reopened.numbers().count), (0, 0));
        assert!(files(folder.path()).is_empty());
        keep(&mut store, 1);
        assert_eq!(load(&mut store, 1), Some(text(1)));
    }
}

#[test]
fn bounds_hold_and_what_was_used_longest_ago_goes_first() {
    let folder = tempfile::tempdir().expect("temporary folder");
    // Two in memory, three on disk.
    let mut store = Store::new(400, Folder::open(folder.path(), 42, 3 * FILE).ok());
    for kind in 0..3 {
        keep(&mut store, kind);
    }
    assert_eq!(load(&mut store, 0), Some(text(0)));
    for kind in 3..5 {
        keep(&mut store, kind);
        let numbers = store.numbers();
        assert!(numbers.memory_bytes <= 400 && numbers.disk_bytes <= 3 * FILE, "{numbers:?}");
    }
    assert_eq!(files(folder.path()).len(), 3);
    let left: Vec<bool> = (0..5).map(|kind| load(&mut store, kind).is_some()).collect();
    assert_eq!(left, [true, false, false, true, true]);
}

#[test]
fn a_smaller_bound_is_kept_from_the_start_and_other_models_files_go_first() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut other = Store::new(0, Folder::open(folder.path(), 43, 1 << 20).ok());
    keep(&mut other, 9);
    let mut store = on_disk(folder.path(), 1 << 20);
    keep(&mut store, 1);
    keep(&mut store, 2);
    fs::write(folder.path().join("x.1.draft"), "half a file").expect("written");
    fs::write(folder.path().join("README"), "not ours").expect("written");
    let mut smaller = on_disk(folder.path(), 2 * FILE);
    assert_eq!(smaller.numbers().disk_bytes, 2 * FILE);
    assert!(load(&mut smaller, 1).is_some() && load(&mut smaller, 2).is_some());
    assert_eq!(files(folder.path()).len(), 3, "two states and what is not ours");
    assert_eq!(on_disk(folder.path(), 0).numbers().disk_bytes, 0);
}

#[test]
fn without_bounds_nothing_is_kept() {
    let mut store = Store::off();
    keep(&mut store, 1);
    assert_eq!((load(&mut store, 1), store.numbers().count), (None, 0));
}
