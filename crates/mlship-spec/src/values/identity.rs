//! Identities in the clouds that a pod can act as.

use std::{fmt, str::FromStr};

use crate::values::{Invalid, TextValue, expected, quoted};

/// The ARN of an IAM role, for IAM roles for service accounts, EKS Pod Identity and SageMaker.
///
/// Form: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>; characters of
/// name and path: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AwsRoleArn {
    text: String,
    partition: String,
    account: String,
    role: String,
}

impl AwsRoleArn {
    /// The ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `aws`, or the partition of China, of the US government or of an isolated region.
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The account's twelve digits.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The role's name, without its path.
    pub fn role(&self) -> &str {
        self.role.rsplit('/').next().unwrap_or(&self.role)
    }
}

impl FromStr for AwsRoleArn {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refuse = |problem: String| {
            Invalid::malformed(
                format!("{} is not the ARN of an IAM role: {problem}", quoted(text)),
                expected::<Self>(),
            )
        };
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts[..] else {
            return Err(refuse("it has not the six parts of an ARN".to_owned()));
        };
        let lower = |c: char| c.is_ascii_lowercase() || c == '-';
        if !(partition.starts_with("aws") && partition.chars().all(lower)) {
            return Err(refuse(format!("{} is not a partition", quoted(partition))));
        }
        if (service, region) != ("iam", "") {
            return Err(refuse(format!("it is of {}", quoted(service))));
        }
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refuse(format!("{} is not an account of twelve digits", quoted(account))));
        }
        let Some(role) = resource.strip_prefix("role/") else {
            return Err(refuse(format!("{} is not a role", quoted(resource))));
        };
        if let Some(problem) = role_problem(role) {
            return Err(refuse(problem));
        }
        Ok(Self {
            text: text.to_owned(),
            partition: partition.to_owned(),
            account: account.to_owned(),
            role: role.to_owned(),
        })
    }
}

impl fmt::Display for AwsRoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl TextValue for AwsRoleArn {
    const EXPECTS: &'static str =
        "`arn:aws:iam::`, the account's twelve digits, `:role/` and the role's name";
    const PATTERN: Option<&'static str> = Some(r"^arn:aws[-a-z]*:iam::[0-9]{12}:role/[\x21-\x7e]+$");
    const EXAMPLE: &'static str = "arn:aws:iam::123456789012:role/churn-reader";
}

checked_text! {
    /// The email address of a Google Cloud service account, for Workload Identity.
    ///
    /// Kinds: <https://cloud.google.com/iam/docs/service-account-types>; the name's length and characters:
    /// <https://cloud.google.com/iam/docs/service-accounts-create>.
    GcpServiceAccount checked by check_gcp_service_account,
    expects: "a service account's name, `@`, the project and `.iam.gserviceaccount.com`",
    pattern: Some(r"^[a-z0-9][-a-z0-9]*@([-a-z0-9]+(\.[-a-z0-9]+)*\.iam|developer|appspot)\.gserviceaccount\.com$"),
    example: "churn-reader@example-project.iam.gserviceaccount.com",
}

checked_text! {
    /// The client id of an identity in Microsoft Entra ID, for workload identity: a UUID in lower case
    /// (<https://learn.microsoft.com/azure/aks/workload-identity-overview>).
    AzureClientId checked by check_azure_client_id,
    expects: "a UUID in lower case: 8, 4, 4, 4 and 12 hexadecimal digits with `-` between",
    pattern: Some("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    example: "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
}

serialize_as_text!(AwsRoleArn);

fn role_problem(role: &str) -> Option<String> {
    let (path, name) = role.rsplit_once('/').unwrap_or(("", role));
    let word = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(word) {
        return Some(format!(
            "{} is not a role's name of at most 64 letters, digits and `_+=,.@-`",
            quoted(name)
        ));
    }
    let fine = path.len() <= 510 && path.chars().all(|c| ('\u{21}'..='\u{7e}').contains(&c));
    (!fine).then(|| "the role's path has a space or a character beyond ASCII".to_owned())
}

fn check_gcp_service_account(text: &str) -> Result<(), Invalid> {
    let refuse = |problem: String| {
        let message = format!("{} is not the email address of a service account: {problem}", quoted(text));
        Err(Invalid::malformed(message, expected::<GcpServiceAccount>()))
    };
    let Some((name, domain)) = text.split_once('@') else { return refuse("it has no `@`".to_owned()) };
    let dns = |text: &str| text.starts_with(|c: char| c.is_ascii_lowercase()) && is_dns_text(text);
    match domain.strip_suffix(".gserviceaccount.com") {
        Some("developer") if name.strip_suffix("-compute").is_some_and(is_number) => Ok(()),
        Some("appspot") if dns(name) => Ok(()),
        Some(owner) => match owner.strip_suffix(".iam") {
            Some(project) if !project.split('.').all(is_dns_text) => {
                refuse(format!("{} is not a project", quoted(project)))
            }
            Some(_) if dns(name) && (6..=30).contains(&name.len()) => Ok(()),
            Some(_) => refuse(format!(
                "{} is not a name of 6 to 30 lower-case letters, digits and `-`",
                quoted(name)
            )),
            None => refuse(format!("{} holds no service accounts", quoted(domain))),
        },
        None => refuse(format!("{} holds no service accounts", quoted(domain))),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_dns_text(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(edge) && text.ends_with(edge) && text.chars().all(|c| edge(c) || c == '-')
}

fn check_azure_client_id(text: &str) -> Result<(), Invalid> {
    let is_uuid = |text: &str| {
        let lengths = text.split('-').map(str::len);
        let hex = |byte: u8| byte == b'-' || matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(hex)
    };
    if is_uuid(text) {
        return Ok(());
    }
    let nearest = text.trim().trim_matches(['{', '}']).to_ascii_lowercase();
    let help = if is_uuid(&nearest) { format!("write `{nearest}`") } else { expected::<AzureClientId>() };
    Err(Invalid::malformed(format!("{} is not a client id", quoted(text)), help))
}

#[cfg(test)]
mod tests;
