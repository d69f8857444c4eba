//! Finding a wheel in a package registry (the "simple" repository protocol,
//! JSON where the server has it, HTML otherwise).

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::Network;
use super::client::chain;
use crate::catalogue::Package;
use crate::error::{ModelsError, PackageFault};

const ACCEPTED: &str = "application/vnd.pypi.simple.v1+json, \
                        application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// Longest list to read: the busiest projects have a few megabytes.
const LONGEST: u64 = 64 << 20;

#[derive(Deserialize)]
struct Listing {
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    filename: String,
    url: String,
}

/// The address of the wheel `package` names.
///
/// # Errors
/// The registry cannot be reached, refuses, or lists no such wheel.
pub(crate) async fn find_wheel(
    client: &Client,
    network: &Network,
    package: &Package,
    cancel: &CancellationToken,
) -> Result<Url, ModelsError> {
    tokio::select! {
        () = cancel.cancelled() => Err(ModelsError::Cancelled),
        found = look_up(client, network, package) => found,
    }
}

async fn look_up(
    client: &Client,
    network: &Network,
    package: &Package,
) -> Result<Url, ModelsError> {
    let fault = |fault| ModelsError::Package { package: label(package), fault };
    let base = network.index.trim_end_matches('/');
    let page = Url::parse(&format!("{base}/{}/", normalise(&package.name)))
        .map_err(|_| fault(PackageFault::Listing))?;
    let (json, text) = list(client, &page, package).await?;
    let listed = if json {
        let listing = serde_json::from_str::<Listing>(&text);
        listing.map_err(|_| fault(PackageFault::Listing))?.files
    } else {
        anchors(&text)
    };
    let wheel = listed.iter().find(|file| fits(&file.filename, package));
    let wheel = wheel.ok_or_else(|| fault(PackageFault::NotListed))?;
    let mut url = page.join(&wheel.url).map_err(|_| fault(PackageFault::Listing))?;
    url.set_fragment(None);
    lend_credentials(&page, &mut url);
    Ok(url)
}

/// The registry's list of files, and whether it is JSON (HTML otherwise).
async fn list(
    client: &Client,
    page: &Url,
    package: &Package,
) -> Result<(bool, String), ModelsError> {
    let fault = |fault| ModelsError::Package { package: label(package), fault };
    let host = page.host_str().unwrap_or("?").to_owned();
    let broken = |error: reqwest::Error| {
        let (host, detail) = (host.clone(), chain(&error));
        if error.is_connect() {
            ModelsError::Offline { host, detail }
        } else {
            ModelsError::Interrupted { host, done: 0, detail }
        }
    };
    let request = client.get(page.clone()).header(ACCEPT, ACCEPTED);
    let response = request.send().await.map_err(broken)?;
    let status = response.status();
    if status == StatusCode::NOT_FOUND {
        return Err(fault(PackageFault::NotListed));
    }
    if !status.is_success() {
        return Err(ModelsError::Http { host, status: status.as_u16() });
    }
    if response.content_length().is_some_and(|length| length > LONGEST) {
        return Err(fault(PackageFault::Listing));
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let json = kind.is_some_and(|kind| kind.contains("json"));
    Ok((json, response.text().await.map_err(broken)?))
}

/// Name and version, for messages.
pub(super) fn label(package: &Package) -> String {
    format!("{} {}", package.name, package.version)
}

/// An index with credentials in its address expects them for its files too.
fn lend_credentials(page: &Url, file: &mut Url) {
    if page.host_str() == file.host_str() && file.username().is_empty() {
        // Both setters only fail on addresses without a host, excluded above.
        let _ = file.set_username(page.username());
        let _ = file.set_password(page.password());
    }
}

/// Registry names compare without case and with `-`, `_` and `.` alike.
fn normalise(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            other => out.push(other.to_ascii_lowercase()),
        }
    }
    out
}

/// `{name}-{version}[-build]-{python}-{abi}-{platform}.whl`
fn fits(filename: &str, package: &Package) -> bool {
    let Some(stem) = filename.strip_suffix(".whl") else {
        return false;
    };
    let mut fields = stem.split('-');
    let same_name = fields.next().is_some_and(|name| normalise(name) == normalise(&package.name));
    let same_version = fields.next() == Some(package.version.as_str());
    let platform = fields.next_back().unwrap_or_default();
    let here = match &package.wheel {
        Some(tag) => platform.split('.').any(|one| one == tag),
        None => platform == "any",
    };
    same_name && same_version && here
}

/// The links of an HTML list.
fn anchors(html: &str) -> Vec<Listed> {
    let links = html.split("<a").skip(1).filter_map(|rest| {
        let (_, rest) = rest.split_once("href=")?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (link, _) = rest[1..].split_once(quote)?;
        Some(link.replace("&amp;", "&"))
    });
    links
        .filter_map(|url| {
            let path = url.split(['#', '?']).next()?;
            let filename = path.rsplit('/').next()?.to_owned();
            Some(Listed { filename, url })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{anchors, fits, lend_credentials, normalise};
    use crate::catalogue::Package;
    use url::Url;

    fn package(wheel: Option<&str>) -> Package {
        Package {
            name: "Some.model_part1".into(),
            version: "0.2.0".into(),
            inner: "x".into(),
            wheel: wheel.map(Into::into),
        }
    }

    #[test]
    fn names_compare_as_the_registry_does() {
        assert_eq!(normalise("Some._Model--Part1"), "some-model-part1");
    }

    #[test]
    fn only_the_exact_wheel_fits() {
        let any = package(None);
        assert!(fits("some_model_part1-0.2.0-py3-none-any.whl", &any));
        assert!(!fits("some_model_part1-0.2.0.tar.gz", &any));
        assert!(!fits("some_model_part1-0.2.01-py3-none-any.whl", &any));
        assert!(!fits("some_model_part10-0.2.0-py3-none-any.whl", &any));
        let linux = package(Some("manylinux_2_28_x86_64"));
        let wheel =
            "some_model_part1-0.2.0-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl";
        assert!(fits(wheel, &linux));
        assert!(!fits("some_model_part1-0.2.0-cp311-cp311-win_amd64.whl", &linux));
        assert!(!fits(wheel, &any));
    }

    #[test]
    fn an_html_list_serves_too() {
        let html = "<a href=\"../../f/a-1-py3-none-any.whl#sha256=00\">a</a> <a data-x='1' \
                    href='https://f.example/b-1.tar.gz?x=1&amp;y=2'>b</a><a>none</a>";
        let names: Vec<_> = anchors(html).into_iter().map(|f| (f.filename, f.url)).collect();
        assert_eq!(names.len(), 2);
        assert_eq!(names[0].0, "a-1-py3-none-any.whl");
        assert_eq!(names[1], ("b-1.tar.gz".into(), "https://f.example/b-1.tar.gz?x=1&y=2".into()));
    }

    #[test]
    fn credentials_stay_with_their_host() {
        let page = Url::parse("https://u:p@index.example/simple/a/").expect("url");
        let mut same = Url::parse("https://index.example/f.whl").expect("url");
        let mut other = Url::parse("https://files.example/f.whl").expect("url");
        lend_credentials(&page, &mut same);
        lend_credentials(&page, &mut other);
        assert_eq!(same.username(), "u");
        assert_eq!(other.username(), "");
    }
}
