//! Hostile and broken input: a clear answer in time and memory that do not grow with what it asks for.
//!
//! Nothing here is timed; each input is one that some reader of YAML or some matcher of names has
//! taken minutes or gigabytes for, so that the tests would not end.

use std::fmt::Write as _;

use mlship_spec::read::{ReadOptions, Reading, read};
use mlship_spec::yaml::MAX_BYTES;

const SPEC: &str = "apiVersion: mlship.dev/v1
name: churn
server: {image: 'ghcr.io/acme/churn:1.0.0'}
health: {ready: /readyz}
";

fn plain(text: impl AsRef<[u8]>) -> Reading {
    judged(read("mlship.yaml", text.as_ref(), &ReadOptions::default()))
}

fn in_environment(text: &str, environment: &str) -> Reading {
    let options = ReadOptions { environment: Some(environment.to_owned()), set: Vec::new() };
    judged(read("mlship.yaml", text.as_bytes(), &options))
}

/// What holds of every reading: no message is as long as the input.
fn judged(reading: Reading) -> Reading {
    for found in &reading.diagnostics {
        let words = found.message.len() + found.help.as_ref().map_or(0, String::len);
        assert!(words < 1200, "{} says {words} bytes", found.code.id);
        assert!(found.span.is_some_and(|span| span.end as usize <= MAX_BYTES));
    }
    reading
}

/// The codes that are found, each once.
fn codes(reading: &Reading) -> Vec<&'static str> {
    let mut codes: Vec<&str> = reading.diagnostics.iter().map(|found| found.code.id).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A large text, and yet not so large that a build for tests would take seconds for it.
const LARGE: usize = MAX_BYTES / 16;

/// `unit` after `head`, up to [`LARGE`].
fn filled(head: &str, unit: &str, tail: &str) -> String {
    let times = (LARGE - head.len() - tail.len()) / unit.len();
    format!("{head}{}{tail}", unit.repeat(times))
}

#[test]
fn deep_nesting_is_refused() {
    for text in ["[".repeat(200_000), "- ".repeat(200_000), "? ".repeat(200_000), "{a: ".repeat(200_000)] {
        let reading = plain(&text);
        assert_eq!(codes(&reading), ["ML010"], "{}", &text[..4]);
        assert_eq!(reading.diagnostics.len(), 1);
    }
    let mut blocks = String::new();
    for depth in 0..2000 {
        let _ = writeln!(blocks, "{}a:", " ".repeat(depth));
    }
    assert_eq!(codes(&plain(&blocks)), ["ML010"]);
}

#[test]
fn aliases_are_not_followed() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let alias = format!("*a{}", level - 1);
        let _ = writeln!(bomb, "a{level}: &a{level} [{}]", vec![alias; 9].join(", "));
    }
    let reading = plain(format!("{SPEC}{bomb}"));
    assert!(reading.workloads.is_empty());
    assert_eq!(codes(&reading), ["ML002", "ML011"]);
    assert!(reading.diagnostics.len() < 120);
}

#[test]
fn many_anchors_are_each_refused() {
    let mut text = SPEC.to_owned();
    for index in 0..20_000 {
        let _ = writeln!(text, "k{index}: &a{index} *a{index}");
    }
    let reading = plain(&text);
    assert!(reading.workloads.is_empty());
    assert!(codes(&reading).contains(&"ML001") || codes(&reading).contains(&"ML011"));
}

#[test]
fn large_texts_are_refused_unread() {
    for bytes in [vec![0; 5 << 20], vec![b'a'; 5 << 20], vec![0xff; 5 << 20]] {
        let reading = plain(&bytes);
        assert_eq!(codes(&reading), ["ML010"]);
        assert!(reading.sources.iter().all(|source| source.text.is_empty()), "the text is not kept");
    }
    assert_eq!(codes(&plain(format!("{SPEC}namespace: {}", "a".repeat(5 << 20)))), ["ML010"]);
}

#[test]
fn long_values_are_judged_by_their_beginning() {
    let long = "a".repeat(LARGE / 2);
    let fields = [
        "namespace: LONG",
        "LONG: 1",
        "resources: {gpu: {type: LONG}}",
        "resources: {gpu: {mig: LONG}}",
        "resources: {cpu: LONG}",
        "model: {format: LONG}",
        "model: {uri: 's3://LONG'}",
        "expose: {host: LONG}",
        "rollout: {deadline: LONG}",
        "environments: {LONG: {}}",
        "security: {readOnlyRootFilesystem: LONG}",
        "replicas: LONG",
        "labels: {LONG: LONG}",
        "apiVersion2: LONG",
    ];
    for field in fields {
        let reading = plain(format!("{SPEC}{}", field.replace("LONG", &format!("\"{long}\""))));
        assert!(reading.workloads.is_empty(), "{field}");
        assert!(reading.diagnostics.len() <= 2, "{field}: {:?}", codes(&reading));
    }
    let digits = "1".repeat(LARGE / 2);
    for field in ["replicas: LONG", "resources: {cpu: LONG}", "rollout: {deadline: LONG}", "namespace: 0LONG"]
    {
        assert!(plain(format!("{SPEC}{}", field.replace("LONG", &digits))).workloads.is_empty(), "{field}");
    }
}

