//! Pictures say what the JSON says.

use std::collections::BTreeMap;

use mlship_simulate::autoscaling::advice::simulate;
use mlship_simulate::autoscaling::autoscaler::Autoscaler;
use mlship_simulate::autoscaling::hpa::{Hpa, Metric, Source, Target};
use mlship_simulate::autoscaling::load;
use mlship_simulate::autoscaling::picture::{html, svg, terminal};
use mlship_simulate::autoscaling::pods::Startup;
use mlship_simulate::autoscaling::report::Report;
use mlship_simulate::autoscaling::run::Scenario;
use mlship_simulate::autoscaling::service::{Front, Processor, Service};
use mlship_simulate::autoscaling::template::Template;
use mlship_simulate::autoscaling::time::Time;
use serde_json::Value;

fn report() -> Report {
    let source = Source::Pods { metric: "<in_flight> & \"more\"".to_owned() };
    let metric = Metric { source, target: Target::AverageValue(2000) };
    let hpa = Hpa { min: 1, max: 6, metrics: vec![metric], behavior: None };
    let service = Service {
        request_seconds: 0.5,
        concurrency: 4.0,
        queue: Some(50.0),
        patience_seconds: 30.0,
        target_seconds: 2.0,
        front: Front::Refuses,
        startup: Startup { pending: Time::from_seconds(10), loading: Time::from_seconds(30) },
        processor: Processor::Cpu { full_cores: 1.0 },
        price_per_hour: Some(0.8),
    };
    let load = load::parse(0, "step:4..30@120/20m", &mut Vec::new()).expect("a load");
    let mut scenario = Scenario::new(Autoscaler::Hpa(hpa), Template::default(), load, service);
    scenario.signals = BTreeMap::from([(
        "<in_flight> & \"more\"".to_owned(),
        mlship_simulate::autoscaling::signals::Kind::Concurrency,
    )]);
    simulate(&scenario)
}

#[test]
fn a_chart_fits_its_columns() {
    let report = report();
    for columns in [40, 80, 133] {
        let chart = terminal::chart(&report, columns);
        let widest = chart.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(columns), "{widest:?} of {columns}\n{chart}");
        assert!(chart.contains('▲') && chart.contains('█'), "{chart}");
    }
}

#[test]
fn every_number_on_the_page_is_the_jsons() {
    let report = report();
    let page = html::page(&report, "churn & co");
    let json = serde_json::to_value(&report).expect("a report");
    let mut compared = 0;
    for part in page.split("data-key=\"").skip(1) {
        let (key, rest) = part.split_once("\">").expect("an attribute ends");
        let text = rest.split('<').next().expect("text ends");
        let text =
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
        let text = text.replace("&amp;", "&");
        let expected = match json.pointer(key).expect(key) {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert_eq!(text, expected, "{key}");
        compared += 1;
    }
    assert!(compared > 30, "{compared}");
    let data = page.split_once("id=\"report\">").expect("the JSON is there").1;
    let data = data.split_once("</script>").expect("it ends").0;
    assert_eq!(serde_json::from_str::<Value>(data).expect("JSON"), json);
}

#[test]
fn pages_and_plots_reach_for_nothing_outside() {
    let report = report();
    let page = html::page(&report, "x");
    assert!(!report.suggestions.is_empty(), "{:?}", report.summary);
    for text in [svg::plot(&report), page] {
        let outside = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!outside.contains("http") && !outside.contains("url(") && !outside.contains("@import"));
        assert!(text.contains("prefers-color-scheme:dark"));
        assert!(!text.contains("<in_flight>") && text.contains("&lt;in_flight&gt;"));
        assert!(!text.contains("NaN") && !text.contains("inf\""));
    }
}
