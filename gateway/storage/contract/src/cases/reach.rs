//! Browsers to wake, wishes, keys of the installation.

use crate::runner::cases;
use crate::world::{World, at};
use comptoir_storage::model::{AgentId, Device, DeviceId, Wishes};
use comptoir_storage::{Storage, StorageError};
use std::sync::Arc;
use uuid::Uuid;

cases![
    a_person_has_several_devices_and_a_device_one_person,
    wishes_are_the_defaults_until_somebody_says_otherwise,
    an_installation_has_one_key_of_a_name,
];

fn device(agent: AgentId, endpoint: &str, ms: i64) -> Device {
    Device {
        id: DeviceId(Uuid::now_v7()),
        agent,
        endpoint: format!("https://push.example/{endpoint}/{}", Uuid::new_v4()),
        p256dh: vec![4; 65],
        auth: vec![7; 16],
        label: "Firefox, Android".to_owned(),
        created_at: at(ms),
    }
}

async fn a_person_has_several_devices_and_a_device_one_person(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let (one, two) = (world.agent("Basile").await.id, world.agent("Farah").await.id);
    let (phone, laptop) = (device(one, "phone", 2), device(one, "laptop", 1));
    for device in [&phone, &laptop] {
        storage.keep_device(device).await.expect("kept");
    }
    assert_eq!(storage.devices(one).await.expect("read"), [laptop.clone(), phone.clone()]);
    assert_eq!(storage.device(phone.id).await.expect("read"), Some(phone.clone()));
    // The same browser, another person signed in.
    let moved =
        Device { id: DeviceId(Uuid::now_v7()), agent: two, auth: vec![8; 16], ..phone.clone() };
    storage.keep_device(&moved).await.expect("kept");
    assert_eq!(storage.devices(one).await.expect("read"), std::slice::from_ref(&laptop));
    assert_eq!(storage.devices(two).await.expect("read"), std::slice::from_ref(&moved));
    assert_eq!(storage.device(phone.id).await.expect("read"), None);
    // Nobody forgets somebody else's.
    storage.forget_device(one, moved.id).await.expect("no error");
    assert_eq!(storage.devices(two).await.expect("read").len(), 1);
    storage.forget_device(two, moved.id).await.expect("forgotten");
    assert_eq!(storage.devices(two).await.expect("read"), []);
    let nobody = storage.keep_device(&device(AgentId(Uuid::now_v7()), "x", 1)).await;
    assert!(matches!(nobody, Err(StorageError::Missing { what: "agent" })), "{nobody:?}");
}

async fn wishes_are_the_defaults_until_somebody_says_otherwise(storage: Arc<dyn Storage>) {
    let world = World::new(&storage).await;
    let agent = world.agent("Basile").await.id;
    assert_eq!(storage.wishes(agent).await.expect("read"), Wishes::default());
    for wishes in [
        Wishes { push: false, email: true, quiet: false },
        Wishes { push: true, email: false, quiet: true },
    ] {
        storage.set_wishes(agent, wishes).await.expect("kept");
        assert_eq!(storage.wishes(agent).await.expect("read"), wishes);
    }
    let nobody = storage.set_wishes(AgentId(Uuid::now_v7()), Wishes::default()).await;
    assert!(matches!(nobody, Err(StorageError::Missing { what: "agent" })), "{nobody:?}");
}

async fn an_installation_has_one_key_of_a_name(storage: Arc<dyn Storage>) {
    let name = Uuid::new_v4().to_string();
    let asked: Vec<Vec<u8>> = (0..8).map(|number| vec![number; 32]).collect();
    let tries = asked.iter().map(|fresh| storage.installation_key(&name, fresh));
    let given = futures::future::join_all(tries).await;
    let first = given[0].as_ref().expect("a key").clone();
    assert!(asked.contains(&first));
    for key in given {
        assert_eq!(key.expect("a key"), first, "every node gets the same");
    }
    let other = storage.installation_key(&format!("{name}-2"), &[9]).await.expect("a key");
    assert_eq!(other, [9]);
}
