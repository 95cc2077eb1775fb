//! Where a model's weights are.

use std::{fmt, str::FromStr};

use crate::values::{
    Invalid, InvalidKind, TextValue, expected,
    image::ImageReference,
    judge,
    names::DnsSubdomain,
    propose, quoted,
    url::{WebAddress, is_host, refuse_secrets, web_address},
};

mod buckets;

pub use buckets::{AzureAccount, AzureContainer, GcsBucket, S3Bucket};

/// The place of a model's weights.
///
/// Schemes are those of KServe's storage initializer
/// (<https://kserve.github.io/website/docs/model-serving/storage/overview>) and of the managed endpoints. No place
/// holds `..`, and an address that carries a credential is refused as [`InvalidKind::Secret`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModelUri {
    /// `s3://bucket/key`
    S3 {
        /// The bucket.
        bucket: S3Bucket,
        /// The object or the prefix; none for the whole bucket.
        key: Option<ObjectPath>,
    },
    /// `gs://bucket/path`
    Gcs {
        /// The bucket.
        bucket: GcsBucket,
        /// The object or the prefix; none for the whole bucket.
        path: Option<ObjectPath>,
    },
    /// `hf://organisation/model`, perhaps with `:revision`
    HuggingFace {
        /// The organisation and the model, with a slash between.
        repository: HubRepository,
        /// The branch, tag or commit; the main branch if none.
        revision: Option<HubRevision>,
    },
    /// `pvc://claim/path`
    Pvc {
        /// The `PersistentVolumeClaim`, in the namespace of the server.
        claim: DnsSubdomain,
        /// The place in the volume; its root if none.
        path: Option<ObjectPath>,
    },
    /// `oci://image`: an image that holds a model and no program
    Oci(ImageReference),
    /// `https://account.blob.core.windows.net/container/path`, or `abfs://` and `abfss://`, which mean the same place
    Azure {
        /// The storage account.
        account: AzureAccount,
        /// The container.
        container: AzureContainer,
        /// The blob or the prefix; none for the whole container.
        path: Option<ObjectPath>,
        /// How it was written.
        form: AzureForm,
    },
    /// `https://…`: one file or an archive
    Https(FileUrl),
    /// `http://…`: the same, but anybody on the way can change it
    Http(FileUrl),
}

/// The ways to write a place in Azure storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AzureForm {
    /// `https://account.blob.core.windows.net/container/path`
    Blob,
    /// `abfs://container@account.dfs.core.windows.net/path`
    Abfs,
    /// `abfss://container@account.dfs.core.windows.net/path`
    Abfss,
}

checked_text! {
    /// The name of an object in a bucket, or of what several have in common; a path in a volume.
    ///
    /// At most 1024 bytes, the limit of S3 (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>)
    /// and of Google (<https://cloud.google.com/storage/docs/objects#naming>).
    ObjectPath checked by check_object_path,
    expects: "names with `/` between them, without `..`",
    pattern: Some(r"^[^/\\?#\x00-\x1f][^\\?#\x00-\x1f]*$"),
    example: "models/churn/v3",
}

checked_text! {
    /// A repository of the Hugging Face hub: the owner's name and the model's.
    ///
    /// <https://github.com/huggingface/huggingface_hub/blob/v0.36.0/src/huggingface_hub/utils/_validators.py>
    /// (`validate_repo_id`); the owner is required here.
    HubRepository checked by check_hub_repository,
    expects: "an owner, `/` and a model, each of letters, digits, `-`, `_` and `.`",
    pattern: Some("^[A-Za-z0-9_][-A-Za-z0-9_.]*/[A-Za-z0-9_][-A-Za-z0-9_.]*$"),
    example: "Qwen/Qwen3-8B",
}

