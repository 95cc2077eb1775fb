use super::*;
use crate::values::tests::{PATHS, accepts, explains, refuses};

#[test]
fn dns_label() {
    accepts::<DnsLabel>(&["a", "0", "a-b", "123-abc", "a--b", &"a".repeat(63)]);
    refuses::<DnsLabel>(&["", "-", "a-", "-a", "a.b", "A", "a_b", "é", " a", &"a".repeat(64)]);
    refuses::<DnsLabel>(&PATHS);
    explains::<DnsLabel>(&[
        (
            "Churn_Predictor",
            "`Churn_Predictor` is not a Kubernetes name: `C` is not a lower-case letter, digit or `-`",
            "write `churn-predictor`",
        ),
        (
            "ChurnPredictor",
            "`ChurnPredictor` is not a Kubernetes name: `C` is not a lower-case letter, digit or `-`",
            "write `churn-predictor`",
        ),
        (
            "churn predictor",
            "`churn predictor` is not a Kubernetes name: a space is not a lower-case letter, digit or `-`",
            "write `churn-predictor`",
        ),
        ("churn-", "`churn-` is not a Kubernetes name: it ends with `-`", "write `churn`"),
        (
            "",
            "a Kubernetes name is missing: the text is empty",
            "write lower-case letters, digits and `-`, starting and ending with a letter or digit, \
             at most 63 characters, such as `churn-predictor`",
        ),
        (
            "modèle",
            "`modèle` is not a Kubernetes name: `è` is not a lower-case letter, digit or `-`",
            "write lower-case letters, digits and `-`, starting and ending with a letter or digit, \
             at most 63 characters, such as `churn-predictor`",
        ),
        (
            &"a".repeat(64),
            "`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` is not a Kubernetes name: \
             it has 64 characters, and 63 is the most",
            "write lower-case letters, digits and `-`, starting and ending with a letter or digit, \
             at most 63 characters, such as `churn-predictor`",
        ),
    ]);
}

#[test]
fn dns_subdomain() {
    let longest = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
    accepts::<DnsSubdomain>(&["a", "a.b", "ghcr-pull-secret", "1.2", &"a".repeat(253), &longest]);
    refuses::<DnsSubdomain>(&["", "a..b", ".a", "a.", "a.-b", "a-.b", "A", "a_b", &"a".repeat(254)]);
    refuses::<DnsSubdomain>(&PATHS);
    explains::<DnsSubdomain>(&[
        ("a..b", "`a..b` is not a Kubernetes object name: it has `..`", "write `a.b`"),
        (
            "My.Name",
            "`My.Name` is not a Kubernetes object name: `M` is not a lower-case letter, digit, `-` or `.`",
            "write `my.name`",
        ),
    ]);
}

#[test]
fn service_name() {
    accepts::<ServiceName>(&["a", "a1", "churn-predictor", &"a".repeat(63)]);
    refuses::<ServiceName>(&["", "1a", "3d-model", "a.b", "-a", &"a".repeat(64)]);
    refuses::<ServiceName>(&PATHS);
    explains::<ServiceName>(&[(
        "3d-model",
        "`3d-model` is not a Service name: it starts with a digit",
        "write `svc-3d-model`",
    )]);
}

#[test]
fn hostname() {
    accepts::<Hostname>(&[
        "localhost",
        "churn.api.example.com",
        "*.example.com",
        "1.example.com",
        "xn--mnchen-3ya.de",
    ]);
    refuses::<Hostname>(&[
        "",
        "*",
        "*.",
        "a.*.com",
        "*.*.com",
        "a_b.com",
        "example.com.",
        "a:80",
        "a/b",
        "A.com",
    ]);
    refuses::<Hostname>(&PATHS);
    explains::<Hostname>(&[
        (
            "https://churn.example.com/v1",
            "`https://churn.example.com/v1` is not a host name: it has a scheme",
            "write `churn.example.com`",
        ),
        (
            "10.0.0.1",
            "`10.0.0.1` is not a host name: it is an IP address",
            "write a host name in lower case, without scheme, port or path; the first part may be `*`, \
             such as `churn.api.example.com`",
        ),
        (
            "[::1]",
            "`[::1]` is not a host name: it is an IP address",
            "write a host name in lower case, without scheme, port or path; the first part may be `*`, \
             such as `churn.api.example.com`",
        ),
        (
            "Churn.Example.com",
            "`Churn.Example.com` is not a host name: `C` is not a lower-case letter, digit, `-` or `.`",
            "write `churn.example.com`",
        ),
    ]);
    assert!("*.example.com".parse::<Hostname>().unwrap().is_wildcard());
    assert!(!"example.com".parse::<Hostname>().unwrap().is_wildcard());
}

#[test]
fn label_key() {
    accepts::<LabelKey>(&[
        "a",
        "A.b_c-d",
        "app.kubernetes.io/name",
        "1/2",
        &format!("a.b/{}", "x".repeat(63)),
    ]);
    refuses::<LabelKey>(&["", "/", "a/", "/a", "a/b/c", "Foo.com/a", "_a", "a b", "é", &"x".repeat(64)]);
    explains::<LabelKey>(&[(
        "Example.com/team",
        "`Example.com/team` is not a label key: before the `/`, `E` is not a lower-case letter, digit, `-` or `.`",
        "write `example.com/team`",
    )]);
    assert_eq!("a.b/c".parse::<LabelKey>().unwrap().prefix(), Some("a.b"));
    assert_eq!("c".parse::<LabelKey>().unwrap().prefix(), None);
}

