//! Weights: what KServe's initializer would not find, and places where runtimes would not look.

use mlship_kubernetes::download::{self, Delivery};
use mlship_spec::choices::{KserveStorage, KserveVersion};
use mlship_spec::codes::{CONFLICT, NOT_ON_TARGET};
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::kserve::KserveTarget;
use mlship_spec::workload::{ModelSource, Places, ServiceAccount, Workload};

use crate::form::{Form, MODEL_FOLDER};
use crate::remarks::Remarks;
use crate::{storage, version};

/// Refuses what would leave the server without its weights.
pub(super) fn judge(remarks: &mut Remarks<'_>, form: &Form) {
    let workload = remarks.workload;
    by_key(remarks, form);
    let Some(source) = &workload.model.source else { return };
    let is_kserves = workload.targets.kserve.storage == KserveStorage::Kserve;
    let is_mounted = matches!(download::delivery(workload), Delivery::Claim { .. } | Delivery::Image(_));
    let is_runtimes = matches!(form, Form::Runtime(_));
    if source.mount_path.as_str() != MODEL_FOLDER && (is_kserves || (is_runtimes && is_mounted)) {
        let message = format!("KServe puts the weights into `{MODEL_FOLDER}`, not `{}`", source.mount_path);
        let help = if is_kserves {
            "take `model.path` away, or write `targets.kserve.storage: pod`"
        } else {
            "take `model.path` away"
        };
        remarks.refuse(&NOT_ON_TARGET, "model.path", message, help);
    }
    if let Places::Several(_) = source.places {
        several(remarks, form, source);
    }
    if is_runtimes && !is_kserves {
        image_volume(remarks);
    }
    if is_kserves {
        of_kserve(remarks);
    }
}

/// Whether KServe runs the image of the weights beside the server.
pub(super) fn is_modelcar(workload: &Workload) -> bool {
    let is_kserves = workload.targets.kserve.storage == KserveStorage::Kserve;
    is_kserves && matches!(download::delivery(workload), Delivery::Image(_))
}

/// A storage by its key: a field of models that runtimes serve, of which KServe knows S3 and HDFS
/// (`CreateStorageSpecSecretEnvs` in `pkg/credentials/service_account_credentials.go`).
fn by_key(remarks: &mut Remarks<'_>, form: &Form) {
    const FIELD: &str = "targets.kserve.storageKey";
    let workload = remarks.workload;
    let settings = &workload.targets.kserve;
    let Some(key) = &settings.storage_key else { return };
    let source = workload.model.source.as_ref();
    let problem = if settings.storage != KserveStorage::Kserve {
        Some((
            "KServe reads the key where it downloads, and here the pod does",
            "write `targets.kserve.storage: kserve`",
        ))
    } else if settings.llm.is_some() || !matches!(form, Form::Runtime(_)) {
        Some(("a key is of a model that a runtime serves", "name a runtime in `targets.kserve.runtime`"))
    } else if !source.is_some_and(|source| matches!(source.places.one(), Some(ModelUri::S3 { .. }))) {
        Some(("KServe looks buckets of S3 up by a key", "write `model.uri: s3://bucket/folder`"))
    } else {
        None
    };
    if let Some((message, help)) = problem {
        remarks.refuse(&NOT_ON_TARGET, FIELD, message, help);
        return;
    }
    if source.is_some_and(|source| source.credentials.is_some()) {
        let message = "the key and the credentials name the same thing twice";
        remarks.refuse(&CONFLICT, FIELD, message, "take `model.credentials` away, or the key");
    }
    let reason =
        "JSON with `type`, `access_key_id`, `secret_access_key` and `endpoint_url`, which has to be there";
    remarks.decide("storage-config", format!("the key `{key}` of that Secret"), reason);
}

/// Several places: a list that a version may not have, and rules of its own on paths (`validateStorageURISpec`).
fn several(remarks: &mut Remarks<'_>, form: &Form, source: &ModelSource) {
    /// The longest path (`maxLength` in the schema of `storageUris`).
    const LONGEST_PATH: usize = 255;
    let field = source.places.field();
    let KserveTarget { version, storage, .. } = remarks.workload.targets.kserve;
    let is_runtimes = matches!(form, Form::Runtime(_));
    let is_kserves = storage == KserveStorage::Kserve;
    if !is_runtimes && !is_kserves {
        return;
    }
    if !version::has_storage_uris(version) {
        let message = format!("{} is told of one place of weights alone", remarks.kserve());
        let instead = if is_kserves {
            "write `targets.kserve.storage: pod`, without a runtime"
        } else {
            "take `targets.kserve.runtime` away: the image then runs as it is"
        };
        let newer = version::name(if is_kserves { KserveVersion::V0_20 } else { KserveVersion::V0_17 });
        remarks.refuse(&NOT_ON_TARGET, field, message, format!("{newer} takes several; or {instead}"));
    } else if is_kserves && !version::downloads_several(version) {
        let message = format!(
            "the storage container that {} brings along downloads one place for a pod",
            remarks.kserve()
        );
        let newer = version::name(KserveVersion::V0_20);
        let help = format!("that of {newer} downloads several; or write `targets.kserve.storage: pod`");
        remarks.refuse(&NOT_ON_TARGET, field, message, help);
    }
    let mut folders = source.places.all().into_iter().map(|place| place.folder(source.mount_path.as_str()));
    if let Some(folder) = folders.find(|folder| folder.contains("..") || folder.len() > LONGEST_PATH) {
        let message =
            format!("KServe takes no `..` in a path and at most {LONGEST_PATH} characters: `{folder}`");
        remarks.refuse(&NOT_ON_TARGET, "model.path", message, "choose another folder");
    }
}

fn image_volume(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let is_image = matches!(download::delivery(workload), Delivery::Image(_));
    if is_image && version::image_volume_scheme(workload.targets.kserve.version).is_none() {
        let message = format!("{} has no image volumes for runtimes", remarks.kserve());
        let help = "KServe 0.20 does; or take `runtime` away, or write `storage: kserve` for its modelcar, which \
                    replaces the user id";
        remarks.refuse(&NOT_ON_TARGET, "model.uri", message, help);
    }
}

fn of_kserve(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let Some(source) = &workload.model.source else { return };
    let own = "or write `targets.kserve.storage: pod`";
    if source.cache.is_some() {
        let message = "KServe's initializer downloads for each replica: it has no cache";
        remarks.refuse(&NOT_ON_TARGET, "model.cache", message, format!("take `model.cache` away, {own}"));
    }
    let is_existing = matches!(workload.identity.service_account, ServiceAccount::Existing(_));
    if source.credentials.is_some() && is_existing {
        let message =
            "KServe looks for credentials on the ServiceAccount, and that one is not mlship's to change";
        let help = format!("list the Secret under `secrets` of that account and take the line away, {own}");
        remarks.refuse(&NOT_ON_TARGET, "model.credentials", message, help);
    }
    for variable in storage::unseen_variables(workload) {
        let name = &variable.name;
        let message = format!("KServe's initializer does not see `{name}`, which is the server's alone");
        let help = format!("name a Secret with the key `{name}` in `model.credentials`, {own}");
        let field = super::variable_field(&variable.value, name.as_str());
        remarks.refuse(&NOT_ON_TARGET, &field, message, help);
    }
}
