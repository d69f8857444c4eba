//! Answers: analyse, retrieve, route, ground, prompt.
