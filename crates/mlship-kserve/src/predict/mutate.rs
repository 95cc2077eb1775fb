//! The pod, behind KServe's webhook and the API server's admission.

use serde_json::{Value, json};

use super::{Component, Settings, container, credentials, default, defaults, items_mut, list, push, text};

/// The folder in which the server finds its weights.
pub(super) const FOLDER: &str = "/mnt/models";
/// The name of the init container that downloads.
pub(super) const INITIALIZER: &str = "storage-initializer";
const VOLUME: &str = "kserve-provision-location";

/// One pod of the Deployment.
pub(super) fn pod(component: &Component, settings: &Settings) -> Value {
    let mut spec = component.pod.clone();
    account(&mut spec);
    let mut annotations = component.annotations.clone();
    // `accelerator_injector.go`: beside a whole GPU only.
    let has_gpu =
        list(&spec["containers"]).iter().any(|it| !it["resources"]["limits"]["nvidia.com/gpu"].is_null());
    if let Some(accelerator) = annotations.get("serving.kserve.io/gke-accelerator").filter(|_| has_gpu) {
        let accelerator = accelerator.clone();
        default(&mut spec, "nodeSelector", json!({}));
        spec["nodeSelector"]["cloud.google.com/gke-accelerator"] = accelerator;
    }
    if let Some(source) = &component.source {
        weights(&mut spec, source, component, settings);
    }
    super::agent::inject(component, &mut spec, settings);
    admission(&mut spec, settings);
    for field in ["initContainers", "containers"] {
        items_mut(&mut spec, field).for_each(defaults::requests_from_limits);
    }
    scraping(&mut annotations);
    let mut metadata = json!({
        "generateName": format!("{}-", component.name),
        "labels": component.labels,
        "annotations": annotations,
    });
    super::objects::with_namespace(&mut metadata, &component.namespace);
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec })
}

/// A pod that KServe's webhook leaves alone: one of a graph.
pub(super) fn plain_pod(component: &Component, settings: &Settings) -> Value {
    let mut spec = component.pod.clone();
    account(&mut spec);
    admission(&mut spec, settings);
    items_mut(&mut spec, "containers").for_each(defaults::requests_from_limits);
    let mut metadata = json!({
        "generateName": format!("{}-", component.name),
        "labels": component.labels,
        "annotations": component.annotations,
    });
    super::objects::with_namespace(&mut metadata, &component.namespace);
    json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec })
}

/// What the webhook says of Prometheus (`metrics_aggregate_injector.go`).
fn scraping(annotations: &mut serde_json::Map<String, Value>) {
    const AGGREGATION: &str = "serving.kserve.io/enable-metric-aggregation";
    const SCRAPING: &str = "serving.kserve.io/enable-prometheus-scraping";
    let aggregates = annotations.get(AGGREGATION).is_some_and(|value| value == "true");
    let scrapes = annotations.get(SCRAPING).is_some_and(|value| value == "true");
    if scrapes {
        let port = match annotations.get("prometheus.kserve.io/port") {
            Some(port) if !aggregates => port.clone(),
            _ => json!("9088"),
        };
        let path = annotations.get("prometheus.kserve.io/path").cloned();
        annotations.insert("prometheus.io/port".to_owned(), port);
        annotations.insert("prometheus.io/path".to_owned(), path.unwrap_or_else(|| json!("/metrics")));
    }
    for key in [AGGREGATION, SCRAPING] {
        annotations.entry(key).or_insert_with(|| json!("false"));
    }
}

