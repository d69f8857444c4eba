//! Extractors: pages say who may see them by their arguments.

use super::{SESSION_COOKIE, hash_of};
use crate::deps::AdminDeps;
use crate::error::AdminError;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::CookieJar;
use comptoir_storage::model::{Agent, AgentSession, Role};

/// A signed-in person of the firm.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub agent: Agent,
    /// The browser's sign-in.
    pub session: AgentSession,
}

/// A signed-in owner.
#[derive(Debug, Clone)]
pub struct Owner(pub SignedIn);

impl FromRequestParts<AdminDeps> for SignedIn {
    type Rejection = AdminError;

    async fn from_request_parts(
        parts: &mut Parts,
        deps: &AdminDeps,
    ) -> Result<Self, Self::Rejection> {
        let jar = CookieJar::from_headers(&parts.headers);
        let back = || AdminError::SignIn {
            back: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            is_partial: parts.headers.contains_key("hx-request"),
        };
        let secret = jar.get(SESSION_COOKIE).ok_or_else(back)?.value().to_owned();
        let now = deps.clock.now();
        let found = deps.storage.session(hash_of(&secret), now).await?;
        let (session, agent) = found.ok_or_else(back)?;
        deps.storage.touch_agent(agent.id, now).await?;
        Ok(Self { agent, session })
    }
}

impl FromRequestParts<AdminDeps> for Owner {
    type Rejection = AdminError;

    async fn from_request_parts(
        parts: &mut Parts,
        deps: &AdminDeps,
    ) -> Result<Self, Self::Rejection> {
        let signed_in = SignedIn::from_request_parts(parts, deps).await?;
        match signed_in.agent.role {
            Role::Owner => Ok(Self(signed_in)),
            Role::Artisan => Err(AdminError::OwnersOnly { lang: signed_in.agent.lang }),
        }
    }
}
