//! No field of the spec is without an answer on any target, and no answer is words alone: what is said to be honoured
//! changes something when it is written, and what is said to be of another target changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use mlship_spec::diagnostic::Severity;
use mlship_spec::fidelity::{Fate, answer, fates};
use mlship_spec::field::{Shape, StructInfo};
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::spec::root;
use mlship_spec::target::Target;
use mlship_spec::workload::Workload;

#[test]
fn every_field_of_the_schema_has_an_answer_on_every_target() {
    let fields = fields();
    assert!(fields.len() > 90, "only {} fields were found", fields.len());
    for target in mlship::targets::all() {
        let without: Vec<_> =
            fields.iter().filter(|field| answer(target.answers(), field).is_none()).collect();
        assert!(without.is_empty(), "{without:?} have no answer on {}", target.name());
    }
}

/// What became of a field: of itself, or of the first below it.
fn of<'a>(fates: &'a BTreeMap<String, Fate>, field: &str) -> Option<&'a Fate> {
    let below = format!("{field}.");
    fates.iter().find(|(path, _)| *path == field || path.starts_with(&below)).map(|(_, fate)| fate)
}

fn fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    walk("", root(), &mut fields);
    fields
}

fn walk(path: &str, info: &'static StructInfo, fields: &mut BTreeSet<String>) {
    for field in info.fields {
        let path = if path.is_empty() { field.name.to_owned() } else { format!("{path}.{}", field.name) };
        match groups(&(field.shape)()) {
            Some(group) if group.name != root().name => walk(&path, group, fields),
            Some(_) | None => {
                fields.insert(path);
            }
        }
    }
}

/// The group of fields that a shape is, in its long form.
fn groups(shape: &Shape) -> Option<&'static StructInfo> {
    match shape {
        Shape::Struct(info) => Some(info),
        Shape::OneOf(shapes) => shapes.iter().find_map(groups),
        _ => None,
    }
}

/// One field, the value that is written, and what has to be written before so that it means something.
struct Change {
    field: &'static str,
    value: &'static str,
    given: &'static [&'static str],
}

impl Change {
    /// What is written before, on a target.
    fn before(&self, target: &dyn Target) -> Vec<String> {
        let weights = match target.name() {
            "azureml" => AZURE_WEIGHTS,
            "vertex" => GOOGLE_WEIGHTS,
            _ => WEIGHTS,
        };
        let given = platform(target).iter().chain(self.given);
        given.map(|set| set.replace("WEIGHTS", weights)).collect()
    }

    /// The same, and the change.
    fn after(&self, target: &dyn Target) -> Vec<String> {
        let mut sets = self.before(target);
        sets.push(format!("{}={}", self.field, self.value));
        sets
    }
}

/// What a target can't do without.
fn platform(target: &dyn Target) -> &'static [&'static str] {
    match target.name() {
        "eks-fargate" => &["targets.eks-fargate={cluster: prod, region: us-east-1}"],
        "sagemaker" => &["server.port=8080"],
        _ => &[],
    }
}

const WEIGHTS: &str = "s3://models/churn/v3";
const GOOGLE_WEIGHTS: &str = "gs://models/churn/v3";
const AZURE_WEIGHTS: &str = "https://acmeml.blob.core.windows.net/models/churn";

/// A service that every target takes.
const SPEC: &str = "\
apiVersion: mlship.dev/v1
name: churn
server: {image: 'ghcr.io/acme/churn:0.3.1'}
health: {live: /healthz, ready: /readyz}
replicas: 3
";

const fn change(field: &'static str, value: &'static str, given: &'static [&'static str]) -> Change {
    Change { field, value, given }
}

const BY_WEIGHTS: &[&str] = &["model.uri=WEIGHTS", "model.size=2Gi"];
const SCALED: &[&str] = &["replicas={min: 2, max: 8}"];
const SCALED_BY_RATE: &[&str] = &["replicas={min: 2, max: 8}", "autoscale.on=rps", "autoscale.target=10"];
const BY_QUERY: &[&str] =
    &["replicas={min: 2, max: 8}", "autoscale={query: 'sum(rate(requests_total[1m]))', target: 5}"];
