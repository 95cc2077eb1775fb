//! What happens in the cluster, as `kubectl get --watch` tells it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use xtask::cluster::Cluster;
use xtask::tools::Tool;

/// What has been seen so far.
#[derive(Default)]
pub struct Seen {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When each namespace's autoscaler came up.
    starts: BTreeMap<String, Instant>,
    /// By namespace and name: whether the pod is Ready, and does not end.
    pods: BTreeMap<String, BTreeMap<String, bool>>,
    /// When metrics of each namespace were asked for, in seconds since its autoscaler's start.
    requests: BTreeMap<String, Vec<f64>>,
    /// Each state that a namespace's autoscaler was seen in, with the seconds since its start.
    autoscalers: BTreeMap<String, Vec<(f64, Value)>>,
}

/// Watches that end with this value.
pub struct Watches(Vec<Child>);

impl Drop for Watches {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Starts watching pods and autoscalers of all namespaces.
pub fn start(cluster: &Cluster, seen: &Arc<Seen>) -> Watches {
    let watch = |what: &str, note: fn(&Seen, &str, &Value)| {
        let mut command: Command = cluster.command(Tool::Kubectl).unwrap();
        let arguments = ["get", what, "-A", "--watch", "--output-watch-events", "-o", "json"];
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let seen = seen.clone();
        thread::spawn(move || {
            for event in
                serde_json::Deserializer::from_reader(stdout).into_iter::<Value>().map_while(Result::ok)
            {
                note(&seen, event["type"].as_str().unwrap_or_default(), &event["object"]);
            }
        });
        child
    };
    Watches(vec![watch("pods", Seen::pod), watch("horizontalpodautoscalers", Seen::autoscaler)])
}

impl Seen {
    /// Seconds since a namespace's autoscaler came up; 0 before.
    pub fn time(&self, namespace: &str) -> f64 {
        let state = self.state.lock().unwrap();
        state.starts.get(namespace).map_or(0.0, |start| start.elapsed().as_secs_f64())
    }

    /// Notes that a namespace's metrics are asked for now.
    pub fn asked(&self, namespace: &str) {
        let mut state = self.state.lock().unwrap();
        let start = *state.starts.entry(namespace.to_owned()).or_insert_with(Instant::now);
        let time = start.elapsed().as_secs_f64();
        state.requests.entry(namespace.to_owned()).or_default().push(time);
    }

    /// When the controller synced a namespace's autoscaler: whenever it asked for metrics, and where it had no need to,
    /// whenever it wrote the status.
    pub fn syncs(&self, namespace: &str) -> Vec<f64> {
        let state = self.state.lock().unwrap();
        let mut syncs: Vec<f64> = Vec::new();
        let requests = state.requests.get(namespace).cloned().unwrap_or_default();
        let written = state.autoscalers.get(namespace).into_iter().flatten().map(|(at, _)| *at);
        // A status is written a moment after the metrics were asked for.
        let near = |at: f64| requests.iter().any(|request| (-0.1..0.7).contains(&(at - request)));
        let alone: Vec<f64> = written.filter(|at| !near(*at)).collect();
        let mut all: Vec<f64> = requests.iter().copied().chain(alone).collect();
        all.sort_by(f64::total_cmp);
        for at in all {
            if syncs.last().is_none_or(|last| at - last > 0.6) {
                syncs.push(at);
            }
        }
        syncs
    }

    /// Whether a namespace's autoscaler came up.
    pub fn has_started(&self, namespace: &str) -> bool {
        self.state.lock().unwrap().starts.contains_key(namespace)
    }

    /// The names of the Ready pods.
    pub fn ready_pods(&self, namespace: &str) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let pods = state.pods.get(namespace).into_iter().flatten();
        pods.filter(|(_, is_ready)| **is_ready).map(|(name, _)| name.clone()).collect()
    }

    /// Each state that a namespace's autoscaler was seen in, with the seconds since its start.
    pub fn states(&self, namespace: &str) -> Vec<(f64, Value)> {
        self.state.lock().unwrap().autoscalers.get(namespace).cloned().unwrap_or_default()
    }

    fn pod(&self, kind: &str, pod: &Value) {
        let (namespace, name) = name_of(pod);
        let mut state = self.state.lock().unwrap();
        let pods = state.pods.entry(namespace).or_default();
        if kind == "DELETED" || !pod["metadata"]["deletionTimestamp"].is_null() {
            pods.remove(&name);
            return;
        }
        let conditions = pod["status"]["conditions"].as_array().cloned().unwrap_or_default();
        let is_ready = conditions.iter().any(|one| one["type"] == "Ready" && one["status"] == "True");
        pods.insert(name, is_ready);
    }

    fn autoscaler(&self, _kind: &str, autoscaler: &Value) {
        let (namespace, _) = name_of(autoscaler);
        let mut state = self.state.lock().unwrap();
        let start = *state.starts.entry(namespace.clone()).or_insert_with(Instant::now);
        let time = start.elapsed().as_secs_f64();
        state.autoscalers.entry(namespace).or_default().push((time, autoscaler["status"].clone()));
    }
}

/// The present moment as the API writes it, to the millisecond.
pub fn now() -> String {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    rfc3339(elapsed.as_secs(), elapsed.subsec_millis())
}

fn name_of(object: &Value) -> (String, String) {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}

/// Days since 1970 as a date: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn rfc3339(seconds: u64, millis: u32) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

#[test]
fn dates_are_of_the_calendar() {
    assert_eq!(rfc3339(0, 7), "1970-01-01T00:00:00.007Z");
    assert_eq!(rfc3339(1_709_210_096, 0), "2024-02-29T12:34:56.000Z");
    assert_eq!(rfc3339(1_767_225_599, 999), "2025-12-31T23:59:59.999Z");
}
