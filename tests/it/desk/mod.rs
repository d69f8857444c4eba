//! The admin pages as people use them: forms, lists, live news.

mod import;
mod knowledge;
mod settings;
mod setup;
mod signing_in;
