//! Reads pods and pod templates.

use crate::placement::manifest::affinity::{Owner, labels_of, pod_affinity, preferred_nodes, spread};
use crate::placement::manifest::amounts::{Amounts, PodResources, Resources, Sidecar, amounts, units};
use crate::placement::manifest::labels::{node_terms, pairs};
use crate::placement::manifest::nodes::effect;
use crate::placement::manifest::place::{At, Problems};
use crate::placement::objects::{Class, Effect, HostPort, PriorityClass, RuntimeClass, Template, Toleration};
use crate::placement::selector::{Labels, Selector};
use crate::placement::symbols::{Symbol, Symbols};
use std::collections::{BTreeMap, BTreeSet};

/// What reading a pod needs to know beside its text.
pub(super) struct Context<'a> {
    pub(super) symbols: &'a mut Symbols,
    pub(super) classes: &'a BTreeMap<Symbol, PriorityClass>,
    pub(super) runtimes: &'a BTreeMap<Symbol, RuntimeClass>,
    pub(super) namespace: Symbol,
    /// Labels that the controller adds.
    pub(super) more_labels: Vec<(Symbol, Symbol)>,
    /// The controller's selector.
    pub(super) controller: Option<Selector>,
}

/// A pod or the template of one: something with `metadata` and `spec`.
pub(super) fn template(
    at: &At<'_, '_>,
    context: &mut Context<'_>,
    problems: &mut Problems<'_>,
) -> Option<Template> {
    let spec = at.field("spec");
    if spec.is_missing() {
        problems.push(spec.path(), "the pod has no spec", "give its containers");
        return None;
    }
    let mut labels = labels_of(&at.field("metadata"), context.symbols, problems);
    for (key, value) in &context.more_labels {
        labels.set(*key, *value);
    }
    let owner = Owner { namespace: context.namespace, labels: &labels };
    let affinity = spec.field("affinity");
    let pods = pod_affinity(&affinity, &owner, context.symbols, problems);
    let spread_list = spec.field("topologySpreadConstraints");
    let items = spread_list.items(problems);
    let spread: Vec<_> =
        items.iter().filter_map(|item| spread(item, &owner, context.symbols, problems)).collect();
    let gated = !spec.field("schedulingGates").items(problems).is_empty();
    let (priority, preempts) = priority(&spec, context, problems);
    let class = class(at, &spec, context, problems);
    Some(Template {
        namespace: context.namespace,
        labels: Labels::new(labels.iter()),
        class,
        priority,
        preempts,
        gated,
        spread,
        default_spread: context.controller.clone(),
        affinity: pods.affinity,
        anti_affinity: pods.anti_affinity,
        preferred_pods: pods.preferred,
    })
}

fn priority(spec: &At<'_, '_>, context: &mut Context<'_>, problems: &mut Problems<'_>) -> (i32, bool) {
    let never = spec.field("preemptionPolicy").text(problems) == Some("Never");
    let number = spec.field("priority").integer(problems).and_then(|number| i32::try_from(number).ok());
    let name_at = spec.field("priorityClassName");
    let name = name_at.text(problems).filter(|name| !name.is_empty());
    let class = match name {
        None => context.classes.values().find(|class| class.global_default).copied(),
        Some("system-cluster-critical") => Some(system_class(2_000_000_000)),
        Some("system-node-critical") => Some(system_class(2_000_001_000)),
        Some(name) => {
            let class = context.symbols.find(name).and_then(|name| context.classes.get(&name)).copied();
            if class.is_none() && number.is_none() {
                let message = format!("the priority class `{name}` is not given");
                problems.push(name_at.path(), message, "add the PriorityClass to the input");
            }
            class
        }
    };
    let value = number.or(class.map(|class| class.value)).unwrap_or(0);
    (value, !never && class.is_none_or(|class| class.preempts))
}

fn system_class(value: i32) -> PriorityClass {
    PriorityClass { value, global_default: false, preempts: true }
}

fn class(
    at: &At<'_, '_>,
    spec: &At<'_, '_>,
    context: &mut Context<'_>,
    problems: &mut Problems<'_>,
) -> Class {
    let runtime = spec.field("runtimeClassName").text(problems);
    let runtime =
        runtime.and_then(|name| context.symbols.find(name)).and_then(|name| context.runtimes.get(&name));
    let symbols = &mut *context.symbols;
    let Containers { mut resources, host_ports, mut images } = containers(spec, symbols, problems);
    if let Some(runtime) = runtime
        && resources.overhead.is_empty()
    {
        resources.overhead.clone_from(&runtime.overhead);
    }
    resources.fill_pod_level();
    let claims = volumes(at, spec, &mut images, symbols, problems);
    let node_affinity = spec.field("affinity");
    let node_affinity = node_affinity.field("nodeAffinity");
    let mut node_selector = pairs(&spec.field("nodeSelector"), symbols, problems);
    let mut tolerations = tolerations(&spec.field("tolerations"), symbols, problems);
    if let Some(runtime) = runtime {
        node_selector.extend_from_slice(&runtime.node_selector);
        tolerations.extend_from_slice(&runtime.tolerations);
    }
    node_selector.sort_unstable();
    node_selector.dedup();
    add_usual_tolerations(&mut tolerations, symbols);
    let required = node_affinity.field("requiredDuringSchedulingIgnoredDuringExecution");
    Class {
        requests: requests(&resources.requests(), symbols),
        counted: resources.counted(),
        scored: resources.scored(),
        node_name: None,
        node_selector,
        node_terms: node_terms(&required, symbols, problems),
        preferred_nodes: preferred_nodes(&node_affinity, symbols, problems),
        tolerations,
        host_ports,
        images,
        claims,
    }
}

