//! The name nearest to a text that is none, for the help of a refusal. The rules have the last
//! word on it; a name that is too long is left to its author, since any cut could meet another name.

pub(super) fn dns_label(text: &str) -> Option<String> {
    text.is_ascii().then(|| dns_like(text))
}

pub(super) fn dns_subdomain(text: &str) -> Option<String> {
    let parts: Vec<_> = text.split('.').map(dns_like).filter(|part| !part.is_empty()).collect();
    text.is_ascii().then(|| parts.join("."))
}

pub(super) fn service_name(text: &str) -> Option<String> {
    let name = dns_label(text)?;
    let digit_first = name.starts_with(|first: char| first.is_ascii_digit());
    Some(if digit_first { dns_like(&format!("svc-{name}")) } else { name })
}

pub(super) fn port_name(text: &str) -> Option<String> {
    let name = dns_like(text);
    let only_digits = name.chars().all(|c| c.is_ascii_digit());
    text.is_ascii().then(|| if only_digits { format!("port-{name}") } else { name })
}

pub(super) fn hostname(text: &str) -> Option<String> {
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = host.split(['/', ':', '?', '#']).next()?;
    Some(host.trim_matches('.').to_ascii_lowercase())
}

pub(super) fn label_key(text: &str) -> Option<String> {
    match text.split_once('/') {
        None => label_value(text),
        Some((prefix, name)) if !name.contains('/') => {
            Some(format!("{}/{}", prefix.to_ascii_lowercase(), label_value(name)?))
        }
        Some(_) => None,
    }
}

pub(super) fn label_value(text: &str) -> Option<String> {
    let value = plain(text, '-', |c| matches!(c, '-' | '_' | '.'))?;
    let value = value.trim_matches(['-', '_', '.']);
    (!value.is_empty()).then(|| value.to_owned())
}

pub(super) fn model_name(text: &str) -> Option<String> {
    let parts: Vec<_> =
        label_value(text)?.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    Some(parts.join("."))
}

pub(super) fn env_name(text: &str) -> Option<String> {
    let name = plain(text, '_', |c| matches!(c, '_' | '.'))?;
    let digit_first = name.starts_with(|first: char| first.is_ascii_digit());
    Some(if digit_first { format!("_{name}") } else { name })
}

pub(super) fn secret_key(text: &str) -> Option<String> {
    let key = plain(text, '-', |c| matches!(c, '-' | '_' | '.'))?;
    Some(key.trim_matches(['-', '.']).to_owned())
}

pub(super) fn resource_name(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    match lower.as_str() {
        "gpu" | "gpus" | "nvidia" | "nvidia/gpu" | "nvidia.com/gpus" => Some("nvidia.com/gpu".to_owned()),
        "amd" | "amd/gpu" => Some("amd.com/gpu".to_owned()),
        _ if lower.starts_with("mig-") => Some(format!("nvidia.com/{lower}")),
        _ => label_key(text),
    }
}

/// `text` with `filler` for whatever is no letter, digit or `allowed`; nothing for a text beyond ASCII.
fn plain(text: &str, filler: char, allowed: fn(char) -> bool) -> Option<String> {
    let fit = |c: char| if c.is_ascii_alphanumeric() || allowed(c) { c } else { filler };
    text.is_ascii().then(|| text.trim().chars().map(fit).collect())
}

/// The DNS label nearest to `text`: `Churn_Predictor` and `ChurnPredictor` give `churn-predictor`.
fn dns_like(text: &str) -> String {
    let mut name = String::new();
    let mut after_lower = false;
    for character in text.chars() {
        if after_lower && character.is_ascii_uppercase() {
            name.push('-');
        }
        after_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        if character.is_ascii_alphanumeric() {
            name.push(character.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.trim_matches('-').to_owned()
}
