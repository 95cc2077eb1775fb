//! Our values as Kubernetes' types.

use k8s_openapi::apimachinery::pkg::api::resource;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_spec::values::numbers::IntOrPercent;
use mlship_spec::values::quantity::Quantity;

/// An amount, in the form that the API server stores unchanged.
pub fn quantity(quantity: &Quantity) -> resource::Quantity {
    resource::Quantity(quantity.to_string())
}

/// A number of replicas or a share of them.
pub fn int_or_string(amount: IntOrPercent) -> IntOrString {
    match amount {
        IntOrPercent::Count(count) => IntOrString::Int(int(count)),
        IntOrPercent::Percent(_) => IntOrString::String(amount.to_string()),
    }
}

/// A count, which Kubernetes holds in 31 bits; what the spec accepts is never larger.
pub fn int(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A list that is left out when it is empty.
pub fn unless_empty<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}
