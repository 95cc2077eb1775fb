//! The upload of content, in pieces.

use super::{ATTEMPTS, Attempt, Client, Failure, answer, is_passing};
use crate::oci::transport::{Request, Response};

/// Is told of every piece that has arrived.
pub trait Progress {
    /// So many bytes more are there.
    fn arrived(&self, bytes: u64);
}

impl Client<'_> {
    /// Sends content in pieces, unless it is there already; returns whether it had to be sent.
    ///
    /// Where a piece is lost nobody knows what the registry has of it, so the whole upload begins anew.
    pub fn push_blob(
        &self,
        digest: &str,
        content: &[u8],
        piece: usize,
        progress: &dyn Progress,
    ) -> Result<bool, Failure> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            if self.has_blob(digest)? {
                progress.arrived(content.len() as u64);
                return Ok(attempt > 1);
            }
            match self.upload(digest, content, piece) {
                Ok(()) => {
                    progress.arrived(content.len() as u64);
                    return Ok(true);
                }
                Err(Attempt::Final(failure)) => return Err(failure),
                Err(Attempt::Broken(_) | Attempt::Refused(_)) if attempt < ATTEMPTS => {
                    self.pause(attempt, None);
                }
                Err(Attempt::Broken(reason) | Attempt::Refused(reason)) => {
                    return Err(self.unreachable(&reason));
                }
            }
        }
    }

    fn upload(&self, digest: &str, content: &[u8], piece: usize) -> Result<(), Attempt> {
        let begin = self.send_once(&self.request("POST", "blobs/uploads/"))?;
        let mut place = self.next_place(&begin, 202)?;
        let mut sent = 0;
        for part in content.chunks(piece.max(1)) {
            let end = sent + part.len();
            let request = Request {
                method: "PATCH",
                url: place,
                headers: vec![
                    ("Content-Type", "application/octet-stream".to_owned()),
                    ("Content-Range", format!("{sent}-{}", end - 1)),
                ],
                body: part.to_vec(),
            };
            place = self.next_place(&self.send_once(&request)?, 202)?;
            sent = end;
        }
        let separator = if place.contains('?') { '&' } else { '?' };
        let url = format!("{place}{separator}digest={digest}");
        let headers = vec![("Content-Type", "application/octet-stream".to_owned())];
        let end = self.send_once(&Request { method: "PUT", url, headers, body: Vec::new() })?;
        expect(&end, 201)
    }

    fn next_place(&self, response: &Response, status: u16) -> Result<String, Attempt> {
        expect(response, status)?;
        match response.header("location") {
            Some(location) => Ok(self.absolute(location)),
            None => Err(Attempt::Final(answer("an upload without a place", response))),
        }
    }
}

/// A registry that forgot the upload, or counts its bytes otherwise, may do better with a new one.
fn expect(response: &Response, status: u16) -> Result<(), Attempt> {
    match response.status {
        found if found == status => Ok(()),
        404 | 416 => Err(Attempt::Broken("the registry lost the upload".to_owned())),
        400 if is_of_digest(response) => Err(Attempt::Broken("the registry got other bytes".to_owned())),
        found if is_passing(found) => Err(Attempt::Broken(format!("the registry answers {found}"))),
        _ => Err(Attempt::Final(answer("uploading", response))),
    }
}

fn is_of_digest(response: &Response) -> bool {
    String::from_utf8_lossy(&response.body).contains("DIGEST_INVALID")
}
