use crate::support::*;
use mlship_managed::prices::PriceBook;
use mlship_spec::draft::Draft;
use std::time::Instant;
#[test]
fn scratch() {
    let d: Draft = draft(&alone("{models: 1}"), &[]);
    let t = Instant::now();
    PriceBook::embedded();
    println!("book {:?}", t.elapsed());
    for probe in ["", "resources: {gpu: {count: 1}}", "server: {protocol: grpc}"] {
        for target in targets() {
            let p = target.profile();
            for round in 0..2 {
                let t = Instant::now();
                let w = d.revised(&[p.assumes], &[probe]).unwrap();
                let a = t.elapsed();
                let t = Instant::now();
                let e = target.emit(&w);
                let b = t.elapsed();
                let t = Instant::now();
                let c = mlship_managed::cost_of_emitted(target.name(), &w, PriceBook::embedded());
                let dd = t.elapsed();
                println!(
                    "{round} {:20} revise {:?} emit {:?} cost {:?} {} {}",
                    target.name(),
                    a,
                    b,
                    dd,
                    e.is_ok(),
                    c.is_some()
                );
            }
        }
    }
    for _ in 0..3 {
        let t = Instant::now();
        let x = decided(&alone("{models: 1, platformTeam: true}"), &[]);
        println!("decide {:?} {}", t.elapsed(), x.flips.len());
    }
}
