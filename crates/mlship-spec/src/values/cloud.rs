//! Names that clouds give to places and things.

use crate::values::{Invalid, TextValue, expected, quoted};

checked_text! {
    /// A region of a cloud: `eu-west-1`, `us-central1`, `westeurope`.
    CloudRegion checked by check_region,
    expects: "lower-case letters, digits and `-`, starting with a letter",
    pattern: Some("^[a-z][-a-z0-9]{1,30}[a-z0-9]$"),
    example: "eu-west-1",
}

checked_text! {
    /// The name of an EKS cluster (<https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html>).
    EksClusterName checked by check_cluster,
    expects: "at most 100 letters, digits, `-` and `_`, starting with a letter or digit",
    pattern: Some("^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$"),
    example: "models",
}

checked_text! {
    /// The id of a subnet, security group or file system of AWS: `subnet-0123456789abcdef0`.
    AwsResourceId checked by check_aws_id,
    expects: "`subnet-`, `sg-` or `fs-` and 8 or 17 hexadecimal digits",
    pattern: Some("^(subnet|sg|fs)-[0-9a-f]{8}([0-9a-f]{9})?$"),
    example: "subnet-0123456789abcdef0",
}

checked_text! {
    /// The type of a machine: `ml.g5.xlarge`, `g2-standard-12`, `Standard_NC4as_T4_v3`.
    MachineName checked by check_machine,
    expects: "letters, digits, `.`, `-` and `_`",
    pattern: Some("^[A-Za-z0-9][-A-Za-z0-9._]{1,62}$"),
    example: "ml.g5.xlarge",
}

checked_text! {
    /// The id of a project of Google Cloud (<https://cloud.google.com/resource-manager/docs/creating-managing-projects>).
    GcpProject checked by check_project,
    expects: "6 to 30 lower-case letters, digits and `-`, starting with a letter and not ending with `-`",
    pattern: Some("^[a-z][-a-z0-9]{4,28}[a-z0-9]$"),
    example: "acme-models",
}

fn check_region(text: &str) -> Result<(), Invalid> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = (3..=32).contains(&text.len())
        && text.chars().all(word)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-');
    judge::<CloudRegion>(fits, text, "a region of a cloud")
}

fn check_cluster(text: &str) -> Result<(), Invalid> {
    let fits = (1..=100).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    judge::<EksClusterName>(fits, text, "the name of an EKS cluster")
}

fn check_aws_id(text: &str) -> Result<(), Invalid> {
    let digits = ["subnet-", "sg-", "fs-"].iter().find_map(|kind| text.strip_prefix(kind));
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let fits = digits.is_some_and(|digits| matches!(digits.len(), 8 | 17) && digits.chars().all(hex));
    judge::<AwsResourceId>(fits, text, "the id of a subnet, security group or file system")
}

fn check_project(text: &str) -> Result<(), Invalid> {
    let fits = (6..=30).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    judge::<GcpProject>(fits, text, "the id of a project of Google Cloud")
}

fn check_machine(text: &str) -> Result<(), Invalid> {
    let fits = (2..=63).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    judge::<MachineName>(fits, text, "the type of a machine")
}

fn judge<T: TextValue>(fits: bool, text: &str, noun: &str) -> Result<(), Invalid> {
    if fits {
        return Ok(());
    }
    Err(Invalid::malformed(format!("{} is not {noun}", quoted(text)), expected::<T>()))
}
