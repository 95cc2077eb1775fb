//! Names of Kubernetes objects and of what is in them.
//!
//! Object names become file paths, so it matters that `.`, `..`, slashes, backslashes, colons and NUL are in
//! none of [`DnsLabel`], [`DnsSubdomain`], [`ServiceName`], [`PortName`] and [`SecretKey`].
//!
//! Source of the rules, where a type names no other:
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go>.

use std::net::IpAddr;

use crate::values::{Invalid, TextValue, expected, propose, quoted};

checked_text! {
    /// A name of at most 63 characters that can stand in a host name: RFC 1123 label (`IsDNS1123Label`).
    ///
    /// Names of namespaces, containers and volumes must be one; a Deployment's should be, since its pods' host
    /// names and labels carry it.
    DnsLabel checked by check_dns_label,
    expects: "lower-case letters, digits and `-`, starting and ending with a letter or digit, at most 63 characters",
    pattern: Some("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"),
    example: "churn-predictor",
}

checked_text! {
    /// A name of at most 253 characters made of labels with dots between them: RFC 1123 subdomain
    /// (`IsDNS1123Subdomain`).
    ///
    /// Most objects are named so: Secrets, claims, storage, runtime, ingress and priority classes.
    DnsSubdomain checked by check_dns_subdomain,
    expects: "lower-case letters, digits, `-` and `.`, each part starting and ending with a letter or digit, at most 253 characters",
    pattern: Some(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"),
    example: "ghcr-pull-secret",
}

checked_text! {
    /// The name of a Service: an RFC 1035 label (`IsDNS1035Label`), which starts with a letter.
    ///
    /// Newer versions can relax this (gate `RelaxedServiceNameValidation`); this is what every version accepts.
    ServiceName checked by check_service_name,
    expects: "lower-case letters, digits and `-`, starting with a letter and ending with a letter or digit, at most 63 characters",
    pattern: Some("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"),
    example: "churn-predictor",
}

checked_text! {
    /// A host name that an Ingress or a route answers to; the first label may be `*`.
    ///
    /// An IP address is refused, as in
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/networking/validation/validation.go>
    /// (`validateIngressRules`).
    Hostname checked by check_hostname,
    expects: "a host name in lower case, without scheme, port or path; the first part may be `*`",
    pattern: Some(r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"),
    example: "churn.api.example.com",
}

checked_text! {
    /// The key of a label, of a node selector or of a taint: `IsLabelKey` in
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/api/validate/content/kube.go>.
    LabelKey checked by check_label_key,
    expects: "letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit, at most 63 characters, after an optional DNS name and `/`",
    pattern: Some(
        r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
    ),
    example: "app.kubernetes.io/part-of",
}

checked_text! {
    /// The value of a label, of a node selector or of a taint; it may be empty: `IsLabelValue` in
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/api/validate/content/kube.go>.
    LabelValue checked by check_label_value,
    expects: "nothing, or letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit, at most 63 characters",
    pattern: Some("^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$"),
    example: "recommendations",
}

checked_text! {
    /// The key of an annotation: a label key whose prefix may have capitals (`ValidateAnnotations` in
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go>).
    AnnotationKey checked by check_annotation_key,
    expects: "letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit, at most 63 characters, after an optional DNS name and `/`",
    pattern: Some(
        r"^([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
    ),
    example: "prometheus.io/scrape",
}

checked_text! {
    /// The name of an environment variable: `IsEnvVarName`, which every version accepts.
    ///
    /// Since 1.34 the API server accepts any printable ASCII but `=`
    /// (<https://kep.k8s.io/4369>), which shells and other targets do not; [`EnvName::is_c_identifier`] tells
    /// the names that they all can read.
    EnvName checked by check_env_name,
    expects: "letters, digits, `_`, `-` and `.`, not starting with a digit",
    pattern: Some("^[-._a-zA-Z][-._a-zA-Z0-9]*$"),
    example: "LOG_LEVEL",
}

checked_text! {
    /// The name of a port: an IANA service name of at most 15 characters with a letter in it (`IsValidPortName`,
    /// <https://www.rfc-editor.org/rfc/rfc6335#section-5.1>).
    PortName checked by check_port_name,
    expects: "lower-case letters, digits and single `-` between them, at least one letter, at most 15 characters",
    pattern: Some("^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$"),
    example: "http-metrics",
}

checked_text! {
    /// A key in the data of a Secret or `ConfigMap`, which is also a file name where it is mounted
    /// (`IsConfigMapKey`).
    SecretKey checked by check_secret_key,
    expects: "letters, digits, `-`, `_` and `.`, not starting with `..`, at most 253 characters",
    pattern: Some("^[-._a-zA-Z0-9]{1,253}$"),
    example: "hf-token",
}

checked_text! {
    /// The name of an extended resource, such as a GPU: `IsExtendedResourceName` in
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/v1/helper/helpers.go>.
    ///
    /// `cpu`, `memory` and whatever is under `kubernetes.io/` are no extended resources.
    ResourceName checked by check_resource_name,
    expects: "a DNS name, `/` and a name of letters, digits, `-`, `_` and `.`",
    pattern: Some(
        r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
    ),
    example: "nvidia.com/gpu",
}

impl From<DnsLabel> for DnsSubdomain {
    fn from(label: DnsLabel) -> Self {
        Self(label.0)
    }
}

impl From<ServiceName> for DnsLabel {
    fn from(name: ServiceName) -> Self {
        Self(name.0)
    }
}

impl From<DnsLabel> for LabelValue {
    fn from(label: DnsLabel) -> Self {
        Self(label.0)
    }
}

impl From<LabelKey> for AnnotationKey {
    fn from(key: LabelKey) -> Self {
        Self(key.0)
    }
}

impl DnsLabel {
    /// This name with `-` and `suffix` after it.
    ///
    /// Where that is longer than 63 characters the name is cut and eight digits of its hash are added, so that two
    /// long names with the same beginning stay apart.
    #[must_use]
    pub fn suffixed(&self, suffix: &DnsLabel) -> Self {
        let whole = format!("{self}-{suffix}");
        if whole.len() <= LABEL_MAX {
            return Self(whole);
        }
        let digits = format!("{:08x}", fnv1a(&whole));
        let kept = suffix.0.len().min(LABEL_MAX / 2);
        let stem = self.0[..LABEL_MAX - kept - digits.len() - 2].trim_end_matches('-');
        let suffix = suffix.0[..kept].trim_end_matches('-');
        Self(format!("{stem}-{digits}-{suffix}"))
    }

    /// This name as a Service's, or why it can't be one.
    pub fn to_service_name(&self) -> Result<ServiceName, Invalid> {
        self.0.parse()
    }
}

impl Hostname {
    /// Whether the first label is `*`.
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }
}

