//! Words of other tools, and what the spec has in their place.

use crate::field::StructInfo;

/// A field of another tool that people write in a group of the spec: group, field, what to write.
const FIELDS: &[(&str, &str, &str)] = &[
    ("Spec", "containers", "write `server`"),
    ("Spec", "env", "write `env` under `server`"),
    ("Spec", "image", "write `image` under `server`"),
    ("Spec", "ingress", "write `expose`"),
    ("Spec", "kind", "remove it: every spec is a model server"),
    ("Spec", "metadata", "write `name`, `namespace` and `labels` at the top"),
    ("Spec", "port", "write `port` under `server`"),
    ("Spec", "replicaCount", "write `replicas`"),
    ("Spec", "service", "write `port` under `server`, and `expose` for clients outside the cluster"),
    ("Spec", "serviceAccountName", "write `serviceAccount` under `identity`"),
    ("Spec", "spec", "write its fields at the top"),
    ("Spec", "tolerations", "write `tolerations` under `placement`"),
    ("Spec", "nodeSelector", "write `nodeSelector` under `placement`"),
    ("Spec", "volumes", "write `model`, `config` or `state`"),
    ("Server", "containerPort", "write `port`"),
    ("Server", "imagePullPolicy", "write `pullPolicy`"),
    ("Server", "imagePullSecrets", "write `pullSecrets`"),
    ("Server", "livenessProbe", "write `health: {live: /path}` at the top"),
    ("Server", "readinessProbe", "write `health: {ready: /path}` at the top"),
    ("Server", "startupProbe", "write `loadSeconds` under `model`: the probe follows from it"),
    ("Server", "resources", "write `resources` at the top"),
    ("Server", "replicas", "write `replicas` at the top"),
    ("Server", "secrets", "write `secretEnv`"),
    ("Server", "timeout", "write `requestTimeout`"),
    ("SecretRef", "name", "write `secret`"),
    ("SecretRef", "secretName", "write `secret`"),
    ("Model", "storageUri", "write `uri`"),
    ("Model", "storage", "write `uri`"),
    ("Model", "url", "write `uri`"),
    ("Model", "mountPath", "write `path`"),
    ("Model", "secret", "write `credentials`"),
    ("Resources", "requests", "write the request at the resource: `cpu: 500m`"),
    ("Resources", "limits", "write the limit at the resource: `cpu: {request: 500m, limit: \"2\"}`"),
    ("Resources", "nvidia.com/gpu", "write `gpu`"),
    ("Resources", "ephemeral-storage", "write `disk`"),
    ("Resources", "storage", "write `disk`"),
    ("Resources", "shm", "write `sharedMemory`"),
    ("GpuFields", "model", "write `type`"),
    ("GpuFields", "name", "write `type`"),
    ("GpuFields", "number", "write `count`"),
    ("ReplicaRange", "minReplicas", "write `min`"),
    ("ReplicaRange", "maxReplicas", "write `max`"),
    ("Autoscale", "minReplicas", "write `replicas: {min: 2, max: 10}` at the top"),
    ("Autoscale", "maxReplicas", "write `replicas: {min: 2, max: 10}` at the top"),
    ("Autoscale", "min", "write `replicas: {min: 2, max: 10}` at the top"),
    ("Autoscale", "max", "write `replicas: {min: 2, max: 10}` at the top"),
    ("Rollout", "maxSurge", "write `surge`"),
    ("Rollout", "maxUnavailable", "write `unavailable`"),
    ("Rollout", "progressDeadlineSeconds", "write `deadline`"),
    ("Expose", "hostname", "write `host`"),
    ("Expose", "hosts", "write one `host`"),
    ("Expose", "ingressClassName", "write `class`"),
    ("Expose", "className", "write `class`"),
    ("Tls", "secretName", "write `secret`"),
    ("Tls", "clusterIssuer", "write `issuer`"),
    ("Placement", "priorityClassName", "write `priorityClass`"),
    ("Placement", "runtimeClassName", "write `runtimeClass`"),
    ("Identity", "serviceAccountName", "write `serviceAccount`"),
    ("State", "mountPath", "write `path`"),
    ("State", "storageClassName", "write `storageClass`"),
    ("Cache", "storageClassName", "write `storageClass`"),
    ("KserveBatcher", "timeout", "KServe does nothing with it; write `requestTimeout` under `server`"),
    ("KserveBatcher", "maxBatchsize", "write `maxBatchSize`"),
    ("KserveLogger", "metadataHeaders", "write `headers`"),
    ("KserveLogger", "metadataAnnotations", "write `annotations`"),
    ("KserveLogger", "storage", "a log is sent to an address: name a server that keeps it in `url`"),
    ("KserveGraphNode", "routerType", "write `router`"),
    ("KserveGraphStep", "serviceName", "write `service`"),
    ("KserveGraphStep", "serviceUrl", "write `url`"),
    ("KserveGraphStep", "nodeName", "write `node`"),
    ("KserveComponent", "containers", "write `image`, `args` and `env` here"),
    ("KserveComponent", "minReplicas", "write `replicas: {min: 2, max: 10}`"),
    ("KserveComponent", "maxReplicas", "write `replicas: {min: 2, max: 10}`"),
    (
        "KserveComponent",
        "art",
        "write `image: kserve/art-explainer:v0.20.0`, and the type of attack into `args`",
    ),
    (
        "KserveTarget",
        "workerSpec",
        "write `llm: {parallelism: {tensor: 4}}`: replicas over several nodes don't settle in KServe",
    ),
    ("Config", "mountPath", "write `path`"),
    ("Config", "data", "write `files`"),
];

