//! The container that answers requests.

use k8s_openapi::api::core::v1::{
    self, Container, EnvVarSource, Lifecycle, LifecycleHandler, SecretKeySelector, SleepAction,
};
use mlship_spec::choices::Choice as _;
use mlship_spec::workload::{EnvValue, EnvVar, RootFilesystem, Workload};

use crate::convert::unless_empty;
use crate::{ports, probes, resources, security, volumes};

/// The name of the server's container.
pub const SERVER: &str = "server";
/// Shows the last lines of a crashed container in its status, when it left no message of its own.
pub const MESSAGE_POLICY: &str = "FallbackToLogsOnError";

/// The server's container.
pub fn server(workload: &Workload) -> Container {
    let server = &workload.server;
    Container {
        name: SERVER.to_owned(),
        image: Some(server.image.to_string()),
        image_pull_policy: Some(server.pull_policy.as_str().to_owned()),
        command: unless_empty(server.command.clone()),
        args: unless_empty(server.args.clone()),
        env: unless_empty(server_env(workload)),
        ports: Some(ports::container_ports(workload)),
        resources: Some(resources::server(workload)),
        startup_probe: Some(probes::probe(workload, &workload.probes.startup)),
        liveness_probe: Some(probes::probe(workload, &workload.probes.liveness)),
        readiness_probe: Some(probes::probe(workload, &workload.probes.readiness)),
        lifecycle: drain(workload),
        security_context: Some(security::server(workload)),
        termination_message_policy: Some(MESSAGE_POLICY.to_owned()),
        volume_mounts: unless_empty(volumes::server_mounts(workload)),
        ..Default::default()
    }
}

/// Variables as Kubernetes writes them, in the same order.
pub fn env(variables: &[EnvVar]) -> Vec<v1::EnvVar> {
    variables.iter().map(variable).collect()
}

/// Whether HOME is set to the scratch folder for the server.
pub(crate) fn home_is_decided(workload: &Workload) -> bool {
    workload.security.root_filesystem == RootFilesystem::ReadOnly
        && !workload.server.env.iter().any(|variable| variable.name.as_str() == "HOME")
}

fn server_env(workload: &Workload) -> Vec<v1::EnvVar> {
    let mut variables = env(&workload.server.env);
    if home_is_decided(workload) {
        let home =
            v1::EnvVar { name: "HOME".to_owned(), value: Some("/tmp".to_owned()), ..Default::default() };
        variables.insert(0, home);
    }
    variables
}

fn variable(variable: &EnvVar) -> v1::EnvVar {
    let name = variable.name.to_string();
    match &variable.value {
        EnvValue::Literal(value) => v1::EnvVar { name, value: Some(value.clone()), ..Default::default() },
        EnvValue::Secret(secret) => {
            let selector = SecretKeySelector {
                name: secret.secret.to_string(),
                key: secret.key.to_string(),
                ..Default::default()
            };
            let value_from = Some(EnvVarSource { secret_key_ref: Some(selector), ..Default::default() });
            v1::EnvVar { name, value_from, ..Default::default() }
        }
    }
}

/// Keeps the server answering while the endpoints forget it; the kubelet itself waits, so that the
/// image needs no shell.
fn drain(workload: &Workload) -> Option<Lifecycle> {
    let seconds = i64::from(workload.shutdown.drain_seconds);
    let sleep = LifecycleHandler { sleep: Some(SleepAction { seconds }), ..Default::default() };
    (seconds > 0).then(|| Lifecycle { pre_stop: Some(sleep), ..Default::default() })
}
