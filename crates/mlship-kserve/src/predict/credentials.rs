//! Credentials of the storage initializer: of the Secrets that hang on the pod's account, and of the Secret
//! `storage-config` (`pkg/credentials/service_account_credentials.go` of v0.20.0).

use serde_json::{Map, Value, json};

use super::{Settings, list, map, push, text};

/// The Secret in which keys of storages are looked up.
const STORAGE_CONFIG: &str = "storage-config";

/// What a download is given.
#[derive(Default)]
pub(super) struct Credentials {
    /// Variables, before KServe's own.
    pub(super) env: Vec<Value>,
    /// Volumes of the pod.
    pub(super) volumes: Vec<Value>,
    /// Where they are mounted.
    pub(super) mounts: Vec<Value>,
}

/// What the initializer is given by the pod's account.
pub(super) fn of_account(spec: &Value, namespace: &str, settings: &Settings) -> Credentials {
    let mut credentials = Credentials::default();
    let is_here = |object: &&Value, name: &Value| {
        object["metadata"]["name"] == *name
            && (namespace.is_empty() || object["metadata"]["namespace"] == namespace)
    };
    let Some(account) = settings.accounts.iter().find(|it| is_here(it, &spec["serviceAccountName"])) else {
        return credentials;
    };
    let annotations = &account["metadata"]["annotations"];
    if annotations.get("eks.amazonaws.com/role-arn").is_some() {
        bucket(annotations, &mut credentials.env);
    }
    for reference in list(&account["secrets"]) {
        if let Some(secret) = settings.secrets.iter().find(|it| is_here(it, &reference["name"])) {
            of_secret(secret, &mut credentials);
        }
    }
    credentials
}

