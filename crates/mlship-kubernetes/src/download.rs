//! How the weights reach the server.
//!
//! | `model.uri` | in the pod |
//! |---|---|
//! | none | the image holds them |
//! | `pvc://` | the claim, mounted read-only |
//! | `oci://` | an image volume, read-only (Kubernetes 1.35 and later; Pod Security "restricted" admits it) |
//! | anything else | an init container fills an empty folder, or a cache |
//!
//! `model.uris` names several places, which the one init container downloads, each into a folder of its name.
//!
//! The init container is KServe's storage initializer, which stands alone: it takes pairs of source
//! and folder as arguments and reads credentials from its environment, by the names that the clouds'
//! own libraries use: `AWS_*`, `HF_TOKEN`, `AZURE_*`, `GOOGLE_APPLICATION_CREDENTIALS`.
//! <https://github.com/kserve/kserve/blob/v0.20.0/python/storage-initializer/scripts/initializer-entrypoint>,
//! <https://github.com/kserve/kserve/blob/v0.20.0/python/storage/kserve_storage/kserve_storage.py> (2026-11)
//!
//! A cache must bear several replicas that fill it at once, and the initializer writes files in
//! place (`_download_gcs`, `_download_from_uri`). So each replica downloads into a folder of its own
//! and renames it, which a file system does at once or not at all: the final folder is complete or
//! absent, and whoever comes second throws its copy away.

use k8s_openapi::api::core::v1::{
    Container, EnvFromSource, EnvVar, EnvVarSource, ImageVolumeSource, ObjectFieldSelector,
    PersistentVolumeClaim, PersistentVolumeClaimVolumeSource, SecretEnvSource, SecretVolumeSource, Volume,
    VolumeMount,
};
use mlship_spec::choices::{Choice as _, PullPolicy};
use mlship_spec::values::image::ImageReference;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{Amount, ModelCache, ModelSource, Places, Workload};

use crate::{container, hash, labels, resources, security, volumes};

mod notes;

pub(crate) use notes::note;

/// KServe's storage initializer: <https://hub.docker.com/r/kserve/storage-initializer/tags> (2026-11).
pub const INITIALIZER: &str = "docker.io/kserve/storage-initializer:v0.20.0";
/// The name of the init container.
pub const CONTAINER: &str = "model-download";

const VOLUME: &str = "model";
const TMP_VOLUME: &str = "download-tmp";
const CREDENTIALS_VOLUME: &str = "download-credentials";
const CREDENTIALS_PATH: &str = "/var/secrets";
/// The key under which KServe keeps Google's credentials too (`pkg/credentials/gcs/gcs_secret.go`).
const GOOGLE_KEY: &str = "gcloud-application-credentials.json";
const DOWNLOAD_PATH: &str = "/mnt/models";
const CACHE_PATH: &str = "/mnt/cache";

/// Fills the folder `$2` of the cache from `$1` unless another replica has; see the module's text.
///
/// Copies that a killed pod left behind are removed after a day.
const FILL_CACHE: &str = r#"if [ -d "$2" ]; then echo "$2 is complete"; exit 0; fi
find . -maxdepth 1 -name '*.partial' -mmin +1440 -exec rm -rf {} + || true
partial="$2.$POD_NAME.partial"
rm -rf "$partial"
/storage-initializer/scripts/initializer-entrypoint "$1" "$PWD/$partial"
mv -T "$partial" "$2" || { rm -rf "$partial"; [ -d "$2" ]; }
"#;

/// The same for several places: `$1` is the folder of them all, behind it stand pairs of a place and the name of its
/// folder there, which become pairs of a place and a path for the initializer.
const FILL_CACHE_WITH_SEVERAL: &str = r#"folder="$1"; shift
if [ -d "$folder" ]; then echo "$folder is complete"; exit 0; fi
find . -maxdepth 1 -name '*.partial' -mmin +1440 -exec rm -rf {} + || true
partial="$folder.$POD_NAME.partial"
rm -rf "$partial"
left=$#
while [ "$left" -gt 0 ]; do
  set -- "$@" "$1" "$PWD/$partial/$2"; shift 2; left=$((left - 2))
done
/storage-initializer/scripts/initializer-entrypoint "$@"
mv -T "$partial" "$folder" || { rm -rf "$partial"; [ -d "$folder" ]; }
"#;

