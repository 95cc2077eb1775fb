//! What KServe makes of an InferenceGraph in Standard mode (`pkg/controller/v1alpha1/inferencegraph/raw_ig.go`).

use serde_json::{Map, Value, json};

use super::{Component, LONGEST_LABEL, Settings, Unpredicted, defaults, map, mutate, objects, scaling, text};
use crate::service::MODE;

/// What KServe makes of a graph, in the order Deployment, Service, autoscaler, pod.
pub fn predict_graph(graph: &Value, settings: &Settings) -> Result<Vec<Value>, Unpredicted> {
    let metadata = &graph["metadata"];
    if !matches!(metadata["annotations"][MODE].as_str(), None | Some("Standard" | "RawDeployment")) {
        return Err(Unpredicted::Mode);
    }
    let spec = &graph["spec"];
    let name = text(&metadata["name"]);
    let namespace = text(&metadata["namespace"]);
    if name.len() + 1 + namespace.len() > LONGEST_LABEL {
        return Err(Unpredicted::NameTooLong);
    }
    if names_services(spec) {
        // Where they answer is in their status.
        return Err(Unpredicted::Foreign("serviceName"));
    }
    let mut labels = map(&metadata["labels"]);
    labels.insert("serving.kserve.io/inferencegraph".to_owned(), json!(name));
    labels.insert("app".to_owned(), json!(format!("isvc.{name}")));
    let mut pod = router(&name, spec, settings);
    defaults::template(&mut pod);
    let component = Component {
        role: "graph",
        service: name.clone(),
        namespace,
        name,
        labels,
        annotations: map(&metadata["annotations"]),
        pod,
        extension: spec.clone(),
        source: None,
        storage: None,
    };
    let mut made = vec![objects::deployment(&component), objects::service(&component)];
    made.extend(scaling::autoscaler(&component));
    made.push(mutate::plain_pod(&component, settings));
    for object in &mut made {
        if let Some(owner) = object.pointer_mut("/metadata/ownerReferences/0") {
            owner["apiVersion"] = json!("serving.kserve.io/v1alpha1");
            owner["kind"] = json!("InferenceGraph");
        }
        // A graph without annotations gives none.
        for at in ["/metadata", "/spec/template/metadata"] {
            if let Some(metadata) = object.pointer_mut(at) {
                super::drop_empty(metadata, "annotations");
            }
        }
    }
    Ok(made)
}

fn names_services(spec: &Value) -> bool {
    let nodes = map(&spec["nodes"]);
    nodes.values().flat_map(|node| super::list(&node["steps"])).any(|step| step.get("serviceName").is_some())
}

fn router(name: &str, spec: &Value, settings: &Settings) -> Value {
    let resources = match spec.get("resources") {
        Some(resources) => resources.clone(),
        None => json!({
            "requests": { "cpu": "100m", "memory": "100Mi" },
            "limits": { "cpu": "1", "memory": "1Gi" },
        }),
    };
    let mut pod = json!({
        "containers": [{
            "name": name,
            "image": settings.router,
            "imagePullPolicy": "IfNotPresent",
            "args": ["--graph-json", as_go_writes(spec)],
            "resources": resources,
            "readinessProbe": {
                "httpGet": { "path": "/readyz", "port": 8080, "scheme": "HTTP" },
                "initialDelaySeconds": 5,
                "timeoutSeconds": 2,
                "periodSeconds": 5,
                "failureThreshold": 3,
            },
            "securityContext": {
                "privileged": false,
                "runAsNonRoot": true,
                "readOnlyRootFilesystem": true,
                "allowPrivilegeEscalation": false,
                "capabilities": { "drop": ["ALL"] },
            },
        }],
        "automountServiceAccountToken": false,
    });
    for field in ["affinity", "tolerations", "nodeSelector", "nodeName", "serviceAccountName"] {
        if let Some(value) = spec.get(field) {
            pod[field] = value.clone();
        }
    }
    pod
}

/// The spec as Go's encoder has it: in the order of the fields of its types, with signs of HTML escaped.
fn as_go_writes(spec: &Value) -> String {
    const SPEC: [&str; 13] = [
        "nodes",
        "resources",
        "affinity",
        "timeout",
        "routerTimeouts",
        "minReplicas",
        "maxReplicas",
        "scaleTarget",
        "scaleMetric",
        "tolerations",
        "nodeSelector",
        "nodeName",
        "serviceAccountName",
    ];
    const STEP: [&str; 9] = [
        "name",
        "nodeName",
        "serviceName",
        "serviceUrl",
        "data",
        "mapPredictionsToInstances",
        "weight",
        "condition",
        "dependency",
    ];
    let mut spec = spec.clone();
    super::default(&mut spec, "resources", json!({}));
    if let Some(nodes) = spec["nodes"].as_object_mut() {
        nodes.sort_keys();
        for node in nodes.values_mut() {
            let steps = super::list(&node["steps"]).iter().map(|step| ordered(step, &STEP)).collect();
            node["steps"] = steps;
            *node = ordered(node, &["routerType", "steps"]);
        }
    }
    spec["resources"] = ordered(&spec["resources"], &["limits", "requests", "claims"]);
    for toleration in super::items_mut(&mut spec, "tolerations") {
        *toleration = ordered(toleration, &["key", "operator", "value", "effect", "tolerationSeconds"]);
    }
    if let Some(affinity) = spec.pointer_mut("/affinity/nodeAffinity") {
        const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
        const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
        for term in super::items_mut(affinity, PREFERRED) {
            *term = ordered(term, &["weight", "preference"]);
        }
        *affinity = ordered(affinity, &[REQUIRED, PREFERRED]);
    }
    let text = ordered(&spec, &SPEC).to_string();
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn ordered(value: &Value, fields: &[&str]) -> Value {
    let found = fields.iter().filter_map(|field| Some(((*field).to_owned(), value.get(*field)?.clone())));
    Value::Object(found.collect::<Map<_, _>>())
}
