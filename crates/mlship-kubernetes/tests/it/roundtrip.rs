//! What is printed, read again by another reader, is what was meant.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use mlship_kubernetes::{KubernetesTarget, objects, yaml};
use mlship_spec::target::{File, Target as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Serialize};
use serde_json::Value;

use crate::support::{documents, emitted, workload};

/// Specs that between them have every object.
const SPECS: [&str; 9] = [
    "",
    "namespace: ml\nconfig: {files: {app.yaml: \"a: 1\\nb: 'on'\\n\", empty: '', tab: \"\\tx\"}}\nlabels: {version: '1.10', flag: 'yes'}",
    "replicas: {min: 2, max: 9}\nexpose: {host: '*.example.com', class: nginx, tls: {issuer: le, secret: tls}}",
    "model: {uris: {a: 'gs://models/a', b: 's3://models/b'}, size: 4Gi, credentials: c, cache: {}}",
    "model: {uri: 'gs://models/churn', size: 30Gi, credentials: gcs, cache: {size: 50Gi}}\nresources: {gpu: {count: 4, type: nvidia-a100-80gb}, memory: 200Gi}",
    "state: {size: 20Gi, path: /data}\nreplicas: 3\nserver: {image: 'a/b:1', ports: {peers: 7000}, metrics: {scrape: service-monitor}}",
    "server: {image: 'a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000', protocol: grpc, metrics: {port: 9400, scrape: pod-monitor}}\nexpose: {host: a.example.com, gateway: {name: public}}",
    "server: {image: 'a/b:1', command: [python], args: ['-c', 'on', '1_000', \"a\\nb\"], env: {A: '0x1F', B: '12:30', C: '~', D: ' x '}, metrics: {path: /m}}\nreplicas: {min: 1, max: 4}\nautoscale: {on: latency, target: 500m}",
    "namespace: ml\nreplicas: {min: 0, max: 4}\nautoscale: {query: 'sum(x{a=\"b\"})', target: '3', prometheus: 'http://p:9090'}\nmodel: {uri: 'oci://ghcr.io/a/m:1'}\nplacement: {spot: true, zones: [z1]}",
];

#[test]
fn documents_survive_another_reader() {
    for spec in SPECS {
        for file in emitted(spec).bundle.files.values() {
            let documents = match file {
                File::Manifests(documents) => documents.clone(),
                File::Settings(document) => vec![document.clone()],
                File::Text(_) => continue,
            };
            let text = yaml::print_documents(&documents);
            let read: Vec<Value> = serde_yaml::Deserializer::from_str(&text)
                .map(|document| Value::deserialize(document).expect("it is YAML"))
                .collect();
            let meant: Vec<_> = documents.iter().map(|document| document.value().clone()).collect();
            assert_eq!(read, meant, "{text}");
            assert!(text.ends_with('\n') && !text.contains("\n\n"), "{text}");
        }
    }
}

/// The typed object of each printed document is the one that was printed.
#[test]
fn documents_are_typed_objects() {
    for spec in SPECS {
        let all = objects(&workload(spec));
        same(all.service_account.as_ref());
        same(all.config_map.as_ref());
        same(all.cache_claim.as_ref());
        same(Some(&all.network_policy));
        same(Some(&all.disruption_budget));
        same(Some(&all.service));
        same(all.headless_service.as_ref());
        same(all.deployment.as_ref());
        same(all.stateful_set.as_ref());
        same(all.autoscaler.as_ref());
        same(all.ingress.as_ref());
    }
}

#[track_caller]
fn same<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(object: Option<&T>) {
    let Some(object) = object else { return };
    let text = yaml::print_document(&mlship_spec::target::Document::of(object));
    assert_eq!(&serde_yaml::from_str::<T>(&text).expect("it is the same kind"), object);
}

/// No field that a type does not know: the API server would refuse it when it validates strictly.
#[test]
fn core_documents_have_known_fields_only() {
    for spec in SPECS {
        for document in documents(&emitted(spec)) {
            let value = document.value().clone();
            let again = match document.kind() {
                "ServiceAccount" => through::<ServiceAccount>(&value),
                "ConfigMap" => through::<ConfigMap>(&value),
                "PersistentVolumeClaim" => through::<PersistentVolumeClaim>(&value),
                "NetworkPolicy" => through::<NetworkPolicy>(&value),
                "PodDisruptionBudget" => through::<PodDisruptionBudget>(&value),
                "Service" => through::<Service>(&value),
                "Deployment" => through::<Deployment>(&value),
                "StatefulSet" => through::<StatefulSet>(&value),
                "HorizontalPodAutoscaler" => through::<HorizontalPodAutoscaler>(&value),
                "Ingress" => through::<Ingress>(&value),
                "" | "ScaledObject" | "HTTPRoute" | "GRPCRoute" | "PodMonitor" | "ServiceMonitor" => continue,
                other => panic!("`{other}` is of no known kind"),
            };
            assert_eq!(again, value);
        }
    }
}

fn through<T: Serialize + DeserializeOwned>(value: &Value) -> Value {
    let object: T = serde_json::from_value(value.clone()).expect("it is of its kind");
    serde_json::to_value(object).expect("a typed object is always representable")
}

#[test]
fn the_same_workload_gives_the_same_bytes() {
    for spec in SPECS {
        let print = || {
            let emitted = KubernetesTarget.emit(&workload(spec)).expect("the target takes it");
            yaml::print_documents(&documents(&emitted).into_iter().cloned().collect::<Vec<_>>())
        };
        assert_eq!(print(), print());
    }
}
