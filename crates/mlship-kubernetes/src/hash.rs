//! A short, stable digest of text: the same everywhere and in every version of mlship.

/// The 64-bit FNV-1a digest of several texts, as 16 hexadecimal digits.
///
/// It tells two contents of one owner apart, which 64 bits do; it protects against nobody.
/// <http://www.isthe.com/chongo/tech/comp/fnv/> (2026-11)
pub fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash = OFFSET;
    let mut feed = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    for text in texts {
        text.bytes().for_each(&mut feed);
        // 0xff is in no UTF-8 text: it keeps ("a", "bc") and ("ab", "c") apart.
        feed(0xff);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn digests_are_those_of_fnv_1a() {
        // Computed by hand: the published value of "foobar" is 85944171f73967e8, before the separator.
        assert_eq!(digest([]), "cbf29ce484222325");
        assert_ne!(digest(["a", "bc"]), digest(["ab", "c"]));
        assert_eq!(digest(["foobar"]), {
            let separated = (0x8594_4171_f739_67e8_u64 ^ 0xff).wrapping_mul(0x0000_0100_0000_01b3);
            format!("{separated:016x}")
        });
    }
}