/// How the weights come in (`storage_initializer_injector.go`).
fn weights(spec: &mut Value, source: &str, component: &Component, settings: &Settings) {
    if let Some(image) = source.strip_prefix("oci+native://") {
        return image_volume(spec, image);
    }
    if let Some(image) = source.strip_prefix("oci://") {
        return modelcar(spec, image);
    }
    if list(&spec["initContainers"]).iter().any(|it| it["name"] == INITIALIZER) {
        return;
    }
    let mut mount = read_only(json!({ "mountPath": FOLDER }), &component.annotations);
    if let Some(claim) = source.strip_prefix("pvc://") {
        let (claim, path) = claim.split_once('/').unwrap_or((claim, ""));
        let volume = json!({"name": "kserve-pvc-source", "persistentVolumeClaim": {"claimName": claim}});
        push(spec, "volumes", volume);
        mount["name"] = json!("kserve-pvc-source");
        if !path.is_empty() {
            mount["subPath"] = json!(path);
        }
    } else {
        push(spec, "volumes", json!({"name": VOLUME, "emptyDir": {}}));
        let initializer = of_source(spec, source, component, settings);
        push(spec, "initContainers", initializer);
        mount["name"] = json!(VOLUME);
    }
    if let Some(server) = server(spec) {
        push(server, "volumeMounts", mount);
        if list(&server["env"]).iter().any(|it| it["name"] == "STORAGE_URI") {
            container::set_variable(server, "STORAGE_URI", FOLDER);
        }
    }
}

/// A mount that the server can't write to, unless an annotation says otherwise.
pub(super) fn read_only(mut mount: Value, annotations: &serde_json::Map<String, Value>) -> Value {
    if annotations.get("storage.kserve.io/readonly").is_none_or(|value| value != "false") {
        mount["readOnly"] = json!(true);
    }
    mount
}

/// The init container for one place.
fn of_source(spec: &mut Value, source: &str, component: &Component, settings: &Settings) -> Value {
    let namespace = &component.namespace;
    let mut mounts = vec![json!({"name": VOLUME, "mountPath": FOLDER})];
    mounts.extend(token_mount(spec));
    let (source, env) = match &component.storage {
        Some(storage) => credentials::of_storage(storage, namespace, settings),
        None => (source.to_owned(), Vec::new()),
    };
    let mut container = initializer(spec, &[source, FOLDER.to_owned()], &mounts, env, namespace, settings);
    if component.storage.is_some()
        && let Some(fields) = container.as_object_mut()
    {
        // No container of the cluster's fits the placeholder, so the policy is the API server's.
        fields.remove("imagePullPolicy");
        defaults::container(&mut container);
    }
    container
}

/// The init container that downloads; `args` are pairs of a place and its folder, `mounts` start with that of the
/// folder.
pub(super) fn initializer(
    spec: &mut Value,
    args: &[String],
    mounts: &[Value],
    env: Vec<Value>,
    namespace: &str,
    settings: &Settings,
) -> Value {
    let mut given = credentials::of_account(spec, namespace, settings);
    given.env.extend(env);
    let variable = |name: &str, value: &str| json!({"name": name, "value": value});
    let mut container = json!({
        "name": INITIALIZER,
        "image": settings.initializer,
        "imagePullPolicy": "IfNotPresent",
        "args": args,
        "env": [
            variable("HF_HUB_ENABLE_HF_TRANSFER", "1"),
            variable("HF_XET_HIGH_PERFORMANCE", "1"),
            variable("HF_XET_NUM_CONCURRENT_RANGE_GETS", "8"),
        ],
        "resources": {
            "limits": { "cpu": "1", "memory": "1Gi" },
            "requests": { "cpu": "100m", "memory": "100Mi" },
        },
        "volumeMounts": mounts,
        "terminationMessagePolicy": "FallbackToLogsOnError",
    });
    credentials::give(given, spec, &mut container);
    defaults::container(&mut container);
    container
}

/// Weights in an image that the kubelet mounts.
fn image_volume(spec: &mut Value, image: &str) {
    let volume = json!({"name": "mnt-models", "image": {"reference": image, "pullPolicy": "IfNotPresent"}});
    push(spec, "volumes", volume);
    if let Some(server) = server(spec) {
        let mount = json!({"name": "mnt-models", "readOnly": true, "mountPath": FOLDER, "subPath": "models"});
        push(server, "volumeMounts", mount);
    }
}

