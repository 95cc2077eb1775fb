//! Will these pods be scheduled, and where? The verdict of the default profile of kube-scheduler 1.37, offline.
//!
//! ```text
//! text --Reader--> World --report--> Report { placement, rollout, drain, suggestions }
//!                        --place---> Placement
//!                        --how_many-> Capacity
//! ```
//!
//! ```
//! use mlship_simulate::placement::{manifest::Reader, report::{Wording, report}, shapes};
//!
//! let mut reader = Reader::default();
//! reader.manifests("pod.yaml", "kind: Pod
//! metadata: {name: p}
//! spec: {containers: [{name: c, image: x, resources: {limits: {nvidia.com/gpu: 2}}}]}");
//! let mut world = reader.finish().unwrap();
//! shapes::add_nodes(&mut world, shapes::find("g6.xlarge").unwrap(), 3);
//! let report = report(&world, Wording::Current);
//! assert!(report.placement.pending[0].message.starts_with("0/3 nodes are available: 3 Insufficient nvidia.com/gpu."));
//! assert_eq!(report.suggestions[0].text, "request at most 1 of nvidia.com/gpu per pod");
//! ```
//!
//! What is judged: node names, cordons, taints, selectors and affinities, ports, resources (init containers,
//! sidecars, overhead, pod-level resources), bound volumes and zones, topology spread, affinity between pods, scheduling
//! gates, priorities and preemption; then the scores in their weights. Not judged: devices that are claimed (DRA), pod
//! groups, limits on the number of attached volumes, and pods for other schedulers.

pub mod capacity;
pub(crate) mod change;
pub mod drain;
pub(crate) mod engine;
pub mod manifest;
pub mod objects;
pub mod report;
pub mod rollout;
pub mod selector;
pub mod shapes;
pub mod suggest;
pub mod symbols;
