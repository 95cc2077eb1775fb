//! `targets.gke-autopilot` and the other managed targets, with their defaults.

use crate::choices::{FargateIac, SagemakerMode, VirtualNodes};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::Spanned;
use crate::spec::forms::value;
use crate::spec::managed as spec;
use crate::values::cloud::AwsResourceId;
use crate::values::uri::ModelUri;
use crate::workload::managed::{
    AksVirtualNodesTarget, AzuremlTarget, EksFargateTarget, GkeAutopilotTarget, ManagedTargets,
    SagemakerTarget, VertexTarget,
};

use super::Pass;

impl Pass<'_> {
    pub(super) fn managed_targets(&mut self) -> ManagedTargets {
        let written = self.spec.targets.as_ref().map(|targets| targets.value.clone()).unwrap_or_default();
        let azureml = value(written.azureml.as_ref()).unwrap_or_default();
        let aks = value(written.aks_virtual_nodes.as_ref()).unwrap_or_default();
        ManagedTargets {
            gke_autopilot: gke_autopilot(&value(written.gke_autopilot.as_ref()).unwrap_or_default()),
            eks_fargate: self.eks_fargate(&value(written.eks_fargate.as_ref()).unwrap_or_default()),
            aks_virtual_nodes: AksVirtualNodesTarget {
                generation: value(aks.generation.as_ref()).map_or(VirtualNodes::V2, |word| word.0),
            },
            sagemaker: self.sagemaker(&value(written.sagemaker.as_ref()).unwrap_or_default()),
            vertex: self.vertex(&value(written.vertex.as_ref()).unwrap_or_default()),
            azureml: AzuremlTarget {
                instance_type: value(azureml.instance_type.as_ref()),
                mirror: azureml.mirror.as_ref().map(|percent| percent.value.0),
            },
        }
    }

    fn eks_fargate(&mut self, written: &spec::EksFargateTarget) -> EksFargateTarget {
        let file_system = written.file_system.as_ref().filter(|id| self.is_kind(id, "fs-", "a file system"));
        let file_system = file_system.map(|id| id.value.clone());
        EksFargateTarget {
            cluster: value(written.cluster.as_ref()),
            region: value(written.region.as_ref()),
            iac: value(written.iac.as_ref()).map_or(FargateIac::Eksctl, |word| word.0),
            subnets: self.ids(written.subnets.as_ref(), "subnet-", "a subnet"),
            execution_role: value(written.execution_role.as_ref()),
            file_system,
            logs: value(written.logs.as_ref()).unwrap_or(false),
        }
    }

    fn sagemaker(&mut self, written: &spec::SagemakerTarget) -> SagemakerTarget {
        let mode = value(written.mode.as_ref()).map_or(SagemakerMode::RealTime, |word| word.0);
        if mode == SagemakerMode::Async && written.output.is_none() {
            let place = self.span("targets.sagemaker.mode");
            let message = "an asynchronous endpoint has to know where to put its answers";
            self.refuse(
                Diagnostic::error(&codes::MISSING_FIELD, place, message)
                    .help("add `targets.sagemaker.output: s3://bucket/answers`"),
            );
        }
        if let Some(output) = written.output.as_ref().filter(|it| !matches!(it.value, ModelUri::S3 { .. })) {
            let message = format!("`{}` is not in S3", output.value);
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, output.span, message)
                    .help("write a folder of a bucket, such as `s3://bucket/answers`"),
            );
        }
        if written.subnets.is_some() != written.security_groups.is_some() {
            let place = self.span("targets.sagemaker");
            let message = "`subnets` and `securityGroups` go together: a VPC needs both";
            self.refuse(
                Diagnostic::error(&codes::CONFLICT, place, message)
                    .help("write both, or neither to stay out of your VPC"),
            );
        }
        SagemakerTarget {
            mode,
            instance_type: value(written.instance_type.as_ref()),
            region: value(written.region.as_ref()),
            output: value(written.output.as_ref()),
            subnets: self.ids(written.subnets.as_ref(), "subnet-", "a subnet"),
            security_groups: self.ids(written.security_groups.as_ref(), "sg-", "a security group"),
        }
    }

    fn vertex(&mut self, written: &spec::VertexTarget) -> VertexTarget {
        let dedicated_endpoint = value(written.dedicated_endpoint.as_ref()).unwrap_or(true);
        if !dedicated_endpoint && written.predict_route.is_none() {
            let place = self.span("targets.vertex.dedicatedEndpoint");
            let message = "a shared endpoint calls one path of the server, and none is written";
            self.refuse(
                Diagnostic::error(&codes::MISSING_FIELD, place, message)
                    .help("add `targets.vertex.predictRoute: /predict`, or take `dedicatedEndpoint` away"),
            );
        }
        VertexTarget {
            project: value(written.project.as_ref()),
            region: value(written.region.as_ref()),
            machine_type: value(written.machine_type.as_ref()),
            dedicated_endpoint,
            predict_route: value(written.predict_route.as_ref()),
        }
    }

    fn ids(
        &mut self,
        written: Option<&Spanned<Vec<Spanned<AwsResourceId>>>>,
        prefix: &str,
        noun: &str,
    ) -> Vec<AwsResourceId> {
        let written = written.map(|list| list.value.clone()).unwrap_or_default();
        let right = written.iter().filter(|id| self.is_kind(id, prefix, noun));
        right.map(|id| id.value.clone()).collect()
    }

    /// Whether an id is of the kind that its field wants; what is not, is refused.
    fn is_kind(&mut self, id: &Spanned<AwsResourceId>, prefix: &str, noun: &str) -> bool {
        let is_right = id.value.as_str().starts_with(prefix);
        if !is_right {
            let message = format!("`{}` is not the id of {noun}", id.value);
            let help = format!("write an id that starts with `{prefix}`");
            self.refuse(Diagnostic::error(&codes::INVALID_VALUE, id.span, message).help(help));
        }
        is_right
    }
}

fn gke_autopilot(written: &spec::GkeAutopilotTarget) -> GkeAutopilotTarget {
    let is_set = |field: Option<&Spanned<bool>>| value(field).unwrap_or(false);
    GkeAutopilotTarget {
        compute_class: value(written.compute_class.as_ref()).map(|word| word.0),
        burst: is_set(written.burst.as_ref()),
        extended_duration: is_set(written.extended_duration.as_ref()),
        own_compute_class: is_set(written.own_compute_class.as_ref()),
    }
}
