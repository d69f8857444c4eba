//! The admin pages as people use them: forms, lists, live news.

mod colleagues;
mod import;
mod inbox;
mod knowledge;
mod settings;
mod setup;
mod signing_in;
