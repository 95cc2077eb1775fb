//! Finds values that look like secrets, so that none gets from a spec into git, output or a terminal.

use std::ops::Range;

use crate::node::{Entry, Node, Value};
use crate::source::Span;
use crate::values::quoted;

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
    walk(node, Name::None, &mut findings);
    findings
}

/// The parts of a text that have the form of a secret, wherever they stand: in comments, too.
pub fn forms(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(KEY_BEGIN).map(|start| from + start) {
        let end = text[start..].find(KEY_END).map_or(text.len(), |end| start + end + KEY_END.len());
        if text[start..end].contains("PRIVATE KEY") {
            ranges.push(start..end);
        }
        from = end;
    }
    let offset = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let secret = tokens(text).filter(|word| form_of_word(word).is_some());
    ranges.extend(secret.map(|word| offset(word)..offset(word) + word.len()));
    ranges
}

/// The values of lines `NAME: value` and `NAME=value` whose name says that they are secrets: of a
/// text that is no YAML, so that nothing better can be known.
pub fn named_values(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    for part in text.split(['\n', ',', '{', '}', '[', ']']) {
        let Some((name, value)) = part.split_once([':', '=']) else { continue };
        let name = name.rsplit(|letter: char| letter.is_whitespace()).next().unwrap_or_default();
        let value = value.trim();
        if is_named(name.trim_matches(['"', '\'']), value.trim_matches(['"', '\''])) {
            ranges.push(offset(value)..offset(value) + value.len());
        }
    }
    ranges
}

