//! The metrics APIs, answered from scripts: `metrics.k8s.io/v1beta1`, `custom.metrics.k8s.io/v1beta2` and
//! `external.metrics.k8s.io/v1beta1` over HTTPS.

use crate::watch::{self, Seen};
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::Steps;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use xtask::Look;
use xtask::cluster::{Cluster, PodSecurity};

/// What a namespace's metrics say over time.
pub struct Script {
    /// By name; a total for metrics of pods.
    pub metrics: BTreeMap<String, Steps>,
    /// The length of time that a sample of a resource covers, in seconds.
    pub window: i64,
}

/// Scripts by namespace.
pub type Scripts = BTreeMap<String, Script>;

/// Starts answering and returns the port. It goes on until the process ends.
pub fn start(scripts: Arc<Scripts>, seen: Arc<Seen>) -> u16 {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, scripts, seen) = (config.clone(), scripts.clone(), seen.clone());
            // A connection that breaks is the API server's to open again.
            thread::spawn(move || serve(stream, config, &scripts, &seen));
        }
    });
    port
}

/// Tells the API server of the port: three APIs behind one Service that points at this process.
pub fn register(cluster: &Cluster, port: u16) {
    cluster.create_namespace("metrics", PodSecurity::Unenforced).unwrap();
    let mut items = vec![json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "metrics", "namespace": "metrics"},
        "spec": {"type": "ExternalName", "externalName": "localhost"},
    })];
    let apis = [
        ("metrics.k8s.io", "v1beta1"),
        ("custom.metrics.k8s.io", "v1beta2"),
        ("external.metrics.k8s.io", "v1beta1"),
    ];
    for (group, version) in apis {
        items.push(json!({
            "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
            "metadata": {"name": format!("{version}.{group}")},
            "spec": {
                "group": group, "version": version, "insecureSkipTLSVerify": true,
                "groupPriorityMinimum": 100, "versionPriority": 100,
                "service": {"namespace": "metrics", "name": "metrics", "port": port},
            },
        }));
    }
    cluster.apply(&json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()).unwrap();
    cluster
        .wait("the metrics APIs", Duration::from_mins(3), || {
            let services = cluster.get(&["apiservices"])?;
            let available = services["items"].as_array().into_iter().flatten().filter(|service| {
                let is_ours = service["spec"]["service"]["namespace"] == "metrics";
                let conditions = service["status"]["conditions"].as_array().cloned().unwrap_or_default();
                is_ours && conditions.iter().any(|one| one["type"] == "Available" && one["status"] == "True")
            });
            let count = available.count();
            Ok(if count == apis.len() { Look::Done(()) } else { Look::NotYet(format!("{count} answer")) })
        })
        .unwrap();
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, scripts: &Scripts, seen: &Seen) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(config).ok()?, stream));
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let path = line.split(' ').nth(1)?.to_owned();
        // Requests of these APIs have no body, so the next line that is empty ends this one.
        while line.trim() != "" {
            line.clear();
            stream.read_line(&mut line).ok().filter(|length| *length > 0)?;
        }
        let (status, body) = match answer(&path, scripts, seen) {
            Some(body) => ("200 OK", body),
            None => ("404 Not Found", not_found()),
        };
        let body = body.to_string();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let stream = stream.get_mut();
        stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
        stream.flush().ok()?;
    }
}

fn answer(path: &str, scripts: &Scripts, seen: &Seen) -> Option<Value> {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts[..] {
        ["apis", group, version] => Some(resources(group, version)),
        ["apis", "metrics.k8s.io", _, "namespaces", namespace, "pods"] => {
            pod_metrics(namespace, scripts, seen)
        }
        ["apis", "custom.metrics.k8s.io", _, "namespaces", namespace, "pods", "*" | "%2A", metric] => {
            custom(namespace, metric, scripts, seen)
        }
        ["apis", "custom.metrics.k8s.io", _, "namespaces", namespace, kind, name, metric] => {
            let value = whole(namespace, metric, scripts, seen)?;
            let object = json!({"kind": "Service", "namespace": namespace, "name": name, "apiVersion": "v1"});
            let _ = kind;
            Some(metric_list(&[custom_item(&object, metric, value)]))
        }
        ["apis", "external.metrics.k8s.io", _, "namespaces", namespace, metric] => {
            let value = whole(namespace, metric, scripts, seen)?;
            let item = json!({
                "metricName": metric, "metricLabels": {}, "timestamp": watch::now(), "value": format!("{value}m"),
            });
            Some(json!({
                "kind": "ExternalMetricValueList", "apiVersion": "external.metrics.k8s.io/v1beta1",
                "metadata": {}, "items": [item],
            }))
        }
        _ => None,
    }
}

fn resources(group: &str, version: &str) -> Value {
    let pods = json!({"name": "pods", "singularName": "", "namespaced": true, "kind": "PodMetrics", "verbs": ["get", "list"]});
    json!({
        "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": format!("{group}/{version}"),
        "resources": if group == "metrics.k8s.io" { vec![pods] } else { Vec::new() },
    })
}

fn not_found() -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "NotFound", "code": 404})
}

/// The value of a metric now, in thousandths.
fn whole(namespace: &str, metric: &str, scripts: &Scripts, seen: &Seen) -> Option<i64> {
    seen.asked(namespace);
    scripts.get(namespace)?.metrics.get(metric)?.at(Time::from_seconds_f64(seen.time(namespace)))
}

/// The share of each Ready pod, rounded down to thousandths, and their names.
fn shares(namespace: &str, metric: &str, scripts: &Scripts, seen: &Seen) -> Option<(i64, Vec<String>)> {
    let total = whole(namespace, metric, scripts, seen)?;
    let pods = seen.ready_pods(namespace);
    let count = i64::try_from(pods.len()).unwrap();
    Some((total.div_euclid(count.max(1)), pods))
}

fn pod_metrics(namespace: &str, scripts: &Scripts, seen: &Seen) -> Option<Value> {
    let script = scripts.get(namespace)?;
    let mut usage = serde_json::Map::new();
    let mut pods = Vec::new();
    for resource in ["cpu", "memory"] {
        if let Some((share, ready)) = shares(namespace, resource, scripts, seen) {
            usage.insert(resource.to_owned(), json!(format!("{share}m")));
            pods = ready;
        }
    }
    let item = |name: &String| {
        json!({
            "metadata": {"name": name, "namespace": namespace},
            "timestamp": watch::now(),
            "window": format!("{}s", script.window),
            "containers": [{"name": "server", "usage": usage}],
        })
    };
    let items: Vec<Value> = pods.iter().map(item).collect();
    Some(
        json!({"kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {}, "items": items}),
    )
}

fn custom(namespace: &str, metric: &str, scripts: &Scripts, seen: &Seen) -> Option<Value> {
    let (share, pods) = shares(namespace, metric, scripts, seen)?;
    let item = |name: &String| {
        let object = json!({"kind": "Pod", "namespace": namespace, "name": name, "apiVersion": "/v1"});
        let mut item = custom_item(&object, metric, share);
        item["timestamp"] = json!(watch::now());
        item
    };
    Some(metric_list(&pods.iter().map(item).collect::<Vec<_>>()))
}

fn custom_item(object: &Value, metric: &str, value: i64) -> Value {
    json!({
        "describedObject": object, "metric": {"name": metric, "selector": null},
        "timestamp": "2026-01-01T00:00:00Z", "value": format!("{value}m"),
    })
}

fn metric_list(items: &[Value]) -> Value {
    json!({"kind": "MetricValueList", "apiVersion": "custom.metrics.k8s.io/v1beta2", "metadata": {}, "items": items})
}
