use super::*;
use crate::values::tests::{accepts, explains, refuses};

#[test]
fn http_url() {
    accepts::<HttpUrl>(&[
        "http://prometheus:9090",
        "https://prometheus.monitoring.svc.cluster.local/api",
        "http://10.0.0.1:9090/",
        "http://[::1]:9090/p",
    ]);
    refuses::<HttpUrl>(&[
        "",
        "prometheus:9090",
        "ftp://x",
        "http://",
        "http:///x",
        "http://x:0",
        "http://x:99999",
        "http://x:",
        "http://a_b",
        "http://x/#f",
        "http://x/../y",
        "http://x/a b",
        "http://é",
        "http://[::1",
        "http://-a",
    ]);
    explains::<HttpUrl>(&[("http://x?q=1", "`http://x?q=1` has a query", "write `http://x`")]);
    let url: HttpUrl = "https://Example.com/a".parse().unwrap();
    assert_eq!(
        (url.host(), url.port().get(), url.path(), url.is_encrypted()),
        ("example.com", 443, "/a", true)
    );
}

#[test]
fn secrets_are_refused_and_not_repeated() {
    let cases = [
        ("http://user:hunter2@x", "credentials before the `@`"),
        ("https://hunter2@x/y", "credentials before the `@`"),
        ("http://x/?token=hunter2", "the parameter `token`"),
        ("http://x/?a=1&X-Amz-Signature=hunter2", "the parameter `X-Amz-Signature`"),
        ("http://x/?a=1;SIG=hunter2", "the parameter `SIG`"),
        ("http://x?X-Goog-Credential=hunter2", "the parameter `X-Goog-Credential`"),
    ];
    for (text, what) in cases {
        let invalid = text.parse::<HttpUrl>().unwrap_err();
        assert_eq!(invalid.kind, InvalidKind::Secret, "{text}");
        assert_eq!(invalid.message, format!("the address carries a secret: {what}"));
        assert!(!invalid.to_string().contains("hunter2"), "{invalid}");
    }
}
