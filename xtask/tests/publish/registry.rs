//! A real registry on this machine, for as long as a test lasts.

use std::fmt::Write as _;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use xtask::tools::{self, Tool};
use xtask::{Look, wait_until};

/// A running registry.
pub struct Registry {
    process: Child,
    port: u16,
    _folder: TempDir,
}

/// Whom a registry lets in, and what for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access<'a> {
    /// Everybody.
    Open,
    /// [`USER`] with [`PASSWORD`].
    Login,
    /// Everybody, to read.
    ReadOnly,
    /// Who has a token of a realm, signed by one of certain keys.
    Token {
        /// The address of the realm.
        realm: &'a str,
        /// The keys, as JSON (<https://www.rfc-editor.org/rfc/rfc7517>).
        keys: &'a str,
    },
}

/// A certificate and its key, both in PEM.
pub struct Certificate {
    pub certificate: String,
    pub key: String,
}

/// Who is let in.
pub const USER: &str = "publisher";
/// With this.
pub const PASSWORD: &str = "U*U";
/// The same for the registry: a test vector of <https://www.openwall.com/crypt/>.
const HTPASSWD: &str = "publisher:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n";

impl Registry {
    /// Starts one that speaks plain HTTP, and waits until it listens.
    pub fn start(access: Access<'_>) -> Registry {
        Self::start_with(access, None)
    }

    /// Starts one, under TLS if it has a certificate, and waits until it listens.
    pub fn start_with(access: Access<'_>, certificate: Option<&Certificate>) -> Registry {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let root = folder.path().display();
        let mut config = format!(
            "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n\
             storage:\n  filesystem: {{rootdirectory: '{root}/data'}}\n"
        );
        match access {
            Access::Open => {}
            Access::Login => {
                fs::write(folder.path().join("htpasswd"), HTPASSWD).unwrap();
                writeln!(config, "auth: {{htpasswd: {{realm: it, path: '{root}/htpasswd'}}}}").unwrap();
            }
            Access::ReadOnly => config += "  maintenance: {readonly: {enabled: true}}\n",
            Access::Token { realm, keys } => {
                fs::write(folder.path().join("keys.json"), keys).unwrap();
                let token =
                    format!("realm: '{realm}', service: registry, issuer: tests, jwks: '{root}/keys.json'");
                writeln!(config, "auth: {{token: {{{token}}}}}").unwrap();
            }
        }
        writeln!(config, "http:\n  addr: '127.0.0.1:{port}'\n  secret: it").unwrap();
        if let Some(certificate) = certificate {
            fs::write(folder.path().join("certificate.pem"), &certificate.certificate).unwrap();
            fs::write(folder.path().join("key.pem"), &certificate.key).unwrap();
            writeln!(config, "  tls: {{certificate: '{root}/certificate.pem', key: '{root}/key.pem'}}")
                .unwrap();
        }
        let file = folder.path().join("config.yaml");
        fs::write(&file, config).unwrap();
        let process = Command::new(tools::path(Tool::Registry).unwrap())
            .arg("serve")
            .arg(&file)
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let registry = Registry { process, port, _folder: folder };
        wait_until("the registry to listen", Duration::from_mins(1), || {
            Ok(match TcpStream::connect(("127.0.0.1", port)) {
                Ok(_) => Look::Done(()),
                Err(error) => Look::NotYet(error.to_string()),
            })
        })
        .unwrap();
        registry
    }

    /// Its host and port.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A place in it.
    pub fn place(&self, path: &str) -> String {
        format!("oci://{}/{path}", self.host())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