const GPU: &[&str] = &["resources.gpu={type: nvidia-l4}"];
const PUBLIC: &[&str] = &["expose={host: a.example.com, class: nginx}"];
const BY_GATEWAY: &[&str] = &["expose={host: a.example.com, gateway: {name: way, namespace: net}}"];
const TRANSFORMED: &[&str] = &["targets.kserve.transformer={image: 'ghcr.io/acme/features:0.3.0'}"];
const TRANSFORMED_IN_RANGE: &[&str] =
    &["targets.kserve.transformer={image: 'ghcr.io/acme/features:0.3.0', replicas: {min: 2, max: 8}}"];
const TRANSFORMED_ON_A100: &[&str] = &[
    "targets.kserve.transformer={image: 'ghcr.io/acme/features:0.3.0', resources: {gpu: {type: nvidia-a100-80gb}}}",
];
const EXPLAINED: &[&str] = &["targets.kserve.explainer={image: 'ghcr.io/acme/features:0.3.0'}"];
const EXPLAINED_IN_RANGE: &[&str] =
    &["targets.kserve.explainer={image: 'ghcr.io/acme/features:0.3.0', replicas: {min: 2, max: 8}}"];
const EXPLAINED_ON_A100: &[&str] = &[
    "targets.kserve.explainer={image: 'ghcr.io/acme/features:0.3.0', resources: {gpu: {type: nvidia-a100-80gb}}}",
];
const GRAPH: &[&str] =
    &["targets.kserve.graph={nodes: {root: {steps: [{service: churn}]}}, replicas: {min: 2, max: 8}}"];
const LOGGED: &[&str] =
    &["annotations={example.com/a: b}", "targets.kserve.logger={url: 'http://log.observability'}"];
const LLM: &[&str] = &[
    "health=null",
    "server={image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai, port: 8000}",
    "model={format: vllm, uri: WEIGHTS, size: 2Gi}",
    "targets.kserve.llm={}",
];
const LLM_BY_GATEWAY: &[&str] = &[
    "health=null",
    "server={image: 'docker.io/vllm/vllm-openai:v0.11.0', protocol: openai, port: 8000}",
    "model={format: vllm, uri: WEIGHTS, size: 2Gi}",
    "targets.kserve.llm={}",
    "expose={host: a.example.com, gateway: {name: way, namespace: net}}",
];
const KEEPS_DATA: &[&str] = &["state={size: 1Gi, path: /data}"];

