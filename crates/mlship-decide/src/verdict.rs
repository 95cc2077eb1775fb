//! What is to be said of one target, and which target comes first.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering as AtomicOrdering};

use mlship_managed::cost::money;
use mlship_spec::choices::{Choice as _, ClusterPart};
use mlship_spec::profile::{Kind, Profile};
use mlship_spec::target::Target;
use mlship_spec::workload::requirements::{Answer, Requirements};
use serde::Serialize;

use crate::facts::Facts;
use crate::fit::{Asked, Fit, Fitting};
use crate::flips::sound;
use crate::gates;
use crate::items::ITEMS;
use crate::probe::Probe;
use crate::rules::{RULES, Rule, Strength};
use crate::traffic::{Monthly, monthly};
use crate::weights::Weights;

/// A cost counts at most so many times its points: eight times dearer, or cheaper, is all that matters.
const MOST_DOUBLINGS: f64 = 3.0;

/// Dollars a month that are added to what is compared: five times a few dollars is no reason to run a cluster. About
/// what an hour of somebody's time costs; a judgement.
const NOTICED: f64 = 100.0;

/// Why a target can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// The rule: a code of mlship, or the requirement that it follows from.
    pub rule: String,
    /// The rule in words, with its limit.
    pub text: String,
    /// Where it can be checked.
    pub source: String,
}

/// What speaks for or against a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The rule's name.
    pub rule: &'static str,
    /// Hundredths of points: above 0 speaks for it.
    pub hundredths: i32,
    /// What is said.
    pub text: String,
    /// Where it is said.
    pub source: &'static str,
    /// The target or group whose points these are.
    pub(crate) scope: String,
}

/// What is to be said of one target.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The target's name.
    pub target: &'static str,
    /// What is said of it before it sees a service.
    pub profile: &'static Profile,
    /// Why it can't be used; empty where it can.
    pub blockers: Vec<Blocker>,
    /// What speaks for and against it, the weightiest first.
    pub reasons: Vec<Reason>,
    /// What it costs a month.
    pub monthly: Monthly,
    /// What it makes of the service.
    pub fit: Arc<Fit>,
}

impl Verdict {
    /// Whether it can be used.
    pub fn fits(&self) -> bool {
        self.blockers.is_empty()
    }

    /// The sum of its reasons, in hundredths of points.
    pub fn hundredths(&self) -> i32 {
        self.reasons.iter().map(|reason| reason.hundredths).sum()
    }

    /// Seconds until a new replica answers.
    pub fn cold_start(&self) -> u64 {
        self.fit.starts_in()
    }

    /// What comes before what: what fits, and in it the higher score, the lower cost, the simpler kind, the name.
    pub fn rank(&self, other: &Self) -> Ordering {
        other.fits().cmp(&self.fits()).then_with(|| self.place().rank(&other.place()))
    }

    fn place(&self) -> Place {
        Place {
            hundredths: self.hundredths(),
            busy: self.monthly.busy,
            kind: self.profile.kind,
            target: self.target,
        }
    }
}

/// One target under some requirements, as rules see it.
pub struct View<'a> {
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) fit: &'a Fit,
    pub(crate) monthly: Monthly,
    /// What nodes of one's own cost a month at the stated traffic.
    pub(crate) own_nodes: Option<f64>,
}

impl<'a> View<'a> {
    fn of(fit: &'a Fit, profile: &Profile, round: &Round<'a>) -> Self {
        let cost = fit.cost.as_ref().filter(|_| fit.refusals.is_empty());
        let monthly = monthly(round.facts, profile.kind, cost);
        Self { facts: round.facts, fit, monthly, own_nodes: round.own_nodes }
    }

    /// The parts that its objects ask for and that are said not to be there.
    fn missing(&self) -> Vec<ClusterPart> {
        let Some(installed) = self.facts.needs.cluster.installed.said() else { return Vec::new() };
        self.fit.parts.iter().copied().filter(|part| !installed.contains(part)).collect()
    }

    pub(crate) fn parts_to_install(&self) -> f64 {
        f64::from(u32::try_from(self.missing().len()).unwrap_or(u32::MAX))
    }

    /// How many times its cost is doubled against nodes of one's own; below 0 it is cheaper.
    pub(crate) fn cost_against_own_nodes(&self) -> f64 {
        let (Some(busy), Some(own)) = (self.monthly.busy, self.own_nodes) else { return 0.0 };
        ((busy + NOTICED) / (own + NOTICED)).log2().clamp(-MOST_DOUBLINGS, MOST_DOUBLINGS)
    }

