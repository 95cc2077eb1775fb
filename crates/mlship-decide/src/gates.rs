//! What rules a target out by what the spec has no field for. What the spec has a field for is `emit`'s to refuse.

use mlship_spec::choices::{Cloud, Compliance, LockIn};
use mlship_spec::profile::{Kind, Profile, Support};
use mlship_spec::workload::requirements::Requirements;

use crate::facts::Facts;
use crate::fit::Fit;
use crate::verdict::Blocker;

const RAW: &str = "datarekha, Just enough Kubernetes for an ML engineer: when you actually do need raw K8s";
const SCHEDULER: &str =
    "datarekha, Just enough Kubernetes for an ML engineer: what the scheduler actually does";

/// What rules a target out before it is asked.
pub(crate) fn before(facts: &Facts<'_>, profile: &Profile) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    let mut block = |rule: &str, text: String, source: &str| {
        blockers.push(Blocker { rule: rule.to_owned(), text, source: source.to_owned() });
    };
    let needs = facts.needs;
    if let Some(cloud) = profile.cloud {
        let page = profile.runs_on.source.link;
        let runs_on = profile.runs_on.says;
        if needs.on_premises.is(&true) {
            block(
                "on-premises",
                format!("it has to run on your own machines, and this runs on {runs_on} alone"),
                RAW,
            );
        }
        if needs.clouds.said().is_some_and(|clouds| !clouds.contains(&cloud)) {
            block(
                "clouds",
                format!("it runs on {runs_on} alone, which is not among the clouds allowed"),
                page,
            );
        }
        if !regions_allow(needs, cloud) {
            block("regions", format!("none of the regions allowed is one of {runs_on}"), page);
        }
        if needs.compliance.said().is_some_and(|rules| rules.contains(&Compliance::AirGapped)) {
            block(
                "air-gapped",
                format!("it runs on {runs_on} alone, and no connection to the outside is allowed"),
                page,
            );
        }
        if needs.lock_in.is(&LockIn::Refused) {
            block(
                "lock-in",
                format!("{}, and no lock-in is allowed", profile.lock_in.says),
                profile.lock_in.source.link,
            );
        }
        if needs.custom_cni.is(&true) {
            block("custom-cni", "it brings its own network, and the plugin has to be yours".to_owned(), RAW);
        }
    }
    if let (true, Support::No(claim)) = (needs.service_mesh.is(&true), profile.mesh) {
        block("service-mesh", format!("{}, and it has to be part of a mesh", claim.says), claim.source.link);
    }
    let gpus = facts.gpus();
    if let (Kind::OwnCluster, Some(there)) = (profile.kind, needs.cluster.gpus.said())
        && *there < gpus
    {
        let text = match there {
            0 => {
                format!("the cluster has no GPUs, and a replica asks for {gpus}: its pods would stay Pending")
            }
            1 => format!("the cluster has 1 GPU, and a replica asks for {gpus}: its pods would stay Pending"),
            there => format!(
                "the cluster has {there} GPUs, and a replica asks for {gpus}: its pods would stay Pending"
            ),
        };
        block("cluster-gpus", text, SCHEDULER);
    }
    if let (Some(largest), Some(asked)) = (profile.largest_body, needs.request_size.said())
        && asked.bytes() > largest.value
    {
        block(
            "request-size",
            format!("a body of {} is too large: {}", asked.as_str(), largest.claim.says),
            largest.claim.source.link,
        );
    }
    blockers
}

/// Whether nothing rules a target out once it is known how it would run there.
pub(crate) fn allow(facts: &Facts<'_>, fit: &Fit) -> bool {
    fit.refusals.is_empty() && too_slow(facts, fit).is_none()
}

/// The budget of seconds that the first request after a pause would break.
fn too_slow(facts: &Facts<'_>, fit: &Fit) -> Option<u32> {
    let budget = *facts.needs.cold_start_seconds.said()?;
    (facts.must_sleep() && fit.starts_in() > u64::from(budget)).then_some(budget)
}

/// What rules a target out once it is known how it would run there.
pub(crate) fn after(facts: &Facts<'_>, profile: &Profile, fit: &Fit) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    if let Some(budget) = too_slow(facts, fit) {
        let text = format!(
            "after a pause the first request waits {} s, {} of them until the model is loaded, and {budget} s are allowed: {}",
            fit.starts_in(),
            fit.load_seconds,
            fit.cold_start.claim.says
        );
        blockers.push(Blocker {
            rule: "cold-start".to_owned(),
            text,
            source: fit.cold_start.claim.source.link.to_owned(),
        });
    }
    for refusal in &fit.refusals {
        let words = [Some(refusal.message.as_str()), refusal.help.as_deref()];
        let cited = words.into_iter().flatten().find_map(link);
        let help = refusal.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
        blockers.push(Blocker {
            rule: refusal.code.id.to_owned(),
            text: format!("{}{help}", refusal.message),
            source: cited.unwrap_or(profile.runs_on.source.link).to_owned(),
        });
    }
    blockers
}

/// The link in a text, without what follows it.
fn link(text: &str) -> Option<&str> {
    let start = text.find("https://")?;
    let rest = &text[start..];
    let end =
        rest.find(|letter: char| letter.is_whitespace() || ",;)`".contains(letter)).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches(['.', ':']))
}

/// Whether a cloud has one of the regions that may be used. Each cloud spells its regions in a way of its own, so that
/// a region of another cloud can be told without a list that grows old.
fn regions_allow(needs: &Requirements, cloud: Cloud) -> bool {
    let Some(regions) = needs.regions.said() else { return true };
    regions.iter().any(|region| cloud_of(region.as_str()) == Some(cloud))
}

/// `eu-central-1` is AWS's way, `europe-west4` is Google's, `westeurope` is Azure's.
fn cloud_of(region: &str) -> Option<Cloud> {
    let ends_in_digit = region.ends_with(|letter: char| letter.is_ascii_digit());
    match region.rsplit_once('-') {
        None => Some(Cloud::Azure),
        Some((_, last)) if last.bytes().all(|byte| byte.is_ascii_digit()) => Some(Cloud::Aws),
        Some(_) if ends_in_digit => Some(Cloud::Gcp),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_tell_their_cloud() {
        let table = [
            ("eu-central-1", Some(Cloud::Aws)),
            ("us-gov-west-1", Some(Cloud::Aws)),
            ("europe-west4", Some(Cloud::Gcp)),
            ("us-central1", Some(Cloud::Gcp)),
            ("westeurope", Some(Cloud::Azure)),
            ("eastus2", Some(Cloud::Azure)),
            ("moon-base", None),
        ];
        for (region, cloud) in table {
            assert_eq!(cloud_of(region), cloud, "{region}");
        }
    }

    #[test]
    fn links_end_before_what_follows() {
        assert_eq!(link("see https://a.example/b, 2026"), Some("https://a.example/b"));
        assert_eq!(link("(https://a.example/b)"), Some("https://a.example/b"));
        assert_eq!(link("none"), None);
    }
}
