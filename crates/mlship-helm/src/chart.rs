//! The chart `model-server`, as it stands in `charts/model-server`.

/// The chart's name.
pub const NAME: &str = "model-server";

/// The chart's version.
pub const VERSION: &str = "0.2.0";

macro_rules! files {
    ($($path:literal)+) => {
        /// Every file of the chart that is packaged, by its path in the chart, in the order of the paths.
        pub const FILES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../../../charts/model-server/", $path))),)+];
    };
}

files! {
    ".helmignore"
    "Chart.yaml"
    "README.md"
    "files/fill-cache.sh"
    "templates/NOTES.txt"
    "templates/_autoscaling.tpl"
    "templates/_container.tpl"
    "templates/_image.tpl"
    "templates/_model.tpl"
    "templates/_names.tpl"
    "templates/_network.tpl"
    "templates/_pod.tpl"
    "templates/_ports.tpl"
    "templates/_probes.tpl"
    "templates/_rollout.tpl"
    "templates/_volumes.tpl"
    "templates/autoscaler.yaml"
    "templates/configmap.yaml"
    "templates/deployment.yaml"
    "templates/ingress.yaml"
    "templates/modelcache.yaml"
    "templates/monitor.yaml"
    "templates/networkpolicy.yaml"
    "templates/poddisruptionbudget.yaml"
    "templates/route.yaml"
    "templates/service.yaml"
    "templates/serviceaccount.yaml"
    "templates/statefulset.yaml"
    "templates/tests/health.yaml"
    "values.schema.json"
    "values.yaml"
}
