//! The raw payload of an invocation. Invalid JSON reaches the handler too, so that a record says so.

use countermand_core::event::{Broken, Defect, Reading, read};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

#[derive(Debug)]
pub(crate) struct Payload(Result<Box<RawValue>, String>);

impl Payload {
    pub(crate) fn read(&self) -> Reading {
        match &self.0 {
            Ok(json) => read(json.get().as_bytes()),
            Err(why) => Reading::Broken(Broken::new("", Defect::NotJson(why.clone()))),
        }
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(payload: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(payload);
        Ok(Self(json.map_err(|error| error.to_string())))
    }
}
