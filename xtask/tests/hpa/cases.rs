//! The timelines. Times of steps lie at half seconds, so that it does not matter when exactly a sync comes.

/// One timeline.
pub struct Case {
    /// Its name, and its namespace's.
    pub name: &'static str,
    /// The spec of the autoscaler, without what it scales.
    pub spec: &'static str,
    /// By metric: from when which value holds; no number is a metric that is not served.
    pub metrics: &'static [(&'static str, &'static [(f64, f64)])],
    /// The size at the start.
    pub replicas: i32,
    /// Seconds from a pod's start until it is Ready.
    pub ready_after: f64,
    /// Seconds that a sample of a resource covers.
    pub window: i64,
    /// Sizes that are written by hand.
    pub edits: &'static [(f64, i32)],
    /// How long it lasts, in seconds.
    pub seconds: f64,
}

const NONE: f64 = f64::NAN;

const fn case(
    name: &'static str,
    replicas: i32,
    metrics: &'static [(&'static str, &'static [(f64, f64)])],
    spec: &'static str,
) -> Case {
    Case { name, spec, metrics, replicas, ready_after: 0.0, window: 0, edits: &[], seconds: 40.0 }
}

/// All timelines.
pub const CASES: &[Case] = &[
    case(
        "pods-default-behavior",
        3,
        &[("rps", &[(0.0, 36.0), (4.5, 330.0)])],
        "{minReplicas: 1, maxReplicas: 60, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 12}}}], behavior: {}}",
    ),
    case(
        "pods-without-behavior",
        2,
        &[("rps", &[(0.0, 20.0), (4.5, 310.0), (14.5, 40.0)])],
        "{minReplicas: 2, maxReplicas: 25, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}]}",
    ),
    case(
        "percent-up-and-window-down",
        3,
        &[("rps", &[(0.0, 30.0), (3.5, 140.0), (25.5, 60.0)])],
        "{maxReplicas: 20, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleUp: {policies: [{type: Percent, value: 40, periodSeconds: 6}]}, scaleDown: {stabilizationWindowSeconds: 5}}}",
    ),
    case(
        "smallest-of-two-policies",
        4,
        &[("rps", &[(0.0, 40.0), (3.5, 250.0), (20.5, 20.0)])],
        "{maxReplicas: 30, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleUp: {selectPolicy: Min, policies: [{type: Percent, value: 100, periodSeconds: 5}, {type: Pods, value: 3, periodSeconds: 4}]}, \
         scaleDown: {selectPolicy: Min, stabilizationWindowSeconds: 0, policies: [{type: Percent, value: 50, periodSeconds: 3}, {type: Pods, value: 2, periodSeconds: 4}]}}}",
    ),
    case(
        "never-down",
        5,
        &[("rps", &[(0.0, 50.0), (3.5, 10.0), (15.5, 80.0)])],
        "{maxReplicas: 10, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleDown: {selectPolicy: Disabled}}}",
    ),
    case(
        "never-up",
        4,
        &[("rps", &[(0.0, 40.0), (3.5, 200.0), (12.5, 20.0)])],
        "{maxReplicas: 10, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleUp: {selectPolicy: Disabled}, scaleDown: {stabilizationWindowSeconds: 4}}}",
    ),
    case(
        "window-up",
        2,
        &[("rps", &[(0.0, 20.0), (3.5, 80.0), (6.5, 20.0), (12.5, 60.0)])],
        "{maxReplicas: 20, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleUp: {stabilizationWindowSeconds: 7}, scaleDown: {stabilizationWindowSeconds: 2}}}",
    ),
    case(
        "both-directions-count",
        8,
        &[("rps", &[(0.0, 80.0), (3.5, 40.0), (12.5, 110.0), (22.5, 20.0)])],
        "{maxReplicas: 20, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 25}]}, \
         scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 4, periodSeconds: 8}]}}}",
    ),
    case(
        "tolerance-of-its-own",
        10,
        &[("rps", &[(0.0, 100.0), (3.5, 103.0), (9.5, 106.0), (15.5, 99.0), (21.5, 88.0)])],
        "{maxReplicas: 20, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleUp: {tolerance: 50m}, scaleDown: {tolerance: 0, stabilizationWindowSeconds: 3}}}",
    ),
    Case {
        ready_after: 6.5,
        ..case(
            "pods-while-loading",
            2,
            &[("rps", &[(0.0, 20.0), (3.5, 70.0), (20.5, 130.0)])],
            "{maxReplicas: 30, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
             behavior: {scaleDown: {stabilizationWindowSeconds: 0}}}",
        )
    },
    Case {
        ready_after: 5.5,
        ..case(
            "external-value-while-loading",
            2,
            &[("depth", &[(0.0, 30.0), (3.5, 57.0), (24.5, 30.0)])],
            "{maxReplicas: 16, metrics: [{type: External, external: {metric: {name: depth}, target: {type: Value, value: 30}}}], \
             behavior: {scaleUp: {policies: [{type: Pods, value: 3, periodSeconds: 5}]}, scaleDown: {stabilizationWindowSeconds: 0}}}",
        )
    },
    case(
        "external-value-runs-away",
        1,
        &[("depth", &[(0.0, 10.0), (4.5, 20.0)])],
        "{maxReplicas: 9, metrics: [{type: External, external: {metric: {name: depth, selector: {matchLabels: {queue: a}}}, target: {type: Value, value: 10}}}]}",
    ),
    case(
        "external-average-to-zero",
        3,
        &[("jobs", &[(0.0, 18.0), (4.5, 0.0), (20.5, 29.0)])],
        "{minReplicas: 0, maxReplicas: 8, metrics: [{type: External, external: {metric: {name: jobs}, target: {type: AverageValue, averageValue: 6}}}], \
         behavior: {scaleDown: {stabilizationWindowSeconds: 3, policies: [{type: Pods, value: 2, periodSeconds: 4}]}}}",
    ),
    case(
        "percent-never-leaves-zero",
        1,
        &[("jobs", &[(0.0, 6.0), (3.5, 0.0), (12.5, 29.0)])],
        "{minReplicas: 0, maxReplicas: 8, metrics: [{type: External, external: {metric: {name: jobs}, target: {type: AverageValue, averageValue: 6}}}], \
         behavior: {scaleUp: {policies: [{type: Percent, value: 100, periodSeconds: 2}]}, scaleDown: {stabilizationWindowSeconds: 2}}}",
    ),
    case(
        "zero-without-behavior",
        2,
        &[("jobs", &[(0.0, 12.0), (3.5, 0.0), (20.5, 60.0)])],
        "{minReplicas: 0, maxReplicas: 12, metrics: [{type: External, external: {metric: {name: jobs}, target: {type: AverageValue, averageValue: 6}}}]}",
    ),
    case(
        "starts-at-zero",
        0,
        &[("jobs", &[(0.0, 30.0)])],
        "{minReplicas: 0, maxReplicas: 8, metrics: [{type: External, external: {metric: {name: jobs}, target: {type: AverageValue, averageValue: 6}}}]}",
    ),
    case(
        "object-value",
        2,
        &[("hits", &[(0.0, 50.0), (3.5, 90.0), (6.5, 52.0)])],
        "{maxReplicas: 12, metrics: [{type: Object, object: {metric: {name: hits}, describedObject: {apiVersion: v1, kind: Service, name: model}, \
         target: {type: Value, value: 50}}}], behavior: {scaleUp: {policies: [{type: Pods, value: 2, periodSeconds: 2}]}}}",
    ),
    case(
        "object-average",
        3,
        &[("hits", &[(0.0, 30.0), (3.5, 95.0), (15.5, 32.5)])],
        "{maxReplicas: 12, metrics: [{type: Object, object: {metric: {name: hits}, describedObject: {apiVersion: v1, kind: Service, name: model}, \
         target: {type: AverageValue, averageValue: 10}}}], behavior: {scaleDown: {stabilizationWindowSeconds: 4}}}",
    ),
    Case {
        ready_after: 0.0,
        ..case(
            "cpu-percent",
            3,
            &[("cpu", &[(0.0, 1.5), (3.5, 4.2), (20.5, 1.1)])],
            "{maxReplicas: 20, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}",
        )
    },
    Case {
        ready_after: 7.5,
        ..case(
            "cpu-while-loading",
            2,
            &[("cpu", &[(0.0, 1.2), (3.5, 2.9), (24.5, 0.9)])],
            "{maxReplicas: 20, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}], \
             behavior: {scaleDown: {stabilizationWindowSeconds: 4}}}",
        )
    },
    case(
        "cpu-of-one-container",
        2,
        &[("cpu", &[(0.0, 1.6), (3.5, 3.34), (9.5, 3.5)])],
        "{maxReplicas: 20, metrics: [{type: ContainerResource, containerResource: {name: cpu, container: server, target: {type: Utilization, averageUtilization: 80}}}]}",
    ),
    case(
        "cpu-average",
        4,
        &[("cpu", &[(0.0, 2.0), (3.5, 3.1), (14.5, 0.7)])],
        "{maxReplicas: 20, metrics: [{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 500m}}}], \
         behavior: {scaleDown: {stabilizationWindowSeconds: 6}}}",
    ),
    Case {
        ready_after: 4.5,
        ..case(
            "memory-percent",
            2,
            &[("memory", &[(0.0, 1_500_000_000.0), (3.5, 3_300_000_000.0)])],
            "{maxReplicas: 10, metrics: [{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 70}}}]}",
        )
    },
    case(
        "largest-of-two",
        3,
        &[
            ("rps", &[(0.0, 30.0), (3.5, 55.0), (16.5, 30.0)]),
            ("depth", &[(0.0, 9.0), (9.5, 32.0), (21.5, 9.0)]),
        ],
        "{maxReplicas: 20, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}, \
         {type: External, external: {metric: {name: depth}, target: {type: AverageValue, averageValue: 4}}}], \
         behavior: {scaleDown: {stabilizationWindowSeconds: 3}}}",
    ),
    case(
        "one-of-two-fails",
        4,
        &[
            ("rps", &[(0.0, 40.0), (6.5, 20.0), (18.5, 70.0)]),
            ("depth", &[(0.0, 4.0), (3.5, NONE), (12.5, 4.0), (15.5, NONE)]),
        ],
        "{maxReplicas: 20, metrics: [{type: External, external: {metric: {name: depth}, target: {type: AverageValue, averageValue: 4}}}, \
         {type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleDown: {stabilizationWindowSeconds: 2}}}",
    ),
    case(
        "outage-longer-than-the-window",
        6,
        &[("rps", &[(0.0, 60.0), (4.5, NONE), (15.5, 20.0)])],
        "{maxReplicas: 20, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleDown: {stabilizationWindowSeconds: 8}}}",
    ),
    case(
        "starts-above-max",
        7,
        &[("rps", &[(0.0, 70.0), (8.5, 20.0)])],
        "{maxReplicas: 5, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleDown: {stabilizationWindowSeconds: 3, policies: [{type: Pods, value: 1, periodSeconds: 6}]}}}",
    ),
    case(
        "starts-below-min",
        1,
        &[("rps", &[(0.0, 10.0), (6.5, 90.0)])],
        "{minReplicas: 4, maxReplicas: 12, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
         behavior: {scaleUp: {policies: [{type: Pods, value: 2, periodSeconds: 12}]}}}",
    ),
    Case {
        edits: &[(6.5, 9), (20.5, 1)],
        ..case(
            "written-by-hand",
            3,
            &[("rps", &[(0.0, 30.0)])],
            "{maxReplicas: 20, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}], \
             behavior: {scaleDown: {stabilizationWindowSeconds: 12}}}",
        )
    },
    Case {
        edits: &[(5.5, 2)],
        ..case(
            "by-hand-without-behavior",
            8,
            &[("rps", &[(0.0, 80.0), (3.5, 20.0)])],
            "{maxReplicas: 20, metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}}]}",
        )
    },
];