impl LabelKey {
    /// The part before `/`, if there is one.
    pub fn prefix(&self) -> Option<&str> {
        self.0.split_once('/').map(|(prefix, _)| prefix)
    }
}

impl LabelValue {
    /// The empty value.
    pub const EMPTY: Self = Self(String::new());
}

impl EnvName {
    /// Whether the name is `[A-Za-z_][A-Za-z0-9_]*`, which shells and managed endpoints can read too.
    pub fn is_c_identifier(&self) -> bool {
        !self.0.contains(['-', '.'])
    }
}

impl ResourceName {
    /// A name from our own tables, which tests check against the grammar.
    pub(crate) fn known(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    /// The vendor's DNS name, before `/`.
    pub fn vendor(&self) -> &str {
        self.0.split_once('/').map_or("", |(vendor, _)| vendor)
    }
}

const LABEL_MAX: usize = 63;
const SUBDOMAIN_MAX: usize = 253;

fn check_dns_label(text: &str) -> Result<(), Invalid> {
    judge::<DnsLabel>(text, "a Kubernetes name", dns_label_problem(text, LABEL_MAX), || {
        Some(dns_like(text, LABEL_MAX))
    })
}

fn check_dns_subdomain(text: &str) -> Result<(), Invalid> {
    let suggestion = || {
        let parts: Vec<_> =
            text.split('.').map(|part| dns_like(part, LABEL_MAX)).filter(|part| !part.is_empty()).collect();
        Some(parts.join("."))
    };
    judge::<DnsSubdomain>(text, "a Kubernetes object name", dns_subdomain_problem(text), suggestion)
}

fn check_service_name(text: &str) -> Result<(), Invalid> {
    let problem = dns_label_problem(text, LABEL_MAX).or_else(|| {
        text.starts_with(|first: char| first.is_ascii_digit()).then(|| "it starts with a digit".to_owned())
    });
    let suggestion = || {
        let name = dns_like(text, LABEL_MAX);
        let digit_first = name.starts_with(|first: char| first.is_ascii_digit());
        Some(if digit_first { dns_like(&format!("svc-{name}"), LABEL_MAX) } else { name })
    };
    judge::<ServiceName>(text, "a Service name", problem, suggestion)
}

fn check_hostname(text: &str) -> Result<(), Invalid> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let problem = if bare.parse::<IpAddr>().is_ok() {
        Some("it is an IP address".to_owned())
    } else if text.contains("://") {
        Some("it has a scheme".to_owned())
    } else {
        too_long(text, SUBDOMAIN_MAX)
            .or_else(|| dns_subdomain_problem(text.strip_prefix("*.").unwrap_or(text)))
    };
    let suggestion = || {
        let host = text.split_once("://").map_or(text, |(_, rest)| rest);
        let host = host.split(['/', ':', '?', '#']).next()?;
        let host = host.trim_matches('.').to_lowercase();
        (host.parse::<IpAddr>().is_err() && !host.contains('_')).then_some(host)
    };
    judge::<Hostname>(text, "a host name", problem, suggestion)
}

