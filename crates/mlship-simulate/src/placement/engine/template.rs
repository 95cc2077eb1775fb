//! Templates made ready: which counters their pods move, and which decide about them.

use crate::placement::engine::class::{ClassState, is_selected, is_tainted};
use crate::placement::engine::counter::Counter;
use crate::placement::engine::state::{Engine, PodState};
use crate::placement::engine::topology::{BY_NODE, NOWHERE};
use crate::placement::objects::{Class, Node, PodTerm, Spread, Template, World};
use crate::placement::selector::{Labels, Operator, Requirement, Selector};
use crate::placement::symbols::Symbol;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A template and its part in the counters.
pub(crate) struct TemplateState<'w> {
    pub(crate) spec: &'w Template,
    pub(crate) class: usize,
    /// Counters of pods like these.
    pub(crate) hits: Vec<usize>,
    /// Counters of terms that these pods bring along, each with its weight.
    pub(crate) owns: Vec<(usize, i64)>,
    pub(crate) checks: Checks,
}

/// What decides about pods of a template beside their node's own state.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    pub(crate) spread: Vec<SpreadCheck>,
    /// Counters of pods that fulfil all terms, one for each term's division.
    pub(crate) affinity: Vec<usize>,
    /// Whether such a pod fulfils its own terms.
    pub(crate) affine_to_itself: bool,
    pub(crate) anti_affinity: Vec<usize>,
    /// Counters of other pods' anti-affinity terms that it fulfils.
    pub(crate) unwelcome: Vec<usize>,
    pub(crate) soft_spread: Vec<SoftSpread>,
    /// Whether nodes without all labels of the soft spread are left unscored.
    pub(crate) soft_needs_all: bool,
    /// Counters that score it, each with its weight.
    pub(crate) wishes: Vec<(usize, i64)>,
}

#[derive(Debug)]
pub(crate) struct SpreadCheck {
    pub(crate) counter: usize,
    pub(crate) max_skew: i64,
    pub(crate) min_domains: i64,
    /// 1 if such a pod counts itself.
    pub(crate) own: i64,
}

#[derive(Debug)]
pub(crate) struct SoftSpread {
    pub(crate) division: usize,
    /// Counts pods by domain; for the host name, by node.
    pub(crate) counter: usize,
    pub(crate) by_host: bool,
    pub(crate) max_skew: i64,
}

