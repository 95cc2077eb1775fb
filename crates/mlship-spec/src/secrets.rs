//! Finds values that look like secrets, so that none gets from a spec into git, output or a terminal.

use crate::node::{Node, Value};
use crate::source::Span;

/// A value that looks like a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands.
    pub span: Span,
    /// Why it is taken for one: half a sentence that does not hold it.
    pub reason: String,
}

/// Every value of a tree that looks like a secret, by its own form or by the name before it.
pub fn find(node: &Node) -> Vec<Finding> {
    let mut findings = Vec::new();
    walk(node, "", &mut findings);
    findings
}

fn walk(node: &Node, key: &str, findings: &mut Vec<Finding>) {
    match &node.value {
        Value::Scalar(scalar) => {
            let reason = form(&scalar.text)
                .map(|form| format!("it looks like {form}"))
                .or_else(|| is_named(key, &scalar.text).then(|| format!("its name is `{key}`")));
            if let Some(reason) = reason {
                findings.push(Finding { span: node.span, reason });
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                // Only names that the user chose tell; `tls.secret` is a field, and holds a name.
                if entry.key == "env" && matches!(entry.value.value, Value::Map(_)) {
                    environment(&entry.value, findings);
                } else {
                    walk(&entry.value, "", findings);
                }
            }
        }
        Value::List(items) => list(items, findings),
    }
}

/// Environment variables are told by their names as well.
fn environment(node: &Node, findings: &mut Vec<Finding>) {
    let Value::Map(entries) = &node.value else { return };
    for entry in entries {
        walk(&entry.value, &entry.key, findings);
    }
}

/// Arguments name their secrets in the item itself (`--api-key=…`) or in the one before (`--api-key …`).
fn list(items: &[Node], findings: &mut Vec<Finding>) {
    let mut flag = String::new();
    for item in items {
        let Value::Scalar(scalar) = &item.value else {
            walk(item, "", findings);
            continue;
        };
        let named = scalar.text.starts_with("--").then(|| scalar.text.split_once('=')).flatten();
        match named {
            Some((name, value)) if is_named(name, value) => {
                findings.push(Finding { span: item.span, reason: format!("its name is `{name}`") });
            }
            _ => walk(item, &flag, findings),
        }
        flag = if scalar.text.starts_with('-') { scalar.text.clone() } else { String::new() };
    }
}

/// `TOKEN_FILE`, `PASSWORD_PATH`, `SECRET_NAME` say where a secret is, not what it is.
const PLACES: &[&str] = &[
    "file", "path", "dir", "name", "ref", "url", "uri", "endpoint", "ttl", "limit", "count", "length", "type",
];

/// Whether a name says that its value is a secret, and the value could be one.
fn is_named(name: &str, value: &str) -> bool {
    let words = words(name);
    let Some(last) = words.last() else { return false };
    if PLACES.contains(&last.as_str()) || is_reference(value) {
        return false;
    }
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    if has("password") || has("passwd") || has("passphrase") || has("credentials") {
        return true;
    }
    let is_key = last == "key"
        && ["api", "access", "secret", "private", "auth", "encryption"].iter().any(|word| has(word));
    let is_token = last == "token"
        || last == "secret"
        || last == "apikey"
        || words.ends_with(&["key".into(), "id".into()]);
    // `TOKEN: 512` and `USE_TOKEN: true` are settings.
    (is_key || is_token) && value.parse::<f64>().is_err() && !matches!(value, "true" | "false")
}

/// `LOWER_CASE` words of a name, whether it is written `HF_TOKEN`, `hf-token` or `hfToken`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && previous_lower) {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.last_mut().expect("starts with one").extend(letter.to_lowercase());
        }
        previous_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Nothing, a path, or another variable: not a secret, whatever it is called.
fn is_reference(value: &str) -> bool {
    value.is_empty() || value.starts_with('/') || (value.starts_with("$(") && value.ends_with(')'))
}

/// Forms that only secrets have, by what their issuers document.
fn form(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let forms: &[(&str, usize, &'static str)] = &[
        ("hf_", 20, "a Hugging Face token"),
        ("ghp_", 30, "a GitHub token"),
        ("gho_", 30, "a GitHub token"),
        ("github_pat_", 30, "a GitHub token"),
        ("glpat-", 16, "a GitLab token"),
        ("xoxb-", 20, "a Slack token"),
        ("AKIA", 16, "an AWS access key"),
        ("ASIA", 16, "an AWS access key"),
        ("AIza", 30, "a Google API key"),
        ("sk-", 20, "an API key"),
        ("nvapi-", 20, "an NVIDIA API key"),
    ];
    for word in text.split(|letter: char| letter.is_whitespace() || "\"'=,;&?{}[]()<>".contains(letter)) {
        for (prefix, rest, what) in forms {
            if let Some(tail) = word.strip_prefix(prefix)
                && tail.len() >= *rest
                && tail.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
            {
                return Some(what);
            }
        }
        if is_jwt(word) {
            return Some("a JSON web token");
        }
        if has_password(word) {
            return Some("an address with a password");
        }
    }
    None
}

/// Three base64url parts, the first of which is `{"` in base64.
fn is_jwt(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    word.starts_with("eyJ")
        && parts.len() == 3
        && parts.iter().all(|part| {
            part.len() >= 10 && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        })
}

/// `scheme://user:password@host`, where the password is no variable.
fn has_password(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    user.split_once(':').is_some_and(|(_, password)| !password.is_empty() && !password.starts_with('$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_secrets_from_settings() {
        let secret = |name: &str, value: &str| assert!(is_named(name, value), "{name}={value}");
        let setting = |name: &str, value: &str| assert!(!is_named(name, value), "{name}={value}");
        secret("HF_TOKEN", "abc");
        secret("OPENAI_API_KEY", "abc");
        secret("AWS_SECRET_ACCESS_KEY", "abc");
        secret("AWS_ACCESS_KEY_ID", "abc");
        secret("dbPassword", "123456");
        secret("--api-key", "abc");
        setting("MAX_TOKENS", "4096");
        setting("TOKENIZERS_PARALLELISM", "false");
        setting("HF_TOKEN_FILE", "abc");
        setting("HF_TOKEN", "$(OTHER)");
        setting("PAD_TOKEN", "0");
        setting("USE_AUTH_TOKEN", "true");
        setting("PRIMARY_KEY", "id");
    }

    #[test]
    fn forms_are_seen_inside_text() {
        assert_eq!(form("token = 'hf_abcdefghijklmnopqrstuvwx'"), Some("a Hugging Face token"));
        assert_eq!(form("postgres://ml:geheim@db.example.com/x"), Some("an address with a password"));
        assert_eq!(form("postgres://ml:$(PASSWORD)@db.example.com/x"), None);
        assert_eq!(form("sk-learn"), None);
        assert_eq!(form("s3://models/churn/v3"), None);
    }
}
