//! What has to hold of any decision, whatever is needed.

use mlship_decide::Decision;
use mlship_decide::facts::Facts;
use mlship_decide::fit::Fitting;
use mlship_decide::items::{ITEMS, Kind, Value};
use mlship_decide::verdict::{Judge, Verdict};
use mlship_decide::weights::Weights;
use mlship_managed::prices::PriceBook;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::support::{alone, decided, draft, targets};

/// Settings of a few items, each once.
fn settings() -> impl Strategy<Value = Vec<String>> {
    let item = |position: usize| {
        let item = &ITEMS[position];
        let value: BoxedStrategy<Value> = match item.kind {
            Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
            Kind::Word(words) => select(words).prop_map(|(word, _)| Value::Word(word)).boxed(),
            Kind::Words(words) => {
                let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                subsequence(all, 0..=words.len().min(3)).prop_map(Value::Words).boxed()
            }
            Kind::Number(_, low, high) => {
                // Small numbers are more common than large ones, and are where things change.
                let number = (0.0_f64..1.0)
                    .prop_map(move |share| (low.max(0.5) * (high / low.max(0.5)).powf(share)).ceil());
                number.prop_map(move |number| Value::Number(number.clamp(low.ceil(), high))).boxed()
            }
            Kind::Text => Just(Value::Text("unknown".to_owned())).boxed(),
        };
        value.prop_map(move |value| item.setting(&value)).boxed()
    };
    subsequence((0..ITEMS.len()).collect::<Vec<_>>(), 0..8)
        .prop_flat_map(move |chosen| chosen.into_iter().map(item).collect::<Vec<_>>())
        .prop_filter("what contradicts itself is refused when read", |sets| is_sound(sets))
}

fn is_sound(sets: &[String]) -> bool {
    use mlship_spec::diagnostic::has_errors;
    use mlship_spec::read::{ReadOptions, read_drafts};
    let options = ReadOptions { set: sets.to_vec(), ..ReadOptions::default() };
    !has_errors(&read_drafts("a", alone("{}").as_bytes(), &options).0.diagnostics)
}

fn decided_with(sets: &[String]) -> Decision {
    decided(&alone("{}"), sets)
}

/// The winner alone: the same function, without the search for what would change it.
fn winner(sets: &[String]) -> Option<&'static str> {
    let (draft, targets) = (draft(&alone("{}"), sets), targets());
    let judge = Judge::new(Fitting::new(&draft, &targets, PriceBook::embedded()), &Weights::embedded());
    let facts = Facts { needs: &draft.workload.requirements, workload: &draft.workload };
    let verdicts = judge.verdicts(&facts);
    let first = verdicts.first().filter(|verdict| verdict.fits()).map(|verdict| verdict.target);
    // Two ways to the same answer: one that judges all targets, and one that asks no more than it has to.
    assert_eq!(judge.winner(&facts), first, "{sets:?}");
    first
}

fn with(sets: &[String], more: &str) -> Vec<String> {
    sets.iter().cloned().chain([more.to_owned()]).collect()
}

/// The settings but those of the field that this one sets.
fn without(sets: Vec<String>, setting: &str) -> Vec<String> {
    let field = |set: &str| set.split('=').next().map(str::to_owned);
    sets.into_iter().filter(|set| field(set) != field(setting)).collect()
}

/// A target that is out now and was not before has no higher score than it had.
fn ruled_out_is_not_raised(before: &Decision, after: &Decision, blocking: &str) {
    for verdict in after.verdicts.iter().filter(|verdict| !verdict.fits()) {
        let was = of(before, verdict.target);
        assert!(
            !was.fits() || verdict.hundredths() <= was.hundredths(),
            "{} {blocking} {:?} {:?}",
            verdict.target,
            was.reasons,
            verdict.reasons
        );
    }
}

/// What it takes to get to a target counts as well where the target is ruled out.
#[test]
fn what_would_have_to_be_installed_counts_against_what_is_ruled_out() {
    let nothing_there = vec!["requirements.cluster.installed=[]".to_owned()];
    for blocking in BLOCKING {
        let after = decided_with(&with(&nothing_there, blocking));
        ruled_out_is_not_raised(&decided_with(&nothing_there), &after, blocking);
    }
}

fn of<'a>(decision: &'a Decision, target: &str) -> &'a Verdict {
    decision.verdicts.iter().find(|verdict| verdict.target == target).expect("a target")
}

/// Preferences, and the targets whose strength they are.
const STRENGTHS: &[(&str, &[&str])] = &[
    ("requirements.models=25", &["kserve"]),
    ("requirements.environments=4", &["helm"]),
    ("requirements.protocol=open-inference", &["kserve"]),
    ("requirements.canary=true", &["kserve", "sagemaker", "azureml", "vertex"]),
    ("requirements.shadow=true", &["azureml", "sagemaker"]),
    ("requirements.multiModel=true", &["kserve"]),
    ("requirements.platformForOthers=true", &["kubernetes", "helm"]),
    ("requirements.gpu.topology=exotic", &["kubernetes"]),
    ("requirements.isolation=node", &["kubernetes"]),
    ("requirements.serviceMesh=true", &["kubernetes"]),
    ("requirements.customCni=true", &["kubernetes"]),
    ("requirements.onPremises=true", &["kubernetes", "helm", "kserve"]),
    ("requirements.traffic.burstiness=bursty", &["gke-autopilot", "eks-fargate"]),
    ("requirements.platformTeam=false", &["sagemaker", "vertex", "azureml"]),
    ("requirements.gitops=true", &["helm", "kubernetes", "kserve"]),
    (
        "requirements.cluster.installed=[kserve, keda, prometheus, ingress, gateway, knative, cert-manager]",
        &["kserve"],
    ),
    ("requirements.skills.kubernetes=strong", &["kubernetes", "helm", "kserve"]),
    ("requirements.lockIn=avoid", &["kubernetes", "helm", "kserve"]),
    ("requirements.compliance=[regulated]", &["kubernetes", "helm", "kserve"]),
];

