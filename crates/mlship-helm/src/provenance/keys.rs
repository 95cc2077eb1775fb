//! Keys in a keyring: which one is meant, and whether it may sign today.

use std::fmt;

use pgp::composed::{PublicOrSecret, SignedSecretKey, SignedSecretSubKey};
use pgp::packet::{self, KeyFlags, Signature, SignatureType, SubpacketData};
use pgp::ser::Serialize as _;
use pgp::types::{
    EcdsaPublicParams, KeyDetails, KeyVersion, PublicParams, S2kParams, SecretParams, StringToKey, Tag,
    Timestamp,
};

/// Why nothing can be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadKey {
    /// The file holds no OpenPGP keys.
    NotAKeyring {
        /// What was found instead.
        found: String,
    },
    /// The file holds public keys alone.
    PublicOnly,
    /// No key of the file has the name.
    Unknown {
        /// The name.
        name: String,
        /// Whose keys are there.
        known: Vec<String>,
    },
    /// Several keys could be meant.
    Ambiguous {
        /// Whose keys are there.
        known: Vec<String>,
    },
    /// The key may not sign.
    Unfit {
        /// Whose it is.
        whose: String,
        /// Why.
        why: String,
    },
    /// The key is locked, and there is no passphrase.
    Locked {
        /// Whose it is.
        whose: String,
    },
    /// The passphrase does not unlock the key.
    WrongPassphrase {
        /// Whose it is.
        whose: String,
    },
    /// The signature could not be made, or is not good.
    NotSigned {
        /// Whose key it is.
        whose: String,
        /// What happened.
        why: String,
    },
}

impl fmt::Display for BadKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAKeyring { found } => {
                write!(
                    formatter,
                    "no OpenPGP key can be read: {found}; write one with `gpg --export-secret-keys`"
                )
            }
            Self::PublicOnly => formatter.write_str(
                "the keyring holds public keys alone, which can't sign; write a secret one with \
                 `gpg --export-secret-keys`",
            ),
            Self::Unknown { name, known } => {
                write!(formatter, "no key is that of `{name}`; there are those of {}", listed(known))
            }
            Self::Ambiguous { known } => {
                write!(formatter, "the keys of {} could be meant: name one with `--key`", listed(known))
            }
            Self::Unfit { whose, why } => write!(formatter, "the key of {whose} can't sign: {why}"),
            Self::Locked { whose } => write!(
                formatter,
                "the key of {whose} is locked: give its passphrase with `--passphrase-file` or in \
                 MLSHIP_KEY_PASSPHRASE"
            ),
            Self::WrongPassphrase { whose } => {
                write!(formatter, "the passphrase does not unlock the key of {whose}")
            }
            Self::NotSigned { whose, why } => {
                write!(formatter, "the key of {whose} made no good signature: {why}")
            }
        }
    }
}

impl std::error::Error for BadKey {}

fn listed(known: &[String]) -> String {
    known.iter().map(|whose| format!("`{whose}`")).collect::<Vec<_>>().join(", ")
}

/// The part of a key that signs.
#[derive(Debug)]
pub(super) enum Part {
    Primary(packet::SecretKey),
    Subkey(packet::SecretSubkey),
}

/// The secret keys of a keyring, in binary form or in armour.
pub(super) fn read(keyring: &[u8]) -> Result<Vec<SignedSecretKey>, BadKey> {
    let unread = |found: &str| BadKey::NotAKeyring { found: found.to_owned() };
    // https://github.com/gpg/gnupg/blob/gnupg-2.4.5/kbx/keybox-blob.c: the first blob carries this magic.
    if keyring.get(8..12) == Some(b"KBXf") {
        return Err(unread("it is GnuPG's keybox, which holds public keys alone"));
    }
    let (keys, _) = PublicOrSecret::from_reader_many(keyring).map_err(|_| unread("it is no keyring"))?;
    let keys: Result<Vec<_>, _> = keys.collect();
    let keys = keys.map_err(|_| unread("a key in it is broken"))?;
    if keys.is_empty() {
        return Err(unread("the file holds none"));
    }
    let secret: Vec<_> = keys.into_iter().filter_map(|key| SignedSecretKey::try_from(key).ok()).collect();
    if secret.is_empty() { Err(BadKey::PublicOnly) } else { Ok(secret) }
}

