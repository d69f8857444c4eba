//! Both sides of the wire read the same thing in the same text.

use comptoir_protocol::{ClientFrame, Seq, ServerFrame, examples};
use comptoir_widget::wire::{DecodeError, Value, client_frame, server_frame};
use proptest::prelude::*;
use serde_json::json;

use crate::flatten::flat;

fn decoded(value: &serde_json::Value) -> Result<ServerFrame, DecodeError> {
    server_frame(&Value::parse(&flat(value)))
}

#[test]
fn every_example_of_the_gateway_is_understood() {
    let events = examples::events().into_iter().map(ServerFrame::Event);
    for frame in examples::server_frames().into_iter().chain(events) {
        let value = serde_json::to_value(&frame).unwrap();
        assert_eq!(decoded(&value), Ok(frame), "{value}");
    }
}

#[test]
fn every_example_of_a_client_is_written_as_the_gateway_reads_it() {
    for frame in examples::client_frames() {
        let text = client_frame(&frame);
        assert_eq!(serde_json::from_str::<ClientFrame>(&text).unwrap(), frame, "{text}");
    }
}

#[test]
fn a_member_that_is_missing_or_of_another_type_refuses_the_frame() {
    // Members that may be absent, here or in a newer gateway.
    let optional =
        ["token", "answering", "name", "id", "phone", "email", "privacy_url", "accent", "opens_at"];
    for frame in examples::server_frames() {
        let value = serde_json::to_value(&frame).unwrap();
        for name in value.as_object().unwrap().keys().filter(|n| !optional.contains(&n.as_str())) {
            let mut without = value.clone();
            without.as_object_mut().unwrap().remove(name);
            assert!(decoded(&without).is_err(), "{name} of {value}");
            let mut other = value.clone();
            other[name] = json!({ "unexpected": [] });
            assert!(decoded(&other).is_err(), "{name} of {value}");
        }
    }
}

#[test]
fn a_newer_gateway_may_add() {
    let unknown = json!({"t": "event", "seq": 7, "at": 1, "event": {"kind": "photo", "url": "x"}});
    assert_eq!(decoded(&unknown), Err(DecodeError::UnknownEvent(Seq(7))));
    let more = json!({"t": "pong", "load": 0.5, "extra": {"deep": [[[null]]]}});
    assert_eq!(decoded(&more), Ok(ServerFrame::Pong));
}

#[test]
fn garbage_is_refused() {
    for value in [
        json!(null),
        json!([]),
        json!("pong"),
        json!({}),
        json!({"t": 1}),
        json!({"t": "dance"}),
        json!({"t": "ack", "id": "a", "seq": 1.5}),
        json!({"t": "ack", "id": "a", "seq": -1}),
        json!({"t": "queued", "position": 4_294_967_296_u64, "wait_ms": 0}),
        json!({"t": "ack", "id": "a", "seq": 123_456_789_012_345_678_901_u128.to_string()}),
    ] {
        assert_eq!(decoded(&value), Err(DecodeError::Malformed), "{value}");
    }
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    assert_eq!(Value::parse(&flat(&deep)), Value::Null);
}

fn tree() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        any::<i32>().prop_map(|n| json!(n)),
        "[ -~é😀]{0,12}".prop_map(|s| json!(s)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

fn same(ours: &Value<'_>, theirs: &serde_json::Value) -> bool {
    match theirs {
        serde_json::Value::Null => *ours == Value::Null,
        serde_json::Value::Bool(b) => ours.flag() == Some(*b),
        serde_json::Value::Number(n) => ours.number() == n.as_i64(),
        serde_json::Value::String(s) => ours.text() == Some(s),
        serde_json::Value::Array(items) => ours.list().is_some_and(|l| {
            l.len() == items.len() && l.iter().zip(items).all(|(a, b)| same(a, b))
        }),
        serde_json::Value::Object(members) => members
            .iter()
            .all(|(name, value)| value.is_null() || ours.get(name).is_some_and(|v| same(v, value))),
    }
}

proptest! {
    #[test]
    fn any_value_survives_flattening(value in tree()) {
        let flat = flat(&value);
        prop_assert!(same(&Value::parse(&flat), &value), "{}", value);
    }

    /// Whatever arrives, nothing panics.
    #[test]
    fn any_tokens_are_read_or_refused(text in "[\x01-\x08a-z0-9é-]{0,60}") {
        let _ = server_frame(&Value::parse(&text));
    }

    #[test]
    fn any_text_is_sent_as_it_was_typed(text in "\\PC{0,40}") {
        let frame = ClientFrame::Send { id: "i".into(), text };
        prop_assert_eq!(serde_json::from_str::<ClientFrame>(&client_frame(&frame)).unwrap(), frame);
    }
}