    pub(crate) fn over_budget(&self) -> f64 {
        let (Some(busy), Some(budget)) = (self.monthly.busy, self.facts.needs.budget.said()) else {
            return 0.0;
        };
        if busy > f64::from(*budget) { 1.0 } else { 0.0 }
    }

    /// What a rule says here.
    fn text(&self, rule: &Rule, target: &str, group: &str) -> String {
        let of = |wanted: &str| rule.texts.iter().find(|(scope, _)| *scope == wanted).map(|(_, text)| *text);
        let text = of(target).or_else(|| of(group)).or_else(|| of("")).unwrap_or(rule.texts[0].1);
        match rule.id {
            "to-install" => {
                let missing: Vec<&str> = self.missing().iter().map(|part| part.as_str()).collect();
                format!("{text} {}", missing.join(", "))
            }
            "cost" => {
                let (busy, own) = (self.monthly.busy.unwrap_or_default(), self.own_nodes.unwrap_or_default());
                let against = match (busy, own) {
                    (busy, own) if busy >= own && own > 0.0 => format!("{:.1} times as much as", busy / own),
                    (busy, own) if busy > 0.0 && own > 0.0 => format!("{:.1} times less than", own / busy),
                    (_, _) => "against next to nothing with".to_owned(),
                };
                let against = if busy > 0.0 { against } else { "less than".to_owned() };
                format!("{} a month when busy, {against} the cheapest nodes of your own", money(busy))
            }
            "over-budget" => format!(
                "{} a month when busy is above the budget of {}",
                money(self.monthly.busy.unwrap_or_default()),
                money(self.facts.needs.budget.said().map_or(0.0, |budget| f64::from(*budget)))
            ),
            _ => text.to_owned(),
        }
    }
}

/// The word for a kind of target in files of weights.
pub(crate) fn group(kind: Kind) -> &'static str {
    match kind {
        Kind::Endpoint => "endpoint",
        Kind::OwnCluster => "own",
        Kind::ServerlessPods => "serverless",
    }
}

/// The decision function: everything that verdicts follow from, but the requirements.
pub struct Judge<'a> {
    pub(crate) fitting: Fitting<'a>,
    /// For each target the points of each rule in hundredths, with the scope that they hang on.
    points: Vec<Vec<(String, i32)>>,
    /// The target whose nodes others are compared with.
    plain: Option<usize>,
}

/// What all targets are judged by under some requirements.
struct Round<'a> {
    facts: &'a Facts<'a>,
    asked: Asked,
    /// The same with no more than prices depend on.
    priced: Asked,
    /// For each rule that looks at no target, whether it holds.
    holds: Vec<bool>,
    own_nodes: Option<f64>,
}

