//! `ML5xx`: supply chain and security.

use mlship_kubernetes::container::SERVER;
use mlship_spec::choices::ModelFormat;
use mlship_spec::source::Span;
use mlship_spec::values::image::Pin;
use mlship_spec::values::names::DnsLabel;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{EnvValue, Exposure, RootFilesystem, Workload};

use crate::arguments::{Arguments, variable};
use crate::rule::{Finding, rule};
use crate::rules::memory::fetched;
use crate::subject::Subject;

rule! {
    /// A tag in production.
    TAG_IN_PRODUCTION "ML502" Warning "image of production not pinned by digest"
    why "A tag can be moved to another image. What was tested is then not what runs, and replicas that start later run \
         something else than those before."
    fix "Pin the image: `server.image: registry/name:tag@sha256:…`; the tag may stay beside it for people."
    evidence ["https://kubernetes.io/docs/concepts/containers/images/#image-names",
              "https://slsa.dev/spec/v1.0/verifying-artifacts"]
    on EVERYWHERE needs Spec
    judge tag_in_production
}

rule! {
    /// A model of the hub without a revision.
    MOVING_MODEL "ML503" Warning "revision of the model not pinned"
    why "A repository of the Hugging Face hub changes whenever its owner uploads. Replicas that start later serve other \
         weights than those before, and a rollback brings nothing back."
    fix "Name a commit: `hf://owner/model:COMMIT` in `model.uri`, or `--revision COMMIT` where the server downloads."
    evidence ["https://huggingface.co/docs/huggingface_hub/guides/download#download-files-to-local-folder",
              "https://docs.vllm.ai/en/stable/configuration/engine_args/"]
    on EVERYWHERE needs Spec
    judge moving_model
}

rule! {
    /// Code of the model's owner runs in the server.
    REMOTE_CODE "ML505" Warning "code of the model's repository is run"
    why "`trust_remote_code` runs Python files that come with the weights, with everything the server may do. Whoever can \
         upload to that repository runs code in your cluster."
    fix "Take a model that the server knows without it; else pin the revision, read its code, and say so in an ignore."
    evidence ["https://huggingface.co/docs/transformers/en/models#custom-models",
              "https://docs.vllm.ai/en/stable/usage/security/"]
    on EVERYWHERE needs Spec
    judge remote_code
}

rule! {
    /// Weights that are a pickle.
    PICKLED_WEIGHTS "ML506" Warning "weights in pickle's format"
    why "A pickle runs code while it is loaded: whoever can write the file runs code in the server. Safetensors and ONNX \
         hold numbers alone, and load faster."
    fix "Convert the weights to safetensors or ONNX, or check where they come from and say so in an ignore."
    evidence ["https://huggingface.co/docs/hub/security-pickle", "https://huggingface.co/docs/safetensors/index"]
    on EVERYWHERE needs Spec
    judge pickled_weights
}

rule! {
    /// A folder that the server wants to write and can't.
    CACHE_NOT_WRITABLE "ML509" Warning "cache folder can't be written"
    why "The root file system is read-only, so that what breaks in can't leave anything. A library that is told to keep \
         its cache where nothing is writable ends with `Read-only file system`, at the start or in the first request."
    fix "Name the folder in `security.writable`, or point the variable below /tmp, which is writable."
    evidence ["https://kubernetes.io/docs/concepts/security/pod-security-standards/",
              "https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables"]
    on KUBERNETES needs Spec
    judge cache_not_writable
}

rule! {
    /// The way in has no TLS.
    NO_TLS "ML510" Warning "exposed without TLS"
    why "Requests, answers and the tokens in their headers pass the network in plain text, and anybody on the way can read \
         and change them."
    fix "Write `expose.tls: {issuer: NAME}`, or `expose.tls: {secret: NAME}` for a certificate that is there already."
    evidence ["https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
              "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/"]
    on KUBERNETES needs Spec
    judge no_tls
}

