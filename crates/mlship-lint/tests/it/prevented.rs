//! What can't come out of mlship does not: over every example, and over specs that are put together at random.

use k8s_openapi::api::core::v1::{Container, PodSpec, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_kubernetes::{Objects, objects};
use mlship_lint::catalogue::{self, Account};
use mlship_spec::diagnostic::Severity;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::workload::{Exposure, Workload};
use proptest::prelude::*;

use crate::support::{cluster, examples, found, spec};

/// A promise of the catalogue, as a check of objects.
type Check = fn(&Workload, &Objects, &PodSpec) -> bool;

const CHECKS: &[(&str, Check)] = &[
    ("ML101", |_, _, pod| containers(pod).all(devices_are_bounded)),
    ("ML105", tolerates_its_device),
    ("ML115", |_, _, pod| {
        containers(pod).all(|container| {
            let requests = container.resources.as_ref().and_then(|resources| resources.requests.as_ref());
            requests.is_some_and(|requests| requests.contains_key("cpu") && requests.contains_key("memory"))
        })
    }),
    ("ML202", |workload, _, pod| {
        let budget = server(pod).startup_probe.as_ref().map_or(0, patience);
        budget >= 3 * workload.model.load_seconds.min(1000)
    }),
    ("ML205", |workload, _, _| workload.rollout.progress_deadline_seconds > workload.model.load_seconds),
    ("ML206", |_, _, pod| probes(pod).iter().all(|probe| probe.timeout_seconds.unwrap_or(1) >= 3)),
    ("ML207", |_, _, pod| {
        probes(pod).iter().all(|probe| {
            let http = probe.http_get.as_ref().and_then(|get| get.host.as_ref());
            http.or(probe.tcp_socket.as_ref().and_then(|socket| socket.host.as_ref())).is_none()
        })
    }),
    ("ML208", |_, _, pod| {
        let server = server(pod);
        let patience_of = |probe: &Option<Probe>| probe.as_ref().map_or(0, patience);
        patience_of(&server.liveness_probe) > patience_of(&server.readiness_probe)
    }),
    ("ML303", |_, objects, _| {
        let spec = objects.disruption_budget.spec.as_ref().unwrap();
        spec.unhealthy_pod_eviction_policy.as_deref() == Some("AlwaysAllow")
    }),
    ("ML304", |workload, _, pod| {
        let grace = pod.termination_grace_period_seconds.unwrap_or(30);
        grace >= i64::from(workload.shutdown.drain_seconds + workload.server.request_seconds)
    }),
    ("ML305", |_, _, pod| {
        let lifecycle = server(pod).lifecycle.as_ref().and_then(|lifecycle| lifecycle.pre_stop.as_ref());
        lifecycle.and_then(|stop| stop.sleep.as_ref()).is_some_and(|sleep| sleep.seconds > 0)
    }),
    ("ML309", |_, _, pod| pod.affinity.as_ref().is_none_or(|affinity| affinity.pod_anti_affinity.is_none())),
    ("ML310", |_, objects, pod| {
        let constraints = pod.topology_spread_constraints.as_deref().unwrap_or_default();
        objects.stateful_set.is_some() || constraints.iter().all(|one| one.match_label_keys.is_some())
    }),
    ("ML402", |_, objects, _| {
        let replicas = match (&objects.deployment, &objects.stateful_set) {
            (Some(deployment), _) => deployment.spec.replicas,
            (None, stateful) => stateful.as_ref().and_then(|stateful| stateful.spec.replicas),
        };
        replicas.is_none() || (objects.autoscaler.is_none() && objects.scaled_object.is_none())
    }),
    ("ML411", |_, objects, _| objects.autoscaler.is_none() || objects.scaled_object.is_none()),
    ("ML413", |workload, objects, _| {
        let selector = match (&objects.deployment, &objects.stateful_set) {
            (Some(deployment), _) => &deployment.spec.selector,
            (None, stateful) => &stateful.as_ref().unwrap().spec.selector,
        };
        let labels = selector.match_labels.as_ref().unwrap();
        labels.values().any(|value| *value == workload.name.to_string())
    }),
    ("ML507", passes_restricted),
    ("ML508", |_, _, pod| pod.automount_service_account_token == Some(false)),
    ("ML511", |workload, objects, _| {
        let has_policy = objects.network_policy.spec.as_ref().is_some_and(|spec| spec.ingress.is_some());
        has_policy && leads_to_the_server_alone(workload, objects)
    }),
    ("ML512", |_, _, pod| {
        pod.host_ipc != Some(true)
            && pod.host_network != Some(true)
            && pod.host_pid != Some(true)
            && pod.volumes.iter().flatten().all(|volume| volume.host_path.is_none())
    }),
    ("ML606", |_, objects, _| {
        const SERVED: &[&str] = &[
            "v1",
            "apps/v1",
            "autoscaling/v2",
            "networking.k8s.io/v1",
            "policy/v1",
            "keda.sh/v1alpha1",
            "gateway.networking.k8s.io/v1",
            "monitoring.coreos.com/v1",
        ];
        let documents = objects.clone().into_documents();
        documents.iter().all(|document| SERVED.contains(&document.value()["apiVersion"].as_str().unwrap()))
    }),
];

#[test]
fn every_promise_has_its_check() {
    let promised: Vec<&str> = catalogue::all()
        .iter()
        .filter(|entry| matches!(entry.account, Account::Prevented(_)))
        .map(|entry| entry.id)
        .collect();
    let checked: Vec<&str> = CHECKS.iter().map(|(id, _)| *id).collect();
    assert_eq!(promised, checked);
}

#[test]
fn promises_hold_for_every_example() {
    for (name, text) in examples() {
        for environment in [None, Some("staging"), Some("development")] {
            let environment = environment.filter(|_| text.contains("environments:"));
            let options =
                ReadOptions { environment: environment.map(str::to_owned), ..ReadOptions::default() };
            let reading = read(&name, text.as_bytes(), &options);
            assert!(!reading.workloads.is_empty(), "{name}");
            reading.workloads.iter().for_each(|workload| check(workload, &name));
        }
    }
}

#[track_caller]
fn check(workload: &Workload, spec: &str) {
    let objects = objects(workload);
    let deployment = objects.deployment.as_ref().and_then(|deployment| deployment.spec.template.spec.clone());
    let stateful = objects.stateful_set.as_ref().and_then(|stateful| stateful.spec.template.spec.clone());
    let pod = deployment.or(stateful).unwrap();
    for (id, check) in CHECKS {
        assert!(check(workload, &objects, &pod), "{id} is not prevented in:\n{spec}");
    }
}

/// For each field some of what can be written; the first leaves it away.
const FIELDS: &[&[&str]] = &[
    &[
        "",
        "resources: {gpu: 1}",
        "resources: {gpu: {count: 4, type: h100}, memory: 64Gi}",
        "resources: {gpu: {type: mi300x}}",
        "resources: {memory: {request: 1Mi, limit: 16Ei}, cpu: {request: 1m, limit: 1000}, gpu: 1000, sharedMemory: 8Ei, disk: 1Mi}",
        "resources: {cpu: {request: 1, limit: 3}}",
        "resources: {gpu: {type: h100, mig: 1g.10gb}}",
    ],
    &[
        "",
        "replicas: 1",
        "replicas: 5",
        "replicas: {min: 1, max: 9}\nautoscale: {on: cpu}",
        "replicas: {min: 0, max: 3}\nautoscale: {query: sum(a), target: 1, prometheus: 'http://p:9090'}",
        "replicas: {min: 2, max: 7}\nautoscale: {on: rps, target: 9, metric: a}",
    ],
    &["", "rollout: {surge: 1}", "rollout: {surge: 25%, unavailable: 25%}", "rollout: {unavailable: 2}"],
    &[
        "",
        "availability: {spread: zone, spreadStrength: required}",
        "availability: {spread: none}",
        "availability: {minAvailable: 50%}",
        "availability: {maxUnavailable: 0}",
    ],
    &["", "state: {size: 10Gi, path: /data}"],
    &[
        "",
        "model: {loadSeconds: 900}",
        "model: {uri: 's3://a-bucket/b', size: 4Gi}",
        "model: {uri: 'oci://ghcr.io/a/b:1', size: 4Gi}",
        "model: {uri: 'gs://a-bucket/b', size: 1Gi, cache: {size: 2Gi}}",
    ],
    &["", "expose: {host: a.example.com}", "expose: {host: a.example.com, gateway: {name: public}}"],
    &[
        "server: {image: 'ghcr.io/a/b:1'}\nhealth: {ready: /readyz}",
        "server: {image: 'ghcr.io/a/b:1', protocol: grpc}",
        "server: {image: 'ghcr.io/a/b:1', protocol: openai, requestTimeout: 20m}",
        "server: {image: 'vllm/vllm-openai:v1', protocol: openai, args: [-tp, '4294967295', -pp, '9', --max-num-seqs, '4294967295', --model, a/b]}",
        "server: {image: 'vllm/vllm-openai:v1', protocol: openai, concurrency: 100000, env: {NUM_SHARD: '0', HF_HOME: '/'}}",
        "server: {image: 'ghcr.io/a/b:1', port: 8000, metrics: {port: 9100}, ports: {admin: 9000}}\nhealth: {live: /l, ready: /r}",
    ],
    &["", "placement: {spot: true, zones: [a, b]}", "placement: {tolerations: [{operator: Exists}]}"],
    &["", "security: {readOnlyRootFilesystem: false}", "security: {runAsUser: 1000, writable: [/data2, /x]}"],
    &["", "config: {files: {a: b}}", "network: {allowFrom: [web]}"],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn promises_hold_for_specs_at_random(choices in proptest::collection::vec(any::<prop::sample::Index>(), FIELDS.len())) {
        let lines: Vec<&str> = FIELDS.iter().zip(&choices).map(|(lines, index)| lines[index.index(lines.len())]).collect();
        let text = spec(&lines.join("\n"));
        let reading = read("mlship.yaml", text.as_bytes(), &ReadOptions::default());
        let is_refused = reading.diagnostics.iter().any(|found| found.severity == Severity::Error);
        prop_assert_eq!(reading.workloads.len(), usize::from(!is_refused));
        for workload in &reading.workloads {
            let findings = found(workload, Some("production"), Some(&cluster()));
            prop_assert!(findings.iter().all(|found| found.span.is_some() && found.help.is_some()));
        }
        reading.workloads.iter().for_each(|workload| check(workload, &text));
    }
}

fn containers(pod: &PodSpec) -> impl Iterator<Item = &Container> {
    pod.init_containers.iter().flatten().chain(&pod.containers)
}

fn server(pod: &PodSpec) -> &Container {
    pod.containers.iter().find(|container| container.name == "server").unwrap()
}

fn probes(pod: &PodSpec) -> Vec<&Probe> {
    let server = server(pod);
    [&server.startup_probe, &server.liveness_probe, &server.readiness_probe].into_iter().flatten().collect()
}

/// Seconds of failures that a probe bears.
fn patience(probe: &Probe) -> u32 {
    let number = |number: Option<i32>| u32::try_from(number.unwrap_or(1)).unwrap();
    number(probe.period_seconds) * number(probe.failure_threshold)
}

fn devices_are_bounded(container: &Container) -> bool {
    let Some(resources) = &container.resources else { return true };
    let of = |amounts: &Option<std::collections::BTreeMap<String, _>>| {
        amounts
            .iter()
            .flatten()
            .filter(|(name, _)| name.contains('/'))
            .map(|(name, amount)| (name.clone(), format!("{amount:?}")))
            .collect::<Vec<_>>()
    };
    of(&resources.requests) == of(&resources.limits)
}

fn tolerates_its_device(workload: &Workload, _: &Objects, pod: &PodSpec) -> bool {
    let Some(gpu) = &workload.resources.gpu else { return true };
    let tolerations = pod.tolerations.as_deref().unwrap_or_default();
    let vendor = gpu.resource.vendor();
    tolerations.iter().any(|one| one.key.as_deref().is_some_and(|key| key.split('/').next() == Some(vendor)))
}

/// <https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>
fn passes_restricted(_: &Workload, _: &Objects, pod: &PodSpec) -> bool {
    let context = pod.security_context.as_ref();
    let of_pod = context.is_some_and(|context| {
        context.run_as_non_root == Some(true)
            && context.run_as_user != Some(0)
            && context.seccomp_profile.as_ref().is_some_and(|profile| profile.type_ == "RuntimeDefault")
    });
    of_pod
        && containers(pod).all(|container| {
            container.security_context.as_ref().is_some_and(|context| {
                let capabilities = context.capabilities.as_ref();
                context.allow_privilege_escalation == Some(false)
                    && context.privileged != Some(true)
                    && context.run_as_user != Some(0)
                    && capabilities.is_some_and(|one| {
                        one.add.is_none()
                            && one.drop.as_ref().is_some_and(|drop| drop.contains(&"ALL".to_owned()))
                    })
            })
        })
}

/// Whether the way in from outside leads to the server's port, and to none for metrics.
fn leads_to_the_server_alone(workload: &Workload, objects: &Objects) -> bool {
    let Exposure::Ingress { .. } = &workload.exposure else { return true };
    let service_port = {
        let paths =
            objects.ingress.iter().flat_map(|ingress| ingress.spec.as_ref().unwrap().rules.iter().flatten());
        let backend =
            paths.flat_map(|rule| &rule.http.as_ref().unwrap().paths).next().unwrap().backend.service.clone();
        backend.unwrap().port.unwrap()
    };
    let ports = objects.service.spec.as_ref().unwrap().ports.as_ref().unwrap();
    let port = ports
        .iter()
        .find(|port| port.name == service_port.name || Some(port.port) == service_port.number)
        .unwrap();
    let named = server_port_names(objects);
    match port.target_port.as_ref().unwrap() {
        IntOrString::String(name) => named
            .iter()
            .any(|(known, number)| known == name && *number == i32::from(workload.server.port.get())),
        IntOrString::Int(number) => *number == i32::from(workload.server.port.get()),
    }
}

fn server_port_names(objects: &Objects) -> Vec<(String, i32)> {
    let deployment =
        objects.deployment.as_ref().and_then(|deployment| deployment.spec.template.spec.as_ref());
    let stateful = objects.stateful_set.as_ref().and_then(|stateful| stateful.spec.template.spec.as_ref());
    let ports = server(deployment.or(stateful).unwrap()).ports.iter().flatten();
    ports.filter_map(|port| Some((port.name.clone()?, port.container_port))).collect()
}
