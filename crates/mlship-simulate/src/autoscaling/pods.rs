//! The pods of a service, from creation to Ready.

use crate::autoscaling::hpa::{Phase, Pod, Readiness};
use crate::autoscaling::number;
use crate::autoscaling::time::Time;

/// How long a new pod takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Startup {
    /// Until its containers run: a node for it, its images. The pod is Pending meanwhile.
    pub pending: Time,
    /// From there until it is Ready: the model loads, the readiness probe looks.
    pub loading: Time,
}

impl Startup {
    /// From creation to Ready.
    pub fn total(self) -> Time {
        self.pending + self.loading
    }
}

/// All pods of a service, the oldest first.
#[derive(Clone, Debug)]
pub struct Fleet {
    members: Vec<Member>,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    runs: Time,
    ready: Time,
}

/// Pods of a whole cluster at most; more never come into being:
/// <https://kubernetes.io/docs/setup/best-practices/cluster-large/>.
const MOST_PODS: i32 = 150_000;

impl Fleet {
    /// So many pods that have been Ready for ever.
    pub fn new(replicas: i32) -> Self {
        let member = Member { runs: Time::LONG_AGO, ready: Time::LONG_AGO };
        Self { members: vec![member; number::length(replicas.min(MOST_PODS))] }
    }

    /// How many pods there are, whatever they do.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// How many are Ready.
    pub fn ready(&self, now: Time) -> usize {
        self.members.iter().filter(|member| member.ready <= now).count()
    }

    /// How many run, Ready or not.
    pub fn running(&self, now: Time) -> usize {
        self.members.iter().filter(|member| member.runs <= now).count()
    }

    /// When the next pod after `now` becomes Ready.
    pub fn next_ready(&self, now: Time) -> Option<Time> {
        self.members.iter().map(|member| member.ready).filter(|ready| *ready > now).min()
    }

    /// Adds or removes pods. Those that are not Ready go first, then the newest, as the ReplicaSet controller ranks
    /// them; what it removes is gone at once here.
    pub fn scale(&mut self, replicas: i32, now: Time, startup: Startup) {
        let wanted = number::length(replicas.min(MOST_PODS));
        if wanted < self.members.len() {
            // Not Ready at all sorts behind Ready, and a later start behind an earlier one.
            self.members.sort_by_key(|member| (member.ready > now, member.ready));
            self.members.truncate(wanted);
        }
        let runs = now + startup.pending;
        self.members.resize(wanted, Member { runs, ready: runs + startup.loading });
    }

    /// The pods as the autoscaler sees them.
    pub fn seen(&self, now: Time) -> Vec<Pod> {
        self.members.iter().map(|member| member.seen(now)).collect()
    }
}

impl Member {
    fn seen(&self, now: Time) -> Pod {
        if now < self.runs {
            return Pod { phase: Phase::Pending, deleting: false, started: None, ready: None };
        }
        let is_ready = self.ready <= now;
        let since = if is_ready { self.ready } else { self.runs };
        Pod {
            phase: Phase::Running,
            deleting: false,
            started: Some(self.runs),
            ready: Some(Readiness { status: is_ready, since }),
        }
    }
}
