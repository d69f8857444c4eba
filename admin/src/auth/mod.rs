//! Who is signed in: passwords, cookies, forms that cannot be forged.

mod address;
mod cookie;
mod door;
mod form;
mod hashing;
pub mod login;
pub mod password;
mod signed_in;
mod throttle;

pub use address::CameFrom;
pub use cookie::{SESSION_COOKIE, hash_of, session_cookie};
pub use door::{Door, RECHECK};
pub use form::{Nothing, SafeForm, is_from_our_page};
pub use signed_in::{Owner, SignedIn};