impl<'a> Judge<'a> {
    /// Judges by these weights.
    pub fn new(fitting: Fitting<'a>, weights: &Weights) -> Self {
        let targets = fitting.targets();
        let of_target = |target: &&'static dyn Target| {
            let group = group(target.profile().kind);
            let of_rule = |rule| {
                let found = weights.of(rule, target.name(), group);
                found.map_or_else(|| (String::new(), 0), |(scope, points)| (scope.to_owned(), points))
            };
            (0..RULES.len()).map(of_rule).collect()
        };
        let points = targets.iter().map(of_target).collect();
        let plain = targets.iter().position(|target| target.name() == "kubernetes");
        Self { fitting, points, plain }
    }

    /// What is to be said of every target, the best first.
    pub fn verdicts(&self, facts: &Facts<'_>) -> Vec<Verdict> {
        let round = self.round(facts);
        let count = self.fitting.targets().len();
        let less = self.each_less(facts);
        let mut verdicts = shared(count, |number| self.verdict(number, &round, &less));
        verdicts.sort_by(Verdict::rank);
        verdicts
    }

    /// The best target that fits. Asks no more targets than it has to.
    pub fn winner(&self, facts: &Facts<'_>) -> Option<&'static str> {
        let round = self.round(facts);
        let mut open: Vec<(i32, usize)> = (0..self.fitting.targets().len())
            .filter(|number| gates::before(facts, self.fitting.targets()[*number].profile()).is_empty())
            .map(|number| (self.most(number, &round), number))
            .collect();
        open.sort_by(|left, right| right.cmp(left));
        let mut best: Option<Place> = None;
        for (most, number) in open {
            if best.as_ref().is_some_and(|best| best.hundredths > most) {
                break;
            }
            let Some(place) = self.place(number, &round) else { continue };
            if best.as_ref().is_none_or(|best| place.rank(best) == Ordering::Less) {
                best = Some(place);
            }
        }
        best.map(|best| best.target)
    }

    fn round<'f>(&self, facts: &'f Facts<'f>) -> Round<'f> {
        let probe = Probe::of(facts, self.fitting.draft());
        // What is required beside the resources changes no price: the objects are the same pods.
        let priced = self.fitting.asked(facts, probe.clone().priced());
        let own_nodes = self.own_nodes(facts, probe.clone());
        let holds = RULES.iter().map(|rule| match &rule.strength {
            Strength::Facts(holds) => holds(facts),
            Strength::View(_) => false,
        });
        Round { facts, asked: self.fitting.asked(facts, probe), priced, holds: holds.collect(), own_nodes }
    }

    fn verdict(&self, number: usize, round: &Round<'_>, less: &[Less]) -> Verdict {
        let target = self.fitting.targets()[number];
        let (facts, profile) = (round.facts, target.profile());
        let fit = self.fitting.of(number, facts, round.asked);
        let mut blockers = gates::before(facts, profile);
        blockers.extend(gates::after(facts, profile, &fit));
        // What can't be had is judged as what could be had without the requirement that is in the way: else a target
        // would gain by being refused.
        let almost = if fit.refusals.is_empty() { None } else { self.almost(number, round, less) };
        let view = match &almost {
            Some(almost) => almost.view(profile, round),
            None => View::of(&fit, profile, round),
        };
        // Less than what was asked for has another price, which counts and is not shown as the service's own.
        let is_priced = almost.is_none() || self.is_to_be_had(number, round, round.priced).is_some();
        let group = group(profile.kind);
        let mut reasons: Vec<Reason> = Vec::new();
        for (position, rule) in RULES.iter().enumerate() {
            let hundredths = self.effect(number, position, &view, round);
            if hundredths != 0 {
                let text = view.text(rule, target.name(), group);
                let scope = self.points[number][position].0.clone();
                reasons.push(Reason { rule: rule.id, hundredths, text, source: rule.source, scope });
            }
        }
        // The weightiest first; the sort is stable, so that equals stay in the order of the rules.
        reasons.sort_by_key(|reason| -reason.hundredths.abs());
        let monthly = if is_priced { view.monthly } else { Monthly::default() };
        Verdict { target: target.name(), profile, blockers, reasons, monthly, fit }
    }

    /// What a target that refuses the service makes of it with one requirement less: the worst of them, as none should
    /// look better than it would be. Where that is not enough, with no more than prices depend on.
    fn almost(&self, number: usize, round: &Round<'_>, less: &[Less]) -> Option<Almost> {
        let profile = self.fitting.targets()[number].profile();
        let score = |almost: &Almost| self.score(number, &almost.view(profile, round), round);
        let to_be_had = |less: &Less| {
            let fit = self.is_to_be_had(number, round, less.asked)?;
            Some(Almost { fit, own_nodes: less.own_nodes })
        };
        let priced = Less { asked: round.priced, own_nodes: round.own_nodes };
        less.iter().filter_map(to_be_had).min_by_key(score).or_else(|| to_be_had(&priced))
    }

    /// What is asked of targets with one requirement less, once for each that makes a difference to them.
    fn each_less(&self, facts: &Facts<'_>) -> Vec<Less> {
        let said = ITEMS.iter().filter(|item| item.get(facts.needs).said().is_some());
        let mut fewer: Vec<Requirements> = said.map(|item| item.without(facts.needs)).collect();
        // The one that a probe reads and that has no values to list.
        let mut of_any_type = facts.needs.clone();
        of_any_type.gpu.accelerator = Answer::NotSaid;
        fewer.push(of_any_type);
        let all = Probe::of(facts, self.fitting.draft());
        let mut probes = Vec::new();
        for needs in fewer.into_iter().filter_map(sound) {
            let probe = Probe::of(&Facts { needs: &needs, workload: facts.workload }, self.fitting.draft());
            if probe != all && !probes.contains(&probe) {
                probes.push(probe);
            }
        }
        let less = |probe: Probe| {
            // Less is compared with nodes for as much.
            let own_nodes = self.own_nodes(facts, probe.clone());
            Less { asked: self.fitting.asked(facts, probe), own_nodes }
        };
        probes.into_iter().map(less).collect()
    }

    fn is_to_be_had(&self, number: usize, round: &Round<'_>, asked: Asked) -> Option<Arc<Fit>> {
        let fit = self.fitting.of(number, round.facts, asked);
        fit.refusals.is_empty().then_some(fit)
    }

    /// What nodes of one's own cost a month when busy, wherever they are cheapest, so that ruling a cloud out makes
    /// nothing else look cheaper.
    fn own_nodes(&self, facts: &Facts<'_>, probe: Probe) -> Option<f64> {
        let number = self.plain?;
        let anywhere =
            Requirements { clouds: Answer::NotSaid, on_premises: Answer::NotSaid, ..facts.needs.clone() };
        let anywhere = Facts { needs: &anywhere, workload: facts.workload };
        let fit = self.fitting.of(number, &anywhere, self.fitting.asked(&anywhere, probe.priced()));
        monthly(&anywhere, self.fitting.targets()[number].profile().kind, fit.cost.as_ref()).busy
    }

    /// Where a target stands, without words; `None` where it does not fit.
    fn place(&self, number: usize, round: &Round<'_>) -> Option<Place> {
        let target = self.fitting.targets()[number];
        let profile = target.profile();
        let fit = self.fitting.of(number, round.facts, round.asked);
        if !gates::allow(round.facts, &fit) {
            return None;
        }
        let view = View::of(&fit, profile, round);
        let hundredths = self.score(number, &view, round);
        Some(Place { hundredths, busy: view.monthly.busy, kind: profile.kind, target: target.name() })
    }

    /// The score of a target, in hundredths of points.
    fn score(&self, number: usize, view: &View<'_>, round: &Round<'_>) -> i32 {
        (0..RULES.len()).map(|rule| self.effect(number, rule, view, round)).sum()
    }

    /// What a rule adds to the score of a target.
    fn effect(&self, number: usize, rule: usize, view: &View<'_>, round: &Round<'_>) -> i32 {
        let points = self.points[number][rule].1;
        match &RULES[rule].strength {
            Strength::Facts(_) => points * i32::from(round.holds[rule]),
            Strength::View(_) if points == 0 => 0,
            Strength::View(strength) => rounded(f64::from(points) * strength(view)),
        }
    }

    /// A bound that the score of a target can't be above, without asking it.
    fn most(&self, number: usize, round: &Round<'_>) -> i32 {
        // What else is required changes no price, but it may lead to a mode whose price nobody knows.
        let profile = self.fitting.targets()[number].profile();
        let priced = self.fitting.known(number, round.priced).filter(|fit| fit.refusals.is_empty());
        let cost = |points: i32| match &priced {
            Some(fit) => {
                rounded(f64::from(points) * View::of(fit, profile, round).cost_against_own_nodes()).max(0)
            }
            None => rounded(f64::from(points.abs()) * MOST_DOUBLINGS),
        };
        let of_rule = |(position, rule): (usize, &Rule)| {
            let points = self.points[number][position].1;
            match &rule.strength {
                Strength::Facts(_) => points * i32::from(round.holds[position]),
                Strength::View(_) if rule.id == "cost" => cost(points),
                // As many parts as there are at the most.
                Strength::View(_) => points.max(0).saturating_mul(20),
            }
        };
        RULES.iter().enumerate().map(of_rule).sum()
    }
}

