//! Signed packages, as both Helms verify them.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use mlship_helm::oci::manifest::{PROVENANCE, Stored};
use mlship_helm::oci::publish::tag;
use serde_json::Value;
use xtask::Outcome;
use xtask::chart::http::Http;
use xtask::tools::Tool;

use crate::command::{chart, chart_with, check, helm};
use crate::registry::{Access, Registry};
use crate::{HELMS, VERSION, at_version, client, package_file, packaged};

const PASSPHRASE: &str = "correct horse";

/// A key of the tests of mlship-helm.
pub fn key(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mlship-helm/tests/keys").join(name);
    path.to_str().unwrap().to_owned()
}

/// Arguments that sign with a key whose passphrase is in a file.
fn signing(home: &Path, name: &str) -> [String; 5] {
    let passphrase = home.join("passphrase");
    fs::write(&passphrase, format!("{PASSPHRASE}\n")).unwrap();
    ["--sign", "--keyring", &key(name), "--passphrase-file", passphrase.to_str().unwrap()].map(str::to_owned)
}

/// Runs `xtask chart` and signs.
fn signed(home: &Path, name: &str, arguments: &[&str]) -> Outcome {
    let signing = signing(home, name);
    let all: Vec<&str> = arguments.iter().copied().chain(signing.iter().map(String::as_str)).collect();
    chart(home, &all)
}

fn package_signed(home: &Path, name: &str) -> PathBuf {
    let folder = home.join(name);
    check(&signed(home, name, &["package", "--destination", folder.to_str().unwrap()]), 0, ".tgz.prov");
    folder.join(package_file())
}

fn helm_verify(tool: Tool, home: &Path, package: &Path) -> Outcome {
    helm(tool, home, &["verify", package.to_str().unwrap(), "--keyring", &key("public.gpg")])
}

#[test]
fn both_helms_verify_what_each_kind_of_key_signed() {
    let home = tempfile::tempdir().unwrap();
    for (name, whose) in [
        ("charts.asc", "Chart Publisher"),
        ("other.asc", "Other Publisher"),
        ("offline.asc", "Offline Publisher"),
        ("curve.asc", "Curve Publisher"),
        ("ed25519.asc", "New Curve Publisher"),
        ("ed448.asc", "Large Curve Publisher"),
    ] {
        let package = package_signed(home.path(), name);
        assert_eq!(fs::read(&package).unwrap(), packaged().bytes, "{name}: signing changed the package");
        for tool in HELMS {
            check(&helm_verify(tool, home.path(), &package), 0, whose);
        }
    }
}

#[test]
fn neither_helm_takes_what_was_changed_or_signed_by_a_stranger() {
    let home = tempfile::tempdir().unwrap();
    let package = package_signed(home.path(), "charts.asc");
    let provenance = home.path().join(format!("charts.asc/{}.prov", package_file()));
    let (bytes, text) = (fs::read(&package).unwrap(), fs::read_to_string(&provenance).unwrap());
    for tool in HELMS {
        let mut changed = bytes.clone();
        *changed.last_mut().unwrap() ^= 1;
        fs::write(&package, changed).unwrap();
        check(&helm_verify(tool, home.path(), &package), 1, "sha256 sum does not match");
        fs::write(&package, &bytes).unwrap();

        fs::write(&provenance, text.replace(VERSION, "9.9.9")).unwrap();
        check(&helm_verify(tool, home.path(), &package), 1, "openpgp:");
        fs::write(&provenance, &text).unwrap();

        let strangers = home.path().join("strangers.gpg");
        fs::write(&strangers, []).unwrap();
        let arguments = ["verify", package.to_str().unwrap(), "--keyring", strangers.to_str().unwrap()];
        check(&helm(tool, home.path(), &arguments), 1, "unknown entity");
        check(&helm_verify(tool, home.path(), &package), 0, "Chart Publisher");
    }
}

#[test]
fn both_helms_pull_and_verify_a_signed_chart() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let place = registry.place("charts");
    let published = signed(home.path(), "charts.asc", &["publish", &place, "-o", "json"]);
    let report: Value = serde_json::from_str(&published.stdout).unwrap();
    assert_eq!(report["status"], "published", "{published:?}");
    assert_eq!(report["signedBy"].as_str().unwrap().len(), 40);
    for tool in HELMS {
        let (chart, keyring) = (format!("{place}/model-server"), key("public.gpg"));
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().to_str().unwrap();
        let pull = ["pull", &chart, &at_version(), "--plain-http", "--destination", to];
        let verifying = [&pull[..], &["--verify", "--keyring", &keyring]].concat();
        check(&helm(tool, home.path(), &verifying), 0, "Chart Publisher");
        assert_eq!(fs::read(folder.path().join(package_file())).unwrap(), packaged().bytes);
        assert!(folder.path().join(format!("{}.prov", package_file())).exists());
        // Whoever does not ask for the signature is not bothered by it.
        check(&helm(tool, home.path(), &pull), 0, "Digest:");
    }
    // What nobody signed is not taken by those who ask.
    let place = registry.place("unsigned");
    check(&chart(home.path(), &["publish", &place]), 0, "published");
    let (chart, keyring, to) =
        (format!("{place}/model-server"), key("public.gpg"), home.path().to_str().unwrap());
    let pull = ["pull", &chart, &at_version(), "--plain-http", "--verify", "--keyring", &keyring, "-d", to];
    assert!(!helm(Tool::Helm, home.path(), &pull).succeeded());
}

