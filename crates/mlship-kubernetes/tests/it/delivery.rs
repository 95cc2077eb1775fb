//! How the weights reach the server.

use crate::support::{check, check_adapted, check_kinds, check_refused, documents, emitted};

const INIT: &str = "/spec/template/spec/initContainers/0";

#[track_caller]
fn check_init(lines: &str, fields: &[(&str, &str)]) {
    let fields: Vec<_> =
        fields.iter().map(|(pointer, expected)| (format!("{INIT}{pointer}"), *expected)).collect();
    let fields: Vec<_> = fields.iter().map(|(pointer, expected)| (pointer.as_str(), *expected)).collect();
    check(lines, "Deployment", &fields);
}

#[test]
fn weights_are_downloaded_before_the_server_starts() {
    let lines = "model: {uri: 's3://models/churn/v3', size: 4Gi, credentials: s3-creds}\n\
                 resources: {cpu: {request: 500m, limit: '2'}, memory: {request: 2Gi, limit: 4Gi}}";
    check_init(
        lines,
        &[
            ("/name", r#""model-download""#),
            ("/image", r#""docker.io/kserve/storage-initializer:v0.20.0""#),
            ("/command", "absent"),
            ("/args", r#"["s3://models/churn/v3", "/mnt/models"]"#),
            ("/env", r#"[{"name": "HOME", "value": "/tmp"}]"#),
            ("/envFrom", r#"[{"secretRef": {"name": "s3-creds"}}]"#),
            ("/securityContext/readOnlyRootFilesystem", "true"),
            ("/securityContext/capabilities", r#"{"drop": ["ALL"]}"#),
            ("/resources/requests", r#"{"cpu": "500m", "ephemeral-storage": "5Gi", "memory": "2Gi"}"#),
            ("/resources/limits", r#"{"cpu": "2", "ephemeral-storage": "6Gi", "memory": "4Gi"}"#),
            ("/volumeMounts/0", r#"{"name": "model", "mountPath": "/mnt/models"}"#),
        ],
    );
    check(
        lines,
        "Deployment",
        &[
            ("/spec/template/spec/volumes/0", r#"{"name": "model", "emptyDir": {"sizeLimit": "4506Mi"}}"#),
            (
                "/spec/template/spec/containers/0/volumeMounts/0",
                r#"{"name": "model", "mountPath": "/mnt/models", "readOnly": true}"#,
            ),
        ],
    );
}

#[test]
fn a_small_server_does_not_starve_its_download() {
    check_init(
        "model: {uri: 'https://example.com/m.tar.gz', size: 3Gi}\nresources: {memory: 256Mi}",
        &[
            ("/resources/requests/memory", r#""256Mi""#),
            ("/resources/limits/memory", r#""1Gi""#),
            // The archive lies beside its content: twice 3.3 GiB, and 1 GiB for the rest.
            ("/resources/limits/ephemeral-storage", r#""7783Mi""#),
        ],
    );
}

#[test]
fn each_scheme_is_written_as_the_initializer_reads_it() {
    for (uri, expected) in [
        ("gs://models/churn", "gs://models/churn"),
        ("hf://Qwen/Qwen3-8B:abc123", "hf://Qwen/Qwen3-8B:abc123"),
        ("https://example.com/m.onnx", "https://example.com/m.onnx"),
        (
            "abfs://models@acme.dfs.core.windows.net/churn/v3",
            "https://acme.blob.core.windows.net/models/churn/v3",
        ),
        (
            "https://acme.blob.core.windows.net/models/churn/v3",
            "https://acme.blob.core.windows.net/models/churn/v3",
        ),
    ] {
        check_init(
            &format!("model: {{uri: '{uri}', size: 1Gi}}"),
            &[("/args/0", &format!("\"{expected}\""))],
        );
    }
    check_refused(
        "model: {uri: 'hf://Qwen/Qwen3-8B:refs/pr/1', size: 1Gi}",
        "ML012",
        "the download can't ask for revision `refs/pr/1`, which holds a slash",
    );
}

#[test]
fn google_credentials_are_a_file() {
    let lines = "model: {uri: 'gs://models/churn', size: 1Gi, credentials: gcs}";
    check_init(
        lines,
        &[
            ("/envFrom", "absent"),
            (
                "/env/1",
                r#"{"name": "GOOGLE_APPLICATION_CREDENTIALS", "value": "/var/secrets/gcloud-application-credentials.json"}"#,
            ),
            (
                "/volumeMounts/2",
                r#"{"name": "download-credentials", "mountPath": "/var/secrets", "readOnly": true}"#,
            ),
        ],
    );
    check_adapted(lines, &["model.credentials"]);
}

#[test]
fn the_servers_token_serves_the_download_too() {
    let lines = "server: {image: 'a/b:1', env: {HF_HUB_OFFLINE: '1'}, secretEnv: {HF_TOKEN: {secret: hf, key: token}}}\n\
                 model: {uri: 'hf://Qwen/Qwen3-8B', size: 16Gi}";
    check_init(
        lines,
        &[
            (
                "/env/1",
                r#"{"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": {"name": "hf", "key": "token"}}}"#,
            ),
            ("/env/2", "absent"),
        ],
    );
}

#[test]
fn a_cache_is_filled_by_renaming_complete_folders() {
    let lines = "model: {uri: 's3://models/churn/v3', size: 4Gi, cache: {storageClass: efs}}";
    check_kinds(
        lines,
        &[
            "ServiceAccount/churn",
            "PersistentVolumeClaim/churn-model-cache",
            "NetworkPolicy/churn",
            "PodDisruptionBudget/churn",
            "Service/churn",
            "Deployment/churn",
        ],
    );
    check(
        lines,
        "PersistentVolumeClaim",
        &[
            ("/spec/accessModes", r#"["ReadWriteMany"]"#),
            ("/spec/storageClassName", r#""efs""#),
            ("/spec/resources", r#"{"requests": {"storage": "4506Mi"}}"#),
        ],
    );
    let emitted = emitted(lines);
    let documents = documents(&emitted);
    let deployment =
        documents.iter().find(|document| document.kind() == "Deployment").expect("there is one").value();
    let pod = &deployment["spec"]["template"]["spec"];
    let [shell, options, script, name] =
        [0, 1, 2, 3].map(|index| &pod["initContainers"][0]["command"][index]);
    assert_eq!(
        (shell.as_str(), options.as_str(), name.as_str()),
        (Some("/bin/sh"), Some("-ec"), Some("model-download"))
    );
    assert!(script.as_str().is_some_and(|script| script.contains("mv -T \"$partial\" \"$2\"")));
    let folder = &pod["initContainers"][0]["args"][1];
    assert_eq!(folder, &pod["containers"][0]["volumeMounts"][0]["subPath"]);
    assert_eq!(pod["containers"][0]["volumeMounts"][0]["readOnly"], true);
    assert_eq!(pod["initContainers"][0]["volumeMounts"][0]["mountPath"], "/mnt/cache");
}

#[test]
fn a_volume_of_one_node_can_not_serve_a_rollout() {
    let lines = |surge| {
        format!(
            "model: {{uri: 's3://models/churn/v3', size: 4Gi, cache: {{access: ReadWriteOnce}}}}\nreplicas: 1\nrollout: {{surge: {surge}, unavailable: 1}}"
        )
    };
    check_refused(
        &lines(1),
        "ML308",
        "`ReadWriteOnce` lets the pods of one node in, and during a rollout up to 2 may run on several",
    );
    check(&lines(0), "PersistentVolumeClaim", &[("/spec/accessModes", r#"["ReadWriteOnce"]"#)]);
}

#[test]
fn weights_of_a_claim_or_an_image_are_mounted() {
    check(
        "model: {uri: 'pvc://weights/churn/v3', path: /models}",
        "Deployment",
        &[
            (INIT, "absent"),
            (
                "/spec/template/spec/volumes/0",
                r#"{"name": "model", "persistentVolumeClaim": {"claimName": "weights", "readOnly": true}}"#,
            ),
            (
                "/spec/template/spec/containers/0/volumeMounts/0",
                r#"{"name": "model", "mountPath": "/models", "readOnly": true, "subPath": "churn/v3"}"#,
            ),
        ],
    );
    check(
        "model: {uri: 'oci://ghcr.io/acme/churn-model:v3'}",
        "Deployment",
        &[
            (INIT, "absent"),
            (
                "/spec/template/spec/volumes/0",
                r#"{"name": "model", "image": {"reference": "ghcr.io/acme/churn-model:v3", "pullPolicy": "Always"}}"#,
            ),
            ("/spec/template/spec/containers/0/volumeMounts/0/readOnly", "true"),
        ],
    );
}

#[test]
fn several_places_are_downloaded_into_folders_of_their_names() {
    let lines = "model: {uris: {fraud_v2: 'gs://models/fraud', churn: 's3://models/churn/v3'}, size: 4Gi}";
    check_init(
        lines,
        &[
            ("/command", "absent"),
            (
                "/args",
                r#"["s3://models/churn/v3", "/mnt/models/churn", "gs://models/fraud", "/mnt/models/fraud_v2"]"#,
            ),
            ("/envFrom", "absent"),
        ],
    );
    let mount = r#"{"name": "model", "mountPath": "/mnt/models", "readOnly": true}"#;
    check(lines, "Deployment", &[("/spec/template/spec/containers/0/volumeMounts/0", mount)]);
    // One Secret lets all of them in: Google's library reads its key as a file, the others as variables.
    check_init(
        "server: {image: 'a/b:1', secretEnv: {HF_TOKEN: {secret: hf, key: token}}}\n\
         model: {size: 4Gi, credentials: clouds, uris: {a: 'gs://models/a', b: 's3://models/b', c: 'hf://acme/c'}}",
        &[
            ("/envFrom", r#"[{"secretRef": {"name": "clouds"}}]"#),
            ("/env/1/name", r#""GOOGLE_APPLICATION_CREDENTIALS""#),
            ("/env/2/name", r#""HF_TOKEN""#),
        ],
    );
    check_init(
        "model: {size: 4Gi, credentials: gcs, uris: {a: 'gs://models/a', b: 'gs://models/b'}}",
        &[("/envFrom", "absent"), ("/env/1/name", r#""GOOGLE_APPLICATION_CREDENTIALS""#)],
    );
    check_refused(
        "model: {size: 4Gi, uris: {a: 'hf://acme/a:b/c'}}",
        "ML012",
        "the download can't ask for revision `b/c`, which holds a slash",
    );
}

#[test]
fn several_places_are_kept_in_one_folder_of_the_cache() {
    let args = |uris: &str| {
        let emitted = emitted(&format!("model: {{size: 4Gi, cache: {{}}, uris: {uris}}}"));
        let documents = documents(&emitted);
        let deployment =
            documents.iter().find(|document| document.kind() == "Deployment").expect("there is one").value();
        let pod = &deployment["spec"]["template"]["spec"];
        assert_eq!(pod["initContainers"][0]["args"][0], pod["containers"][0]["volumeMounts"][0]["subPath"]);
        pod["initContainers"][0]["args"].clone()
    };
    let first = args("{a: 's3://models/a', b: 's3://models/b'}");
    assert_eq!(
        first.as_array().map(|args| args[1..].to_vec()),
        Some(["s3://models/a", "a", "s3://models/b", "b"].map(Into::into).to_vec())
    );
    for other in [
        "{a: 's3://models/a'}",
        "{a: 's3://models/b', b: 's3://models/a'}",
        "{c: 's3://models/a', b: 's3://models/b'}",
    ] {
        assert_ne!(args(other)[0], first[0], "{other}");
    }
}
