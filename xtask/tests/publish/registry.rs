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
pub enum Access {
    /// Everybody.
    Open,
    /// [`USER`] with [`PASSWORD`].
    Login,
    /// Everybody, to read.
    ReadOnly,
}

/// Who is let in.
pub const USER: &str = "publisher";
/// With this.
pub const PASSWORD: &str = "U*U";
/// The same for the registry: a test vector of <https://www.openwall.com/crypt/>.
const HTPASSWD: &str = "publisher:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n";

impl Registry {
    /// Starts one and waits until it answers.
    pub fn start(access: Access) -> Registry {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let root = folder.path().display();
        let mut config = format!(
            "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nhttp: {{addr: '127.0.0.1:{port}', secret: it}}\n\
             storage:\n  filesystem: {{rootdirectory: '{root}/data'}}\n"
        );
        match access {
            Access::Open => {}
            Access::Login => {
                fs::write(folder.path().join("htpasswd"), HTPASSWD).unwrap();
                writeln!(config, "auth: {{htpasswd: {{realm: it, path: '{root}/htpasswd'}}}}").unwrap();
            }
            Access::ReadOnly => config += "  maintenance: {readonly: {enabled: true}}\n",
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
