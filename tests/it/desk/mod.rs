//! The admin pages as people use them: forms, lists, live news.

mod checks;
mod colleagues;
mod gaps;
mod import;
mod inbox;
mod knowledge;
mod phrasings;
mod settings;
mod setup;
mod signing_in;
