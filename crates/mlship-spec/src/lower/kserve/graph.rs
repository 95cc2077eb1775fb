//! `targets.kserve.graph`: nodes and steps that fit together.
//!
//! The rules are those of KServe's webhook (`pkg/apis/serving/v1alpha1/inference_graph_validation.go` of v0.20.0), and
//! what it lets through and its router then ignores or fails on (`cmd/router/main.go`).

use std::collections::{BTreeMap, BTreeSet};

use crate::choices::GraphRouter;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::Spanned;
use crate::lower::missing;
use crate::source::Span;
use crate::spec::forms::{ShortOr, value};
use crate::spec::kserve::{KserveGraph, KserveGraphNode, KserveGraphStep};
use crate::values::names::DnsLabel;
use crate::workload::kserve::{Graph, GraphNode, GraphStep, GraphTarget};

use super::Pass;

/// Where a request enters.
const ROOT: &str = "root";
const FIELD: &str = "targets.kserve.graph";

impl Pass<'_> {
    pub(super) fn graph(&mut self, written: &KserveGraph) -> Option<Graph> {
        let nodes_field = format!("{FIELD}.nodes");
        let Some(pairs) = &written.nodes else {
            let example = "{root: {steps: [{service: churn}]}}";
            self.findings.push(missing(self.span(FIELD), &nodes_field, example));
            return None;
        };
        let pairs = &pairs.value.0;
        let names: BTreeSet<&str> = pairs.iter().map(|(name, _)| name.value.as_str()).collect();
        if !names.contains(ROOT) {
            let message = "a request enters the graph at the node `root`, and there is none";
            let place = self.span(&nodes_field);
            let diagnostic = Diagnostic::error(&codes::MISSING_FIELD, place, message);
            self.refuse(diagnostic.help("name the first node `root`"));
        }
        let mut nodes = BTreeMap::new();
        for (name, node) in pairs {
            let node = self.graph_node(name, &node.value, &names);
            nodes.insert(name.value.to_string(), node);
        }
        self.judge_reach(&nodes, pairs.iter().map(|(name, _)| (name.value.as_str(), name.span)));
        let (min, max) = self.graph_replicas(written);
        let server = self.spec.server.as_ref().and_then(|server| server.value.request_timeout.as_ref());
        let timeout = written.timeout.as_ref().or(server);
        let timeout_seconds = timeout.map_or(60, |timeout| timeout.value.get());
        Some(Graph { nodes, timeout_seconds, min, max })
    }

    fn graph_replicas(&mut self, written: &KserveGraph) -> (u32, u32) {
        let field = format!("{FIELD}.replicas");
        let (min, max) = match written.replicas.as_ref().map(|replicas| &replicas.value) {
            None => (2, 2),
            Some(ShortOr::Short(count)) => (count.0, count.0),
            Some(ShortOr::Long(range)) => {
                let Some(max) = range.max.as_ref().map(|max| max.value.0) else {
                    self.findings.push(missing(self.span(&field), &format!("{field}.max"), "4"));
                    return (1, 1);
                };
                (range.min.as_ref().map_or(max.min(2), |min| min.value.0), max)
            }
        };
        if min > max || min == 0 {
            let message = match min {
                0 => "nothing wakes a router that sleeps".to_owned(),
                _ => format!("the fewest replicas, {min}, are more than the most, {max}"),
            };
            let diagnostic = Diagnostic::error(&codes::CONFLICT, self.span(&field), message);
            self.refuse(diagnostic.help("write a number from 1, or a range such as `{min: 2, max: 4}`"));
        }
        (min, max)
    }

    fn graph_node(
        &mut self,
        name: &Spanned<DnsLabel>,
        written: &KserveGraphNode,
        nodes: &BTreeSet<&str>,
    ) -> GraphNode {
        let (place, name) = (name.span, name.value.as_str());
        let router = value(written.router.as_ref()).map_or(GraphRouter::Sequence, |word| word.0);
        let steps = written.steps.as_ref().map(|steps| steps.value.as_slice()).unwrap_or_default();
        if steps.is_empty() {
            let message = format!("the node `{name}` has no steps");
            let diagnostic = Diagnostic::error(&codes::MISSING_FIELD, place, message);
            self.refuse(diagnostic.help("write `steps: [{service: churn}]`"));
        }
        let mut named = BTreeSet::new();
        for (index, step) in steps.iter().enumerate() {
            self.judge_step(router, index, step);
            let Some(step_name) = &step.value.name else { continue };
            if !named.insert(step_name.value.as_str()) {
                let message = format!("the node `{name}` has more than one step `{}`", step_name.value);
                let diagnostic = Diagnostic::error(&codes::CONFLICT, step_name.span, message);
                self.refuse(diagnostic.help("give one another name"));
            }
        }
        let weights = steps.iter().map(|step| step.value.weight.as_ref().map(|weight| weight.value.0));
        let weights: Option<Vec<u32>> = weights.collect();
        let sum = weights.map(|weights| weights.into_iter().sum::<u32>());
        if let Some(sum) =
            sum.filter(|sum| router == GraphRouter::Splitter && *sum != 100 && !steps.is_empty())
        {
            let message = format!("the weights of `{name}` come to {sum}, not to 100");
            let diagnostic = Diagnostic::error(&codes::CONFLICT, place, message);
            self.refuse(diagnostic.help("they are shares in percent"));
        }
        let steps = steps.iter().filter_map(|step| self.graph_step(step, nodes)).collect();
        GraphNode { router, steps }
    }

    /// Fields that the router needs, and those that it ignores.
    fn judge_step(&mut self, router: GraphRouter, index: usize, step: &Spanned<KserveGraphStep>) {
        let written = &step.value;
        let needs = |field: &str, example: &str| {
            let message = format!("a step of a `{router}` needs a `{field}`");
            Diagnostic::error(&codes::MISSING_FIELD, step.span, message)
                .help(format!("for example `{field}: {example}`"))
        };
        match router {
            GraphRouter::Splitter if written.weight.is_none() => self.refuse(needs("weight", "50")),
            GraphRouter::Switch if written.condition.is_none() => {
                self.refuse(needs("condition", r#"'[@this].#(kind=="a")'"#));
            }
            GraphRouter::Splitter | GraphRouter::Switch | GraphRouter::Sequence | GraphRouter::Ensemble => {}
        }
        let is_sequence = router == GraphRouter::Sequence;
        let is_switch = router == GraphRouter::Switch;
        let ignored = [
            ("weight", written.weight.as_ref().map(|it| it.span), router != GraphRouter::Splitter),
            ("data", written.data.as_ref().map(|it| it.span), !is_sequence),
            ("condition", written.condition.as_ref().map(|it| it.span), !is_sequence && !is_switch),
        ];
        for (field, span, is_ignored) in ignored {
            if let Some(span) = span.filter(|_| is_ignored) {
                let message = format!("the router does nothing with the `{field}` of a step of a `{router}`");
                self.refuse(Diagnostic::error(&codes::CONFLICT, span, message).help("take it away"));
            }
        }
        if let Some(condition) = written.condition.as_ref().filter(|_| is_sequence && index == 0) {
            let message =
                "the condition of a sequence's first step has no answer to look at, and each request fails";
            let help = "write it at a later step, or take `router: switch`";
            self.refuse(Diagnostic::error(&codes::CONFLICT, condition.span, message).help(help));
        }
        let Some(data) = written.data.as_ref().filter(|_| is_sequence) else { return };
        let problem = match data.value.as_str() {
            "$request" => return,
            "$response" if index > 0 => return,
            "$response" => {
                "before the first step there is no answer, and the request is sent in its place".to_owned()
            }
            other if other.starts_with("$response.") => {
                format!("the router knows no parts of an answer: with `{other}` the request is sent")
            }
            other => format!("`{other}` is neither the request nor the answer before"),
        };
        let help = "write `$request`, or `$response` behind the first step";
        self.refuse(Diagnostic::error(&codes::INVALID_VALUE, data.span, problem).help(help));
    }

    fn graph_step(&mut self, step: &Spanned<KserveGraphStep>, nodes: &BTreeSet<&str>) -> Option<GraphStep> {
        let written = &step.value;
        let targets = [written.service.is_some(), written.url.is_some(), written.node.is_some()];
        let message = match targets.iter().filter(|is_there| **is_there).count() {
            0 => Some("the step leads nowhere"),
            1 => None,
            _ => Some("the step leads to more than one place"),
        };
        if let Some(message) = message {
            let diagnostic = Diagnostic::error(&codes::CONFLICT, step.span, message);
            self.refuse(diagnostic.help("write one of `service`, `url` and `node`"));
            return None;
        }
        if let Some(path) = written.path.as_ref().filter(|_| written.service.is_none()) {
            let diagnostic = Diagnostic::error(&codes::CONFLICT, path.span, "a path goes with a service");
            self.refuse(diagnostic.help("write it into the `url`"));
        }
        if let Some(node) = written.node.as_ref().filter(|node| !nodes.contains(node.value.as_str())) {
            let message = format!("there is no node `{}`", node.value);
            let known: Vec<String> = nodes.iter().map(|name| format!("`{name}`")).collect();
            let diagnostic = Diagnostic::error(&codes::INVALID_VALUE, node.span, message);
            self.refuse(diagnostic.help(format!("the nodes are {}", known.join(", "))));
        }
        let target = match (&written.service, &written.url, &written.node) {
            (Some(service), ..) => GraphTarget::Service(service.value.clone(), value(written.path.as_ref())),
            (_, Some(url), _) => GraphTarget::Url(url.value.clone()),
            (_, _, node) => GraphTarget::Node(node.as_ref()?.value.to_string()),
        };
        Some(GraphStep {
            name: written.name.as_ref().map(|name| name.value.to_string()),
            target,
            data: value(written.data.as_ref()),
            weight: written.weight.as_ref().map(|weight| weight.value.0),
            condition: value(written.condition.as_ref()),
            dependency: value(written.dependency.as_ref()).map(|word| word.0),
        })
    }

    /// Refuses nodes that no request reaches, and circles, which the router would run round for ever.
    fn judge_reach<'n>(
        &mut self,
        nodes: &BTreeMap<String, GraphNode>,
        places: impl Iterator<Item = (&'n str, Span)>,
    ) {
        let from_root = reached_from(nodes, ROOT);
        for (name, span) in places {
            let problem = if reached_from(nodes, name).contains(name) {
                Some((format!("the steps of `{name}` lead back to it"), "break the circle"))
            } else if name != ROOT && nodes.contains_key(ROOT) && !from_root.contains(name) {
                Some((format!("no step leads to the node `{name}`"), "take it away, or lead a step to it"))
            } else {
                None
            };
            if let Some((message, help)) = problem {
                self.refuse(Diagnostic::error(&codes::CONFLICT, span, message).help(help));
            }
        }
    }
}

/// The nodes that a request at a node may reach.
fn reached_from(nodes: &BTreeMap<String, GraphNode>, start: &str) -> BTreeSet<String> {
    let after = |name: &str| -> Vec<String> {
        let steps = nodes.get(name).map(|node| node.steps.as_slice()).unwrap_or_default();
        let next = steps.iter().filter_map(|step| match &step.target {
            GraphTarget::Node(next) => Some(next.clone()),
            GraphTarget::Service(..) | GraphTarget::Url(_) => None,
        });
        next.collect()
    };
    let mut reached = BTreeSet::new();
    let mut left = after(start);
    while let Some(name) = left.pop() {
        if reached.insert(name.clone()) {
            left.extend(after(&name));
        }
    }
    reached
}