#[test]
fn label_value() {
    accepts::<LabelValue>(&["", "a", "v1.2_3-x", "0", &"x".repeat(63)]);
    refuses::<LabelValue>(&["-", "a-", ".a", "a b", "a/b", "é", &"x".repeat(64)]);
    explains::<LabelValue>(&[(
        "team a",
        "`team a` is not a label value: a space is not a letter, digit, `-`, `_` or `.`",
        "write `team-a`",
    )]);
    assert_eq!(LabelValue::EMPTY, "".parse().unwrap());
}

#[test]
fn annotation_key() {
    accepts::<AnnotationKey>(&["a", "Example.com/Key", "nginx.ingress.kubernetes.io/proxy-body-size"]);
    refuses::<AnnotationKey>(&["", "a/b/c", "a_b.com/x", "/a", "a b"]);
}

#[test]
fn env_name() {
    accepts::<EnvName>(&["A", "_", "LOG_LEVEL", "a.b-c", "-x", ".x", "__proto__"]);
    refuses::<EnvName>(&["", "1A", ".", "..", "..a", "A B", "A=B", "É", "A\0"]);
    explains::<EnvName>(&[
        (
            "LOG LEVEL",
            "`LOG LEVEL` is not the name of an environment variable: a space is not a letter, digit, `_`, `-` or `.`",
            "write `LOG_LEVEL`",
        ),
        ("3D", "`3D` is not the name of an environment variable: it starts with a digit", "write `_3D`"),
    ]);
    assert!("LOG_LEVEL".parse::<EnvName>().unwrap().is_c_identifier());
    assert!(!"log.level".parse::<EnvName>().unwrap().is_c_identifier());
    assert!(!"log-level".parse::<EnvName>().unwrap().is_c_identifier());
}

#[test]
fn port_name() {
    accepts::<PortName>(&["http", "h2c", "8a", "http-metrics", &"a".repeat(15)]);
    refuses::<PortName>(&["", "80", "a--b", "-a", "a-", "Http", "a_b", &"a".repeat(16)]);
    refuses::<PortName>(&PATHS);
    explains::<PortName>(&[("8080", "`8080` is not a port name: it has no letter", "write `port-8080`")]);
}

#[test]
fn secret_key() {
    accepts::<SecretKey>(&[
        "token",
        "tls.crt",
        ".dockerconfigjson",
        "_",
        "-",
        "A.b",
        "a..b",
        &"k".repeat(253),
    ]);
    refuses::<SecretKey>(&["", "..data", "a b", "é", &"k".repeat(254)]);
    refuses::<SecretKey>(&PATHS);
    explains::<SecretKey>(&[
        (
            "hf token",
            "`hf token` is not a key of a Secret or ConfigMap: a space is not a letter, digit, `-`, `_` or `.`",
            "write `hf-token`",
        ),
        ("..data", "`..data` is not a key of a Secret or ConfigMap: it starts with `..`", "write `data`"),
    ]);
}

#[test]
fn resource_name() {
    accepts::<ResourceName>(&["nvidia.com/gpu", "nvidia.com/mig-1g.5gb", "nvidia.com/mig-1g.10gb.me", "a/b"]);
    refuses::<ResourceName>(&["cpu", "memory", "ephemeral-storage", "kubernetes.io/x", "x.kubernetes.io/y"]);
    refuses::<ResourceName>(&[
        "requests.nvidia.com/gpu",
        "a/b/c",
        "/a",
        "a/",
        "",
        &format!("{}/a", "v".repeat(245)),
    ]);
    explains::<ResourceName>(&[
        ("gpu", "`gpu` is not an extended resource: it has no vendor before a `/`", "write `nvidia.com/gpu`"),
        (
            "mig-1g.5gb",
            "`mig-1g.5gb` is not an extended resource: it has no vendor before a `/`",
            "write `nvidia.com/mig-1g.5gb`",
        ),
    ]);
    assert_eq!("nvidia.com/gpu".parse::<ResourceName>().unwrap().vendor(), "nvidia.com");
}

#[test]
fn suffixed_names_fit_and_differ() {
    let label = |text: &str| text.parse::<DnsLabel>().unwrap();
    assert_eq!(label("churn").suffixed(&label("hpa")).as_str(), "churn-hpa");
    assert_eq!(label(&"a".repeat(59)).suffixed(&label("hpa")).as_str().len(), 63);
    let long = format!("{}-{}", "a".repeat(50), "b".repeat(12));
    let other = format!("{}-{}", "a".repeat(50), "c".repeat(12));
    for suffix in ["hpa", "headless", &"s".repeat(63)] {
        let name = label(&long).suffixed(&label(suffix));
        assert_eq!(name, label(name.as_str()), "it is a name");
        assert_ne!(name, label(&other).suffixed(&label(suffix)));
    }
}

#[test]
fn model_name() {
    accepts::<ModelName>(&["a", "churn", "Llama-3.1_8B", "densenet_onnx", "0", &"a".repeat(63)]);
    refuses::<ModelName>(&["", "-a", "_a", "a.", "a..b", "a/b", "a b", "é", &"a".repeat(64)]);
    refuses::<ModelName>(&PATHS);
    explains::<ModelName>(&[
        (
            "Qwen/Qwen3",
            "`Qwen/Qwen3` is not the name of a model: `/` is not a letter, digit, `-`, `_` or `.`",
            "write `Qwen-Qwen3`",
        ),
        ("v1..2", "`v1..2` is not the name of a model: it has `..`", "write `v1.2`"),
    ]);
}
