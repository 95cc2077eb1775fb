//! The service account, and the cloud identity that it stands for.

use k8s_openapi::api::core::v1;
use mlship_spec::workload::{CloudIdentity, ServiceAccount, Workload};

use crate::labels;

/// The service's own account; `None` when it uses one that is there already.
pub fn service_account(workload: &Workload) -> Option<v1::ServiceAccount> {
    if workload.identity.service_account != ServiceAccount::Own {
        return None;
    }
    let mut metadata = labels::metadata(workload);
    if let Some((key, value)) = cloud_annotation(workload) {
        metadata.annotations.get_or_insert_default().insert(key.to_owned(), value);
    }
    Some(v1::ServiceAccount { metadata, automount_service_account_token: Some(false), ..Default::default() })
}

/// The name of the account that the pods run as.
pub fn account_name(workload: &Workload) -> String {
    match &workload.identity.service_account {
        ServiceAccount::Own => workload.name.to_string(),
        ServiceAccount::Existing(name) => name.to_string(),
    }
}

/// The annotation by which a cloud trusts the account.
///
/// <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>,
/// <https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity>,
/// <https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html> (2026-11)
fn cloud_annotation(workload: &Workload) -> Option<(&'static str, String)> {
    Some(match workload.identity.cloud.as_ref()? {
        CloudIdentity::Aws(role) => ("eks.amazonaws.com/role-arn", role.to_string()),
        CloudIdentity::Gcp(account) => ("iam.gke.io/gcp-service-account", account.to_string()),
        CloudIdentity::Azure(client) => ("azure.workload.identity/client-id", client.to_string()),
    })
}