/// How the weights reach the server.
#[derive(Clone, Copy, Debug)]
pub enum Delivery<'a> {
    /// The image holds them.
    InImage,
    /// A claim holds them.
    Claim {
        /// The claim's name.
        claim: &'a str,
        /// The folder in it; `None` is its root.
        path: Option<&'a str>,
    },
    /// An image without a program holds them.
    Image(&'a ImageReference),
    /// They are downloaded before the server starts.
    Download(&'a ModelSource),
}

/// How the weights of a workload reach its server.
pub fn delivery(workload: &Workload) -> Delivery<'_> {
    let Some(source) = &workload.model.source else { return Delivery::InImage };
    match &source.places {
        Places::One(ModelUri::Pvc { claim, path }) => Delivery::Claim {
            claim: claim.as_str(),
            path: path.as_ref().map(mlship_spec::values::uri::ObjectPath::as_str),
        },
        Places::One(ModelUri::Oci(image)) => Delivery::Image(image),
        Places::One(
            ModelUri::S3 { .. }
            | ModelUri::Gcs { .. }
            | ModelUri::HuggingFace { .. }
            | ModelUri::Azure { .. }
            | ModelUri::Https(_)
            | ModelUri::Http(_),
        )
        | Places::Several(_) => Delivery::Download(source),
    }
}

/// The init container that downloads the weights, where something is downloaded.
pub fn init_container(workload: &Workload) -> Option<Container> {
    let Delivery::Download(source) = delivery(workload) else { return None };
    let (command, args) = program(source);
    Some(Container {
        name: CONTAINER.to_owned(),
        image: Some(INITIALIZER.to_owned()),
        image_pull_policy: Some(workload.server.pull_policy.as_str().to_owned()),
        command,
        args: Some(args),
        working_dir: source.cache.as_ref().map(|_| CACHE_PATH.to_owned()),
        env: Some(env(workload, source)),
        env_from: env_from(source),
        resources: Some(init_resources(workload, source)),
        security_context: Some(security::helper()),
        termination_message_policy: Some(container::MESSAGE_POLICY.to_owned()),
        volume_mounts: Some(init_mounts(source)),
        ..Default::default()
    })
}

/// What the init container runs, where it is not the image's own entry point, and the arguments.
fn program(source: &ModelSource) -> (Option<Vec<String>>, Vec<String>) {
    let shell = |script: &str| Some(["/bin/sh", "-ec", script, CONTAINER].map(str::to_owned).into());
    match (&source.places, source.cache.is_some()) {
        (Places::One(uri), true) => (shell(FILL_CACHE), vec![initializer_uri(uri), cache_folder(source)]),
        (Places::Several(uris), true) => {
            let pairs = uris.iter().flat_map(|(name, uri)| [initializer_uri(uri), name.to_string()]);
            (shell(FILL_CACHE_WITH_SEVERAL), std::iter::once(cache_folder(source)).chain(pairs).collect())
        }
        (Places::One(_) | Places::Several(_), false) => {
            let places = source.places.all().into_iter();
            (None, places.flat_map(|it| [initializer_uri(it.uri), it.folder(DOWNLOAD_PATH)]).collect())
        }
    }
}

/// The pod's volumes that have to do with the weights.
pub fn volumes(workload: &Workload) -> Vec<Volume> {
    match delivery(workload) {
        Delivery::InImage => Vec::new(),
        Delivery::Claim { claim, .. } => vec![claim_volume(claim.to_owned(), Some(true))],
        Delivery::Image(image) => vec![Volume {
            name: VOLUME.to_owned(),
            image: Some(ImageVolumeSource {
                reference: Some(image.to_string()),
                pull_policy: Some(model_pull_policy(workload, image).as_str().to_owned()),
            }),
            ..Default::default()
        }],
        Delivery::Download(source) => {
            let model = match &source.cache {
                None => volumes::empty(VOLUME, size_limit(workload, source).as_ref()),
                Some(_) => claim_volume(cache_name(workload), None),
            };
            let mut volumes = vec![model, volumes::empty(TMP_VOLUME, None)];
            volumes.extend(credentials_volume(source));
            volumes
        }
    }
}

/// Where the server sees the weights, which it can't change.
pub fn server_mount(workload: &Workload) -> Option<VolumeMount> {
    let source = workload.model.source.as_ref()?;
    let sub_path = match delivery(workload) {
        Delivery::InImage => return None,
        Delivery::Claim { path, .. } => path.map(str::to_owned),
        Delivery::Image(_) => None,
        Delivery::Download(source) => source.cache.as_ref().map(|_| cache_folder(source)),
    };
    let mount = volumes::mount(VOLUME, source.mount_path.as_str());
    Some(VolumeMount { read_only: Some(true), sub_path, ..mount })
}

