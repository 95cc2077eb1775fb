//! The HPA's arithmetic in tables whose results were worked out by hand.

#![expect(clippy::type_complexity, reason = "rows of tables")]

use mlship_simulate::autoscaling::hpa::controller::{Controller, Observation};
use mlship_simulate::autoscaling::hpa::limits::{Bounds, History};
use mlship_simulate::autoscaling::hpa::proposal::{Situation, Tolerances, proposal};
use mlship_simulate::autoscaling::hpa::{
    Behavior, Change, Hpa, Metric, Phase, Pod, Policy, Readiness, Reading, Rules, Sample, Select, Settings,
    Source, Target,
};
use mlship_simulate::autoscaling::time::Time;

const NOW: Time = Time::from_seconds(1000);

/// How a pod of a table is.
#[derive(Clone, Copy)]
enum Is {
    /// Ready for long, with this value in thousandths.
    Ready(i64),
    /// Ready for long, without a sample.
    Silent,
    /// Runs for 100 s, was never Ready, with this value.
    Loading(i64),
    /// Ready for 5 s, with this value over 30 s.
    Fresh(i64),
    /// Runs for 400 s, was never Ready, with this value.
    Stuck(i64),
    /// Was Ready and is not for 10 s, after 900 s, with this value.
    Lapsed(i64),
    /// Not running yet.
    Pending,
    /// Told to end, with this value.
    Ending(i64),
    /// Ended with an error.
    Failed,
}

fn pod(is: Is) -> (Pod, Option<Sample>) {
    let running = |started: i64, status: bool, since: i64| Pod {
        phase: Phase::Running,
        deleting: false,
        started: Some(Time::from_seconds(started)),
        ready: Some(Readiness { status, since: Time::from_seconds(since) }),
    };
    let sample = |value: i64| Some(Sample { value, taken: NOW, window: Time::from_seconds(30) });
    let old = running(100, true, 110);
    match is {
        Is::Ready(value) => (old, sample(value)),
        Is::Silent => (old, None),
        Is::Loading(value) => (running(900, false, 900), sample(value)),
        Is::Fresh(value) => (running(900, true, 995), sample(value)),
        Is::Stuck(value) => (running(600, false, 600), sample(value)),
        Is::Lapsed(value) => (running(100, false, 990), sample(value)),
        Is::Pending => (Pod { phase: Phase::Pending, deleting: false, started: None, ready: None }, None),
        Is::Ending(value) => (Pod { deleting: true, ..old }, sample(value)),
        Is::Failed => (Pod { phase: Phase::Failed, ..old }, None),
    }
}

fn proposed(source: &Source, target: Target, current: i32, request: i64, pods: &[Is]) -> Result<i32, String> {
    let (pods, samples): (Vec<Pod>, Vec<Option<Sample>>) = pods.iter().copied().map(pod).unzip();
    let settings = Settings::default();
    let situation = Situation {
        now: NOW,
        wanted: current,
        existing: current,
        pods: &pods,
        settings: &settings,
        tolerances: Tolerances { down: 0.1, up: 0.1 },
    };
    let metric = Metric { source: source.clone(), target };
    proposal(&metric, &Reading::PerPod { samples, request: Ok(request) }, &situation)
}

#[test]
fn averages_over_pods() {
    use Is::{Ending, Failed, Loading, Pending, Ready, Silent};
    let source = Source::Pods { metric: "rps".to_owned() };
    let table: &[(&str, i64, i32, &[Is], Option<i32>)] = &[
        // 40 / 3 = 13.333; / 15 = 0.889; times 3 is 2.67.
        ("below", 15_000, 3, &[Ready(20_000), Ready(10_000), Ready(10_000)], Some(3)),
        ("at the upper end", 10_000, 3, &[Ready(11_000), Ready(11_000), Ready(11_000)], Some(3)),
        ("just above it", 10_000, 3, &[Ready(11_001), Ready(11_001), Ready(11_001)], Some(4)),
        ("at the lower end", 10_000, 30, &[Ready(9_000); 30], Some(30)),
        ("just below it", 10_000, 30, &[Ready(8_999); 30], Some(27)),
        // 2 / 3 pods is 666, not 667.
        ("rounded down", 606, 3, &[Ready(667), Ready(667), Ready(666)], Some(3)),
        // 90 / 4 = 22.5.
        ("silent, more load", 10_000, 4, &[Ready(30_000), Ready(30_000), Ready(30_000), Silent], Some(9)),
        // (6 + 10) / 4 = 4.
        ("silent, less load", 10_000, 4, &[Ready(2_000), Ready(2_000), Ready(2_000), Silent], Some(2)),
        (
            "silent ones would turn it round",
            10_000,
            4,
            &[Ready(12_000), Ready(12_000), Silent, Silent],
            Some(4),
        ),
        ("silent, within", 10_000, 3, &[Ready(10_000), Silent, Silent], Some(3)),
        // 60 / 4 = 15.
        ("pending, more load", 10_000, 4, &[Ready(30_000), Ready(30_000), Pending, Pending], Some(6)),
        ("pending, less load", 10_000, 4, &[Ready(5_000), Ready(5_000), Pending, Pending], Some(1)),
        (
            "loading counts as ready",
            10_000,
            4,
            &[Ready(20_000), Ready(20_000), Loading(0), Loading(0)],
            Some(4),
        ),
        ("ending and failed do not count", 10_000, 3, &[Ready(20_000), Ending(90_000), Failed], Some(2)),
        ("only pending", 10_000, 1, &[Pending], None),
        ("nobody", 10_000, 1, &[], None),
        ("all silent", 10_000, 2, &[Silent, Silent], None),
    ];
    for (name, target, current, pods, expected) in table {
        let found = proposed(&source, Target::AverageValue(*target), *current, 0, pods);
        assert_eq!(found.ok(), *expected, "{name}");
    }
}

