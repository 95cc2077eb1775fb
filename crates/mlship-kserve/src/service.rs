//! The InferenceService.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::labels;
use mlship_spec::choices::KserveMode;
use mlship_spec::values::numbers::IntOrPercent;
use mlship_spec::workload::Workload;

use crate::form::{self, Form, RuntimeForm};
use crate::objects::inference_service::{InferenceServiceSpec, Model, ModelFormat, Predictor};
use crate::objects::{ContainerFields, PodFields};
use crate::scaling::Scaling;
use crate::{knative, pod, runtimes, storage, version};

/// The annotation of the mode, without which the cluster's default holds.
pub(crate) const MODE: &str = "serving.kserve.io/deploymentMode";
/// The annotation that says who changes the number of replicas.
pub(crate) const CLASS: &str = "serving.kserve.io/autoscalerClass";
/// The label that keeps KServe from making a way in of its own.
pub(crate) const VISIBILITY: &str = "networking.kserve.io/visibility";
/// The annotation that KServe's defaulter writes.
pub(crate) const FORMAT: &str = "modelFormat";

/// The InferenceService of a workload.
pub(crate) fn inference_service(
    workload: &Workload,
    form: &Form,
    scaling: Scaling,
) -> Custom<InferenceServiceSpec> {
    let mut metadata = labels::metadata(workload);
    // Host names of KServe's own come from the cluster's settings; ours is routed beside it.
    metadata.labels.get_or_insert_default().insert(VISIBILITY.to_owned(), "cluster-local".to_owned());
    let annotations = metadata.annotations.get_or_insert_default();
    let settings = &workload.targets.kserve;
    annotations.insert(MODE.to_owned(), version::mode_word(settings.version, settings.mode).to_owned());
    if let Some(class) = scaling.class() {
        annotations.insert(CLASS.to_owned(), class.to_owned());
    }
    if let Form::Runtime(runtime) = form {
        annotations.insert(FORMAT.to_owned(), runtimes::format_name(runtime.format).to_owned());
    }
    Custom { metadata, spec: InferenceServiceSpec { predictor: predictor(workload, form, scaling) } }
}

fn predictor(workload: &Workload, form: &Form, scaling: Scaling) -> Predictor {
    let pod::PredictorPod { mut spec, metadata } = pod::pod(workload);
    let common = labels::metadata(workload);
    let storage_uri = storage::storage_uri(workload, form, &mut spec);
    let mut predictor = Predictor {
        labels: beyond(metadata.labels, common.labels),
        annotations: beyond(metadata.annotations, common.annotations),
        ..Default::default()
    };
    match workload.targets.kserve.mode {
        KserveMode::Standard => predictor.deployment_strategy = Some(strategy(workload)),
        KserveMode::Knative => knative::fit(workload, &mut predictor, &mut spec),
    }
    if let Form::Runtime(runtime) = form {
        predictor.model = Some(model(workload, runtime, storage_uri, &mut spec));
    }
    scaling.write(&mut predictor);
    predictor.pod = PodFields(spec);
    predictor
}

fn model(workload: &Workload, form: &RuntimeForm, storage_uri: Option<String>, pod: &mut PodSpec) -> Model {
    let server = std::mem::take(&mut pod.containers).into_iter().next().unwrap_or_default();
    let args = Some(form.args.clone()).filter(|args| !args.is_empty());
    Model {
        model_format: ModelFormat { name: runtimes::format_name(form.format), version: None },
        runtime: form.name.clone(),
        protocol_version: form::written_protocol(workload, form),
        storage_uri,
        container: ContainerFields(Container { args, ..server }),
    }
}

/// How a new version replaces the old one. KServe's own is a quarter more, which GPUs may not have.
fn strategy(workload: &Workload) -> DeploymentStrategy {
    let amount = |amount: IntOrPercent| match amount {
        IntOrPercent::Count(count) => IntOrString::Int(crate::scaling::int(count)),
        IntOrPercent::Percent(_) => IntOrString::String(amount.to_string()),
    };
    DeploymentStrategy {
        type_: Some("RollingUpdate".to_owned()),
        rolling_update: Some(RollingUpdateDeployment {
            max_surge: Some(amount(workload.rollout.surge)),
            max_unavailable: Some(amount(workload.rollout.unavailable)),
        }),
    }
}

/// What the pods carry and the InferenceService does not; KServe hands its own on to them.
fn beyond(
    all: Option<BTreeMap<String, String>>,
    common: Option<BTreeMap<String, String>>,
) -> BTreeMap<String, String> {
    let common = common.unwrap_or_default();
    let is_new = |(key, value): &(String, String)| common.get(key) != Some(value);
    all.unwrap_or_default().into_iter().filter(is_new).collect()
}
