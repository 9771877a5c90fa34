"""People, workspaces, roles, sessions and one-time links: who is asking, and what they may.

Owns the tables users, workspaces, members, sessions, one_time_links, sign_in_attempts,
idempotency_keys and audit_events.
"""