/// The claim of the cache, where there is one.
pub fn cache_claim(workload: &Workload) -> Option<PersistentVolumeClaim> {
    let ModelCache { size, storage_class, access } = cache(workload)?;
    let metadata = labels::metadata_named(workload, cache_name(workload));
    Some(volumes::claim(metadata, size, storage_class.as_ref(), *access))
}

/// The cache, where something is downloaded into one.
pub fn cache(workload: &Workload) -> Option<&ModelCache> {
    match delivery(workload) {
        Delivery::Download(source) => source.cache.as_ref(),
        Delivery::InImage | Delivery::Claim { .. } | Delivery::Image(_) => None,
    }
}

fn cache_name(workload: &Workload) -> String {
    format!("{}-model-cache", workload.name)
}

/// The folder in the cache of what was downloaded: another URI, or other ones, get another folder.
fn cache_folder(source: &ModelSource) -> String {
    let texts: Vec<String> = match &source.places {
        Places::One(uri) => vec![uri.to_string()],
        Places::Several(uris) => {
            uris.iter().flat_map(|(name, uri)| [name.to_string(), uri.to_string()]).collect()
        }
    };
    format!("model-{}", hash::digest(texts.iter().map(String::as_str)))
}

/// The source as the initializer reads it: of Azure it knows the blob form only.
fn initializer_uri(uri: &ModelUri) -> String {
    match uri {
        ModelUri::Azure { account, container, path, .. } => {
            let path = path.as_ref().map(|path| format!("/{path}")).unwrap_or_default();
            format!("https://{account}.blob.core.windows.net/{container}{path}")
        }
        other => other.to_string(),
    }
}

fn env(workload: &Workload, source: &ModelSource) -> Vec<EnvVar> {
    let literal = |name: &str, value: &str| EnvVar {
        name: name.to_owned(),
        value: Some(value.to_owned()),
        ..Default::default()
    };
    // The libraries keep locks and part files under the home folder.
    let mut env = vec![literal("HOME", "/tmp")];
    if source.cache.is_some() {
        let field = ObjectFieldSelector { field_path: "metadata.name".to_owned(), ..Default::default() };
        let value_from = Some(EnvVarSource { field_ref: Some(field), ..Default::default() });
        env.push(EnvVar { name: "POD_NAME".to_owned(), value_from, ..Default::default() });
    }
    if google_credentials(source).is_some() {
        env.push(literal("GOOGLE_APPLICATION_CREDENTIALS", &format!("{CREDENTIALS_PATH}/{GOOGLE_KEY}")));
    }
    env.extend(shared_env(workload, source));
    env
}

/// Variables of the server that the download needs as well, such as the token of a gated model.
fn shared_env(workload: &Workload, source: &ModelSource) -> Vec<EnvVar> {
    let names: Vec<&str> =
        source.places.all().iter().flat_map(|place| variables(place.uri)).copied().collect();
    container::env(&workload.server.env)
        .into_iter()
        .filter(|variable| names.contains(&variable.name.as_str()))
        .collect()
}

