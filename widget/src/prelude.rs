//! What `std` would bring into scope. The widget is built without it: its
//! panic messages alone weigh more than all of the widget's decisions.

pub(crate) use alloc::borrow::ToOwned;
pub(crate) use alloc::boxed::Box;
pub(crate) use alloc::string::String;
pub(crate) use alloc::vec::Vec;
