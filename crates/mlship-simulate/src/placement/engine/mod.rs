//! The scheduler: state of nodes and pods, and how one pod after the other is judged.
//!
//! After <https://github.com/kubernetes/kubernetes/tree/v1.37.2/pkg/scheduler>, default profile and default feature
//! gates. Everything that identical pods share is worked out once: a [`class::ClassState`] remembers its verdict on
//! each node until something on that node changes, and counters by domain are kept up to date instead of being
//! counted anew.

pub(crate) mod class;
pub(crate) mod counter;
pub(crate) mod cycle;
pub(crate) mod filter;
pub(crate) mod message;
pub(crate) mod preempt;
pub(crate) mod queue;
pub(crate) mod score;
pub(crate) mod state;
pub(crate) mod storage;
pub(crate) mod template;
pub(crate) mod topology;

pub(crate) use state::Engine;