checked_text! {
    /// A branch, tag or commit of a hub repository: the characters of a git reference
    /// (<https://git-scm.com/docs/git-check-ref-format>) that need no escape in a URI.
    HubRevision checked by check_hub_revision,
    expects: "a branch, tag or commit of letters, digits, `-`, `_`, `.` and `/`",
    pattern: Some("^[A-Za-z0-9_][-A-Za-z0-9_./]*$"),
    example: "main",
}

/// The address of a file on the web, perhaps with a query that holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileUrl(WebAddress);

impl FileUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The host.
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// The path, which starts with `/`.
    pub fn path(&self) -> &str {
        &self.0.path
    }
}

impl ModelUri {
    /// The scheme that it is written with, without `://`.
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::S3 { .. } => "s3",
            Self::Gcs { .. } => "gs",
            Self::HuggingFace { .. } => "hf",
            Self::Pvc { .. } => "pvc",
            Self::Oci(_) => "oci",
            Self::Azure { form: AzureForm::Abfs, .. } => "abfs",
            Self::Azure { form: AzureForm::Abfss, .. } => "abfss",
            Self::Azure { form: AzureForm::Blob, .. } | Self::Https(_) => "https",
            Self::Http(_) => "http",
        }
    }

    /// Whether the weights travel unencrypted, so that anybody on the way could change them.
    pub fn is_plaintext(&self) -> bool {
        matches!(self, Self::Http(_))
    }
}

impl FromStr for ModelUri {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some((scheme, rest)) = text.split_once("://") else { return Err(no_scheme(text)) };
        refuse_secrets(text)?;
        let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
        match scheme {
            "s3" => Ok(Self::S3 { bucket: place.parse()?, key: object_path(path)? }),
            "gs" => Ok(Self::Gcs { bucket: place.parse()?, path: object_path(path)? }),
            "pvc" => Ok(Self::Pvc { claim: place.parse()?, path: object_path(path)? }),
            "hf" => hugging_face(rest),
            "oci" => Ok(Self::Oci(rest.parse()?)),
            "abfs" => azure_data_lake(text, place, path, AzureForm::Abfs),
            "abfss" => azure_data_lake(text, place, path, AzureForm::Abfss),
            "https" => web_file(text),
            "http" => Ok(Self::Http(FileUrl(web_address(text, expected::<Self>)?))),
            _ => Err(other_scheme(text, scheme, rest)),
        }
    }
}

impl fmt::Display for ModelUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, key } => write_place(f, "s3", bucket.as_str(), key.as_ref()),
            Self::Gcs { bucket, path } => write_place(f, "gs", bucket.as_str(), path.as_ref()),
            Self::Pvc { claim, path } => write_place(f, "pvc", claim.as_str(), path.as_ref()),
            Self::HuggingFace { repository, revision: Some(revision) } => {
                write!(f, "hf://{repository}:{revision}")
            }
            Self::HuggingFace { repository, revision: None } => write!(f, "hf://{repository}"),
            Self::Oci(image) => write!(f, "oci://{image}"),
            Self::Azure { account, container, path, form: AzureForm::Blob } => write_place(
                f,
                "https",
                &format!("{account}.blob.core.windows.net/{container}"),
                path.as_ref(),
            ),
            Self::Azure { account, container, path, .. } => {
                let place = format!("{container}@{account}.dfs.core.windows.net");
                write_place(f, self.scheme(), &place, path.as_ref())
            }
            Self::Https(url) | Self::Http(url) => f.write_str(url.as_str()),
        }
    }
}

impl TextValue for ModelUri {
    const EXPECTS: &'static str = "a URI that starts with `s3://`, `gs://`, `hf://`, `pvc://`, `oci://`, `abfs://`, `abfss://` or `https://`";
    const PATTERN: Option<&'static str> = Some(r"^(s3|gs|hf|pvc|oci|abfss?|https?)://[^\s\\]+$");
    const EXAMPLE: &'static str = "s3://example-models/churn/v3";
}

serialize_as_text!(ModelUri);