/// What all containers of a pod come to.
struct Containers {
    resources: PodResources,
    host_ports: BTreeSet<HostPort>,
    images: Vec<Symbol>,
}

fn containers(spec: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Containers {
    let network = if spec.field("hostNetwork").truth(problems) { Network::OfNode } else { Network::Own };
    let mut resources = PodResources {
        pod_level: Resources::read(&spec.field("resources"), problems),
        overhead: amounts(&spec.field("overhead"), problems),
        ..PodResources::default()
    };
    let mut host_ports = BTreeSet::new();
    let mut images = Vec::new();
    let list = spec.field("containers");
    let containers = list.items(problems);
    if containers.is_empty() {
        problems.push(list.path(), "the pod has no containers", "give at least one");
    }
    for container in &containers {
        resources.containers.push(Resources::of_container(&container.field("resources"), problems));
        host_ports.extend(ports(container, network, symbols, problems));
        images.extend(image(&container.field("image"), symbols, problems));
    }
    let list = spec.field("initContainers");
    for container in &list.items(problems) {
        let always = container.field("restartPolicy").text(problems) == Some("Always");
        let sidecar = if always { Sidecar::Yes } else { Sidecar::No };
        let own = Resources::of_container(&container.field("resources"), problems);
        resources.init_containers.push((sidecar, own));
        if sidecar == Sidecar::Yes {
            host_ports.extend(ports(container, network, symbols, problems));
        }
        images.extend(image(&container.field("image"), symbols, problems));
    }
    Containers { resources, host_ports, images }
}

/// Whose network a pod is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Network {
    Own,
    OfNode,
}

/// The resources that a node keeps account of. Others, such as one without a domain that Kubernetes does not know,
/// are not looked at.
fn requests(amounts: &Amounts, symbols: &mut Symbols) -> BTreeMap<Symbol, i64> {
    let known = |resource: &str| {
        matches!(resource, "cpu" | "memory" | "ephemeral-storage")
            || resource.contains('/')
            || resource.starts_with("hugepages-")
            || resource.starts_with("attachable-volumes-")
    };
    amounts
        .iter()
        .filter(|(resource, _)| known(resource))
        .map(|(resource, quantity)| (symbols.intern(resource), units(resource, quantity)))
        .collect()
}

fn ports(
    container: &At<'_, '_>,
    network: Network,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Vec<HostPort> {
    let list = container.field("ports");
    let items = list.items(problems);
    let mut ports = Vec::new();
    for item in items {
        let shared = network == Network::OfNode && item.field("hostPort").is_missing();
        let field = if shared { "containerPort" } else { "hostPort" };
        let Some(port) = item.field(field).integer(problems).filter(|port| *port > 0) else { continue };
        let protocol = symbols.intern(item.field("protocol").text(problems).unwrap_or("TCP"));
        let address =
            item.field("hostIP").text(problems).filter(|address| !matches!(*address, "" | "0.0.0.0"));
        let address = address.map(|address| symbols.intern(address));
        ports.push(HostPort { port, protocol, address });
    }
    ports
}

/// The name under which nodes list an image: with `:latest` where there is no tag.
fn image(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Option<Symbol> {
    let name = at.text(problems)?;
    let tagged = name.rfind(':') > name.rfind('/');
    Some(if tagged { symbols.intern(name) } else { symbols.intern(&format!("{name}:latest")) })
}

/// The claims among a pod's volumes; images among them join `images`.
fn volumes(
    at: &At<'_, '_>,
    spec: &At<'_, '_>,
    images: &mut Vec<Symbol>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> BTreeSet<Symbol> {
    let list = spec.field("volumes");
    let items = list.items(problems);
    let mut claims = BTreeSet::new();
    for item in items {
        images.extend(image(&item.field("image").field("reference"), symbols, problems));
        if let Some(name) = item.field("persistentVolumeClaim").field("claimName").text(problems) {
            claims.insert(symbols.intern(name));
        }
        if !item.field("ephemeral").is_missing() {
            let pod = at.field("metadata").field("name").text(problems).unwrap_or_default();
            let volume = item.field("name").text(problems).unwrap_or_default();
            claims.insert(symbols.intern(&format!("{pod}-{volume}")));
        }
    }
    claims
}

/// The tolerations of a list.
pub(super) fn tolerations(
    at: &At<'_, '_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Vec<Toleration> {
    let items = at.items(problems);
    items.iter().filter_map(|item| toleration(item, symbols, problems)).collect()
}

/// The tolerations that admission gives every pod.
fn add_usual_tolerations(tolerations: &mut Vec<Toleration>, symbols: &mut Symbols) {
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let key = Some(symbols.intern(key));
        tolerations.push(Toleration { key, value: None, effect: Some(Effect::NoExecute) });
    }
}

fn toleration(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Option<Toleration> {
    let effect = effect(&at.field("effect"), problems);
    let key = at.field("key").text(problems).filter(|key| !key.is_empty()).map(|key| symbols.intern(key));
    let value = symbols.intern(at.field("value").text(problems).unwrap_or_default());
    let operator = at.field("operator");
    match operator.text(problems).unwrap_or("Equal") {
        "Exists" => Some(Toleration { key, value: None, effect }),
        "Equal" | "" => Some(Toleration { key, value: Some(value), effect }),
        other => {
            let message = format!("`{other}` is no operator of a toleration");
            problems.push(operator.path(), message, "write Exists or Equal");
            None
        }
    }
}