/// One requirement less than there are.
struct Less {
    asked: Asked,
    /// What nodes of one's own cost a month for as much.
    own_nodes: Option<f64>,
}

/// What a target that refuses the service makes of less.
struct Almost {
    fit: Arc<Fit>,
    own_nodes: Option<f64>,
}

impl Almost {
    fn view<'a>(&'a self, profile: &Profile, round: &Round<'a>) -> View<'a> {
        View { own_nodes: self.own_nodes, ..View::of(&self.fit, profile, round) }
    }
}

/// Where a target stands among others.
struct Place {
    hundredths: i32,
    busy: Option<f64>,
    kind: Kind,
    target: &'static str,
}

impl Place {
    /// The higher score first; then the lower cost, the simpler kind, the name.
    fn rank(&self, other: &Self) -> Ordering {
        let cost = |place: &Self| place.busy.unwrap_or(f64::INFINITY);
        other
            .hundredths
            .cmp(&self.hundredths)
            .then(cost(self).total_cmp(&cost(other)))
            .then(self.kind.cmp(&other.kind))
            .then(self.target.cmp(other.target))
    }
}

/// Does the work of each number below `count`, and gives the results in order. Two do it: more threads take longer to
/// start than there is to do.
pub(crate) fn shared<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, AtomicOrdering::Relaxed);
            if number >= count {
                return done;
            }
            done.push((number, work(number)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        // Where no thread can be had, one does it all.
        let other = std::thread::Builder::new().spawn_scoped(scope, some);
        let mut mine = some();
        if let Ok(Ok(others)) = other.map(std::thread::ScopedJoinHandle::join) {
            mine.extend(others);
        }
        mine
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, result)| result).collect()
}

fn rounded(number: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "points are at most 10,000 hundredths, times a few")]
    let rounded = number.round() as i32;
    rounded
}
