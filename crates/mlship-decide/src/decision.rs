//! The whole decision, and its documented shape.

use mlship_managed::cost::Cost;
use mlship_managed::prices::PriceBook;
use mlship_spec::draft::{Draft, Image};
use mlship_spec::profile::{Kind, Mirror};
use mlship_spec::shell;
use mlship_spec::target::Target;
use mlship_spec::workload::requirements::Answer;
use serde::Serialize;
use serde::ser::SerializeMap as _;

use crate::facts::Facts;
use crate::fit::Fitting;
use crate::flips::{Flip, flips};
use crate::items::ITEMS;
use crate::stability::stability;
use crate::traffic::{ASSUMED_PER_REPLICA, per_replica};
use crate::verdict::{Blocker, Judge, Reason, Verdict};
use crate::weights::Weights;

/// The version of the JSON shape.
pub const VERSION: u32 = 1;

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The spec, or requirements alone.
    pub draft: &'a Draft,
    /// What commands call the spec, such as `-f mlship.yaml`; empty where the default finds it.
    pub file: &'a str,
    /// The targets that come into question.
    pub targets: &'a [&'static dyn Target],
    /// What things cost.
    pub book: &'a PriceBook,
    /// How much each reason counts.
    pub weights: &'a Weights,
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Over all targets, the best first.
    pub verdicts: Vec<Verdict>,
    /// The command to run next, for each verdict; `None` where it does not fit.
    pub next: Vec<Option<String>>,
    /// What would change the answer.
    pub flips: Vec<Flip>,
    /// The share of tries with other weights in which the winner stays.
    pub stability: f64,
    /// What nobody said and was taken for granted.
    pub assumptions: Vec<String>,
}

impl Decision {
    /// The best target that fits.
    pub fn winner(&self) -> Option<&Verdict> {
        self.verdicts.first().filter(|verdict| verdict.fits())
    }

    /// The second best that fits.
    pub fn runner_up(&self) -> Option<&Verdict> {
        self.verdicts.get(1).filter(|verdict| verdict.fits())
    }
}

/// What is to be said of every target, the best first: a decision without what would change it, which takes longest.
pub fn verdicts(question: &Question<'_>) -> Vec<Verdict> {
    let draft = question.draft;
    let facts = Facts { needs: &draft.workload.requirements, workload: &draft.workload };
    Judge::new(Fitting::new(draft, question.targets, question.book), question.weights).verdicts(&facts)
}

/// Decides.
pub fn decide(question: &Question<'_>) -> Decision {
    let draft = question.draft;
    let facts = Facts { needs: &draft.workload.requirements, workload: &draft.workload };
    let judge = Judge::new(Fitting::new(draft, question.targets, question.book), question.weights);
    let verdicts = judge.verdicts(&facts);
    let fitting =
        |place: usize| verdicts.get(place).filter(|verdict| verdict.fits()).map(|verdict| verdict.target);
    let flips = flips(&judge, &facts, fitting(0), fitting(1));
    let next = verdicts.iter().map(|verdict| next(question, verdict)).collect();
    Decision {
        stability: stability(&verdicts),
        assumptions: assumptions(draft, &facts, fitting(0).and(verdicts.first())),
        verdicts,
        next,
        flips,
    }
}

fn next(question: &Question<'_>, verdict: &Verdict) -> Option<String> {
    if !verdict.fits() {
        return None;
    }
    let target = verdict.target;
    let sets = verdict.fit.sets.iter().map(String::as_str).chain(mirror(question, verdict));
    let sets: Vec<String> = sets.map(|set| format!(" --set {}", shell::word(set))).collect();
    let sets = sets.concat();
    Some(match question.draft.image {
        Image::Assumed => format!("mlship init IMAGE && mlship render --target {target}{sets}"),
        Image::Named => {
            let file = if question.file.is_empty() {
                String::new()
            } else {
                format!(" -f {}", shell::word(question.file))
            };
            let render = format!("mlship render{file} --target {target}{sets}");
            let is_applied = verdict.profile.kind != Kind::Endpoint && target != "helm";
            if is_applied { format!("{render} | kubectl apply -f -") } else { format!("{render} -o out") }
        }
    })
}

