//! From the client's errors to ours.

use comptoir_index::IndexError;
use qdrant_client::QdrantError;

/// gRPC status codes, by number: the type itself belongs to a crate that is
/// not a direct dependency.
mod code {
    pub(super) const DEADLINE_EXCEEDED: i32 = 4;
    pub(super) const NOT_FOUND: i32 = 5;
    pub(super) const PERMISSION_DENIED: i32 = 7;
    pub(super) const UNAVAILABLE: i32 = 14;
    pub(super) const UNAUTHENTICATED: i32 = 16;
}

/// An error of a request on a collection that was there when it was opened.
pub(crate) fn client(error: QdrantError) -> IndexError {
    if let QdrantError::ResponseError { status } = &error
        && i32::from(status.code()) == code::NOT_FOUND
    {
        return IndexError::Corrupt("the collection is gone".to_owned());
    }
    connecting(error)
}

/// An error of a request that may be the first.
pub(crate) fn connecting(error: QdrantError) -> IndexError {
    if matches!(error, QdrantError::ResourceExhaustedError { .. }) {
        return IndexError::Busy;
    }
    let QdrantError::ResponseError { status } = error else {
        return IndexError::Engine(error.to_string());
    };
    let message = status.message().to_owned();
    match i32::from(status.code()) {
        code::UNAUTHENTICATED | code::PERMISSION_DENIED => IndexError::Unauthorized,
        code::UNAVAILABLE => IndexError::Unavailable(message),
        code::DEADLINE_EXCEEDED => IndexError::Unavailable("the request timed out".to_owned()),
        // The client reports a refused connection as an internal error, and a
        // broken one as a transport error of unknown kind.
        _ if message.starts_with("Failed to connect") || message.contains("transport error") => {
            IndexError::Unavailable(message)
        }
        _ => IndexError::Engine(message),
    }
}
