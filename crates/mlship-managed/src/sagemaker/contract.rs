//! The container as SageMaker runs it: `docker run IMAGE serve`, port 8080, `/ping` and `/invocations`.
//!
//! <https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html> (2026-11)

use std::collections::BTreeMap;

use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{Check, EnvValue, Workload};

use super::properties::{Container, ModelDataSource, S3DataSource};
use crate::cloudformation::Text;
use crate::findings::Findings;
use crate::limits;

/// The port that SageMaker calls.
const PORT: u16 = 8080;
/// Where SageMaker puts the weights.
const MODEL: &str = "/opt/ml/model";
const PAGE: &str = "https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html";

const VARIABLES: &str =
    "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html";

/// The container, and whether the template has to ask for its image.
pub(crate) struct Contract {
    pub(crate) container: Container,
    pub(crate) asks_for_image: bool,
}

/// The container as SageMaker runs it.
pub(crate) fn container(workload: &Workload, findings: &mut Findings<'_>) -> Contract {
    called(workload, findings);
    started(workload, findings);
    let asks_for_image = !is_in_ecr(workload);
    let image = if asks_for_image {
        let how = format!(
            "`{}` → the parameter Image: SageMaker pulls from ECR alone, and the template asks for the copy there",
            workload.server.image
        );
        findings.adapt("server.image", how);
        Text::reference("Image")
    } else {
        Text::literal(workload.server.image.to_string())
    };
    let length = u64::try_from(workload.server.image.to_string().len()).unwrap_or(u64::MAX);
    if length > limits::SAGEMAKER_IMAGE.value && !asks_for_image {
        let rule = format!("{length} characters are too many: {}", limits::SAGEMAKER_IMAGE.cited());
        findings.refuse("server.image", rule, "give the repository a shorter name");
    }
    check_region(workload, findings);
    let container = Container {
        image,
        model_data_source: weights(workload, findings),
        environment: environment(workload, findings),
    };
    Contract { container, asks_for_image }
}

/// Refuses an image of another region than the endpoint's: [`VARIABLES`] says that they are in the same.
fn check_region(workload: &Workload, findings: &mut Findings<'_>) {
    let Some(region) = &workload.targets.managed.sagemaker.region else { return };
    let image = workload.server.image.to_string();
    let of_image = image.split('/').next().and_then(|registry| registry.split('.').nth(3));
    if let Some(of_image) = of_image.filter(|of_image| is_in_ecr(workload) && *of_image != region.as_str()) {
        let rule = format!(
            "the image is in `{of_image}`, and an endpoint in `{region}` pulls from there: {VARIABLES}"
        );
        findings.refuse(
            "server.image",
            rule,
            "let ECR replicate it to the endpoint's region, and write that image",
        );
    }
}

/// Whether an image is in a private registry of ECR.
pub(crate) fn is_in_ecr(workload: &Workload) -> bool {
    let image = workload.server.image.to_string();
    let registry = image.split('/').next().unwrap_or_default();
    registry.contains(".dkr.ecr.") && registry.contains(".amazonaws.com")
}

fn called(workload: &Workload, findings: &mut Findings<'_>) {
    let port = workload.server.port.get();
    if port != PORT {
        let rule = format!("SageMaker calls port {PORT}, and the server listens at {port}: {PAGE}");
        let nearest = format!(
            "let it listen at {PORT} and write `server.port: {PORT}`; many servers take the port from a variable in `server.env`"
        );
        findings.refuse("server.port", rule, nearest);
    }
    let is_ping = matches!(&workload.probes.readiness.check, Check::Http { path, port } if path.as_str() == "/ping" && port.get() == PORT);
    if !is_ping {
        let message = "SageMaker asks `GET /ping` for the health, and sends requests to `POST /invocations`; whether the server has both is not known";
        let help = "write `health: {ready: /ping}` once it has, so that all targets ask the same";
        findings.warn("health.ready", message, help);
        let asked = |field: &&str| findings.is_written(field);
        for field in
            ["health.live", "health.ready", "health.port"].into_iter().filter(asked).collect::<Vec<_>>()
        {
            findings.adapt(field, format!("`GET /ping` at {PORT} instead: SageMaker asks nothing else"));
        }
    }
}

fn started(workload: &Workload, findings: &mut Findings<'_>) {
    let written = [("server.command", &workload.server.command), ("server.args", &workload.server.args)];
    for (field, words) in written.into_iter().filter(|(_, words)| !words.is_empty()) {
        let rule = format!(
            "SageMaker starts the image with the one argument `serve`, and takes no {}: {PAGE}",
            if field == "server.args" { "others" } else { "command" }
        );
        let shown = words.first().map(String::as_str).unwrap_or_default();
        let nearest = format!(
            "put it into the image, as a program `serve` that starts the server with `{shown}` and the rest, or use variables in `server.env`"
        );
        findings.refuse(field, rule, nearest);
    }
}

