-- Who asked, and what for, as the caller or its client tells; null where neither does. The usage tables have the same.
alter table request
  add column user_id text,
  add column project text;
create index request_user on request (user_id, started_at, request_id) where user_id is not null;
create index request_project on request (project, started_at, request_id) where project is not null;

alter table conversation
  add column users text[] not null default '{}',
  add column projects text[] not null default '{}';
-- Of a user or a project with few conversations, a page would be a walk over those of everybody else.
create index conversation_users on conversation using gin (users);
create index conversation_projects on conversation using gin (projects);