/// The field by which requests are copied to a new version, where that is asked for and the spec does not say it; a
/// version that takes a share of the requests gets no copies.
fn mirror(question: &Question<'_>, verdict: &Verdict) -> Option<&'static str> {
    let workload = &question.draft.workload;
    let takes_share = workload.rollout.canary.is_some()
        || verdict.fit.sets.iter().any(|set| set.starts_with("rollout.canary="));
    match verdict.profile.mirror {
        Mirror::Field(set, _) if workload.requirements.shadow.is(&true) && !takes_share => {
            let is_written = |(field, _)| workload.provenance.is_written(field);
            Some(set).filter(|set| !set.split_once('=').is_some_and(is_written))
        }
        Mirror::Field(..) | Mirror::No(_) => None,
    }
}

fn assumptions(draft: &Draft, facts: &Facts<'_>, winner: Option<&Verdict>) -> Vec<String> {
    let mut assumptions = Vec::new();
    if draft.image == Image::Assumed {
        assumptions.push(
            "no image is named: one stands in, in the registry and at the port that each target wants, with the defaults of a \
             spec for all else"
                .to_owned(),
        );
    }
    let traffic = &facts.needs.traffic;
    let has_traffic = traffic.average.said().is_some() || traffic.peak.said().is_some();
    if let (true, (_, false)) = (has_traffic, per_replica(facts)) {
        assumptions.push(format!(
            "requirements.traffic.perReplica: not said, taken as: {ASSUMED_PER_REPLICA} requests a second"
        ));
    }
    for item in ITEMS {
        let how = match item.get(facts.needs) {
            Answer::Said(_) => continue,
            Answer::NotSaid => "not said",
            Answer::Unknown => "not known",
        };
        if item.path != "traffic.perReplica" {
            assumptions.push(format!("requirements.{}: {how}, taken as: {}", item.path, item.assumed));
        }
    }
    if let Some(cost) = winner.and_then(|winner| winner.fit.cost.as_ref()) {
        assumptions.extend(cost.assumed.iter().map(|assumed| format!("cost: {assumed}")));
        let left_out = cost.left_out.join("; ");
        if !left_out.is_empty() {
            assumptions.push(format!("cost: without {left_out}"));
        }
    }
    assumptions
}

// What follows is the JSON of version 1; README.md documents it.

impl Serialize for Decision {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let verdicts: Vec<_> = self
            .verdicts
            .iter()
            .zip(&self.next)
            .map(|(verdict, next)| JsonVerdict { verdict, next })
            .collect();
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("version", &VERSION)?;
        map.serialize_entry("verdicts", &verdicts)?;
        map.serialize_entry("flips", &self.flips)?;
        map.serialize_entry("stability", &self.stability)?;
        map.serialize_entry("assumptions", &self.assumptions)?;
        map.end()
    }
}

struct JsonVerdict<'a> {
    verdict: &'a Verdict,
    next: &'a Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonCost {
    currency: &'static str,
    per: &'static str,
    idle: Option<f64>,
    busy: Option<f64>,
    sure: Option<String>,
}

impl Serialize for JsonVerdict<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let verdict = self.verdict;
        let cents = |amount: Option<f64>| amount.map(|amount| (amount * 100.0).round() / 100.0);
        let cost = JsonCost {
            currency: "USD",
            per: "month",
            idle: cents(verdict.monthly.idle),
            busy: cents(verdict.monthly.busy),
            sure: verdict.fit.cost.as_ref().and_then(Cost::sure).map(|sure| sure.to_string()),
        };
        let needs: Vec<&str> = verdict.profile.needs.iter().map(|need| need.claim.says).collect();
        let learn: Vec<&str> = verdict.profile.learn.iter().map(|claim| claim.says).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("target", verdict.target)?;
        map.serialize_entry("fits", &verdict.fits())?;
        map.serialize_entry("score", &points(verdict.hundredths()))?;
        map.serialize_entry("reasons", &verdict.reasons)?;
        map.serialize_entry("blockers", &verdict.blockers)?;
        map.serialize_entry("cost", &cost)?;
        map.serialize_entry("coldStartSeconds", &verdict.cold_start())?;
        map.serialize_entry("needs", &needs)?;
        map.serialize_entry("learn", &learn)?;
        map.serialize_entry("next", self.next)?;
        map.end()
    }
}

impl Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("rule", self.rule)?;
        map.serialize_entry("effect", &points(self.hundredths))?;
        map.serialize_entry("text", &self.text)?;
        map.serialize_entry("source", self.source)?;
        map.end()
    }
}

impl Serialize for Flip {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("change", &self.change)?;
        map.serialize_entry("from", &self.from)?;
        map.serialize_entry("to", &self.to)?;
        map.end()
    }
}

/// Hundredths as points.
pub fn points(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

/// A blocker's first line for a table.
pub fn first_blocker(verdict: &Verdict) -> Option<&Blocker> {
    verdict.blockers.first()
}