const CHANGES: &[Change] = &[
    change("name", "other", &[]),
    change("namespace", "risk", &[]),
    change("labels", "{team: risk}", &[]),
    change("annotations", "{example.com/a: b}", &[]),
    change("server.image", "ghcr.io/acme/churn:0.3.2", &[]),
    change("server.port", "9001", &[]),
    change("server.protocol", "grpc", &["health=null"]),
    change("server.ports", "{admin: 9000}", &[]),
    change("server.command", "[serve]", &[]),
    change("server.args", "[--a]", &[]),
    change("server.env", "{A: b}", &[]),
    change("server.secretEnv", "{A: {secret: s, key: k}}", &[]),
    change("server.pullSecrets", "[login]", &[]),
    change("server.pullPolicy", "Never", &[]),
    change("server.metrics.path", "/m", &[]),
    change("server.metrics.port", "9100", &["server.metrics.path=/m"]),
    change("server.metrics.scrape", "service-monitor", &["server.metrics.path=/m"]),
    change("server.requestTimeout", "40s", &[]),
    change(
        "server.concurrency",
        "70",
        &["replicas={min: 2, max: 8}", "autoscale.on=concurrency", "server.concurrency=5"],
    ),
    change("model.uri", "s3://models/churn/v3", &["model.size=2Gi"]),
    change("model.uris", "{churn: 's3://models/churn', fraud: 's3://models/fraud'}", &["model.size=2Gi"]),
    change("model.format", "vllm", &["health=null"]),
    change("model.size", "12Gi", BY_WEIGHTS),
    change("model.loadSeconds", "500", &[]),
    change("model.path", "/weights", BY_WEIGHTS),
    change("model.credentials", "bucket-login", BY_WEIGHTS),
    change("model.cache.size", "9Gi", &["model.uri=WEIGHTS", "model.size=2Gi", "model.cache={}"]),
    change("model.cache.storageClass", "fast", &["model.uri=WEIGHTS", "model.size=2Gi", "model.cache={}"]),
    change(
        "model.cache.access",
        "ReadWriteOnce",
        &["model.uri=WEIGHTS", "model.size=2Gi", "replicas=1", "model.cache={}"],
    ),
    change("resources.cpu.request", "3", &[]),
    change("resources.cpu.limit", "9", &[]),
    change("resources.memory.request", "7Gi", &[]),
    change("resources.memory.limit", "9Gi", &[]),
    change("resources.disk.request", "60Gi", &[]),
    change("resources.disk.limit", "90Gi", &[]),
    change("resources.gpu.count", "2", GPU),
    change("resources.gpu.type", "nvidia-a100-80gb", GPU),
    change("resources.gpu.mig", "1g.10gb", &["resources.gpu={type: nvidia-a100-80gb}"]),
    change("resources.gpu.timeSliced", "true", GPU),
    change("resources.sharedMemory", "1Gi", &[]),
    change("health.live", "/l", &[]),
    change("health.ready", "/r", &[]),
    change("health.port", "9002", &["server.ports={admin: 9002}"]),
    change("replicas.min", "3", SCALED),
    change("replicas.max", "9", SCALED),
    change("autoscale.on", "memory", SCALED),
    change("autoscale.target", "44", &["replicas={min: 2, max: 8}", "autoscale.on=cpu"]),
    change("autoscale.metric", "my_requests", SCALED_BY_RATE),
    change("autoscale.query", "sum(rate(hits_total[1m]))", BY_QUERY),
    change("autoscale.per", "service", BY_QUERY),
    change(
        "autoscale.prometheus",
        "http://prom2.example.com:9090",
        &[
            "replicas={min: 2, max: 8}",
            "autoscale={query: \'sum(rate(requests_total[1m]))\', target: 5, prometheus: \'http://prom.example.com:9090\'}",
            "targets.kubernetes.autoscaler=keda",
        ],
    ),
    change("autoscale.upWindow", "77s", SCALED),
    change("autoscale.downWindow", "777s", SCALED),
    change("rollout.surge", "2", &[]),
    change("rollout.unavailable", "2", &[]),
    change("rollout.deadline", "40m", &[]),
    change("rollout.canary", "10", &[]),
    change("availability.spread", "zone", &[]),
    change("availability.spreadStrength", "required", &["availability.spread=zone"]),
    change("availability.minAvailable", "50%", &[]),
    change("availability.maxUnavailable", "2", &[]),
    change("expose.host", "b.example.com", PUBLIC),
    change("expose.path", "/v2", PUBLIC),
    change("expose.class", "traefik", PUBLIC),
    change("expose.tls.issuer", "letsencrypt", PUBLIC),
    change(
        "expose.tls.issuerKind",
        "Issuer",
        &["expose={host: a.example.com, class: nginx, tls: {issuer: le}}"],
    ),
    change("expose.tls.secret", "cert", PUBLIC),
    change("expose.gateway.name", "way2", BY_GATEWAY),
    change("expose.gateway.namespace", "net2", BY_GATEWAY),
    change("expose.gateway.section", "https", BY_GATEWAY),
    change("expose.annotations", "{example.com/a: b}", PUBLIC),
    change("network.allowFrom", "[search]", &[]),
    change("placement.nodeSelector", "{a: b}", &[]),
    change("placement.tolerations", "[{key: a, operator: Exists}]", &[]),
    change("placement.zones", "[a]", &[]),
    change("placement.spot", "true", &[]),
    change("placement.priorityClass", "high", &[]),
    change("placement.runtimeClass", "nvidia", &[]),
    change("security.runAsUser", "1000", &[]),
    change("security.runAsGroup", "1000", &[]),
    change("security.readOnlyRootFilesystem", "false", &[]),
    change("security.writable", "[/data]", &[]),
    change("identity.serviceAccount", "models", &[]),
    change("identity.awsRole", "arn:aws:iam::123456789012:role/churn", &[]),
    change("identity.gcpServiceAccount", "churn-reader@project-one.iam.gserviceaccount.com", &[]),
    change("identity.azureClientId", "11111111-2222-3333-4444-555555555555", &[]),
    change("config.path", "/etc/c2", &["config={files: {a.yaml: b}}"]),
    change("config.files", "{a.yaml: c}", &["config={files: {a.yaml: b}}"]),
    change("state.size", "2Gi", KEEPS_DATA),
    change("state.storageClass", "fast", KEEPS_DATA),
    change("state.path", "/data2", KEEPS_DATA),
    change("requirements.models", "3", &[]),
    change("requirements.platformTeam", "true", &[]),
    change("requirements.platformForOthers", "true", &[]),
    change("requirements.clouds", "[aws]", &[]),
    change("requirements.regions", "[eu-west-1]", &[]),
    change("requirements.onPremises", "true", &[]),
    change("requirements.cluster.exists", "true", &[]),
    change("requirements.cluster.gpus", "0", &[]),
    change("requirements.cluster.installed", "[keda]", &[]),
    change("requirements.gpu.count", "1", &[]),
    change("requirements.gpu.type", "nvidia-l4", &[]),
    change("requirements.gpu.topology", "exotic", &[]),
    change("requirements.isolation", "node", &[]),
    change("requirements.serviceMesh", "true", &[]),
    change("requirements.customCni", "true", &[]),
    change("requirements.protocol", "grpc", &[]),
    change("requirements.traffic.average", "3", &[]),
    change("requirements.traffic.peak", "9", &[]),
    change("requirements.traffic.hoursPerDay", "8", &[]),
    change("requirements.traffic.burstiness", "bursty", &[]),
    change("requirements.traffic.perReplica", "2", &[]),
    change("requirements.latencyMilliseconds", "50", &[]),
    change("requirements.request.size", "8Mi", &[]),
    change("requirements.request.seconds", "90", &[]),
    change("requirements.scaleToZero", "false", &[]),
    change("requirements.coldStartSeconds", "5", &[]),
    change("requirements.canary", "true", &[]),
    change("requirements.shadow", "true", &[]),
    change("requirements.multiModel", "true", &[]),
    change("requirements.gpuSharing", "true", &[]),
    change("requirements.state", "true", &[]),
    change("requirements.compliance", "[air-gapped]", &[]),
    change("requirements.budget", "100", &[]),
    change("requirements.skills.kubernetes", "strong", &[]),
    change("requirements.skills.cloud", "none", &[]),
    change("requirements.lockIn", "refused", &[]),
    change("requirements.environments", "2", &[]),
    change("requirements.gitops", "true", &[]),
    change(
        "targets.kubernetes.autoscaler",
        "keda",
        &["replicas={min: 2, max: 8}", "autoscale={on: cpu, target: 60}"],
    ),
    change("targets.kubernetes.metricScope", "pod", SCALED),
    change("targets.kubernetes.cloud", "azure", GPU),
    change("targets.kserve.version", "\"0.15\"", &[]),
    change("targets.kserve.mode", "knative", &[]),
    change("targets.kserve.llm.parallelism.tensor", "2", LLM),
    change("targets.kserve.llm.parallelism.pipeline", "2", LLM),
    change("targets.kserve.llm.parallelism.data", "2", LLM),
    change("targets.kserve.llm.parallelism.expert", "true", LLM),
    change("targets.kserve.llm.route", "true", LLM),
    change("targets.kserve.llm.scheduler", "true", LLM_BY_GATEWAY),
    change("targets.kserve.transformer.image", "ghcr.io/acme/features:0.4.0", TRANSFORMED),
    change("targets.kserve.transformer.args", "[--a]", TRANSFORMED),
    change("targets.kserve.transformer.command", "[serve]", TRANSFORMED),
    change("targets.kserve.transformer.env", "{A: b}", TRANSFORMED),
    change("targets.kserve.transformer.secretEnv", "{A: {secret: s, key: k}}", TRANSFORMED),
    change("targets.kserve.transformer.resources.cpu.request", "3", TRANSFORMED),
    change("targets.kserve.transformer.resources.cpu.limit", "9", TRANSFORMED),
    change("targets.kserve.transformer.resources.memory.request", "7Gi", TRANSFORMED),
    change("targets.kserve.transformer.resources.memory.limit", "9Gi", TRANSFORMED),
    change("targets.kserve.transformer.resources.disk.request", "60Gi", TRANSFORMED),
    change("targets.kserve.transformer.resources.disk.limit", "90Gi", TRANSFORMED),
    change("targets.kserve.transformer.resources.gpu.count", "2", TRANSFORMED),
    change("targets.kserve.transformer.resources.gpu.type", "nvidia-l4", TRANSFORMED),
    change("targets.kserve.transformer.resources.gpu.mig", "1g.10gb", TRANSFORMED_ON_A100),
    change("targets.kserve.transformer.resources.gpu.timeSliced", "true", TRANSFORMED),
    change("targets.kserve.transformer.resources.sharedMemory", "1Gi", TRANSFORMED),
    change("targets.kserve.transformer.health.live", "/l", TRANSFORMED),
    change("targets.kserve.transformer.health.ready", "/r", TRANSFORMED),
    change("targets.kserve.transformer.health.port", "9002", TRANSFORMED),
    change("targets.kserve.transformer.replicas.min", "3", TRANSFORMED_IN_RANGE),
    change("targets.kserve.transformer.replicas.max", "9", TRANSFORMED_IN_RANGE),
    change("targets.kserve.transformer.port", "9001", TRANSFORMED),
    change("targets.kserve.explainer.image", "ghcr.io/acme/features:0.4.0", EXPLAINED),
    change("targets.kserve.explainer.args", "[--a]", EXPLAINED),
    change("targets.kserve.explainer.command", "[serve]", EXPLAINED),
    change("targets.kserve.explainer.env", "{A: b}", EXPLAINED),
    change("targets.kserve.explainer.secretEnv", "{A: {secret: s, key: k}}", EXPLAINED),
    change("targets.kserve.explainer.resources.cpu.request", "3", EXPLAINED),
    change("targets.kserve.explainer.resources.cpu.limit", "9", EXPLAINED),
    change("targets.kserve.explainer.resources.memory.request", "7Gi", EXPLAINED),
    change("targets.kserve.explainer.resources.memory.limit", "9Gi", EXPLAINED),
    change("targets.kserve.explainer.resources.disk.request", "60Gi", EXPLAINED),
    change("targets.kserve.explainer.resources.disk.limit", "90Gi", EXPLAINED),
    change("targets.kserve.explainer.resources.gpu.count", "2", EXPLAINED),
    change("targets.kserve.explainer.resources.gpu.type", "nvidia-l4", EXPLAINED),
    change("targets.kserve.explainer.resources.gpu.mig", "1g.10gb", EXPLAINED_ON_A100),
    change("targets.kserve.explainer.resources.gpu.timeSliced", "true", EXPLAINED),
    change("targets.kserve.explainer.resources.sharedMemory", "1Gi", EXPLAINED),
    change("targets.kserve.explainer.health.live", "/l", EXPLAINED),
    change("targets.kserve.explainer.health.ready", "/r", EXPLAINED),
    change("targets.kserve.explainer.health.port", "9002", EXPLAINED),
    change("targets.kserve.explainer.replicas.min", "3", EXPLAINED_IN_RANGE),
    change("targets.kserve.explainer.replicas.max", "9", EXPLAINED_IN_RANGE),
    change("targets.kserve.explainer.port", "9001", EXPLAINED),
    change("targets.kserve.graph.nodes", "{root: {steps: [{service: churn, path: /predict}]}}", GRAPH),
    change("targets.kserve.graph.timeout", "40s", GRAPH),
    change("targets.kserve.graph.replicas.min", "3", GRAPH),
    change("targets.kserve.graph.replicas.max", "9", GRAPH),
    change(
        "targets.kserve.storageKey",
        "warehouse",
        &[
            "model.uri=WEIGHTS",
            "model.size=2Gi",
            "model.format=sklearn",
            "targets.kserve={storage: kserve, runtime: kserve-sklearnserver}",
        ],
    ),
    change("targets.kserve.logger.url", "http://log.other", LOGGED),
    change("targets.kserve.logger.mode", "request", LOGGED),
    change("targets.kserve.logger.headers", "[x-request-id]", LOGGED),
    change("targets.kserve.logger.annotations", "[example.com/a]", LOGGED),
    change("targets.kserve.batcher.maxBatchSize", "8", &["targets.kserve.batcher={}"]),
    change("targets.kserve.batcher.maxLatency", "100", &["targets.kserve.batcher={}"]),
    change("targets.gke-autopilot.computeClass", "balanced", &[]),
    change("targets.gke-autopilot.burst", "true", &["resources.cpu={request: 500m, limit: 2}"]),
    change("targets.gke-autopilot.extendedDuration", "true", &[]),
    change("targets.gke-autopilot.ownComputeClass", "true", &[]),
    change("targets.eks-fargate.cluster", "other", &[]),
    change("targets.eks-fargate.region", "eu-west-1", &[]),
    change("targets.eks-fargate.iac", "cloudformation", &[]),
    change("targets.eks-fargate.logs", "true", &[]),
    change("targets.aks-virtual-nodes.generation", "v1", &[]),
    change("targets.sagemaker.mode", "serverless", &[]),
    change("targets.sagemaker.instanceType", "ml.m5.2xlarge", &[]),
    change("targets.sagemaker.region", "eu-west-1", &[]),
    change(
        "targets.kserve.runtime",
        "kserve-sklearnserver",
        &["model.uri=WEIGHTS", "model.size=2Gi", "model.format=sklearn"],
    ),
    change("targets.kserve.storage", "kserve", BY_WEIGHTS),
    change("targets.eks-fargate.executionRole", "arn:aws:iam::123456789012:role/pods", &[]),
    change(
        "targets.eks-fargate.fileSystem",
        "fs-0123456789abcdef0",
        &["model.cache={}", "model.uri=WEIGHTS", "model.size=2Gi"],
    ),
    change("targets.eks-fargate.subnets", "[subnet-0123456789abcdef0]", &[]),
    change(
        "targets.sagemaker.output",
        "s3://answers/churn",
        &["targets.sagemaker={mode: async, output: 's3://answers/risk'}"],
    ),
    change(
        "targets.sagemaker.securityGroups",
        "[sg-0123456789abcdef0]",
        &["targets.sagemaker={subnets: [subnet-0000000000abcdef0], securityGroups: [sg-0000000000abcdef0]}"],
    ),
    change(
        "targets.sagemaker.subnets",
        "[subnet-0123456789abcdef0]",
        &["targets.sagemaker={subnets: [subnet-0000000000abcdef0], securityGroups: [sg-0000000000abcdef0]}"],
    ),
    change("targets.vertex.project", "acme-models", &["targets.vertex.region=us-central1"]),
    change("targets.vertex.region", "europe-west4", &["targets.vertex.project=acme-models"]),
    change("targets.vertex.machineType", "n1-standard-8", &[]),
    change("targets.vertex.dedicatedEndpoint", "false", &["targets.vertex.predictRoute=/predict"]),
    change("targets.vertex.predictRoute", "/predict", &[]),
    change("targets.azureml.mirror", "10", &[]),
    change("targets.azureml.instanceType", "Standard_DS4_v2", &[]),
];

