//! What is wrong with a name, if anything: one function for each type.

use std::net::IpAddr;

/// The longest DNS label (<https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>).
pub(super) const LABEL_MAX: usize = 63;
/// The longest name of most Kubernetes objects.
const SUBDOMAIN_MAX: usize = 253;
/// The longest IANA service name.
const PORT_NAME_MAX: usize = 15;

pub(super) fn dns_label(text: &str) -> Option<String> {
    label_of_length(text, LABEL_MAX)
}

pub(super) fn service_name(text: &str) -> Option<String> {
    dns_label(text).or_else(|| starts_with_digit(text))
}

pub(super) fn port_name(text: &str) -> Option<String> {
    label_of_length(text, PORT_NAME_MAX).or_else(|| {
        if text.contains("--") {
            Some("it has `--`".to_owned())
        } else {
            let letter = text.contains(|c: char| c.is_ascii_lowercase());
            (!letter).then(|| "it has no letter".to_owned())
        }
    })
}

pub(super) fn dns_subdomain(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let part = |part: &str| {
        if part.is_empty() { Some("it has `..`".to_owned()) } else { bad_edge(part, |c| c != '-') }
    };
    too_long(text, SUBDOMAIN_MAX)
        .or_else(|| stray(text, allowed, "a lower-case letter, digit, `-` or `.`"))
        .or_else(|| bad_edge(text, |c| !matches!(c, '-' | '.')))
        .or_else(|| text.split('.').find_map(part))
}

pub(super) fn hostname(text: &str) -> Option<String> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if bare.parse::<IpAddr>().is_ok() {
        Some("it is an IP address".to_owned())
    } else if text.contains("://") {
        Some("it has a scheme".to_owned())
    } else {
        too_long(text, SUBDOMAIN_MAX).or_else(|| dns_subdomain(text.strip_prefix("*.").unwrap_or(text)))
    }
}

pub(super) fn label_key(text: &str) -> Option<String> {
    match text.split_once('/') {
        None => label_name(text),
        Some((_, name)) if name.contains('/') => Some("it has more than one `/`".to_owned()),
        Some(("", _)) => Some("nothing is before the `/`".to_owned()),
        Some((_, "")) => Some("nothing is after the `/`".to_owned()),
        Some((prefix, name)) => dns_subdomain(prefix)
            .map(|problem| format!("before the `/`, {problem}"))
            .or_else(|| label_name(name).map(|problem| format!("after the `/`, {problem}"))),
    }
}

pub(super) fn annotation_key(text: &str) -> Option<String> {
    label_key(&text.to_ascii_lowercase())
}

pub(super) fn label_value(text: &str) -> Option<String> {
    if text.is_empty() { None } else { label_name(text) }
}

pub(super) fn env_name(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    stray(text, allowed, "a letter, digit, `_`, `-` or `.`")
        .or_else(|| starts_with_digit(text))
        .or_else(|| like_a_path(text))
}

pub(super) fn secret_key(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    too_long(text, SUBDOMAIN_MAX)
        .or_else(|| stray(text, allowed, "a letter, digit, `-`, `_` or `.`"))
        .or_else(|| like_a_path(text))
}

pub(super) fn model_name(text: &str) -> Option<String> {
    // KServe refuses a path with `..` anywhere in it.
    label_name(text).or_else(|| text.contains("..").then(|| "it has `..`".to_owned()))
}

pub(super) fn header_name(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    stray(text, allowed, "a letter, digit, `-` or `_`")
}

pub(super) fn resource_name(text: &str) -> Option<String> {
    if !text.contains('/') {
        Some("it has no vendor before a `/`".to_owned())
    } else if text.contains("kubernetes.io/") {
        Some("names under `kubernetes.io/` belong to Kubernetes itself".to_owned())
    } else if text.starts_with("requests.") {
        Some("`requests.` is for quotas".to_owned())
    } else {
        // A quota names it `requests.<name>`, which has to fit too.
        label_key(text).or_else(|| label_key(&format!("requests.{text}")))
    }
}

fn label_of_length(text: &str, longest: usize) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    too_long(text, longest)
        .or_else(|| stray(text, allowed, "a lower-case letter, digit or `-`"))
        .or_else(|| bad_edge(text, |c| c != '-'))
}

fn label_name(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    too_long(text, LABEL_MAX)
        .or_else(|| stray(text, allowed, "a letter, digit, `-`, `_` or `.`"))
        .or_else(|| bad_edge(text, |c| c.is_ascii_alphanumeric()))
}

/// `hasChDirPrefix`: a key or variable must not read as a way out of a folder.
fn like_a_path(text: &str) -> Option<String> {
    if text == "." {
        return Some("`.` is a folder".to_owned());
    }
    text.starts_with("..").then(|| "it starts with `..`".to_owned())
}

fn too_long(text: &str, longest: usize) -> Option<String> {
    let length = text.chars().count();
    (length > longest).then(|| format!("it has {length} characters, and {longest} is the most"))
}

fn stray(text: &str, allowed: fn(char) -> bool, wanted: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    let stray = text.chars().find(|c| !allowed(*c))?;
    let shown = match stray {
        ' ' => "a space".to_owned(),
        _ => crate::values::quoted(stray.encode_utf8(&mut [0; 4])),
    };
    Some(format!("{shown} is not {wanted}"))
}

fn starts_with_digit(text: &str) -> Option<String> {
    text.starts_with(|first: char| first.is_ascii_digit()).then(|| "it starts with a digit".to_owned())
}

fn bad_edge(text: &str, allowed: fn(char) -> bool) -> Option<String> {
    let first = text.chars().next()?;
    let last = text.chars().next_back()?;
    if !allowed(first) {
        return Some(format!("it starts with `{first}`"));
    }
    (!allowed(last)).then(|| format!("it ends with `{last}`"))
}
