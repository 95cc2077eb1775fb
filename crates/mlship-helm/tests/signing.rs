//! Provenance: what is signed, who may sign, and what is told of keys that may not.

mod packaged;

use mlship_helm::provenance::sign::{BadKey, Signer};
use mlship_helm::provenance::{Provenance as _, file_name, text};

use packaged::packaged;

/// 2026-11-01, when every good key of the tests is.
const NOW: u64 = 1_793_491_200;

const CHARTS: &[u8] = include_bytes!("keys/charts.asc");
const OTHER: &[u8] = include_bytes!("keys/other.asc");
const PASSPHRASE: Option<&str> = Some("correct horse");

/// What Helm makes of a file of provenance: the documents between the headers and the signature
/// (<https://github.com/helm/helm/blob/v4.0.0/pkg/provenance/sign.go>, `parseMessageBlock`).
fn read_as_helm_does(file: &str) -> (serde_yaml::Value, serde_yaml::Value) {
    let (head, rest) = file.split_once("\n\n").expect("headers end with an empty line");
    assert_eq!(head, "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512");
    let (body, _) = rest.split_once("\n-----BEGIN PGP SIGNATURE-----\n").expect("there is a signature");
    let lines: Vec<_> = body.lines().map(|line| line.strip_prefix("- ").unwrap_or(line)).collect();
    let body = lines.join("\n");
    let parts: Vec<_> = body.split("\n...\n").collect();
    assert_eq!(parts.len(), 2, "{body}");
    let read = |text: &str| serde_yaml::from_str(text).expect("it is YAML");
    (read(parts[0]), read(parts[1]))
}

#[test]
fn helm_reads_the_metadata_and_the_digest_of_the_package() {
    let package = packaged();
    assert_eq!(file_name(&package), "it-1.2.3+b.tgz.prov");
    let signer = Signer::new(CHARTS, None, PASSPHRASE, NOW).expect("the key signs");
    let statement = signer.sign(&package, NOW).expect("it is signed");
    let file = String::from_utf8(statement.file().to_vec()).expect("it is text");
    let (metadata, sums) = read_as_helm_does(&file);
    assert_eq!(metadata["version"], "1.2.3+b");
    assert_eq!(metadata["description"], "it: an on, \"that\" - ");
    assert_eq!(metadata["keywords"][1], "- b");
    let digest = mlship_helm::oci::digest::sha256(&package.bytes);
    assert_eq!(sums["files"]["it-1.2.3+b.tgz"], digest.as_str());
    assert_eq!(sums.as_mapping().map(serde_yaml::Mapping::len), Some(1));
    assert!(text(&package).lines().all(|line| line == line.trim_end()));
}

#[test]
fn a_signature_states_the_same_only_for_the_same_text_and_key() {
    let package = packaged();
    let signer = Signer::new(CHARTS, None, PASSPHRASE, NOW).expect("the key signs");
    let other = Signer::new(OTHER, None, None, NOW).expect("the key signs");
    let statement = signer.sign(&package, NOW).expect("it is signed");
    let later = signer.sign(&package, NOW + 9).expect("it is signed");
    assert_ne!(statement.file(), later.file());
    assert!(statement.states_the_same(later.file()));
    let strangers = other.sign(&package, NOW).expect("it is signed");
    assert!(!statement.states_the_same(strangers.file()));
    let mut changed = package.clone();
    changed.bytes.push(0);
    assert!(!statement.states_the_same(signer.sign(&changed, NOW).expect("it is signed").file()));
    let forged = String::from_utf8_lossy(statement.file()).replace("name: it", "name: at");
    assert!(!statement.states_the_same(forged.as_bytes()));
    assert!(!statement.states_the_same(b"") && !statement.states_the_same(&[0xff]));
}

