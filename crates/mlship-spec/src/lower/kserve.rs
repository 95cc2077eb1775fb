//! `targets.kserve`, with its defaults.

use crate::choices::{KserveMode, KserveStorage, KserveVersion};
use crate::spec::forms::value;
use crate::workload::kserve::KserveTarget;

use super::Pass;

impl Pass<'_> {
    pub(super) fn kserve_target(&self) -> KserveTarget {
        let targets = self.spec.targets.as_ref().map(|targets| &targets.value);
        let written = targets.and_then(|targets| targets.kserve.as_ref());
        let written = written.map(|kserve| kserve.value.clone()).unwrap_or_default();
        let mode = value(written.mode.as_ref()).map_or(KserveMode::Standard, |word| word.0);
        let storage = match mode {
            KserveMode::Standard => KserveStorage::Pod,
            KserveMode::Knative => KserveStorage::Kserve,
        };
        let autoscale = self.spec.autoscale.as_ref().map(|autoscale| &autoscale.value);
        KserveTarget {
            version: value(written.version.as_ref()).map_or(KserveVersion::V0_20, |word| word.0),
            mode,
            runtime: value(written.runtime.as_ref()),
            storage: value(written.storage.as_ref()).map_or(storage, |word| word.0),
            signal: autoscale.and_then(|autoscale| value(autoscale.on.as_ref())).map(|word| word.0),
        }
    }
}
