//! The conversation from outside: decisions, and actors on a real database.

mod actor;
mod clock;
mod delivery;
mod leaving;
mod machine;
mod nodes;
mod private;
mod restart;
mod support;
mod triage;
mod waits;
mod walk;
