//! What there is to say about the way of the weights.

use mlship_spec::choices::AccessMode;
use mlship_spec::codes;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{ModelSource, Places, Workload};

use super::{Delivery, INITIALIZER, delivery, google_credentials, shared_env};
use crate::notes::Notes;
use crate::pod;

/// Refuses what the initializer or a volume can't do, and says what was decided.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    match delivery(workload) {
        Delivery::InImage | Delivery::Claim { .. } => {}
        Delivery::Image(_) => {
            notes.decide(
                "model.uri",
                "an image volume",
                "the kubelet pulls the model; needs Kubernetes 1.35 or later",
            );
        }
        Delivery::Download(source) => {
            revision(workload, source, notes);
            cached(workload, source, notes);
            downloaded(workload, source, notes);
        }
    }
}

fn downloaded(workload: &Workload, source: &ModelSource, notes: &mut Notes) {
    notes.decide(
        "initContainers",
        INITIALIZER,
        "KServe's public initializer reads every scheme of `model.uri`",
    );
    if google_credentials(source).is_some() {
        notes.adapt(
            "model.credentials",
            "mounted as a file, since Google's libraries read one: the Secret's key must be \
             `gcloud-application-credentials.json`",
        );
    }
    for variable in shared_env(workload, source) {
        let field = format!("server.env.{}", variable.name);
        notes.decide(&field, "set for the download too", "the download asks the same service");
    }
}

/// `_download_hf` of the initializer splits at every slash and wants two parts.
fn revision(workload: &Workload, source: &ModelSource, notes: &mut Notes) {
    for place in source.places.all() {
        if let ModelUri::HuggingFace { revision: Some(revision), .. } = place.uri
            && revision.as_str().contains('/')
        {
            let message = format!("the download can't ask for revision `{revision}`, which holds a slash");
            let help = "write the commit's hash in its place";
            notes.refuse(workload, &codes::NOT_ON_TARGET, &place.field, message, help);
        }
    }
}

fn cached(workload: &Workload, source: &ModelSource, notes: &mut Notes) {
    let Some(cache) = &source.cache else { return };
    let folder = match source.places {
        Places::One(_) => "a folder for each `model.uri`",
        Places::Several(_) => "a folder for all of `model.uris`; where one changes, all are downloaded anew",
    };
    notes.decide(
        "model.cache",
        folder,
        "replicas that fill it at once can't spoil each other's copy; what the URI names later is not loaded again",
    );
    let pods = pod::most_at_once(workload);
    if cache.access == AccessMode::ReadWriteOnce && pods > 1 {
        let message = format!(
            "`ReadWriteOnce` lets the pods of one node in, and during a rollout up to {pods} may run on several"
        );
        let help = "write `access: ReadWriteMany`, or `rollout.surge: 0` where there is one replica";
        notes.refuse(workload, &codes::SINGLE_NODE_VOLUME, "model.cache.access", message, help);
    }
}
