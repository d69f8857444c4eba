//! What people decided: which model serves a task, which files were added.

use std::path::PathBuf;

use super::files::{read_state, write_state};
use super::{Added, Store};
use crate::catalogue::Task;
use crate::error::ModelsError;
use crate::names::ModelName;

/// What serves a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// The item.
    pub name: ModelName,
    /// Whether somebody chose it; the catalogue's default otherwise.
    pub chosen: bool,
}

impl Store {
    /// Makes `name` serve its task from now on, whether fetched or not.
    ///
    /// # Errors
    /// Unknown name, or the choice cannot be written.
    pub fn use_model(&self, name: &str) -> Result<Task, ModelsError> {
        let entry = self.entry(name)?;
        write_state(&self.choice_file(entry.task()), entry.name())?;
        Ok(entry.task())
    }

    /// What serves `task`: the choice if it still exists, else the default.
    ///
    /// # Errors
    /// Nothing serves it on this platform.
    pub fn current(&self, task: Task) -> Result<Current, ModelsError> {
        let choice: Option<ModelName> = read_state(&self.choice_file(task))?;
        let choice = choice.filter(|name| self.entry(name.as_str()).is_ok());
        if let Some(name) = choice {
            return Ok(Current { name, chosen: true });
        }
        let default = self.catalogue().default_for(task);
        let name = default.map(|item| item.name.clone());
        name.map(|name| Current { name, chosen: false })
            .ok_or(ModelsError::NothingFor { task: task.as_str() })
    }

    /// Files added by hand.
    pub(super) fn added(&self) -> Result<Vec<Added>, ModelsError> {
        Ok(read_state(&self.added_file())?.unwrap_or_default())
    }

    /// Records an addition, replacing one of the same name.
    pub(super) fn record(&self, added: &Added) -> Result<(), ModelsError> {
        let mut all = self.added()?;
        all.retain(|other| other.name != added.name);
        all.push(added.clone());
        write_state(&self.added_file(), &all)
    }

    /// Drops an addition from the record.
    pub(super) fn unrecord(&self, name: &ModelName) -> Result<(), ModelsError> {
        let mut all = self.added()?;
        all.retain(|other| other.name != *name);
        write_state(&self.added_file(), &all)
    }

    fn choice_file(&self, task: Task) -> PathBuf {
        self.dir().join(".state").join(format!("current-{}.json", task.as_str()))
    }

    fn added_file(&self) -> PathBuf {
        self.dir().join(".state/added.json")
    }
}
