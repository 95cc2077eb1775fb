//! The cache of the weights on EFS: a volume made by hand, since Fargate makes none.
//!
//! <https://docs.aws.amazon.com/eks/latest/userguide/efs-csi.html> (2024-12): no driver has to be installed.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{CSIPersistentVolumeSource, PersistentVolume, PersistentVolumeSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_kubernetes::Objects;
use mlship_spec::target::Document;
use mlship_spec::workload::Workload;

/// The volume of the cache's claim, which is bound to it by name.
pub(crate) fn finish(workload: &Workload, objects: &mut Objects) -> Vec<Document> {
    let (Some(id), Some(claim)) =
        (&workload.targets.managed.eks_fargate.file_system, &mut objects.cache_claim)
    else {
        return Vec::new();
    };
    let name = format!(
        "{}-{}",
        workload.namespace.as_ref().map_or("default", |it| it.as_str()),
        claim.metadata.name.clone().unwrap_or_default()
    );
    let spec = claim.spec.get_or_insert_default();
    // An empty class keeps the default one from making a volume.
    spec.storage_class_name = Some(String::new());
    spec.volume_name = Some(name.clone());
    let capacity: Option<BTreeMap<_, _>> =
        spec.resources.as_ref().and_then(|resources| resources.requests.clone());
    let source = CSIPersistentVolumeSource {
        driver: "efs.csi.aws.com".to_owned(),
        volume_handle: id.to_string(),
        ..Default::default()
    };
    let volume = PersistentVolume {
        metadata: ObjectMeta { name: Some(name), namespace: None, ..claim.metadata.clone() },
        spec: Some(PersistentVolumeSpec {
            access_modes: spec.access_modes.clone(),
            capacity,
            csi: Some(source),
            persistent_volume_reclaim_policy: Some("Retain".to_owned()),
            storage_class_name: Some(String::new()),
            volume_mode: Some("Filesystem".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    };
    vec![Document::of(&volume)]
}
