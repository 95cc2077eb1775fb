//! What becomes of requests: a model of the servers and of those who wait for them.
//!
//! Time goes by in seconds. Each second's requests are one cohort; cohorts wait in one line, first come first
//! served, and are counted as amounts, not one by one. Exact: no request is lost from the books (what arrived was
//! served, was lost or waits), the order, the bound of the queue, who gives up when. Rounded: waits to whole seconds. Left out: that
//! requests bunch at random within a second, so that queues are a little longer in truth near full load.

use std::collections::VecDeque;

use crate::autoscaling::pods::Startup;
use crate::autoscaling::report::Requests;
use crate::autoscaling::time::Time;

/// The servers and their callers.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Seconds that a server takes for one request, waiting not counted.
    pub request_seconds: f64,
    /// Requests that one replica works on at once.
    pub concurrency: f64,
    /// Requests that may wait for each Ready replica; more are refused. `None` is no bound.
    pub queue: Option<f64>,
    /// Seconds after which a caller gives up waiting.
    pub patience_seconds: f64,
    /// Seconds that a request may take, waiting counted, to be in time.
    pub target_seconds: f64,
    /// What becomes of requests while no replica is Ready.
    pub front: Front,
    /// How long a replica takes to start.
    pub startup: Startup,
    /// What the servers compute on, and what that shows of their load.
    pub processor: Processor,
    /// US dollars for an hour of one replica, where known.
    pub price_per_hour: Option<f64>,
}

/// What becomes of requests while no replica is Ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// They are refused, as by a Service without endpoints.
    Refuses,
    /// They wait, as in Knative's activator or a queue.
    Holds,
}

/// What the servers compute on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Processor {
    /// The CPU: a replica at full work uses so many cores.
    Cpu {
        /// Cores.
        full_cores: f64,
    },
    /// An accelerator: the CPU only feeds it.
    Accelerator {
        /// Cores in use without any request.
        idle_cores: f64,
        /// Cores in use at full work.
        full_cores: f64,
    },
}

impl Service {
    /// Requests a second that one replica answers at most.
    pub fn rate_per_replica(&self) -> f64 {
        self.concurrency / self.request_seconds.max(1e-6)
    }
}

/// The state of the service, second by second.
#[derive(Clone, Debug)]
pub(crate) struct Floor {
    /// Cohorts that wait: the second of their arrival, and how many.
    line: VecDeque<(i64, f64)>,
    waiting: f64,
    /// Requests being worked on, by the number of seconds from now in which they are done; for requests that take more
    /// than a second.
    working: VecDeque<f64>,
    busy: f64,
    books: Requests,
    worst: f64,
}

/// What happened in one second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Second {
    /// Requests that wait at its end.
    pub(crate) queue: f64,
    /// Requests that were worked on, on average.
    pub(crate) busy: f64,
    /// Requests that were answered.
    pub(crate) served: f64,
    /// Seconds from arrival to answer, of the slowest request that was taken up; where none was, of the first that waits
    /// if it were taken up now. `None` while nobody serves.
    pub(crate) latency: Option<f64>,
    /// Whether requests were lost or late in it.
    pub(crate) suffers: bool,
}

/// Amounts below this are rounding.
const NOTHING: f64 = 1e-9;

impl Floor {
    pub(crate) fn new() -> Self {
        Self {
            line: VecDeque::new(),
            waiting: 0.0,
            working: VecDeque::new(),
            busy: 0.0,
            books: Requests::default(),
            worst: 0.0,
        }
    }

