//! What would change the answer: the smallest single changes of a requirement after which another target wins,
//! found by asking the decision function itself.

use mlship_spec::draft::Image;
use mlship_spec::workload::Workload;
use mlship_spec::workload::requirements::{Answer, Requirements};

use crate::facts::Facts;
use crate::items::{ITEMS, Item, Kind, Unit, Value, whole};
use crate::verdict::{Judge, shared};

/// Who wins; `None` is nobody.
type Winner = Option<&'static str>;

/// A change of one requirement, and what it leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// The item's path below `requirements`.
    pub item: &'static str,
    /// The change, as `--set` takes it.
    pub change: String,
    /// Who wins without it; `None` is nobody.
    pub from: Option<&'static str>,
    /// Who wins with it.
    pub to: Option<&'static str>,
    /// What was said before.
    pub before: Answer<Value>,
    /// What is said with it.
    pub after: Value,
    /// How large the change is: doublings of a number, 1 for a word.
    distance: f64,
}

/// Every smallest change of one item that changes the winner: first those that lead to `runner_up`, then the smaller.
pub fn flips(
    judge: &Judge<'_>,
    facts: &Facts<'_>,
    winner: Option<&'static str>,
    runner_up: Option<&str>,
) -> Vec<Flip> {
    // The items whose search asks targets again are spread over those who search.
    let of_number = |number: usize| of_item(judge, facts, &ITEMS[number], winner);
    let mut flips: Vec<Flip> = shared(ITEMS.len(), of_number).into_iter().flatten().collect();
    let order = |flip: &Flip| (flip.to != runner_up || runner_up.is_none(), flip.to.is_none());
    // The sort is stable: equals stay in the order in which items are best asked.
    flips
        .sort_by(|left, right| order(left).cmp(&order(right)).then(left.distance.total_cmp(&right.distance)));
    flips
}

/// The smallest changes of one item that change the winner, one for each target that then wins.
pub fn of_item(
    judge: &Judge<'_>,
    facts: &Facts<'_>,
    item: &'static Item,
    winner: Option<&'static str>,
) -> Vec<Flip> {
    if is_of_spec(judge, item) {
        return Vec::new();
    }
    let search = Search { judge, facts, item, winner, before: item.get(facts.needs) };
    let mut found = match item.kind {
        Kind::Boolean => search.each([true, false].map(Value::Boolean)),
        Kind::Word(words) => search.each(words.iter().map(|(word, _)| Value::Word(word))),
        Kind::Words(words) => search.each(lists(words, &search.before)),
        Kind::Number(Unit::Gpus, ..) => search.gpus(),
        Kind::Number(Unit::Seconds, low, high) if item.path == "request.seconds" => search.limit(low, high),
        Kind::Number(unit, low, high) => search.number(unit, low, high),
        Kind::Text => Vec::new(),
    };
    // One change is enough for each target that it leads to: the smallest.
    found.sort_by(|left, right| left.distance.total_cmp(&right.distance));
    let mut targets = Vec::new();
    found.retain(|flip| {
        let is_new = !targets.contains(&flip.to);
        targets.push(flip.to);
        is_new
    });
    found
}

/// What a whole spec says itself is no requirement to be changed.
fn is_of_spec(judge: &Judge<'_>, item: &Item) -> bool {
    judge.fitting.draft().image == Image::Named && ["gpu.count", "protocol", "state"].contains(&item.path)
}

/// Lists that differ from the one before by one word; of nothing said, each word alone.
fn lists(words: &'static [(&'static str, &'static str)], before: &Answer<Value>) -> Vec<Value> {
    let all = words.iter().map(|(word, _)| *word);
    let Answer::Said(Value::Words(said)) = before else {
        return all.map(|word| Value::Words(vec![word])).collect();
    };
    all.map(|word| {
        let without: Vec<&str> = said.iter().copied().filter(|known| *known != word).collect();
        let is_said = without.len() < said.len();
        let with =
            words.iter().map(|(known, _)| *known).filter(|known| *known == word || said.contains(known));
        Value::Words(if is_said { without } else { with.collect() })
    })
    .collect()
}

struct Search<'a> {
    judge: &'a Judge<'a>,
    facts: &'a Facts<'a>,
    item: &'static Item,
    winner: Option<&'static str>,
    before: Answer<Value>,
}

