//! Names of Kubernetes objects and of what is in them.
//!
//! Object names become file paths, so it matters that `.`, `..`, slashes, backslashes, colons and NUL are in
//! none of [`DnsLabel`], [`DnsSubdomain`], [`ServiceName`], [`PortName`] and [`SecretKey`].
//!
//! Source of the rules, where a type names no other:
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go>.

use crate::values::{Invalid, judge};

mod nearest;
mod rules;

use rules::LABEL_MAX;

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
    expects: "letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit, at most 63 characters, or `\"\"`",
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
    /// The name of a container's port: an IANA service name of at most 15 characters with a letter in it
    /// (`IsValidPortName`, <https://www.rfc-editor.org/rfc/rfc6335#section-5.1>). A Service would take a longer one.
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
    /// The name of a model of a server that has several, which is the name of its folder too.
    ///
    /// What Triton and MLServer take from a folder's name and put into the addresses of the Open Inference Protocol
    /// without escaping it (<https://github.com/triton-inference-server/server/blob/v2.61.0/docs/user_guide/model_repository.md>,
    /// <https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md>). As long
    /// as a label, so that KServe's limit of 255 on a path is not met.
    ModelName checked by check_model_name,
    expects: "letters, digits, `-`, `_` and single `.`, starting and ending with a letter or digit, at most 63 characters",
    pattern: Some(r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"),
    example: "churn",
}

checked_text! {
    /// The name of an HTTP header, without the signs that no header in use has
    /// (<https://www.rfc-editor.org/rfc/rfc9110#section-5.1>).
    HeaderName checked by check_header_name,
    expects: "letters, digits, `-` and `_`",
    pattern: Some("^[-_a-zA-Z0-9]+$"),
    example: "x-request-id",
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

fn check_dns_label(text: &str) -> Result<(), Invalid> {
    judge::<DnsLabel>(text, "a Kubernetes name", rules::dns_label, nearest::dns_label)
}

fn check_dns_subdomain(text: &str) -> Result<(), Invalid> {
    judge::<DnsSubdomain>(text, "a Kubernetes object name", rules::dns_subdomain, nearest::dns_subdomain)
}

fn check_service_name(text: &str) -> Result<(), Invalid> {
    judge::<ServiceName>(text, "a Service name", rules::service_name, nearest::service_name)
}

fn check_hostname(text: &str) -> Result<(), Invalid> {
    judge::<Hostname>(text, "a host name", rules::hostname, nearest::hostname)
}

fn check_label_key(text: &str) -> Result<(), Invalid> {
    judge::<LabelKey>(text, "a label key", rules::label_key, nearest::label_key)
}

fn check_label_value(text: &str) -> Result<(), Invalid> {
    judge::<LabelValue>(text, "a label value", rules::label_value, nearest::label_value)
}

fn check_annotation_key(text: &str) -> Result<(), Invalid> {
    judge::<AnnotationKey>(text, "an annotation key", rules::annotation_key, nearest::label_key)
}

fn check_env_name(text: &str) -> Result<(), Invalid> {
    judge::<EnvName>(text, "the name of an environment variable", rules::env_name, nearest::env_name)
}

fn check_port_name(text: &str) -> Result<(), Invalid> {
    judge::<PortName>(text, "a port name", rules::port_name, nearest::port_name)
}

fn check_secret_key(text: &str) -> Result<(), Invalid> {
    judge::<SecretKey>(text, "a key of a Secret or ConfigMap", rules::secret_key, nearest::secret_key)
}

fn check_model_name(text: &str) -> Result<(), Invalid> {
    judge::<ModelName>(text, "the name of a model", rules::model_name, nearest::model_name)
}

fn check_header_name(text: &str) -> Result<(), Invalid> {
    judge::<HeaderName>(text, "the name of a header", rules::header_name, nearest::secret_key)
}

fn check_resource_name(text: &str) -> Result<(), Invalid> {
    judge::<ResourceName>(text, "an extended resource", rules::resource_name, nearest::resource_name)
}

/// FNV-1a, 32 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>. Names need no more than a stable spread.
fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests;