#[test]
fn every_kind_of_key_that_helm_trusts_signs() {
    for (keyring, name) in [
        (OTHER, None),
        (include_bytes!("keys/curve.asc").as_slice(), None),
        (include_bytes!("keys/ed25519.asc"), None),
        (include_bytes!("keys/ed448.asc"), None),
        // Its primary key is elsewhere; a subkey signs.
        (include_bytes!("keys/offline.asc").as_slice(), None),
        (OTHER, Some("Other Publisher <other@example.com>")),
        (OTHER, Some("other@example.com")),
    ] {
        let signer = Signer::new(keyring, name, None, NOW).expect("the key signs");
        assert!(signer.sign(&packaged(), NOW).is_ok());
        assert_eq!(signer.fingerprint().len(), 40);
    }
    let fingerprint = Signer::new(OTHER, None, None, NOW).expect("the key signs").fingerprint();
    assert!(Signer::new(OTHER, Some(&fingerprint[24..]), None, NOW).is_ok(), "a key's id names it");
}

/// A keyring, a name, a passphrase and what is said of them.
type Row<'a> = (&'a [u8], Option<&'a str>, Option<&'a str>, &'a str);

#[test]
fn keys_that_may_not_sign_are_told_in_one_sentence() {
    let two = [binary(CHARTS), binary(OTHER)].concat();
    let keybox = [&[0, 0, 0, 32, 1, 1, 0, 2][..], b"KBXf", &[0; 40]].concat();
    let rows: [Row<'_>; 16] = [
        (CHARTS, None, None, "is locked: give its passphrase with `--passphrase-file`"),
        (
            CHARTS,
            None,
            Some("wrong horse"),
            "the passphrase does not unlock the key of `Chart Publisher <charts@",
        ),
        (CHARTS, None, Some(""), "the passphrase does not unlock"),
        (
            CHARTS,
            Some("nobody"),
            PASSPHRASE,
            "no key is that of `nobody`; there are those of `Chart Publisher",
        ),
        (&two, None, PASSPHRASE, "` could be meant: name one with `--key`"),
        (&two, Some("Publisher"), PASSPHRASE, "could be meant"),
        (include_bytes!("keys/expired.asc"), None, None, "can't sign: it expired on 2020-12-31"),
        (include_bytes!("keys/revoked.asc"), None, None, "can't sign: it is revoked"),
        (
            include_bytes!("keys/weak.asc"),
            None,
            None,
            "it has 1024 bits, and Helm trusts no RSA key below 2048",
        ),
        (include_bytes!("keys/old.asc"), None, None, "Helm trusts no DSA key"),
        (include_bytes!("keys/six.asc"), None, None, "can't sign: its format is not that of version 4"),
        (include_bytes!("keys/public.gpg"), None, None, "the keyring holds public keys alone"),
        (&keybox, None, None, "it is GnuPG's keybox"),
        (b"", None, None, "no OpenPGP key can be read"),
        (b"not a key\n", None, None, "no OpenPGP key can be read"),
        (&CHARTS[..600], None, PASSPHRASE, "no OpenPGP key can be read"),
    ];
    for (keyring, name, passphrase, said) in rows {
        let refused = refusal(keyring, name, passphrase, NOW);
        assert!(refused.contains(said), "{said:?} is not in {refused:?}");
        assert!(!refused.contains("wrong horse") && !refused.contains('\n'), "{refused}");
    }
    assert!(refusal(OTHER, None, None, 1_000_000_000).contains("it is from the future"));
    assert!(Signer::new(&two, Some("charts@"), PASSPHRASE, NOW).is_ok(), "one of two that is named");
}

fn refusal(keyring: &[u8], name: Option<&str>, passphrase: Option<&str>, now: u64) -> String {
    let refused: Result<(), BadKey> = Signer::new(keyring, name, passphrase, now).map(|_| ());
    refused.expect_err("the key does not sign").to_string()
}

/// A keyring without its armour, as GnuPG keeps them.
fn binary(armoured: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let text = std::str::from_utf8(armoured).expect("armour is text");
    let (_, body) = text.split_once("\n\n").expect("headers end with an empty line");
    let lines: String = body.lines().take_while(|line| !line.starts_with(['=', '-'])).collect();
    base64::engine::general_purpose::STANDARD.decode(lines).expect("armour is base64")
}
