//! Where the chart's objects are meant to differ from those of the kubernetes target: all of it, in one table.

/// One difference that Helm's conventions ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key below `labels` or `annotations`, or `namespace`.
    pub key: &'static str,
    /// What the kubernetes target writes.
    pub kubernetes: &'static str,
    /// What the chart writes.
    pub chart: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// Every difference there is.
///
/// Helm's labels: <https://helm.sh/docs/chart_best_practices/labels/> (2026-11). The checksum of files:
/// <https://helm.sh/docs/howto/charts_tips_and_tricks/#automatically-roll-deployments> (2026-11).
pub const DIFFERENCES: [Difference; 4] = [
    Difference {
        key: "app.kubernetes.io/managed-by",
        kubernetes: "mlship",
        chart: "Helm",
        reason: "Helm owns the objects of its releases",
    },
    Difference {
        key: "helm.sh/chart",
        kubernetes: "not there",
        chart: "name and version of the chart, except on pods",
        reason: "Helm's convention; on pods it would restart them for a new chart alone",
    },
    Difference {
        key: "namespace",
        kubernetes: "the spec's, or none",
        chart: "the release's",
        reason: "a release has a namespace in any case",
    },
    Difference {
        key: "mlship.dev/config-hash",
        kubernetes: "on pods with files",
        chart: "`checksum/config` in its place",
        reason: "the chart's users change files without mlship, and the pods must restart all the same",
    },
];
