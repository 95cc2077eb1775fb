//! A real registry that wants tokens, and a small realm that gives them out.

use std::cell::Cell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mlship_helm::oci::client::{Client, Security};
use mlship_helm::oci::credentials::Credentials;
use mlship_helm::oci::publish::{Status, verify};
use mlship_helm::oci::transport::{Broken, Request, Response, Transport};
use rcgen::{KeyPair, PKCS_ED25519};
use rustls::SignatureScheme;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::SigningKey;
use serde_json::{Value, json};
use xtask::chart::http::Http;
use xtask::tools::Tool;

use crate::command::{chart, check, helm};
use crate::registry::{Access, PASSWORD, Registry, USER};
use crate::{at_version, packaged, publish_it, unsigned};

/// Where tokens are given out, to [`USER`] with [`PASSWORD`].
struct Realm {
    port: u16,
    keys: String,
    shared: Arc<Shared>,
}

struct Shared {
    key: Arc<dyn SigningKey>,
    grants: Grants,
    /// The scopes that were asked for.
    asked: Mutex<Vec<String>>,
}

/// What a realm gives to those whom it knows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grants {
    /// What they ask for.
    All,
    /// To read, whatever they ask for.
    Reading,
}

impl Realm {
    fn start(grants: Grants) -> Realm {
        let pair = KeyPair::generate_for(&PKCS_ED25519).unwrap();
        let public = URL_SAFE_NO_PAD.encode(pair.public_key_raw());
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "it", "x": public}]}).to_string();
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
        let key = rustls::crypto::ring::sign::any_supported_type(&der).unwrap();
        let shared = Arc::new(Shared { key, grants, asked: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = serving.serve(stream);
            }
        });
        Realm { port, keys, shared }
    }

    fn registry(&self) -> Registry {
        let realm = format!("http://127.0.0.1:{}/token", self.port);
        Registry::start(Access::Token { realm: &realm, keys: &self.keys })
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let (mut line, mut head) = (String::new(), Vec::new());
        while reader.read_line(&mut line)? > 2 {
            head.push(std::mem::take(&mut line));
        }
        let login = format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}")));
        let known = head.iter().any(|line| line.trim_end().ends_with(&login));
        let query =
            head[0].split(' ').nth(1).and_then(|path| path.split_once('?')).map_or("", |(_, query)| query);
        let mut scopes = query.split('&').filter_map(|part| part.strip_prefix("scope="));
        let scope =
            scopes.next().unwrap_or_default().replace("%3A", ":").replace("%2C", ",").replace("%2F", "/");
        let (status, body) = if known {
            self.asked.lock().unwrap().push(scope.clone());
            ("200 OK", json!({"token": self.token(&scope, now() + 300)}))
        } else {
            ("401 Unauthorized", json!({"details": "who is there?"}))
        };
        let body = body.to_string();
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        reader.get_mut().write_all(answer.as_bytes())
    }

    /// A token (<https://distribution.github.io/distribution/spec/auth/jwt/>) for a scope.
    fn token(&self, scope: &str, expires: u64) -> String {
        let access: Vec<Value> = match scope.split(':').collect::<Vec<_>>()[..] {
            ["repository", name, actions] => {
                let actions = if self.grants == Grants::Reading { "pull" } else { actions };
                vec![
                    json!({"type": "repository", "name": name, "actions": actions.split(',').collect::<Vec<_>>()}),
                ]
            }
            _ => Vec::new(),
        };
        let claims = json!({
            "iss": "tests", "aud": "registry", "sub": USER, "iat": 0, "nbf": 0, "exp": expires, "jti": "it",
            "access": access,
        });
        let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": "it"});
        let text = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signer = self.key.choose_scheme(&[SignatureScheme::ED25519]).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signer.sign(text.as_bytes()).unwrap()))
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn a_token_is_asked_for_and_pulled_with_by_both_helms() {
    let realm = Realm::start(Grants::All);
    let registry = realm.registry();
    let home = tempfile::tempdir().unwrap();
    let place = registry.place("charts");
    check(&chart(home.path(), &["publish", &place]), 3, "wants a login, and there is none");
    let login = ["registry", "login", &registry.host(), "--plain-http", "-u", USER, "-p", PASSWORD];
    check(&helm(Tool::Helm, home.path(), &login), 0, "Login Succeeded");
    check(&chart(home.path(), &["publish", &place]), 0, "published");
    let asked = realm.shared.asked.lock().unwrap().clone();
    assert!(
        asked.iter().any(|scope| scope.contains("charts/model-server:") && scope.contains("push")),
        "{asked:?}"
    );
    for tool in crate::HELMS {
        let (chart, to) = (format!("{place}/model-server"), home.path().to_str().unwrap());
        let pull = ["pull", &chart, &at_version(), "--plain-http", "--destination", to];
        check(&helm(tool, home.path(), &pull), 0, "Digest:");
    }
}

#[test]
fn who_may_only_read_is_told_that_the_login_is_refused() {
    let realm = Realm::start(Grants::Reading);
    let registry = realm.registry();
    let home = tempfile::tempdir().unwrap();
    let login = ["registry", "login", &registry.host(), "--plain-http", "-u", USER, "-p", PASSWORD];
    check(&helm(Tool::Helm, home.path(), &login), 0, "Login Succeeded");
    check(
        &chart(home.path(), &["publish", &registry.place("charts")]),
        3,
        "refuses the login, or this repository",
    );
}

/// Lets the token of one request be one that expired long ago.
struct Late<'a> {
    http: Http,
    realm: &'a Realm,
    at: usize,
    sent: Cell<usize>,
    waited: Cell<usize>,
}

impl Transport for Late<'_> {
    fn send(&self, request: &Request) -> Result<Response, Broken> {
        let mut request = request.clone();
        let bearer = request.headers.iter_mut().find(|(_, value)| value.starts_with("Bearer "));
        if let Some((_, value)) = bearer
            && self.sent.replace(self.sent.get() + 1) == self.at
        {
            let scope = "repository:charts/model-server:pull,push";
            *value = format!("Bearer {}", self.realm.shared.token(scope, now() - 3600));
        }
        self.http.send(&request)
    }

    fn wait(&self, _time: Duration) {
        self.waited.set(self.waited.get() + 1);
    }
}

#[test]
fn a_token_that_expires_at_any_request_is_asked_for_anew() {
    let realm = Realm::start(Grants::All);
    let package = packaged();
    for at in 1..13 {
        let registry = realm.registry();
        let transport = Late {
            http: Http::new(None).unwrap(),
            realm: &realm,
            at,
            sent: Cell::new(0),
            waited: Cell::new(0),
        };
        let credentials = Credentials::Password { user: USER.to_owned(), password: PASSWORD.to_owned() };
        let place = registry.place("charts").parse().unwrap();
        let client = Client::new(&transport, &place, "model-server", Security::Plain, Some(credentials));
        assert_eq!(publish_it(&client, &package, 4096), Ok(Status::Published), "request {at}");
        assert!(transport.sent.get() > at, "only {} requests were sent", transport.sent.get());
        assert!(verify(&client, unsigned(&package)).is_ok(), "request {at}");
        assert_eq!(transport.waited.get(), 0, "a token that expired is asked for anew at once");
    }
}
