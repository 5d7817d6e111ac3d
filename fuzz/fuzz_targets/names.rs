//! Any pattern, glob and template can be matched with any name.
#![no_main]

use countermand_core::name::{AnyName, Glob, Pattern, Template};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|given: (&str, &str)| {
    let (text, name) = given;
    let pattern = text.parse::<Pattern>().ok();
    if let Some(pattern) = &pattern {
        assert_eq!(pattern.captures(name).is_some(), pattern.matches(name));
        assert!(pattern.shape().meets(&pattern.shape()));
        if pattern.matches(name)
            && let Ok(exact) = name.parse::<Pattern>()
            && exact.exact().is_some()
        {
            assert!(pattern.shape().meets(&exact.shape()), "`{text}` on `{name}`");
        }
    }
    if let (Ok(glob), Some(pattern)) = (text.parse::<Glob>(), &pattern) {
        assert_eq!(glob.matches(name), pattern.matches(name), "`{text}` on `{name}`");
    }
    if let Ok(template) = text.parse::<Template<AnyName>>() {
        let _ = template.resolve(|_| vec![name]);
    }
});
