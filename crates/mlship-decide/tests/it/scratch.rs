use crate::support::*;
use std::time::Instant;
#[test]
fn scratch() {
    for needs in [
        "{}",
        "{models: 1, platformTeam: true}",
        "{models: 1, platformTeam: false}",
        "{models: 1, platformTeam: false, clouds: [gcp]}",
        "{models: 1, platformTeam: false, clouds: [gcp], traffic: {average: 10}, gpu: 1}",
        "{scaleToZero: required, gpu: 1}",
    ] {
        for i in 0..3 {
            let t = Instant::now();
            let x = decided(&alone(needs), &[]);
            if i == 2 {
                println!(
                    "decide {:?} {} {needs} -> {:?} {:?}",
                    t.elapsed(),
                    x.flips.len(),
                    x.verdicts
                        .iter()
                        .filter(|v| v.fits())
                        .map(|v| (v.target, v.hundredths(), v.cold_start(), v.monthly.busy))
                        .collect::<Vec<_>>(),
                    x.stability
                );
                for v in x.verdicts.iter().filter(|v| !v.fits()) {
                    println!("    {} {:?}", v.target, v.blockers.first().map(|b| (&b.rule, &b.text)));
                }
            }
        }
    }
}