/// A text with `*` in place of everything that has the form of a secret.
pub fn masked(text: &str) -> Option<String> {
    let ranges = forms(text);
    let mut bytes = text.as_bytes().to_vec();
    for range in &ranges {
        bytes[range.clone()].fill(b'*');
    }
    (!ranges.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// What is known of the name before a value.
#[derive(Clone, Copy)]
enum Name<'a> {
    /// There is none, or it is one of a thing that only refers to secrets.
    None,
    /// It may tell that the value is a secret.
    Some(&'a str),
}

fn walk(node: &Node, name: Name<'_>, findings: &mut Vec<Finding>) {
    match &node.value {
        Value::Scalar(scalar) => {
            let named = match name {
                Name::Some(name) if is_named(name, &scalar.text) => Some(reason_of_name(name)),
                Name::Some(_) | Name::None => None,
            };
            let reason = form(&scalar.text).map(|form| format!("it looks like {form}")).or(named);
            findings.extend(reason.map(|reason| Finding { span: node.span, reason }));
        }
        Value::Map(entries) => map(entries, name, findings),
        Value::List(items) => list(items, name, findings),
    }
}

fn map(entries: &[Entry], outer: Name<'_>, findings: &mut Vec<Finding>) {
    // The way in which Kubernetes writes a variable: `{name: HF_TOKEN, value: …}`.
    let variable =
        entries.iter().find(|entry| entry.key == "name").and_then(|entry| match &entry.value.value {
            Value::Scalar(scalar) => Some(scalar.text.as_str()),
            Value::List(_) | Value::Map(_) => None,
        });
    for entry in entries {
        if let Some(form) = form(&entry.key) {
            findings.push(Finding { span: entry.key_span, reason: format!("it looks like {form}") });
        }
        let name = match (entry.key.as_str(), variable, outer) {
            // These fields name a Secret.
            ("secret" | "credentials", ..) => Name::None,
            ("value", Some(variable), _) => Name::Some(variable),
            ("value", None, outer) => outer,
            (key, ..) => Name::Some(key),
        };
        match (&entry.value.value, entry.key.as_str()) {
            (Value::Map(inner), "secretEnv") => references(inner, findings),
            // Their keys are others' words: `auth-secret` of an ingress is the name of a Secret.
            (Value::Map(inner), "labels" | "annotations" | "nodeSelector") => {
                for entry in inner {
                    walk(&entry.value, Name::None, findings);
                }
            }
            _ => walk(&entry.value, name, findings),
        }
    }
}

/// `secretEnv` refers to secrets; a single value in place of a reference is most likely one itself.
fn references(entries: &[Entry], findings: &mut Vec<Finding>) {
    for entry in entries {
        match &entry.value.value {
            Value::Scalar(_) => literal(&entry.value, findings),
            Value::Map(fields) => {
                for field in fields {
                    match (&field.value.value, field.key.as_str()) {
                        (Value::Scalar(_), "value") => literal(&field.value, findings),
                        _ => walk(&field.value, Name::None, findings),
                    }
                }
            }
            Value::List(_) => walk(&entry.value, Name::None, findings),
        }
    }
}

fn literal(node: &Node, findings: &mut Vec<Finding>) {
    if !node.is_null() {
        let reason = "`secretEnv` takes references to Secrets".to_owned();
        findings.push(Finding { span: node.span, reason });
    }
}

/// Arguments name their secrets in the item itself (`--api-key=…`, `TOKEN=… serve`) or in the one
/// before (`--api-key …`).
fn list(items: &[Node], name: Name<'_>, findings: &mut Vec<Finding>) {
    let mut flag = name;
    for item in items {
        let Value::Scalar(scalar) = &item.value else {
            walk(item, name, findings);
            flag = name;
            continue;
        };
        match assigned(&scalar.text) {
            Some(name) => findings.push(Finding { span: item.span, reason: reason_of_name(name) }),
            None => walk(item, flag, findings),
        }
        flag = if scalar.text.starts_with('-') { Name::Some(&scalar.text) } else { name };
    }
}

/// The name of a `NAME=value` in a text that says that the value is a secret.
fn assigned(text: &str) -> Option<&str> {
    let words = text.split(char::is_whitespace).filter_map(|word| word.split_once('='));
    words
        .map(|(name, value)| (name, value.trim_matches(['"', '\''])))
        .find(|(name, value)| is_named(name, value))
        .map(|(name, _)| name)
}

fn reason_of_name(name: &str) -> String {
    format!("its name is {}", quoted(name))
}

/// `TOKEN_FILE`, `PASSWORD_PATH`, `SECRET_NAME` say where a secret is, not what it is.
const PLACES: &[&str] = &[
    "file", "path", "dir", "name", "ref", "url", "uri", "endpoint", "ttl", "limit", "count", "length", "type",
];

/// `EOS_TOKEN`, `--pad-token` are marks in a language model's text.
const MARKS: &[&str] =
    &["bos", "eos", "pad", "unk", "sep", "cls", "mask", "stop", "end", "start", "image", "special"];

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
    let is_mark =
        last == "token" && words.iter().nth_back(1).is_some_and(|word| MARKS.contains(&word.as_str()));
    // `TOKEN: 512` and `USE_TOKEN: true` are settings.
    !is_mark && (is_key || is_token) && value.parse::<f64>().is_err() && !matches!(value, "true" | "false")
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
    value.is_empty() || value.starts_with('/') || value.starts_with('$')
}

const KEY_BEGIN: &str = "-----BEGIN ";
const KEY_END: &str = "-----END ";

/// What a text looks like that is, or holds, a secret.
fn form(text: &str) -> Option<&'static str> {
    if text.contains(KEY_BEGIN) && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    tokens(text).find_map(form_of_word)
}

/// The parts of a text that could be a secret each.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let is_border = |letter: char| letter.is_whitespace() || "\"'=,;&?{}[]()<>".contains(letter);
    text.split(is_border).filter(|word| word.len() >= SHORTEST)
}

/// Nothing shorter has the form of a secret: `a://b:c@d`.
const SHORTEST: usize = 9;

/// Forms that only secrets have, by what their issuers document.
fn form_of_word(word: &str) -> Option<&'static str> {
    const FORMS: &[(&str, usize, &str)] = &[
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
    for (prefix, rest, what) in FORMS {
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
    has_password(word).then_some("an address with a password")
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
        setting("EOS_TOKEN", "</s>");
        setting("HF_TOKEN", "$HF_TOKEN");
    }

    #[test]
    fn only_the_secret_of_a_text_is_masked() {
        let text = "name: Churn # hf_abcdefghijklmnopqrstuvwx, ask Ö";
        assert_eq!(masked(text).as_deref(), Some("name: Churn # ***************************, ask Ö"));
        assert_eq!(masked("nothing in here"), None);
        let shown = |text: &str| {
            named_values(text).into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(shown("env:\n  HF_TOKEN: abc: x\n  LEVEL: info\n{API_KEY: \"d\"}"), ["abc: x", "\"d\""]);
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