/// Fields that no change of one field alone shows.
const NOT_CHANGED: &[&str] = &[
    "apiVersion",   // it has one value
    "environments", // laid over the rest before targets see anything
];

#[test]
fn every_field_of_the_schema_is_changed_once() {
    let changed: BTreeSet<_> =
        CHANGES.iter().map(|change| change.field).chain(NOT_CHANGED.iter().copied()).collect();
    let fields = fields();
    let missing: Vec<_> = fields.iter().filter(|field| !changed.contains(field.as_str())).collect();
    assert!(missing.is_empty(), "no change tries {missing:?}");
    let unknown: Vec<_> = changed.iter().filter(|field| !fields.contains(**field)).collect();
    assert!(unknown.is_empty(), "{unknown:?} are no fields");
}

#[test]
fn what_is_said_of_a_field_is_so() {
    for target in mlship::targets::all() {
        let target = *target;
        assert!(
            outcome(target, &change("", "", &[]).before(target)).is_ok(),
            "{} refuses all",
            target.name()
        );
        let judged: Vec<_> = CHANGES.iter().filter_map(|change| judge(target, change)).collect();
        let wrong: Vec<_> = judged.iter().filter_map(|judged| judged.as_ref().err()).cloned().collect();
        assert!(wrong.is_empty(), "{}:\n{}", target.name(), wrong.join("\n"));
        assert!(
            judged.len() * 10 > CHANGES.len() * 7,
            "{}: only {} were judged",
            target.name(),
            judged.len()
        );
    }
}