#[test]
fn percentages_of_requests() {
    use Is::{Fresh, Lapsed, Loading, Ready, Silent, Stuck};
    let cpu = Source::Resource { name: "cpu".to_owned() };
    let memory = Source::Resource { name: "memory".to_owned() };
    let table: &[(&str, &Source, i32, i32, &[Is], i32)] = &[
        // 66.9 % is 66 %; 66 / 60 = 1.10.
        ("cut to whole percents", &cpu, 60, 3, &[Ready(669), Ready(669), Ready(669)], 3),
        ("67 %", &cpu, 60, 3, &[Ready(670), Ready(670), Ready(670)], 4),
        // 60 / 50 = 1.2; with the loading one as nothing 45 / 50.
        ("loading, more load", &cpu, 50, 4, &[Ready(600), Ready(600), Ready(600), Loading(2500)], 4),
        // 40 % of 3 pods; the loading one is left out.
        ("loading, less load", &cpu, 80, 4, &[Ready(400), Ready(400), Ready(400), Loading(2500)], 2),
        ("ready for less than a window", &cpu, 50, 3, &[Ready(1200), Ready(1200), Fresh(1200)], 5),
        ("never ready for long", &cpu, 50, 3, &[Ready(1200), Ready(1200), Stuck(1200)], 5),
        ("not ready any more", &cpu, 50, 3, &[Ready(1200), Ready(1200), Lapsed(1200)], 8),
        ("memory of a loading one counts", &memory, 50, 3, &[Ready(400), Ready(400), Loading(1600)], 5),
        // (200 + 200 + 1000) / 3000 = 46 %; / 50 = 0.92.
        ("silent, at its request", &cpu, 50, 3, &[Ready(200), Ready(200), Silent], 3),
        // (300 + 300 + 1500) / 3000 = 70 %; / 150 * 3 = 1.4.
        ("silent, at a target above it", &cpu, 150, 3, &[Ready(300), Ready(300), Silent], 2),
    ];
    for (name, source, percent, current, pods, expected) in table {
        let found = proposed(source, Target::Utilization(*percent), *current, 1000, pods);
        assert_eq!(found, Ok(*expected), "{name}");
    }
    assert!(proposed(&cpu, Target::Utilization(50), 1, 0, &[Ready(1)]).is_err(), "nothing is requested");
}

#[test]
fn values_of_the_whole() {
    use Is::{Pending, Ready};
    let settings = Settings::default();
    let table: &[(&str, Target, &[i64], i32, &[Is], i32)] = &[
        // 1.95 times the one that is Ready.
        ("value, one of three ready", Target::Value(10_000), &[19_500], 3, &[Ready(0), Pending, Pending], 2),
        ("value, all ready", Target::Value(10_000), &[19_500], 3, &[Ready(0), Ready(0), Ready(0)], 6),
        ("value, within", Target::Value(10_000), &[11_000], 3, &[Ready(0), Pending, Pending], 3),
        ("value at zero", Target::Value(10_000), &[10_001], 0, &[], 2),
        ("average", Target::AverageValue(10_000), &[60_000], 3, &[], 6),
        ("average, within", Target::AverageValue(10_000), &[33_000], 3, &[], 3),
        ("average at zero", Target::AverageValue(8_000), &[25_000], 0, &[], 4),
        ("average of nothing at zero", Target::AverageValue(8_000), &[0], 0, &[], 0),
        ("several series", Target::AverageValue(10_000), &[15_000, 15_000, 31_000], 3, &[], 7),
        ("more than fits", Target::AverageValue(1), &[i64::MAX, i64::MAX], 3, &[], i32::MAX),
    ];
    for (name, target, series, current, pods, expected) in table {
        let pods: Vec<Pod> = pods.iter().map(|is| pod(*is).0).collect();
        let source = Source::External { metric: "depth".to_owned(), selector: "nil".to_owned() };
        let situation = Situation {
            now: NOW,
            wanted: *current,
            existing: *current,
            pods: &pods,
            settings: &settings,
            tolerances: Tolerances { down: 0.1, up: 0.1 },
        };
        let metric = Metric { source, target: *target };
        let found = proposal(&metric, &Reading::Whole(series.to_vec()), &situation);
        assert_eq!(found, Ok(*expected), "{name}");
    }
}

