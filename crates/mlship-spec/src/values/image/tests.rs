use super::*;
use crate::values::tests::{accepts, explains, refuses};

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn image_reference() {
    let digest = format!("ghcr.io/org/app@{DIGEST}");
    let both = format!("ghcr.io/org/app:latest@{DIGEST}");
    accepts::<ImageReference>(&[
        "nginx:1.29",
        "library/nginx:1.29",
        "localhost/app:1",
        "localhost:5000/app:1",
        "registry:5000/app:1",
        "Registry.Example.com/app:1",
        "[::1]:5000/app:1",
        "ghcr.io/org/a__b/c-d---e/f.g:v_1.0-x",
        &digest,
        &both,
        &format!("nginx:{}", "t".repeat(128)),
    ]);
    refuses::<ImageReference>(&[
        "",
        ":1",
        "a:",
        "a:-1",
        "a:1@",
        "a@sha256:abc",
        &digest.to_uppercase(),
        &format!("a@md5:{}", "0".repeat(32)),
        "ghcr.io/a//b:1",
        "ghcr.io/a/:1",
        "a..b:1",
        "a___b:1",
        "-a:1",
        "a-:1",
        "ghcr.io:99999/a:1",
        "x:y:z",
        "a b:1",
        "a:1\n",
        "${IMAGE}:1",
        &format!("nginx:{}", "t".repeat(129)),
        &format!("{}:1", "a".repeat(256)),
    ]);
    explains::<ImageReference>(&[
        (
            "ghcr.io/Org/App:1.0-RC",
            "`ghcr.io/Org/App:1.0-RC` is not an image reference: the repository `Org/App` has capital letters",
            "write `ghcr.io/org/app:1.0-RC`",
        ),
        (
            "https://ghcr.io/org/app:1",
            "`https://ghcr.io/org/app:1` is not an image reference: it has a scheme (`https`)",
            "write `ghcr.io/org/app:1`",
        ),
        (
            "ghcr.io/app:1 ",
            "`ghcr.io/app:1 ` is not an image reference: it has a space",
            "write `ghcr.io/app:1`",
        ),
    ]);
}

#[test]
fn images_that_can_change_are_a_kind_of_their_own() {
    let cases = [
        ("nginx", "`nginx` has neither a tag nor a digest, so it means `latest`", "nginx"),
        (
            "registry:5000/app",
            "`registry:5000/app` has neither a tag nor a digest, so it means `latest`",
            "registry:5000/app",
        ),
        (
            "ghcr.io/org/app:latest",
            "`ghcr.io/org/app:latest` can be another image tomorrow",
            "ghcr.io/org/app",
        ),
    ];
    for (text, message, name) in cases {
        let invalid = text.parse::<ImageReference>().unwrap_err();
        assert_eq!(invalid.kind, InvalidKind::Unpinned);
        assert_eq!(invalid.message, message);
        let help = format!(
            "write the version that you tested, such as `{name}:1.0.0`, or its digest `{name}@sha256:…`"
        );
        assert_eq!(invalid.help, help);
    }
    let secret = "https://user:hunter2@ghcr.io/app:1".parse::<ImageReference>().unwrap_err();
    assert_eq!(secret.kind, InvalidKind::Secret);
    assert!(!secret.to_string().contains("hunter2"));
}

#[test]
fn parts() {
    let digested = format!("ghcr.io/org/app:1@{DIGEST}");
    let cases = [
        ("nginx:1.29", "docker.io", "library/nginx", "nginx", Pin::Tag("1.29")),
        ("docker.io/nginx:1", "docker.io", "library/nginx", "docker.io/nginx", Pin::Tag("1")),
        ("index.docker.io/a/b:1", "docker.io", "a/b", "index.docker.io/a/b", Pin::Tag("1")),
        ("org/app:1", "docker.io", "org/app", "org/app", Pin::Tag("1")),
        ("localhost:5000/app:1", "localhost:5000", "app", "localhost:5000/app", Pin::Tag("1")),
        (&digested, "ghcr.io", "org/app", "ghcr.io/org/app", Pin::Digest(DIGEST)),
    ];
    for (text, registry, repository, name, pin) in cases {
        let image: ImageReference = text.parse().unwrap();
        assert_eq!((image.registry(), image.repository().as_str()), (registry, repository), "{text}");
        assert_eq!((image.name(), image.pin()), (name, pin), "{text}");
    }
    let image: ImageReference = digested.parse().unwrap();
    assert_eq!((image.tag(), image.digest()), (Some("1"), Some(DIGEST)));
}