/// Variables by which the library that downloads from a place is let in.
fn variables(uri: &ModelUri) -> &'static [&'static str] {
    match uri {
        ModelUri::S3 { .. } => &[
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "AWS_ENDPOINT_URL",
        ],
        ModelUri::HuggingFace { .. } => &["HF_TOKEN", "HF_ENDPOINT"],
        ModelUri::Azure { .. } => {
            &["AZURE_STORAGE_ACCESS_KEY", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"]
        }
        ModelUri::Gcs { .. }
        | ModelUri::Pvc { .. }
        | ModelUri::Oci(_)
        | ModelUri::Https(_)
        | ModelUri::Http(_) => &[],
    }
}

/// The Secret whose keys become variables; where all places are Google's, its one key is a file instead.
fn env_from(source: &ModelSource) -> Option<Vec<EnvFromSource>> {
    if source.places.all().iter().all(|place| is_google(place.uri)) {
        return None;
    }
    let secret = SecretEnvSource { name: source.credentials.as_ref()?.to_string(), ..Default::default() };
    Some(vec![EnvFromSource { secret_ref: Some(secret), ..Default::default() }])
}

/// The Secret that is mounted as a file: Google's libraries read credentials from one.
fn google_credentials(source: &ModelSource) -> Option<String> {
    source
        .credentials
        .as_ref()
        .filter(|_| source.places.all().iter().any(|place| is_google(place.uri)))
        .map(ToString::to_string)
}

fn is_google(uri: &ModelUri) -> bool {
    matches!(uri, ModelUri::Gcs { .. })
}

fn credentials_volume(source: &ModelSource) -> Option<Volume> {
    let secret = SecretVolumeSource {
        secret_name: Some(google_credentials(source)?),
        default_mode: Some(0o440),
        ..Default::default()
    };
    Some(Volume { name: CREDENTIALS_VOLUME.to_owned(), secret: Some(secret), ..Default::default() })
}

fn init_mounts(source: &ModelSource) -> Vec<VolumeMount> {
    let path = if source.cache.is_some() { CACHE_PATH } else { DOWNLOAD_PATH };
    let mut mounts = vec![volumes::mount(VOLUME, path), volumes::mount(TMP_VOLUME, "/tmp")];
    if google_credentials(source).is_some() {
        let mount = volumes::mount(CREDENTIALS_VOLUME, CREDENTIALS_PATH);
        mounts.push(VolumeMount { read_only: Some(true), ..mount });
    }
    mounts
}

/// What the download asks for: what the pod holds for the server anyway, since the two never run at
/// the same time and the scheduler counts the larger one. At least 1 GiB may be used, KServe's own
/// default (`config/storagecontainers/default.yaml` of v0.20.0).
fn init_resources(
    workload: &Workload,
    source: &ModelSource,
) -> k8s_openapi::api::core::v1::ResourceRequirements {
    let server = &workload.resources;
    let memory = at_least(&server.memory, &Quantity::from_gib(1));
    let disk = match (&source.cache, size_limit(workload, source)) {
        // The folder and the node's own part of the pod; see `size_limit`.
        (None, Some(size)) => at_least(&server.ephemeral_storage, &plus(&size, &Quantity::from_gib(1))),
        (None, None) | (Some(_), _) => server.ephemeral_storage.clone(),
    };
    resources::requirements([("cpu", &server.cpu), ("ephemeral-storage", &disk), ("memory", &memory)])
}

/// The same request with a limit that is not below `least`.
fn at_least(amount: &Amount, least: &Quantity) -> Amount {
    Amount {
        request: amount.request.clone(),
        limit: amount.limit.clone().map(|limit| limit.max(least.clone())),
    }
}

/// How large the folder of the weights may become: the model and a tenth more, twice that for an
/// archive, which lies beside its content for a while. Nothing is bounded when the size is not known;
/// the pod's ephemeral-storage limit holds then.
fn size_limit(workload: &Workload, source: &ModelSource) -> Option<Quantity> {
    let bytes = workload.model.size.as_ref()?.bytes();
    let copies = if source.places.all().iter().any(|place| is_archive(place.uri)) { 2 } else { 1 };
    let bytes = (bytes + bytes.div_ceil(10)) * copies;
    Some(Quantity::from_bytes(bytes.next_multiple_of(1 << 20)))
}

/// Whether the initializer unpacks it (`_unpack_archive_file`).
fn is_archive(uri: &ModelUri) -> bool {
    let text = uri.to_string();
    [".tar", ".tar.gz", ".tgz", ".zip"].iter().any(|ending| text.ends_with(ending))
}

fn plus(left: &Quantity, right: &Quantity) -> Quantity {
    left.checked_add(right).unwrap_or_else(|| left.clone())
}

fn claim_volume(claim_name: String, read_only: Option<bool>) -> Volume {
    let source = PersistentVolumeClaimVolumeSource { claim_name, read_only };
    Volume { name: VOLUME.to_owned(), persistent_volume_claim: Some(source), ..Default::default() }
}

/// A digest never changes, a tag may: the rule of `server.pullPolicy`.
fn model_pull_policy(workload: &Workload, image: &ImageReference) -> PullPolicy {
    match (workload.server.pull_policy, image.digest()) {
        (PullPolicy::Never, _) => PullPolicy::Never,
        (PullPolicy::Always | PullPolicy::IfNotPresent, Some(_)) => PullPolicy::IfNotPresent,
        (PullPolicy::Always | PullPolicy::IfNotPresent, None) => PullPolicy::Always,
    }
}
