//! Draws the cold starts: a dot for each, on a logarithmic axis.

use std::fmt::Write;

use crate::Measured;
use crate::table::{median, milliseconds};

const WIDTH: f64 = 860.0;
const LEFT: f64 = 170.0;
const RIGHT: f64 = 30.0;
const TOP: f64 = 64.0;
const ROW: f64 = 38.0;
/// In milliseconds.
const FROM: f64 = 1.0;
const TO: f64 = 1_000.0;

pub(crate) fn svg(measured: &Measured) -> String {
    let mut rows = TOP;
    for _ in &measured.cold {
        rows += ROW;
    }
    let height = rows + 62.0;
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{middle}\" y=\"28\" text-anchor=\"middle\" font-size=\"17\">From the start of the process to the stop on the wire</text>\n\
         <text x=\"{middle}\" y=\"48\" text-anchor=\"middle\" fill=\"#555\">cold, over TLS; a dot for each start, a bar at the median</text>\n"
    );
    for tick in [
        1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0,
    ] {
        let (x, under) = (across(tick), rows + 20.0);
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{rows}\" stroke=\"#ddd\"/>\
             <text x=\"{x:.1}\" y=\"{under}\" text-anchor=\"middle\">{tick}</text>"
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">milliseconds, on a logarithmic scale</text>",
        rows + 46.0
    );
    let mut y = TOP + ROW / 2.0;
    for (start, runs) in &measured.cold {
        let at_median = milliseconds(median(runs.iter().map(|it| it.stop)));
        let (name, x) = (LEFT - 12.0, across(at_median));
        let _ = writeln!(
            svg,
            "<text x=\"{name}\" y=\"{:.1}\" text-anchor=\"end\">{start}</text>",
            y + 5.0
        );
        for run in runs {
            let x = across(milliseconds(run.stop));
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#1f77b4\" fill-opacity=\"0.35\"/>"
            );
        }
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{:.1}\" stroke=\"#d62728\" stroke-width=\"3\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"12\" fill=\"#d62728\">{at_median:.1}</text>",
            y - 9.0,
            y + 9.0,
            y - 11.0
        );
        y += ROW;
    }
    svg + "</svg>\n"
}

fn across(milliseconds: f64) -> f64 {
    let part = (milliseconds.clamp(FROM, TO) / FROM).log10() / (TO / FROM).log10();
    LEFT + part * (WIDTH - LEFT - RIGHT)
}