/// A word of another tool, and the word of the spec that means the same.
const WORDS: &[(&str, &str)] = &[
    ("scikit-learn", "sklearn"),
    ("hipaa", "regulated"),
    ("pci", "regulated"),
    ("pci-dss", "regulated"),
    ("fedramp", "regulated"),
    ("soc2", "regulated"),
    ("gdpr", "data-residency"),
    ("expert", "strong"),
    ("good", "strong"),
    ("basic", "some"),
    ("istio", "mesh"),
    ("linkerd", "mesh"),
    ("nvlink", "exotic"),
    ("rdma", "exotic"),
    ("infiniband", "exotic"),
    ("keras", "tensorflow"),
    ("torch", "pytorch"),
    ("transformers", "huggingface"),
    ("hf", "huggingface"),
    ("safetensors", "huggingface"),
    ("eks", "aws"),
    ("amazon", "aws"),
    ("gke", "gcp"),
    ("google", "gcp"),
    ("aks", "azure"),
    ("microsoft", "azure"),
    ("rwo", "ReadWriteOnce"),
    ("rwx", "ReadWriteMany"),
    ("serverless", "knative"),
    ("rawdeployment", "standard"),
    ("hard", "required"),
    ("soft", "preferred"),
    ("donotschedule", "required"),
    ("scheduleanyway", "preferred"),
    ("v2", "open-inference"),
    ("kserve", "open-inference"),
    ("rest", "http"),
    ("https", "http"),
    ("servicemonitor", "service-monitor"),
    ("podmonitor", "pod-monitor"),
    ("inflight", "concurrency"),
    ("qps", "rps"),
    ("requests", "rps"),
    ("p95", "latency"),
    ("queue", "queue-depth"),
    ("prometheus", "query"),
    ("total", "service"),
    ("hostname", "node"),
];

/// What to write in place of a field that another tool has.
pub fn field(info: &StructInfo, written: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(group, field, _)| *group == info.name && *field == written).map(|(_, _, help)| *help)
}

/// The word among `words` that another tool's word means.
pub fn word<'word>(written: &str, words: &[&'word str]) -> Option<&'word str> {
    let lower = written.to_ascii_lowercase();
    let is_meant = |word: &str| WORDS.contains(&(lower.as_str(), word));
    words.iter().copied().find(|word| is_meant(word))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::field::Shape;
    use crate::spec::root;

    /// Every group of the spec, by name, with the names of its fields.
    fn groups(info: &'static StructInfo, found: &mut Vec<&'static StructInfo>) {
        if found.iter().any(|known| known.name == info.name) {
            return;
        }
        found.push(info);
        for field in info.fields {
            inside(&(field.shape)(), found);
        }
    }

    fn inside(shape: &Shape, found: &mut Vec<&'static StructInfo>) {
        match shape {
            Shape::Struct(info) => groups(info, found),
            Shape::List(items) => inside(items, found),
            Shape::Map { values, .. } => inside(values, found),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| inside(shape, found)),
            Shape::Text { .. } | Shape::Integer { .. } | Shape::Boolean | Shape::Choice(_) => {}
        }
    }

    #[test]
    fn foreign_fields_are_of_groups_that_are_and_are_no_fields_there() {
        let mut found = Vec::new();
        groups(root(), &mut found);
        let mut seen = BTreeSet::new();
        for (group, foreign, help) in FIELDS {
            let info = found.iter().find(|info| info.name == *group);
            let info = info.unwrap_or_else(|| panic!("there is no group {group}"));
            assert!(info.fields.iter().all(|field| field.name != *foreign), "{group}.{foreign} is a field");
            assert!(seen.insert((group, foreign)), "{group}.{foreign} is listed twice");
            assert_eq!(field(info, foreign), Some(*help));
        }
    }

    #[test]
    fn foreign_words_lead_to_ours() {
        assert_eq!(word("GKE", &["aws", "gcp"]), Some("gcp"));
        assert_eq!(word("GKE", &["aws"]), None);
        assert_eq!(word("aws", &["aws"]), None);
    }
}