fn tag_in_production(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    let Pin::Tag(tag) = workload.server.image.pin() else { return };
    let namespace = workload.namespace.as_ref().map(DnsLabel::as_str);
    let Some(place) = [subject.environment, namespace].into_iter().flatten().find(|name| is_production(name))
    else {
        return;
    };
    let message = format!("`{place}` runs whatever the tag `{tag}` is moved to");
    let help = format!("pin it: `image: {}@sha256:…`", workload.server.image);
    found.push(Finding::new(subject.span("server.image"), message, help));
}

fn is_production(name: &str) -> bool {
    name.split(['-', '_', '.'])
        .any(|word| ["prod", "production"].contains(&word.to_ascii_lowercase().as_str()))
}

fn moving_model(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    let places = workload.model.source.iter().flat_map(|source| source.places.all());
    let mut is_of_hub = false;
    for place in places {
        let ModelUri::HuggingFace { repository, revision } = place.uri else { continue };
        is_of_hub = true;
        let branch = revision.as_ref().map_or("main", |revision| revision.as_str());
        if ["main", "master"].contains(&branch) {
            let message = format!(
                "replicas get whatever `{repository}` holds on the branch `{branch}` when they start"
            );
            let help = format!("name a commit: `hf://{repository}:COMMIT`");
            found.push(Finding::new(subject.span(&place.field), message, help));
        }
    }
    if is_of_hub {
        return;
    }
    let arguments = Arguments::of(workload);
    let Some(flag) = fetched(&arguments) else { return };
    let revision = arguments.flag(&["--revision"]);
    let variable = variable(workload, "REVISION");
    let is_pinned = |revision: &str| !revision.is_empty() && !["main", "master"].contains(&revision);
    if revision.as_ref().is_some_and(|flag| is_pinned(flag.value)) || variable.is_some_and(is_pinned) {
        return;
    }
    let message = format!("the server fetches whatever `{}` holds when it starts", flag.value);
    found.push(Finding::new(flag.span, message, "name a commit: `--revision`, `COMMIT`"));
}

fn remote_code(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    let is_on = |value: &str| !["false", "0", "no", "off"].contains(&value.to_ascii_lowercase().as_str());
    let flag = Arguments::of(workload).flag(&["--trust-remote-code"]).filter(|flag| is_on(flag.value));
    let names = ["TRUST_REMOTE_CODE", "HF_TRUST_REMOTE_CODE", "VLLM_TRUST_REMOTE_CODE"];
    let variable_name = names
        .into_iter()
        .find(|name| variable(workload, name).is_some_and(|value| !value.is_empty() && is_on(value)));
    let place: Option<Option<Span>> = flag
        .map(|flag| flag.span)
        .or_else(|| variable_name.map(|name| subject.span(&format!("server.env.{name}"))));
    let Some(place) = place else { return };
    let message = "Python files that come with the weights are run in the server";
    let help = "take it away where the server knows the model; else pin the revision and read its code";
    found.push(Finding::new(place, message, help));
}

fn pickled_weights(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    let help = "convert them to safetensors or ONNX";
    // Of these there is no other format that their servers load.
    let has_no_other = matches!(
        workload.model.format,
        Some(ModelFormat::Sklearn | ModelFormat::Xgboost | ModelFormat::Lightgbm | ModelFormat::Mlflow)
    );
    let Some(source) = workload.model.source.as_ref().filter(|_| !has_no_other) else { return };
    for place in source.places.all() {
        let Some(name) = file_name(place.uri) else { continue };
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        if ["bin", "pt", "pth", "ckpt", "pkl", "pickle"].contains(&ending.as_str()) {
            let message = format!("`{name}` is a pickle, which runs code while it is loaded");
            found.push(Finding::new(subject.span(&place.field), message, help));
        }
    }
}

/// The last part of a place, where it looks like a file.
fn file_name(uri: &ModelUri) -> Option<&str> {
    let path = match uri {
        ModelUri::S3 { key: path, .. }
        | ModelUri::Gcs { path, .. }
        | ModelUri::Pvc { path, .. }
        | ModelUri::Azure { path, .. } => path.as_ref()?.as_str(),
        ModelUri::Https(url) | ModelUri::Http(url) => url.path(),
        ModelUri::HuggingFace { .. } | ModelUri::Oci(_) => return None,
    };
    path.rsplit('/').next()
}