fn check_label_key(text: &str) -> Result<(), Invalid> {
    judge::<LabelKey>(text, "a label key", label_key_problem(text), || qualified_like(text))
}

fn check_annotation_key(text: &str) -> Result<(), Invalid> {
    let problem = label_key_problem(&text.to_ascii_lowercase());
    judge::<AnnotationKey>(text, "an annotation key", problem, || qualified_like(text))
}

fn check_label_value(text: &str) -> Result<(), Invalid> {
    let problem = if text.is_empty() { None } else { label_name_problem(text) };
    judge::<LabelValue>(text, "a label value", problem, || Some(label_like(text)))
}

fn check_env_name(text: &str) -> Result<(), Invalid> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let problem = stray_character(text, allowed, "letters, digits, `_`, `-` and `.`").or_else(|| {
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            Some("it starts with a digit".to_owned())
        } else {
            path_like_problem(text)
        }
    });
    let suggestion = || {
        let name: String =
            text.trim().chars().map(|c| if allowed(c) && c != '-' { c } else { '_' }).collect();
        let digit_first = name.starts_with(|first: char| first.is_ascii_digit());
        text.is_ascii().then_some(if digit_first { format!("_{name}") } else { name })
    };
    judge::<EnvName>(text, "the name of an environment variable", problem, suggestion)
}

fn check_port_name(text: &str) -> Result<(), Invalid> {
    let problem = dns_label_problem(text, 15).or_else(|| {
        if text.contains("--") {
            Some("it has `--`".to_owned())
        } else if text.contains(|c: char| c.is_ascii_lowercase()) {
            None
        } else {
            Some("it has no letter".to_owned())
        }
    });
    judge::<PortName>(text, "a port name", problem, || {
        let name = dns_like(text, 15);
        let only_digits = name.chars().all(|c| c.is_ascii_digit());
        Some(if only_digits { format!("port-{name}") } else { name })
    })
}

fn check_secret_key(text: &str) -> Result<(), Invalid> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let problem = too_long(text, SUBDOMAIN_MAX)
        .or_else(|| stray_character(text, allowed, "letters, digits, `-`, `_` and `.`"))
        .or_else(|| path_like_problem(text));
    let suggestion = || {
        let key: String = text.trim().chars().map(|c| if allowed(c) { c } else { '-' }).collect();
        text.is_ascii().then(|| key.trim_matches(['-', '.']).to_owned())
    };
    judge::<SecretKey>(text, "a key of a Secret or ConfigMap", problem, suggestion)
}

fn check_resource_name(text: &str) -> Result<(), Invalid> {
    let problem = if !text.contains('/') {
        Some("it has no vendor before a `/`".to_owned())
    } else if text.contains("kubernetes.io/") {
        Some("names under `kubernetes.io/` belong to Kubernetes itself".to_owned())
    } else if text.starts_with("requests.") {
        Some("`requests.` is for quotas".to_owned())
    } else {
        // A quota names it `requests.<name>`, which has to fit too.
        label_key_problem(text).or_else(|| label_key_problem(&format!("requests.{text}")))
    };
    let suggestion = || match text.to_ascii_lowercase().as_str() {
        "gpu" | "gpus" | "nvidia" | "nvidia/gpu" | "nvidia.com/gpus" => Some("nvidia.com/gpu".to_owned()),
        "amd" | "amd/gpu" => Some("amd.com/gpu".to_owned()),
        lower if lower.starts_with("mig-") => Some(format!("nvidia.com/{lower}")),
        _ => qualified_like(text),
    };
    judge::<ResourceName>(text, "an extended resource", problem, suggestion)
}

