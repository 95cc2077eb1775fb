//! Where each field of the spec goes on plain Kubernetes, and on what is built from its objects.

use mlship_spec::fidelity::{Answer, elsewhere, honoured};

const POD: &str = "the pod template";
const SERVER: &str = "the server's container";
const OTHERS: &str = "another target's";

/// Every field of the spec.
pub const ANSWERS: &[Answer] = &[
    elsewhere("apiVersion", "it says how the file is read"),
    honoured("name", "metadata.name of the objects, and the labels by which they find each other"),
    honoured("namespace", "metadata.namespace of every object"),
    honoured("labels", "metadata.labels of every object and of the pods"),
    honoured("annotations", "metadata.annotations of every object"),
    honoured("server", SERVER),
    honoured("server.port", "the container's first port, to which port 80 of the Service leads"),
    honoured("server.protocol", "the port's name, the probes, and the way in"),
    honoured("server.ports", "further ports of the container and of the Service"),
    honoured("server.pullSecrets", POD),
    honoured("server.metrics", "annotations of the pods, or a monitor of the Prometheus operator"),
    honoured("server.requestTimeout", "the grace period, and the time-out of the way in"),
    honoured("server.concurrency", "the default target of the autoscaler"),
    honoured("model.format", "the defaults of a server that is known to read it"),
    honoured("model.uri", "an init container that downloads, a claim or an image volume"),
    honoured("model.uris", "an init container that downloads each into a folder of its name"),
    honoured("model.size", "room for the download, and memory"),
    honoured("model.loadSeconds", "the startup probe, and the autoscaler's windows"),
    honoured("model.path", "the mount of the weights"),
    honoured("model.credentials", "variables of the download"),
    honoured("model.cache", "a PersistentVolumeClaim"),
    honoured("resources", "resources of the server's container"),
    honoured("resources.gpu", "resources of the server's container, tolerations and node affinity"),
    honoured("resources.sharedMemory", "a volume in memory at /dev/shm"),
    honoured("health", "the probes of the server's container"),
    honoured("replicas", "replicas of the Deployment or StatefulSet, or the bounds of its autoscaler"),
    honoured("autoscale", "a HorizontalPodAutoscaler or a ScaledObject"),
    honoured("rollout", "the update strategy of the Deployment or StatefulSet"),
    honoured("rollout.canary", "a second Deployment behind a weighted route"),
    honoured("rollout.deadline", "progressDeadlineSeconds of the Deployment"),
    honoured("availability.spread", "topology spread constraints of the pods"),
    honoured("availability.spreadStrength", "topology spread constraints of the pods"),
    honoured("availability.minAvailable", "a PodDisruptionBudget"),
    honoured("availability.maxUnavailable", "a PodDisruptionBudget"),
    honoured("expose", "an Ingress or an HTTPRoute"),
    honoured("network.allowFrom", "a NetworkPolicy"),
    honoured("placement", POD),
    honoured("security", "the security contexts of pod and container, and scratch volumes"),
    honoured("identity", "a ServiceAccount with the annotations of the cloud"),
    honoured("config", "a ConfigMap, mounted into the pods"),
    honoured("state", "a StatefulSet with a volume claim template"),
    elsewhere("requirements", "`mlship decide` reads it"),
    honoured("targets.kubernetes.autoscaler", "which kind of autoscaler is written"),
    honoured("targets.kubernetes.metricScope", "the metric of the autoscaler"),
    honoured("targets.kubernetes.cloud", "the labels of the node affinity"),
    elsewhere("targets", OTHERS),
    elsewhere("environments", "they were laid over the spec before it was read"),
];
