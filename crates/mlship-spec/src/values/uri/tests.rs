use super::*;
use crate::values::tests::{accepts, explains, prints, refuses};

#[test]
fn model_uri() {
    accepts::<ModelUri>(&[
        "s3://models/churn/v3",
        "s3://models",
        "gs://models/churn/v3/",
        "hf://Qwen/Qwen3-8B",
        "pvc://claim/models/churn",
        "pvc://claim",
        "oci://ghcr.io/org/churn-model:3",
        "https://example.com/churn.tar.gz",
        "https://example.com/churn.bin?download=1",
        "http://files.internal/churn.bin",
        "https://examplemodels.blob.core.windows.net/models/churn",
        "abfs://models@examplemodels.dfs.core.windows.net/churn",
        "abfss://models@examplemodels.dfs.core.windows.net",
    ]);
    prints::<ModelUri>(&[
        ("s3://models/", "s3://models"),
        ("hf://Qwen/Qwen3-8B@main", "hf://Qwen/Qwen3-8B:main"),
        ("hf://Qwen/Qwen3-8B:refs/pr/1", "hf://Qwen/Qwen3-8B:refs/pr/1"),
        (
            "https://examplemodels.blob.core.windows.net/models/",
            "https://examplemodels.blob.core.windows.net/models",
        ),
    ]);
    refuses::<ModelUri>(&[
        "",
        "s3://",
        "s3:///x",
        "s3://models//x",
        "s3://models/../x",
        "s3://models/./x",
        "s3://models/a?b=c",
        "s3://models/a#b",
        "s3://models/a\\b",
        "s3://models/a b",
        "s3://models/a\0",
        "gs://10.0.0.1/x",
        "pvc://",
        "pvc://../x",
        "pvc://claim/../x",
        "hf://gpt2",
        "hf://a/b/c",
        "hf://a/b:",
        "hf://a/b:../c",
        "oci://",
        "abfs://models/x",
        "abfs://models@examplemodels.blob.core.windows.net/x",
        "https://",
        "https://x.blob.core.windows.net/models/a",
        "https://example.com/../x",
    ]);
    assert!("http://x/m".parse::<ModelUri>().unwrap().is_plaintext());
    assert!(!"https://x/m".parse::<ModelUri>().unwrap().is_plaintext());
}

#[test]
fn refusals_say_what_was_meant() {
    explains::<ModelUri>(&[
        ("s3://My_Models/x", "`My_Models` is not the name of an S3 bucket: it has `M`", "write `my-models`"),
        (
            "/models/churn",
            "`/models/churn` does not say where it is: it has no scheme",
            "a path on your machine is not there in the cluster: upload the model, or build it into the image and \
             leave `model` out",
        ),
        (
            "Qwen/Qwen3-8B",
            "`Qwen/Qwen3-8B` does not say where it is: it has no scheme",
            "write `hf://Qwen/Qwen3-8B` for the Hugging Face hub",
        ),
        (
            "example.com/churn.bin",
            "`example.com/churn.bin` does not say where it is: it has no scheme",
            "write `https://example.com/churn.bin`",
        ),
    ]);
    let cases = [
        (
            "file:///m",
            InvalidKind::Unsupported,
            "upload it to a bucket, or build it into the image and leave `model` out",
        ),
        ("gcs://models/x", InvalidKind::Unsupported, "write `gs://models/x`"),
        ("S3://models/x", InvalidKind::Unsupported, "write `s3://models/x`"),
        ("s3a://models/x", InvalidKind::Unsupported, "write `s3://models/x`"),
        ("oci+native://ghcr.io/org/m:1", InvalidKind::Unsupported, "write `oci://ghcr.io/org/m:1`"),
        (
            "oci://ghcr.io/org/m",
            InvalidKind::Unpinned,
            "write the version that you tested, such as `ghcr.io/org/m:1.0.0`, or its digest `ghcr.io/org/m@sha256:…`",
        ),
    ];
    for (text, kind, help) in cases {
        let invalid = text.parse::<ModelUri>().unwrap_err();
        assert_eq!((invalid.kind, invalid.help.as_str()), (kind, help), "{text}");
    }
}

#[test]
fn secrets_are_refused_and_not_repeated() {
    let secrets = [
        "s3://models/x?X-Amz-Signature=hunter2",
        "s3://key:hunter2@models/x",
        "https://user:hunter2@example.com/m",
        "https://example.com/m?token=hunter2",
        "https://x.blob.core.windows.net/models/m?sv=1&sig=hunter2",
        "hf://user:hunter2@Qwen/x",
        "oci://user:hunter2@ghcr.io/m:1",
        "abfss://user:hunter2@x.dfs.core.windows.net/m",
        "ftp://user:hunter2@example.com/m",
    ];
    for text in secrets {
        let invalid = text.parse::<ModelUri>().unwrap_err();
        assert_eq!(invalid.kind, InvalidKind::Secret, "{text}: {invalid}");
        assert!(!invalid.to_string().contains("hunter2"), "{invalid}");
    }
    let digest = "0".repeat(64);
    accepts::<ModelUri>(&[
        &format!("oci://nginx:1@sha256:{digest}"),
        &format!("oci://nginx@sha256:{digest}"),
    ]);
}

#[test]
fn buckets() {
    accepts::<S3Bucket>(&["abc", "a.b-c", "1-2", &"a".repeat(63)]);
    refuses::<S3Bucket>(&[
        "",
        "ab",
        "Abc",
        "a_b",
        "-ab",
        "ab-",
        "a..b",
        "192.168.0.1",
        "xn--abc",
        "abc-s3alias",
        &"a".repeat(64),
    ]);
    accepts::<GcsBucket>(&["abc", "a_b-c", "models.example.com", &"a".repeat(63)]);
    refuses::<GcsBucket>(&[
        "",
        "ab",
        "Abc",
        "goog-x",
        "my-google",
        "a..b",
        "192.168.0.1",
        &"a".repeat(64),
        &format!("a.{}", "b".repeat(64)),
    ]);
    accepts::<AzureAccount>(&["abc", "examplemodels1"]);
    refuses::<AzureAccount>(&["", "ab", "a-b-c", "Abc", &"a".repeat(25)]);
    accepts::<AzureContainer>(&["models", "a-b", "$root", "$web"]);
    refuses::<AzureContainer>(&["", "ab", "a--b", "-ab", "A-b", "$x", &"a".repeat(64)]);
}

#[test]
fn hub_names() {
    accepts::<HubRepository>(&["Qwen/Qwen3-8B", "a_b/c.d", "01-ai/Yi-34B"]);
    refuses::<HubRepository>(&[
        "",
        "gpt2",
        "a/b/c",
        "-a/b",
        "a-/b",
        "a--b/c",
        "a/b..c",
        "a/b.git",
        "a/..",
        &format!("a/{}", "b".repeat(95)),
    ]);
    accepts::<HubRevision>(&["main", "v1.0", "refs/pr/1", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4"]);
    refuses::<HubRevision>(&["", "-x", "a..b", "a//b", "a/", "a b", "a@b"]);
}
