//! Machines that managed endpoints and nodes run on, and which of them fits.

mod aws;
mod azure;
mod choose;
mod gcp;
mod node;

use std::fmt;

pub use choose::{Choice, NoneFits, Wanted, choose, fits};
pub use node::{Allocatable, allocatable, packed};

/// One type of machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// What the cloud calls it.
    pub name: &'static str,
    /// Its virtual processors.
    pub vcpus: u32,
    /// Its memory, in MiB.
    pub memory_mib: u32,
    /// Its GPUs.
    pub gpu: Option<Gpus>,
}

impl Machine {
    /// What the cloud calls the type, without GPUs that are added to it.
    pub fn machine_type(&self) -> &'static str {
        self.name.split_once('+').map_or(self.name, |(machine_type, _)| machine_type)
    }
}

impl fmt::Display for Machine {
    /// The type, and the GPUs that are added to it where it has none of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.gpu {
            Some(Gpus { accelerator, count }) if self.name.contains('+') => {
                write!(f, "{} with {count} × {accelerator}", self.machine_type())
            }
            Some(_) | None => f.write_str(self.name),
        }
    }
}

/// The GPUs of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gpus {
    /// The name of the model in the catalogue of accelerators.
    pub accelerator: &'static str,
    /// How many there are.
    pub count: u32,
}

/// Instance types of SageMaker, without the leading `ml.`; nodes of EKS are of the same.
pub fn sagemaker() -> &'static [Machine] {
    aws::MACHINES
}

/// Machine types of Vertex AI; nodes of GKE are of the same.
pub fn vertex() -> &'static [Machine] {
    gcp::MACHINES
}

/// VM sizes of Azure ML; nodes of AKS are of the same.
pub fn azureml() -> &'static [Machine] {
    azure::MACHINES
}

const fn machine(name: &'static str, vcpus: u32, memory_mib: u32, gpu: Option<Gpus>) -> Machine {
    Machine { name, vcpus, memory_mib, gpu }
}

const fn gpu(accelerator: &'static str, count: u32) -> Gpus {
    Gpus { accelerator, count }
}
