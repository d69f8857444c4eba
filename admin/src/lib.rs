//! Inbox, FAQ editor, settings: server-rendered pages.
