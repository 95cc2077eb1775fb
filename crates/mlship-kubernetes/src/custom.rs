//! Objects of custom resource definitions: of each the fields that are emitted, no more.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

pub mod gateway;
pub mod keda;
pub mod monitoring;

/// An object of a custom resource definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Custom<Spec> {
    /// Its metadata.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: Spec,
}

/// The spec of a custom kind, which knows what the kind is called.
pub trait CustomSpec: Serialize {
    /// The group and version, such as `keda.sh/v1alpha1`.
    const API_VERSION: &'static str;
    /// The kind, such as `ScaledObject`.
    const KIND: &'static str;
}

impl<Spec: CustomSpec> Serialize for Custom<Spec> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct(Spec::KIND, 4)?;
        object.serialize_field("apiVersion", Spec::API_VERSION)?;
        object.serialize_field("kind", Spec::KIND)?;
        object.serialize_field("metadata", &self.metadata)?;
        object.serialize_field("spec", &self.spec)?;
        object.end()
    }
}
