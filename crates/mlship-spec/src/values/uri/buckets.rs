//! Names of buckets, storage accounts and containers.

use std::net::Ipv4Addr;

use crate::values::{Invalid, judge, quoted};

checked_text! {
    /// The name of an S3 bucket: 3 to 63 characters
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>, general purpose buckets).
    S3Bucket checked by check_s3_bucket,
    expects: "3 to 63 lower-case letters, digits, `-` and `.`",
    pattern: Some("^[a-z0-9][-a-z0-9.]{1,61}[a-z0-9]$"),
    example: "example-models",
}

checked_text! {
    /// The name of a Google Cloud Storage bucket: 3 to 63 characters, up to 222 with dots
    /// (<https://cloud.google.com/storage/docs/buckets#naming>).
    GcsBucket checked by check_gcs_bucket,
    expects: "3 to 63 lower-case letters, digits, `-` and `_`, or several such parts with `.` between",
    pattern: Some("^[a-z0-9][-a-z0-9_.]{1,220}[a-z0-9]$"),
    example: "example-models",
}

checked_text! {
    /// The name of an Azure storage account: 3 to 24 lower-case letters and digits
    /// (<https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-name>).
    AzureAccount checked by check_azure_account,
    expects: "3 to 24 lower-case letters and digits",
    pattern: Some("^[a-z0-9]{3,24}$"),
    example: "examplemodels",
}

checked_text! {
    /// The name of a container in Azure storage: 3 to 63 characters
    /// (<https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata>).
    AzureContainer checked by check_azure_container,
    expects: "3 to 63 lower-case letters, digits and single `-` between them",
    pattern: Some("^(\\$(root|web)|[a-z0-9][-a-z0-9]{1,61}[a-z0-9])$"),
    example: "models",
}

fn check_s3_bucket(text: &str) -> Result<(), Invalid> {
    judge::<S3Bucket>(text, "the name of an S3 bucket", s3_bucket, |text| Some(nearest(text)))
}

fn check_gcs_bucket(text: &str) -> Result<(), Invalid> {
    judge::<GcsBucket>(text, "the name of a Google Cloud Storage bucket", gcs_bucket, |text| {
        Some(nearest(text))
    })
}

fn check_azure_account(text: &str) -> Result<(), Invalid> {
    judge::<AzureAccount>(text, "the name of an Azure storage account", azure_account, |text| {
        Some(nearest(text))
    })
}

fn check_azure_container(text: &str) -> Result<(), Invalid> {
    judge::<AzureContainer>(text, "the name of a container in Azure storage", azure_container, |text| {
        Some(nearest(text))
    })
}

fn s3_bucket(text: &str) -> Option<String> {
    const PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
    const SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    length_problem(text, 63)
        .or_else(|| character_problem(text, "-."))
        .or_else(|| text.contains("..").then(|| "it has `..`".to_owned()))
        .or_else(|| ip_address(text))
        .or_else(|| {
            let prefix = PREFIXES.iter().find(|prefix| text.starts_with(**prefix));
            let suffix = SUFFIXES.iter().find(|suffix| text.ends_with(**suffix));
            prefix.or(suffix).map(|reserved| format!("`{reserved}` is reserved by AWS"))
        })
}

fn gcs_bucket(text: &str) -> Option<String> {
    let part = |part: &str| {
        let long = part.len() > 63;
        character_problem(part, "-_")
            .or_else(|| long.then(|| "a part has more than 63 characters".to_owned()))
    };
    length_problem(text, if text.contains('.') { 222 } else { 63 })
        .or_else(|| character_problem(text, "-_."))
        .or_else(|| text.split('.').find_map(part))
        .or_else(|| ip_address(text))
        .or_else(|| {
            let reserved = text.starts_with("goog") || text.contains("google");
            reserved.then(|| "names with `google`, or `goog` at the start, are reserved".to_owned())
        })
}

fn azure_account(text: &str) -> Option<String> {
    length_problem(text, 24).or_else(|| character_problem(text, ""))
}

fn azure_container(text: &str) -> Option<String> {
    if matches!(text, "$root" | "$web") {
        return None;
    }
    length_problem(text, 63)
        .or_else(|| character_problem(text, "-"))
        .or_else(|| text.contains("--").then(|| "it has `--`".to_owned()))
}

fn nearest(text: &str) -> String {
    text.to_ascii_lowercase().replace('_', "-")
}

fn ip_address(text: &str) -> Option<String> {
    text.parse::<Ipv4Addr>().is_ok().then(|| "it is an IP address".to_owned())
}

fn length_problem(text: &str, longest: usize) -> Option<String> {
    let length = text.chars().count();
    let fine = (3..=longest).contains(&length);
    (!fine).then(|| format!("it has {length} characters, not 3 to {longest}"))
}

/// Lower-case letters and digits, and between them what `inner` lists.
fn character_problem(text: &str, inner: &str) -> Option<String> {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if let Some(stray) = text.chars().find(|c| !edge(*c) && !inner.contains(*c)) {
        return Some(format!("it has {}", quoted(&stray.to_string())));
    }
    let fine = text.starts_with(edge) && text.ends_with(edge);
    (!fine).then(|| "it does not start and end with a letter or digit".to_owned())
}