/// The key that is meant: by a part of its owner's name or by the end of its fingerprint; without a name the only one.
pub(super) fn choose(keys: Vec<SignedSecretKey>, name: Option<&str>) -> Result<SignedSecretKey, BadKey> {
    let known: Vec<_> = keys.iter().map(whose).collect();
    let (exact, partly): (Vec<_>, Vec<_>) = keys
        .into_iter()
        .filter(|key| name.is_none_or(|name| is_of(key, name)))
        .partition(|key| name.is_some_and(|name| users(key).any(|user| user == name)));
    let mut found = if exact.is_empty() { partly } else { exact };
    match (found.pop(), found.is_empty(), name) {
        (Some(key), true, _) => Ok(key),
        (Some(_), false, _) => Err(BadKey::Ambiguous { known }),
        (None, _, name) => Err(BadKey::Unknown { name: name.unwrap_or_default().to_owned(), known }),
    }
}

fn is_of(key: &SignedSecretKey, name: &str) -> bool {
    let hex = name.trim_start_matches("0x").replace(' ', "").to_ascii_lowercase();
    let by_fingerprint = hex.len() >= 8 && fingerprint(&key.primary_key).to_ascii_lowercase().ends_with(&hex);
    by_fingerprint || users(key).any(|user| user.contains(name))
}

fn users(key: &SignedSecretKey) -> impl Iterator<Item = String> {
    key.details.users.iter().map(|user| String::from_utf8_lossy(user.id.id()).into_owned())
}

/// The owner of a key as people know them; control characters of a foreign file are not for terminals.
pub(super) fn whose(key: &SignedSecretKey) -> String {
    let name = users(key).next().unwrap_or_else(|| fingerprint(&key.primary_key));
    name.replace(char::is_control, " ")
}

/// A key's fingerprint, in capitals.
pub(super) fn fingerprint(key: &impl KeyDetails) -> String {
    format!("{:X}", key.fingerprint())
}

/// The part of a key that may sign at a time, the primary one before others as `helm package --sign` has it.
pub(super) fn signing_part(key: &SignedSecretKey, now: u64) -> Result<Part, String> {
    if key.details.revocation_signatures.iter().any(|it| it.verify_key(key.primary_key.public_key()).is_ok())
    {
        return Err("it is revoked".to_owned());
    }
    let own = own_signatures(key);
    let newest = own.iter().max_by_key(|signature| signature.created().map_or(0, Timestamp::as_secs));
    let newest = newest.ok_or("it has no signature of its own")?;
    let primary = judge(&key.primary_key, key.primary_key.secret_params(), newest, now);
    let Err(why) = primary else { return Ok(Part::Primary(key.primary_key.clone())) };
    judge_time(&key.primary_key, newest, now)?;
    // The newest subkey first, as GnuPG has it.
    let mut subkeys: Vec<_> = key.secret_subkeys.iter().collect();
    subkeys.sort_by_key(|subkey| std::cmp::Reverse(subkey.key.created_at().as_secs()));
    let fit = subkeys.into_iter().find(|subkey| may_sign(subkey, key, now));
    fit.map(|subkey| Part::Subkey(subkey.key.clone())).ok_or(why)
}

/// What the primary key says of itself, as far as it really said so.
fn own_signatures(key: &SignedSecretKey) -> Vec<&Signature> {
    let primary = key.primary_key.public_key();
    let of_users = key.details.users.iter().flat_map(|user| {
        user.signatures.iter().filter(|it| it.verify_certification(primary, Tag::UserId, &user.id).is_ok())
    });
    of_users.chain(key.details.direct_signatures.iter().filter(|it| it.verify_key(primary).is_ok())).collect()
}

