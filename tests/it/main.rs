//! Whole-system scenarios, one module per promise. Everything is real; the
//! text generator is scripted where a scenario is not about the model.

mod architecture;
mod browser;
mod chaos;
mod command;
mod conformance;
mod delivery;
mod desk;
mod following;
mod handover;
mod load;
mod model;
mod nodes;
mod protocol;
mod reading;
mod restart;
mod routing;
mod seams;
mod simulation;
mod sockets;
mod starting;
mod stopping;
mod telling;
mod terminal;
