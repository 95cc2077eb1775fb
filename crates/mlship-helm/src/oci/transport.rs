//! One request and its answer: all that the outside world has to do.

use std::time::Duration;

/// Sends requests and waits.
pub trait Transport {
    /// Sends a request and reads the whole answer, whatever its status; a redirect is not followed.
    fn send(&self, request: &Request) -> Result<Response, Broken>;

    /// Waits before another attempt.
    fn wait(&self, time: Duration);
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `HEAD`, `POST`, `PUT` or `PATCH`.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// What came.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// No answer came.
#[derive(Clone, Debug)]
pub struct Broken {
    /// What happened.
    pub reason: String,
    /// What that means for other attempts.
    pub cause: Cause,
}

/// Whether another attempt makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Another one may have more luck.
    MayPass,
    /// Nobody listens there; on this machine somebody may be about to.
    Refused,
    /// It will not change by itself: a name that is not known, a certificate that is not trusted.
    Lasts,
    /// The other side does not speak TLS.
    NoTls,
}
