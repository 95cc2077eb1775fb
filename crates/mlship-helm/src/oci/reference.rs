//! The place of a chart in a registry.

use std::fmt;
use std::str::FromStr;

/// A registry, and a folder of repositories in it: `oci://host[:port][/path]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    host: String,
    path: String,
}

/// Why a text is no place in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAPlace(String);

impl fmt::Display for NotAPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for NotAPlace {}

impl Place {
    /// The host, with its port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The repository of a chart: `path/name`.
    pub fn repository(&self, chart: &str) -> String {
        if self.path.is_empty() { chart.to_owned() } else { format!("{}/{chart}", self.path) }
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.path.is_empty() { "" } else { "/" };
        write!(formatter, "oci://{}{separator}{}", self.host, self.path)
    }
}

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let wrong =
            |why: &str| NotAPlace(format!("`{}` is no place in a registry: {why}", without_secret(text)));
        let place = text.strip_prefix("oci://").ok_or_else(|| wrong("write `oci://host/path`"))?;
        if place.contains('@') {
            return Err(wrong("credentials and digests don't belong there"));
        }
        let (host, path) =
            place.trim_end_matches('/').split_once('/').unwrap_or((place.trim_end_matches('/'), ""));
        if !is_host(host) {
            return Err(wrong("the host is not one"));
        }
        if path.contains(':') {
            return Err(wrong("the version comes from the chart, leave the tag out"));
        }
        if !path.is_empty() && !path.split('/').all(is_component) {
            return Err(wrong(
                "a path has lower-case letters and digits, with `.`, `_`, `__` or `-` between them",
            ));
        }
        Ok(Self { host: host.to_owned(), path: path.to_owned() })
    }
}

/// Whether a host, with or without a port, is this machine.
pub fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, _)) if !host.ends_with(']') => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn without_secret(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, after)) => format!("oci://…@{after}"),
        None => text.to_owned(),
    }
}

fn is_host(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !host.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    let is_ipv6 = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|inside| inside.parse::<std::net::Ipv6Addr>().is_ok());
    (is_name || is_ipv6) && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

/// <https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests>
fn is_component(component: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let edges = component.starts_with(is_letter) && component.ends_with(is_letter);
    let separators = component
        .split(is_letter)
        .all(|it| matches!(it, "" | "." | "_" | "__") || it.chars().all(|c| c == '-'));
    edges && separators
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn places_are_read_and_others_refused_with_a_reason() {
        for (text, host, repository) in [
            ("oci://ghcr.io/acme/charts", "ghcr.io", "acme/charts/it"),
            ("oci://localhost:5000", "localhost:5000", "it"),
            ("oci://[::1]:5000/a/", "[::1]:5000", "a/it"),
        ] {
            let place: Place = text.parse().expect(text);
            assert_eq!((place.host(), place.repository("it").as_str()), (host, repository));
        }
        for (text, reason) in [
            ("https://ghcr.io/acme", "write `oci://host/path`"),
            ("oci://user:word@ghcr.io/acme", "credentials and digests don't belong there"),
            ("oci://ghcr.io/acme:1.0", "leave the tag out"),
            ("oci://ghcr.io/Acme", "lower-case"),
            ("oci:///acme", "the host is not one"),
            ("oci://ghcr.io:0/acme", "the host is not one"),
        ] {
            let said = text.parse::<Place>().expect_err(text).to_string();
            assert!(said.contains(reason) && !said.contains("word"), "{said}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (text, expected) in [
            ("oci://localhost:5000", true),
            ("oci://127.0.0.1:5000/a", true),
            ("oci://[::1]:5000", true),
            ("oci://[::1]", true),
            ("oci://ghcr.io", false),
            ("oci://localhost.example.com", false),
        ] {
            assert_eq!(text.parse::<Place>().expect(text).is_loopback(), expected, "{text}");
        }
    }
}
