//! What every value has in common, and the checks that the tests of each are made of.

use super::*;

/// Each text is accepted, matches the pattern, and prints as what stands beside it, which reads back as the same.
#[track_caller]
pub(super) fn prints<T: TextValue + fmt::Debug>(cases: &[(&str, &str)]) {
    for (text, printed) in cases {
        let value: T = text.parse().unwrap_or_else(|invalid| panic!("{text:?}: {invalid}"));
        assert_eq!(value.to_string(), *printed, "{text:?}");
        assert_eq!(printed.parse::<T>().as_ref(), Ok(&value), "{text:?} does not read back");
        assert_matches_pattern::<T>(text);
        assert_matches_pattern::<T>(printed);
    }
}

/// Each text is accepted, matches the pattern, and prints as written.
#[track_caller]
pub(super) fn accepts<T: TextValue + fmt::Debug>(texts: &[&str]) {
    let cases: Vec<_> = texts.iter().map(|text| (*text, *text)).collect();
    prints::<T>(&cases);
}

/// Each text is refused.
#[track_caller]
pub(super) fn refuses<T: TextValue + fmt::Debug>(texts: &[&str]) {
    for text in texts {
        let invalid = text.parse::<T>().expect_err(text);
        assert_style(&invalid);
    }
}

/// Each text is refused as [`InvalidKind::Malformed`] with this message and help.
#[track_caller]
pub(super) fn explains<T: TextValue + fmt::Debug>(cases: &[(&str, &str, &str)]) {
    for (text, message, help) in cases {
        let invalid = text.parse::<T>().expect_err(text);
        assert_eq!((invalid.message.as_str(), invalid.help.as_str()), (*message, *help), "{text:?}");
        assert_eq!(invalid.kind, InvalidKind::Malformed, "{text:?}");
        assert_style(&invalid);
    }
}

fn assert_matches_pattern<T: TextValue>(text: &str) {
    if let Some(pattern) = T::PATTERN {
        let pattern = regex::Regex::new(pattern).expect("a pattern without look-around");
        assert!(pattern.is_match(text), "{text:?} does not match {pattern}");
    }
}

fn assert_style(invalid: &Invalid) {
    for text in [&invalid.message, &invalid.help] {
        assert!(!text.ends_with('.'), "a full stop: {text}");
        assert!(!text.starts_with(|first: char| first.is_ascii_uppercase()), "a capital: {text}");
        assert!(!text.contains(char::is_control), "a control character: {text:?}");
    }
}

/// Texts that no value that becomes a file name may be: of the path traversals of Helm (CVE-2026-35206 and others).
pub(super) const PATHS: [&str; 9] = [".", "..", "../a", "a/b", "a\\b", "C:/x", "/abs", "a\0b", "a\n"];

#[test]
fn examples_are_accepted() {
    macro_rules! check {
        ($($module:ident :: $name:ident),+ $(,)?) => {
            $(accepts::<$module::$name>(&[<$module::$name as TextValue>::EXAMPLE]);)+
        };
    }
    check!(
        cloud::AwsResourceId,
        cloud::CloudRegion,
        cloud::EksClusterName,
        cloud::GcpProject,
        cloud::MachineName,
        duration::Seconds,
        identity::AwsRoleArn,
        identity::AzureClientId,
        identity::GcpServiceAccount,
        image::ImageReference,
        names::AnnotationKey,
        names::DnsLabel,
        names::DnsSubdomain,
        names::EnvName,
        names::HeaderName,
        names::Hostname,
        names::LabelKey,
        names::LabelValue,
        names::PortName,
        names::ResourceName,
        names::SecretKey,
        names::ServiceName,
        numbers::IntOrPercent,
        numbers::Percent,
        numbers::Port,
        path::AbsolutePath,
        path::HttpPath,
        quantity::Quantity,
        selector::NodeOperator,
        selector::Taint,
        selector::TaintEffect,
        selector::TolerationOperator,
        uri::AzureAccount,
        uri::AzureContainer,
        uri::GcsBucket,
        uri::HubRepository,
        uri::HubRevision,
        uri::ModelUri,
        uri::ObjectPath,
        uri::S3Bucket,
        url::HttpUrl,
    );
}

#[test]
fn quoting_is_short_and_harmless() {
    let cases = [
        ("a", "`a`"),
        ("", "the empty text"),
        ("a\u{1b}[31mb\r\n", "`a\\u{1b}[31mb\\r\\n`"),
        ("a\u{202e}b\u{200b}", "`a\\u{202e}b\\u{200b}`"),
        ("é", "`é`"),
    ];
    for (text, shown) in cases {
        assert_eq!(quoted(text), shown);
    }
    assert_eq!(quoted(&"x".repeat(100)), format!("`{}…`", "x".repeat(80)));
}

/// A refusal looks for a nearer text by parsing again: it must not do so for ever, nor go deep.
#[test]
fn refusals_of_long_texts_end() {
    for unit in ["a://", "://", ",", "1,", " ", "..", "/", "-", "@", ":", "%", "A", "é"] {
        let text = unit.repeat(20_000);
        refuses::<names::DnsLabel>(&[&text]);
        refuses::<names::Hostname>(&[&text]);
        refuses::<names::LabelKey>(&[&text]);
        refuses::<names::ResourceName>(&[&text]);
        refuses::<image::ImageReference>(&[&text]);
        refuses::<quantity::Quantity>(&[&text]);
        refuses::<duration::Seconds>(&[&text]);
        refuses::<uri::ModelUri>(&[&text]);
        refuses::<uri::S3Bucket>(&[&text]);
        refuses::<url::HttpUrl>(&[&text]);
        refuses::<selector::Taint>(&[&text]);
    }
}

#[test]
fn values_serialize_as_their_text() {
    fn check<T: TextValue + Serialize>(text: &str, json: &str) {
        let value = text.parse::<T>().unwrap_or_else(|invalid| panic!("{text:?}: {invalid}"));
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
    }
    check::<quantity::Quantity>("512Mi", r#""512Mi""#);
    check::<names::DnsLabel>("a", r#""a""#);
    check::<numbers::Port>("8000", "8000");
    check::<numbers::IntOrPercent>("25%", r#""25%""#);
    check::<numbers::IntOrPercent>("1", "1");
    check::<uri::ModelUri>("s3://models/a", r#""s3://models/a""#);
}
