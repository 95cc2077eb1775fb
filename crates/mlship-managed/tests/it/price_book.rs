//! Price books of one's own: what is read of them, every mistake with its place, and what they decide.

use std::fmt::Write as _;

use mlship_managed::prices::PriceBook;
use mlship_spec::source::Sources;
use mlship_spec::target::Target;
use proptest::prelude::*;

use crate::support::{documents, workload};

/// What is said of a book: line, column, message, help, and the line of what belongs to it.
fn said(text: &str) -> String {
    let mut sources = Sources::default();
    let source = sources.add("prices.toml", text);
    let Err(problems) = PriceBook::read(source, text) else { return "fine".to_owned() };
    let mut said = String::new();
    for problem in problems {
        assert_eq!(problem.code.id, "ML703");
        let at = sources.position(problem.span.expect("each mistake has a place"));
        write!(said, "{}:{} {}", at.line, at.column, problem.message).expect("a String takes any text");
        for (span, words) in &problem.related {
            write!(said, " [{words}: {}]", sources.position(*span).line).expect("a String takes any text");
        }
        writeln!(said, " ({})", problem.help.as_deref().unwrap_or("-")).expect("a String takes any text");
    }
    said
}

const GROUP: &str = "[[group]]\nservice = \"ec2\"\nregion = \"us-east-1\"\nlink = \"our contract\"\ndated = \"2026-11\"\nsure = \"read\"\n[group.hour]\n";
const FACTOR: &str = "[[factor]]\nservice = \"sagemaker\"\nof = \"ec2\"\ntimes = 1.2\nlink = \"l\"\ndated = \"2026-11\"\nsure = \"inferred\"\n";

#[test]
fn a_book_of_ones_own_is_read_strictly() {
    let group = |hour: &str| format!("{GROUP}{hour}");
    let in_place = |from: &str, to: &str| group("\"m5.large\" = 1\n").replace(from, to);
    for (text, expected) in [
        (String::new(), "fine"),
        (group("\"m5.large\" = 0.1\n\"x9.huge\" = 7"), "fine"),
        (format!("{}{FACTOR}", group("\"m5.large\" = 0.1\n")), "fine"),
        (
            group("\"m5.large\" = 0.0"),
            "8:14 `m5.large` is 0, and has to be above 0 (leave out what is not known, and what is free)",
        ),
        (
            group("\"m5.large\" = -1"),
            "8:14 `m5.large` is -1, and has to be above 0 (leave out what is not known, and what is free)",
        ),
        (
            group("\"m5.large\" = nan"),
            "8:14 `m5.large` is NaN, and has to be above 0 (leave out what is not known, and what is free)",
        ),
        (
            group("\"m5.large\" = inf"),
            "8:14 `m5.large` is inf, and has to be above 0 (leave out what is not known, and what is free)",
        ),
        (group("\"m5.large\" = \"0.1\""), "8:14 `m5.large` is a number, such as 0.0526 (-)"),
        (
            group("m5.large = 0.1"),
            "8:1 `m5` is a number, such as 0.0526 (a name with dots goes in quotes, such as \"m5.large\")",
        ),
        (group(""), "7:1 there is no price in `hour` (take the group away)"),
        (in_place("\"ec2\"", "\"ec-2\""), "2:11 there is no service `ec-2` (did you mean `ec2`?)"),
        (in_place("region = \"us-east-1\"\n", ""), "1:1 `region` is missing here (-)"),
        (in_place("\"us-east-1\"", "\" \""), "3:10 `region` is text in quotes, and not empty (-)"),
        (in_place("\"us-east-1\"", "7"), "3:10 `region` is text in quotes, and not empty (-)"),
        (in_place("2026-11", "2026-13"), "5:9 `2026-13` is no month (write one such as \"2026-11\")"),
        (
            in_place("\"read\"", "\"remember\""),
            "6:8 `remember` does not say how sure the prices are (did you mean `remembered`?)",
        ),
        (
            in_place("region", "regoin"),
            "1:1 `region` is missing here (-)\n3:1 there is no field `regoin` here (did you mean `region`?)",
        ),
        (
            in_place("[[group]]", "[[groups]]").replace("[group.hour]", "[groups.hour]"),
            "1:3 there is no field `groups` here (did you mean `group`?)",
        ),
        ("group = 1".to_owned(), "1:9 `group` is a list of tables (write `[[group]]`)"),
        (
            "group = [1, 2]".to_owned(),
            "1:10 `group` is a list of tables (write `[[group]]`)\n1:13 `group` is a list of tables (write `[[group]]`)",
        ),
        (
            group("").replace("[group.hour]", "hour = 3"),
            "7:8 `hour` is a table of dollars by item (write `[group.hour]`, and the prices below it)",
        ),
        (
            group("\"cpu\" = 0.1").replace("ec2", "eks-fargate"),
            "8:1 there is no unit `cpu` (did you mean `vcpu`?)",
        ),
        (
            format!("{0}{0}", group("\"m5.large\" = 1\n")),
            "16:1 `m5.large` of `ec2` in `us-east-1` has a price already [the first is here: 8] (keep one of them)",
        ),
        (
            format!("{FACTOR}{FACTOR}"),
            "8:1 `sagemaker` has a factor for these machines already [the first is here: 1] (keep one of them, or give one a `prefix`)",
        ),
        (
            FACTOR.replace("\"ec2\"", "\"aci\""),
            "3:6 there is no service `aci` (one of: azure-vm, azureml, ec2, gce, gce-spot, sagemaker, vertex)",
        ),
        (FACTOR.replace("times = 1.2\n", ""), "1:1 `times` is missing here (-)"),
    ] {
        assert_eq!(said(&text).trim_end(), expected, "{text}");
    }
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_text() {
    let text = "[[group]]\nservice = \"ec-2\"\ndated = \"soon\"\nsure = \"maybe\"\nlink = 7\n[group.hour]\na = 0\nb = true\n";
    let told = said(text);
    assert_eq!(told.lines().count(), 7, "{told}");
    let lines: Vec<_> = told.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(lines, ["1", "2", "3", "4", "5", "7", "8"]);
}

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    for (text, place) in
        [("[[group]\n", "1:"), ("a = \n", "1:"), ("[[group]]\nservice = \"ec2\nregion = 3", "2:")]
    {
        let told = said(text);
        assert!(told.starts_with(place) && told.contains("this is not TOML"), "{told}");
    }
    let twice = said(&format!("{GROUP}\"m5.large\" = 1\n\"m5.large\" = 2\n"));
    assert!(twice.starts_with("9:1 this is not TOML: duplicate key"), "{twice}");
}

