//! The index of a classic repository, and what Helm makes of it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use serde_json::Value;
use xtask::tools::Tool;

use crate::command::{chart, check, copy_of_the_chart, helm};
use crate::{HELMS, VERSION, package_file};

#[test]
fn an_index_is_read_by_helm_and_keeps_what_it_had() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("repository");
    let to = folder.to_str().unwrap();
    check(&chart(home.path(), &["package", "--destination", to]), 0, &package_file());
    check(&chart(home.path(), &["index", to, "--url", "https://charts.example.com"]), 0, "index.yaml");
    let first = fs::read_to_string(folder.join("index.yaml")).unwrap();
    let copy = copy_of_the_chart(home.path());
    let metadata = fs::read_to_string(copy.join("Chart.yaml")).unwrap();
    fs::write(copy.join("Chart.yaml"), metadata.replace(VERSION, "0.10.0")).unwrap();
    check(
        &chart(home.path(), &["package", "--chart", copy.to_str().unwrap(), "--destination", to]),
        0,
        "0.10.0.tgz",
    );
    check(&chart(home.path(), &["index", to, "--url", "https://charts.example.com"]), 0, "index.yaml");
    let index: Value = serde_yaml::from_str(&fs::read_to_string(folder.join("index.yaml")).unwrap()).unwrap();
    let versions = index["entries"]["model-server"].as_array().unwrap();
    assert_eq!(versions[0]["version"], "0.10.0");
    let before: Value = serde_yaml::from_str(&first).unwrap();
    assert_eq!(versions[1], before["entries"]["model-server"][0]);
    // What Helm itself says of the same packages.
    fs::rename(folder.join("index.yaml"), home.path().join("ours.yaml")).unwrap();
    let made = helm(Tool::Helm, home.path(), &["repo", "index", to, "--url", "https://charts.example.com"]);
    assert!(made.succeeded(), "{}", made.stderr);
    let mut theirs: Value =
        serde_yaml::from_str(&fs::read_to_string(folder.join("index.yaml")).unwrap()).unwrap();
    let mut ours = index;
    for index in [&mut ours, &mut theirs] {
        index["generated"] = Value::Null;
        for version in index["entries"]["model-server"].as_array_mut().unwrap() {
            version["created"] = Value::Null;
        }
    }
    assert_eq!(ours, theirs);
}

/// What other tools have written into an index: a chart with everything that Helm knows of one, and what a server of
/// charts says of itself.
const OTHERS: &str = "\
apiVersion: v1
annotations: {example.com/a: \"on\"}
serverInfo: {contextPath: /v1}
publicKeys: [a]
entries:
  that:
  - apiVersion: v2
    name: that
    version: 1.2.3
    appVersion: \"010\"
    type: library
    created: 2026-01-02T03:04:05.678901234+02:00
    condition: a.b
    tags: c
    dependencies:
    - {name: a, version: ^1.0.0, repository: \"https://a.example.com\", condition: a.on, tags: [b], enabled: true,
       import-values: [{child: a, parent: b}, c], alias: d}
    maintainers: [{name: A, email: a@example.com, url: \"https://a.example.com\"}]
    annotations: {a: \"no\"}
    removed: true
    digest: abc
    urls: [that-1.2.3.tgz]
  - name: that
    version: 0.1.0
    checksum: abc
    engine: gotpl
    tillerVersion: \">2\"
    url: that-0.1.0.tgz
    urls: []
";

#[test]
fn an_index_of_others_is_merged_without_a_loss_and_read_by_helm() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("repository");
    let to = folder.to_str().unwrap();
    check(&chart(home.path(), &["package", "--destination", to]), 0, &package_file());
    let others = home.path().join("others.yaml");
    fs::write(&others, OTHERS).unwrap();
    let merge = ["index", to, "--url", "https://charts.example.com", "--merge", others.to_str().unwrap()];
    check(&chart(home.path(), &merge), 0, "index.yaml");
    let read = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
    let (mut merged, mut before) =
        (read(&fs::read_to_string(folder.join("index.yaml")).unwrap()), read(OTHERS));
    assert_eq!(merged["entries"]["model-server"][0]["version"], VERSION);
    merged["entries"].as_object_mut().unwrap().remove("model-server");
    for index in [&mut merged, &mut before] {
        index["generated"] = Value::Null;
    }
    assert_eq!(merged, before);
    // Both Helms read it strictly, and find both charts.
    let address = serve_folder(&folder);
    for tool in HELMS {
        let added = helm(tool, home.path(), &["repo", "add", "--force-update", "it", &address]);
        check(&added, 0, "has been added");
        check(&helm(tool, home.path(), &["search", "repo", "it/model-server"]), 0, VERSION);
        check(&helm(tool, home.path(), &["search", "repo", "it/that"]), 0, "1.2.3");
    }
    fs::write(&others, format!("{OTHERS}more: 1\n")).unwrap();
    check(&chart(home.path(), &merge), 1, "the index can't be read: ");
}

/// Serves the files of a folder over HTTP, until the test is over; the address.
fn serve_folder(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let folder = folder.to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut lines = reader.by_ref().lines().map(Result::unwrap);
            let request = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let name = request.split(['/', ' ']).nth(2).unwrap_or_default();
            let (status, body) = match fs::read(folder.join(name)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
        }
    });
    address
}
