//! The weights: where they come from, how large they are, how long they take to load.

use crate::choices::AccessMode;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::Spanned;
use crate::spec::forms::{ShortOr, value};
use crate::spec::server::{Cache, Model as Written};
use crate::values::names::DnsSubdomain;
use crate::values::quantity::Quantity;
use crate::values::uri::ModelUri;
use crate::workload::{Model, ModelCache, ModelSource, Places};

use super::Pass;

/// Where KServe's runtimes look for a model, and so most servers that know of such a folder:
/// <https://kserve.github.io/website/docs/model-serving/predictive-inference/frameworks/overview>.
const MODEL_FOLDER: &str = "/mnt/models";

/// Bytes a second in which weights get from a disk into memory, rounded down from what a network
/// disk gives: <https://cloud.google.com/compute/docs/disks/performance> (2026-11).
const LOAD_BYTES_PER_SECOND: u64 = 200_000_000;

impl Pass<'_> {
    pub(super) fn model(&mut self) -> Model {
        let written = self.spec.model.as_ref().map(|model| model.value.clone()).unwrap_or_default();
        let size = value(written.size.as_ref());
        self.judge_size(&written);
        Model {
            format: value(written.format.as_ref()).map(|word| word.0),
            load_seconds: self.load_seconds(&written, size.as_ref()),
            source: self.source(&written, size.as_ref()),
            size,
        }
    }

    fn judge_size(&mut self, written: &Written) {
        let Some(size) = &written.size else { return };
        // A small scikit-learn model has a few KiB; less is a forgotten unit.
        if size.value.bytes() < 1 << 10 {
            let message = format!("`{}` is not the size of a model", size.value);
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, size.span, message)
                    .help("write bytes with their unit, such as `4Gi`"),
            );
        }
    }

    fn load_seconds(&mut self, written: &Written, size: Option<&Quantity>) -> u32 {
        if let Some(seconds) = &written.load_seconds {
            return seconds.value.0;
        }
        let has_gpu = self.spec.resources.as_ref().is_some_and(|resources| resources.value.gpu.is_some());
        let (seconds, reason) = match size {
            Some(size) => {
                let seconds = 10 + size.bytes() / LOAD_BYTES_PER_SECOND;
                let seconds = u32::try_from(seconds).unwrap_or(u32::MAX).min(86_400);
                (seconds, format!("10 s for the process and {size} at 200 MB/s"))
            }
            None if has_gpu => (120, "a GPU server whose model's size is not known".to_owned()),
            None => (20, "a CPU server whose model's size is not known".to_owned()),
        };
        self.decide("model.loadSeconds", seconds.to_string(), reason);
        seconds
    }

    fn source(&mut self, written: &Written, size: Option<&Quantity>) -> Option<ModelSource> {
        let Some(places) = self.places(written) else {
            if written.uris.is_none() {
                self.judge_without_uri(written);
            }
            return None;
        };
        let mount_path = value(written.path.as_ref()).unwrap_or_else(|| {
            self.decide("model.path", MODEL_FOLDER, "where KServe's runtimes look for a model");
            MODEL_FOLDER.parse().expect("the default folder is an absolute path")
        });
        let downloaded = !places.one().is_some_and(is_mounted);
        if downloaded && size.is_none() && written.cache.is_none() {
            self.warn_unknown_size(places.field());
        }
        Some(ModelSource {
            credentials: self.credentials(written, downloaded),
            cache: self.cache(written, size, downloaded),
            mount_path,
            places,
        })
    }

    /// The places of the weights, where any is named.
    fn places(&mut self, written: &Written) -> Option<Places> {
        let Some(uris) = &written.uris else { return value(written.uri.as_ref()).map(Places::One) };
        let span = self.span("model.uris");
        if written.uri.is_some() {
            self.refuse(
                Diagnostic::error(
                    &codes::CONFLICT,
                    span,
                    "`uri` is the one place of weights, and `uris` are several",
                )
                .related(self.span("model.uri"), "the one place")
                .help("give the one a name and put it into `uris`, or take one of the two away"),
            );
        }
        if uris.value.0.is_empty() {
            let help = "for example `uris: {churn: s3://models/churn/v3, fraud: s3://models/fraud/v7}`";
            self.refuse(Diagnostic::error(&codes::INVALID_VALUE, span, "no model is named").help(help));
            return None;
        }
        for (_, uri) in &uris.value.0 {
            self.judge_folder(uri);
        }
        Some(Places::Several(super::pairs(Some(uris))))
    }

    /// Volumes and images are mounted whole, and a mount in the folder of the downloads, which the server can't
    /// change, is one that the container runtime can't make. On KServe a claim loses its path besides (`SubPath` in
    /// <https://github.com/kserve/kserve/blob/v0.20.0/pkg/webhook/admission/pod/storage_initializer_injector.go>).
    fn judge_folder(&mut self, uri: &Spanned<ModelUri>) {
        let (what, instead) = match &uri.value {
            ModelUri::Pvc { .. } => ("volume", "`uri: pvc://claim/folder`"),
            ModelUri::Oci(_) => ("image", "`uri: oci://image`"),
            ModelUri::S3 { .. }
            | ModelUri::Gcs { .. }
            | ModelUri::HuggingFace { .. }
            | ModelUri::Azure { .. }
            | ModelUri::Https(_)
            | ModelUri::Http(_) => return,
        };
        let message =
            format!("the {what} would be mounted, and what `model.uris` names is downloaded into one folder");
        let help = format!("put each model into a folder of one {what}, and write {instead} for all of them");
        self.refuse(Diagnostic::error(&codes::CONFLICT, uri.span, message).help(help));
    }

    /// Without a `uri` nothing is downloaded or mounted, so settings of that mean nothing.
    fn judge_without_uri(&mut self, written: &Written) {
        let settings = [
            ("path", written.path.as_ref().map(|field| field.span)),
            ("credentials", written.credentials.as_ref().map(|field| field.span)),
            ("cache", written.cache.as_ref().map(|_| self.span("model.cache"))),
        ];
        for (name, span) in settings {
            let Some(span) = span else { continue };
            self.refuse(
                Diagnostic::error(
                    &codes::CONFLICT,
                    span,
                    format!("`model.{name}` has no effect without `model.uri`"),
                )
                .help("name where the weights lie, such as `uri: s3://models/churn/v3`, or remove the line"),
            );
        }
    }

    fn warn_unknown_size(&mut self, field: &str) {
        let span = self.span(field);
        self.findings.push(
            Diagnostic::warning(
                &codes::UNKNOWN_MODEL_SIZE,
                span,
                "the model's size is not known: 10Gi of disk is reserved",
            )
            .help("write `model.size`"),
        );
    }

    fn credentials(&mut self, written: &Written, downloaded: bool) -> Option<DnsSubdomain> {
        let credentials = written.credentials.as_ref()?;
        if !downloaded {
            let (help, scheme) = match written.uri.as_ref().map(|uri| &uri.value) {
                Some(ModelUri::Oci(_)) => ("name the registry's Secret in `server.pullSecrets`", "oci"),
                _ => ("remove the line", "pvc"),
            };
            let message = format!("`model.credentials` has no effect on a model from {scheme}://");
            self.refuse(Diagnostic::error(&codes::CONFLICT, credentials.span, message).help(help));
        }
        Some(credentials.value.clone())
    }

    fn cache(&mut self, written: &Written, size: Option<&Quantity>, downloaded: bool) -> Option<ModelCache> {
        let cache = written.cache.as_ref()?;
        let Cache { size: cache_size, storage_class, access } = &cache.value;
        if !downloaded {
            self.refuse(
                Diagnostic::error(
                    &codes::CONFLICT,
                    self.span("model.cache"),
                    "`model.cache` has no effect: the model is mounted, not downloaded",
                )
                .help("remove it"),
            );
        }
        if let Some(size) = cache_size.as_ref().filter(|size| size.value.bytes() < 1 << 20) {
            let message = format!("`{}` can't be meant as the size of a volume", size.value);
            self.refuse(
                Diagnostic::error(&codes::INVALID_VALUE, size.span, message)
                    .help("write `Gi` behind the number"),
            );
        }
        let cache_size = value(cache_size.as_ref()).or_else(|| {
            let room = size.map(|size| Quantity::from_mib(mebibytes(size.bytes() / 10 * 11)));
            if let Some(room) = &room {
                self.decide("model.cache.size", room.to_string(), "the model and a tenth more");
            }
            room
        });
        let Some(cache_size) = cache_size else {
            self.refuse(super::missing(self.span("model.cache"), "model.cache.size", "20Gi"));
            return None;
        };
        if let (Some(size), Some(room)) =
            (size, written.cache.as_ref().and_then(|cache| cache.value.size.as_ref()))
            && room.value < *size
        {
            let message = format!("the model of {size} does not fit into a cache of {}", room.value);
            self.refuse(
                Diagnostic::error(&codes::CONFLICT, room.span, message)
                    .related(self.span("model.size"), "the model's size")
                    .help("write at least `model.size`"),
            );
        }
        let access = value(access.as_ref()).map_or(AccessMode::ReadWriteMany, |word| word.0);
        self.judge_cache_access(access);
        Some(ModelCache { size: cache_size, storage_class: value(storage_class.as_ref()), access })
    }

    /// The default number of replicas is more than one, too.
    fn judge_cache_access(&mut self, access: AccessMode) {
        let single = match self.spec.replicas.as_ref().map(|replicas| &replicas.value) {
            Some(ShortOr::Short(count)) => count.0 <= 1,
            Some(ShortOr::Long(range)) => range.max.as_ref().is_some_and(|max| max.value.0 <= 1),
            None => false,
        };
        if access == AccessMode::ReadWriteOnce && !single {
            let span = self.span("model.cache.access");
            self.refuse(
                Diagnostic::error(
                    &codes::SINGLE_NODE_VOLUME,
                    span,
                    "a ReadWriteOnce cache can be mounted on one node, and there are several replicas",
                )
                .help("write `access: ReadWriteMany`, or `replicas: 1`"),
            );
        }
    }
}

/// Bytes in MiB, rounded up.
pub(super) fn mebibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(u32::MAX)
}

/// Whether weights are mounted as they are, not downloaded.
pub(super) fn is_mounted(uri: &ModelUri) -> bool {
    matches!(uri, ModelUri::Pvc { .. } | ModelUri::Oci(_))
}