/// Weights in an image that runs beside the server (`ConfigureModelcarToContainer`).
fn modelcar(spec: &mut Value, image: &str) {
    push(spec, "volumes", json!({"name": VOLUME, "emptyDir": {}}));
    spec["shareProcessNamespace"] = json!(true);
    let token = token_mount(spec);
    let shared = json!({"name": VOLUME, "mountPath": "/mnt"});
    if let Some(server) = server(spec) {
        push(server, "volumeMounts", shared.clone());
        container::set_variable(server, "MODEL_INIT_MODE", "async");
        default(server, "securityContext", json!({}));
        server["securityContext"]["runAsUser"] = json!(1010);
    }
    let part = |name: &str, script: String, mounts: Vec<Value>| {
        let small = json!({"cpu": "10m", "memory": "15Mi"});
        let mut part = json!({
            "name": name,
            "image": image,
            "args": ["sh", "-c", script],
            "resources": { "limits": small, "requests": small },
            "volumeMounts": mounts,
            "terminationMessagePolicy": "FallbackToLogsOnError",
        });
        defaults::container(&mut part);
        part
    };
    let fetch = format!(
        "echo 'Pre-fetching modelcar {image}: ' && [ -d /models ] && [ \"$$(ls -A /models)\" ] && echo 'OK ... Prefetched and valid (/models exists)' || (echo 'NOK ... Prefetched but modelcar is invalid (/models does not exist or is empty)' && exit 1)"
    );
    push(spec, "initContainers", part("modelcar-init", fetch, token.clone().into_iter().collect()));
    let link = "ln -sf /proc/$$$$/root/models /mnt/models && sleep infinity".to_owned();
    let mut car = part("modelcar", link, std::iter::once(shared).chain(token).collect());
    car["securityContext"] = json!({ "runAsUser": 1010 });
    push(spec, "containers", car);
}

/// The account, and its token where it is mounted.
fn account(spec: &mut Value) {
    default(spec, "serviceAccountName", json!("default"));
    let name = spec["serviceAccountName"].clone();
    default(spec, "serviceAccount", name);
    if spec["automountServiceAccountToken"] == false {
        return;
    }
    let token = json!({"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}});
    let ca =
        json!({"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}});
    let field = json!({"apiVersion": "v1", "fieldPath": "metadata.namespace"});
    let namespace = json!({"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}});
    let sources = json!({"sources": [token, ca, namespace], "defaultMode": 420});
    push(spec, "volumes", json!({"name": TOKEN, "projected": sources}));
    for field in ["initContainers", "containers"] {
        for container in items_mut(spec, field) {
            push(container, "volumeMounts", token_path());
        }
    }
}

const TOKEN: &str = "kube-api-access";

fn token_path() -> Value {
    let path = "/var/run/secrets/kubernetes.io/serviceaccount";
    json!({"name": TOKEN, "readOnly": true, "mountPath": path})
}

pub(super) fn token_mount(spec: &Value) -> Option<Value> {
    list(&spec["volumes"]).iter().any(|it| it["name"] == TOKEN).then(token_path)
}

/// What admission adds to every pod.
fn admission(spec: &mut Value, settings: &Settings) {
    for taint in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        // `DefaultTolerationSeconds`: a toleration of every key, or of every effect, is one of this taint too.
        let is_of = |it: &Value, field: &str, value: &str| {
            it.get(field).and_then(Value::as_str).unwrap_or_default().is_empty() || it[field] == value
        };
        let is_put_up_with = list(&spec["tolerations"])
            .iter()
            .any(|it| is_of(it, "key", taint) && is_of(it, "effect", "NoExecute"));
        if !is_put_up_with {
            let toleration =
                json!({"key": taint, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300});
            push(spec, "tolerations", toleration);
        }
    }
    let class = settings.priorities.iter().find(|it| it["metadata"]["name"] == spec["priorityClassName"]);
    match (class, spec.get("priorityClassName")) {
        (Some(class), _) => default(spec, "priority", class["value"].clone()),
        (None, None) => default(spec, "priority", json!(0)),
        // The number of a class is the cluster's to know.
        (None, Some(_)) => {}
    }
    default(spec, "preemptionPolicy", json!("PreemptLowerPriority"));
    default(spec, "enableServiceLinks", json!(true));
}

/// The container that answers requests.
pub(super) fn server(spec: &mut Value) -> Option<&mut Value> {
    items_mut(spec, "containers").find(|container| text(&container["name"]) == crate::pod::SERVER)
}
