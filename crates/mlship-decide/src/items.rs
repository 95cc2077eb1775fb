//! The items of the requirements as data: what flags, questions and the search for flips go through.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mlship_spec::choices::{
    Burstiness, Choice, Cloud, ClusterPart, Compliance, Isolation, LockIn, Protocol, Skill, Topology,
    ZeroNeed,
};
use mlship_spec::values::duration::Seconds;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::requirements::{Answer, Requirements};

/// One item.
#[derive(Clone, Copy)]
pub struct Item {
    /// Its path below `requirements`, such as `traffic.average`.
    pub path: &'static str,
    /// What is asked of a person.
    pub question: &'static str,
    /// What is taken for granted where nothing is said.
    pub assumed: &'static str,
    /// What it may hold.
    pub kind: Kind,
    get: fn(&Requirements) -> Answer<Value>,
    set: fn(&mut Requirements, Answer<Value>),
}

/// What an item may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Yes or no.
    Boolean,
    /// One word of a list, each with its meaning.
    Word(&'static [(&'static str, &'static str)]),
    /// Words of a list, each with its meaning.
    Words(&'static [(&'static str, &'static str)]),
    /// A number, between bounds.
    Number(Unit, f64, f64),
    /// Text that nobody can list.
    Text,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// GPUs of one replica, which come in powers of two.
    Gpus,
    /// Requests a second, to the thousandth.
    Rate,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// Thousandths of seconds.
    Milliseconds,
    /// US dollars a month.
    Dollars,
    /// Hours a day.
    Hours,
}

/// What an item holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Yes or no.
    Boolean(bool),
    /// One word.
    Word(&'static str),
    /// Words, in the order of their list.
    Words(Vec<&'static str>),
    /// A number.
    Number(f64),
    /// Text, as YAML.
    Text(String),
}

impl Item {
    /// What was said of it.
    pub fn get(&self, requirements: &Requirements) -> Answer<Value> {
        (self.get)(requirements)
    }

    /// The requirements with this item changed.
    #[must_use]
    pub fn with(&self, requirements: &Requirements, value: &Value) -> Requirements {
        let mut changed = requirements.clone();
        (self.set)(&mut changed, Answer::Said(value.clone()));
        changed
    }

    /// The requirements with nothing said of this item.
    #[must_use]
    pub fn without(&self, requirements: &Requirements) -> Requirements {
        let mut changed = requirements.clone();
        (self.set)(&mut changed, Answer::NotSaid);
        changed
    }

    /// A value as `--set` takes it: `requirements.models=3`.
    pub fn setting(&self, value: &Value) -> String {
        format!("requirements.{}={}", self.path, self.printed(value))
    }

    /// A value as YAML.
    pub fn printed(&self, value: &Value) -> String {
        match value {
            Value::Boolean(value) => value.to_string(),
            Value::Word(word) => (*word).to_owned(),
            Value::Words(words) => format!("[{}]", words.join(", ")),
            Value::Number(number) => match self.kind {
                Kind::Number(Unit::Bytes, ..) => Quantity::from_bytes(whole(*number)).as_str().to_owned(),
                _ => plain(*number),
            },
            Value::Text(text) => text.clone(),
        }
    }

    /// Its flag on the command line: `traffic-average` for `traffic.average`.
    pub fn flag(&self) -> &'static str {
        flag(self.path)
    }
}

/// The flag of a path of [`ITEMS`] or [`TEXTS`]; the path itself for any other.
pub fn flag(path: &'static str) -> &'static str {
    static FLAGS: LazyLock<BTreeMap<&str, String>> = LazyLock::new(|| {
        let paths = ITEMS.iter().map(|item| item.path).chain(TEXTS.iter().map(|(path, _)| *path));
        paths.map(|path| (path, dashed(path))).collect()
    });
    FLAGS.get(path).map_or(path, String::as_str)
}

fn dashed(path: &str) -> String {
    let mut flag = String::new();
    for letter in path.chars() {
        match letter {
            '.' => flag.push('-'),
            upper if upper.is_ascii_uppercase() => {
                flag.push('-');
                flag.push(upper.to_ascii_lowercase());
            }
            lower => flag.push(lower),
        }
    }
    flag
}

/// A number without digits that say nothing.
pub fn plain(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number as a whole one.
pub fn whole(number: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
    let whole = number.clamp(0.0, 9.0e15).round() as u64;
    whole
}

fn count(number: f64) -> u32 {
    u32::try_from(whole(number)).unwrap_or(u32::MAX)
}

fn map<T, U>(answer: &Answer<T>, convert: impl FnOnce(&T) -> U) -> Answer<U> {
    match answer {
        Answer::NotSaid => Answer::NotSaid,
        Answer::Unknown => Answer::Unknown,
        Answer::Said(value) => Answer::Said(convert(value)),
    }
}

fn number(answer: &Answer<u32>) -> Answer<Value> {
    map(answer, |it| Value::Number(f64::from(*it)))
}

fn words<T: Choice>(list: &[T]) -> Value {
    Value::Words(list.iter().map(|choice| choice.as_str()).collect())
}

fn of_words<T: Choice + Ord>(value: &Value) -> Vec<T> {
    let Value::Words(words) = value else { return Vec::new() };
    let mut values: Vec<T> = words.iter().filter_map(|word| T::from_word(word)).collect();
    values.sort_unstable();
    values
}

#[expect(clippy::cast_precision_loss, reason = "sizes of requests are far below 2⁵³")]
fn bytes(quantity: &Quantity) -> Value {
    Value::Number(quantity.bytes() as f64)
}

/// Reads a value as the type that the item holds; one of another kind says nothing.
fn said<T>(answer: &Answer<Value>, read: impl FnOnce(&Value) -> Option<T>) -> Answer<T> {
    match answer {
        Answer::NotSaid => Answer::NotSaid,
        Answer::Unknown => Answer::Unknown,
        Answer::Said(value) => read(value).map_or(Answer::NotSaid, Answer::Said),
    }
}

fn read_number(value: &Value) -> Option<f64> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}

macro_rules! items {
    ($($path:literal $kind:ident $(($($of:tt)*))? $question:literal $assumed:literal $($field:ident).+;)+) => {
        /// Every item, in the order in which it is best asked.
        pub static ITEMS: &[Item] = &[$(Item {
            path: $path,
            question: $question,
            assumed: $assumed,
            kind: items!(@kind $kind $(($($of)*))?),
            get: |it| items!(@get it.$($field).+, $kind $(($($of)*))?),
            set: |it, answer| it.$($field).+ = items!(@set answer, $kind $(($($of)*))?),
        },)+];
    };
    (@kind Boolean) => { Kind::Boolean };
    (@kind Word($of:ident)) => { Kind::Word($of::WORDS) };
    (@kind Words($of:ident)) => { Kind::Words($of::WORDS) };
    (@kind Count($unit:ident, $low:literal, $high:literal)) => { Kind::Number(Unit::$unit, $low, $high) };
    (@kind Rate($low:literal, $high:literal)) => { Kind::Number(Unit::Rate, $low, $high) };
    (@kind Bytes($low:literal, $high:literal)) => { Kind::Number(Unit::Bytes, $low, $high) };
    (@kind Seconds($low:literal, $high:literal)) => { Kind::Number(Unit::Seconds, $low, $high) };
    (@get $field:expr, Boolean) => { map(&$field, |it| Value::Boolean(*it)) };
    (@get $field:expr, Word($of:ident)) => { map(&$field, |it| Value::Word(it.as_str())) };
    (@get $field:expr, Words($of:ident)) => { map(&$field, |it| words(it)) };
    (@get $field:expr, Count($($of:tt)*)) => { number(&$field) };
    (@get $field:expr, Rate($($of:tt)*)) => { map(&$field, |it| Value::Number(*it)) };
    (@get $field:expr, Bytes($($of:tt)*)) => { map(&$field, bytes) };
    (@get $field:expr, Seconds($($of:tt)*)) => { map(&$field, |it| Value::Number(f64::from(it.get()))) };
    (@set $answer:ident, Boolean) => {
        said(&$answer, |value| if let Value::Boolean(value) = value { Some(*value) } else { None })
    };
    (@set $answer:ident, Word($of:ident)) => {
        said(&$answer, |value| if let Value::Word(word) = value { $of::from_word(word) } else { None })
    };
    (@set $answer:ident, Words($of:ident)) => { said(&$answer, |value| Some(of_words::<$of>(value))) };
    (@set $answer:ident, Count($($of:tt)*)) => { said(&$answer, |value| read_number(value).map(count)) };
    (@set $answer:ident, Rate($($of:tt)*)) => { said(&$answer, read_number) };
    (@set $answer:ident, Bytes($($of:tt)*)) => {
        said(&$answer, |value| read_number(value).map(|it| Quantity::from_bytes(whole(it))))
    };
    (@set $answer:ident, Seconds($($of:tt)*)) => {
        said(&$answer, |value| read_number(value).and_then(|it| Seconds::new(count(it))))
    };
}

items! {
    "platformTeam" Boolean "Does a platform team run a cluster for you?" "left open" platform_team;
    "models" Count(Count, 1.0, 1000.0) "How many models do you serve?" "left open" models;
    "platformForOthers" Boolean "Are you building a platform that other teams will use?" "no" platform_for_others;
    "onPremises" Boolean "Must it run on machines of your own?" "no" on_premises;
    "clouds" Words(Cloud) "Which clouds may be used?" "any" clouds;
    "gpu.count" Count(Gpus, 0.0, 8.0) "How many GPUs does one replica need?" "as the spec says, else none" gpu.count;
    "cluster.exists" Boolean "Is there a cluster already?" "none that has to be used" cluster.exists;
    "cluster.gpus" Count(Count, 0.0, 64.0) "How many GPUs do its nodes have in all?" "enough" cluster.gpus;
    "cluster.installed" Words(ClusterPart) "What is installed in it?" "left open" cluster.installed;
    "lockIn" Word(LockIn) "May it be bound to one vendor?" "accepted" lock_in;
    "compliance" Words(Compliance) "Which rules bind it?" "none" compliance;
    "scaleToZero" Word(ZeroNeed) "May it, or must it, cost nothing while nobody calls?" "it may" scale_to_zero;
    "canary" Boolean "Must a new version be tried on a share of the traffic first?" "as the spec says, else no" canary;
    "protocol" Word(Protocol) "What do clients speak?" "as the spec says, else http" protocol;
    "traffic.average" Rate(0.0, 100_000.0) "How many requests a second come on average?" "the replicas of the spec are enough" traffic.average;
    "traffic.peak" Rate(0.0, 100_000.0) "How many requests a second at the peak?" "the average, three times that when bursty" traffic.peak;
    "traffic.hoursPerDay" Count(Hours, 0.0, 24.0) "In how many hours a day are there requests?" "24" traffic.hours_per_day;
    "traffic.burstiness" Word(Burstiness) "How does the traffic change?" "left open" traffic.burstiness;
    "traffic.perReplica" Rate(0.001, 100_000.0) "How many requests a second does one replica answer?" "as `autoscale` tells, else 10" traffic.per_replica;
    "environments" Count(Count, 1.0, 100.0) "In how many environments does it run?" "left open" environments;
    "gpu.topology" Word(Topology) "How do the GPUs of a replica have to be linked?" "ordinary" gpu.topology;
    "isolation" Word(Isolation) "How far apart must tenants be kept?" "no tenants" isolation;
    "serviceMesh" Boolean "Must it be part of a service mesh?" "no" service_mesh;
    "customCni" Boolean "Is the cluster's network plugin one of your own?" "no" custom_cni;
    "shadow" Boolean "Must a new version be tried on copies of requests first?" "no" shadow;
    "multiModel" Boolean "Do several models share one server?" "no" multi_model;
    "gpuSharing" Boolean "Do several servers share one GPU?" "no" gpu_sharing;
    "state" Boolean "Does each replica keep data of its own?" "as the spec says, else no" state;
    "request.seconds" Seconds(1.0, 3600.0) "How many seconds does the longest request take?" "as the spec says" request_seconds;
    "request.size" Bytes(1024.0, 1_073_741_824.0) "How large is the largest request or answer?" "below 1Mi" request_size;
    "latencyMilliseconds" Count(Milliseconds, 1.0, 60000.0) "Within how many milliseconds must 95 of 100 requests be answered?" "no bound" latency_milliseconds;
    "coldStartSeconds" Count(Seconds, 0.0, 3600.0) "How many seconds may the first request after a pause wait?" "as long as it takes" cold_start_seconds;
    "budget" Count(Dollars, 1.0, 1_000_000.0) "How many US dollars a month may it cost?" "any" budget;
    "skills.kubernetes" Word(Skill) "How well do you know Kubernetes?" "left open" kubernetes_skill;
    "skills.cloud" Word(Skill) "How well do you know the managed services of a cloud?" "left open" cloud_skill;
    "gitops" Boolean "Does a GitOps tool apply what lies in a repository?" "no" gitops;
}

/// The items that flags take and nothing searches: nobody can list their values.
pub static TEXTS: &[(&str, &str)] = &[
    ("regions", "Regions that may be used, such as `[eu-central-1]`"),
    ("gpu.type", "The accelerator of a replica, such as `nvidia-l4`"),
];

/// The item of a path.
pub fn find(path: &str) -> Option<&'static Item> {
    ITEMS.iter().find(|item| item.path == path)
}