impl Search<'_> {
    /// Who wins with a value; `None` where the value does not go together with what else was said.
    fn with(&self, value: &Value) -> Option<Winner> {
        let changed = self.item.with(self.facts.needs, value);
        let needs = sound(changed)?;
        Some(self.judge.winner(&Facts { needs: &needs, workload: self.facts.workload }))
    }

    fn each(&self, values: impl IntoIterator<Item = Value>) -> Vec<Flip> {
        let values = values.into_iter().filter(|value| !self.before.is(value));
        let flip = |value: Value| {
            let to = self.with(&value)?;
            (to != self.winner).then(|| self.flip(value, to, 1.0))
        };
        values.filter_map(flip).collect()
    }

    /// Machines have 1, 2, 4 or 8 GPUs: the next ones on both sides are tried, and the ends where those change nothing.
    fn gpus(&self) -> Vec<Flip> {
        const COUNTS: [f64; 5] = [0.0, 1.0, 2.0, 4.0, 8.0];
        let said = match self.before.said() {
            Some(Value::Number(said)) => *said,
            _ => f64::from(self.facts.gpus()),
        };
        let up: Vec<f64> = COUNTS.iter().copied().filter(|count| *count > said).collect();
        let down: Vec<f64> = COUNTS.iter().rev().copied().filter(|count| *count < said).collect();
        let side = |counts: &[f64]| {
            let ends: Vec<f64> = counts.first().into_iter().chain(counts.last()).copied().collect();
            let first = self.each(ends.first().map(|count| Value::Number(*count)));
            if first.is_empty()
                && ends.len() > 1
                && !self.each(ends.last().map(|count| Value::Number(*count))).is_empty()
            {
                return self.each(counts.iter().map(|count| Value::Number(*count)));
            }
            first
        };
        let mut found = side(&up);
        found.extend(side(&down));
        found
    }

    /// A number that only ever rules more out: where its end changes nothing, nothing below does.
    fn limit(&self, low: f64, high: f64) -> Vec<Flip> {
        let from = match self.before.said() {
            Some(Value::Number(said)) => i64::try_from(whole(*said)).unwrap_or(i64::MAX),
            _ => i64::try_from(whole(low)).unwrap_or(0),
        };
        let end = i64::try_from(whole(high)).unwrap_or(i64::MAX);
        let mut found = Vec::new();
        // The spec's own bound holds below it, whatever is said.
        let from = from.max(i64::from(self.facts.workload.server.request_seconds)).min(end);
        if self.at(end).is_some_and(|last| last != self.winner) {
            let (number, first) = self.between(from, end, self.winner);
            found.push(self.flip(self.value(number), first, 1.5));
        }
        if self.before.said().is_some() {
            found.extend(self.walk(from, i64::try_from(whole(low)).unwrap_or(0), false));
        }
        found
    }

    fn flip(&self, value: Value, to: Option<&'static str>, distance: f64) -> Flip {
        Flip {
            item: self.item.path,
            change: self.item.setting(&value),
            from: self.winner,
            to,
            before: self.before.clone(),
            after: value,
            distance,
        }
    }

    /// Looks up and down from what was said, in steps that grow, and then between the two steps where the winner
    /// changes.
    fn number(&self, unit: Unit, low: f64, high: f64) -> Vec<Flip> {
        let grain = grain(unit);
        let steps = |value: f64| i64::try_from(whole(value / grain)).unwrap_or(i64::MAX);
        let (low, high) = (steps(low), steps(high));
        let Some(Value::Number(said)) = self.before.said() else {
            return self.walk(low, high, true);
        };
        let said = steps(*said).clamp(low, high);
        let mut found = self.walk(said, high, false);
        found.extend(self.walk(said, low, false));
        let start = f64::from(u32::try_from(said.max(1)).unwrap_or(u32::MAX));
        for flip in &mut found {
            let Value::Number(number) = &flip.after else { continue };
            flip.distance = ((number / grain).max(0.5) / start).log2().abs();
        }
        found
    }

    /// From one number towards another: every first number at which somebody else than before wins. The first number
    /// itself counts where nothing was said.
    fn walk(&self, from: i64, to: i64, counts_first: bool) -> Vec<Flip> {
        let mut found = Vec::new();
        let mut last = from;
        let mut last_winner = self.winner;
        if counts_first && let Some(first) = self.at(from) {
            last_winner = first;
            if first != self.winner {
                found.push(self.flip(self.value(from), first, 1.5));
            }
        }
        for next in ladder(from, to) {
            let Some(winner) = self.at(next) else { break };
            if winner != last_winner {
                let (number, first) = self.between(last, next, last_winner);
                if first != self.winner {
                    let number = self.rounded(number, first, next);
                    found.push(self.flip(self.value(number), first, 1.5));
                }
            }
            (last, last_winner) = (next, winner);
        }
        found
    }

    fn value(&self, steps: i64) -> Value {
        let Kind::Number(unit, ..) = self.item.kind else { return Value::Number(0.0) };
        #[expect(clippy::cast_precision_loss, reason = "steps are below 2⁵³")]
        let number = steps as f64 * grain(unit);
        Value::Number(number)
    }

    fn at(&self, steps: i64) -> Option<Winner> {
        self.with(&self.value(steps))
    }

    /// The number nearest to `same` at which somebody else wins than there, and who; `other` is known to be one.
    fn between(
        &self,
        mut same: i64,
        mut other: i64,
        winner: Option<&'static str>,
    ) -> (i64, Option<&'static str>) {
        while (other - same).abs() > 1 {
            let middle = same + (other - same) / 2;
            match self.at(middle) {
                Some(found) if found != winner => other = middle,
                _ => same = middle,
            }
        }
        (other, self.at(other).unwrap_or(winner))
    }

    /// A number with two digits that still leads to the same target, where there is one before `end`.
    fn rounded(&self, number: i64, to: Option<&'static str>, end: i64) -> i64 {
        let digits = number.abs().max(1).ilog10();
        let unit = 10_i64.pow(digits.saturating_sub(1));
        let down = number / unit * unit;
        let candidates = if end >= number { [down, down + unit] } else { [down + unit, down] };
        let is_in = |candidate: i64| {
            if end >= number {
                (number..=end).contains(&candidate)
            } else {
                (end..=number).contains(&candidate)
            }
        };
        let fits = |candidate: &i64| is_in(*candidate) && self.at(*candidate) == Some(to);
        candidates.into_iter().find(fits).unwrap_or(number)
    }
}

