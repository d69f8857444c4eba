//! Worlds by the thousand, and proof that a broken promise is noticed.

mod bites;
mod fuzz;
mod sabotage;
mod seeds;
