//! Message catalogs: every sentence a person reads.
