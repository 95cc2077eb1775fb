//! Paths inside a container, and paths of HTTP requests.

use std::{fmt, str::FromStr};

use crate::values::{Invalid, TextValue, propose, quoted};

/// Where something is mounted in a container: absolute, without `..`.
///
/// Held without repeated or trailing slashes, so that two spellings of one place are equal. Kubernetes documents
/// that a mount path must not contain `:`
/// (<https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1>); `..` it refuses in
/// host paths (`validatePathNoBacksteps`) and container runtimes refuse a mount over `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbsolutePath(String);

impl AbsolutePath {
    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is this path or below it.
    pub fn holds(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl FromStr for AbsolutePath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let path = absolute(text);
        let Some(problem) = absolute_path_problem(text) else { return Ok(Self(path)) };
        let nearest =
            Some(path).filter(|path| !text.starts_with('/') && absolute_path_problem(path).is_none());
        let message = format!("{} is not a path in a container: {problem}", quoted(text));
        Err(Invalid::malformed(message, propose::<Self>(nearest)))
    }
}

impl fmt::Display for AbsolutePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TextValue for AbsolutePath {
    const EXPECTS: &'static str = "a path that starts with `/`, is not `/` itself and has no `..` and no `:`";
    const PATTERN: Option<&'static str> = Some("^/[^:]*[^:/][^:]*$");
    const EXAMPLE: &'static str = "/models/churn";
}

/// The path of an HTTP request, perhaps with a query: what probes, metrics and routes name.
///
/// Characters of RFC 3986 (<https://www.rfc-editor.org/rfc/rfc3986#section-3.3>), and none of the sequences that an
/// Ingress refuses (`invalidPathSequences`,
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/networking/validation/validation.go>).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpPath(String);

impl HttpPath {
    /// The path, with its query.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is a query, which a route can't match on.
    pub fn has_query(&self) -> bool {
        self.0.contains('?')
    }
}

impl FromStr for HttpPath {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some(problem) = http_path_problem(text) else { return Ok(Self(text.to_owned())) };
        let nearest = match text.split_once("://") {
            Some((_, rest)) => rest.find('/').map(|start| rest[start..].to_owned()),
            None => text.trim().trim_start_matches('/').split('#').next().map(|path| format!("/{path}")),
        };
        let nearest = nearest.filter(|nearest| http_path_problem(nearest).is_none());
        let message = format!("{} is not an HTTP path: {problem}", quoted(text));
        Err(Invalid::malformed(message, propose::<Self>(nearest)))
    }
}

impl fmt::Display for HttpPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TextValue for HttpPath {
    const EXPECTS: &'static str =
        "a path that starts with `/`, with other than plain characters percent-encoded";
    const PATTERN: Option<&'static str> = Some(r"^/[-A-Za-z0-9/._~!$&'()*+,;=:@%?]*$");
    const EXAMPLE: &'static str = "/healthz";
}

serialize_as_text!(AbsolutePath, HttpPath);

fn segments(text: &str) -> impl Iterator<Item = &str> {
    text.split('/').filter(|segment| !matches!(*segment, "" | "."))
}

/// `text` without repeated and trailing slashes and dots.
fn absolute(text: &str) -> String {
    segments(text).flat_map(|segment| ["/", segment]).collect()
}

fn absolute_path_problem(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("it is empty")
    } else if text.contains('\\') {
        Some("it has a `\\`")
    } else if !text.starts_with('/') {
        Some("it does not start with `/`")
    } else if segments(text).next().is_none() {
        Some("nothing can be mounted over `/`")
    } else if segments(text).any(|segment| segment == "..") {
        Some("it has a `..`")
    } else if text.contains(':') {
        Some("it has a `:`")
    } else if text.contains(char::is_control) {
        Some("it has a control character")
    } else if text.len() > 4096 {
        Some("it is longer than 4096 bytes")
    } else {
        None
    }
}

fn http_path_problem(text: &str) -> Option<String> {
    const REFUSED: [&str; 5] = ["//", "/./", "/../", "%2f", "%2F"];
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if !text.starts_with('/') {
        return Some("it does not start with `/`".to_owned());
    }
    if text.contains('#') {
        return Some("a fragment (`#`) is never sent to a server".to_owned());
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=:@%?".contains(c);
    if let Some(stray) = text.chars().find(|c| !allowed(*c)) {
        let stray = if stray == ' ' { "a space".to_owned() } else { quoted(&stray.to_string()) };
        return Some(format!("{stray} must be percent-encoded"));
    }
    let hex = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    if text.match_indices('%').any(|(at, _)| !(hex(at + 1) && hex(at + 2))) {
        return Some("a `%` is not followed by two hexadecimal digits".to_owned());
    }
    let path = text.split('?').next().unwrap_or(text);
    if let Some(sequence) = REFUSED.into_iter().find(|sequence| path.contains(sequence)) {
        return Some(format!("it has `{sequence}`"));
    }
    (path.ends_with("/.") || path.ends_with("/..")).then(|| "it ends with a dot segment".to_owned())
}

#[cfg(test)]
mod tests;
