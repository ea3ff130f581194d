-- Tokens of programs that use the interface of the console.

CREATE TABLE api_token (
    name TEXT PRIMARY KEY CHECK (name != ''),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    scopes TEXT NOT NULL CHECK (json_type(scopes) = 'array'),
    made_ms INTEGER NOT NULL,
    used_ms INTEGER
) STRICT;
