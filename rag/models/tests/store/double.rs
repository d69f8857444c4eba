//! An HTTP server that misbehaves on request.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is served under one path.
#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) body: Vec<u8>,
    pub(crate) kind: &'static str,
    /// Whether range requests are understood.
    pub(crate) ranges: bool,
    /// Statuses to answer first, one per request.
    pub(crate) refusals: VecDeque<u16>,
    /// Body bytes after which to drop the connection, one per request.
    pub(crate) cuts: VecDeque<usize>,
    /// Whether to send the head and then nothing.
    pub(crate) stall: bool,
}

impl Page {
    pub(crate) fn new(body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            kind: "application/octet-stream",
            ranges: true,
            ..Self::default()
        }
    }

    pub(crate) fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) fn without_ranges(mut self) -> Self {
        self.ranges = false;
        self
    }

    pub(crate) fn refusing(mut self, statuses: &[u16]) -> Self {
        self.refusals = statuses.iter().copied().collect();
        self
    }

    pub(crate) fn cut_at(mut self, bytes: &[usize]) -> Self {
        self.cuts = bytes.iter().copied().collect();
        self
    }

    pub(crate) fn stalling(mut self) -> Self {
        self.stall = true;
        self
    }
}

type Pages = Arc<Mutex<HashMap<String, Page>>>;
type Requests = Arc<Mutex<Vec<(String, Option<u64>)>>>;

/// The server; it ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) base: String,
    pages: Pages,
    requests: Requests,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (pages, requests) = (Pages::default(), Requests::default());
        let server = Self { base, pages: Arc::clone(&pages), requests: Arc::clone(&requests) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (pages, requests) = (Arc::clone(&pages), Arc::clone(&requests));
                // A client that hangs up early is part of the game.
                tokio::spawn(async move { serve(stream, pages, requests).await.ok() });
            }
        });
        server
    }

    pub(crate) fn put(&self, path: &str, page: Page) -> String {
        self.pages.lock().expect("pages").insert(path.to_owned(), page);
        format!("{}{path}", self.base)
    }

    /// The start of the range asked for, per request of `path` so far.
    pub(crate) fn asked(&self, path: &str) -> Vec<Option<u64>> {
        let requests = self.requests.lock().expect("requests");
        requests.iter().filter(|(asked, _)| asked == path).map(|(_, from)| *from).collect()
    }

    pub(crate) fn total(&self) -> usize {
        self.requests.lock().expect("requests").len()
    }
}

async fn serve(mut stream: TcpStream, pages: Pages, requests: Requests) -> std::io::Result<()> {
    let (path, from) = read_request(&mut stream).await?;
    let asked = (path.clone(), from);
    requests.lock().expect("requests").push(asked);
    let (page, refusal, cut) = turn(&pages, &path);
    if let Some(status) = refusal {
        return refuse(&mut stream, status).await;
    }
    let total = page.body.len();
    let from = from.filter(|_| page.ranges).map_or(0, |from| from as usize);
    if from > 0 && from >= total {
        return refuse(&mut stream, 416).await;
    }
    let mut text = if from > 0 {
        format!("HTTP/1.1 206 Part\r\ncontent-range: bytes {from}-{}/{total}\r\n", total - 1)
    } else {
        "HTTP/1.1 200 OK\r\n".to_owned()
    };
    let rest = &page.body[from..];
    text += &format!("content-type: {}\r\ncontent-length: {}\r\n", page.kind, rest.len());
    text += "connection: close\r\n\r\n";
    stream.write_all(text.as_bytes()).await?;
    let sent = cut.map_or(rest.len(), |cut| cut.min(rest.len()));
    if page.stall {
        stream.write_all(&rest[..sent / 2]).await?;
        stream.flush().await?;
        std::future::pending::<()>().await;
    }
    stream.write_all(&rest[..sent]).await?;
    stream.shutdown().await
}

/// The path asked for, and the start of the range if any.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<(String, Option<u64>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let range = head.split_once("range: bytes=").and_then(|(_, rest)| rest.split_once('-'));
    Ok((path, range.and_then(|(from, _)| from.parse().ok())))
}

/// The page under `path`, and the misbehaviour whose turn it is.
fn turn(pages: &Pages, path: &str) -> (Page, Option<u16>, Option<usize>) {
    let mut pages = pages.lock().expect("pages");
    let Some(page) = pages.get_mut(path) else {
        return (Page::default(), Some(404), None);
    };
    let refusal = page.refusals.pop_front();
    let cut = if refusal.is_none() { page.cuts.pop_front() } else { None };
    (page.clone(), refusal, cut)
}

async fn refuse(stream: &mut TcpStream, status: u16) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await
}