    /// One second with so many Ready replicas and arriving requests.
    pub(crate) fn second(&mut self, now: i64, ready: f64, arriving: f64, service: &Service) -> Second {
        let lost_before = self.books.lost;
        let late_before = self.books.late;
        self.books.arrived += arriving;
        self.give_up(now, service);
        let is_long = service.request_seconds > 1.0;
        if is_long {
            let done = self.working.pop_front().unwrap_or(0.0);
            self.busy = (self.busy - done).max(0.0);
        }
        if arriving > 0.0 {
            self.line.push_back((now, arriving));
            self.waiting += arriving;
        }
        let slots = ready * service.concurrency;
        let room = if is_long { (slots - self.busy).max(0.0) } else { ready * service.rate_per_replica() };
        let (started, waited) = self.start(now, room, service);
        if is_long {
            self.occupy(started, service.request_seconds);
        }
        self.refuse(ready, service);
        let busy = if is_long { self.busy } else { started * service.request_seconds };
        let oldest = self.line.front().map_or(0.0, |(arrived, _)| seconds(now - arrived));
        let longest = if started > NOTHING { waited } else { oldest };
        let latency = (ready > 0.0).then_some(longest + service.request_seconds);
        // Who waits first is late as soon as its time can't be met any more.
        let is_late = oldest + service.request_seconds > service.target_seconds + NOTHING;
        let suffers = self.books.lost > lost_before
            || self.books.late > late_before
            || (is_late && self.waiting > NOTHING);
        Second { queue: self.waiting, busy, served: started, latency, suffers }
    }

    fn give_up(&mut self, now: i64, service: &Service) {
        while let Some((arrived, amount)) = self.line.front().copied() {
            if seconds(now - arrived) <= service.patience_seconds {
                return;
            }
            self.line.pop_front();
            self.waiting -= amount;
            self.books.lost += amount;
        }
    }

    /// Takes from the line what there is room for; returns how many, and how long the first of them had waited.
    fn start(&mut self, now: i64, room: f64, service: &Service) -> (f64, f64) {
        let mut left = room;
        let mut longest: f64 = 0.0;
        while left > NOTHING {
            let Some((arrived, amount)) = self.line.front_mut() else { break };
            let taken = left.min(*amount);
            *amount -= taken;
            left -= taken;
            let waited = seconds(now - *arrived);
            longest = longest.max(waited);
            self.waiting -= taken;
            self.books.served += taken;
            if waited > 0.0 {
                self.books.queued += taken;
            }
            let latency = waited + service.request_seconds;
            self.worst = self.worst.max(latency);
            if latency > service.target_seconds + NOTHING {
                self.books.late += taken;
            }
            if *amount <= NOTHING {
                self.waiting -= *amount;
                self.books.served += *amount;
                self.line.pop_front();
            }
        }
        self.waiting = self.waiting.max(0.0);
        (room - left.max(0.0), longest)
    }

    /// Keeps slots busy for the time of a request; a part of a second is shared between the two seconds around it.
    fn occupy(&mut self, started: f64, request_seconds: f64) {
        let whole = request_seconds.floor();
        let part = request_seconds - whole;
        let index = crate::autoscaling::number::length(crate::autoscaling::number::truncated(whole)).max(1);
        if self.working.len() <= index {
            self.working.resize(index + 1, 0.0);
        }
        self.working[index - 1] += started * (1.0 - part);
        self.working[index] += started * part;
        self.busy += started;
    }

    /// The last to come are refused where the queue is full.
    fn refuse(&mut self, ready: f64, service: &Service) {
        let bound = match (ready > 0.0, service.front, service.queue) {
            (false, Front::Refuses, _) => 0.0,
            (false, Front::Holds, _) | (true, _, None) => return,
            (true, _, Some(queue)) => queue * ready,
        };
        while self.waiting > bound + NOTHING {
            let Some((_, amount)) = self.line.back_mut() else { break };
            let excess = (self.waiting - bound).min(*amount);
            *amount -= excess;
            self.waiting -= excess;
            self.books.lost += excess;
            if *amount <= NOTHING {
                self.waiting -= *amount;
                self.books.lost += *amount;
                self.line.pop_back();
            }
        }
        self.waiting = self.waiting.max(0.0);
    }

    /// The books so far. What is worked on at the end counts as served.
    pub(crate) fn books(&self) -> Requests {
        Requests { waiting: self.waiting, ..self.books }
    }

    /// Seconds that a served request took at worst; `None` before the first.
    pub(crate) fn worst(&self) -> Option<f64> {
        (self.worst > 0.0).then_some(self.worst)
    }
}

fn seconds(whole: i64) -> f64 {
    Time::from_seconds(whole).seconds()
}
