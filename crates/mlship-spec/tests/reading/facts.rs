//! What a workload is, in a few lines, for the files beside the good cases.

use std::fmt::{Debug, Display, Write as _};

use mlship_spec::read::Reading;
use mlship_spec::workload::{
    Amount, Check, CloudIdentity, DisruptionBudget, EnvValue, Exposure, Gpu, Model, Probe, Scale, Server,
    Workload,
};

/// Every workload, and the warnings.
pub fn facts(reading: &Reading) -> String {
    let mut text = String::new();
    for workload in &reading.workloads {
        let _ = writeln!(text, "# {}", workload.name);
        write_facts(&mut text, workload);
    }
    for diagnostic in &reading.diagnostics {
        let _ = writeln!(text, "{} {:?}: {}", diagnostic.code.id, diagnostic.severity, diagnostic.message);
    }
    text
}

/// What was decided without being asked.
pub fn decisions(reading: &Reading) -> String {
    let mut text = String::new();
    for workload in &reading.workloads {
        let _ = writeln!(text, "# decided for {}", workload.name);
        for decision in &workload.provenance.decisions {
            let _ = writeln!(text, "{} = {:?} ({})", decision.field, decision.value, decision.reason);
        }
    }
    text
}

fn write_facts(text: &mut String, workload: &Workload) {
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    fact("namespace", workload.namespace.as_ref().map_or_else(String::new, ToString::to_string));
    fact("labels", pairs(&workload.labels));
    fact("annotations", pairs(&workload.annotations));
    fact("server", server(&workload.server));
    fact("args", each(workload.server.args.iter().map(|arg| format!("{arg:?}"))));
    fact(
        "env",
        each(
            workload.server.env.iter().map(|variable| format!("{}={}", variable.name, env(&variable.value))),
        ),
    );
    fact("model", model(&workload.model));
    fact("resources", resources(workload));
    fact("probes", probes(workload));
    fact("scale", scale(&workload.scale));
    fact("rollout", rollout(workload));
    fact("availability", availability(workload));
    fact("exposure", exposure(&workload.exposure));
    fact(
        "network",
        workload
            .network
            .allow_from
            .as_ref()
            .map_or_else(|| "from anywhere".into(), |from| format!("from {}", each(from))),
    );
    fact("placement", placement(workload));
    fact("security", security(workload));
    fact("identity", identity(workload));
    fact(
        "config",
        workload
            .config
            .as_ref()
            .map_or_else(String::new, |config| format!("{} {}", config.mount_path, pairs(&config.files))),
    );
    fact(
        "state",
        workload.state.as_ref().map_or_else(String::new, |state| {
            format!(
                "{} at {} of {:?}",
                state.size,
                state.mount_path,
                state.storage_class.as_ref().map(ToString::to_string)
            )
        }),
    );
    if workload.provenance.is_written("requirements") {
        fact("requirements", word(&workload.requirements));
    }
    if workload.provenance.is_written("targets") {
        let targets = &workload.targets;
        let (scope, cloud) = (targets.kubernetes.metric_scope, targets.kubernetes.cloud);
        fact(
            "targets",
            format!("metrics of the {scope}, cloud {cloud:?}, KServe mode {:?}", targets.kserve.mode),
        );
    }
}

fn server(server: &Server) -> String {
    let mut line = format!(
        "{} {} {}:{} within {}s",
        server.image, server.pull_policy, server.protocol, server.port, server.request_seconds
    );
    for (name, port) in &server.extra_ports {
        let _ = write!(line, ", {name}:{port}");
    }
    if let Some(metrics) = &server.metrics {
        let _ = write!(line, ", metrics {}:{} by {}", metrics.path, metrics.port, metrics.scrape);
    }
    if !server.pull_secrets.is_empty() {
        let _ = write!(line, ", pulled with {}", each(&server.pull_secrets));
    }
    line
}

fn env(value: &EnvValue) -> String {
    match value {
        EnvValue::Literal(text) => format!("{text:?}"),
        EnvValue::Secret(reference) => format!("{}/{}", reference.secret, reference.key),
    }
}

fn model(model: &Model) -> String {
    let mut line = format!("loads in {}s", model.load_seconds);
    if let Some(size) = &model.size {
        let _ = write!(line, ", {size}");
    }
    if let Some(source) = &model.source {
        for place in source.places.all() {
            let _ = write!(line, ", {} at {}", place.uri, place.folder(source.mount_path.as_str()));
        }
        if let Some(credentials) = &source.credentials {
            let _ = write!(line, " with {credentials}");
        }
        if let Some(cache) = &source.cache {
            let _ = write!(line, " kept in {} {}", cache.size, cache.access);
        }
    }
    line
}