/// Gathers templates, terms and counters, each once.
pub(crate) struct Registry<'w> {
    world: &'w World,
    nodes: Vec<&'w Node>,
    numbers: BTreeMap<&'w Template, usize>,
    specs: Vec<&'w Template>,
    by_address: BTreeMap<usize, usize>,
    classes: BTreeMap<&'w Class, usize>,
    counters: BTreeMap<Key<'w>, usize>,
    sets: BTreeMap<(usize, bool, bool, Vec<usize>), usize>,
    matchers: Vec<(Matcher<'w>, Vec<usize>)>,
    matcher_numbers: BTreeMap<Matcher<'w>, usize>,
    /// Terms that pods bring along, each with its counter.
    owned: Vec<(&'w PodTerm, usize)>,
    host: Option<Symbol>,
}

/// Which pods a counter counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Matcher<'w> {
    /// Pods of one namespace that are selected.
    Selected(Symbol, Selector),
    /// Pods that fulfil all of these terms.
    Terms(Vec<(&'w Selector, &'w std::collections::BTreeSet<Symbol>, &'w Selector)>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'w> {
    Spread { matcher: usize, division: usize, set: Option<usize> },
    Pods { matcher: usize, division: usize },
    Barring(&'w PodTerm),
    Weighing(&'w PodTerm),
}

impl<'w> Registry<'w> {
    pub(crate) fn new(world: &'w World, nodes: &[&'w Node]) -> Self {
        Self {
            world,
            nodes: nodes.to_vec(),
            numbers: BTreeMap::new(),
            specs: Vec::new(),
            by_address: BTreeMap::new(),
            classes: BTreeMap::new(),
            counters: BTreeMap::new(),
            sets: BTreeMap::new(),
            matchers: Vec::new(),
            matcher_numbers: BTreeMap::new(),
            owned: Vec::new(),
            host: world.symbols.find("kubernetes.io/hostname"),
        }
    }

    /// Makes pods and templates of the world those of the engine.
    pub(crate) fn fill(mut self, engine: &mut Engine<'w>) {
        for pod in self.world.running.iter().chain(&self.world.pending) {
            let template = self.number(&pod.template);
            engine.pods.push(PodState {
                pod,
                template,
                node: None,
                nominated: None,
                terminating: pod.terminating,
                preempted: false,
                gone: false,
            });
        }
        let waits = self.waiting(engine);
        for (number, spec) in self.specs.clone().into_iter().enumerate() {
            let class = self.class(&spec.class, engine);
            let owns = self.owned_terms(spec, engine);
            let checks = if waits[number] { self.checks(spec, class, engine) } else { Checks::default() };
            engine.templates.push(TemplateState { spec, class, hits: Vec::new(), owns, checks });
        }
        let index = MatcherIndex::new(&self.matchers);
        for (number, waits) in waits.into_iter().enumerate() {
            let spec = engine.templates[number].spec;
            engine.templates[number].hits = self.hits(spec, &index);
            if waits {
                self.foreign_terms(number, engine);
            }
        }
    }

    fn number(&mut self, template: &'w Arc<Template>) -> usize {
        // Replicas share their template, so most pods need no comparison.
        let address = Arc::as_ptr(template).addr();
        if let Some(number) = self.by_address.get(&address) {
            return *number;
        }
        let next = self.specs.len();
        let number = *self.numbers.entry(template).or_insert(next);
        if number == next {
            self.specs.push(template);
        }
        self.by_address.insert(address, number);
        number
    }

    fn waiting(&self, engine: &Engine<'_>) -> Vec<bool> {
        let mut waits = vec![false; self.specs.len()];
        for pod in &engine.pods[self.world.running.len()..] {
            waits[pod.template] = true;
        }
        waits
    }

    fn class(&mut self, spec: &'w Class, engine: &mut Engine<'w>) -> usize {
        let next = engine.classes.len();
        let number = *self.classes.entry(spec).or_insert(next);
        if number == next {
            let wanted = spec.requests.iter().filter(|(_, amount)| **amount > 0);
            let requests =
                wanted.filter_map(|(name, amount)| Some((engine.resources.slot(*name)?, *amount))).collect();
            engine.classes.push(ClassState::new(spec, requests));
        }
        number
    }

    /// Terms that decide about or score other pods where a pod of this template runs.
    fn owned_terms(&mut self, spec: &'w Template, engine: &mut Engine<'w>) -> Vec<(usize, i64)> {
        let mut owns = Vec::new();
        for term in &spec.anti_affinity {
            owns.push((self.owned_counter(Key::Barring(term), term, engine), 1));
        }
        // What a pod requires nearby counts as a weak wish of it for others.
        let required = spec.affinity.iter().map(|term| (1, term));
        let preferred = spec.preferred_pods.iter().map(|(weight, term)| (*weight, term));
        for (weight, term) in required.chain(preferred) {
            owns.push((self.owned_counter(Key::Weighing(term), term, engine), weight));
        }
        owns
    }

    fn owned_counter(&mut self, key: Key<'w>, term: &'w PodTerm, engine: &mut Engine<'w>) -> usize {
        let division = engine.topology.division(term.key, &self.nodes);
        if let Some(number) = self.counters.get(&key) {
            return *number;
        }
        let number = push_counter(engine, division);
        self.counters.insert(key, number);
        self.owned.push((term, number));
        number
    }

    fn checks(&mut self, spec: &'w Template, class: usize, engine: &mut Engine<'w>) -> Checks {
        let mut checks = Checks { soft_needs_all: true, ..Checks::default() };
        self.spread_checks(spec, class, &mut checks, engine);
        let terms: Vec<_> = spec.affinity.iter().map(parts).collect();
        checks.affine_to_itself =
            !terms.is_empty() && spec.affinity.iter().all(|term| fulfils(spec, term, self.world));
        for term in &spec.affinity {
            let counter = self.pod_counter(Matcher::Terms(terms.clone()), term.key, engine);
            checks.affinity.push(counter);
        }
        for term in &spec.anti_affinity {
            let counter = self.pod_counter(Matcher::Terms(vec![parts(term)]), term.key, engine);
            checks.anti_affinity.push(counter);
        }
        for (weight, term) in &spec.preferred_pods {
            let counter = self.pod_counter(Matcher::Terms(vec![parts(term)]), term.key, engine);
            checks.wishes.push((counter, *weight));
        }
        checks
    }

    fn spread_checks(
        &mut self,
        spec: &'w Template,
        class: usize,
        checks: &mut Checks,
        engine: &mut Engine<'w>,
    ) {
        let defaults = self.default_spread(spec);
        let own: Vec<&Spread> = if spec.spread.is_empty() {
            checks.soft_needs_all = false;
            defaults.iter().collect()
        } else {
            spec.spread.iter().collect()
        };
        let (hard, soft): (Vec<&Spread>, Vec<&Spread>) = own.into_iter().partition(|spread| spread.hard);
        let keys = |spreads: &[&Spread], engine: &mut Engine<'w>| -> Vec<usize> {
            spreads.iter().map(|spread| engine.topology.division(spread.key, &self.nodes)).collect()
        };
        let hard_keys = keys(&hard, engine);
        let soft_keys = keys(&soft, engine);
        for (spread, division) in hard.iter().zip(&hard_keys) {
            let set = Some(self.node_set(class, spread, &hard_keys, engine));
            let counter = self.spread_counter(spec.namespace, spread, *division, set, engine);
            checks.spread.push(SpreadCheck {
                counter,
                max_skew: spread.max_skew,
                min_domains: spread.min_domains,
                own: i64::from(spread.selector.matches(&spec.labels, &self.world.symbols)),
            });
        }
        for (spread, division) in soft.iter().zip(&soft_keys) {
            let by_host = Some(spread.key) == self.host;
            let needed = if checks.soft_needs_all { soft_keys.clone() } else { Vec::new() };
            let counter = if by_host {
                self.spread_counter(spec.namespace, spread, BY_NODE, None, engine)
            } else {
                let set = Some(self.node_set(class, spread, &needed, engine));
                self.spread_counter(spec.namespace, spread, *division, set, engine)
            };
            checks.soft_spread.push(SoftSpread {
                division: *division,
                counter,
                by_host,
                max_skew: spread.max_skew,
            });
        }
    }

    /// The wishes for spread of a pod that has no constraint but a Service or controller: over hosts and zones.
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/podtopologyspread/plugin.go>
    fn default_spread(&mut self, spec: &'w Template) -> Vec<Spread> {
        let mut all = Vec::new();
        for (namespace, selector) in &self.world.services {
            if *namespace == spec.namespace && selector.matches(&spec.labels, &self.world.symbols) {
                all.extend(requirements(selector));
            }
        }
        all.extend(spec.default_spread.iter().flat_map(requirements));
        if all.is_empty() {
            return Vec::new();
        }
        let keys = [("kubernetes.io/hostname", 3), ("topology.kubernetes.io/zone", 5)];
        let known = keys.into_iter().filter_map(|(key, skew)| Some((self.world.symbols.find(key)?, skew)));
        let spread = |(key, max_skew)| Spread {
            max_skew,
            key,
            hard: false,
            selector: Selector::All(all.clone()),
            min_domains: 1,
            honor_affinity: true,
            honor_taints: false,
        };
        known.map(spread).collect()
    }

    /// The nodes whose pods a spread counts.
    fn node_set(&mut self, class: usize, spread: &Spread, keys: &[usize], engine: &mut Engine<'w>) -> usize {
        let spec = engine.classes[class].spec;
        let key = (class, spread.honor_affinity, spread.honor_taints, keys.to_vec());
        if let Some(number) = self.sets.get(&key) {
            return *number;
        }
        let counts = |(number, node): (usize, &&'w Node)| {
            keys.iter().all(|division| engine.topology.domain(*division, number) != NOWHERE)
                && (!spread.honor_affinity || is_selected(spec, node, self.world))
                && (!spread.honor_taints || !is_tainted(spec, node))
        };
        let set = self.nodes.iter().enumerate().map(counts).collect();
        // Classes that differ in their requests alone have the same sets of nodes.
        let number = engine.node_sets.iter().position(|other| *other == set).unwrap_or_else(|| {
            engine.node_sets.push(set);
            engine.node_sets.len() - 1
        });
        self.sets.insert(key, number);
        number
    }

    fn spread_counter(
        &mut self,
        namespace: Symbol,
        spread: &Spread,
        division: usize,
        set: Option<usize>,
        engine: &mut Engine<'w>,
    ) -> usize {
        // The empty selector counts no pod here, though every pod counts itself.
        let selector =
            if spread.selector.is_everything() { Selector::Nothing } else { spread.selector.clone() };
        let matcher = self.matcher(Matcher::Selected(namespace, selector));
        let key = Key::Spread { matcher, division, set };
        if let Some(number) = self.counters.get(&key) {
            return *number;
        }
        let mut domains: Vec<u32> = (0..self.nodes.len())
            .filter(|node| set.is_none_or(|set| engine.node_sets[set][*node]))
            .map(|node| engine.topology.domain(division, node))
            .filter(|domain| *domain != NOWHERE)
            .collect();
        domains.sort_unstable();
        domains.dedup();
        let all = engine.topology.divisions[division].domains;
        engine.counters.push(Counter::of_spread(division, all, set, domains.len()));
        let number = engine.counters.len() - 1;
        self.counters.insert(key, number);
        self.matchers[matcher].1.push(number);
        number
    }

    fn pod_counter(&mut self, matcher: Matcher<'w>, key: Symbol, engine: &mut Engine<'w>) -> usize {
        let division = engine.topology.division(key, &self.nodes);
        let matcher = self.matcher(matcher);
        let key = Key::Pods { matcher, division };
        if let Some(number) = self.counters.get(&key) {
            return *number;
        }
        let number = push_counter(engine, division);
        self.counters.insert(key, number);
        self.matchers[matcher].1.push(number);
        number
    }

    fn matcher(&mut self, matcher: Matcher<'w>) -> usize {
        if let Some(number) = self.matcher_numbers.get(&matcher) {
            return *number;
        }
        self.matchers.push((matcher.clone(), Vec::new()));
        self.matcher_numbers.insert(matcher, self.matchers.len() - 1);
        self.matchers.len() - 1
    }

    /// The counters that count pods of a template.
    fn hits(&self, spec: &Template, index: &MatcherIndex) -> Vec<usize> {
        let mut hits = Vec::new();
        for number in index.candidates(spec) {
            let (matcher, counters) = &self.matchers[number];
            let counts = match matcher {
                Matcher::Selected(namespace, selector) => {
                    *namespace == spec.namespace && selector.matches(&spec.labels, &self.world.symbols)
                }
                Matcher::Terms(terms) => terms.iter().all(|(selector, namespaces, more)| {
                    admits(spec.namespace, namespaces, more, self.world)
                        && selector.matches(&spec.labels, &self.world.symbols)
                }),
            };
            if counts {
                hits.extend_from_slice(counters);
            }
        }
        hits
    }

    /// Finds which terms of other pods a waiting template fulfils.
    fn foreign_terms(&self, number: usize, engine: &mut Engine<'w>) {
        let spec = engine.templates[number].spec;
        for (term, counter) in &self.owned {
            if !fulfils(spec, term, self.world) {
                continue;
            }
            let checks = &mut engine.templates[number].checks;
            if self.counters.get(&Key::Barring(term)) == Some(counter) {
                checks.unwelcome.push(*counter);
            } else {
                checks.wishes.push((*counter, 1));
            }
        }
    }
}

fn push_counter(engine: &mut Engine<'_>, division: usize) -> usize {
    let domains = engine.topology.divisions[division].domains;
    engine.counters.push(Counter::new(division, domains));
    engine.counters.len() - 1
}

fn requirements(selector: &Selector) -> Vec<Requirement> {
    match selector {
        Selector::Nothing => Vec::new(),
        Selector::All(requirements) => requirements.clone(),
    }
}

fn parts(term: &PodTerm) -> (&Selector, &std::collections::BTreeSet<Symbol>, &Selector) {
    (&term.selector, &term.namespaces, &term.namespace_selector)
}

/// Whether pods of a template are what a term is about.
pub(crate) fn fulfils(spec: &Template, term: &PodTerm, world: &World) -> bool {
    admits(spec.namespace, &term.namespaces, &term.namespace_selector, world)
        && term.selector.matches(&spec.labels, &world.symbols)
}

fn admits(
    namespace: Symbol,
    named: &std::collections::BTreeSet<Symbol>,
    selector: &Selector,
    world: &World,
) -> bool {
    if named.contains(&namespace) || selector.is_everything() {
        return true;
    }
    let mut labels = world.namespaces.get(&namespace).cloned().unwrap_or_default();
    if let Some(key) = world.symbols.find("kubernetes.io/metadata.name") {
        // The API server sets this label on every namespace.
        labels.set(key, namespace);
    }
    selector.matches(&Labels::new(labels.iter()), &world.symbols)
}

/// Finds matchers by a label that they ask for, instead of trying them all.
struct MatcherIndex {
    by_label: BTreeMap<(Symbol, Symbol), Vec<usize>>,
    others: Vec<usize>,
}

impl MatcherIndex {
    fn new(matchers: &[(Matcher<'_>, Vec<usize>)]) -> Self {
        let mut index = Self { by_label: BTreeMap::new(), others: Vec::new() };
        for (number, (matcher, _)) in matchers.iter().enumerate() {
            let selector = match matcher {
                Matcher::Selected(_, selector) => Some(selector),
                Matcher::Terms(terms) => terms.first().map(|(selector, ..)| *selector),
            };
            match selector.and_then(label) {
                Some(pair) => index.by_label.entry(pair).or_default().push(number),
                None => index.others.push(number),
            }
        }
        index
    }

    fn candidates(&self, spec: &Template) -> impl Iterator<Item = usize> {
        let by_label = spec.labels.iter().filter_map(|pair| self.by_label.get(&pair)).flatten();
        by_label.chain(&self.others).copied()
    }
}

/// A label that a selector can't do without.
fn label(selector: &Selector) -> Option<(Symbol, Symbol)> {
    let Selector::All(requirements) = selector else { return None };
    requirements.iter().find_map(|requirement| match &requirement.operator {
        Operator::In(values) if values.len() == 1 => Some((requirement.key, values[0])),
        _ => None,
    })
}
