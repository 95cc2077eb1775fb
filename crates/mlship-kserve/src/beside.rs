//! The objects beside the InferenceService, for what KServe has no word for.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::{Objects, labels, objects};
use mlship_spec::choices::KserveMode;
use mlship_spec::target::Document;
use mlship_spec::workload::Workload;

use crate::exposure::{self, Exposed};
use crate::form::Form;
use crate::objects::inference_service::InferenceServiceSpec;
use crate::scaling::Scaling;
use crate::service::{self, under_predictor_name};
use crate::{knative, scaling, storage};

/// All objects of one service, typed.
pub(crate) struct Service {
    /// What KServe reads.
    pub(crate) object: Custom<InferenceServiceSpec>,
    /// Who changes the number of replicas.
    pub(crate) scaling: Scaling,
    plain: Objects,
    exposed: Exposed,
}

/// The objects of a workload.
pub(crate) fn service(workload: &Workload, form: &Form) -> Service {
    let scaled = under_predictor_name(workload);
    let scaling = scaling::scaling(workload, &scaled);
    let object = service::inference_service(workload, form, scaling.clone());
    let mut plain = objects(workload);
    let mut pointed = objects(&scaled);
    storage::hang_credentials(workload, &mut plain.service_account);
    if workload.targets.kserve.mode == KserveMode::Knative {
        knative::open_proxy_ports(&mut plain.network_policy);
    }
    plain.autoscaler = pointed.autoscaler.take().filter(|_| scaling == Scaling::External);
    plain.scaled_object = pointed.scaled_object.take().filter(|_| scaling == Scaling::External);
    let metadata = [
        plain.autoscaler.as_mut().map(|it| &mut it.metadata),
        plain.scaled_object.as_mut().map(|it| &mut it.metadata),
    ];
    for metadata in metadata.into_iter().flatten() {
        *metadata = own_metadata(workload);
    }
    let exposed = exposure::exposed(workload, &mut pointed);
    Service { object, scaling, plain, exposed }
}

impl Service {
    /// The objects as documents, in the order in which they are installed: what pods refer to, what guards
    /// them, the InferenceService, and what leads to it: `split` where it leads to two versions.
    pub(crate) fn into_documents(self, split: Option<Document>) -> Vec<Document> {
        let Self { object, plain, exposed, .. } = self;
        // The route to both versions takes the place of the one to this version alone.
        let is_alone = split.is_none();
        [
            plain.service_account.as_ref().map(Document::of),
            plain.config_map.as_ref().map(Document::of),
            plain.cache_claim.as_ref().map(Document::of),
            Some(Document::of(&plain.network_policy)),
            Some(Document::of(&plain.disruption_budget)),
            Some(Document::of(&object)),
            plain.autoscaler.as_ref().map(Document::of),
            plain.scaled_object.as_ref().map(Document::of),
            exposed.ingress.as_ref().map(Document::of),
            split,
            exposed.http_route.as_ref().filter(|_| is_alone).map(Document::of),
            exposed.grpc_route.as_ref().filter(|_| is_alone).map(Document::of),
            exposed.domain_mapping.as_ref().map(Document::of),
            plain.pod_monitor.as_ref().map(Document::of),
            plain.service_monitor.as_ref().map(Document::of),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn own_metadata(workload: &Workload) -> ObjectMeta {
    labels::metadata(workload)
}