fn write_place(
    f: &mut fmt::Formatter<'_>,
    scheme: &str,
    place: &str,
    path: Option<&ObjectPath>,
) -> fmt::Result {
    match path {
        Some(path) => write!(f, "{scheme}://{place}/{path}"),
        None => write!(f, "{scheme}://{place}"),
    }
}

fn object_path(text: &str) -> Result<Option<ObjectPath>, Invalid> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
}

fn check_object_path(text: &str) -> Result<(), Invalid> {
    let problem = if text.is_empty() {
        "it is empty"
    } else if text.len() > 1024 {
        "it is longer than 1024 bytes"
    } else if text.split('/').any(|segment| matches!(segment, "." | "..")) {
        "it has a `.` or `..` between slashes"
    } else if text.starts_with('/') || text.contains("//") {
        "it has a slash too many"
    } else if text.contains(['?', '#', '\\']) {
        "it has a `?`, `#` or `\\`"
    } else if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        "it has a space or a control character"
    } else {
        return Ok(());
    };
    Err(Invalid::malformed(
        format!("{} is not the path of an object: {problem}", quoted(text)),
        expected::<ObjectPath>(),
    ))
}

fn hugging_face(rest: &str) -> Result<ModelUri, Invalid> {
    let (repository, revision) = match rest.split_once([':', '@']) {
        Some((repository, revision)) => (repository, Some(revision.parse()?)),
        None => (rest, None),
    };
    Ok(ModelUri::HuggingFace { repository: repository.parse()?, revision })
}

fn check_hub_repository(text: &str) -> Result<(), Invalid> {
    judge::<HubRepository>(text, "a repository of the Hugging Face hub", hub_repository, |_| None)
}

fn hub_repository(text: &str) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let named = |name: &str| {
        name.starts_with(word)
            && !name.ends_with(['-', '.'])
            && name.chars().all(|c| word(c) || matches!(c, '-' | '.'))
            && !name.contains("--")
            && !name.contains("..")
    };
    let problem = match text.split_once('/') {
        _ if text.len() > 96 => "it is longer than 96 characters",
        None => "it has no owner before a `/`",
        Some((owner, model)) if !(named(owner) && named(model)) => {
            "a name has letters, digits, `_`, and single `-` and `.` between them"
        }
        Some((_, model)) if model.to_ascii_lowercase().ends_with(".git") => "it ends with `.git`",
        Some(_) => return None,
    };
    Some(problem.to_owned())
}

fn check_hub_revision(text: &str) -> Result<(), Invalid> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fine = text.starts_with(word)
        && text.len() <= 255
        && text.chars().all(|c| word(c) || matches!(c, '-' | '.' | '/'))
        && !["..", "//"].iter().any(|sequence| text.contains(sequence))
        && !text.ends_with(['/', '.']);
    if fine {
        return Ok(());
    }
    Err(Invalid::malformed(format!("{} is not a revision", quoted(text)), expected::<HubRevision>()))
}

fn azure_data_lake(text: &str, place: &str, path: &str, form: AzureForm) -> Result<ModelUri, Invalid> {
    let account = place.split_once('@').and_then(|(container, host)| {
        host.strip_suffix(".dfs.core.windows.net").map(|account| (container, account))
    });
    let Some((container, account)) = account else {
        let message = format!("{} does not say which container of which account it is in", quoted(text));
        return Err(Invalid::malformed(
            message,
            "write `abfss://container@account.dfs.core.windows.net/path`",
        ));
    };
    Ok(ModelUri::Azure {
        account: account.parse()?,
        container: container.parse()?,
        path: object_path(path)?,
        form,
    })
}

fn web_file(text: &str) -> Result<ModelUri, Invalid> {
    let address = web_address(text, expected::<ModelUri>)?;
    let Some(account) = address.host.strip_suffix(".blob.core.windows.net") else {
        return Ok(ModelUri::Https(FileUrl(address)));
    };
    let (container, path) =
        address.path.trim_start_matches('/').split_once('/').unwrap_or((&address.path, ""));
    Ok(ModelUri::Azure {
        account: account.parse()?,
        container: container.trim_matches('/').parse()?,
        path: object_path(path)?,
        form: AzureForm::Blob,
    })
}

