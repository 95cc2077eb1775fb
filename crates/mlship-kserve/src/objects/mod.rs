//! KServe's objects: of each the fields that are emitted, no more.
//!
//! <https://github.com/kserve/kserve/tree/v0.20.0/pkg/apis/serving/v1beta1> (2026-11)

pub mod graph;
pub mod inference_service;
pub mod knative;
pub mod llm;
pub mod route;
pub mod serving_runtime;

use k8s_openapi::api::core::v1::{Container, PodSpec};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A pod's fields, written among those of a component. A component without containers of its own leaves
/// `containers` out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodFields(pub PodSpec);

/// A container's fields, written among those of a model, which may not name it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerFields(pub Container);

impl Serialize for PodFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = fields_of(&self.0);
        if self.0.containers.is_empty() {
            fields.remove("containers");
        }
        fields.serialize(serializer)
    }
}

impl Serialize for ContainerFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = fields_of(&self.0);
        fields.remove("name");
        fields.serialize(serializer)
    }
}

fn fields_of(object: &impl Serialize) -> serde_json::Map<String, Value> {
    match serde_json::to_value(object) {
        Ok(Value::Object(fields)) => fields,
        // Kubernetes' types have named fields and string keys.
        Ok(_) | Err(_) => serde_json::Map::new(),
    }
}
