//! Which names a file may have, so that it can't end up anywhere else.

/// The longest name that file systems take.
const MOST_BYTES: usize = 255;

/// Refuses a relative path that would leave the folder or mean something else on some system.
pub fn check(name: &str) -> Result<(), &'static str> {
    name.split('/').try_for_each(check_part)
}

fn check_part(part: &str) -> Result<(), &'static str> {
    match part {
        "" => Err("has an empty part"),
        "." | ".." => Err("leads out of its folder"),
        _ if part.len() > MOST_BYTES => Err("has a part that is too long"),
        _ if part.contains(['\\', ':']) => Err("holds a character that is a separator on some system"),
        _ if part.chars().any(char::is_control) => Err("holds a control character"),
        // Those are the listing and the staging folders.
        _ if part.starts_with(".mlship") => Err("is kept for mlship itself"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_in_its_folder() {
        for name in ["a.yaml", "churn/deployment.yaml", "a/b/c", "..a", "a..", ".helmignore", "ü.yaml"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        let long = "x".repeat(300);
        let bad = [
            "",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "/abs",
            "a//b",
            "a/",
            "a\\b",
            "C:/x",
            "a\0b",
            "a\nb",
            ".mlship",
            "a/.mlship-x",
            &long,
        ];
        for name in bad {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
