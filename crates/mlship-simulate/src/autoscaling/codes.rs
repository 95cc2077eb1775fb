//! The codes of what the simulator finds, beside those of the core.

use mlship_spec::codes::Code;

/// Every code of this module, in order.
pub static ALL: &[&Code] = &[
    &SLOW_START,
    &TRACE,
    &GAP,
    &GENERATOR,
    &MANIFEST,
    &METRIC,
    &FLAPPING,
    &CEILING,
    &OVERLOADED,
    &REQUESTS_SUFFER,
];

/// The load grows faster than replicas become Ready.
pub static SLOW_START: Code = Code {
    id: "ML403",
    title: "the ramp outruns model loading",
    explanation: "A replica helps only once it is Ready: the autoscaler has to notice, a node has to be found, the \
                  image pulled, the model loaded. A load that grows faster than that meets the old replicas alone. \
                  Keep more replicas in reserve (a lower target or a higher minimum), or load faster.",
};

/// A trace can't be read.
pub static TRACE: Code = Code {
    id: "ML460",
    title: "trace not readable",
    explanation: "A trace is a CSV file of two columns, `seconds` and a number, with times that start at 0 or later \
                  and grow from row to row. The message names the row and what is wrong with it.",
};

/// A trace has a gap.
pub static GAP: Code = Code {
    id: "ML461",
    title: "gap in the trace",
    explanation: "Between two rows lies far more time than is usual in this file. The earlier value is taken to hold \
                  until the later one; if the recording was interrupted, cut the file there.",
};

/// A generator of load can't be read.
pub static GENERATOR: Code = Code {
    id: "ML462",
    title: "load not understood",
    explanation: "A load is a CSV file or one of `constant:RATE`, `step:FROM..TO@TIME`, `ramp:FROM..TO@TIME+LENGTH`, \
                  `sine:LOW..HIGH@PERIOD`, `spike:BASE..PEAK@TIME+LENGTH` and `day:NIGHT..PEAK`, each with \
                  `/LENGTH` at the end for how long it lasts; times as `90`, `90s`, `5m`, `1h30m`.",
};

/// A manifest does not say what is needed.
pub static MANIFEST: Code = Code {
    id: "ML463",
    title: "autoscaler not understood",
    explanation: "The simulator reads HorizontalPodAutoscaler (autoscaling/v2 and v1), ScaledObject of KEDA, Service of \
                  Knative and InferenceService of KServe. What it can't follow it refuses, with the place.",
};

/// A metric and its file don't fit together.
pub static METRIC: Code = Code {
    id: "ML464",
    title: "metric and file don't fit together",
    explanation: "A replay needs one file for each metric of the autoscaler, by the metric's name. A metric without a \
                  file can't be read at any sync, as in a cluster that does not serve it.",
};

/// The number of replicas swings.
pub static FLAPPING: Code = Code {
    id: "ML465",
    title: "replicas flap",
    explanation: "The number of replicas goes up and down again and again although the load does not. Each change \
                  costs a start. A longer window for scaling down or a wider tolerance calms it.",
};

/// The most replicas are not enough.
pub static CEILING: Code = Code {
    id: "ML466",
    title: "ceiling reached",
    explanation: "The autoscaler wanted more replicas than its maximum. If requests suffer meanwhile, the maximum is \
                  too low for this load, whatever else is tuned.",
};

/// The signal does not move with the load.
pub static OVERLOADED: Code = Code {
    id: "ML467",
    title: "the signal does not move",
    explanation: "Requests wait or are lost while the autoscaler's signal stays near or below its target, so nothing is \
                  added. Follow something that grows with the load: requests in flight or in the queue.",
};

/// Requests are late or lost.
pub static REQUESTS_SUFFER: Code = Code {
    id: "ML468",
    title: "requests late or lost",
    explanation: "Some requests took longer than they should, were refused or gave up. The other findings say why; the \
                  suggestions say what would help.",
};