/// What rules targets out.
const BLOCKING: &[&str] = &[
    "requirements.onPremises=true",
    "requirements.clouds=[]",
    "requirements.clouds=[aws]",
    "requirements.clouds=[gcp]",
    "requirements.clouds=[azure]",
    "requirements.lockIn=refused",
    "requirements.compliance=[air-gapped]",
    "requirements.customCni=true",
    "requirements.serviceMesh=true",
    "requirements.request.size=64Mi",
    "requirements.request.seconds=3600",
    "requirements.state=true",
    "requirements.protocol=grpc",
    "requirements.gpu.count=1",
    "requirements.gpuSharing=true",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// A change that is printed does what is printed, by the way in which users would make it.
    #[test]
    fn flips_flip(sets in settings()) {
        let decision = decided_with(&sets);
        let first = decision.winner().map(|verdict| verdict.target);
        for flip in &decision.flips {
            prop_assert_eq!(flip.from, first);
            let found = winner(&with(&sets, &flip.change));
            prop_assert_eq!(found, flip.to, "{:?} {}", sets, flip.change);
            prop_assert_ne!(found, first);
        }
    }

    /// Reasons are what the score is made of, to the last digit, in the output too.
    #[test]
    fn reasons_add_up_to_the_score(sets in settings()) {
        let decision = decided_with(&sets);
        let json = serde_json::to_value(&decision).expect("a decision is JSON");
        for verdict in json["verdicts"].as_array().expect("verdicts") {
            let effects = verdict["reasons"].as_array().expect("reasons").iter();
            let hundredths = |value: &serde_json::Value| (value.as_f64().expect("a number") * 100.0).round();
            let sum: f64 = effects.clone().map(|reason| hundredths(&reason["effect"])).sum();
            prop_assert!((sum - hundredths(&verdict["score"])).abs() < 1e-9, "{verdict}");
            // What is printed counts: without it the score would be another.
            prop_assert!(effects.clone().all(|reason| hundredths(&reason["effect"]) != 0.0));
            prop_assert_eq!(verdict["fits"].as_bool(), Some(verdict["blockers"].as_array().expect("blockers").is_empty()));
        }
    }

    #[test]
    fn the_order_of_what_is_said_changes_nothing(sets in settings(), turn in any::<Index>()) {
        let mut turned = sets.clone();
        if !turned.is_empty() {
            turned.rotate_left(turn.index(sets.len()));
            turned.reverse();
        }
        let json = |sets: &[String]| serde_json::to_string(&decided_with(sets)).expect("a decision is JSON");
        prop_assert_eq!(json(&sets), json(&turned));
    }

    #[test]
    fn what_rules_a_target_out_never_raises_it(sets in settings(), blocking in select(BLOCKING)) {
        // Another value of what was said before takes something away as well.
        let sets = without(sets, blocking);
        let after = with(&sets, blocking);
        prop_assume!(is_sound(&after));
        let (before, after) = (decided_with(&sets), decided_with(&after));
        ruled_out_is_not_raised(&before, &after, blocking);
        let first_out = after.verdicts.iter().position(|verdict| !verdict.fits()).unwrap_or(usize::MAX);
        prop_assert!(after.verdicts.iter().skip(first_out).all(|verdict| !verdict.fits()));
    }

    #[test]
    fn asking_for_a_strength_never_lowers_who_has_it(sets in settings(), strength in select(STRENGTHS)) {
        let (setting, targets) = strength;
        let base = without(sets, setting);
        let after = with(&base, setting);
        prop_assume!(is_sound(&after));
        let (before, after) = (decided_with(&base), decided_with(&after));
        for target in targets {
            let (was, is) = (of(&before, target), of(&after, target));
            prop_assert!(!is.fits() || is.hundredths() >= was.hundredths(), "{target} {setting} {:?} {:?}", was.reasons, is.reasons);
        }
    }

    /// What flags, files and the search for flips write is what they then read.
    #[test]
    fn items_read_what_they_write(sets in settings()) {
        let read = draft(&alone("{}"), &sets);
        let facts = Facts { needs: &read.workload.requirements, workload: &read.workload };
        for set in &sets {
            let (path, value) = set.split_once('=').expect("a setting");
            let item = ITEMS.iter().find(|item| format!("requirements.{}", item.path) == path).expect("an item");
            let said = item.get(facts.needs);
            let printed = said.said().map(|value| item.printed(value));
            prop_assert_eq!(printed.as_deref(), Some(value), "{}", path);
            let again = item.with(&item.without(facts.needs), said.said().expect("a value"));
            prop_assert_eq!(item.get(&again), said);
        }
    }
}
