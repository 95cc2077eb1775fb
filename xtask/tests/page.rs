//! The page of an autoscaling simulation in a real browser: its numbers are the JSON's, nothing is loaded or complained
//! of, and every text can be read in light and in dark.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use mlship_simulate::autoscaling::advice::simulate;
use mlship_simulate::autoscaling::autoscaler::Autoscaler;
use mlship_simulate::autoscaling::hpa::{Hpa, Metric, Source, Target};
use mlship_simulate::autoscaling::load;
use mlship_simulate::autoscaling::picture::html;
use mlship_simulate::autoscaling::pods::Startup;
use mlship_simulate::autoscaling::report::Report;
use mlship_simulate::autoscaling::run::Scenario;
use mlship_simulate::autoscaling::service::{Front, Processor, Service};
use mlship_simulate::autoscaling::signals::Kind;
use mlship_simulate::autoscaling::template::Template;
use mlship_simulate::autoscaling::time::Time;
use serde::Deserialize;
use serde_json::Value;
use xtask::tools::{self, Tool};

/// Every number with its key, and of every text the contrast of its colour on what is behind it, by
/// <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.
const LOOK: &str = r#"(() => {
  const rgb = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const light = (color) => rgb(color).slice(0, 3)
    .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((rgb(color)[3] ?? 1) > 0.99) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [];
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || element.closest("script,style,title")) continue;
    const style = getComputedStyle(element);
    const front = element.closest("svg") ? style.fill : style.color;
    const [dark, bright] = [light(front), light(behind(element))].sort((a, b) => a - b);
    texts.push({ text: text.slice(0, 40), contrast: (bright + 0.05) / (dark + 0.05) });
  }
  const numbers = Object.fromEntries([...document.querySelectorAll("[data-key]")]
    .map((element) => [element.dataset.key, element.textContent]));
  return {
    numbers, texts, json: document.getElementById("report").textContent, title: document.title,
    figures: document.querySelectorAll("svg path").length,
    wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    paper: getComputedStyle(document.body).backgroundColor,
  };
})()"#;

/// What the browser found.
#[derive(Deserialize)]
struct Found {
    console: Vec<Value>,
    requests: Vec<String>,
    light: Look,
    dark: Look,
}

/// What is on the page in one scheme of colours.
#[derive(Deserialize)]
struct Look {
    title: String,
    json: String,
    numbers: BTreeMap<String, String>,
    texts: Vec<Text>,
    figures: usize,
    wide: bool,
    paper: String,
}

#[derive(Deserialize)]
struct Text {
    text: String,
    contrast: f64,
}

#[test]
fn the_page_says_what_the_json_says_and_can_be_read() {
    let report = report();
    let title = "Autoscaling of <b>churn</b> & \"co\"";
    let json = serde_json::to_value(&report).unwrap();
    let found = open(&html::page(&report, title));

    assert_eq!(found.console, Vec::<Value>::new(), "the console complains");
    assert_eq!(found.requests.len(), 1, "more than the page itself is loaded: {:?}", found.requests);
    let papers = BTreeSet::from([&found.light.paper, &found.dark.paper]);
    assert_eq!(papers.len(), 2, "light and dark look alike");
    for look in [&found.light, &found.dark] {
        assert_eq!(look.title, title);
        assert_eq!(serde_json::from_str::<Value>(&look.json).unwrap(), json);
        assert!(look.figures > 4 && !look.wide, "{} lines are drawn", look.figures);
        for (key, text) in &look.numbers {
            let expected = match json.pointer(key).unwrap() {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                number => number.to_string(),
            };
            assert_eq!(*text, expected, "{key}");
        }
        assert!(look.numbers.len() > 20, "only {} numbers are on the page", look.numbers.len());
        for Text { text, contrast } in &look.texts {
            // WCAG 2.2, 1.4.3: the minimum for text of normal size.
            assert!(*contrast >= 4.5, "`{text}` on {} has a contrast of {contrast:.2}", look.paper);
        }
    }
}

/// A run with findings and suggestions, whose names hold what HTML takes for its own.
fn report() -> Report {
    let name = "<in_flight> & \"more\"";
    let source = Source::Pods { metric: name.to_owned() };
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
    let load = load::parse(0, "step:4..30@120/20m", &mut Vec::new()).unwrap();
    let mut scenario = Scenario::new(Autoscaler::Hpa(hpa), Template::default(), load, service);
    scenario.signals = BTreeMap::from([(name.to_owned(), Kind::Concurrency)]);
    let report = simulate(&scenario);
    assert!(!report.findings.is_empty() && !report.suggestions.is_empty(), "the page has nothing to show");
    report
}

fn open(page: &str) -> Found {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    fs::write(&file, page).unwrap();
    let output = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tools/chromium/inspect.py"))
        .arg(tools::path(Tool::Chromium).unwrap())
        .arg(&file)
        .arg(LOOK)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