fn rules(select: Select, policies: &[(Change, i64)]) -> Rules {
    let policies = policies
        .iter()
        .map(|(change, seconds)| Policy { change: *change, period: Time::from_seconds(*seconds) });
    Rules { window: Some(Time::ZERO), select, policies: policies.collect(), tolerance: None }
}

/// What becomes of a need of `need` at 1000 s, after changes `(at, from, to)`.
fn limited(behavior: &Behavior, changes: &[(i64, i32, i32)], current: i32, need: i32) -> (i32, &'static str) {
    let mut history = History::default();
    for (at, from, to) in changes {
        history.scaled(Some(behavior), *from, *to, Time::from_seconds(*at));
    }
    let bounds = Bounds { now: NOW, min: 2, max: 200, current };
    let tamed = history.tame_by(behavior, need, bounds, &Settings::default());
    assert_eq!(tamed.is_limited, tamed.limited != "DesiredWithinRange");
    (tamed.replicas, tamed.limited)
}

#[test]
fn policies() {
    use Change::{Percent, Pods};
    const WITHIN: &str = "DesiredWithinRange";
    let free = || rules(Select::Max, &[(Percent(100), 15)]);
    let up = |select, policies: &[(Change, i64)]| Behavior { up: rules(select, policies), down: free() };
    let down = |select, policies: &[(Change, i64)]| Behavior { up: free(), down: rules(select, policies) };
    let table: &[(&str, Behavior, &[(i64, i32, i32)], i32, i32, (i32, &str))] = &[
        // 100 * 1.1 is 110.00000000000001 in doubles.
        ("10 % of 100", up(Select::Max, &[(Percent(10), 60)]), &[], 100, 199, (111, "ScaleUpLimit")),
        // 10 * (1 - 0.8) is 1.9999999999999996.
        ("80 % less than 10", down(Select::Max, &[(Percent(80), 60)]), &[], 10, 1, (2, "TooFewReplicas")),
        ("80 % less than 20", down(Select::Max, &[(Percent(80), 60)]), &[], 20, 1, (3, "ScaleDownLimit")),
        ("10 % less than 7", down(Select::Max, &[(Percent(10), 60)]), &[], 7, 2, (6, "ScaleDownLimit")),
        (
            "the larger",
            up(Select::Max, &[(Percent(50), 60), (Pods(4), 60)]),
            &[],
            6,
            99,
            (10, "ScaleUpLimit"),
        ),
        (
            "the smaller",
            up(Select::Min, &[(Percent(50), 60), (Pods(4), 60)]),
            &[],
            6,
            99,
            (9, "ScaleUpLimit"),
        ),
        ("never", up(Select::Disabled, &[(Pods(4), 60)]), &[], 6, 99, (6, "ScaleUpLimit")),
        ("the maximum", up(Select::Max, &[(Pods(99), 60)]), &[], 150, 999, (200, "TooManyReplicas")),
        ("enough", up(Select::Max, &[(Pods(9), 60)]), &[], 6, 12, (12, WITHIN)),
        ("used up", up(Select::Max, &[(Pods(4), 60)]), &[(990, 2, 6)], 6, 99, (6, "ScaleUpLimit")),
        ("used in part", up(Select::Max, &[(Pods(4), 60)]), &[(990, 2, 5)], 5, 99, (6, "ScaleUpLimit")),
        ("just forgotten", up(Select::Max, &[(Pods(4), 60)]), &[(940, 2, 6)], 6, 99, (10, "ScaleUpLimit")),
        (
            "what has gone may come back",
            up(Select::Max, &[(Pods(1), 30)]),
            &[(990, 9, 5)],
            5,
            99,
            (10, "ScaleUpLimit"),
        ),
        (
            "what has come may go",
            down(Select::Max, &[(Pods(1), 30)]),
            &[(990, 3, 7)],
            7,
            1,
            (2, "TooFewReplicas"),
        ),
        ("never below", down(Select::Max, &[(Pods(9), 30)]), &[(990, 3, 7)], 7, 1, (2, "TooFewReplicas")),
        (
            "the smaller loss",
            down(Select::Min, &[(Percent(50), 60), (Pods(4), 60)]),
            &[],
            20,
            1,
            (16, "ScaleDownLimit"),
        ),
    ];
    for (name, behavior, changes, current, need, expected) in table {
        assert_eq!(limited(behavior, changes, *current, *need), *expected, "{name}");
    }
}

