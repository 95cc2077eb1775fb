//! Timelines drawn by a seed: combinations that nobody thinks of.

use crate::cases::Case;
use std::fmt::Write as _;

/// So many timelines; the same seed draws the same ones.
pub fn cases(seed: u64, count: usize) -> Vec<Case> {
    (0..count)
        .map(|index| Draw(seed.wrapping_mul(1_000_003).wrapping_add(index as u64)).case(index))
        .collect()
}

/// A generator of numbers: <https://prng.di.unimi.it/splitmix64.c>.
struct Draw(u64);

const MEMORY: f64 = 1024.0 * 1024.0 * 1024.0;

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    fn number(&mut self, low: u32, high: u32) -> u32 {
        low + u32::try_from(self.next() % u64::from(high - low + 1)).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.next() % of.len() as u64).unwrap()]
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.number(1, 100) <= percent
    }

    fn case(&mut self, index: usize) -> Case {
        let replicas = self.number(1, 8);
        let mut names = vec!["rps", "depth", "hits", "cpu", "memory"];
        let (mut metrics, mut values) = (Vec::new(), Vec::new());
        for _ in 0..(if self.chance(30) { 2 } else { 1 }) {
            let at = usize::try_from(self.number(0, 4)).unwrap() % names.len();
            let name = names.remove(at);
            let (metric, each) = self.metric(name);
            metrics.push(metric);
            values.push((name, self.steps(each * f64::from(replicas))));
        }
        let is_outside =
            metrics.iter().any(|metric| metric.contains("External") || metric.contains("Object"));
        let min = if is_outside && self.chance(25) { 0 } else { self.number(1, 3) };
        let max = self.number(min.max(4), 24);
        let mut spec = format!("{{minReplicas: {min}, maxReplicas: {max}, metrics: [{}]", metrics.join(", "));
        if self.chance(75) {
            let (up, down) = (self.rules(), self.rules());
            let _ = write!(spec, ", behavior: {{scaleUp: {up}, scaleDown: {down}}}");
        }
        spec.push('}');
        let leaked: Vec<(&'static str, &'static [(f64, f64)])> =
            values.into_iter().map(|(name, steps)| (name, &*Vec::leak(steps))).collect();
        Case {
            name: String::leak(format!("drawn-{index}")),
            spec: String::leak(spec),
            metrics: Vec::leak(leaked),
            replicas: i32::try_from(replicas).unwrap(),
            ready_after: self.one(&[0.0, 0.0, 2.5, 5.5, 9.5]),
            window: 0,
            edits: if self.chance(15) {
                Vec::leak(vec![(12.5, 1 + i32::try_from(max / 3).unwrap())])
            } else {
                &[]
            },
            seconds: 40.0,
        }
    }

    /// A metric, and the value of each replica that is just right.
    fn metric(&mut self, name: &str) -> (String, f64) {
        let target = self.number(3, 40);
        let kind =
            |is_value: bool| if is_value { ("Value", "value") } else { ("AverageValue", "averageValue") };
        match name {
            "rps" => (
                format!(
                    "{{type: Pods, pods: {{metric: {{name: rps}}, target: {{type: AverageValue, averageValue: {target}}}}}}}"
                ),
                f64::from(target),
            ),
            "depth" | "hits" => {
                let (kind, key) = kind(self.chance(40));
                let body = format!("metric: {{name: {name}}}, target: {{type: {kind}, {key}: {target}}}");
                let metric = if name == "depth" {
                    format!("{{type: External, external: {{{body}}}}}")
                } else {
                    format!(
                        "{{type: Object, object: {{describedObject: {{apiVersion: v1, kind: Service, name: model}}, {body}}}}}"
                    )
                };
                (metric, f64::from(target))
            }
            _ => {
                let percent = self.number(30, 120);
                let full = if name == "cpu" { 1.0 } else { MEMORY };
                let source = if self.chance(50) {
                    format!("{{type: Resource, resource: {{name: {name}, ")
                } else {
                    format!(
                        "{{type: ContainerResource, containerResource: {{name: {name}, container: server, "
                    )
                };
                let metric =
                    format!("{source}target: {{type: Utilization, averageUtilization: {percent}}}}}}}");
                (metric, full * f64::from(percent) / 100.0)
            }
        }
    }

    /// Levels around what is right, now and then none.
    fn steps(&mut self, right: f64) -> Vec<(f64, f64)> {
        let mut steps = vec![(0.0, right)];
        let mut at = 2.5;
        while at < 34.0 {
            at += f64::from(self.number(2, 11));
            let share = f64::from(self.one(&[0, 20, 45, 70, 88, 95, 104, 113, 130, 170, 230, 400])) / 100.0;
            let value = if self.chance(12) { f64::NAN } else { (right * share * 100.0).round() / 100.0 };
            steps.push((at, value));
        }
        steps
    }

    fn rules(&mut self) -> String {
        let mut fields = Vec::new();
        if self.chance(70) {
            fields.push(format!("stabilizationWindowSeconds: {}", self.one(&[0, 0, 2, 3, 5, 8, 12])));
        }
        if self.chance(30) {
            fields.push(format!("selectPolicy: {}", self.one(&["Max", "Min", "Min", "Disabled"])));
        }
        if self.chance(20) {
            fields.push(format!("tolerance: {}", self.one(&["0", "20m", "50m", "250m"])));
        }
        if self.chance(75) {
            let count = self.number(1, 2);
            let policies: Vec<String> = (0..count).map(|_| self.policy()).collect();
            fields.push(format!("policies: [{}]", policies.join(", ")));
        }
        format!("{{{}}}", fields.join(", "))
    }

    fn policy(&mut self) -> String {
        let period = self.number(2, 14);
        if self.chance(50) {
            format!("{{type: Pods, value: {}, periodSeconds: {period}}}", self.number(1, 5))
        } else {
            format!(
                "{{type: Percent, value: {}, periodSeconds: {period}}}",
                self.one(&[10, 25, 40, 60, 100, 150])
            )
        }
    }
}
