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
        ("[database]\nurl = \"sqlite:\"", "database"),
        ("[index]\nurl = \"not a url\"", "index"),
        ("[engine]\ndeadline_ms = 0", "engine"),
        ("[engine]\nqueue = 0", "engine"),
        ("[engine]\nkind = \"remote\"", "engine"),
        ("[limits]\nconnections_per_minute = 0", "limits"),
        ("[limits]\nconnections = 0", "limits"),
        ("[mail]\nhost = \"h\"\nfrom = \"nobody\"", "mail"),
        ("[mail]\nreplies = \"nobody\"", "mail"),
    ] {
        let (_folder, path) = written(text);
        let error = Config::load(Some(&path)).unwrap_err();
        let key = text.rsplit('\n').next().unwrap().split(' ').next().unwrap();
        let ConfigError::Value { section: s, key: k, .. } = error else { panic!("{error}") };
        // A remote engine lacks its model, the kind is not wrong.
        let key = if key == "kind" { "model" } else { key };
        assert_eq!((s, k), (section, key), "{text}");
    }
}

#[test]
fn a_missing_named_file_is_an_error() {
    let missing = Path::new("/nonexistent/comptoir.toml");
    assert!(matches!(Config::load(Some(missing)), Err(ConfigError::NoSuchFile(_))));
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Config::load(Some(folder.path())), Err(ConfigError::NotAFile(_))));
}

#[test]
fn a_secret_that_is_a_number_is_not_shown_by_the_error() {
    let (_folder, path) = written("[engine]\napi_key = 12345678\n");
    let error = Config::load(Some(&path)).unwrap_err().to_string();
    assert!(error.contains("api_key") && !error.contains("12345678"), "{error}");
}

#[test]
fn secrets_do_not_print() {
    let (_folder, path) = written(
        "[http]\nmetrics_token = \"hunter2hunter2hunter2\"\n\
         [database]\nurl = \"postgres://u:hunter2@h/d?password=hunter2\"\n\
         [index]\nurl = \"http://u:hunter2@h:6334\"\napi_key = \"hunter2\"\n\
         [engine]\nurl = \"http://hunter2@h/v1\"\napi_key = \"hunter2\"\n\
         [mail]\nhost = \"h\"\nfrom = \"a@b.example\"\nuser = \"u\"\npassword = \"hunter2\"\n\
         replies = \"r@b.example\"\ninbound_token = \"hunter2hunter2hunter2\"\n",
    );
    let printed = Config::load(Some(&path)).unwrap().printable().unwrap();
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(printed.contains("@h/d"), "{printed}");
}

#[test]
fn what_is_printed_can_be_read_again() {
    let printed = Config::default().printable().unwrap();
    let (_folder, path) = written(&printed);
    assert_eq!(Config::load(Some(&path)).unwrap(), Config::default());
}

#[test]
fn risky_values_warn() {
    let (_folder, path) =
        written("[http]\nlisten = \"0.0.0.0:80\"\n[engine]\nkind = \"remote\"\nmodel = \"m\"\n");
    assert_eq!(Config::load(Some(&path)).unwrap().warnings().len(), 2);
}