#[test]
fn many_values_are_refused() {
    let mut keys = SPEC.to_owned();
    for index in 0..100_000 {
        let _ = writeln!(keys, "k{index}: x");
    }
    assert_eq!(codes(&plain(&keys)), ["ML010"]);
    assert_eq!(codes(&plain(filled(SPEC, "a,", "]").replacen("a,", "args: [a,", 1))), ["ML010"]);
}

#[test]
fn many_documents_share_one_bound() {
    assert_eq!(codes(&plain("---\n".repeat(120_000))), ["ML010"]);
    let reading = plain(format!("---\n{SPEC}").repeat(8000));
    assert_eq!(codes(&reading), ["ML010"]);
    assert!(reading.workloads.len() > 1000, "what was read before is kept");
}

#[test]
fn a_key_given_many_times_is_said_each_time() {
    let text = format!("{SPEC}labels:\n{}", "  a: b\n".repeat(15_000));
    let reading = plain(&text);
    assert_eq!(codes(&reading), ["ML602"]);
    assert_eq!(reading.diagnostics.len(), 14_999);
}

#[test]
fn large_layers_are_merged() {
    let mut text =
        "apiVersion: mlship.dev/v1\nname: churn\nserver:\n  image: ghcr.io/acme/churn:1.0.0\n  env:\n"
            .to_owned();
    for index in 0..12_000 {
        let _ = writeln!(text, "    K{index}: spec");
    }
    text.push_str("environments:\n  over:\n    server:\n      env:\n");
    for index in (0..12_000).rev() {
        let _ = writeln!(text, "        K{index}: over");
    }
    let reading = in_environment(&text, "over");
    assert_eq!(reading.workloads.len(), 1);
    assert_eq!(reading.workloads[0].server.env.len(), 12_000);
    let reading = in_environment(&text.replace(": over\n", ":\n"), "over");
    assert!(reading.workloads[0].server.env.is_empty());
}

#[test]
fn many_ports_and_secrets_are_compared_once() {
    let mut ports = SPEC.replace("server: {", "server: {ports: {");
    ports.truncate(ports.find("image").unwrap_or_default());
    for index in 0..15_000 {
        let _ = write!(ports, "p{index}: {}, ", 1024 + index);
    }
    let reading = plain(format!("{ports}}}, image: 'a:1'}}\nhealth: {{ready: /readyz}}\n"));
    assert_eq!(codes(&reading), ["ML007"], "port 8080 is the server's own");
    let tokens = format!("{SPEC}annotations: {{a: '{}'}}\n", "hf_aaaaaaaaaaaaaaaaaaaaaaaa ".repeat(10_000));
    assert_eq!(codes(&plain(&tokens)), ["ML504"]);
    let arguments =
        SPEC.replace("server: {", &format!("server: {{args: [{}], ", "--token,x,".repeat(15_000)));
    assert_eq!(plain(&arguments).diagnostics.len(), 15_000);
}

#[test]
fn an_unknown_environment_does_not_list_thousands() {
    let mut text = format!("{SPEC}environments:\n");
    for index in 0..20_000 {
        let _ = writeln!(text, "  e{index}: {{}}");
    }
    let reading = in_environment(&text, "production");
    assert_eq!(codes(&reading), ["ML008"]);
}

#[test]
fn shapes_that_trap_scanners_are_read_or_refused() {
    let tails = [
        filled(SPEC, "# x\n", ""),
        filled(&format!("{SPEC}#"), "x", ""),
        filled(SPEC, "\n", ""),
        filled(SPEC, " ", ""),
        filled(SPEC, "\r", ""),
        filled(&format!("{SPEC}x: \""), "y\n", ""),
        filled(&format!("{SPEC}x: |\n"), "  y\n", ""),
        filled(&format!("{SPEC}x: >\n"), "\n", "  y\n"),
        filled(&format!("{SPEC}x: "), "y ", ""),
        filled(&format!("{SPEC}x: "), "y:", ""),
        filled(&format!("{SPEC}x: "), "&y ", ""),
        filled(&format!("{SPEC}x: "), "!y ", ""),
        filled(&format!("{SPEC}x: ["), ",", "]"),
        filled(&format!("{SPEC}x: {{"), "a: b, ", "}"),
        filled(&format!("{SPEC}x: ["), ":,", "]"),
        filled(&format!("{SPEC}x: [y"), "\n", ": z]"),
        filled(SPEC, "\u{feff}", ""),
        filled("", "%", ""),
        filled("", "!", ""),
        filled("", "*", ""),
        filled("", "\"", ""),
        filled("", "-----BEGIN ", ""),
    ];
    for text in tails {
        let reading = plain(&text);
        assert_eq!(reading.workloads.is_empty(), !reading.diagnostics.is_empty(), "{:?}", codes(&reading));
    }
}
