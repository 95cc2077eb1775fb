//! Where KServe's pods may differ from those of plain Kubernetes, and why.

use mlship_spec::choices::KserveStorage;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::Workload;

use super::compare::Difference;

/// What a difference is about.
pub struct Case {
    /// The spec.
    pub workload: Workload,
    /// What was adapted, by field.
    pub adapted: Vec<String>,
    /// The runtime that the InferenceService names.
    pub runtime: Option<String>,
}

impl Case {
    fn is_kserves_storage(&self) -> bool {
        self.workload.targets.kserve.storage == KserveStorage::Kserve
    }

    fn is_mounted(&self) -> bool {
        let source = self.workload.model.source.as_ref();
        source
            .is_none_or(|source| matches!(source.places.one(), Some(ModelUri::Pvc { .. } | ModelUri::Oci(_))))
    }

    fn is_modelcar(&self) -> bool {
        let source = self.workload.model.source.as_ref();
        self.is_kserves_storage()
            && source.is_some_and(|source| matches!(source.places.one(), Some(ModelUri::Oci(_))))
    }

    /// Whether it is KServe that mounts the weights.
    fn is_delivered_by_kserve(&self) -> bool {
        self.is_kserves_storage() || (self.runtime.is_some() && self.is_mounted())
    }

    fn repeats_rights(&self) -> bool {
        self.runtime.is_some()
    }

    fn has_agent(&self) -> bool {
        let settings = &self.workload.targets.kserve;
        settings.logger.is_some() || settings.batcher.is_some()
    }

    fn adapts(&self, field: &str) -> bool {
        self.adapted.iter().any(|adapted| adapted == field)
    }
}

/// What may be so of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// KServe, or the API server, adds it.
    Added,
    /// It has another value.
    Changed,
    /// It is not there.
    Missing,
}

/// One agreed difference.
pub struct Agreed {
    /// The field; `*` is any name, and a last `**` everything below.
    pub path: &'static str,
    /// What may be so.
    pub is: Is,
    /// When.
    pub when: fn(&Case) -> bool,
    /// Why.
    pub why: &'static str,
}

const fn always(_: &Case) -> bool {
    true
}

const fn added(path: &'static str, why: &'static str) -> Agreed {
    Agreed { path, is: Is::Added, when: always, why }
}

const API_SERVER: &str = "the API server's default, which plain Kubernetes gets as well";

