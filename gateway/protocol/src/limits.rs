//! Sizes both sides agree on. The gateway enforces them before parsing; the
//! widget respects them so that a visitor never meets the error.

/// Version a client announces in `hello.v`. Another version is answered with
/// the error `unsupported_version` and a clean close.
pub const PROTOCOL_VERSION: u16 = 1;

/// Largest WebSocket frame accepted, in bytes.
pub const MAX_FRAME_BYTES: usize = 16 * 1024;

/// Longest visitor message, in Unicode scalar values.
pub const MAX_MESSAGE_CHARS: usize = 4_000;

/// Longest client-made message id, in bytes.
pub const MAX_CLIENT_ID_BYTES: usize = 64;

/// Longest contact value (e-mail or phone), in Unicode scalar values.
pub const MAX_CONTACT_CHARS: usize = 200;
