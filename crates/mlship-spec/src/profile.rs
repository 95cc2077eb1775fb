//! What can be said of a target before it sees a workload: read by `mlship decide`.
//!
//! What a target does with a field of the spec is not repeated here: `emit` says that. A profile holds
//! what no field asks about, each claim with its page.

use crate::catalogue::accelerators::{Source, Sure};
use crate::choices::{Choice as _, Cloud, ClusterPart};

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name in words.
    pub title: &'static str,
    /// What kind of platform it is.
    pub kind: Kind,
    /// The cloud that alone has it; `None` runs anywhere.
    pub cloud: Option<Cloud>,
    /// Where it runs.
    pub runs_on: Claim,
    /// What has to be there before the first service, beside what the objects of a workload ask for.
    pub needs: &'static [Need],
    /// What somebody has to learn who has never used it.
    pub learn: &'static [Claim],
    /// Seconds until a new replica's container runs, where nothing is ready for it; the model's own time to
    /// load comes on top.
    pub cold_start: Measure,
    /// How hard it is to leave.
    pub lock_in: Claim,
    /// The largest body of a request or an answer; `None` has no bound of its own.
    pub largest_body: Option<Measure>,
    /// Whether its pods can be part of a service mesh with sidecars.
    pub mesh: Support,
    /// How requests are copied to a new version.
    pub mirror: Mirror,
    /// Fields of the spec that stand in where only requirements are known: what a service has to name here
    /// at least, as YAML.
    pub assumes: &'static str,
    /// Other ways of running here than the first, each as fields of the spec that choose it, as YAML.
    pub modes: &'static [Mode],
}

/// What kind of platform a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A managed endpoint of a cloud: no cluster in sight.
    Endpoint,
    /// A cluster of one's own, in a cloud or elsewhere.
    OwnCluster,
    /// A cluster whose nodes are the cloud's business.
    ServerlessPods,
}

/// Something that is said of a target, with its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What is said, in half a sentence.
    pub says: &'static str,
    /// Where it can be checked.
    pub source: Source,
}

/// A number that is said of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The number, in the unit of its field.
    pub value: u64,
    /// What is said of it.
    pub claim: Claim,
}

/// What has to be there first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The part of a cluster, where it is one that `requirements.cluster.installed` knows.
    pub part: Option<ClusterPart>,
    /// What it is.
    pub claim: Claim,
}

/// Whether a target can do something that no field of the spec asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It can.
    Yes(Claim),
    /// It can't.
    No(Claim),
}

/// How requests are copied to a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mirror {
    /// By a field of the spec, as `--set` takes it.
    Field(&'static str, Claim),
    /// Not by anything that the target writes.
    No(Claim),
}

/// Another way of running on a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// The field that chooses it, as `--set` takes it.
    pub set: &'static str,
    /// The same as YAML.
    pub fields: &'static str,
    /// What its cold start is, where it differs.
    pub cold_start: Option<Measure>,
}

/// A claim that was read at its page.
pub const fn read(says: &'static str, link: &'static str, dated: &'static str) -> Claim {
    Claim { says, source: Source { link, dated, sure: Sure::Read } }
}

/// A claim from memory: the page is where to check it.
pub const fn remembered(says: &'static str, link: &'static str) -> Claim {
    Claim { says, source: Source { link, dated: "2026-11", sure: Sure::Remembered } }
}

impl Profile {
    /// Where it can run, in words.
    pub fn place(&self) -> String {
        self.cloud.map_or_else(|| "anywhere".to_owned(), |cloud| cloud.as_str().to_owned())
    }
}