/// All of them.
pub const AGREED: &[Agreed] = &[
    added("kind", "the template of a Deployment has none"),
    added("apiVersion", "the template of a Deployment has none"),
    added("metadata/generateName", "the template of a Deployment has none"),
    added("metadata/namespace", "the template of a Deployment has none"),
    added("metadata/labels/*", "KServe hands the labels of the InferenceService on, and adds its own"),
    added(
        "metadata/annotations/*",
        "KServe hands the annotations of the InferenceService on, and adds its own",
    ),
    added(
        "spec/tolerations/{\"effect\":\"NoExecute\",\"key\":\"node.kubernetes.io/unreachable\",\"operator\":\"Exists\",\"tolerationSeconds\":300}/**",
        API_SERVER,
    ),
    added(
        "spec/tolerations/{\"effect\":\"NoExecute\",\"key\":\"node.kubernetes.io/not-ready\",\"operator\":\"Exists\",\"tolerationSeconds\":300}/**",
        API_SERVER,
    ),
    added("spec/serviceAccount", API_SERVER),
    added("spec/schedulerName", API_SERVER),
    added("spec/restartPolicy", API_SERVER),
    added("spec/preemptionPolicy", API_SERVER),
    added("spec/priority", API_SERVER),
    added("spec/dnsPolicy", API_SERVER),
    added("spec/*/*/terminationMessagePath", API_SERVER),
    added("spec/*/*/terminationMessagePolicy", API_SERVER),
    added("spec/*/*/imagePullPolicy", API_SERVER),
    added("spec/*/*/*/successThreshold", API_SERVER),
    added("spec/*/*/*/httpGet/scheme", API_SERVER),
    added("spec/*/*/*/grpc/service", API_SERVER),
    added("spec/volumes/*/*/defaultMode", API_SERVER),
    added("spec/*/*/env/*/valueFrom/fieldRef/apiVersion", API_SERVER),
    added(
        "spec/containers/kserve-container/env/INFERENCE_SERVICE_NAME/**",
        "KServe tells every server its name",
    ),
    added("spec/containers/kserve-container/resources/limits/*", "KServe would fill a gap with less"),
    Agreed {
        path: "llm/containers/main/command",
        is: Is::Added,
        when: always,
        why: "KServe's preset would start vLLM by a script of its own",
    },
    Agreed {
        path: "llm/containers/main/args",
        is: Is::Changed,
        when: |case| case.adapts("targets.kserve.llm.parallelism"),
        why: "vLLM learns of its parts by arguments",
    },
    Agreed {
        path: "llm/containers/main/lifecycle/preStop/sleep/seconds",
        is: Is::Missing,
        when: always,
        why: "the preset waits by a command, and a hook of two kinds is refused",
    },
    Agreed {
        path: "llm/containers/main/lifecycle/preStop/exec/command",
        is: Is::Added,
        when: always,
        why: "the preset waits by a command, and a hook of two kinds is refused",
    },
    added("llm/containers/main/*/httpGet/scheme", "the preset's is HTTPS"),
    Agreed {
        path: "HorizontalPodAutoscaler/behavior/scaleDown/stabilizationWindowSeconds",
        is: Is::Missing,
        when: always,
        why: "five minutes, the controller's default, else the autoscaler is not KServe's",
    },
    Agreed {
        path: "deployment/revisionHistoryLimit",
        is: Is::Changed,
        when: always,
        why: "KServe keeps ten, and has no field for it",
    },
    Agreed {
        path: "deployment/progressDeadlineSeconds",
        is: Is::Changed,
        when: always,
        why: "KServe has no field for it; said where it is not ten minutes",
    },
    Agreed {
        path: "spec/containers/agent/**",
        is: Is::Added,
        when: Case::has_agent,
        why: "the spec asks for KServe's agent",
    },
    Agreed {
        path: "spec/containers/kserve-container/readinessProbe/*/port",
        is: Is::Changed,
        when: Case::has_agent,
        why: "the agent knows no names of ports",
    },
    Agreed {
        path: "spec/initContainers/*/**",
        is: Is::Added,
        when: |case| case.is_kserves_storage() && !case.is_mounted(),
        why: "the spec asks for KServe's download",
    },
    Agreed {
        path: "spec/initContainers/storage-initializer/**",
        is: Is::Missing,
        when: Case::is_kserves_storage,
        why: "the spec asks for KServe's download",
    },
    Agreed {
        path: "spec/initContainers/storage-initializer/**",
        is: Is::Changed,
        when: Case::is_kserves_storage,
        why: "the spec asks for KServe's download",
    },
    Agreed {
        path: "spec/initContainers/modelcar-init/**",
        is: Is::Added,
        when: Case::is_modelcar,
        why: "the spec asks for KServe's modelcar",
    },
    Agreed {
        path: "spec/containers/modelcar/**",
        is: Is::Added,
        when: Case::is_modelcar,
        why: "the spec asks for KServe's modelcar",
    },
    Agreed {
        path: "spec/shareProcessNamespace",
        is: Is::Added,
        when: Case::is_modelcar,
        why: "the spec asks for KServe's modelcar, which the server looks into",
    },
    Agreed {
        path: "spec/containers/kserve-container/env/MODEL_INIT_MODE/**",
        is: Is::Added,
        when: Case::is_modelcar,
        why: "the spec asks for KServe's modelcar",
    },
    Agreed {
        path: "spec/containers/kserve-container/volumeMounts//mnt/**",
        is: Is::Added,
        when: Case::is_modelcar,
        why: "the spec asks for KServe's modelcar, whose files appear below /mnt",
    },
    Agreed {
        path: "spec/containers/kserve-container/volumeMounts//mnt/models/**",
        is: Is::Missing,
        when: Case::is_modelcar,
        why: "the spec asks for KServe's modelcar, whose files appear below /mnt",
    },
    Agreed {
        path: "spec/containers/kserve-container/securityContext/runAsUser",
        is: Is::Added,
        when: Case::is_modelcar,
        why: "KServe's modelcar and the server have one user, which is warned of",
    },
    Agreed {
        path: "spec/containers/kserve-container/securityContext/runAsUser",
        is: Is::Changed,
        when: Case::is_modelcar,
        why: "KServe's modelcar and the server have one user, which is warned of",
    },
    Agreed {
        path: "spec/containers/kserve-container/env/STORAGE_URI/**",
        is: Is::Added,
        when: |case| case.is_kserves_storage() && case.runtime.is_none(),
        why: "by it KServe is told of the weights",
    },
    Agreed {
        path: "spec/volumes/*/**",
        is: Is::Missing,
        when: Case::is_delivered_by_kserve,
        why: "KServe's own volume of the weights takes the place of this one",
    },
    Agreed {
        path: "spec/volumes/kserve-provision-location/**",
        is: Is::Added,
        when: Case::is_kserves_storage,
        why: "the volume of the weights",
    },
    Agreed {
        path: "spec/volumes/kserve-pvc-source/**",
        is: Is::Added,
        when: Case::is_delivered_by_kserve,
        why: "the volume of the weights",
    },
    Agreed {
        path: "spec/volumes/mnt-models/**",
        is: Is::Added,
        when: Case::is_delivered_by_kserve,
        why: "the volume of the weights",
    },
    Agreed {
        path: "spec/containers/kserve-container/volumeMounts//mnt/models/name",
        is: Is::Changed,
        when: Case::is_delivered_by_kserve,
        why: "the volume of the weights",
    },
    Agreed {
        path: "spec/containers/kserve-container/volumeMounts//mnt/models/subPath",
        is: Is::Added,
        when: |case| case.adapts("model.uri"),
        why: "the folder of an image in which KServe looks",
    },
    Agreed {
        path: "spec/containers/kserve-container/args",
        is: Is::Changed,
        when: |case| case.adapts("server.args"),
        why: "KServe adds arguments to the runtime's, it does not replace them",
    },
    Agreed {
        path: "spec/containers/kserve-container/args",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "the spec leaves the arguments to the runtime",
    },
    Agreed {
        path: "spec/containers/kserve-container/command",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "the spec leaves the command to the runtime",
    },
    Agreed {
        path: "spec/containers/kserve-container/env/*/**",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "variables of the runtime that the spec does not name",
    },
    Agreed {
        path: "spec/containers/kserve-container/volumeMounts//dev/shm/**",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "a volume of the runtime",
    },
    Agreed {
        path: "spec/containers/kserve-container/volumeMounts//tmp/**",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "a volume of the runtime",
    },
    Agreed {
        path: "spec/volumes/devshm/**",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "a volume of the runtime",
    },
    Agreed {
        path: "spec/volumes/runtime-tmp/**",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "a volume of the runtime",
    },
    Agreed {
        path: "spec/containers/kserve-container/image",
        is: Is::Changed,
        when: |case| case.adapts("server.image"),
        why: "KServe runs another build of the runtime",
    },
    Agreed {
        path: "spec/containers/kserve-container/startupProbe/initialDelaySeconds",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "the runtime waits before its first question",
    },
    Agreed {
        path: "spec/containers/kserve-container/securityContext/privileged",
        is: Is::Added,
        when: |case| case.runtime.is_some(),
        why: "the runtime says so too: false",
    },
    Agreed {
        path: "spec/containers/kserve-container/securityContext/*",
        is: Is::Added,
        when: Case::repeats_rights,
        why: "what the pod says, said of the container, since a runtime's own would win",
    },
    Agreed {
        path: "spec/containers/kserve-container/securityContext/seccompProfile/type",
        is: Is::Added,
        when: Case::repeats_rights,
        why: "what the pod says, said of the container, since a runtime's own would win",
    },
];

/// Whether a difference is agreed.
pub fn is_agreed(difference: &Difference, case: &Case) -> bool {
    let is = match (&difference.plain, &difference.made) {
        (None, _) => Is::Added,
        (_, None) => Is::Missing,
        _ => Is::Changed,
    };
    AGREED.iter().any(|agreed| agreed.is == is && fits(agreed.path, &difference.path) && (agreed.when)(case))
}

/// Whether a path is that of a pattern. No pattern has a `/` in a name, and a path may.
fn fits(pattern: &str, path: &[String]) -> bool {
    let whole = path.join("/");
    if pattern == whole {
        return true;
    }
    let mut names = path.iter();
    let mut patterns = pattern.split('/').peekable();
    while let Some(part) = patterns.next() {
        if part == "**" && patterns.peek().is_none() {
            return true;
        }
        match names.next() {
            Some(name) if part == "*" || part == name => {}
            _ => return pattern.strip_suffix("/**").is_some_and(|start| whole.starts_with(start)),
        }
    }
    names.next().is_none()
}