fn resources(workload: &Workload) -> String {
    let resources = &workload.resources;
    let amount = |amount: &Amount| match &amount.limit {
        Some(limit) => format!("{}..{limit}", amount.request),
        None => amount.request.to_string(),
    };
    let gpu = |gpu: &Gpu| {
        let kind = gpu.accelerator.map_or("any", |accelerator| accelerator.name);
        format!(", {} {} ({kind})", gpu.count, gpu.resource)
    };
    format!(
        "cpu {}, memory {}, disk {}{}{}",
        amount(&resources.cpu),
        amount(&resources.memory),
        amount(&resources.ephemeral_storage),
        resources.gpu.as_ref().map_or_else(String::new, gpu),
        resources.shared_memory.as_ref().map_or_else(String::new, |size| format!(", shared {size}")),
    )
}

fn probes(workload: &Workload) -> String {
    let check = |probe: &Probe| match &probe.check {
        Check::Http { path, port } => format!("GET {path} at {port}"),
        Check::Grpc { port } => format!("gRPC at {port}"),
        Check::Tcp { port } => format!("TCP at {port}"),
    };
    let probes = &workload.probes;
    format!(
        "live {}, ready {}, start within {}s, gone within {}s",
        check(&probes.liveness),
        check(&probes.readiness),
        probes.startup.period_seconds * probes.startup.failure_threshold,
        workload.shutdown.grace_seconds
    )
}

fn scale(scale: &Scale) -> String {
    match scale {
        Scale::Fixed { replicas } => replicas.to_string(),
        Scale::Auto(auto) => format!(
            "{}..{} by {} on {:?}, up {}s, down {}s{}",
            auto.min,
            auto.max,
            auto.autoscaler,
            auto.signal,
            auto.up_window_seconds,
            auto.down_window_seconds,
            auto.prometheus.as_ref().map_or_else(String::new, |url| format!(", asks {url}"))
        ),
    }
}

fn rollout(workload: &Workload) -> String {
    let rollout = &workload.rollout;
    let canary = rollout.canary.map_or_else(String::new, |share| format!(", canary {share}"));
    format!(
        "+{} -{} within {}s{canary}",
        rollout.surge, rollout.unavailable, rollout.progress_deadline_seconds
    )
}

fn availability(workload: &Workload) -> String {
    let budget = match &workload.availability.budget {
        DisruptionBudget::MaxUnavailable(max) => format!("at most {max} away"),
        DisruptionBudget::MinAvailable(min) => format!("at least {min} there"),
    };
    let spread =
        workload.availability.spread.iter().map(|rule| format!("{:?} {:?}", rule.over, rule.required));
    format!("{budget}, spread over {}", each(spread))
}

fn exposure(exposure: &Exposure) -> String {
    match exposure {
        Exposure::Internal => "internal".to_owned(),
        Exposure::Ingress { route, class, tls } => {
            format!(
                "{}{} class {:?} {:?} {}",
                route.host,
                route.path,
                class.as_ref().map(ToString::to_string),
                tls,
                pairs(&route.annotations)
            )
        }
        Exposure::Gateway { route, name, namespace, section } => {
            format!("{}{} of gateway {name} {namespace:?} {section:?}", route.host, route.path)
        }
    }
}

fn placement(workload: &Workload) -> String {
    let placement = &workload.placement;
    let parts = [
        pairs(&placement.node_selector),
        each(&placement.zones),
        each(&placement.tolerations),
        placement.priority_class.as_ref().map_or_else(String::new, |class| format!("priority {class}")),
        placement.runtime_class.as_ref().map_or_else(String::new, |class| format!("runtime {class}")),
        word(&placement.spot),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

fn security(workload: &Workload) -> String {
    let security = &workload.security;
    let (user, group) = (security.run_as_user, security.run_as_group);
    format!("{user}:{group} {:?}, writes to {}", security.root_filesystem, each(&security.writable))
}

fn identity(workload: &Workload) -> String {
    let account = word(&workload.identity.service_account);
    match &workload.identity.cloud {
        None => account,
        Some(CloudIdentity::Aws(role)) => format!("{account} as {role}"),
        Some(CloudIdentity::Gcp(other)) => format!("{account} as {other}"),
        Some(CloudIdentity::Azure(id)) => format!("{account} as {id}"),
    }
}

fn word(value: &impl Debug) -> String {
    format!("{value:?}")
}

fn each<T: Display>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(", ")
}

fn pairs<'a, K: Display + 'a, V: Debug + Display + 'a>(
    pairs: impl IntoIterator<Item = (&'a K, &'a V)>,
) -> String {
    each(pairs.into_iter().map(|(key, value)| format!("{key}={:?}", value.to_string())))
}