#[test]
fn a_place_in_memory_is_reused_by_its_own_directions_periods() {
    use Change::Pods;
    // The way up looks 10 s back, the way down 100 s: the change at 950 s makes room for the one at 990 s, though the
    // way down would still have counted it.
    let behavior =
        Behavior { up: rules(Select::Max, &[(Pods(9), 10)]), down: rules(Select::Max, &[(Pods(1), 100)]) };
    assert_eq!(limited(&behavior, &[(950, 5, 8), (990, 8, 10)], 10, 2), (7, "ScaleDownLimit"));
    let behavior = Behavior { up: rules(Select::Max, &[(Pods(9), 60)]), ..behavior };
    assert_eq!(limited(&behavior, &[(950, 5, 8), (990, 8, 10)], 10, 2), (4, "ScaleDownLimit"));
}

#[test]
fn without_behavior_it_doubles_at_each_sync() {
    let mut history = History::default();
    let mut sizes = vec![3];
    for sync in 0..4 {
        let current = sizes[sizes.len() - 1];
        let bounds = Bounds { now: Time::from_seconds(15 * sync), min: 1, max: 20, current };
        let tamed = history.tame(40, bounds, &Settings::default());
        sizes.push(tamed.replicas);
    }
    assert_eq!(sizes, [3, 6, 12, 20, 20]);
    // The need of 40 is remembered for less than 300 s from the last sync, at 45 s.
    let at = |seconds| Bounds { now: Time::from_seconds(seconds), min: 1, max: 20, current: 20 };
    assert_eq!(history.clone().tame(2, at(344), &Settings::default()).able, "ScaleDownStabilized");
    assert_eq!(history.tame(2, at(345), &Settings::default()).replicas, 2);
}

#[test]
fn out_of_bounds_nothing_else_is_asked() {
    let metric =
        Metric { source: Source::Pods { metric: "rps".to_owned() }, target: Target::AverageValue(1000) };
    let hpa = Hpa { min: 3, max: 6, metrics: vec![metric], behavior: None };
    for (wanted, desired, reason) in [
        (9, 6, Some("Current number of replicas above Spec.MaxReplicas")),
        (1, 3, Some("Current number of replicas below Spec.MinReplicas")),
        (0, 0, None),
    ] {
        let mut controller = Controller::new(hpa.clone(), Settings::default());
        let observation = Observation { wanted, existing: wanted, pods: &[], readings: &[Reading::Absent] };
        let sync = controller.sync(Time::ZERO, &observation);
        assert_eq!((sync.desired, sync.reason.as_deref()), (desired, reason));
        assert_eq!(sync.conditions.scaling_limited, None);
    }
}

/// A generator of numbers: <https://prng.di.unimi.it/splitmix64.c>.
fn draw(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % below
}

#[test]
fn it_never_leaves_its_bounds() {
    for seed in 0..400_u64 {
        let mut state = seed;
        let mut number = |low: i32, high: i32| {
            low + i32::try_from(draw(&mut state, u64::try_from(high - low + 1).expect("a range")))
                .expect("small")
        };
        let (min, max) = (number(1, 5), number(5, 40));
        let one = |number: &mut dyn FnMut(i32, i32) -> i32| {
            let select =
                [Select::Max, Select::Min, Select::Disabled][usize::try_from(number(0, 2)).expect("small")];
            let change =
                if number(0, 1) == 0 { Change::Pods(number(1, 9)) } else { Change::Percent(number(1, 300)) };
            let mut rules = rules(select, &[(change, i64::from(number(1, 90)))]);
            rules.window = Some(Time::from_seconds(i64::from(number(0, 60))));
            rules
        };
        let behavior = (number(0, 3) > 0).then(|| Behavior { up: one(&mut number), down: one(&mut number) });
        let metric = Metric {
            source: Source::External { metric: "q".to_owned(), selector: "nil".to_owned() },
            target: Target::AverageValue(1000),
        };
        let hpa = Hpa { min, max, metrics: vec![metric], behavior };
        let mut controller = Controller::new(hpa, Settings::default());
        let mut size = number(min, max);
        for step in 0..60 {
            let value = i64::from(number(0, 60_000));
            let readings = [if number(0, 9) == 0 { Reading::Absent } else { Reading::Whole(vec![value]) }];
            let observation = Observation { wanted: size, existing: size, pods: &[], readings: &readings };
            let sync = controller.sync(Time::from_seconds(15 * step), &observation);
            assert!((min..=max).contains(&sync.desired), "seed {seed}: {sync:?}");
            size = sync.desired;
        }
    }
}
