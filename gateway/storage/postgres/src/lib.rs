//! PostgreSQL storage.
