//! `targets.kserve`: what only KServe knows.

use crate::choices::{KserveMode, KserveStorage, KserveVersion};
use crate::field::Word;
use crate::spec_struct;
use crate::values::names::DnsSubdomain;

spec_struct! {
    /// What only KServe knows.
    KserveTarget {
        /// The version that the cluster runs, in quotes: `\"0.20\"`.
        "version" version: Word<KserveVersion> {
            default: "the newest: `\"0.20\"`",
            becomes: "which fields are written; what the version lacks is refused"
        }
        /// How KServe runs the service.
        "mode" mode: Word<KserveMode> {
            default: "`standard`, which needs nothing but Kubernetes",
            becomes: "the annotation serving.kserve.io/deploymentMode"
        }
        /// The ServingRuntime or ClusterServingRuntime that runs the server.
        "runtime" runtime: DnsSubdomain {
            default: "none: the container as the spec describes it; KServe's own where it says the same",
            becomes: "predictor.model.runtime, with the spec's image, arguments and environment laid over it"
        }
        /// Who brings the weights into the pod.
        "storage" storage: Word<KserveStorage> {
            default: "`pod`; `kserve` in `knative` mode, where pods have no init containers of their own",
            becomes: "an init container or volume of the predictor, or storageUri"
        }
    }
}