fn of_secret(secret: &Value, credentials: &mut Credentials) {
    const LEGACY: &str = "AZ_";
    let name = &secret["metadata"]["name"];
    let has = |key: &str| ["data", "stringData"].iter().any(|part| secret[*part].get(key).is_some());
    let by_key = |variable: &str, key: &str| json!({"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}});
    if has("AWS_ACCESS_KEY_ID") {
        let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
        credentials.env.extend(keys.map(|key| by_key(key, key)));
        bucket(&secret["metadata"]["annotations"], &mut credentials.env);
    } else if has("gcloud-application-credentials.json") {
        let volume = json!({"name": "user-gcp-sa", "secret": {"secretName": name, "defaultMode": 420}});
        credentials.volumes.push(volume);
        credentials
            .mounts
            .push(json!({"name": "user-gcp-sa", "readOnly": true, "mountPath": "/var/secrets/"}));
        let path = "/var/secrets/gcloud-application-credentials.json";
        credentials.env.push(json!({"name": "GOOGLE_APPLICATION_CREDENTIALS", "value": path}));
    } else if has("AZ_CLIENT_ID") || has("AZURE_CLIENT_ID") {
        let prefix = if has("AZ_CLIENT_ID") { LEGACY } else { "AZURE_" };
        for part in ["SUBSCRIPTION_ID", "TENANT_ID", "CLIENT_ID", "CLIENT_SECRET"] {
            credentials.env.push(by_key(&format!("AZURE_{part}"), &format!("{prefix}{part}")));
        }
    } else if has("HF_TOKEN") {
        credentials.env.push(by_key("HF_TOKEN", "HF_TOKEN"));
    }
}

/// What annotations say of an S3 endpoint (`pkg/credentials/s3/s3_secret.go`).
fn bucket(annotations: &Value, env: &mut Vec<Value>) {
    let of = |key: &str| annotations[format!("serving.kserve.io/s3-{key}")].as_str();
    let mut write = |name: &str, value: &str| env.push(json!({"name": name, "value": value}));
    if let Some(endpoint) = of("endpoint") {
        let scheme = if of("usehttps") == Some("0") { "http" } else { "https" };
        if let Some(used) = of("usehttps") {
            write("S3_USE_HTTPS", used);
        }
        write("S3_ENDPOINT", endpoint);
        write("AWS_ENDPOINT_URL", &format!("{scheme}://{endpoint}"));
    }
    let others = [
        ("verifyssl", "S3_VERIFY_SSL"),
        ("useanoncredential", "awsAnonymousCredential"),
        ("region", "AWS_DEFAULT_REGION"),
        ("usevirtualbucket", "S3_USER_VIRTUAL_BUCKET"),
        ("useaccelerate", "S3_USE_ACCELERATE"),
        ("cabundle", "AWS_CA_BUNDLE"),
    ];
    for (key, name) in others {
        if let Some(value) = of(key) {
            write(name, value);
        }
    }
}

/// A storage by its key: the annotations by which the pod webhook learns of it.
pub(super) fn annotate(storage: &Value, annotations: &mut Map<String, Value>) {
    let mut write = |key: &str, value: String| {
        annotations.insert(format!("internal.serving.kserve.io/storage-spec{key}"), json!(value));
    };
    write("", "true".to_owned());
    if let Some(key) = storage["key"].as_str() {
        write("-key", key.to_owned());
    }
    if storage.get("parameters").is_some() {
        write("-param", parameters(storage));
    }
}

/// Where the weights of a storage lie, as far as the InferenceService says.
pub(super) fn placeholder(storage: &Value) -> String {
    format!("<scheme-placeholder>://{}", text(&storage["path"]))
}

/// The address and the variables of a storage that is looked up by its key.
pub(super) fn of_storage(storage: &Value, namespace: &str, settings: &Settings) -> (String, Vec<Value>) {
    let secret = settings.secrets.iter().find(|it| {
        it["metadata"]["name"] == STORAGE_CONFIG
            && (namespace.is_empty() || it["metadata"]["namespace"] == namespace)
    });
    let key = text(&storage["key"]);
    let written = secret.and_then(|secret| secret["stringData"][&key].as_str()).unwrap_or("{}");
    let mut known = map(&serde_json::from_str(written).unwrap_or_default());
    known.extend(map(&storage["parameters"]));
    let of = |field: &str| known.get(field).map(text).unwrap_or_default();
    let kind = Some(of("type")).filter(|kind| !kind.is_empty()).unwrap_or_else(|| "s3".to_owned());
    let address = match kind.as_str() {
        "s3" => format!("s3://{}/{}", of("bucket"), text(&storage["path"])),
        other => format!("{other}://{}", text(&storage["path"])),
    };
    let mut env = Vec::new();
    if storage.get("key").is_some() {
        let reference = json!({"secretKeyRef": {"name": STORAGE_CONFIG, "key": key}});
        env.push(json!({"name": "STORAGE_CONFIG", "valueFrom": reference}));
    }
    if storage.get("parameters").is_some() {
        env.push(json!({"name": "STORAGE_OVERRIDE_CONFIG", "value": parameters(storage)}));
    }
    (address, env)
}

/// Parameters as Go writes a map: by key.
fn parameters(storage: &Value) -> String {
    let mut parameters = map(&storage["parameters"]);
    parameters.sort_keys();
    Value::Object(parameters).to_string()
}

/// Gives a container what a download needs.
pub(super) fn give(credentials: Credentials, spec: &mut Value, container: &mut Value) {
    let own = std::mem::take(&mut container["env"]);
    container["env"] = credentials.env.into_iter().chain(list(&own).iter().cloned()).collect();
    for volume in credentials.volumes {
        push(spec, "volumes", volume);
    }
    let mounts = std::mem::take(&mut container["volumeMounts"]);
    // Behind the folder of the weights, before the token.
    let (folder, rest) = list(&mounts).split_at(list(&mounts).len().min(1));
    let all = folder.iter().cloned().chain(credentials.mounts).chain(rest.iter().cloned());
    container["volumeMounts"] = all.collect();
}
