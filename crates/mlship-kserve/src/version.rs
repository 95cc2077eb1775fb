//! What each version of KServe calls things, and what it lacks.
//!
//! <https://github.com/kserve/kserve/releases> (2026-11)

use mlship_spec::choices::{Choice as _, KserveMode, KserveVersion};

/// The value of the annotation `serving.kserve.io/deploymentMode`: the names were changed in 0.16, and what a
/// version does not know is taken for no mode at all.
pub(crate) fn mode_word(version: KserveVersion, mode: KserveMode) -> &'static str {
    match (version, mode) {
        (KserveVersion::V0_15, KserveMode::Standard) => "RawDeployment",
        (KserveVersion::V0_15, KserveMode::Knative) => "Serverless",
        (KserveVersion::V0_17 | KserveVersion::V0_20, KserveMode::Standard) => "Standard",
        (KserveVersion::V0_17 | KserveVersion::V0_20, KserveMode::Knative) => "Knative",
    }
}

/// The scheme of weights in an image that the kubelet mounts as a volume, which came with 0.20
/// (`pkg/controller/v1beta1/inferenceservice/utils/utils.go`).
pub(crate) fn image_volume_scheme(version: KserveVersion) -> Option<&'static str> {
    (version >= KserveVersion::V0_20).then_some("oci+native://")
}

/// Whether the windows of an autoscaler have a field (`autoScaling.behavior`), which 0.15 lacks.
pub(crate) fn has_autoscaling_behavior(version: KserveVersion) -> bool {
    version > KserveVersion::V0_15
}

/// The version as people write it, such as `KServe 0.20`.
pub(crate) fn name(version: KserveVersion) -> String {
    format!("KServe {}", version.as_str())
}

/// Whether there is a list of places of weights (`storageUris`), which came with 0.16.
pub(crate) fn has_storage_uris(version: KserveVersion) -> bool {
    version > KserveVersion::V0_15
}

/// Whether the storage container that a version is shipped with may download several places for a pod
/// (`supportsMultiModelDownload` of `config/storagecontainers/default.yaml`): without it, the controller fails with
/// `storage container "storage-initializer" does not support multi-model download`.
pub(crate) fn downloads_several(version: KserveVersion) -> bool {
    version >= KserveVersion::V0_20
}
