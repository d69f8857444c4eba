//! Who is signed in: passwords, cookies, forms that cannot be forged.

mod cookie;
mod form;
pub mod login;
pub mod password;
mod signed_in;
pub mod throttle;

pub use cookie::{SESSION_COOKIE, hash_of, session_cookie};
pub use form::{Nothing, SafeForm, is_from_our_page};
pub use signed_in::{Owner, SignedIn};
