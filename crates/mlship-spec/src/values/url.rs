//! Addresses of the web.

use std::{fmt, net::Ipv6Addr, str::FromStr};

use crate::values::{Invalid, InvalidKind, TextValue, expected, numbers::Port, propose, quoted};

/// An `http` or `https` address without credentials, query and fragment, such as that of Prometheus.
///
/// <https://www.rfc-editor.org/rfc/rfc3986#section-3>. Credentials in it are refused as [`InvalidKind::Secret`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpUrl(WebAddress);

impl HttpUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The host: a name, an IPv4 address, or an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.0.host
    }

    /// The port: the one written, or that of the scheme.
    pub fn port(&self) -> Port {
        self.0.port
    }

    /// The path, which is empty or starts with `/`.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Whether the scheme is `https`.
    pub fn is_encrypted(&self) -> bool {
        self.0.encrypted
    }
}

impl FromStr for HttpUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let address = web_address(text, expected::<Self>)?;
        if address.query.is_some() {
            let message = format!("{} has a query", quoted(text));
            return Err(Invalid::malformed(message, propose::<Self>(text.split('?').next())));
        }
        Ok(Self(address))
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.text)
    }
}

impl TextValue for HttpUrl {
    const EXPECTS: &'static str = "`http://` or `https://`, a host, and perhaps a port and a path";
    const PATTERN: Option<&'static str> = Some(r"^https?://[^\s/?#@]+(/[^\s?#]*)?$");
    const EXAMPLE: &'static str = "http://prometheus.monitoring:9090";
}

serialize_as_text!(HttpUrl);

/// A checked `http` or `https` address, perhaps with a query that holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WebAddress {
    pub(crate) text: String,
    pub(crate) encrypted: bool,
    pub(crate) host: String,
    pub(crate) port: Port,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
}

/// Reads `text` as an `http` or `https` address; what is not one is helped by `expects`.
pub(crate) fn web_address(text: &str, expects: fn() -> String) -> Result<WebAddress, Invalid> {
    refuse_secrets(text)?;
    let refuse = |problem: String| {
        Invalid::malformed(format!("{} is not a web address: {problem}", quoted(text)), expects())
    };
    let (scheme, rest) =
        text.split_once("://").ok_or_else(|| refuse("it has no `http://` or `https://`".to_owned()))?;
    let (encrypted, default_port) = match scheme {
        "https" => (true, 443),
        "http" => (false, 80),
        _ => return Err(refuse(format!("it has the scheme {}", quoted(scheme)))),
    };
    if rest.contains('#') {
        return Err(refuse("it has a fragment (`#`)".to_owned()));
    }
    if let Some(stray) = rest.chars().find(|c| !c.is_ascii_graphic() || "\"<>\\^`{|}".contains(*c)) {
        return Err(refuse(format!("{} must be percent-encoded", quoted(&stray.to_string()))));
    }
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
        _ => (authority, Port::new(default_port)),
    };
    let port = port.ok_or_else(|| refuse("its port is not a port".to_owned()))?;
    if !is_host(host) {
        return Err(refuse(format!("{} is not a host", quoted(host))));
    }
    if path.split('/').any(|segment| segment == "..") {
        return Err(refuse("it has a `..`".to_owned()));
    }
    Ok(WebAddress {
        text: text.to_owned(),
        encrypted,
        host: host.to_ascii_lowercase(),
        port,
        path: path.to_owned(),
        query: query.map(str::to_owned),
    })
}

/// Refuses credentials before the host and in the query, without repeating them.
///
/// Parameters that carry them: AWS signatures
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>), signed URLs of Google
/// (<https://cloud.google.com/storage/docs/authentication/signatures>), shared access signatures of Azure
/// (<https://learn.microsoft.com/rest/api/storageservices/create-service-sas>), and common names for tokens.
pub(crate) fn refuse_secrets(text: &str) -> Result<(), Invalid> {
    const NAMES: [&str; 22] = [
        "access_key",
        "access_token",
        "api-key",
        "api_key",
        "apikey",
        "auth",
        "authorization",
        "awsaccesskeyid",
        "client_secret",
        "credential",
        "jwt",
        "key",
        "passwd",
        "password",
        "private_token",
        "pwd",
        "sas",
        "secret",
        "sig",
        "signature",
        "token",
        "x-api-key",
    ];
    let secret = |what: String| {
        let message = format!("the address carries a secret: {what}");
        let help = "leave it out, and give access by an identity or by an environment variable from a Secret";
        Err(Invalid::malformed(message, help).of_kind(InvalidKind::Secret))
    };
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    if has_credentials(scheme, rest.split(['/', '?', '#']).next().unwrap_or(rest)) {
        return secret("credentials before the `@`".to_owned());
    }
    let parameters = rest.split_once('?').map_or("", |(_, query)| query);
    for parameter in parameters.split(['&', ';']) {
        let name = parameter.split('=').next().unwrap_or(parameter);
        let lower = name.to_ascii_lowercase();
        if NAMES.contains(&lower.as_str()) || lower.starts_with("x-amz-") || lower.starts_with("x-goog-") {
            return secret(format!("the parameter {}", quoted(name)));
        }
    }
    Ok(())
}

/// Whether an `@` before the first slash ends credentials, and not a container of Azure or the name of an image.
fn has_credentials(scheme: &str, authority: &str) -> bool {
    let Some((before, after)) = authority.rsplit_once('@') else { return false };
    match scheme {
        "abfs" | "abfss" | "hf" => before.contains(':'),
        "oci" => !after.starts_with("sha"),
        _ => true,
    }
}

/// Whether `host` is a DNS name, an IPv4 address, or an IPv6 address in brackets.
pub(crate) fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let edge = |c: char| c.is_ascii_alphanumeric();
    host.len() <= 253
        && host.split('.').all(|label| {
            let inner = label.chars().all(|c| edge(c) || c == '-');
            label.len() <= 63 && label.starts_with(edge) && label.ends_with(edge) && inner
        })
}

#[cfg(test)]
mod tests;