fn weights(workload: &Workload, findings: &mut Findings<'_>) -> Option<ModelDataSource> {
    let source = workload.model.source.as_ref()?;
    let uri = source.places.one()?;
    let ModelUri::S3 { .. } = uri else {
        let rule = format!("SageMaker fetches weights from S3 alone, not from `{uri}`");
        findings.refuse(
            "model.uri",
            rule,
            "copy them to a bucket and write `s3://BUCKET/FOLDER`, or let the image hold them",
        );
        return None;
    };
    if source.mount_path.as_str() != MODEL {
        let how = format!(
            "`{}` → `{MODEL}`, where SageMaker puts the weights; variables that name the first name the second",
            source.mount_path
        );
        findings.adapt("model.path", how);
    }
    if source.credentials.is_some() {
        findings.adapt("model.credentials", "left out: the endpoint's role reads the bucket");
    }
    let mut uri = uri.to_string();
    let is_archive = is_archive(&uri);
    if !is_archive && !uri.ends_with('/') {
        uri.push('/');
    }
    let (s3_data_type, compression_type) =
        if is_archive { ("S3Object", "Gzip") } else { ("S3Prefix", "None") };
    Some(ModelDataSource { s3_data_source: S3DataSource { s3_uri: uri, s3_data_type, compression_type } })
}

/// Whether an address is of an archive that SageMaker unpacks.
pub(crate) fn is_archive(address: &str) -> bool {
    [".tar.gz", ".tgz"].iter().any(|ending| address.ends_with(ending))
}

/// Text in which a folder, and what is below it, has another name.
fn moved(text: &str, from: &str, to: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || "-_./~".contains(c);
    let (mut moved, mut end) = (String::new(), 0);
    for (place, _) in text.match_indices(from) {
        let (before, after) = (&text[..place], &text[place + from.len()..]);
        let begins = !before.ends_with(is_part) || before.ends_with("file://");
        if begins && (after.starts_with('/') || !after.starts_with(is_part)) {
            moved.push_str(&text[end..place]);
            moved.push_str(to);
            end = place + from.len();
        }
    }
    moved + &text[end..]
}

fn environment(workload: &Workload, findings: &mut Findings<'_>) -> BTreeMap<String, Text> {
    let path = workload.model.source.as_ref().map(|source| source.mount_path.as_str());
    let mut environment = BTreeMap::new();
    for variable in &workload.server.env {
        let EnvValue::Literal(value) = &variable.value else { continue };
        let field = format!("server.env.{}", variable.name);
        if variable.name.as_str().contains(['.', '-']) {
            let rule = format!(
                "`{}` is no variable of SageMaker's, whose names have letters, digits and `_`: {VARIABLES}",
                variable.name
            );
            findings.refuse(&field, rule, "give it another name, or put it into the image");
        }
        let value = path.map_or_else(|| value.clone(), |path| moved(value, path, MODEL));
        let length = u64::try_from(value.chars().count()).unwrap_or(u64::MAX);
        if length > limits::SAGEMAKER_VALUE.value {
            let rule =
                format!("`{}` has {length} characters: {}", variable.name, limits::SAGEMAKER_VALUE.cited());
            findings.refuse(&field, rule, "put it into a file of the image, or of the weights");
        }
        if value.contains("{{resolve:") {
            let rule = format!(
                "CloudFormation would put a parameter or secret into `{}`, readable for everybody who may describe the model",
                variable.name
            );
            findings.refuse(&field, rule, "let the server read it with its role");
        }
        environment.insert(variable.name.to_string(), Text::verbatim(&value));
    }
    let count = u64::try_from(environment.len()).unwrap_or(u64::MAX);
    if count > limits::SAGEMAKER_VARIABLES.value {
        let rule = format!("{count} variables are too many: {}", limits::SAGEMAKER_VARIABLES.cited());
        findings.refuse("server.env", rule, "put some into the image");
    }
    environment
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn folders_move_as_a_whole() {
        for (text, expected) in [
            ("/models", "/opt/ml/model"),
            ("/models/a /models", "/opt/ml/model/a /opt/ml/model"),
            ("--model=/models/", "--model=/opt/ml/model/"),
            ("file:///models/x", "file:///opt/ml/model/x"),
            ("/models-cache", "/models-cache"),
            ("/models.old:/models:/srv/models", "/models.old:/opt/ml/model:/srv/models"),
            ("http://models/x", "http://models/x"),
            ("https://host/models", "https://host/models"),
            ("", ""),
        ] {
            assert_eq!(moved(text, "/models", "/opt/ml/model"), expected);
        }
    }
}
