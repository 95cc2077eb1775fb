//! Fields that can be written in more than one form, and the texts that have a type.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::{Count, Decode, Decoder, Shape, Spanned};
use crate::node::{Node, Value};
use crate::spec::Spec;
use crate::values::cloud::{AwsResourceId, CloudRegion, EksClusterName, GcpProject, MachineName};
use crate::values::duration::Seconds;
use crate::values::identity::{AwsRoleArn, AzureClientId, GcpServiceAccount};
use crate::values::image::ImageReference;
use crate::values::names::{
    AnnotationKey, DnsLabel, DnsSubdomain, EnvName, HeaderName, Hostname, LabelKey, LabelValue, ModelName,
    PortName, SecretKey, ServiceName,
};
use crate::values::numbers::{IntOrPercent, Percent, Port};
use crate::values::path::{AbsolutePath, HttpPath};
use crate::values::quantity::Quantity;
use crate::values::selector::{TaintEffect, TolerationOperator};
use crate::values::uri::ModelUri;
use crate::values::url::HttpUrl;
use crate::values::{Invalid, InvalidKind, TextValue};

macro_rules! decode_text {
    ($($type:ty),+ $(,)?) => {$(
        impl Decode for $type {
            fn shape() -> Shape {
                text_shape::<Self>()
            }

            fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
                decode_value(node, decoder)
            }
        }
    )+};
}

decode_text!(
    AwsResourceId,
    CloudRegion,
    EksClusterName,
    GcpProject,
    MachineName,
    AbsolutePath,
    AnnotationKey,
    AwsRoleArn,
    AzureClientId,
    DnsLabel,
    DnsSubdomain,
    EnvName,
    GcpServiceAccount,
    HeaderName,
    Hostname,
    HttpPath,
    HttpUrl,
    ImageReference,
    LabelKey,
    LabelValue,
    ModelName,
    ModelUri,
    PortName,
    SecretKey,
    ServiceName,
    TaintEffect,
    TolerationOperator,
);

/// Values that are numbers to their writers and text to Kubernetes, with or without quotes.
macro_rules! decode_number_or_text {
    ($($type:ty: $min:literal..=$max:expr),+ $(,)?) => {$(
        impl Decode for $type {
            fn shape() -> Shape {
                Shape::OneOf(vec![text_shape::<Self>(), Shape::Integer { min: $min, max: $max }])
            }

            fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
                decode_value(node, decoder)
            }
        }
    )+};
}

decode_number_or_text!(
    IntOrPercent: 0..=i64::from(i32::MAX),
    Percent: 0..=100,
    Quantity: 0..=i64::MAX,
    Seconds: 0..=i64::from(i32::MAX),
);

impl Decode for Port {
    fn shape() -> Shape {
        Count::<1, 65535>::shape()
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let Count(number) = Count::<1, 65535>::decode(node, decoder)?;
        u16::try_from(number).ok().and_then(Self::new)
    }
}

fn text_shape<T: TextValue>() -> Shape {
    Shape::Text { expects: T::EXPECTS, pattern: T::PATTERN, example: T::EXAMPLE }
}

fn decode_value<T: TextValue + Decode>(node: &Node, decoder: &mut Decoder<'_>) -> Option<T> {
    let text = decoder.text(node, &T::shape())?;
    match text.parse::<T>() {
        Ok(value) => Some(value),
        Err(invalid) => {
            decoder.report(refusal(invalid, node));
            None
        }
    }
}

fn refusal(invalid: Invalid, node: &Node) -> Diagnostic {
    let code = match invalid.kind {
        InvalidKind::Malformed | InvalidKind::Unsupported => &codes::INVALID_VALUE,
        InvalidKind::Secret => &codes::SECRET_LITERAL,
        InvalidKind::Unpinned => &codes::MUTABLE_IMAGE,
    };
    Diagnostic::error(code, node.span, invalid.message).help(invalid.help)
}

/// A field that has a short form beside its group of fields.
#[derive(Clone, Debug)]
pub enum ShortOr<S, L> {
    /// The short form.
    Short(S),
    /// The group of fields.
    Long(Box<L>),
}

impl<S: Decode, L: Decode> Decode for ShortOr<S, L> {
    fn shape() -> Shape {
        Shape::OneOf(vec![S::shape(), L::shape()])
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        match &node.value {
            Value::Map(_) => L::decode(node, decoder).map(|long| Self::Long(Box::new(long))),
            Value::Scalar(_) => S::decode(node, decoder).map(Self::Short),
            Value::List(_) => {
                decoder.wrong_type(node, &Self::shape());
                None
            }
        }
    }
}

/// A spec that is laid over another one: kept as it was written, since layers are laid over each
/// other before types are read.
#[derive(Clone, Debug)]
pub struct Overlay(pub Node);

impl Decode for Overlay {
    fn shape() -> Shape {
        Shape::Struct(Spec::INFO)
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        match &node.value {
            Value::Map(_) => Some(Self(node.clone())),
            Value::Scalar(_) | Value::List(_) => {
                decoder.wrong_type(node, &Self::shape());
                None
            }
        }
    }
}

/// The value of a field that was written, without its place.
pub fn value<T: Clone>(field: Option<&Spanned<T>>) -> Option<T> {
    field.map(|field| field.value.clone())
}
