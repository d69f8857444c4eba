//! The few settings of pip's configuration files that concern the network.

use std::fs;
use std::path::PathBuf;

/// What pip's files say; the environment goes before them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PipConf {
    /// `index-url`.
    pub index_url: Option<String>,
    /// `cert`.
    pub cert: Option<String>,
    /// `proxy`.
    pub proxy: Option<String>,
}

/// Reads the files pip would read, the most specific last.
pub(super) fn read(get: &impl Fn(&str) -> Option<String>) -> PipConf {
    let mut files = vec![PathBuf::from("/etc/pip.conf")];
    if let Some(home) = get("HOME").map(PathBuf::from) {
        files.push(home.join(".pip/pip.conf"));
        let config = get("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
        files.push(config.join("pip/pip.conf"));
    }
    files.extend(get("PIP_CONFIG_FILE").map(PathBuf::from));
    let mut merged = PipConf::default();
    for text in files.iter().filter_map(|file| fs::read_to_string(file).ok()) {
        merged.merge(parse(&text));
    }
    merged
}

impl PipConf {
    fn merge(&mut self, later: Self) {
        self.index_url = later.index_url.or(self.index_url.take());
        self.cert = later.cert.or(self.cert.take());
        self.proxy = later.proxy.or(self.proxy.take());
    }
}

/// `[global]` and `[download]` of an INI file; anything else is passed over.
fn parse(text: &str) -> PipConf {
    let mut found = PipConf::default();
    let mut relevant = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            relevant = matches!(section.trim(), "global" | "download");
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| relevant) else {
            continue;
        };
        let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        match key.trim() {
            "index-url" | "index_url" => found.index_url = value,
            "cert" => found.cert = value,
            "proxy" => found.proxy = value,
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{PipConf, parse};

    #[test]
    fn only_the_network_settings_of_the_right_sections_count() {
        let text = "[global]\ncert = /a/b.pem\ntimeout=5\n# index-url = no\n\
                    [list]\nindex-url = https://wrong.example\n\
                    [download]\nindex-url= https://mirror.example/simple \n";
        assert_eq!(
            parse(text),
            PipConf {
                index_url: Some("https://mirror.example/simple".into()),
                cert: Some("/a/b.pem".into()),
                proxy: None,
            }
        );
    }

    #[test]
    fn a_later_file_goes_before_an_earlier_one() {
        let mut merged = parse("[global]\nindex-url=https://a.example\ncert=/c\n");
        merged.merge(parse("[global]\nindex-url=https://b.example\n"));
        assert_eq!(merged.index_url.as_deref(), Some("https://b.example"));
        assert_eq!(merged.cert.as_deref(), Some("/c"));
    }
}
