use super::*;

fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("comptoir.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn an_empty_file_gives_the_embedded_defaults() {
    let (_folder, path) = written("");
    let config = Config::load(Some(&path)).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.index.kind, IndexKind::Embedded);
    assert!(config.warnings().is_empty());
}

#[test]
fn an_unknown_key_is_named() {
    let (_folder, path) = written("[http]\nlisten_on = \"127.0.0.1:1\"\n");
    let error = Config::load(Some(&path)).unwrap_err().to_string();
    assert!(error.contains("listen_on"), "{error}");
}

#[test]
fn senseless_values_are_refused_with_what_would_be_right() {
    for (text, section) in [
        ("[http]\npublic_url = \"ftp://x\"", "http"),
        ("[database]\nurl = \"mysql://x\"", "database"),
        ("[engine]\nslots = 0", "engine"),
        ("[engine]\ncontext = 600", "engine"),
        ("[limits]\nconnections = 0", "limits"),
    ] {
        let (_folder, path) = written(text);
        let error = Config::load(Some(&path)).unwrap_err();
        assert!(matches!(error, ConfigError::Value { section: s, .. } if s == section), "{text}");
    }
}

#[test]
fn a_missing_named_file_is_an_error() {
    let missing = Path::new("/nonexistent/comptoir.toml");
    assert!(matches!(Config::load(Some(missing)), Err(ConfigError::NoSuchFile(_))));
}

#[test]
fn secrets_do_not_print() {
    let (_folder, path) =
        written("[database]\nurl = \"postgres://u:hunter2@h/d\"\n[engine]\napi_key = \"k3y\"\n");
    let printed = Config::load(Some(&path)).unwrap().printable().unwrap();
    assert!(!printed.contains("hunter2") && !printed.contains("k3y"), "{printed}");
}

#[test]
fn what_is_printed_can_be_read_again() {
    let printed = Config::default().printable().unwrap();
    let (_folder, path) = written(&printed);
    assert_eq!(Config::load(Some(&path)).unwrap(), Config::default());
}

#[test]
fn risky_values_warn() {
    let (_folder, path) = written("[http]\nlisten = \"0.0.0.0:80\"\n[engine]\nkind = \"remote\"\n");
    assert_eq!(Config::load(Some(&path)).unwrap().warnings().len(), 2);
}
