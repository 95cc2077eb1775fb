//! References to container images.

use std::{fmt, str::FromStr};

use crate::values::{Invalid, InvalidKind, TextValue, propose, quoted, url::refuse_secrets};

/// An image that says which version it is: `registry/repository:tag`, `…@digest` or both.
///
/// The grammar is that of <https://github.com/distribution/reference/blob/v0.6.0/reference.go> and the OCI
/// distribution spec (<https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests>).
/// An image without tag and digest, or with no more than the tag `latest`, is refused as [`InvalidKind::Unpinned`]:
/// nobody could tell afterwards what ran.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageReference {
    text: String,
    registry: Option<String>,
    path: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// What holds an image to one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pin<'a> {
    /// Content that can't change: `sha256:…`. A tag beside it is ignored by runtimes.
    Digest(&'a str),
    /// A tag, which its owner could move.
    Tag(&'a str),
}

impl ImageReference {
    /// The reference as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The registry's host, with its port; `docker.io` where none is written.
    pub fn registry(&self) -> &str {
        registry_host(self.registry.as_deref())
    }

    /// The repository in the registry: `library/nginx` for `nginx:1.29`.
    pub fn repository(&self) -> String {
        full_repository(self.registry.as_deref(), &self.path)
    }

    /// The reference as written, without tag and digest.
    pub fn name(&self) -> &str {
        let length = self.registry.as_ref().map_or(0, |registry| registry.len() + 1) + self.path.len();
        &self.text[..length]
    }

    /// The tag, if one is written.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, if one is written.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// What holds the image to one version: the digest before the tag.
    pub fn pin(&self) -> Pin<'_> {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => Pin::Digest(digest),
            // `from_str` lets no reference through that has neither.
            (None, tag) => Pin::Tag(tag.as_deref().unwrap_or_default()),
        }
    }
}

impl FromStr for ImageReference {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.contains("://") {
            refuse_secrets(text)?;
        }
        // A digest has no slash after its `@`.
        if text.split_once('@').is_some_and(|(_, after)| after.contains('/') && !after.starts_with("sha")) {
            let message = "the image carries a secret: credentials before the `@`";
            let help = "leave them out, and name the registry's Secret in `pullSecrets`";
            return Err(Invalid::malformed(message, help).of_kind(InvalidKind::Secret));
        }
        read(text).map_err(|problem| match problem {
            Problem::Malformed(problem) => {
                let message = format!("{} is not an image reference: {problem}", quoted(text));
                Invalid::malformed(message, propose::<Self>(nearest(text)))
            }
            Problem::Untagged { name } => {
                let message =
                    format!("{} has neither a tag nor a digest, so it means `latest`", quoted(text));
                unpinned(message, &name)
            }
            Problem::Latest { name } => {
                unpinned(format!("{} can be another image tomorrow", quoted(text)), &name)
            }
        })
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl TextValue for ImageReference {
    const EXPECTS: &'static str = "an image with a tag other than `latest`, or with a digest";
    const PATTERN: Option<&'static str> = Some(
        r"^[A-Za-z0-9\[][-A-Za-z0-9._:/\[\]]*(:[A-Za-z0-9_][-A-Za-z0-9._]{0,127}|@sha(256:[0-9a-f]{64}|512:[0-9a-f]{128}))$",
    );
    const EXAMPLE: &'static str = "ghcr.io/example/churn-service:0.3.1";
}

serialize_as_text!(ImageReference);

enum Problem {
    Malformed(String),
    Untagged { name: String },
    Latest { name: String },
}

fn read(text: &str) -> Result<ImageReference, Problem> {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    // A colon before the last slash belongs to the registry's port.
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    let (registry, path) = split_registry(name);
    let problem = outer_problem(text)
        .or_else(|| registry.and_then(registry_problem))
        .or_else(|| path_problem(registry, path))
        .or_else(|| tag.and_then(tag_problem))
        .or_else(|| digest.and_then(digest_problem));
    if let Some(problem) = problem {
        return Err(Problem::Malformed(problem));
    }
    match (tag, digest) {
        (None, None) => Err(Problem::Untagged { name: name.to_owned() }),
        (Some("latest"), None) => Err(Problem::Latest { name: name.to_owned() }),
        (_, Some(_)) | (Some(_), None) => Ok(ImageReference {
            text: text.to_owned(),
            registry: registry.map(str::to_owned),
            path: path.to_owned(),
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        }),
    }
}

