//! `placement`, `security`, `identity`, `config`, `state`: the pod and its surroundings.

use crate::field::{Count, Pairs, Spanned};
use crate::spec_struct;
use crate::values::identity::{AwsRoleArn, AzureClientId, GcpServiceAccount};
use crate::values::names::{DnsSubdomain, LabelKey, LabelValue, SecretKey};
use crate::values::path::AbsolutePath;
use crate::values::quantity::Quantity;
use crate::values::selector::{TaintEffect, TolerationOperator};

spec_struct! {
    /// Which nodes may run it.
    Placement {
        /// Labels that a node must carry.
        "nodeSelector" node_selector: Pairs<LabelKey, LabelValue> {
            default: "none",
            becomes: "the pod's nodeSelector"
        }
        /// Taints that are put up with, beside that of the GPU.
        "tolerations" tolerations: Vec<Spanned<TolerationFields>> {
            default: "none",
            becomes: "the pod's tolerations"
        }
        /// Zones that it may run in.
        "zones" zones: Vec<Spanned<LabelValue>> {
            default: "any",
            becomes: "a node affinity on topology.kubernetes.io/zone"
        }
        /// Whether capacity that can be taken back at short notice is put up with, and preferred for its price.
        "spot" spot: bool {
            default: "false",
            becomes: "the clouds' tolerations, and a preferred node affinity"
        }
        /// Who may push whom aside.
        "priorityClass" priority_class: DnsSubdomain {
            default: "the cluster's default",
            becomes: "the pod's priorityClassName"
        }
        /// The container runtime's configuration, such as `nvidia`.
        "runtimeClass" runtime_class: DnsSubdomain {
            default: "the node's default",
            becomes: "the pod's runtimeClassName"
        }
    }
}

spec_struct! {
    /// A taint that is put up with.
    TolerationFields {
        /// The taint's key.
        "key" key: LabelKey {
            default: "any, with `operator: Exists`",
            becomes: "key"
        }
        /// How the value is compared.
        "operator" operator: TolerationOperator {
            default: "`Equal`",
            becomes: "operator"
        }
        /// The taint's value.
        "value" value: LabelValue {
            default: "empty",
            becomes: "value"
        }
        /// The taint's effect.
        "effect" effect: TaintEffect {
            default: "every effect",
            becomes: "effect"
        }
        /// How long it is put up with, for `NoExecute`.
        "tolerationSeconds" seconds: Count<0, 2_147_483_647> {
            default: "for ever",
            becomes: "tolerationSeconds"
        }
    }
}

spec_struct! {
    /// What its processes may do.
    Security {
        /// The user id; never 0.
        "runAsUser" run_as_user: Count<1, 2_147_483_647> {
            default: "65532, the `nonroot` of common base images",
            becomes: "runAsUser"
        }
        /// The group id, also of the volumes' files.
        "runAsGroup" run_as_group: Count<1, 2_147_483_647> {
            default: "the user id",
            becomes: "runAsGroup and fsGroup"
        }
        /// Whether the root file system can't be written.
        "readOnlyRootFilesystem" read_only_root_filesystem: bool {
            default: "true; /tmp is writable and HOME points there",
            becomes: "readOnlyRootFilesystem"
        }
        /// Folders that are writable all the same.
        "writable" writable: Vec<Spanned<AbsolutePath>> {
            default: "/tmp",
            becomes: "scratch volumes"
        }
    }
}

spec_struct! {
    /// Whom it is towards the platform and the cloud.
    Identity {
        /// A service account that is there already.
        "serviceAccount" service_account: DnsSubdomain {
            default: "one of its own, named like the service",
            becomes: "the pod's serviceAccountName"
        }
        /// The IAM role that the account stands for, on EKS.
        "awsRole" aws_role: AwsRoleArn {
            default: "none",
            becomes: "the account's annotation eks.amazonaws.com/role-arn"
        }
        /// The Google service account that the account stands for, on GKE.
        "gcpServiceAccount" gcp_service_account: GcpServiceAccount {
            default: "none",
            becomes: "the account's annotation iam.gke.io/gcp-service-account"
        }
        /// The managed identity that the account stands for, on AKS.
        "azureClientId" azure_client_id: AzureClientId {
            default: "none",
            becomes: "the account's annotation azure.workload.identity/client-id, and the pods' label"
        }
    }
}

spec_struct! {
    /// Files that are mounted into the server.
    Config {
        /// The folder they appear in.
        "path" path: AbsolutePath {
            default: "`/etc/<name>`",
            becomes: "the mount path"
        }
        /// Content by file name.
        "files" files: Pairs<SecretKey, String> {
            default: "required",
            becomes: "the ConfigMap's data"
        }
    }
}

spec_struct! {
    /// A volume of its own for each replica.
    State {
        /// How large each volume is.
        "size" size: Quantity {
            default: "required",
            becomes: "the claim's request"
        }
        /// Its storage class.
        "storageClass" storage_class: DnsSubdomain {
            default: "the cluster's default",
            becomes: "the claim's storageClassName"
        }
        /// The folder it appears in.
        "path" path: AbsolutePath {
            default: "required",
            becomes: "the mount path"
        }
    }
}
