//! How a registry asks who is there (<https://distribution.github.io/distribution/spec/auth/token/>).

use serde::Deserialize;

use crate::oci::credentials::{Credentials, basic};
use crate::oci::transport::Request;

/// What a registry asks for with its `WWW-Authenticate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A name and a password with each request.
    Basic,
    /// A token from somewhere.
    Bearer {
        /// Where tokens are given.
        realm: String,
        /// For whom.
        service: String,
        /// For what; empty when the registry does not say.
        scope: String,
    },
}

impl Challenge {
    /// Reads the value of a `WWW-Authenticate`; `None` where it asks for something else.
    pub fn read(header: &str) -> Option<Self> {
        let (scheme, parameters) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Self::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let value = |name| parameter(parameters, name).unwrap_or_default();
        let realm = value("realm");
        (!realm.is_empty()).then(|| Self::Bearer { realm, service: value("service"), scope: value("scope") })
    }
}

/// One of `name="value", name="value"`; a value may hold commas.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        let (key, after) = rest.split_once('=')?;
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_once(',').unwrap_or((after, "")),
        };
        if key.trim_matches([' ', ',']).eq_ignore_ascii_case(name) {
            return Some(value.to_owned());
        }
        rest = next;
    }
}

/// The request for a token.
///
/// A name and a password are sent along as they are; a token of identity is exchanged
/// (<https://distribution.github.io/distribution/spec/auth/oauth/>).
pub fn token_request(realm: &str, service: &str, scope: &str, credentials: Option<&Credentials>) -> Request {
    let query =
        [("service", service), ("scope", scope)].map(|(name, value)| format!("{name}={}", escaped(value)));
    match credentials {
        Some(Credentials::Identity(token)) => {
            let body = format!(
                "grant_type=refresh_token&client_id=mlship&{}&refresh_token={}",
                query.join("&"),
                escaped(token)
            );
            let form = ("Content-Type", "application/x-www-form-urlencoded".to_owned());
            Request { method: "POST", url: realm.to_owned(), headers: vec![form], body: body.into_bytes() }
        }
        Some(Credentials::Password { user, password }) => {
            let header = ("Authorization", basic(user, password));
            get(realm, &query.join("&"), vec![header])
        }
        None => get(realm, &query.join("&"), Vec::new()),
    }
}

fn get(realm: &str, query: &str, headers: Vec<(&'static str, String)>) -> Request {
    let separator = if realm.contains('?') { '&' } else { '?' };
    Request { method: "GET", url: format!("{realm}{separator}{query}"), headers, body: Vec::new() }
}

/// The token in an answer.
pub fn token(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(default)]
        token: String,
        #[serde(default)]
        access_token: String,
    }
    let answer: Answer = serde_json::from_slice(body).ok()?;
    [answer.token, answer.access_token].into_iter().find(|token| !token.is_empty())
}

/// A text as a part of a query (<https://www.rfc-editor.org/rfc/rfc3986#section-2.3>).
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::{Challenge, token, token_request};
    use crate::oci::credentials::Credentials;

    #[test]
    fn challenges_are_read() {
        let bearer = Challenge::Bearer {
            realm: "https://auth.example.com/token".to_owned(),
            service: "registry".to_owned(),
            scope: "repository:a/b:pull,push".to_owned(),
        };
        let header = "Bearer realm=\"https://auth.example.com/token\",service=\"registry\", scope=\"repository:a/b:pull,push\"";
        assert_eq!(Challenge::read(header), Some(bearer));
        assert_eq!(Challenge::read("basic realm=\"x\""), Some(Challenge::Basic));
        assert_eq!(Challenge::read("Negotiate"), None);
        assert_eq!(Challenge::read("Bearer service=\"x\""), None);
    }

    #[test]
    fn tokens_are_asked_for_by_password_and_by_identity() {
        let password = Credentials::Password { user: "u".to_owned(), password: "p".to_owned() };
        let request = token_request("https://a/token", "r", "repository:a:pull", Some(&password));
        assert_eq!(request.url, "https://a/token?service=r&scope=repository%3Aa%3Apull");
        assert_eq!(request.headers, [("Authorization", "Basic dTpw".to_owned())]);
        let identity = Credentials::Identity("t/+".to_owned());
        let request = token_request("https://a/token", "r", "s", Some(&identity));
        assert_eq!(request.method, "POST");
        assert!(String::from_utf8_lossy(&request.body).ends_with("refresh_token=t%2F%2B"));
        assert_eq!(token(br#"{"access_token": "x"}"#).as_deref(), Some("x"));
        assert_eq!(token(b"{}"), None);
    }
}
