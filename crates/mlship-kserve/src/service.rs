//! The InferenceService.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::api::core::v1::{Container, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::labels;
use mlship_spec::choices::KserveMode;
use mlship_spec::values::numbers::IntOrPercent;
use mlship_spec::workload::Workload;

use crate::form::{self, Form, RuntimeForm};
use crate::objects::inference_service::{Component, InferenceServiceSpec, Model, ModelFormat};
use crate::objects::{ContainerFields, PodFields};
use crate::scaling::{Scaling, Scalings};
use crate::{agent, knative, pod, runtimes, storage, version};

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
    scalings: &Scalings,
) -> Custom<InferenceServiceSpec> {
    let mut metadata = labels::metadata(workload);
    // Host names of KServe's own come from the cluster's settings; ours is routed beside it.
    metadata.labels.get_or_insert_default().insert(VISIBILITY.to_owned(), "cluster-local".to_owned());
    let annotations = metadata.annotations.get_or_insert_default();
    let settings = &workload.targets.kserve;
    annotations.insert(MODE.to_owned(), version::mode_word(settings.version, settings.mode).to_owned());
    if let Some(class) = scalings.predictor.class() {
        annotations.insert(CLASS.to_owned(), class.to_owned());
    }
    if let Form::Runtime(runtime) = form {
        annotations.insert(FORMAT.to_owned(), runtimes::format_name(runtime.format).to_owned());
    }
    let part = |part: Option<&Workload>, scaling: Option<&Scaling>| {
        part.zip(scaling).map(|(part, scaling)| component(workload, part, scaling))
    };
    let spec = InferenceServiceSpec {
        predictor: predictor(workload, form, &scalings.predictor),
        transformer: part(settings.transformer.as_deref(), scalings.transformer.as_ref()),
        explainer: part(settings.explainer.as_deref(), scalings.explainer.as_ref()),
    };
    Custom { metadata, spec }
}

/// A server beside the model's.
fn component(workload: &Workload, part: &Workload, scaling: &Scaling) -> Component {
    let pod::PredictorPod { mut spec, metadata } = pod::pod(part);
    let mut component = placed(workload, part, metadata, &mut spec);
    scaling.write(&mut component);
    component.pod = PodFields(spec);
    component
}

/// A component with its labels, and how it is rolled out.
fn placed(workload: &Workload, part: &Workload, metadata: ObjectMeta, pod: &mut PodSpec) -> Component {
    let common = labels::metadata(workload);
    let mut component = Component {
        labels: beyond(metadata.labels, common.labels),
        annotations: beyond(metadata.annotations, common.annotations),
        ..Default::default()
    };
    match workload.targets.kserve.mode {
        KserveMode::Standard => component.deployment_strategy = Some(strategy(part)),
        KserveMode::Knative => knative::fit(part, &mut component, pod),
    }
    component
}

fn predictor(workload: &Workload, form: &Form, scaling: &Scaling) -> Component {
    let pod::PredictorPod { mut spec, metadata } = pod::pod(workload);
    let storage_uri = storage::storage_uri(workload, form, &mut spec);
    let storage_uris = storage::storage_uris(workload, form, &mut spec);
    let mut predictor = placed(workload, workload, metadata, &mut spec);
    if agent::is_there(workload) {
        agent::fit(workload, &mut predictor, &mut spec);
    }
    predictor.storage_uris = storage_uris;
    if let Form::Runtime(runtime) = form {
        predictor.model = Some(model(workload, runtime, storage_uri, &mut spec));
    }
    scaling.write(&mut predictor);
    predictor.pod = PodFields(spec);
    predictor
}

fn model(workload: &Workload, form: &RuntimeForm, storage_uri: Option<String>, pod: &mut PodSpec) -> Model {
    let mut server = std::mem::take(&mut pod.containers).into_iter().next().unwrap_or_default();
    pod::own_rights(pod, &mut server);
    let storage = storage::by_key(workload);
    let storage_uri = storage_uri.filter(|_| storage.is_none());
    let args = Some(form.args.clone()).filter(|args| !args.is_empty());
    Model {
        model_format: ModelFormat { name: runtimes::format_name(form.format), version: None },
        runtime: form.name.clone(),
        protocol_version: form::written_protocol(workload, form),
        storage_uri,
        storage,
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