/// Whether what a target says of a change is so; `None` where it refuses what the change needs anyway.
fn judge(target: &dyn Target, change: &Change) -> Option<Result<(), String>> {
    let (before, after) = (outcome(target, &change.before(target)), outcome(target, &change.after(target)));
    if before.is_err() && before == after {
        return None;
    }
    let workload = workload(&change.after(target));
    let fates = fates(target.answers(), &workload, &target.emit(&workload));
    let fate = of(&fates, change.field);
    let wrong = match fate {
        // A refusal may concern a field above, or several together.
        None if after.is_err() => return Some(Ok(())),
        None => "has no fate",
        Some(Fate::Honoured(_)) if before == after => "is said to be honoured, and changes nothing",
        Some(Fate::Elsewhere(_)) if before != after => "is said to be another's, and changes something",
        Some(_) => return Some(Ok(())),
    };
    Some(Err(format!("`{}: {}` {wrong} ({fate:?})", change.field, change.value)))
}

/// The workload of a small spec with fields set.
///
/// # Panics
///
/// Where it is refused when read.
fn workload(set: &[String]) -> Workload {
    let options = ReadOptions { set: set.to_vec(), ..Default::default() };
    let reading = read("test.yaml", SPEC.as_bytes(), &options);
    let errors = reading.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let said = format!("{set:?}: {:?}", errors.map(|error| &error.message).collect::<Vec<_>>());
    reading.workloads.into_iter().next().expect(&said)
}

/// Everything that comes out, as text, without places; or every refusal.
fn outcome(target: &dyn Target, set: &[String]) -> Result<String, Vec<String>> {
    let emitted = target.emit(&workload(set));
    let emitted = emitted
        .map_err(|refusals| refusals.into_iter().map(|refusal| refusal.message).collect::<Vec<_>>())?;
    let warnings: Vec<_> = emitted.warnings.iter().map(|warning| &warning.message).collect();
    Ok(format!("{:?} {:?} {:?} {warnings:?}", emitted.bundle, emitted.adapted, emitted.decisions))
}
