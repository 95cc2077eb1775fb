use super::*;
use crate::values::tests::{accepts, explains, refuses};

#[test]
fn aws_role_arn() {
    accepts::<AwsRoleArn>(&[
        "arn:aws:iam::123456789012:role/churn-reader",
        "arn:aws:iam::123456789012:role/team/ml/churn_reader+x=1,2.3@y-z",
        "arn:aws-us-gov:iam::123456789012:role/x",
        "arn:aws-cn:iam::123456789012:role/x",
    ]);
    refuses::<AwsRoleArn>(&[
        "",
        "churn-reader",
        "arn:aws:iam::12345678901:role/x",
        "arn:aws:iam::12345678901a:role/x",
        "arn:aws:iam:us-east-1:123456789012:role/x",
        "arn:aws:s3:::bucket",
        "arn:aws:iam::123456789012:user/x",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam::123456789012:role/a b",
        "arn:azure:iam::123456789012:role/x",
        "arn:aws:sts::123456789012:assumed-role/x/y",
    ]);
    explains::<AwsRoleArn>(&[(
        "arn:aws:iam::123:role/x",
        "`arn:aws:iam::123:role/x` is not the ARN of an IAM role: `123` is not an account of twelve digits",
        "write `arn:aws:iam::`, the account's twelve digits, `:role/` and the role's name, \
         such as `arn:aws:iam::123456789012:role/churn-reader`",
    )]);
    let arn: AwsRoleArn = "arn:aws-cn:iam::123456789012:role/team/x".parse().unwrap();
    assert_eq!((arn.partition(), arn.account(), arn.role()), ("aws-cn", "123456789012", "x"));
}

#[test]
fn gcp_service_account() {
    accepts::<GcpServiceAccount>(&[
        "churn-reader@example-project.iam.gserviceaccount.com",
        "churn-reader@example-project.example.com.iam.gserviceaccount.com",
        "123456789-compute@developer.gserviceaccount.com",
        "example-project@appspot.gserviceaccount.com",
    ]);
    refuses::<GcpServiceAccount>(&[
        "",
        "churn-reader",
        "someone@gmail.com",
        "short@example-project.iam.gserviceaccount.com",
        "Churn-reader@example-project.iam.gserviceaccount.com",
        "churn-reader@.iam.gserviceaccount.com",
        "compute@developer.gserviceaccount.com",
        "churn-reader@iam.gserviceaccount.com",
    ]);
}

#[test]
fn azure_client_id() {
    accepts::<AzureClientId>(&["0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"]);
    refuses::<AzureClientId>(&[
        "",
        "0b1c2d3e4f5061728394a5b6c7d8e9f0",
        "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9fg",
    ]);
    let upper = "{0B1C2D3E-4F50-6172-8394-A5B6C7D8E9F0}";
    explains::<AzureClientId>(&[(
        upper,
        "`{0B1C2D3E-4F50-6172-8394-A5B6C7D8E9F0}` is not a client id",
        "write `0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0`",
    )]);
}
