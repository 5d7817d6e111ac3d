//! How all functions are linked: at a fixed address. A position-independent program has to rewrite some hundred and fifty
//! pages of itself before it begins, and to carry the list of what to rewrite. What is given up: where the program's
//! own code lies is no longer random; libraries, stack and heap still are.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    println!("cargo::rerun-if-changed=../link.rs");
}
