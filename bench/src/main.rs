fn main() {
    for case in countermand_bench::cases::all() {
        if let Some(only) = std::env::args().nth(1)
            && !case.name.contains(&only)
        {
            continue;
        }
        let mut work = case.prepare();
        let mut times: Vec<_> = (0..31)
            .map(|_| {
                let at = std::time::Instant::now();
                work();
                at.elapsed()
            })
            .collect();
        times.sort();
        println!("{:32} {:?}", case.name, times[times.len() / 2]);
    }
}
