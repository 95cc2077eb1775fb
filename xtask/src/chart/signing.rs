//! Who signs: a key of a keyring, unlocked by a passphrase that no list of processes shows.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use mlship_helm::provenance::sign::{BadKey, Signer};

use super::{Failure, world};

/// The variable that a passphrase may be in.
const PASSPHRASE: &str = "MLSHIP_KEY_PASSPHRASE";

/// Whether and by whom a package is signed.
#[derive(Debug, Args)]
pub struct Signing {
    /// Sign the package, as `helm verify` and `helm pull --verify` check it
    #[arg(long, requires = "keyring")]
    sign: bool,
    /// The secret key to sign with: a keyring or a key in armour, as `gpg --export-secret-keys` writes them
    #[arg(long, value_name = "FILE", requires = "sign")]
    keyring: Option<PathBuf>,
    /// Which key of the keyring: a part of its owner's name, or the end of its fingerprint
    #[arg(long, value_name = "NAME", requires = "sign")]
    key: Option<String>,
    /// A file whose first line is the key's passphrase, `-` for standard input; without it MLSHIP_KEY_PASSPHRASE is
    /// asked
    #[arg(long, value_name = "FILE", requires = "sign")]
    passphrase_file: Option<PathBuf>,
}

impl Signing {
    /// Who signs; `None` where nothing is to be signed.
    pub(super) fn signer(&self) -> Result<Option<Signer>, Failure> {
        let (true, Some(keyring)) = (self.sign, &self.keyring) else { return Ok(None) };
        let bytes = fs::read(keyring).map_err(world("reading", keyring))?;
        let passphrase = self.passphrase()?;
        let signer = Signer::new(&bytes, self.key.as_deref(), passphrase.as_deref(), now());
        signer.map(Some).map_err(|error| Failure::Refused(format!("{}: {error}", keyring.display())))
    }

    fn passphrase(&self) -> Result<Option<String>, Failure> {
        let Some(path) = &self.passphrase_file else { return Ok(std::env::var(PASSPHRASE).ok()) };
        let text = if path == Path::new("-") {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).map(|_| text)
        } else {
            fs::read_to_string(path)
        };
        let text = text.map_err(world("reading", path))?;
        Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
    }
}

impl From<BadKey> for Failure {
    fn from(error: BadKey) -> Self {
        Self::Refused(error.to_string())
    }
}

/// The time of a signature. It is the real one, also where `SOURCE_DATE_EPOCH` makes packages alike: a signature that
/// is older than its key is a bad one.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