fn no_scheme(text: &str) -> Invalid {
    let message = format!("{} does not say where it is: it has no scheme", quoted(text));
    // MLflow writes its names with one slash, `models:/churn/3`.
    let guess = if let Some(help) = text.split_once(':').and_then(|(scheme, _)| instead_of(scheme)) {
        help.to_owned()
    } else if text.starts_with(['/', '.', '~']) {
        "a path on your machine is not there in the cluster: upload the model, or build it into the image and leave `model` out".to_owned()
    } else if text.split_once('/').is_some_and(|(host, _)| host.contains('.') && is_host(host)) {
        format!("write `https://{text}`")
    } else if hub_repository(text).is_none() {
        format!("write `hf://{text}` for the Hugging Face hub")
    } else {
        expected::<ModelUri>()
    };
    Invalid::malformed(message, guess)
}

fn other_scheme(text: &str, scheme: &str, rest: &str) -> Invalid {
    let lower = scheme.to_ascii_lowercase();
    if lower == "file" {
        let message = format!("{} is on your machine, which a cluster can't read", quoted(text));
        let help = "upload it to a bucket, or build it into the image and leave `model` out";
        return Invalid::malformed(message, help).of_kind(InvalidKind::Unsupported);
    }
    let meant = match lower.as_str() {
        "s3a" | "s3n" => Some("s3"),
        "gcs" => Some("gs"),
        "huggingface" => Some("hf"),
        // How KServe mounts the image is the target's choice.
        "docker" | "oci+native" | "oci+fetch" => Some("oci"),
        other => SCHEMES.into_iter().find(|scheme| *scheme == other),
    };
    // With one of our schemes `parse` can't come back here.
    let nearest = meant.and_then(|meant| format!("{meant}://{rest}").parse::<ModelUri>().ok());
    let message = format!("{} is not a scheme for models", quoted(scheme));
    let help = instead_of(&lower).map_or_else(|| propose::<ModelUri>(nearest), str::to_owned);
    Invalid::malformed(message, help).of_kind(InvalidKind::Unsupported)
}

/// What to write instead of a scheme that others read, KServe's storage initializer among them
/// (<https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/utils/utils.go>, 2026-11).
fn instead_of(scheme: &str) -> Option<&'static str> {
    let help = match scheme {
        "hdfs" | "webhdfs" | "viewfs" => {
            "nothing here reads Hadoop's file system: copy the model into a bucket (`hadoop distcp … s3a://bucket/model`) \
             and write `s3://bucket/model`, or mount a volume that holds it and write `pvc://claim/model`"
        }
        "git" | "ssh" => {
            "a repository is not a place of weights: write `hf://owner/model:revision` for the Hugging Face hub, or \
             upload the files to a bucket"
        }
        "modelscope" | "ms" => {
            "nothing here reads ModelScope: write `hf://owner/model` for the Hugging Face hub, or copy the model into a bucket"
        }
        "models" | "runs" | "mlflow-artifacts" | "dbfs" => {
            "that is a name of the registry's: write where its artifact lies, such as `s3://bucket/mlflow/1/2/artifacts/model`"
        }
        "wasb" | "wasbs" | "adl" | "azureml" => {
            "write `abfss://container@account.dfs.core.windows.net/model`, which means the same place"
        }
        "ftp" | "ftps" | "sftp" => "write `https://…`, or copy the model into a bucket",
        _ => return None,
    };
    Some(help)
}

const SCHEMES: [&str; 9] = ["s3", "gs", "hf", "pvc", "oci", "abfs", "abfss", "https", "http"];

#[cfg(test)]
mod tests;
