//! Text as a shell reads it.

/// Text as one word of a shell, whatever is in it.
///
/// What needs no quotes in bash and zsh stays as it is; zsh takes a word that begins with `=` for the name of a program.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !text.is_empty() && !text.starts_with('=') && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn words_stay_words() {
        for (text, expected) in [
            ("churn-1.0", "churn-1.0"),
            ("replicas.min=0", "replicas.min=0"),
            ("", "''"),
            ("=ls", "'=ls'"),
            ("two words", "'two words'"),
            ("~", "'~'"),
            ("it's", r"'it'\''s'"),
            ("$HOME `id` \"x\"", "'$HOME `id` \"x\"'"),
            ("a\nb", "'a\nb'"),
        ] {
            assert_eq!(word(text), expected);
        }
    }
}