#[test]
fn a_signed_chart_is_kept_as_helm_push_keeps_it() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let package = package_signed(home.path(), "charts.asc");
    let push = ["push", package.to_str().unwrap(), &registry.place("theirs"), "--plain-http"];
    check(&helm(Tool::Helm, home.path(), &push), 0, "Pushed:");
    check(&signed(home.path(), "charts.asc", &["publish", &registry.place("ours")]), 0, "signed by ");
    let http = Http::new(None).unwrap();
    let manifest = |path: &str| -> Value {
        let (_, bytes) =
            client(&http, &registry, path).manifest(&tag(&packaged()).unwrap()).unwrap().unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let (mut ours, mut theirs) = (manifest("ours"), manifest("theirs"));
    for manifest in [&mut ours, &mut theirs] {
        let digests: Vec<_> =
            manifest["layers"].as_array().unwrap().iter().map(|it| it["digest"].to_string()).collect();
        assert!(digests.is_sorted(), "{digests:?}");
        // The time of the file, and that of the signature, with what comes of it.
        manifest["annotations"].as_object_mut().unwrap().remove("org.opencontainers.image.created");
        let layers = manifest["layers"].as_array_mut().unwrap();
        layers.sort_by_key(|layer| layer["mediaType"].to_string());
        for layer in layers.iter_mut().filter(|layer| layer["mediaType"] == PROVENANCE) {
            layer["digest"] = Value::Null;
        }
    }
    assert_eq!(ours, theirs);
}

#[test]
fn a_signature_is_published_once_and_never_lost() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let place = registry.place("charts");
    let publish = ["publish", &place, "-o", "json"];
    let digest = |outcome: &Outcome| -> String {
        let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
        format!("{} {}", report["status"].as_str().unwrap(), report["digest"].as_str().unwrap())
    };
    let unsigned = digest(&chart(home.path(), &publish));
    assert_eq!(unsigned, format!("published {}", Stored::of(&packaged(), None).digest()));
    check(&signed(home.path(), "charts.asc", &publish), 1, "published already and not signed (sha256:");
    let overwriting = [&publish[..], &["--overwrite"]].concat();
    let first = digest(&signed(home.path(), "charts.asc", &overwriting));
    let unchanged = first.replace("published", "unchanged");
    assert_ne!(first, unsigned);
    assert_eq!(digest(&signed(home.path(), "charts.asc", &publish)), unchanged);
    assert_eq!(digest(&signed(home.path(), "charts.asc", &overwriting)), unchanged);
    // Without a key the same package is there as well, and its signature stays.
    assert_eq!(digest(&chart(home.path(), &publish)), unchanged);
    assert_eq!(digest(&chart(home.path(), &["verify", &place, "-o", "json"])), unchanged);
    check(&signed(home.path(), "other.asc", &publish), 1, "not signed by this key");
    assert!(digest(&signed(home.path(), "other.asc", &overwriting)).starts_with("published"));
}

#[test]
fn two_that_sign_at_once_end_in_one_good_state() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    for round in 0..3 {
        let place = registry.place(&format!("round-{round}"));
        let publish = || signed(home.path(), "charts.asc", &["publish", &place]);
        let both =
            thread::scope(|scope| [scope.spawn(publish), scope.spawn(publish)].map(|it| it.join().unwrap()));
        for outcome in &both {
            check(outcome, 0, &format!("model-server:{VERSION}@sha256:"));
        }
        check(&signed(home.path(), "charts.asc", &["publish", &place]), 0, "there already, unchanged");
    }
}

#[test]
fn a_bad_key_is_told_in_one_sentence_and_nothing_is_written() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let (place, to) = (registry.place("charts"), home.path().join("packages"));
    let wrong = home.path().join("wrong");
    fs::write(&wrong, "battery staple\n").unwrap();
    let [charts, public, expired, absent] =
        [key("charts.asc"), key("public.gpg"), key("expired.asc"), key("absent.asc")];
    let wrong = wrong.to_str().unwrap();
    let rows: [(&[&str], i32, &str); 6] = [
        (&["--keyring", &charts], 1, "is locked: give its passphrase"),
        (
            &["--keyring", &charts, "--passphrase-file", wrong],
            1,
            "the passphrase does not unlock the key of `Chart",
        ),
        (&["--keyring", &public], 1, "the keyring holds public keys alone"),
        (&["--keyring", &expired], 1, "can't sign: it expired on"),
        (&["--keyring", &absent], 3, "absent.asc: No such file"),
        (&[], 2, "--keyring <FILE>"),
    ];
    for (arguments, code, said) in rows {
        for task in [["publish", &place], ["package", "--destination"]] {
            let folder: &[&str] = if task[0] == "package" { &[to.to_str().unwrap()] } else { &[] };
            let outcome = chart(home.path(), &[&task[..], folder, &["--sign"], arguments].concat());
            check(&outcome, code, said);
            assert!(!outcome.stderr.contains("battery"), "{}", outcome.stderr);
            assert!(code == 2 || outcome.stderr.lines().count() == 1, "{}", outcome.stderr);
        }
    }
    assert!(!to.exists(), "nothing is written");
    let http = Http::new(None).unwrap();
    assert_eq!(client(&http, &registry, "charts").manifest(VERSION).unwrap(), None, "nothing is sent");
    // The same key, with its passphrase in the environment.
    let publish = ["publish", &place, "--sign", "--keyring", &charts];
    check(&chart_with(home.path(), &publish, &[("MLSHIP_KEY_PASSPHRASE", PASSPHRASE)]), 0, "signed by");
}
