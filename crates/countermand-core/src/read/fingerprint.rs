//! A fingerprint of policy files, to see whether they are those that were deployed.

use super::Source;

/// Depends on the texts and their order, not on the names of the files.
pub fn fingerprint(sources: &[Source]) -> String {
    let lengths = sources.iter().map(|it| it.text.len().to_le_bytes());
    let texts = sources.iter().map(|it| it.text.as_bytes());
    let bytes = lengths.zip(texts).flat_map(|(length, text)| {
        let text = text.iter().copied();
        length.into_iter().chain(text)
    });
    // FNV-1a: it must stay the same in every version. It protects against mistakes, not against attacks.
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> String {
        let sources: Vec<_> = texts
            .iter()
            .zip(["a.yaml", "b.yaml"])
            .map(|(text, name)| Source::new(name, text.as_bytes().to_vec()))
            .collect();
        fingerprint(&sources)
    }

    #[test]
    fn other_texts_and_another_order_have_another_fingerprint() {
        let all = [
            of(&[]),
            of(&[""]),
            of(&["ab"]),
            of(&["a", "b"]),
            of(&["b", "a"]),
            of(&["ab", ""]),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{all:?}");
    }

    #[test]
    fn it_is_the_same_for_ever_and_whatever_the_file_is_called() {
        let sources = [Source::new("other.yaml", b"version: 1\n".to_vec())];
        assert_eq!(fingerprint(&sources), of(&["version: 1\n"]));
        assert_eq!(of(&[]), "cbf29ce484222325");
    }
}
