//! Registries under TLS whose certificates nobody else knows.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use xtask::tools::Tool;

use crate::command::{chart, check, helm};
use crate::registry::{Access, Certificate, PASSWORD, Registry, USER};
use crate::{VERSION, at_version, package_file, packaged};

/// The name that a certificate of the tests is for.
const HOST: &str = "127.0.0.1";

fn parameters(host: &str) -> CertificateParams {
    CertificateParams::new([host.to_owned()]).unwrap()
}

fn self_signed(parameters: &CertificateParams) -> Certificate {
    let key = KeyPair::generate().unwrap();
    Certificate { certificate: parameters.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
}

/// One that says that it is an authority, as `openssl req -x509` makes it.
fn of_an_authority(host: &str) -> CertificateParams {
    let mut parameters = parameters(host);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters
}

/// One that an authority signed, with the authority's own.
fn signed_by_another() -> (Certificate, String) {
    let key = KeyPair::generate().unwrap();
    let authority =
        CertifiedIssuer::self_signed(of_an_authority("tests"), KeyPair::generate().unwrap()).unwrap();
    let certificate = parameters(HOST).signed_by(&key, &authority).unwrap().pem();
    (Certificate { certificate, key: key.serialize_pem() }, authority.pem())
}

#[test]
fn whose_authority_is_named_is_published_to_and_nobody_else() {
    let home = tempfile::tempdir().unwrap();
    let authority = home.path().join("authority.pem");
    let ca_file = ["--ca-file", authority.to_str().unwrap()];
    let (signed, signed_by) = signed_by_another();
    let (plain, openssl) = (self_signed(&parameters(HOST)), self_signed(&of_an_authority(HOST)));
    let [plain_itself, openssl_itself] = [&plain, &openssl].map(|it| it.certificate.clone());
    for (what, certificate, trusted) in [
        ("signed by an authority", signed, signed_by),
        ("signed by itself", plain, plain_itself),
        ("signed by itself as openssl does", openssl, openssl_itself),
    ] {
        let registry = Registry::start_with(Access::Login, Some(&certificate));
        fs::write(&authority, trusted).unwrap();
        let (place, host) = (registry.place("charts"), registry.host());
        let publish = ["publish", &place];
        // Nobody is told of the login before it is known who asks.
        let untrusted = chart(home.path(), &publish);
        check(&untrusted, 3, "its certificate is not trusted (");
        check(&untrusted, 3, "`--ca-file` names the authority");
        let trusting = [&publish[..], &ca_file].concat();
        check(
            &chart(home.path(), &trusting),
            3,
            "wants a login, and there is none: run `helm registry login",
        );
        let login = [&["registry", "login", &host, "-u", USER, "-p", PASSWORD][..], &ca_file].concat();
        check(&helm(Tool::Helm, home.path(), &login), 0, "Login Succeeded");
        check(&chart(home.path(), &trusting), 0, "published");
        check(
            &chart(home.path(), &[&["verify", &place][..], &ca_file].concat()),
            0,
            &format!("{VERSION}@sha256:"),
        );
        for tool in crate::HELMS {
            let folder = tempfile::tempdir().unwrap();
            let (chart, to) = (format!("{place}/model-server"), folder.path().to_str().unwrap());
            let version = at_version();
            let pull = [&["pull", &chart, &version, "--destination", to][..], &ca_file].concat();
            check(&helm(tool, home.path(), &pull), 0, "Digest:");
            let pulled = fs::read(folder.path().join(package_file())).unwrap();
            assert_eq!(pulled, packaged().bytes, "{what}");
        }
        check(&helm(Tool::Helm, home.path(), &["registry", "logout", &host]), 0, "");
    }
}

#[test]
fn certificates_that_are_not_good_are_refused_though_they_are_named() {
    let home = tempfile::tempdir().unwrap();
    let authority = home.path().join("authority.pem");
    let mut expired = of_an_authority(HOST);
    expired.not_after = date_time_ymd(2020, 1, 1);
    let mut early = parameters(HOST);
    early.not_before = date_time_ymd(4000, 1, 1);
    for (parameters, said) in [
        (expired, "its certificate is not trusted (certificate expired"),
        (early, "its certificate is not trusted (certificate not valid yet"),
        (
            of_an_authority("elsewhere.example.com"),
            "its certificate is not trusted (certificate not valid for name",
        ),
        (
            parameters("elsewhere.example.com"),
            "its certificate is not trusted (certificate not valid for name",
        ),
    ] {
        let certificate = self_signed(&parameters);
        let registry = Registry::start_with(Access::Open, Some(&certificate));
        fs::write(&authority, &certificate.certificate).unwrap();
        let arguments = ["publish", &registry.place("charts"), "--ca-file", authority.to_str().unwrap()];
        check(&chart(home.path(), &arguments), 3, said);
    }
}

#[test]
fn files_that_hold_no_certificate_and_registries_without_tls_are_told() {
    let home = tempfile::tempdir().unwrap();
    let authority = home.path().join("authority.pem");
    let registry = Registry::start(Access::Open);
    let arguments = ["publish", &registry.place("charts"), "--ca-file", authority.to_str().unwrap()];
    check(&chart(home.path(), &arguments), 3, "authority.pem: No such file");
    fs::write(&authority, "nothing\n").unwrap();
    check(&chart(home.path(), &arguments), 1, "authority.pem has no certificate in PEM");
    fs::write(&authority, self_signed(&parameters(HOST)).certificate).unwrap();
    check(&chart(home.path(), &arguments), 3, "it speaks plain HTTP: say `--plain-http`");
    check(&chart(home.path(), &[&arguments[..], &["--plain-http"]].concat()), 2, "cannot be used with");
    // The name of this machine: what it speaks is found out.
    check(&chart(home.path(), &arguments[..2]), 0, "published");
}
