//! Whether a page may open the counter: the site's list of origins, refused by
//! default. Browsers send `Origin` on every WebSocket handshake (RFC 6455,
//! section 10.2) and pages cannot forge it.

use comptoir_storage::model::SiteSettings;

/// Whether `origin` stands on the site's list. A client without an origin is
/// not a browser; it is refused like any other unknown page.
#[must_use]
pub fn is_allowed(settings: &SiteSettings, origin: Option<&str>) -> bool {
    let Some(origin) = origin.and_then(normalise) else {
        return false;
    };
    settings.allowed_origins.iter().filter_map(|allowed| normalise(allowed)).any(|a| a == origin)
}

/// Scheme, host and port; default ports and trailing slashes do not matter.
fn normalise(origin: &str) -> Option<String> {
    let url = url::Url::parse(origin.trim()).ok()?;
    let origin = url.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(origins: &[&str]) -> SiteSettings {
        SiteSettings {
            allowed_origins: origins.iter().map(|&o| o.to_owned()).collect(),
            ..SiteSettings::default()
        }
    }

    #[test]
    fn nothing_is_allowed_by_default() {
        assert!(!is_allowed(&site(&[]), Some("https://firm.example")));
        assert!(!is_allowed(&site(&["https://firm.example"]), None));
        assert!(!is_allowed(&site(&["https://firm.example"]), Some("null")));
    }

    #[test]
    fn a_listed_origin_is_allowed_however_it_was_typed() {
        let site = site(&["https://Firm.example/", "http://localhost:8080"]);
        assert!(is_allowed(&site, Some("https://firm.example")));
        assert!(is_allowed(&site, Some("https://firm.example:443")));
        assert!(is_allowed(&site, Some("http://localhost:8080")));
    }

    #[test]
    fn neighbours_of_a_listed_origin_are_not() {
        let site = site(&["https://firm.example"]);
        for other in [
            "http://firm.example",
            "https://firm.example.evil.example",
            "https://sub.firm.example",
            "https://firm.example:8443",
            "https://evil.example/https://firm.example",
        ] {
            assert!(!is_allowed(&site, Some(other)), "{other}");
        }
    }
}
