//! Finds PostgreSQL's programs and a user that may run them.

use super::ScratchError;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A user by number.
#[derive(Debug, Clone, Copy)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// The folder with `initdb` and `postgres`, the newest version first.
pub(super) fn programs() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("COMPTOIR_PG_BIN") {
        return Some(PathBuf::from(folder)).filter(|folder| complete(folder));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian_folders().into_iter().chain(std::env::split_paths(&path)).find(|folder| complete(folder))
}

fn complete(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// `/usr/lib/postgresql/15/bin` and its like.
fn debian_folders() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// Whom to run the server as; `None` is whoever runs the test.
pub(super) fn server_user() -> Result<Option<User>, ScratchError> {
    let running_as = std::fs::metadata("/proc/self").map(|process| process.uid());
    if running_as.is_ok_and(|uid| uid != 0) {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")
        .map_err(|source| ScratchError::Io { step: "reading /etc/passwd", source })?;
    let user = ["postgres", "nobody"].iter().find_map(|name| user(&users, name));
    user.map(Some).ok_or(ScratchError::NoUser)
}

fn user(users: &str, name: &str) -> Option<User> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        Some(User { uid: fields.nth(1)?.parse().ok()?, gid: fields.next()?.parse().ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::user;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users =
            "postgres-old:x:7:7::/:/bin/sh\npostgres:x:101:104:,,,:/var/lib:/bin/bash\nodd\n";
        let found = user(users, "postgres").expect("present");
        assert_eq!((found.uid, found.gid), (101, 104));
        assert!(user(users, "odd").is_none());
        assert!(user(users, "nobody").is_none());
    }
}
