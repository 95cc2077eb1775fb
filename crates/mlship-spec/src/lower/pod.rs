//! The pod and its surroundings: placement, security, identity, config, state, name.

use std::collections::BTreeMap;

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::spec::forms::value;
use crate::spec::pod::TolerationFields;
use crate::values::names::ServiceName;
use crate::values::path::AbsolutePath;
use crate::values::selector::{Toleration, TolerationParts};
use crate::workload::{
    CloudIdentity, Config, Identity, Placement, RootFilesystem, Security, ServiceAccount, Shutdown, Spot,
    State,
};

use super::{Pass, list, pairs};

/// The `nonroot` user of distroless images:
/// <https://github.com/GoogleContainerTools/distroless/blob/main/common/variables.bzl> (2026-11).
const NONROOT: u32 = 65532;

/// Data of a ConfigMap, in bytes: <https://kubernetes.io/docs/concepts/configuration/configmap/>.
const CONFIG_BYTES: usize = 1 << 20;

/// The shortest notice of a cloud that takes spot capacity back, in seconds:
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms> (2026-11).
const SPOT_NOTICE_SECONDS: u32 = 25;

impl Pass<'_> {
    pub(super) fn placement(&mut self, shutdown: &Shutdown) -> Placement {
        let written =
            self.spec.placement.as_ref().map(|placement| placement.value.clone()).unwrap_or_default();
        let mut tolerations = Vec::new();
        for written in written.tolerations.iter().flat_map(|tolerations| &tolerations.value) {
            match toleration(&written.value) {
                Ok(toleration) => tolerations.push(toleration),
                Err(invalid) => {
                    self.refuse(
                        Diagnostic::error(&codes::INVALID_VALUE, written.span, invalid.message)
                            .help(invalid.help),
                    );
                }
            }
        }
        let spot = match &written.spot {
            Some(spot) if spot.value => {
                self.warn_spot_grace(spot.span, shutdown);
                Spot::Preferred
            }
            _ => Spot::Never,
        };
        Placement {
            node_selector: pairs(written.node_selector.as_ref()),
            zones: list(written.zones.as_ref()),
            priority_class: value(written.priority_class.as_ref()),
            runtime_class: value(written.runtime_class.as_ref()),
            tolerations,
            spot,
        }
    }

    fn warn_spot_grace(&mut self, span: crate::source::Span, shutdown: &Shutdown) {
        if shutdown.grace_seconds > SPOT_NOTICE_SECONDS {
            let message = format!(
                "a replica takes up to {}s to leave, and spot capacity goes {SPOT_NOTICE_SECONDS}s after the notice on Google Cloud",
                shutdown.grace_seconds
            );
            self.findings.push(Diagnostic::warning(&codes::SPOT_GRACE, span, message).help(
                "expect requests that are cut off; lower `server.requestTimeout` where clients can retry",
            ));
        }
    }

    pub(super) fn security(&mut self) -> Security {
        let written = self.spec.security.as_ref().map(|security| security.value.clone()).unwrap_or_default();
        let run_as_user = written.run_as_user.as_ref().map_or_else(
            || {
                self.decide("security.runAsUser", NONROOT.to_string(), "the `nonroot` of common base images");
                NONROOT
            },
            |user| user.value.0,
        );
        let read_only = value(written.read_only_root_filesystem.as_ref()).unwrap_or_else(|| {
            self.decide(
                "security.readOnlyRootFilesystem",
                "true",
                "what breaks in can't leave anything; /tmp is writable and HOME points there",
            );
            true
        });
        let tmp: AbsolutePath = "/tmp".parse().expect("`/tmp` is an absolute path");
        let mut writable = list(written.writable.as_ref());
        if read_only && !writable.contains(&tmp) {
            writable.push(tmp);
        }
        writable.sort();
        writable.dedup();
        Security {
            run_as_user,
            run_as_group: written.run_as_group.as_ref().map_or(run_as_user, |group| group.value.0),
            root_filesystem: if read_only { RootFilesystem::ReadOnly } else { RootFilesystem::Writable },
            writable,
        }
    }

    pub(super) fn identity(&mut self) -> Identity {
        let written = self.spec.identity.as_ref().map(|identity| identity.value.clone()).unwrap_or_default();
        let clouds = [
            ("awsRole", written.aws_role.as_ref().map(|role| role.span)),
            ("gcpServiceAccount", written.gcp_service_account.as_ref().map(|account| account.span)),
            ("azureClientId", written.azure_client_id.as_ref().map(|id| id.span)),
        ];
        let given: Vec<_> = clouds.iter().filter_map(|(name, span)| span.map(|span| (*name, span))).collect();
        if let [(first, first_span), (second, second_span), ..] = given[..] {
            let message = format!(
                "`{first}` and `{second}` can't both be meant: a service account stands for one identity"
            );
            self.refuse(
                Diagnostic::error(&codes::CONFLICT, second_span, message)
                    .related(first_span, "the other")
                    .help("keep that of the cluster's cloud; `environments` can hold the others"),
            );
        }
        if let (Some(account), Some((name, span))) = (&written.service_account, given.first()) {
            let message = format!("`{name}` would change a service account that mlship does not own");
            self.refuse(
                Diagnostic::error(&codes::CONFLICT, *span, message)
                    .related(account.span, "it is there already")
                    .help("annotate that account yourself, or remove `serviceAccount`"),
            );
        }
        let cloud = (value(written.aws_role.as_ref()).map(CloudIdentity::Aws))
            .or_else(|| value(written.gcp_service_account.as_ref()).map(CloudIdentity::Gcp))
            .or_else(|| value(written.azure_client_id.as_ref()).map(CloudIdentity::Azure));
        let service_account = match value(written.service_account.as_ref()) {
            Some(account) => ServiceAccount::Existing(account),
            None => ServiceAccount::Own,
        };
        Identity { service_account, cloud }
    }

    pub(super) fn config(&mut self, name: Option<&ServiceName>) -> Option<Config> {
        let written = self.spec.config.as_ref()?.value.clone();
        let Some(files) = written.files.as_ref().filter(|files| !files.value.0.is_empty()) else {
            self.refuse(super::missing(
                self.span("config"),
                "config.files",
                "{app.yaml: \"threshold: 0.5\"}",
            ));
            return None;
        };
        let files: BTreeMap<_, _> = pairs(Some(files));
        let bytes: usize = files.iter().map(|(name, content)| name.as_str().len() + content.len()).sum();
        if bytes > CONFIG_BYTES {
            let message = format!("the files have {bytes} bytes; a ConfigMap holds {CONFIG_BYTES}");
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, self.span("config.files"), message)
                    .help("put large files into the image or beside the model"),
            );
        }
        let mount_path = match (value(written.path.as_ref()), name) {
            (Some(path), _) => path,
            (None, name) => {
                let path = format!("/etc/{}", name?);
                self.decide("config.path", &path, "where settings of a service are looked for");
                path.parse().ok()?
            }
        };
        Some(Config { mount_path, files })
    }

    pub(super) fn state(&mut self) -> Option<State> {
        let written = self.spec.state.as_ref()?.value.clone();
        let size = self.required(written.size.as_ref(), "state.size", "20Gi");
        let mount_path = self.required(written.path.as_ref(), "state.path", "/data");
        if let Some(size) = written.size.as_ref().filter(|size| size.value.bytes() < 1 << 20) {
            let message = format!("`{}` can't be meant as the size of a volume", size.value);
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, size.span, message)
                    .help("write `Gi` behind the number"),
            );
        }
        Some(State {
            size: size?,
            storage_class: value(written.storage_class.as_ref()),
            mount_path: mount_path?,
        })
    }

    /// Names that are made from the service's name must fit as well: of the headless Service
    /// (63 characters), and the label `controller-revision-hash` of a StatefulSet's pods, which adds
    /// eleven (<https://github.com/kubernetes/kubernetes/issues/64023>).
    pub(super) fn judge_name(&mut self, name: &ServiceName) {
        let longest = if self.spec.state.is_some() { 52 } else { 63 };
        if name.as_str().len() > longest {
            let message = format!(
                "`{name}` has {} characters; with a volume for each replica it may have {longest}",
                name.as_str().len()
            );
            self.refuse(
                Diagnostic::error(&codes::NAME_TOO_LONG, self.span("name"), message).help("shorten the name"),
            );
        }
    }
}

fn toleration(written: &TolerationFields) -> Result<Toleration, crate::values::Invalid> {
    Toleration::new(TolerationParts {
        key: value(written.key.as_ref()),
        operator: value(written.operator.as_ref()),
        value: value(written.value.as_ref()),
        effect: value(written.effect.as_ref()),
        seconds: written.seconds.as_ref().map(|seconds| i64::from(seconds.value.0)),
    })
}
