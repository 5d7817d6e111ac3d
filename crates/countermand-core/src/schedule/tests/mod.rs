mod days;
mod reading;
mod running;

use super::Expression;

fn read(given: &str) -> Expression {
    given
        .parse()
        .unwrap_or_else(|error| panic!("{given}: {error}"))
}
