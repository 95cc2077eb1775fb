use super::*;
use crate::values::tests::{accepts, explains, prints, refuses};

#[test]
fn absolute_path() {
    prints::<AbsolutePath>(&[
        ("/models", "/models"),
        ("/models//churn/", "/models/churn"),
        ("/./a/.", "/a"),
        ("/a b", "/a b"),
        ("/...", "/..."),
        ("/dev/shm", "/dev/shm"),
    ]);
    refuses::<AbsolutePath>(&[
        "", "/", "//", "/.", "/..", "/a/..", "/a/../b", "/a:b", "/a\\b", "C:\\x", "/a\0", "/a\n",
    ]);
    explains::<AbsolutePath>(&[
        ("models", "`models` is not a path in a container: it does not start with `/`", "write `/models`"),
        (
            "/",
            "`/` is not a path in a container: nothing can be mounted over `/`",
            "write a path that starts with `/`, is not `/` itself and has no `..` and no `:`, such as `/models/churn`",
        ),
    ]);
    let path = |text: &str| text.parse::<AbsolutePath>().unwrap();
    assert!(path("/a").holds(&path("/a/b")));
    assert!(path("/a").holds(&path("/a/")));
    assert!(!path("/a").holds(&path("/ab")));
}

#[test]
fn http_path() {
    accepts::<HttpPath>(&[
        "/",
        "/healthz",
        "/v1/models/churn:predict",
        "/health?full=1",
        "/a%20b",
        "/~x",
        "/a/",
        "/.well-known/x",
    ]);
    refuses::<HttpPath>(&[
        "", "/a b", "/a%2", "/a%zz", "/a//b", "/a/../b", "/..", "/.", "/a%2Fb", "/é", "/a\\b", "/{x}", "/\n",
    ]);
    explains::<HttpPath>(&[
        ("healthz", "`healthz` is not an HTTP path: it does not start with `/`", "write `/healthz`"),
        (
            "http://localhost:8000/healthz",
            "`http://localhost:8000/healthz` is not an HTTP path: it does not start with `/`",
            "write `/healthz`",
        ),
        ("/a#b", "`/a#b` is not an HTTP path: a fragment (`#`) is never sent to a server", "write `/a`"),
    ]);
    assert!("/health?full=1".parse::<HttpPath>().unwrap().has_query());
}