fn may_sign(subkey: &SignedSecretSubKey, key: &SignedSecretKey, now: u64) -> bool {
    let (primary, public) = (key.primary_key.public_key(), subkey.key.public_key());
    let good = || subkey.signatures.iter().filter(|it| it.verify_subkey_binding(primary, public).is_ok());
    let is_revoked = good().any(|it| it.typ() == Some(SignatureType::SubkeyRevocation));
    let binding = good()
        .filter(|it| it.typ() == Some(SignatureType::SubkeyBinding))
        .max_by_key(|it| it.created().map_or(0, Timestamp::as_secs));
    !is_revoked && binding.is_some_and(|it| judge(&subkey.key, subkey.key.secret_params(), it, now).is_ok())
}

/// Judges a part of a key by the signature that binds it.
fn judge(key: &impl KeyDetails, secret: &SecretParams, binding: &Signature, now: u64) -> Result<(), String> {
    judge_time(key, binding, now)?;
    if !flags(binding).is_none_or(|flags| flags.sign()) {
        return Err("it is not made for signing".to_owned());
    }
    if let SecretParams::Encrypted(locked) = secret
        && let S2kParams::Cfb { s2k: StringToKey::Private { .. }, .. }
        | S2kParams::MalleableCfb { s2k: StringToKey::Private { .. }, .. } = locked.string_to_key_params()
    {
        return Err("its secret part is not in the file".to_owned());
    }
    judge_algorithm(key)
}

fn judge_time(key: &impl KeyDetails, binding: &Signature, now: u64) -> Result<(), String> {
    let created = u64::from(key.created_at().as_secs());
    let lasts = binding.key_expiration_time().map_or(0, |time| u64::from(time.as_secs()));
    if created > now {
        Err("it is from the future: this machine's clock is wrong, or the key's was".to_owned())
    } else if lasts > 0 && created + lasts <= now {
        Err(format!("it expired on {}", &crate::time::rfc3339(created + lasts)[..10]))
    } else {
        Ok(())
    }
}

fn flags(signature: &Signature) -> Option<KeyFlags> {
    signature.config()?.hashed_subpackets().find_map(|subpacket| match &subpacket.data {
        SubpacketData::KeyFlags(flags) => Some(flags.clone()),
        _ => None,
    })
}

/// What both Helms verify: their library refuses DSA, RSA below 2048 bits and secp256k1
/// (<https://github.com/ProtonMail/go-crypto/blob/v1.4.1/openpgp/packet/config.go>). Keys of version 6 are left out:
/// GnuPG makes none, and their signatures need random numbers.
fn judge_algorithm(key: &impl KeyDetails) -> Result<(), String> {
    if key.version() != KeyVersion::V4 {
        return Err("its format is not that of version 4, which Helm's users have: make one with \
                    `gpg --quick-generate-key NAME ed25519`"
            .to_owned());
    }
    match key.public_params() {
        PublicParams::RSA(rsa) => {
            let bits = rsa_bits(rsa.to_bytes().unwrap_or_default().as_slice());
            if bits < 2048 {
                Err(format!("it has {bits} bits, and Helm trusts no RSA key below 2048"))
            } else {
                Ok(())
            }
        }
        PublicParams::ECDSA(
            EcdsaPublicParams::P256 { .. } | EcdsaPublicParams::P384 { .. } | EcdsaPublicParams::P521 { .. },
        )
        | PublicParams::EdDSALegacy(_)
        | PublicParams::Ed25519(_)
        | PublicParams::Ed448(_) => Ok(()),
        _ => Err(format!("Helm trusts no {:?} key; make one of RSA or Ed25519", key.algorithm())),
    }
}

/// The length of the modulus: what stands first, a number of many digits, begins with its length in bits
/// (<https://www.rfc-editor.org/rfc/rfc9580#section-3.2>).
fn rsa_bits(parameters: &[u8]) -> u16 {
    parameters.first_chunk::<2>().map_or(0, |length| u16::from_be_bytes(*length))
}
