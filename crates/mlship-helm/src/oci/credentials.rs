//! Credentials as Helm and Docker keep them
//! (<https://github.com/docker/cli/blob/v28.0.0/docs/reference/commandline/docker_login.md>).

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// Who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A name and a password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: String,
    },
    /// A token that is exchanged for others.
    Identity(String),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials(…)")
    }
}

/// Where the credentials of a host are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Here.
    Here(Credentials),
    /// With the program `docker-credential-<name>`.
    Helper(String),
    /// Nowhere in this file.
    Nowhere,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Config {
    auths: BTreeMap<String, Auth>,
    cred_helpers: BTreeMap<String, String>,
    creds_store: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Auth {
    #[serde(rename = "auth")]
    encoded: String,
    username: String,
    password: String,
    identitytoken: String,
}

/// Where the credentials of a host are, by the text of a `config.json`; an error where it can't be read.
pub fn find(config: &str, host: &str) -> Result<Found, String> {
    // The parser's own message could show a part of the file.
    let config: Config = serde_json::from_str(config)
        .map_err(|error| format!("line {} is no JSON of Docker's form", error.line()))?;
    if let Some(helper) = config.cred_helpers.get(host) {
        return Ok(Found::Helper(helper.clone()));
    }
    let auth = keys(host).into_iter().find_map(|key| config.auths.get(&key));
    if let Some(credentials) = auth.map(of_auth).transpose()?.flatten() {
        return Ok(Found::Here(credentials));
    }
    Ok(if config.creds_store.is_empty() { Found::Nowhere } else { Found::Helper(config.creds_store) })
}

/// The names under which a host is kept.
fn keys(host: &str) -> Vec<String> {
    let mut keys = vec![
        host.to_owned(),
        format!("https://{host}"),
        format!("https://{host}/"),
        format!("http://{host}"),
    ];
    if matches!(host, "docker.io" | "registry-1.docker.io" | "index.docker.io") {
        keys.push("https://index.docker.io/v1/".to_owned());
    }
    keys
}

fn of_auth(auth: &Auth) -> Result<Option<Credentials>, String> {
    if !auth.identitytoken.is_empty() {
        return Ok(Some(Credentials::Identity(auth.identitytoken.clone())));
    }
    if !auth.encoded.is_empty() {
        let wrong = || "an `auth` is not base64 of `name:password`".to_owned();
        let bytes = STANDARD.decode(auth.encoded.trim()).map_err(|_| wrong())?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        let (user, password) = text.split_once(':').ok_or_else(wrong)?;
        let password = password.trim_end_matches('\0').to_owned();
        return Ok(Some(Credentials::Password { user: user.to_owned(), password }));
    }
    let (user, password) = (auth.username.clone(), auth.password.clone());
    Ok((!user.is_empty()).then_some(Credentials::Password { user, password }))
}

/// What a credential helper prints (<https://github.com/docker/docker-credential-helpers>).
pub fn from_helper(output: &str) -> Result<Credentials, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer {
        username: String,
        secret: String,
    }
    let answer: Answer = serde_json::from_str(output)
        .map_err(|_| "its answer is not that of a credential helper".to_owned())?;
    Ok(match answer.username.as_str() {
        "<token>" => Credentials::Identity(answer.secret),
        _ => Credentials::Password { user: answer.username, password: answer.secret },
    })
}

/// The value of an `Authorization` header with a name and a password.
pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

#[cfg(test)]
mod tests {
    use super::{Credentials, Found, find, from_helper};

    fn password(user: &str, password: &str) -> Credentials {
        Credentials::Password { user: user.to_owned(), password: password.to_owned() }
    }

    #[test]
    fn credentials_are_found_where_docker_keeps_them() {
        let config = r#"{"auths": {"ghcr.io": {"auth": "bWU6c2U6Y3JldA=="}, "https://a.example.com": {"username": "u", "password": "p"},
            "b.example.com": {"identitytoken": "t"}, "https://index.docker.io/v1/": {"auth": "ZG86Y2s="}, "c.example.com": {}},
            "credHelpers": {"d.example.com": "ecr-login"}, "credsStore": "desktop"}"#;
        for (host, expected) in [
            ("ghcr.io", Found::Here(password("me", "se:cret"))),
            ("a.example.com", Found::Here(password("u", "p"))),
            ("b.example.com", Found::Here(Credentials::Identity("t".to_owned()))),
            ("registry-1.docker.io", Found::Here(password("do", "ck"))),
            ("c.example.com", Found::Helper("desktop".to_owned())),
            ("d.example.com", Found::Helper("ecr-login".to_owned())),
        ] {
            assert!(find(config, host) == Ok(expected), "{host}");
        }
        assert!(find("{}", "ghcr.io") == Ok(Found::Nowhere));
        assert!(find(r#"{"auths": {"ghcr.io": {"auth": "*"}}}"#, "ghcr.io").is_err());
    }

    #[test]
    fn helpers_answer_with_passwords_and_tokens_and_no_message_shows_them() {
        assert!(
            from_helper(r#"{"ServerURL": "x", "Username": "u", "Secret": "s"}"#) == Ok(password("u", "s"))
        );
        assert!(
            from_helper(r#"{"Username": "<token>", "Secret": "s"}"#)
                == Ok(Credentials::Identity("s".to_owned()))
        );
        assert!(from_helper("hunter2").is_err_and(|error| !error.contains("hunter2")));
        assert_eq!(format!("{:?}", password("u", "hunter2")), "Credentials(…)");
    }
}
