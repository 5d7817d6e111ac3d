//! Requests of ECS with AWS's signature, version 4.

use std::env::{VarError, var};
use std::fmt::Write;

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use ring::hmac::{self, HMAC_SHA256, Key};

const SIGNED: &str = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";

pub(crate) struct Signer {
    region: String,
    key: String,
    secret: String,
    token: String,
}

impl Signer {
    pub(crate) fn from_environment() -> Result<Self, VarError> {
        Ok(Self {
            region: var("AWS_REGION")?,
            key: var("AWS_ACCESS_KEY_ID")?,
            secret: var("AWS_SECRET_ACCESS_KEY")?,
            token: var("AWS_SESSION_TOKEN")?,
        })
    }

    pub(crate) fn request(&self, host: &str, operation: &str, body: &str) -> String {
        let Self {
            region, key, token, ..
        } = self;
        let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = now.get(..8).unwrap_or_default();
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let headers = format!(
            "content-type:application/x-amz-json-1.1\nhost:{host}\nx-amz-date:{now}\nx-amz-security-token:{token}\nx-amz-target:{target}\n"
        );
        let canonical = format!("POST\n/\n\n{headers}\n{SIGNED}\n{}", hash(body));
        let scope = format!("{day}/{region}/ecs/aws4_request");
        let text = format!("AWS4-HMAC-SHA256\n{now}\n{scope}\n{}", hash(&canonical));
        let mut secret = format!("AWS4{}", self.secret).into_bytes();
        for part in [day, region, "ecs", "aws4_request"] {
            secret = mac(&secret, part);
        }
        let signature = hex(&mac(&secret, &text));
        let length = body.len();
        let headers = headers.replace('\n', "\r\n");
        format!(
            "POST / HTTP/1.1\r\n{headers}authorization: AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={SIGNED}, Signature={signature}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let key = Key::new(HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn hash(text: &str) -> String {
    hex(digest(&SHA256, text.as_bytes()).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