/// A book in which another machine is the cheapest, so that another is chosen.
#[test]
fn machines_are_chosen_by_the_book_that_is_given() {
    let group = |service: &str, item: &str| format!("{GROUP}\"{item}\" = 0.001\n").replace("ec2", service);
    let text =
        [group("ec2", "r5.xlarge"), group("azure-vm", "Standard_D8as_v4"), group("gce", "a2-highgpu-1g")]
            .concat()
            + FACTOR
            + &FACTOR.replace("sagemaker", "azureml").replace("ec2", "azure-vm");
    let book = PriceBook::read(0, &text).expect("the book is one");
    let server = "server: {image: 'a.azurecr.io/b:1', port: 8080}\nresources: {cpu: 1, memory: 2Gi";
    for (target, lines, by_embedded, by_own) in [
        ("sagemaker", format!("{server}}}"), "ml.c5.large", "ml.r5.xlarge"),
        ("azureml", format!("{server}}}"), "Standard_F2s_v2", "Standard_D8as_v4"),
        ("gke-autopilot", format!("{server}, gpu: 1}}"), "nvidia-tesla-t4", "nvidia-tesla-a100"),
    ] {
        let printed = |targets: &[&dyn Target]| -> String {
            let target = targets.iter().find(|known| known.name() == target).expect("the target is known");
            let emitted = target.emit(&workload(&lines)).expect("the target takes it");
            documents(&emitted).iter().map(|document| document.value().to_string()).collect()
        };
        let own = mlship_managed::targets_priced_by(&book);
        let own: Vec<&dyn Target> = own.iter().map(|target| &**target).collect();
        let (embedded, own) = (printed(&mlship_managed::targets()), printed(&own));
        assert!(embedded.contains(by_embedded) && !embedded.contains(by_own), "{target}: {embedded}");
        assert!(own.contains(by_own) && !own.contains(by_embedded), "{target}: {own}");
    }
}

proptest! {
    /// A book with a stretch of it replaced by anything: read or refused, with places that are in the text.
    #[test]
    fn no_text_breaks_the_reader(from in 0..280_usize, length in 0..40_usize, instead in "[\\[\\]\"'=\\.a-z0-9\\n #{},-]{0,12}") {
        let book = format!("{GROUP}\"m5.large\" = 1\n{FACTOR}");
        let end = (from + length).min(book.len());
        let text = format!("{}{instead}{}", &book[..from.min(end)], &book[end..]);
        said(&text);
    }
}
