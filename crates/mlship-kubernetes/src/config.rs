//! Files that are mounted into the server.

use k8s_openapi::api::core::v1::ConfigMap;
use mlship_spec::workload::Workload;

use crate::{hash, labels};

/// The annotation of the pods that changes with the files.
pub const HASH_ANNOTATION: &str = "mlship.dev/config-hash";

/// The ConfigMap that holds the files.
pub fn config_map(workload: &Workload) -> Option<ConfigMap> {
    let config = workload.config.as_ref()?;
    let data = config.files.iter().map(|(name, content)| (name.to_string(), content.clone())).collect();
    Some(ConfigMap { metadata: labels::metadata(workload), data: Some(data), ..Default::default() })
}

/// An annotation that makes a change of the files a change of the pods: a server reads them when it
/// starts, and nothing else would start it again.
pub fn hash_annotation(workload: &Workload) -> Option<(String, String)> {
    let files = &workload.config.as_ref()?.files;
    let digest = hash::digest(files.iter().flat_map(|(name, content)| [name.as_str(), content.as_str()]));
    Some((HASH_ANNOTATION.to_owned(), digest))
}