/// Variables and flags that name a folder which a library writes.
const CACHES: &[&str] = &[
    "HOME",
    "HF_HOME",
    "HF_HUB_CACHE",
    "HF_DATASETS_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "TRANSFORMERS_CACHE",
    "SENTENCE_TRANSFORMERS_HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "TORCH_HOME",
    "TORCHINDUCTOR_CACHE_DIR",
    "TORCH_EXTENSIONS_DIR",
    "TRITON_CACHE_DIR",
    "TRITON_HOME",
    "CUDA_CACHE_PATH",
    "VLLM_CACHE_ROOT",
    "VLLM_CONFIG_ROOT",
    "FLASHINFER_WORKSPACE_BASE",
    "NUMBA_CACHE_DIR",
    "MPLCONFIGDIR",
    "OLLAMA_MODELS",
    "TMPDIR",
];

fn cache_not_writable(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    if workload.security.root_filesystem == RootFilesystem::Writable {
        return;
    }
    let writable = writable(subject);
    let is_writable = |path: &str| {
        let below = |folder: &String| {
            path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // What is no path is made by somebody else.
        !path.starts_with('/') || writable.iter().any(below)
    };
    let variables = workload.server.env.iter().filter(|variable| CACHES.contains(&variable.name.as_str()));
    let variables = variables.filter_map(|variable| match &variable.value {
        EnvValue::Literal(path) => {
            let name = variable.name.as_str();
            Some((name, path.as_str(), subject.span(&format!("server.env.{name}"))))
        }
        EnvValue::Secret(_) => None,
    });
    let arguments = Arguments::of(workload);
    let names = ["--download-dir", "--huggingface-hub-cache", "--cache-dir"];
    let flags = names.iter().filter_map(|name| Some((*name, arguments.flag(&[name])?)));
    let flags = flags.map(|(name, flag)| (name, flag.value, flag.span));
    for (name, path, span) in variables.chain(flags).filter(|(_, path, _)| !is_writable(path)) {
        let message = format!("`{name}` points to {path}, which can't be written");
        let help = format!("write `security: {{writable: [{path}]}}`, or point it below /tmp");
        found.push(Finding::new(span, message, help));
    }
}

/// Folders that the server can write, as its container mounts them.
fn writable(subject: &Subject<'_>) -> Vec<String> {
    let objects = subject.objects;
    let deployment =
        objects.deployment.as_ref().and_then(|deployment| deployment.spec.template.spec.as_ref());
    let stateful = objects.stateful_set.as_ref().and_then(|stateful| stateful.spec.template.spec.as_ref());
    let containers = deployment.or(stateful).map(|pod| pod.containers.as_slice()).unwrap_or_default();
    let server = containers.iter().find(|container| container.name == SERVER);
    let mounts = server.and_then(|server| server.volume_mounts.as_deref()).unwrap_or_default();
    let written = mounts.iter().filter(|mount| mount.read_only != Some(true));
    written.map(|mount| mount.mount_path.trim_end_matches('/').to_owned()).collect()
}

/// Annotations that give an Ingress its certificate in another way than `tls`.
const CERTIFICATES: &[&str] =
    &["certificate", "cert-manager.io", "pre-shared-cert", "ssl-cert", "acm", "tls"];

fn no_tls(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Workload { exposure, .. } = subject.workload;
    let Exposure::Ingress { route, class, tls: None } = exposure else { return };
    let is_internal = class.as_ref().is_some_and(|class| class.as_str().contains("internal"));
    let has_certificate =
        route.annotations.keys().any(|key| CERTIFICATES.iter().any(|word| key.as_str().contains(word)));
    if is_internal || has_certificate {
        return;
    }
    let message = format!("`{}` is answered in plain HTTP", route.host);
    let help = "write `tls: {issuer: NAME}`, or `tls: {secret: NAME}` for a certificate that is there";
    found.push(Finding::new(subject.span("expose.host"), message, help));
}
