-- Conversations that may end by themselves.
CREATE INDEX conversations_silent ON conversations (updated_at, id) WHERE state = 'bot' AND open_question IS NULL;