/// Turns a `problem` with `text` into a refusal that proposes what `suggestion` returns.
fn judge<T: TextValue>(
    text: &str,
    noun: &str,
    problem: Option<String>,
    suggestion: impl FnOnce() -> Option<String>,
) -> Result<(), Invalid> {
    let Some(problem) = problem else { return Ok(()) };
    if text.is_empty() {
        return Err(Invalid::malformed(format!("{noun} is missing: the text is empty"), expected::<T>()));
    }
    Err(Invalid::malformed(format!("{} is not {noun}: {problem}", quoted(text)), propose::<T>(suggestion())))
}

fn dns_label_problem(text: &str, longest: usize) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    too_long(text, longest)
        .or_else(|| stray_character(text, allowed, "lower-case letters, digits and `-`"))
        .or_else(|| edge_problem(text, |c| c != '-'))
}

fn dns_subdomain_problem(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    too_long(text, SUBDOMAIN_MAX)
        .or_else(|| stray_character(text, allowed, "lower-case letters, digits, `-` and `.`"))
        .or_else(|| edge_problem(text, |c| !matches!(c, '-' | '.')))
        .or_else(|| {
            text.split('.').find_map(|part| {
                if part.is_empty() {
                    Some("it has `..`".to_owned())
                } else {
                    edge_problem(part, |c| c != '-')
                }
            })
        })
}

fn label_key_problem(text: &str) -> Option<String> {
    match text.split_once('/') {
        None => label_name_problem(text),
        Some((_, name)) if name.contains('/') => Some("it has more than one `/`".to_owned()),
        Some(("", _)) => Some("nothing is before the `/`".to_owned()),
        Some((_, "")) => Some("nothing is after the `/`".to_owned()),
        Some((prefix, name)) => dns_subdomain_problem(prefix)
            .map(|problem| format!("before the `/`, {problem}"))
            .or_else(|| label_name_problem(name).map(|problem| format!("after the `/`, {problem}"))),
    }
}

fn label_name_problem(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    too_long(text, LABEL_MAX)
        .or_else(|| stray_character(text, allowed, "letters, digits, `-`, `_` and `.`"))
        .or_else(|| edge_problem(text, |c| c.is_ascii_alphanumeric()))
}

/// `hasChDirPrefix`: a key or variable must not read as a way out of a folder.
fn path_like_problem(text: &str) -> Option<String> {
    if text == "." {
        return Some("`.` is a folder".to_owned());
    }
    text.starts_with("..").then(|| "it starts with `..`".to_owned())
}

fn too_long(text: &str, longest: usize) -> Option<String> {
    let length = text.len();
    (length > longest).then(|| format!("it has {length} characters, and {longest} is the most"))
}

fn stray_character(text: &str, allowed: fn(char) -> bool, listed: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    let stray = text.chars().find(|c| !allowed(*c))?;
    let stray = if stray == ' ' { "a space".to_owned() } else { quoted(stray.encode_utf8(&mut [0; 4])) };
    Some(format!("{stray} is not one of {listed}"))
}

fn edge_problem(text: &str, allowed: fn(char) -> bool) -> Option<String> {
    let first = text.chars().next()?;
    let last = text.chars().next_back()?;
    if !allowed(first) {
        return Some(format!("it starts with `{first}`"));
    }
    (!allowed(last)).then(|| format!("it ends with `{last}`"))
}

/// The DNS label nearest to `text`: `Churn_Predictor` and `ChurnPredictor` give `churn-predictor`.
fn dns_like(text: &str, longest: usize) -> String {
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
    name.truncate(longest);
    name.trim_matches('-').to_owned()
}

/// The label value nearest to `text`.
fn label_like(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut value: String = text.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    value.truncate(LABEL_MAX);
    value.trim_matches(['-', '_', '.']).to_owned()
}

/// The label key nearest to `text`.
fn qualified_like(text: &str) -> Option<String> {
    match text.split_once('/') {
        None => Some(label_like(text)),
        Some((prefix, name)) if !name.contains('/') => {
            Some(format!("{}/{}", prefix.to_ascii_lowercase(), label_like(name)))
        }
        Some(_) => None,
    }
}

/// FNV-1a, 32 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>. Names need no more than a stable spread.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
