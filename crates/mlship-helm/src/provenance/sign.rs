//! Signing a package in the clear, as `helm package --sign` does.

use pgp::composed::{ArmorOptions, CleartextSignedMessage};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::types::{Password, SecretParams, SigningKey, Timestamp};

pub use super::keys::BadKey;
use super::keys::{self, Part};
use super::{Provenance, text};
use crate::package::Package;

/// Who signs: a key that is unlocked and may sign.
pub struct Signer {
    whose: String,
    part: Part,
    passphrase: Password,
}

/// A package's provenance, with the key that signed it.
pub struct Signed<'a> {
    signer: &'a Signer,
    file: Vec<u8>,
    text: String,
}

impl Signer {
    /// Takes a key out of a keyring: the one whose owner's name contains `name` or whose fingerprint ends with it, or
    /// the only one. `now` is in seconds since 1970: a key may be expired.
    pub fn new(
        keyring: &[u8],
        name: Option<&str>,
        passphrase: Option<&str>,
        now: u64,
    ) -> Result<Self, BadKey> {
        let key = keys::choose(keys::read(keyring)?, name)?;
        let whose = format!("`{}`", keys::whose(&key));
        let part =
            keys::signing_part(&key, now).map_err(|why| BadKey::Unfit { whose: whose.clone(), why })?;
        let signer = Self { whose, part, passphrase: passphrase.unwrap_or_default().into() };
        signer.unlock(passphrase)?;
        Ok(signer)
    }

    /// The fingerprint of the key that signs, in capitals.
    pub fn fingerprint(&self) -> String {
        match &self.part {
            Part::Primary(key) => keys::fingerprint(key),
            Part::Subkey(key) => keys::fingerprint(key),
        }
    }

    /// Signs a package, at a time in seconds since 1970, and reads the signature back.
    pub fn sign(&self, package: &Package, now: u64) -> Result<Signed<'_>, BadKey> {
        let text = text(package);
        let unsigned = |why: String| BadKey::NotSigned { whose: self.whose.clone(), why };
        let message = match &self.part {
            Part::Primary(key) => self.sign_with(key, &text, now),
            Part::Subkey(key) => self.sign_with(key, &text, now),
        };
        let message = message.map_err(|error| unsigned(error.to_string()))?;
        let file =
            message.to_armored_bytes(ArmorOptions::default()).map_err(|error| unsigned(error.to_string()))?;
        let signed = Signed { signer: self, file, text };
        if signed.states_the_same(&signed.file) {
            Ok(signed)
        } else {
            Err(unsigned("it can't be verified".to_owned()))
        }
    }

    fn sign_with(
        &self,
        key: &impl SigningKey,
        text: &str,
        now: u64,
    ) -> Result<CleartextSignedMessage, pgp::errors::Error> {
        let time = Timestamp::from_secs(u32::try_from(now).unwrap_or(u32::MAX));
        let mut config = SignatureConfig::v4(SignatureType::Text, key.algorithm(), HashAlgorithm::Sha512);
        config.hashed_subpackets = vec![
            Subpacket::regular(SubpacketData::SignatureCreationTime(time))?,
            Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))?,
        ];
        config.unhashed_subpackets =
            vec![Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id()))?];
        CleartextSignedMessage::new(text, config, key, &self.passphrase)
    }

    fn unlock(&self, passphrase: Option<&str>) -> Result<(), BadKey> {
        let (params, unlocked) = match &self.part {
            Part::Primary(key) => (key.secret_params(), key.unlock(&self.passphrase, |_, _| Ok(()))),
            Part::Subkey(key) => (key.secret_params(), key.unlock(&self.passphrase, |_, _| Ok(()))),
        };
        let is_open = matches!(unlocked, Ok(Ok(())));
        match (params, passphrase) {
            _ if is_open => Ok(()),
            (SecretParams::Encrypted(_), None) => Err(BadKey::Locked { whose: self.whose.clone() }),
            _ => Err(BadKey::WrongPassphrase { whose: self.whose.clone() }),
        }
    }

    fn verifies(&self, message: &CleartextSignedMessage) -> bool {
        match &self.part {
            Part::Primary(key) => message.verify(key.public_key()).is_ok(),
            Part::Subkey(key) => message.verify(key.public_key()).is_ok(),
        }
    }
}

impl Provenance for Signed<'_> {
    fn file(&self) -> &[u8] {
        &self.file
    }

    fn states_the_same(&self, other: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(other) else { return false };
        let Ok((message, _)) = CleartextSignedMessage::from_string(text) else { return false };
        let same = message.signed_text().replace("\r\n", "\n") == self.text;
        same && self.signer.verifies(&message)
    }
}