/// The unit in which a number is searched: what is finer is no answer to anybody.
fn grain(unit: Unit) -> f64 {
    match unit {
        Unit::Rate => 0.001,
        Unit::Bytes => 1024.0,
        Unit::Count | Unit::Gpus | Unit::Seconds | Unit::Milliseconds | Unit::Dollars | Unit::Hours => 1.0,
    }
}

/// Steps from one number to another, each twice as far as the one before.
fn ladder(from: i64, to: i64) -> Vec<i64> {
    let direction = (to - from).signum();
    let mut steps = Vec::new();
    let mut step = (from.abs() / 4).max(1);
    let mut at = from;
    while at != to {
        at = if (to - at).abs() <= step { to } else { at + direction * step };
        steps.push(at);
        step *= 2;
    }
    steps
}

/// The requirements as reading them would leave them; `None` where reading would refuse them.
pub fn sound(mut needs: Requirements) -> Option<Requirements> {
    let traffic = &needs.traffic;
    if let (Some(average), Some(peak)) = (traffic.average.said(), traffic.peak.said())
        && average > peak
    {
        return None;
    }
    let is_described = needs.cluster.gpus.said().is_some() || needs.cluster.installed.said().is_some();
    match &needs.cluster.exists {
        Answer::Said(false) if is_described => return None,
        Answer::NotSaid if is_described => needs.cluster.exists = Answer::Said(true),
        Answer::NotSaid | Answer::Unknown | Answer::Said(_) => {}
    }
    if needs.gpu.count == Answer::NotSaid && needs.gpu.accelerator.said().is_some() {
        needs.gpu.count = Answer::Said(1);
    }
    Some(needs)
}

/// Whether an answer to an item could still change the winner.
pub fn can_change(judge: &Judge<'_>, needs: &Requirements, workload: &Workload, item: &'static Item) -> bool {
    let facts = Facts { needs, workload };
    let winner = judge.winner(&facts);
    !of_item(judge, &facts, item, winner).is_empty()
}
