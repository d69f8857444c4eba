//! Everything of the widget that is not a browser, in one binary.

mod catalogs;
mod endings;
mod flatten;
mod gateway;
mod panel;
mod storms;
mod visits;
mod wire;
