//! Sitemaps: the pages, or the further sitemaps, a file lists. Fetching them,
//! and refusing addresses of other hosts, is the caller's work.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use url::Url;

use crate::draft::SourceHint;
use crate::{decode, limits};

/// Most addresses read, as the sitemap protocol allows in one file.
const MAX_ADDRESSES: usize = 50_000;

/// What a sitemap lists, in its order, without repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Pages.
    pub pages: Vec<Url>,
    /// Further sitemaps, from a sitemap index.
    pub sitemaps: Vec<Url>,
    /// Entries that are no web address.
    pub unusable: usize,
}

/// Why a sitemap cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SitemapError {
    /// Larger than an import may be.
    #[error("the sitemap has {bytes} bytes, the limit is {max}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// Not XML, or XML that breaks off.
    #[error("the sitemap is not well formed at byte {at}")]
    NotXml {
        /// Where reading stopped.
        at: u64,
    },
    /// XML without a `urlset` or `sitemapindex`.
    #[error("this is not a sitemap")]
    NotASitemap,
}

/// Reads a sitemap or a sitemap index.
///
/// # Errors
/// When the bytes are too many, not XML, or another kind of XML.
pub fn sitemap_urls(bytes: &[u8]) -> Result<Sitemap, SitemapError> {
    if bytes.len() > limits::FILE_BYTES {
        let (bytes, max) = (bytes.len(), limits::FILE_BYTES);
        return Err(SitemapError::TooLarge { bytes, max });
    }
    let text = decode::decode(bytes, &SourceHint::default()).text;
    let mut reader = Reader::from_str(text.trim_start());
    let mut listing = Listing::default();
    loop {
        let event = reader
            .read_event()
            .map_err(|_| SitemapError::NotXml { at: reader.error_position() })?;
        match event {
            Event::Start(tag) => listing.open(tag.local_name().as_ref()),
            Event::End(tag) => listing.close(tag.local_name().as_ref()),
            Event::Text(text) => listing.write(&String::from_utf8_lossy(&text)),
            Event::CData(text) => listing.write(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => {
                listing.write(&format!("&{};", String::from_utf8_lossy(&name)));
            }
            Event::Eof => break,
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
        if listing.found.pages.len() + listing.found.sitemaps.len() >= MAX_ADDRESSES {
            break;
        }
    }
    if listing.is_sitemap { Ok(listing.found) } else { Err(SitemapError::NotASitemap) }
}

#[derive(Default)]
struct Listing {
    found: Sitemap,
    seen: std::collections::HashSet<Url>,
    is_sitemap: bool,
    /// Inside a `sitemap` rather than a `url`.
    in_index: bool,
    /// Depth of extension elements such as `image:image`, whose `loc` is no
    /// page.
    in_extension: u32,
    address: Option<String>,
}

impl Listing {
    fn open(&mut self, name: &[u8]) {
        match name {
            b"urlset" | b"sitemapindex" => self.is_sitemap = true,
            b"sitemap" => self.in_index = true,
            b"url" => self.in_index = false,
            b"image" | b"video" | b"news" => self.in_extension += 1,
            b"loc" if self.in_extension == 0 => self.address = Some(String::new()),
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        if let Some(address) = &mut self.address {
            address.push_str(text);
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"image" | b"video" | b"news" => {
                self.in_extension = self.in_extension.saturating_sub(1);
            }
            b"loc" => self.take_address(),
            _ => {}
        }
    }

    fn take_address(&mut self) {
        let Some(raw) = self.address.take() else {
            return;
        };
        let address = unescape(raw.trim()).unwrap_or_default();
        let web = |url: &Url| matches!(url.scheme(), "http" | "https");
        let Some(url) = Url::parse(&address).ok().filter(web) else {
            self.found.unusable += 1;
            return;
        };
        if !self.seen.insert(url.clone()) {
            return;
        }
        let list = if self.in_index { &mut self.found.sitemaps } else { &mut self.found.pages };
        list.push(url);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(urls: &[Url]) -> Vec<&str> {
        urls.iter().map(Url::as_str).collect()
    }

    #[test]
    fn pages_are_listed_once_without_pictures() {
        let xml = "\u{feff}<?xml version=\"1.0\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
            <url><loc> https://a.example/faq?x=1&amp;y=2 </loc><image:image><image:loc>https://a.example/i.png</image:loc></image:image></url>\
            <url><loc><![CDATA[https://a.example/tarifs]]></loc></url><url><loc>https://a.example/tarifs</loc></url>\
            <url><loc>/relatif</loc></url></urlset>";
        let found = sitemap_urls(xml.as_bytes()).expect("a sitemap");
        assert_eq!(
            addresses(&found.pages),
            ["https://a.example/faq?x=1&y=2", "https://a.example/tarifs"]
        );
        assert_eq!(found.unusable, 1);
    }

    #[test]
    fn an_index_lists_sitemaps() {
        let xml =
            "<sitemapindex><sitemap><loc>https://a.example/s1.xml</loc></sitemap></sitemapindex>";
        let found = sitemap_urls(xml.as_bytes()).expect("an index");
        assert_eq!(addresses(&found.sitemaps), ["https://a.example/s1.xml"]);
        assert!(found.pages.is_empty());
    }

    #[test]
    fn other_content_is_refused_in_words() {
        assert_eq!(sitemap_urls(b"<rss></rss>"), Err(SitemapError::NotASitemap));
        let broken = sitemap_urls(b"<urlset><url></urlset>");
        assert!(matches!(broken, Err(SitemapError::NotXml { .. })));
    }
}
