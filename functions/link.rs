//! How all functions are linked.
//!
//! At a fixed address: a position-independent program has to rewrite some hundred and fifty pages of itself before it
//! begins, and to carry the list of what to rewrite. What is given up: where the program's own code lies is no longer
//! random; libraries, stack and heap still are.
//!
//! Without tables for unwinding, an eighth of the program: where a panic aborts, as in a release, nobody reads them. What is given up:
//! the lines of a backtrace. Only `lld`, the linker of Rust on x86-64, is told: whether others leave them out whole was
//! not tried.

fn main() {
    let is = |key: &str, value: &str| std::env::var(key).as_deref() == Ok(value);
    if is("CARGO_CFG_TARGET_OS", "linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if is("CARGO_CFG_TARGET_ARCH", "x86_64") && is("PROFILE", "release") {
            let script = std::path::Path::new("../no-unwinding.ld");
            if let Ok(script) = script.canonicalize() {
                println!(
                    "cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr,-T,{}",
                    script.display()
                );
            }
        }
    }
    println!("cargo::rerun-if-changed=../link.rs");
    println!("cargo::rerun-if-changed=../no-unwinding.ld");
}
