#[test]
fn x() {
    for t in [
        "{\"version\":1,\"policies\":[{\"description\":\"\\ud83d\\ude80\"}]}",
        "{\n\t\"version\": 1,\n\t\"policies\": [\n\t]\n}",
        "\t{\"version\":1}",
        "{\"version\"\n:\n1}",
        "{\"version\":1,\"calendars\":{\"a\\/b\":{}}}",
        "{ \"version\":1, \"calendars\":{ \"a\"  : {\"closed\":\n[\n\n]\n}}}",
        "{\"version\":1, \"policies\":[\n{}\n,\n{}]}",
        "{\n\"version\":\n1}",
        "{\n\"version\":1, \"policies\":[{\"description\":\"\u{7f}\u{85}\u{2028}\u{feff}\u{fffe}\"}]}",
        "\u{feff}{\"version\":1}",
    ] {
        let s = [countermand_core::load::Source::new(
            "a.json",
            t.as_bytes().to_vec(),
        )];
        println!("{t:?}");
        let l = countermand_core::load::load(&s);
        for p in l.problems() {
            println!("    {:?} {}", p.code, p.message);
        }
    }
}