fn outer_problem(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if let Some((scheme, _)) = text.split_once("://") {
        return Some(format!("it has a scheme ({})", quoted(scheme)));
    }
    text.contains(char::is_whitespace).then(|| "it has a space".to_owned())
}

/// What somebody meant who copied an address, or wrote the repository with capitals.
fn nearest(text: &str) -> Option<ImageReference> {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (rest, digest) = text.split_at(text.find('@').unwrap_or(text.len()));
    let (name, tag) = match rest.rfind(':') {
        Some(colon) if !rest[colon..].contains('/') => rest.split_at(colon),
        _ => (rest, ""),
    };
    let lower = format!("{}{tag}{digest}", name.to_ascii_lowercase());
    read(text).or_else(|_| read(&lower)).ok()
}

/// The first part is a registry if it looks like a host: `splitDockerDomain` in
/// <https://github.com/distribution/reference/blob/v0.6.0/normalize.go>.
fn split_registry(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((first, rest))
            if first.contains(['.', ':', '['])
                || first == "localhost"
                || first != first.to_ascii_lowercase() =>
        {
            (Some(first), rest)
        }
        _ => (None, name),
    }
}

fn registry_host(written: Option<&str>) -> &str {
    match written {
        None | Some("index.docker.io") => "docker.io",
        Some(registry) => registry,
    }
}

fn full_repository(registry: Option<&str>, path: &str) -> String {
    let official = registry_host(registry) == "docker.io" && !path.contains('/');
    if official { format!("library/{path}") } else { path.to_owned() }
}

fn registry_problem(registry: &str) -> Option<String> {
    let (host, port) = match registry.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (registry, None),
    };
    let labels_fine = host.split('.').all(|label| {
        let edges = label.starts_with(|c: char| c.is_ascii_alphanumeric())
            && label.ends_with(|c: char| c.is_ascii_alphanumeric());
        edges && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    });
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host_fine =
        labels_fine || address.is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    let port_fine = port.is_none_or(|port| port.parse::<crate::values::numbers::Port>().is_ok());
    (!(host_fine && port_fine)).then(|| format!("{} is not a registry's host", quoted(registry)))
}

fn path_problem(registry: Option<&str>, path: &str) -> Option<String> {
    if full_repository(registry, path).len() > 255 {
        return Some("its repository is longer than 255 characters".to_owned());
    }
    if path.contains(|c: char| c.is_ascii_uppercase()) {
        return Some(format!("the repository {} has capital letters", quoted(path)));
    }
    let component = path.split('/').find(|component| !is_path_component(component))?;
    Some(format!("{} can't be a part of a repository", quoted(component)))
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_path_component(component: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !component.starts_with(alphanumeric) || !component.ends_with(alphanumeric) {
        return false;
    }
    let mut separators = component.split(alphanumeric).filter(|separator| !separator.is_empty());
    separators.all(|separator| matches!(separator, "." | "_" | "__") || separator.chars().all(|c| c == '-'))
}

fn tag_problem(tag: &str) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fine =
        tag.starts_with(word) && tag.chars().all(|c| word(c) || matches!(c, '.' | '-')) && tag.len() <= 128;
    (!fine).then(|| {
        format!("{} is not a tag of letters, digits, `_`, `.` and `-`, at most 128 of them", quoted(tag))
    })
}

fn digest_problem(digest: &str) -> Option<String> {
    let length = match digest.split_once(':') {
        Some(("sha256", _)) => 64,
        Some(("sha512", _)) => 128,
        _ => return Some(format!("{} is not a digest, `sha256:` and 64 hexadecimal digits", quoted(digest))),
    };
    let hex = &digest["sha256:".len()..];
    let fine = hex.len() == length && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (!fine).then(|| format!("the digest has not {length} lower-case hexadecimal digits"))
}

fn unpinned(message: String, name: &str) -> Invalid {
    let help =
        format!("write the version that you tested, such as `{name}:1.0.0`, or its digest `{name}@sha256:…`");
    Invalid::malformed(message, help).of_kind(InvalidKind::Unpinned)
}

#[cfg(test)]
mod tests;
