//! Recordings of what no spec can say, and why.

/// Recordings with one reason.
pub struct Recorded {
    /// Why no spec can say it.
    #[expect(dead_code, reason = "read by people")]
    pub why: &'static str,
    /// Ids of recordings.
    pub ids: &'static [&'static str],
}

/// All of them.
pub const INEXPRESSIBLE: &[Recorded] = &[
    Recorded {
        why: "the reader knows no field of that name, and writes no such word",
        ids: &[
            "schema-unknown-field-predictor",
            "schema-unknown-field-model",
            "schema-unknown-field-top",
            "schema-scalemetric-enum",
            "schema-scalemetrictype-enum",
            "schema-metric-type-enum",
            "schema-resource-metric-name-enum",
            "schema-external-backend-enum",
            "schema-podmetric-camelcase",
            "schema-predictor-name-pattern",
        ],
    },
    Recorded {
        why: "the folders of several places lie in one, `model.path`, which is never the root",
        ids: &["webhook-storageuris-no-common-parent"],
    },
    Recorded {
        why: "no storage container is named: KServe chooses it by the scheme, or the pod brings its own",
        ids: &["controller-storage-container-name"],
    },
    Recorded {
        why: "no runtime is written",
        ids: &[
            "schema-runtime-no-containers",
            "schema-runtime-priority-zero",
            "schema-runtime-container-no-image-type",
            "webhook-runtime-pythonpath",
            "webhook-runtime-worker-pp-zero",
            "webhook-runtime-worker-two",
            "webhook-clusterruntime-same-priority",
            "webhook-clusterruntime-different-priorities",
        ],
    },
    Recorded {
        why: "no TrainedModel is written",
        ids: &["schema-trainedmodel-no-memory", "webhook-trainedmodel-scheme"],
    },
    Recorded {
        why: "no workers are written",
        ids: &[
            "webhook-worker-two-containers",
            "webhook-worker-pp-env",
            "webhook-worker-tp-env",
            "webhook-worker-unknown-gpu",
            "webhook-worker-no-storage",
            "webhook-worker-s3",
            "webhook-worker-no-autoscaler-annotation",
            "webhook-worker-hpa",
            "webhook-worker-pp-zero",
            "webhook-worker-tp-zero",
            "controller-worker-spec-on-runtime-without-one",
        ],
    },
    Recorded {
        why: "a predictor with exactly one implementation is written",
        ids: &[
            "webhook-no-predictor",
            "webhook-legacy-container-name",
            "webhook-two-implementations",
            "webhook-no-implementation",
            "controller-custom-two-containers-none-named",
        ],
    },
    Recorded {
        why: "nothing confidential is written",
        ids: &["webhook-confidential-no-storage", "webhook-confidential-resource-id"],
    },
    Recorded { why: "no negative number can be said of it", ids: &["webhook-concurrency-negative"] },
    Recorded {
        why: "metrics are written whole",
        ids: &[
            "webhook-hpa-resource-missing",
            "webhook-keda-memory-small",
            "webhook-keda-external-missing",
            "webhook-keda-podmetric-missing",
        ],
    },
    Recorded {
        why: "no canary list is written",
        ids: &[
            "webhook-canary-no-name",
            "webhook-canary-duplicate",
            "webhook-canary-same-as-stable",
            "webhook-canary-maxreplicas",
            "webhook-canary-scaletarget",
            "webhook-canary-min-above-stable",
            "webhook-canary-only-storage",
        ],
    },
    Recorded {
        why: "it depends on what was applied before, which only a live cluster knows",
        ids: &[
            "webhook-update-deploymentmode",
            "webhook-update-deploymentmode-legacy-ok-to-standard-typo",
            "webhook-update-predictor-name",
        ],
    },
    Recorded {
        why: "it depends on what the cluster holds, which only a live cluster knows",
        ids: &["controller-runtime-missing", "controller-predictor-and-workload-serviceaccount-missing"],
    },
];
