//! Pod Security "restricted", field by field.
//!
//! <https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted> (2026-11)

use k8s_openapi::api::core::v1::{Capabilities, PodSecurityContext, SeccompProfile, SecurityContext, Sysctl};
use mlship_spec::workload::{RootFilesystem, Workload};

use crate::ports;

/// The pod's security context.
pub fn pod(workload: &Workload) -> PodSecurityContext {
    let security = &workload.security;
    PodSecurityContext {
        run_as_non_root: Some(true),
        run_as_user: Some(i64::from(security.run_as_user)),
        run_as_group: Some(i64::from(security.run_as_group)),
        fs_group: Some(i64::from(security.run_as_group)),
        // Without it the kubelet walks every file of a volume at each start: minutes for large models.
        fs_group_change_policy: Some("OnRootMismatch".to_owned()),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), ..Default::default() }),
        sysctls: low_ports(workload),
        ..Default::default()
    }
}

/// The security context of the server's container.
pub fn server(workload: &Workload) -> SecurityContext {
    container(workload.security.root_filesystem)
}

/// The security context of a container that writes to its volumes only.
pub fn helper() -> SecurityContext {
    container(RootFilesystem::ReadOnly)
}

fn container(root: RootFilesystem) -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), ..Default::default() }),
        read_only_root_filesystem: Some(root == RootFilesystem::ReadOnly),
        ..Default::default()
    }
}

/// Lets a user other than root listen below 1024, which "restricted" allows by this sysctl.
fn low_ports(workload: &Workload) -> Option<Vec<Sysctl>> {
    let lowest = ports::ports(workload)
        .into_iter()
        .map(|known| known.port)
        .filter(|port| port.is_privileged())
        .min()?;
    Some(vec![Sysctl { name: "net.ipv4.ip_unprivileged_port_start".to_owned(), value: lowest.to_string() }])
}
