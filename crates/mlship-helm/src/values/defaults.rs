//! The defaults of `values.yaml`; a test holds the two equal.

use k8s_openapi::api::core::v1::{Capabilities, PodSecurityContext, SeccompProfile, SecurityContext};

use super::{
    Amount, Autoscaling, Cache, Config, Download, Gpu, Image, Ingress, Metrics, Model, NetworkPolicy,
    Persistence, PodDisruptionBudget, Probe, Probes, Rollout, Route, Service, ServiceAccount, Strings, Test,
    TopologySpread, Values,
};

impl Default for Values {
    fn default() -> Self {
        Self {
            fullname_override: String::new(),
            name_override: String::new(),
            common_labels: Strings::new(),
            common_annotations: Strings::new(),
            image: Image {
                repository: String::new(),
                tag: String::new(),
                digest: String::new(),
                pull_policy: String::new(),
            },
            image_pull_secrets: Vec::new(),
            command: Vec::new(),
            args: Vec::new(),
            env: Vec::new(),
            env_from: Vec::new(),
            port: 8080,
            protocol: "http",
            extra_ports: [].into(),
            request_timeout_seconds: 30,
            load_seconds: 20,
            model: model(),
            gpu: Gpu { count: 0, resource: "nvidia.com/gpu".to_owned() },
            resources: k8s_openapi::api::core::v1::ResourceRequirements::default(),
            shared_memory: String::new(),
            probes: probes(),
            drain_seconds: 10,
            termination_grace_period_seconds: 0,
            replica_count: 2,
            autoscaling: autoscaling(),
            rollout: Rollout {
                max_surge: Amount::nothing(),
                max_unavailable: Amount::nothing(),
                progress_deadline_seconds: 0,
                revision_history_limit: 5,
            },
            pod_disruption_budget: PodDisruptionBudget {
                enabled: true,
                max_unavailable: Amount::Count(1),
                min_available: Amount::nothing(),
            },
            topology_spread: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
                .map(|key| TopologySpread {
                    topology_key: key.to_owned(),
                    when_unsatisfiable: "ScheduleAnyway".to_owned(),
                })
                .into(),
            service: Service { kind: "ClusterIP", port: 0, annotations: Strings::new() },
            ingress: ingress(),
            route: Route {
                enabled: false,
                annotations: Strings::new(),
                parent_refs: Vec::new(),
                hostnames: Vec::new(),
                path: "/".to_owned(),
            },
            network_policy: NetworkPolicy {
                enabled: true,
                allow: "auto",
                namespaces: Vec::new(),
                metrics: true,
            },
            metrics: Metrics { enabled: false, path: "/metrics".to_owned(), port: 0, scrape: "annotations" },
            config: Config { mount_path: "/etc/model-server".to_owned(), files: Strings::new() },
            persistence: persistence(),
            service_account: ServiceAccount {
                create: true,
                name: String::new(),
                annotations: Strings::new(),
            },
            pod_labels: Strings::new(),
            pod_annotations: Strings::new(),
            pod_security_context: pod_security_context(),
            security_context: SecurityContext {
                allow_privilege_escalation: Some(false),
                capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), ..Default::default() }),
                read_only_root_filesystem: Some(true),
                ..Default::default()
            },
            writable_paths: vec!["/tmp".to_owned()],
            node_selector: Strings::new(),
            tolerations: Vec::new(),
            affinity: k8s_openapi::api::core::v1::Affinity::default(),
            priority_class_name: String::new(),
            runtime_class_name: String::new(),
            extra_init_containers: Vec::new(),
            extra_containers: Vec::new(),
            extra_volumes: Vec::new(),
            extra_volume_mounts: Vec::new(),
            test: Test { image: "docker.io/library/busybox:1.37.0".to_owned() },
        }
    }
}

impl Amount {
    /// Nothing said: the chart decides.
    pub(super) fn nothing() -> Self {
        Self::Text(String::new())
    }
}

fn model() -> Model {
    Model {
        uri: String::new(),
        mount_path: "/mnt/models".to_owned(),
        pull_policy: String::new(),
        download: Download {
            image: mlship_kubernetes::download::INITIALIZER.to_owned(),
            credentials_secret: String::new(),
            google_credentials_secret: String::new(),
            env: Vec::new(),
            resources: k8s_openapi::api::core::v1::ResourceRequirements::default(),
            size_limit: String::new(),
        },
        cache: Cache {
            enabled: false,
            size: "50Gi".to_owned(),
            storage_class: String::new(),
            access_mode: "ReadWriteMany".to_owned(),
            folder: String::new(),
        },
    }
}

fn probes() -> Probes {
    let probe = |check, period_seconds, timeout_seconds, failure_threshold| Probe {
        check,
        path: String::new(),
        port: 0,
        period_seconds,
        timeout_seconds,
        failure_threshold,
    };
    Probes { startup: probe("", 5, 3, 0), liveness: probe("tcp", 10, 5, 6), readiness: probe("tcp", 5, 3, 3) }
}

fn autoscaling() -> Autoscaling {
    Autoscaling {
        enabled: false,
        kind: "hpa",
        min_replicas: 1,
        max_replicas: 5,
        target_cpu_utilization: 70,
        metrics: Vec::new(),
        triggers: Vec::new(),
        scale_up_window_seconds: 0,
        scale_down_window_seconds: 300,
        polling_interval: 15,
    }
}

fn ingress() -> Ingress {
    Ingress {
        enabled: false,
        class_name: String::new(),
        annotations: Strings::new(),
        hosts: Vec::new(),
        tls: Vec::new(),
    }
}

fn persistence() -> Persistence {
    Persistence {
        enabled: false,
        size: "10Gi".to_owned(),
        storage_class: String::new(),
        mount_path: "/data".to_owned(),
        access_modes: vec!["ReadWriteOnce".to_owned()],
    }
}

fn pod_security_context() -> PodSecurityContext {
    PodSecurityContext {
        fs_group: Some(65532),
        fs_group_change_policy: Some("OnRootMismatch".to_owned()),
        run_as_group: Some(65532),
        run_as_non_root: Some(true),
        run_as_user: Some(65532),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), ..Default::default() }),
        ..Default::default()
    }
}
